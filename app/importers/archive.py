"""Unpacking a zip by our own rules: names, kinds, sizes, ratios and counts are looked at before anything is written."""

import stat
import zipfile
import zlib
from pathlib import Path

from app.importers import limits
from app.importers.issues import refusal

PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED, UTF8_NAME = 0x1, 0x800
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError)


def members(path: Path) -> list[zipfile.ZipInfo]:
    """The files of an archive, after all checks that need no unpacking.

    Raises
    ------
    RefusedError
        If the archive is broken, or anything in it is not safe to unpack.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            listed = archive.infolist()
    except BROKEN as fault:
        raise refusal(
            code="import_cut_off", where=path.name, reason=f"the archive's directory cannot be read ({fault})"
        ) from fault
    if len(listed) > limits.MEMBERS:
        raise refusal(
            code="import_zip", where=path.name, reason=f"{len(listed)} files, at most {limits.MEMBERS} are unpacked"
        )
    if sum(member.file_size for member in listed) > limits.UNPACKED_BYTES:
        raise refusal(
            code="import_zip", where=path.name, reason=f"it unpacks to more than {limits.UNPACKED_BYTES} bytes"
        )
    for member in listed:
        _require_harmless(member)
    if len({member.filename for member in listed}) < len(listed):
        raise refusal(code="import_zip", where=path.name, reason="a name occurs twice in it")
    return [member for member in listed if not member.is_dir()]


def unpacked(path: Path, member: zipfile.ZipInfo) -> bytes:
    """Content of one file of an archive, never longer than the archive says.

    Raises
    ------
    RefusedError
        If it cannot be unpacked, is longer than told, or is an archive itself.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as inside:
            content = inside.read(member.file_size + 1)
    except BROKEN as fault:
        raise refusal(code="import_broken", where=member.filename, reason=f"it cannot be unpacked ({fault})") from fault
    if len(content) != member.file_size:
        raise refusal(
            code="import_zip", where=member.filename, reason="its size is not the one that the archive states"
        )
    if content.startswith(PACKED):
        raise refusal(
            code="import_zip",
            where=member.filename,
            reason="it is an archive in the archive",
            hint="Unpack the inner one first.",
        )
    return content


def readable_name(member: zipfile.ZipInfo) -> str:
    """A member's name; old archives write Chinese names in GB18030 and do not say so."""
    if member.flag_bits & UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def is_tight(member: zipfile.ZipInfo) -> bool:
    """Whether a file is packed so tightly that it is hardly data."""
    size = member.file_size
    return size > limits.PACKING_RATIO_FROM and size > limits.PACKING_RATIO * max(member.compress_size, 1)


def _require_harmless(member: zipfile.ZipInfo) -> None:
    name = member.orig_filename
    parts = name.replace("\\", "/").split("/")
    kind = stat.S_IFMT(member.external_attr >> 16)
    faults = {
        "its path leads out of the archive": name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0],
        "its name holds a NUL": "\0" in name,
        "it is a link or a device": kind not in {0, stat.S_IFREG, stat.S_IFDIR},
        "it is encrypted": bool(member.flag_bits & ENCRYPTED),
        "it is packed in an uncommon way": member.compress_type not in METHODS,
        "it is packed too tightly to be data": is_tight(member),
    }
    for reason, holds in faults.items():
        if holds:
            raise refusal(code="import_zip", where=name, reason=reason)
