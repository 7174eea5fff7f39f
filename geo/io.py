"""The only file of geo/ and layers/ that touches the disk."""

import csv
import hashlib
import os
import threading
import tomllib
from io import StringIO
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
    try:
        # newline="": csv splits the rows itself; splitlines() would also split at U+2028 inside a cell
        rows = list(csv.DictReader(StringIO(read_text(path), newline="")))
    except csv.Error as fault:
        msg = f"not readable CSV ({fault})"
        raise SchemaError(msg, code="unreadable", where=_short(path), hint="Check quotes and sizes.") from fault
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
    """Write a text as UTF-8, whole or not at all; see `write_bytes`."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a draft beside it, synced, then renamed over it, and the folder synced.

    Parameters
    ----------
    path
        Where the file shall be. What was there stays as it was until the new one is whole.
    content
        All of it.

    Raises
    ------
    OSError
        If the draft or the file cannot be written; nothing is left behind. A process that is killed while it
        writes leaves its draft, named ``.name.process-thread``, and never half a file.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        with draft.open("xb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Let the new name outlast a power cut, too; Windows has no such call."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _short(path: Path) -> str:
    """Folder and name: enough to find the file, nothing of the machine it lies on."""
    return f"{path.parent.name}/{path.name}"
