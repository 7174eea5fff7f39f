"""The loaded atlas and what is computed from it once: caches, results, locks. Knows no page and no request."""
