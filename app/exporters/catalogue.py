"""Every format that there is: its name, its ending, its media type, and what writes it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from app.exporters import csv_writer, flatgeobuf, geopackage, geoparquet, kml, shapefile, workbook
from app.exporters.export_table import ExportTable
from geo import geojson
from geo.errors import ParameterError


@dataclass(frozen=True, kw_only=True)
class Format:
    """A format of files.

    Attributes
    ----------
    endings
        Of file names, the usual one first.
    takes_tables
        Whether rows without geometry have a place in it.
    """

    title: str
    endings: tuple[str, ...]
    media_type: str
    to_bytes: Callable[[ExportTable], bytes]
    takes_tables: bool = False


def geojson_bytes(export: ExportTable) -> bytes:
    """RFC 7946, but for coordinates that were asked for in another datum; ``coordinates`` says so.

    Raises
    ------
    ParameterError
        If the rows have no geometry.
    """
    frame = export.frame
    if not isinstance(frame, gpd.GeoDataFrame):
        msg = f"{export.name} is a table without geometry, and GeoJSON holds maps"
        raise ParameterError(msg, code="cannot_hold", where=f"{export.name}, GeoJSON", hint="Take CSV or XLSX.")
    return geojson.to_geojson(frame, about=export.about).encode("utf-8")


FORMATS = {
    "geojson": Format(
        title="GeoJSON", endings=(".geojson", ".json"), media_type="application/geo+json", to_bytes=geojson_bytes
    ),
    "gpkg": Format(
        title="GeoPackage", endings=(".gpkg",), media_type="application/geopackage+sqlite3",
        to_bytes=geopackage.to_bytes,
    ),
    "shp": Format(
        title="SHP", endings=(".shp.zip", ".zip"), media_type="application/zip", to_bytes=shapefile.to_bytes
    ),
    "kml": Format(
        title="KML", endings=(".kml",), media_type="application/vnd.google-earth.kml+xml", to_bytes=kml.to_bytes
    ),
    "parquet": Format(
        title="GeoParquet", endings=(".parquet", ".geoparquet"), media_type="application/vnd.apache.parquet",
        to_bytes=geoparquet.to_bytes,
    ),
    "fgb": Format(
        title="FlatGeobuf", endings=(".fgb",), media_type="application/flatgeobuf", to_bytes=flatgeobuf.to_bytes
    ),
    "csv": Format(
        title="CSV", endings=(".csv",), media_type="text/csv; charset=utf-8", to_bytes=csv_writer.to_bytes,
        takes_tables=True,
    ),
    "xlsx": Format(
        title="XLSX", endings=(".xlsx",),
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        to_bytes=workbook.to_bytes, takes_tables=True,
    ),
}  # fmt: skip
PLAIN = "geojson"  # what a name without an ending gets


def format_of(path: Path, wanted: str | None) -> str:
    """The format asked for, else the one that the file's name ends in.

    Raises
    ------
    ParameterError
        If there is no such format, or the name says none.
    """
    if wanted in FORMATS:
        return wanted
    name = path.name.lower()
    guessed = {code for code, each in FORMATS.items() if name.endswith(each.endings)}
    if wanted is None and (guessed or not path.suffix):
        return guessed.pop() if guessed else PLAIN
    hint = f"The formats are: {' '.join(FORMATS)}."
    if wanted is None and path.suffix.lower() == ".shp":
        hint = "A shapefile is several files: name the zip that holds them, for example parks.shp.zip."
    msg = f"there is no format {wanted!r}" if wanted else f"no format ends in {path.suffix!r}"
    raise ParameterError(msg, code="unknown_format", where=wanted or path.name, hint=hint)
