"""Zipped shapefile: a .shp for each kind of geometry, .cpg (UTF-8), the full names of the columns, the metadata."""

import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd

from app.exporters import dbase, provenance, vector
from app.exporters.dbase import Field
from app.exporters.export_table import ExportTable
from app.exporters.file_format import Format
from app.exporters.packing import zipped
from geo.errors import AtlasError, ParameterError

KINDS = {
    "points": ("Point",), "multipoints": ("MultiPoint",), "lines": ("LineString", "LinearRing", "MultiLineString"),
    "areas": ("Polygon", "MultiPolygon"),
}  # fmt: skip
DRAWN_AS = {"points": "Point", "multipoints": "MultiPoint", "lines": "LineString", "areas": "Polygon"}
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def to_bytes(export: ExportTable) -> bytes:
    """A zip with ``FIELDS.txt`` (cut names in full) and ``README.txt`` (licence, source, filter, version).

    Rows without a shape stand with the first kind that there is.

    Raises
    ------
    ParameterError
        If the rows have no geometry, collections of several kinds, or more columns than fit.
    """
    frame = vector.rows(export, format_name="SHP")
    vector.fixed_timestamp(export.about)
    kinds = _kinds(frame, where=export.name)
    rows, fields = dbase.fields(pd.DataFrame(frame.drop(columns=frame.geometry.name)), where=export.name)
    short = gpd.GeoDataFrame(rows, geometry=frame.geometry.to_numpy(), crs=frame.crs)
    files = {"README.txt": provenance.text(export.about).encode(), "FIELDS.txt": _map(fields, export).encode()}
    for kind in sorted(set(kinds)) or ["points"]:
        stem = export.stem if len(set(kinds)) <= 1 else f"{export.stem}_{kind}"
        files |= _written(short[kinds == kind], stem, DRAWN_AS[kind])
    return zipped(files)


def _kinds(frame: gpd.GeoDataFrame, *, where: str) -> "pd.Series[str]":
    """Which of the files every row belongs to."""
    kind_of = {name: kind for kind, names in KINDS.items() for name in names}
    kinds = frame.geometry.geom_type.map(kind_of)
    there = frame.geometry.notna()
    if bool((kinds.isna() & there).any()):
        msg = "some rows hold points, lines and areas in one shape"
        raise ParameterError(msg, code="cannot_hold", where=f"{where}, SHP", hint="Take GeoPackage.")
    first = min(set(kinds[there]), default="points")
    return kinds.where(there, first)


def _written(rows: gpd.GeoDataFrame, stem: str, drawn_as: str) -> dict[str, bytes]:
    """The files of one shapefile, by name."""
    import pyogrio  # noqa: PLC0415 - GDAL takes long to load, and only exports need it

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{stem}.shp"
        try:
            pyogrio.write_dataframe(
                rows, path, driver="ESRI Shapefile", encoding="UTF-8", geometry_type=drawn_as, promote_to_multi=False
            )
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as fault:
            raise _no_room(stem) from fault
        files = {f"{stem}{part}": path.with_suffix(part).read_bytes() for part in PARTS}
    if not is_whole(files, stem, len(rows)):
        raise _no_room(stem)
    return files


def is_whole(files: dict[str, bytes], stem: str, rows: int) -> bool:
    """Whether the files are as long as their heads say: on a full disk the last bytes get lost in silence."""
    shp, shx, dbf = (files[f"{stem}{part}"] for part in (".shp", ".shx", ".dbf"))
    if min(len(shp), len(shx)) < 100 or len(dbf) < 32:  # noqa: PLR2004 - sizes of the heads
        return False
    words = [2 * int.from_bytes(part[24:28], "big") for part in (shp, shx)]
    records, head, width = (int.from_bytes(dbf[at:to], "little") for at, to in ((4, 8), (8, 10), (10, 12)))
    return words == [len(shp), len(shx)] and records == rows and len(dbf) >= head + records * width


def _no_room(stem: str) -> AtlasError:
    msg = "the parts of the shapefile could not be written for the time being"
    return ParameterError(msg, code="unwritable", where=stem, hint="Make room on the disk for temporary files.")


def _map(fields: list[Field], export: ExportTable) -> str:
    """The short names beside the full ones, with label and unit where they are declared."""
    declared = {column.name: column for column in export.columns}
    lines = ["field\tcolumn\tpart\t中文\tEnglish\tunit"]
    for field in fields:
        column = declared.get(field.column)
        label = (column.label_zh, column.label_en, column.unit) if column else ("", "", "")
        lines.append("\t".join([field.name, field.column, str(field.part), *label]))
    lines.append("\npart 2, 3, ...: the text of the part before goes on, a field holds 254 bytes.")
    lines.append("part 2、3……：接上一部分的文字，一个字段至多254字节。\n")
    return "\n".join(lines)


FORMAT = Format(
    code="shp", title="SHP", endings=(".shp.zip", ".zip"), media_type="application/zip", to_bytes=to_bytes
)  # fmt: skip
