"""Zipped shapefiles: unpacked by our own code, counted in each part, decoded from what .cpg or the content says."""

import codecs
from pathlib import Path
from typing import Any

import numpy as np

from app.importers import archive, gdal
from app.importers.encodings import GUESSED, guess, known
from app.importers.geopackage_reader import require_layers
from app.importers.issues import DOUBTFUL, NOTE, QUARANTINED, Issue, issue, refusal
from app.importers.table import Table, from_wkb, named, require_size

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
HEAD = 100
LDID = {0x4D: "gb18030", 0x4F: "big5", 0x7A: "gb18030", 0x78: "big5", 0x57: "", 0x03: "cp1252"}
SHP_CODE = b"\x00\x00\x27\x0a"
BYTES = "ISO-8859-1"  # carries every byte through GDAL unchanged


def read(path: Path) -> list[Table]:
    """Every shapefile in the archive, a layer each.

    Raises
    ------
    RefusedError
        If the archive is unsafe, a part is missing or cut off, or the parts differ in their rows.
    """
    stems: dict[str, dict[str, bytes]] = {}
    for member in archive.members(path):
        name = archive.readable_name(member)
        suffix = Path(name).suffix.lower()
        if suffix in PARTS and not name.startswith("__MACOSX/"):
            stems.setdefault(name[: -len(suffix)], {})[suffix] = archive.unpacked(path, member)
    found = {stem: parts for stem, parts in stems.items() if ".shp" in parts}
    require_layers(len(found), path.name)
    return [_table(stem, parts, path.parent / f"part{at}") for at, (stem, parts) in enumerate(found.items())]


def _table(stem: str, parts: dict[str, bytes], target: Path) -> Table:
    name = Path(stem).name
    stated = _require_agreement(name, parts)
    require_size(name, rows=stated)
    for suffix in (".shp", ".shx", ".dbf", ".prj"):
        if suffix in parts:
            target.with_suffix(suffix).write_bytes(parts[suffix])
    meta, fids, blobs, cells = gdal.read(target.with_suffix(".shp"), driver="ESRI Shapefile", encoding=BYTES)
    rows = np.asarray(fids, dtype=np.int64) + 1
    gone = [
        issue(int(row), "deleted_record", QUARANTINED) for row in sorted({*range(1, stated + 1)} - {*rows.tolist()})
    ]
    encoding, report = _encoding(parts)
    header = [_text(str(field), encoding)[0] for field in meta["fields"]]
    require_size(name, columns=len(header))
    names, unnamed = named(header)
    columns = {}
    for field, column in zip(names, cells, strict=True):
        columns[field], bad = _column(gdal.plain(column), encoding, field, rows)
        report += bad
    geometry, unread = from_wkb(blobs, rows)
    return Table(
        name=name, columns=columns, geometry=geometry, rows=rows, rows_in=stated, crs=str(meta["crs"] or ""),
        issues=[*gone, *unnamed, *report, *unread],
    )  # fmt: skip


def _require_agreement(name: str, parts: dict[str, bytes]) -> int:
    """The number of rows, if .shp, .shx and .dbf agree on it and each is as long as it states."""
    for suffix in (".shx", ".dbf"):
        if suffix not in parts:
            raise refusal(
                code="import_part", where=f"{name}{suffix}", reason="a shapefile is .shp, .shx and .dbf together"
            )
    for suffix in (".shp", ".shx"):
        head, size = parts[suffix][:HEAD], len(parts[suffix])
        if size < HEAD or head[:4] != SHP_CODE:
            raise refusal(code="import_broken", where=f"{name}{suffix}", reason="its header is not a shapefile's")
        if int.from_bytes(head[24:28]) * 2 != size:
            reason = f"{size} bytes, {int.from_bytes(head[24:28]) * 2} are stated"
            raise refusal(code="import_cut_off", where=f"{name}{suffix}", reason=reason)
    counts = {".shp": _records(name, parts[".shp"]), ".shx": (len(parts[".shx"]) - HEAD) // 8}
    counts[".dbf"] = _dbf_rows(name, parts[".dbf"])
    if len(set(counts.values())) > 1:
        raise refusal(
            code="import_count", where=name, reason=", ".join(f"{suffix} {count}" for suffix, count in counts.items())
        )
    return counts[".shp"]


def _records(name: str, content: bytes) -> int:
    """Records of a .shp, walked from one to the next."""
    at, count = HEAD, 0
    while at < len(content):
        at += 8 + 2 * int.from_bytes(content[at + 4 : at + 8])
        count += 1
    if at != len(content):
        raise refusal(code="import_cut_off", where=f"{name}.shp", reason=f"record {count} is longer than the file")
    return count


def _dbf_rows(name: str, content: bytes) -> int:
    if len(content) < 33:  # noqa: PLR2004 - dBASE's header with its end
        raise refusal(code="import_cut_off", where=f"{name}.dbf", reason="its header is not complete")
    stated = int.from_bytes(content[4:8], "little")
    header, length = int.from_bytes(content[8:10], "little"), int.from_bytes(content[10:12], "little")
    if length == 0 or header > len(content) or len(content) < header + stated * length:
        reason = f"{len(content)} bytes, {header + stated * length} are stated"
        raise refusal(code="import_cut_off", where=f"{name}.dbf", reason=reason)
    return stated


def _encoding(parts: dict[str, bytes]) -> tuple[str, list[Issue]]:
    """From .cpg, else from the .dbf's own mark, else from its content, and then it is told."""
    declared = known(parts.get(".cpg", b"")[:40].decode("ascii", "ignore")) or LDID.get(parts[".dbf"][29], "")
    body = parts[".dbf"][int.from_bytes(parts[".dbf"][8:10], "little") :]
    if declared:
        return declared, []
    found = guess(body.replace(b"\0", b" ")) or "utf-8"
    return found, [issue(0, "encoding_guessed", NOTE, found)] if found in GUESSED else []


def _column(cells: list[Any], encoding: str, name: str, rows: Any) -> tuple[list[Any], list[Issue]]:  # noqa: ANN401
    decoded: list[Any] = []
    report: list[Issue] = []
    for row, cell in zip(rows, cells, strict=True):
        if not isinstance(cell, str):
            decoded.append(cell)
            continue
        words, is_whole = _text(cell, encoding)
        decoded.append(words)
        if not is_whole:
            report.append(issue(int(row), "bad_text", DOUBTFUL, words, column=name))
    return decoded, report


def _text(carried: str, encoding: str) -> tuple[str, bool]:
    """Text of bytes that came through GDAL; False if a character is cut or wrong."""
    content = carried.encode(BYTES, "replace")
    try:
        return codecs.decode(content, encoding), True
    except UnicodeDecodeError:
        return codecs.decode(content, encoding, "replace"), False
