"""The only file of geo/ and layers/ that touches the disk."""

import csv
import hashlib
import os
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from geo.errors import MissingFileError, SchemaError


def read_bytes(path: Path) -> bytes:
    """Whole content of a file.

    Raises
    ------
    MissingFileError
        If it is not there or may not be read.
    """
    try:
        return path.read_bytes()
    except OSError as fault:
        msg = f"the file cannot be read ({fault.strerror})"
        hint = "Restore it from the last data version."
        raise MissingFileError(msg, code="missing_file", where=_short(path), hint=hint) from fault


def read_text(path: Path) -> str:
    """Content of a UTF-8 file, byte order mark dropped.

    Raises
    ------
    MissingFileError, SchemaError
        If it is not there, or is not UTF-8.
    """
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        msg = "the file is not UTF-8"
        raise SchemaError(msg, code="unreadable", where=_short(path), hint="Save it as UTF-8.") from fault


def read_toml(path: Path) -> dict[str, Any]:
    """Parse a TOML file.

    Raises
    ------
    MissingFileError, SchemaError
        If it is not there, or is not TOML.
    """
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as fault:
        msg = f"not readable TOML ({fault})"
        raise SchemaError(msg, code="unreadable", where=_short(path), hint="Mend the line it names.") from fault


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of a UTF-8 CSV file with a header, as strings.

    Raises
    ------
    MissingFileError, SchemaError
        If it is not there, or a row has more or fewer cells than the header.
    """
    rows = list(csv.DictReader(read_text(path).splitlines(keepends=True)))
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            msg = f"row {number} has another number of cells than the header"
            raise SchemaError(
                msg,
                code="unreadable",
                where=_short(path),
                hint="Check commas and quotes in that row.",
            )
    return rows


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    return hashlib.sha256(read_bytes(path)).hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all: a temporary file beside it, synced, then renamed over it."""
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
        try:
            draft.write(text.encode("utf-8"))
            draft.flush()
            os.fsync(draft.fileno())
        except OSError:
            Path(draft.name).unlink()
            raise
    Path(draft.name).replace(path)


def _short(path: Path) -> str:
    """Folder and name: enough to find the file, nothing of the machine it lies on."""
    return f"{path.parent.name}/{path.name}"
