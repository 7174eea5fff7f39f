"""Rows as plain columns: what a format without lists, mixed kinds or NaN can hold, the same for all of them."""

import json
import re
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from app.exporters.export_table import ExportTable
from geo import geojson

BETWEEN = ";"  # between the items of a list
# no XML holds these, and a C string ends at the first; half of a surrogate pair is no character at all
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
INT32 = 2**31
INT64 = 2**63


def flat(export: ExportTable, *, lists: bool = False) -> pd.DataFrame:
    """The rows in their order, each column of one kind: text, bool, int or float, missing where it is missing.

    Lists become texts joined by ";" (or stay, with ``lists``); NaN and infinity are missing; line ends become plain
    ones; names differ in more than upper and lower case. Outer rings run counterclockwise, empty shapes are missing.
    """
    frame = export.frame
    shape = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    names = [name for name in frame.columns if name != shape]
    columns = {
        new: _column([geojson.plain(value) for value in frame[name]], lists=lists)
        for name, new in zip(names, unique([str(name) for name in names], taken=("geometry",)), strict=True)
    }
    rows = pd.DataFrame(columns, index=pd.RangeIndex(len(frame)))
    if shape is None:
        return rows
    shapes = shapely.orient_polygons(frame.geometry.to_numpy())
    shapes[shapely.is_empty(shapes)] = None
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=frame.crs)


def unique(names: list[str], *, taken: tuple[str, ...] = ()) -> list[str]:
    """Names that differ in more than case, none empty and none of those taken; most stay as they are."""
    found: list[str] = []
    used = {name.lower() for name in taken}
    for name in names:
        stem = plain_text(name).strip() or "column"
        free, number = stem, 2
        while free.lower() in used:
            free, number = f"{stem}_{number}", number + 1
        used.add(free.lower())
        found.append(free)
    return found


def plain_text(text: str) -> str:
    """A text that every format can hold: unwritable characters become U+FFFD, line ends become plain ones."""
    return UNWRITABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def joined(value: Any) -> Any:  # noqa: ANN401 - a cell is any JSON value
    """A cell as one value: lists joined, structures spelled as JSON, texts made plain."""
    if isinstance(value, list):
        return BETWEEN.join(str(joined(item)) for item in value if item is not None)
    if isinstance(value, dict):
        return plain_text(json.dumps(value, ensure_ascii=False))
    return plain_text(value) if isinstance(value, str) else value


def _column(cells: list[Any], *, lists: bool) -> "pd.Series[Any]":
    there = [cell for cell in cells if cell is not None]
    if lists and there and all(isinstance(cell, list) for cell in there):
        return pd.Series([None if cell is None else [str(joined(item)) for item in cell] for cell in cells])
    kinds = {type(cell) for cell in there}
    if kinds == {bool}:
        return pd.Series(cells, dtype="boolean")
    if kinds == {int} and max(map(abs, there)) < INT64:
        return pd.Series(cells, dtype="Int32" if max(map(abs, there)) < INT32 else "Int64")
    if kinds and kinds <= {int, float}:
        return pd.Series([None if cell is None else float(cell) for cell in cells], dtype="Float64")
    return pd.Series([None if cell is None else str(joined(cell)) for cell in cells], dtype="string")
