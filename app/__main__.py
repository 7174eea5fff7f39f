"""`python -m app ...`."""

import io
import sys

from app.cli.parser import main

for stream in (sys.stdout, sys.stderr):
    if isinstance(stream, io.TextIOWrapper):
        # UTF-8 whatever the system's own encoding is; what is no character (in a file's name) as JSON writes it, too
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
sys.exit(main(sys.argv[1:]))
