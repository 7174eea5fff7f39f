"""The files under app/static: our scripts, styles and the map libraries."""

import hashlib
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"


def signature() -> str:
    """Twelve hexadecimal digits that change whenever one of the files does."""
    digest = hashlib.sha256()
    for path in sorted(each for each in STATIC.rglob("*") if each.is_file()):
        digest.update(path.relative_to(STATIC).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]
