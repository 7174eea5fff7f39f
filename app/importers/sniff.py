"""Which format a file's content is. Its name is never asked."""

import re
from pathlib import Path
from xml.parsers import expat

from app.importers import archive
from app.importers.encodings import wide
from app.importers.issues import refusal

HEAD = 65_536
GEOPACKAGE = (b"GPKG", b"GP10", b"GP11")
APPLICATION_ID = slice(68, 72)  # of an SQLite header
MAGIC = (
    (b"PAR1", "geoparquet"),
    (b"fgb\x03fgb", "flatgeobuf"),
)
FOREIGN = (
    (b"Rar!", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"), (b"PK\x05\x06", "empty zip"), (b"\x7fELF", "program (ELF)"),
    (b"MZ", "program (Windows)"), (b"#!", "script"), (b"%PDF", "PDF"), (b"\xd0\xcf\x11\xe0", "old Office file (XLS)"),
    (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"),
    (b"\x00\x00\x27\x0a", "bare .shp; zip it with its .shx and .dbf"), (b"\xca\xfe\xba\xbe", "program (Java, macOS)"),
    (b"ARROW1", "Arrow IPC"), (b"ORC", "ORC"), (b"\x93NUMPY", "NumPy"), (b"\x80\x04", "pickle"),
    (b"\x80\x05", "pickle"),
)  # fmt: skip
ROOTS = {"kml": "kml", "gpx": "gpx"}
DESCRIPTORS = {
    "OGRVRTDataSource", "VRTDataset", "OGRWFSDataSource", "GDAL_WMS", "GDAL_WMTS", "WMS_Tile_Service", "WCS_GDAL",
    "WFS_Capabilities", "Capabilities", "service", "OGCAPIDescription", "PAMDataset",
}  # fmt: skip
SCHEMES = re.compile(
    rb"\s*(?:[a-z][a-z0-9+.-]{1,15}:/{0,3}[^\s,;\t]+|/vsi[a-z0-9_]+/\S*|gdalg?:|(?:wfs\d?|oapif|pg|es|csw):)",
    re.IGNORECASE,
)  # fmt: skip
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def format_of(path: Path) -> str:
    """Name of the format: one of those that a reader exists for (`app.importers.readers.READERS`).

    Raises
    ------
    RefusedError
        If the content is of no accepted format; what it is instead is named where it is known.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip(b"\0 \t\r\n"):
        raise refusal(code="import_empty", where=path.name, reason=f"it holds {len(head)} blank bytes")
    for magic, found in MAGIC:
        if head.startswith(magic):
            return found
    for magic, foreign in FOREIGN:
        if head.startswith(magic):
            raise refusal(
                code="import_format", where=foreign, reason="the content is of another kind than maps and tables"
            )
    if head.startswith(b"PK\x03\x04"):
        return _of_zip(path)
    if head.startswith(b"SQLite format 3\0"):
        return _of_sqlite(head)
    return _of_text(head, path.name)


def _of_zip(path: Path) -> str:
    names = [member.filename.lower() for member in archive.members(path)]
    if "xl/workbook.xml" in names:
        return "xlsx"
    inner = [name for name in names if not name.startswith("__macosx/")]
    if any(name.endswith(".shp") for name in inner):
        return "shapefile"
    if any(name.endswith(".kml") for name in inner):
        return "kmz"
    if any(name.endswith((".zip", ".rar", ".7z", ".gz", ".kmz")) for name in inner):
        raise refusal(
            code="import_zip",
            where=path.name,
            reason="there is an archive in the archive",
            hint="Unpack the inner one first.",
        )
    reason = "a zip is read if it holds a shapefile, a KML or a workbook"
    raise refusal(code="import_format", where="zip", reason=reason, hint="Unpack it and take the file itself.")


def _of_sqlite(head: bytes) -> str:
    if head[APPLICATION_ID] in GEOPACKAGE:
        return "geopackage"
    raise refusal(code="import_format", where="SQLite", reason="it is a database but no GeoPackage")


def _of_text(head: bytes, name: str) -> str:
    start = head
    for mark in BOMS:
        start = start.removeprefix(mark)
    start = start.replace(b"\0", b"") if head.startswith(BOMS[1:]) or wide(head) else start
    start = start.lstrip()
    if start[:1] == b"<":
        return _of_xml(head)
    if start[:1] in {b"{", b"["} or start[:1] == b"\x1e":
        return "geojson"
    if b"\0" in start:
        raise refusal(code="import_unknown", where=name, reason="it holds NUL bytes and has no signature that is known")
    first = start.splitlines()[0]
    if len(start.splitlines()) == 1 and SCHEMES.match(first):
        raise refusal(
            code="import_link", where=first.decode("utf-8", "replace"), reason="it holds an address and nothing else"
        )
    return "csv"


def _of_xml(head: bytes) -> str:
    """The kind of an XML file by its first element; declarations before it are the reader's to refuse."""
    root: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: root.append(name)
    parser.UseForeignDTD(False)  # noqa: FBT003 - expat's own
    try:
        parser.Parse(head, False)  # noqa: FBT003 - expat's own
    except (expat.ExpatError, ValueError, LookupError):
        # the declaration may name an encoding that expat lacks, or the fault lies behind the root
        root += [found[1].decode("ascii", "replace") for found in re.finditer(rb"<([A-Za-z_][\w:.-]*)", head)][:1]
    kind = root[0].rpartition(":")[2] if root else ""
    if kind in ROOTS:
        return ROOTS[kind]
    if kind in DESCRIPTORS:
        raise refusal(code="import_link", where=kind, reason="it describes data that lie elsewhere")
    raise refusal(code="import_format", where=f"XML {kind}".strip(), reason="of XML, KML and GPX are read")
