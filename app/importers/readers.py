"""One reader for each format, and the layers of a file."""

from collections.abc import Callable
from pathlib import Path

from app.importers import (
    columnar_reader,
    csv_reader,
    geopackage_reader,
    json_reader,
    shapefile_reader,
    sheet_reader,
    xml_reader,
)
from app.importers.issues import refusal
from app.importers.sniff import format_of
from app.importers.table import Table

READERS: dict[str, Callable[[Path], list[Table]]] = {
    "geojson": json_reader.read,
    "csv": csv_reader.read,
    "xlsx": sheet_reader.read,
    "geopackage": geopackage_reader.read,
    "shapefile": shapefile_reader.read,
    "kml": xml_reader.read_kml,
    "kmz": xml_reader.read_kmz,
    "gpx": xml_reader.read_gpx,
    "geoparquet": columnar_reader.read_parquet,
    "flatgeobuf": columnar_reader.read_flatgeobuf,
}


def read(path: Path) -> tuple[str, list[Table]]:
    """The format that a file's content is, and its layers.

    Raises
    ------
    RefusedError
        If the file cannot be read, or must not be.
    """
    found = format_of(path)
    tables = READERS[found](path)
    if not tables:
        raise refusal(code="import_nothing", where=path.name, reason="it holds no layer")
    geopackage_reader.require_layers(len(tables), path.name)
    return found, tables
