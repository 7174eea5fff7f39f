"""Foreign files in: one reader a format, run in a sandboxed worker; rows are validated, none is dropped silently."""
