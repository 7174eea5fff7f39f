"""How the tests read a file back, format by format: rows by id, with the columns of the GeoJSON."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pyogrio.raw
import shapely

from app.exporters.export_table import ExportTable
from geo import geojson

MAPS = ("gpkg", "shp", "kml", "parquet", "fgb")
Rows = dict[str, dict[str, Any]]


def expected(export: ExportTable) -> Rows:
    """Rows as the GeoJSON has them."""
    document = json.loads(geojson.to_geojson(gpd.GeoDataFrame(export.frame), about={}))
    return {
        f["id"]: {**f["properties"], "geometry": shapely.geometry.shape(f["geometry"]) if f["geometry"] else None}
        for f in document["features"]
    }


def by_id(frame: pd.DataFrame) -> Rows:
    """Rows of a frame by their id."""
    assert frame["id"].is_unique
    return {row["id"]: row for row in frame.to_dict("records")}


def written(content: bytes, folder: Path, ending: str) -> Path:
    """Lay a file down."""
    path = folder / f"file{ending}"
    path.write_bytes(content)
    return path


def with_geopandas(code: str, content: bytes, folder: Path) -> Rows:
    """Read a map with geopandas."""
    if code == "parquet":
        return by_id(gpd.read_parquet(io.BytesIO(content)))
    if code == "shp":
        return by_id(pd.concat([full_names(gpd.read_file(path), path) for path in unzipped(content, folder)]))
    frame = gpd.read_file(written(content, folder, f".{code}"), layer=0)
    # what KML itself has a word for is written with a "_" behind it
    ours = {name: name.removesuffix("_") for name in frame.columns if code == "kml" and name.endswith("_")}
    return by_id(frame.drop(columns=list(ours.values()), errors="ignore").rename(columns=ours))


def with_gdal(code: str, content: bytes, folder: Path) -> dict[str, Any]:
    """Ids and shapes as GDAL itself gives them, without geopandas."""
    paths = unzipped(content, folder) if code == "shp" else [written(content, folder, f".{code}")]
    found: dict[str, Any] = {}
    for path in paths:
        meta, _, shapes, fields = pyogrio.raw.read(path, layer=0)
        ids = fields[list(meta["fields"]).index("id")]
        found |= dict(zip(ids, shapely.from_wkb(shapes), strict=True))
    return found


def unzipped(content: bytes, folder: Path) -> list[Path]:
    """Take a zipped shapefile apart."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
        return [folder / name for name in archive.namelist() if name.endswith(".shp")]


def full_names(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Undo what the format does to names and long texts, by the map in the zip."""
    lines = (path.parent / "FIELDS.txt").read_text(encoding="utf-8").split("\n\n")[0].splitlines()[1:]
    joined: dict[str, list[str]] = {}
    for line in lines:
        short, column, *_ = line.split("\t")
        joined.setdefault(column, []).append(short)
    whole = {
        column: frame[shorts[0]] if len(shorts) == 1 else frame[shorts].fillna("").agg("".join, axis=1)
        for column, shorts in joined.items()
    }
    return pd.DataFrame({**whole, "geometry": frame.geometry})


def sheet(content: bytes, number: int = 0) -> pd.DataFrame:
    """A sheet of a workbook, units taken off the names of its columns."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    head, *rows = book.worksheets[number].iter_rows(values_only=True)
    return pd.DataFrame(rows, columns=[str(name).split(" [")[0] for name in head], dtype=object)


def cells(content: bytes) -> list[Any]:
    """Every cell of every sheet that holds something."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [cell for each in book.worksheets for row in each.iter_rows() for cell in row if cell.value is not None]


def plain(value: Any) -> Any:
    """A cell to compare: lists joined, numbers as floats, nothing for what is missing or empty."""
    if isinstance(value, str):
        return value
    if hasattr(value, "__len__"):
        return ";".join(map(str, value))
    if value is None or pd.isna(value):
        return ""
    return float(value)


def same_shape(one: Any, other: Any) -> bool:
    """Whether two shapes agree within 1e-7 degrees, however a format winds, nests or lifts them."""
    if one is None or other is None:
        return one is None and other is None
    one, other = (shapely.force_2d(shapely.normalize(shape)) for shape in (one, other))
    parts = [shapely.get_parts(shape) for shape in (one, other)]
    return len(parts[0]) == len(parts[1]) and bool(shapely.equals_exact(parts[0], parts[1], tolerance=1e-7).all())
