"""Words of the interface, 中文 and English: one catalogue."""
