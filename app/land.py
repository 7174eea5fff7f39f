"""Land under a view: three kinds of number that never meet in one column.

Land supply 可供用地 is stated for the city only. Park extent 园区范围 is a published area, added once per
piece of land, or measured where an outline is independent of it. Floor area 建筑面积 is never land.
"""

from typing import Any

import geopandas as gpd
import pandas as pd

from app import selection
from app.atlas import Atlas
from app.view import View
from geo import area, ledger, units
from geo.frames import records
from layers.figures import value_text
from layers.vocabulary import SECTORS

SUPPLY_FIGURES = ("F013", "F014")  # cumulative: the later one includes the earlier one
SUPPLY_BY_DISTRICT = "not_published"


def by_district(atlas: Atlas, view: View) -> pd.DataFrame:
    """Land and floor area of the selected parks and GMP sites by district: always all 16 rows.

    Returns
    -------
    pandas.DataFrame
        Sorted by district code. ``land_supply`` reads ``not_published``; ``park_extent_*`` is published area
        counted once (m², ha, 亩); ``outline_m2`` is measured (geodesic, union); ``gmp_floor_m2`` is floor
        area, ``gmp_unknown_m2`` area of a kind that is not stated.
    """
    parks, gmp = selection.rows(atlas, "parks", view), selection.rows(atlas, "gmp", view)
    counted = parks[parks["id"].isin(counted_parks(atlas, parks))]
    outlines = _outlines(atlas, parks)
    table = []
    for district in records(atlas.districts):
        code = district["district_code"]
        here = counted[counted["district_code"] == code]["site_area_m2"].sum()
        sites = gmp[gmp["district_code"] == code]
        table.append(
            {
                "district_code": code, "district_zh": district["name_zh"], "district_en": district["name_en"],
                "land_supply": SUPPLY_BY_DISTRICT, "parks": int((parks["district_code"] == code).sum()),
                "parks_counted": int((counted["district_code"] == code).sum()), **_extent(here),
                "outline_m2": area.union_area_m2(outlines.intersection(district["geometry"])),
                "gmp_sites": len(sites), **_floor(sites),
            }
        )  # fmt: skip
    columns = ["district_code", "district_zh", "district_en", "land_supply", "parks", "parks_counted", *_extent(0.0)]
    return pd.DataFrame(table, columns=[*columns, "outline_m2", "gmp_sites", *_floor(gmp)])


def by_sector(atlas: Atlas, view: View) -> pd.DataFrame:
    """Published extent of the selected parks by sector. Sectors overlap: see `total` for the sum of all."""
    parks = selection.rows(atlas, "parks", view)
    table = []
    for sector in SECTORS:
        members = parks[[sector.code in row for row in parks["sectors"]]]
        if members.empty:
            continue
        counted = members[members["id"].isin(counted_parks(atlas, members))]
        table.append(
            {
                "sector": sector.code, "sector_zh": sector.name_zh, "sector_en": sector.name_en, "parks": len(members),
                "parks_counted": len(counted), **_extent(counted["site_area_m2"].sum()),
            }
        )  # fmt: skip
    return pd.DataFrame(
        table,
        columns=["sector", "sector_zh", "sector_en", "parks", "parks_counted", *_extent(0.0)],
    )


def total(atlas: Atlas, view: View) -> dict[str, float | int]:
    """Union total of the selection: every piece of land once, whatever its districts and sectors."""
    parks, gmp = selection.rows(atlas, "parks", view), selection.rows(atlas, "gmp", view)
    counted = parks[parks["id"].isin(counted_parks(atlas, parks))]
    outlines = _outlines(atlas, parks)
    return {
        "parks": len(parks), "parks_counted": len(counted), **_extent(counted["site_area_m2"].sum()),
        "outline_m2": area.union_area_m2(outlines), "outlines": len(outlines), "gmp_sites": len(gmp), **_floor(gmp),
    }  # fmt: skip


def outlines_compared(atlas: Atlas, view: View) -> pd.DataFrame:
    """Measured extent beside the published one, where the outline does not come from the published area."""
    parks = selection.rows(atlas, "parks", view)
    drawn = _outlines(atlas, parks)
    published = parks.set_index("id")["site_area_m2"]
    table = []
    for park_id, geometry in zip(drawn.index.astype(str), drawn, strict=True):
        measured, stated = area.geodesic_area_m2(geometry), published[park_id]
        table.append(
            {
                "park_id": park_id, "measured_m2": measured, "measured_mu": units.m2_to_mu(measured),
                "published_m2": stated, "published_mu": units.m2_to_mu(stated),
                "difference_share": measured / stated - 1,
            }
        )  # fmt: skip
    columns = ["park_id", "measured_m2", "measured_mu", "published_m2", "published_mu", "difference_share"]
    return pd.DataFrame(table, columns=columns)


def supply(atlas: Atlas) -> list[dict[str, Any]]:
    """City-level land supply as stated, oldest first. Cumulative: never to be added."""
    figures = [atlas.evidence.figures[key] for key in SUPPLY_FIGURES if key in atlas.evidence.figures]
    return [
        {
            "figure": figure.id,
            "as_of": figure.as_of,
            "value_mu": figure.value,
            "value_ha": units.m2_to_ha(units.mu_to_m2(figure.value)),
            "value_m2": units.mu_to_m2(figure.value),
            "value_zh": value_text(figure)[0],
            "value_en": value_text(figure)[1],
            "semantics": figure.semantics,
            "document": figure.document,
            "published": figure.published,
        }
        for figure in figures
        if figure.value is not None
    ]


def counted_parks(atlas: Atlas, parks: gpd.GeoDataFrame) -> frozenset[str]:
    """Ids of the parks whose published areas may be added. Zones are context: they neither count nor hide parks."""
    everything = atlas.frame("parks")
    parents = dict(zip(everything["id"], everything["parent_id"], strict=True))
    own = parks[parks["kind"] != "zone"]
    areas = {key: None if pd.isna(value) else value for key, value in zip(own["id"], own["site_area_m2"], strict=True)}
    return ledger.counted_once(areas, parents)


def _outlines(atlas: Atlas, parks: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Outlines of the selected parks that are measured, by park id."""
    frame = atlas.frame("outlines")
    kept = frame[frame["independent"].astype(bool) & frame["counts"].astype(bool) & frame["park_id"].isin(parks["id"])]
    return kept.set_index("park_id").geometry


def _extent(area_m2: float) -> dict[str, float]:
    return {
        "park_extent_m2": float(area_m2), "park_extent_ha": units.m2_to_ha(area_m2),
        "park_extent_mu": units.m2_to_mu(area_m2),
    }  # fmt: skip


def _floor(sites: gpd.GeoDataFrame) -> dict[str, float]:
    floor = sites[sites["area_basis"] == "floor"]
    return {
        "gmp_floor_m2": float(floor["area_m2"].sum()),
        "gmp_floor_built_m2": float(floor[floor["status"] == "built"]["area_m2"].sum()),
        "gmp_unknown_m2": float(sites[sites["area_basis"] == "unknown"]["area_m2"].sum()),
    }
