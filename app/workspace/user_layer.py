"""Accepted foreign rows to a layer of the atlas: the columns every place has, and the file's own beside them."""

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from app.importers.import_file import Imported
from app.importers.table import number as number_in
from app.importers.values import district_code, sector_codes
from app.workspace.column_mapping import BASES, ColumnMapping
from geo import assign
from geo.datum.systems import HYPOTHESES
from geo.errors import ParameterError
from geo.quantities import M2_PER_UNIT, quantity
from layers.columns import PLACE
from layers.model import USER_ROLE, Column, Issue, Layer, Loaded, Source, Style
from layers.vocabulary import LOCATION_METHODS

AREA = (
    Column(
        name="area_m2", dtype="number", label_zh="面积（按文件）", label_en="Area, as the file states it", unit="m²"
    ),
    Column(name="area_basis", dtype="str", label_zh="面积性质", label_en="Kind of area", allowed=BASES),
)
DECLARED = (*PLACE, *AREA)
# names that a row of ours holds already: a column of the file that is called so is given another name
TAKEN = frozenset({column.name for column in DECLARED} | {"geometry", "district_codes", "card", "layer", "unverified"})
ROW = "import_row"
COLOURS = ("#7b2d8b", "#0b5fa5", "#a83232", "#2f6f3e", "#8a5a00", "#3d3d8f")
MOST = 10**15  # of any unit: more is no area, and would not fit into a number
ON_CARD = 12  # columns of the file that a card shows
GEOMETRY_KINDS = (
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a layer's rows come from.

    Attributes
    ----------
    file
        Name of the file.
    sha256
        Of its bytes.
    datum
        Code of the datum that its coordinates were taken to be in.
    by_user
        True if the user named it.
    attribution, licence
        In the user's words; empty if nothing was said.
    """

    file: str
    sha256: str
    datum: str
    by_user: bool = False
    attribution: str = ""
    licence: str = ""


@dataclass(frozen=True, kw_only=True)
class Standards:
    """The 16 districts, uncut, EPSG:4326, with ``district_code``; and every accepted spelling to its code."""

    districts: gpd.GeoDataFrame
    district_names: dict[str, str]


def user_layer(
    imported: Imported, mapping: ColumnMapping, origin: Origin, standards: Standards, *, layer_id: str
) -> Loaded:
    """A session's layer of accepted rows.

    Parameters
    ----------
    imported
        What came through the import, EPSG:4326.
    layer_id
        ``own1`` and so on: the rows' ids are made of it and of their number in the file.

    Returns
    -------
    Loaded
        EPSG:4326. ``district_code`` is the stated one, else that in which a point lies; ``area_m2`` is what the file
        states, in m², never what is measured. What could not be read is an issue.
    """
    frame = imported.frame
    names = {name: _free(name, set(frame.columns)) for name in frame.columns if name not in {ROW, "geometry"}}
    rows = frame[ROW].to_list()
    ids = [f"{layer_id}-{row}" for row in rows]
    issues: list[Issue] = []
    columns = _place(frame, mapping, ids, standards)
    columns["area_m2"], unread = _areas(frame, mapping)
    columns["area_basis"] = [
        mapping.basis if mapping.amount and not np.isnan(each) else "" for each in columns["area_m2"]
    ]
    issues += [
        Issue(layer=layer_id, feature=ids[at], column=names[mapping.amount], rule="unparsable_quantity",
              value=repr(frame[mapping.amount].iloc[at]), severity="doubtful")
        for at in unread
    ]  # fmt: skip
    columns |= {names[name]: _plain(frame[name].to_list()) for name in names}
    table = gpd.GeoDataFrame(columns, geometry=frame.geometry.to_list(), crs=frame.crs)
    table["district_codes"], moved = _districts(table, standards, layer_id)
    table["district_code"] = [
        code or (crossed[0] if len(crossed) == 1 else "")
        for code, crossed in zip(table["district_code"], table["district_codes"], strict=True)
    ]
    table["extent"] = ["city" if crossed else "region" for crossed in table["district_codes"]]
    declared = _declared(layer_id, mapping, names, table)
    return Loaded(
        layer=declared, frame=table, issues=(*issues, *moved), source=_source(imported, mapping, origin),
        rows_in=int(imported.report["rows"]), sha256=origin.sha256,
    )  # fmt: skip


def has_shapes(loaded: Loaded) -> bool:
    """Whether any row is a line or an outline."""
    return bool((shapely.get_dimensions(loaded.frame.geometry.to_numpy()) > 0).any())


def _free(name: str, present: set[str]) -> str:
    """A name for a column of the file that is none of ours."""
    free = f"file_{name}" if name in TAKEN or name == ROW else name
    while free != name and free in present:
        free = f"file_{free}"
    return free


def _place(
    frame: gpd.GeoDataFrame, mapping: ColumnMapping, ids: list[str], standards: Standards
) -> dict[str, list[Any]]:
    """The columns that every place has."""
    count, rows = len(frame), frame[ROW].to_list()
    zh, en = _cells(frame, mapping.name), _cells(frame, mapping.name_en)
    accuracy = {method.code: method.accuracy_m for method in LOCATION_METHODS}[mapping.method]
    nothing, empty = [""] * count, [()] * count
    return {
        "id": ids,
        "name_zh": [words(a) or words(b) or f"第 {row} 行" for a, b, row in zip(zh, en, rows, strict=True)],
        "name_en": [words(b) or words(a) or f"Row {row}" for a, b, row in zip(zh, en, rows, strict=True)],
        "district_code": [district_code(cell, standards.district_names) for cell in _cells(frame, mapping.district)],
        "towns": empty, "address_zh": nothing,
        "sectors": [sector_codes(cell)[0] for cell in _cells(frame, mapping.sector)],
        "extent": nothing, "location_method": [mapping.method] * count, "accuracy_m": [accuracy] * count,
        "location_basis": ["brought"] * count, "location_note_zh": nothing, "location_note_en": nothing,
        "note_zh": nothing, "note_en": nothing, "references": empty, "conflicts": empty,
    }  # fmt: skip


def _cells(frame: gpd.GeoDataFrame, column: str) -> list[Any]:
    return frame[column].to_list() if column else [None] * len(frame)


def words(cell: Any) -> str:  # noqa: ANN401 - a cell may hold anything
    """A cell in words, empty for nothing."""
    return "" if cell is None or (isinstance(cell, float) and np.isnan(cell)) else str(cell).strip()


def _areas(frame: gpd.GeoDataFrame, mapping: ColumnMapping) -> tuple[list[float], list[int]]:
    """Stated areas in m², NaN where none is stated; and the positions of those that cannot be read."""
    if not mapping.amount:
        return [float("nan")] * len(frame), []
    found = [area_m2(cell, mapping.unit) for cell in frame[mapping.amount]]
    return [float("nan") if each is None else each for each in found], [
        at for at, each in enumerate(found) if each is None
    ]


def area_m2(cell: Any, unit: str) -> float | None:  # noqa: ANN401
    """An area in m²: a number in ``unit``, or words that may name another (120亩); NaN for nothing, None if unread."""
    if not words(cell):
        return float("nan")
    value = number_in(cell)
    found = (Fraction(value), unit) if np.isfinite(value) else _spelled(str(cell), unit)
    return float(found[0] * M2_PER_UNIT[found[1]]) if found and 0 <= found[0] < MOST else None


def _spelled(cell: str, unit: str) -> tuple[Fraction, str] | None:
    """A number in words and its unit; None if it is a range, of another kind (30家, 5公里), or no number at all."""
    for spelling in (cell, f"{cell}亩"):  # a bare number (1,200 or 2.6万) is one that takes a unit behind it
        try:
            stated = quantity(spelling)
        except ParameterError:
            return None
        if stated.value is not None and stated.unit in M2_PER_UNIT:
            return stated.value, stated.unit if spelling == cell else unit
        if stated.unit != "count":
            return None
    return None


def _plain(cells: list[Any]) -> list[Any]:
    """Cells of one kind: numbers if all are, else words."""
    if all(each is None or (isinstance(each, int | float) and not isinstance(each, bool)) for each in cells):
        return [float("nan") if each is None else float(each) for each in cells]
    return [json.dumps(each, ensure_ascii=False) if isinstance(each, dict | list) else words(each) for each in cells]


def _districts(table: gpd.GeoDataFrame, standards: Standards, layer_id: str) -> tuple[pd.Series, list[Issue]]:
    """The district that a row states, else all that it touches; and which rows lie outside the district they state."""
    codes = standards.districts["district_code"].astype(str).to_list()
    listed, issues = [], []
    crossings = assign.crossed(table.geometry, standards.districts.geometry)
    for row_id, stated, found in zip(table["id"].to_list(), table["district_code"].to_list(), crossings, strict=True):
        crossed = tuple(codes[each] for each in found)
        listed.append((stated,) if stated else crossed)  # neighbours touch at their border
        if stated and stated not in crossed:
            issues.append(
                Issue(layer=layer_id, feature=row_id, column="district_code", rule="point in district",
                      value=stated, severity="doubtful")
            )  # fmt: skip
    return pd.Series(listed, index=table.index, dtype=object), issues


def _declared(layer_id: str, mapping: ColumnMapping, names: dict[str, str], table: gpd.GeoDataFrame) -> Layer:
    own = tuple(
        Column(
            name=name, dtype="number" if pd.api.types.is_numeric_dtype(table[name]) else "str",
            label_zh=called, label_en=called, verbatim=True,
        )
        for called, name in names.items()
    )  # fmt: skip
    colour = COLOURS[sum(layer_id.encode()) % len(COLOURS)]
    kinds = tuple(kind for kind in GEOMETRY_KINDS if kind in set(table.geometry.geom_type))
    return Layer(
        id=layer_id, title_zh=mapping.title, title_en=mapping.title, geometry=kinds, columns=(*DECLARED, *own),
        role=USER_ROLE, extent="region" if (table["extent"] == "region").any() else "city",
        sector_filtered=bool(mapping.sector), on=False,
        style=Style(marker_color=colour, marker_symbol="square", stroke=colour, fill=colour, fill_opacity=0.15),
        card=("area_m2", "area_basis", *list(names.values())[:ON_CARD]),
    )  # fmt: skip


def _source(imported: Imported, mapping: ColumnMapping, origin: Origin) -> Source:
    aside = imported.report["set_aside"]
    by_user = ("，由使用者指明", ", named by the reader") if origin.by_user else ("", "")
    known = HYPOTHESES.get(origin.datum)
    zh, en = (known.name_zh, known.name_en) if known else (origin.datum, origin.datum)
    return Source(
        title_zh=mapping.title, title_en=mapping.title, producer="使用者导入 | brought by a reader",
        citation=origin.file, url="", licence=origin.licence or "未说明 | not stated", licence_url="", published="",
        accessed="", source_crs=str(imported.report["crs"]) or origin.datum,
        accuracy=f"{mapping.method}: 由使用者说明 | as the reader states it",
        method_zh=f"从 {origin.file} 读入，坐标基准 {zh}{by_user[0]}；搁置 {aside} 行。",
        method_en=f"Read from {origin.file}, datum {en}{by_user[1]}; {aside} rows set aside.",
        attribution=origin.attribution or origin.file, map_approval="", tool="app.importers",
    )  # fmt: skip
