"""Land of the layers that a reader brought, by district: what they state beside what is measured, never mixed."""

import math
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from app import selection
from app.atlas import Atlas
from app.own.reading import BASES
from app.view import View
from geo import units
from geo.land_table import land_table

COLUMNS = [
    "layer", "layer_zh", "layer_en", "district_code", "district_zh", "district_en", "rows", "stated_land_mu",
    "stated_land_m2", "stated_floor_m2", "stated_unknown_m2", "outlines", "outline_mu", "outline_m2",
]  # fmt: skip
AREA = 2  # dimensions of an outline
ALL = ("合计", "All")


def own_land(atlas: Atlas, view: View) -> pd.DataFrame:
    """Land of every own layer under the filters of a view, by district, and a row ``all`` for each.

    Returns
    -------
    pandas.DataFrame
        ``COLUMNS``, only where there are rows. ``stated_*`` is what the file says, by kind of area, each row in its own
        district (a row in none or in several only under ``all``), NaN where it says nothing. ``outline_*`` is measured
        on the ellipsoid and cut at the districts' borders; within a layer, what overlaps counts once.
    """
    table: list[dict[str, Any]] = []
    for layer in atlas.own:
        rows = selection.rows(atlas, layer.id, view)
        measured = _measured(rows, atlas)
        for code, names in {**atlas.district_names, "all": ALL}.items():
            here = rows if code == "all" else rows[rows["district_code"] == code]
            m2 = measured.get(code, math.nan)
            if here.empty and not m2 > 0:
                continue
            outlines = int((shapely.get_dimensions(here.geometry.to_numpy()) == AREA).sum())
            land, floor, unknown = (_stated(here, basis) for basis in BASES)
            cells = [
                layer.id, layer.title_zh, layer.title_en, code, *names, len(here), units.m2_to_mu(land), land, floor,
                unknown, outlines, units.m2_to_mu(m2), m2,
            ]  # fmt: skip
            table.append(dict(zip(COLUMNS, cells, strict=True)))
    return pd.DataFrame(table, columns=COLUMNS)


def _stated(rows: gpd.GeoDataFrame, basis: str) -> float:
    """Square metres of a kind that the file states, NaN where it states none."""
    return float(rows.loc[rows["area_basis"] == basis, "area_m2"].sum(min_count=1))


def _measured(rows: gpd.GeoDataFrame, atlas: Atlas) -> dict[str, float]:
    """Square metres of the outlines by district code, and ``all`` with what lies outside the city."""
    outlines = rows[shapely.get_dimensions(rows.geometry.to_numpy()) == AREA]
    if outlines.empty:
        return {}
    found = land_table(outlines, atlas.districts.set_index("district_code"))
    by_code = {str(code): float(m2) for code, m2 in zip(found["district"], found["m2"], strict=True) if code}
    return {**by_code, "all": float(found["m2"].sum())}
