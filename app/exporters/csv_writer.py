"""CSV of a layer or a table: UTF-8 with byte order mark, no cell runs as a formula."""

import csv
import io
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from app.exporters.export_table import ExportTable
from app.exporters.file_format import Format
from app.exporters.flat import flat, unique
from geo import geojson
from geo.geojson import DECIMALS

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"  # Excel takes a UTF-8 file for the local code page without it


def to_bytes(export: ExportTable) -> bytes:
    """Rows as text; a layer's points as longitude and latitude, every shape as WKT beside them."""
    frame = with_coordinates(export, wkt=True)
    missing_as_none = frame.astype(object).where(frame.notna(), None)  # pandas spells its own missing value "<NA>"
    return table_csv(missing_as_none).encode("utf-8")


def table_csv(frame: pd.DataFrame) -> str:
    """CSV (UTF-8 with byte order mark) in which no cell is a formula.

    A text that a spreadsheet would run gets an apostrophe before it; numbers stay numbers.
    """
    out = io.StringIO(BOM)
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out)
    writer.writerow([_safe(str(column)) for column in frame.columns])
    for row in frame.itertuples(index=False, name=None):
        writer.writerow([_safe(geojson.plain(value)) for value in row])
    return out.getvalue()


def _safe(value: Any) -> Any:  # noqa: ANN401 - a cell is any JSON value
    if value is None:
        return ""
    if isinstance(value, list):
        return _safe("; ".join(str(item) for item in value))
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def with_coordinates(export: ExportTable, *, wkt: bool) -> pd.DataFrame:
    """A layer's rows without geometry, but with its kind, the degrees of points, and if asked for WKT.

    The datum stands in the names of these columns unless it is WGS-84.
    """
    frame = flat(export)
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    shapes = frame.geometry
    added = {
        "geometry_type": shapes.geom_type.astype("string"),
        f"lon{export.datum_suffix}": _degrees(shapely.get_x(shapes.to_numpy())),
        f"lat{export.datum_suffix}": _degrees(shapely.get_y(shapes.to_numpy())),
    }
    if wkt:
        spelled = shapely.to_wkt(shapes.to_numpy(), rounding_precision=DECIMALS)
        added[f"wkt{export.datum_suffix}"] = pd.Series(spelled, index=frame.index, dtype="string")
    plain = pd.DataFrame(frame.drop(columns=shapes.name))
    names = unique([*plain.columns, *added])
    return pd.concat([plain, pd.DataFrame(added)], axis=1).set_axis(names, axis=1)


def _degrees(values: NDArray[np.float64]) -> "pd.Series[float]":
    """A column of degrees, missing where a shape is no point."""
    return pd.Series(values, dtype="Float64").round(DECIMALS)


FORMAT = Format(
    code="csv", title="CSV", endings=(".csv",), media_type="text/csv; charset=utf-8", to_bytes=to_bytes,
    takes_tables=True, in_lists=True,
)  # fmt: skip
