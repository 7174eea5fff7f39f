"""Land of the layers of the user: what they state beside what is measured, never mixed."""

import math
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from app.core import filters
from app.core.atlas import Atlas
from app.core.view import View
from app.workspace.column_mapping import BASES
from geo import units
from geo.land.table import land_table
from layers.model import Layer
from layers.vocabulary import SECTORS

NUMBERS = [
    "rows", "stated_land_mu", "stated_land_m2", "stated_floor_m2", "stated_unknown_m2", "outlines", "outline_mu",
    "outline_m2",
]  # fmt: skip
COLUMNS = ["layer", "layer_zh", "layer_en", "district_code", "district_zh", "district_en", *NUMBERS]
SECTOR_COLUMNS = ["layer", "layer_zh", "layer_en", "sector", "sector_zh", "sector_en", *NUMBERS]
AREA = 2  # dimensions of an outline
ALL = ("合计", "All")


def user_land(atlas: Atlas, view: View) -> pd.DataFrame:
    """Land of every own layer under the filters of a view, by district, and a row ``all`` for each.

    Returns
    -------
    pandas.DataFrame
        ``COLUMNS``, only where there are rows. ``stated_*`` is what the file says, by kind of area, each row in its own
        district (a row in none or in several only under ``all``), NaN where it says nothing. ``outline_*`` is measured
        on the ellipsoid and cut at the districts' borders; within a layer, what overlaps counts once.
    """
    table: list[dict[str, Any]] = []
    for layer in atlas.user_layers:
        rows = filters.rows(atlas, layer.id, view)
        found = _measured(rows, atlas)
        measured = {**found.groupby("district")["m2"].sum(), "all": found["m2"].sum(min_count=1)}
        for code, names in {**atlas.district_names, "all": ALL}.items():
            here = rows if code == "all" else rows[rows["district_code"] == code]
            row = _row(layer, dict(zip(COLUMNS[3:6], (code, *names), strict=True)), here, measured.get(code, math.nan))
            if len(here) or row["outline_m2"] > 0:
                table.append(row)
    return pd.DataFrame(table, columns=COLUMNS)


def user_land_by_sector(atlas: Atlas, view: View) -> pd.DataFrame:
    """The same by sector. Sectors overlap: a row of two sectors stands in both, and once in the row ``all``.

    Returns
    -------
    pandas.DataFrame
        ``SECTOR_COLUMNS``, only where there are rows. ``outline_*`` is measured over the whole plane, in the city and
        outside; what overlaps counts once within a sector, and once in ``all``.
    """
    table: list[dict[str, Any]] = []
    for layer in atlas.user_layers:
        rows = filters.rows(atlas, layer.id, view)
        found = _measured(rows, atlas, by="sectors")
        whole = found.loc[found["group"].isna(), "m2"].sum(min_count=1)
        measured = {**found.groupby("group")["m2"].sum(), "all": whole}
        terms = {term.code: (term.name_zh, term.name_en) for term in SECTORS}
        for code, names in {**terms, "all": ALL}.items():
            here = rows if code == "all" else rows[[code in codes for codes in rows["sectors"]]]
            if len(here):
                names_of = dict(zip(SECTOR_COLUMNS[3:6], (code, *names), strict=True))
                table.append(_row(layer, names_of, here, measured.get(code, math.nan)))
    return pd.DataFrame(table, columns=SECTOR_COLUMNS)


def _row(layer: Layer, names: Mapping[str, str], rows: gpd.GeoDataFrame, m2: float) -> dict[str, Any]:
    outlines = int((shapely.get_dimensions(rows.geometry.to_numpy()) == AREA).sum())
    land, floor, unknown = (_stated(rows, basis) for basis in BASES)
    cells = [len(rows), units.m2_to_mu(land), land, floor, unknown, outlines, units.m2_to_mu(m2), m2]
    named = {"layer": layer.id, "layer_zh": layer.title_zh, "layer_en": layer.title_en}
    return {**named, **names, **dict(zip(NUMBERS, cells, strict=True))}


def _stated(rows: gpd.GeoDataFrame, basis: str) -> float:
    """Square metres of a kind that the file states, NaN where it states none."""
    return float(rows.loc[rows["area_basis"] == basis, "area_m2"].sum(min_count=1))


def _measured(rows: gpd.GeoDataFrame, atlas: Atlas, *, by: str | None = None) -> pd.DataFrame:
    """Square metres of the outlines: ``district`` (None outside), ``group`` and ``m2``; no rows without outlines."""
    outlines = rows[shapely.get_dimensions(rows.geometry.to_numpy()) == AREA]
    if outlines.empty:
        return pd.DataFrame({"district": [], "group": [], "m2": []})
    return land_table(outlines, atlas.districts.set_index("district_code"), by=by)
