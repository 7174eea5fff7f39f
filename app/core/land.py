"""Land under a view: three kinds of number that never meet in one column.

Land supply 可供用地 is stated for the city only. Park extent 园区范围 is a published area, added once per
piece of land, or measured where an outline is independent of it. Floor area 建筑面积 is never land.
"""

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from app.core import filters
from app.core.atlas import Atlas
from app.core.view import View
from app.i18n.texts import text
from geo import area, units
from geo.land import ledger
from layers import PLACES, timeline
from layers.figures import value_text
from layers.timeline import Supply, supply_figures
from layers.vocabulary import SECTORS

Row = dict[str, Any]

# the layers whose places make up the ledger's two accounts of places
LAYER_OF = {layer.land: layer.id for layer in PLACES if layer.land}
EXTENT, FLOOR = LAYER_OF["extent"], LAYER_OF["floor"]
SUPPLY_BY_DISTRICT = "not_published"


def by_district(atlas: Atlas, view: View) -> pd.DataFrame:
    """Land and floor area of the selected parks and GMP sites by district: always all 16 rows.

    Returns
    -------
    pandas.DataFrame
        Sorted by district code. ``land_supply`` reads ``not_published``; ``park_extent_*`` is published area
        counted once (m², ha, 亩); ``outline_m2`` is measured (geodesic, union), missing where no outline is;
        ``gmp_floor_m2`` is floor area, ``gmp_unknown_m2`` area of a kind that is not stated. Sums are 0 where
        there is no park or site, and missing where none of those that are there has a published area. Of a layer
        that could not be loaded even the counts are missing.
    """
    parks, gmp = _rows(atlas, EXTENT, view), _rows(atlas, FLOOR, view)
    counted, outlined = counted_parks(atlas, parks), {row["id"] for row in parks}
    table = []
    for code, (name_zh, name_en) in atlas.district_names.items():
        here = [row for row in parks if row["district_code"] == code]
        pieces = [
            piece.geometry
            for piece in atlas.outline_pieces
            if piece.district_code == code and piece.park_id in outlined
        ]
        table.append(
            {
                "district_code": code,
                "district_zh": name_zh,
                "district_en": name_en,
                "land_supply": SUPPLY_BY_DISTRICT,
                **_known(atlas, EXTENT, _parks_of(here, counted)),
                "outline_m2": area.union_area_m2(gpd.GeoSeries(pieces)) if pieces else math.nan,
                **_known(atlas, FLOOR, _floor([row for row in gmp if row["district_code"] == code])),
            }
        )
    columns = ["district_code", "district_zh", "district_en", "land_supply", *_parks_of([], counted), "outline_m2"]
    return pd.DataFrame(table, columns=[*columns, *_floor([])])


def by_sector(atlas: Atlas, view: View) -> pd.DataFrame:
    """Published extent of the selected parks by sector. Sectors overlap: see `total` for the sum of all."""
    parks = _rows(atlas, EXTENT, view)
    table = []
    for sector in SECTORS:
        members = [row for row in parks if sector.code in row["sectors"]]
        if members:
            names = {"sector": sector.code, "sector_zh": sector.name_zh, "sector_en": sector.name_en}
            table.append({**names, **_parks_of(members, counted_parks(atlas, members))})
    return pd.DataFrame(table, columns=["sector", "sector_zh", "sector_en", *_parks_of([], frozenset())])


def total(atlas: Atlas, view: View) -> dict[str, float | int]:
    """Union total of the selection: every piece of land once, whatever its districts and sectors."""
    parks = _rows(atlas, EXTENT, view)
    outlines = _outlines(atlas, parks)
    return {
        **_known(atlas, EXTENT, _parks_of(parks, counted_parks(atlas, parks))),
        "outline_m2": area.union_area_m2(outlines) if len(outlines) else math.nan,
        "outlines": len(outlines),
        **_known(atlas, FLOOR, _floor(_rows(atlas, FLOOR, view))),
    }


def with_total(table: pd.DataFrame, total: dict[str, float | int], *, of: str) -> pd.DataFrame:
    """A table with the union total as its last row ``all``: rows that overlap are not to be added.

    Parameters
    ----------
    table
        Of `by_district` or `by_sector`.
    total
        Of `total`, under the same view.
    of
        ``district`` or ``sector``.
    """
    code = "district_code" if of == "district" else of
    names = {f"{of}_{lang}": text("union_total", lang) for lang in ("zh", "en")}
    last = {**total, code: "all", **names}
    return pd.concat([table, pd.DataFrame([last])[[name for name in table if name in last]]], ignore_index=True)


def outlines_compared(atlas: Atlas, view: View) -> pd.DataFrame:
    """Measured extent beside the published one, where the outline does not come from the published area."""
    parks = _rows(atlas, EXTENT, view)
    drawn = _outlines(atlas, parks)
    published = {row["id"]: row["site_area_m2"] for row in parks}
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


def supply(atlas: Atlas, *, known_on: date | None = None) -> list[dict[str, Any]]:
    """City-level land supply as stated, oldest first. Cumulative: never to be added.

    Parameters
    ----------
    known_on
        Only what had been published by that day; None for all.
    """
    stated = supply_figures(atlas.evidence)
    figures = stated if known_on is None else timeline.known_on(stated, known_on)
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


def supply_words(due: Supply | None, lang: str) -> str:
    """How much land was due by a day, as stated; what is known but not due yet is not unknown."""
    if due is None or not due.known:
        return text("nothing_known", lang)
    return text("not_due", lang) if due.figure is None else value_text(due.figure)[lang == "en"]


def supply_line(atlas: Atlas, lang: str) -> str:
    """Stated land supply of the city in a sentence, oldest first: cumulative, never to be added."""
    at = "value_en" if lang == "en" else "value_zh"
    stated = [text("supply_of_year", lang).format(year=row["as_of"][:4], value=row[at]) for row in supply(atlas)]
    values = " → ".join(stated) or text("not_published", lang)
    return text("supply_line", lang).format(values=values)


def counted_parks(atlas: Atlas, parks: Sequence[Row]) -> frozenset[str]:
    """Ids of the parks whose published areas may be added. Zones are context: they neither count nor hide parks."""
    parents = {row["id"]: row["parent_id"] for row in atlas.records(EXTENT)}
    areas = {
        row["id"]: None if math.isnan(row["site_area_m2"]) else row["site_area_m2"]
        for row in parks
        if row["kind"] != "zone"
    }
    return ledger.counted_once(areas, parents)


def _rows(atlas: Atlas, layer_id: str, view: View) -> list[Row]:
    return filters.records(atlas, layer_id, view)


def _outlines(atlas: Atlas, parks: Sequence[Row]) -> gpd.GeoSeries:
    """Outlines of the selected parks that are measured, by park id."""
    selected = {row["id"] for row in parks}
    kept = [park in selected for park in atlas.measured_outlines.index]
    return gpd.GeoSeries(atlas.measured_outlines[kept])


def _parks_of(parks: Sequence[Row], counted: frozenset[str]) -> dict[str, float | int]:
    own = [row["site_area_m2"] for row in parks if row["id"] in counted]
    m2 = _sum(own, of=parks)
    return {
        "parks": len(parks),
        "parks_counted": len(own),
        "park_extent_m2": m2,
        "park_extent_ha": units.m2_to_ha(m2),
        "park_extent_mu": units.m2_to_mu(m2),
    }


def _floor(sites: Sequence[Row]) -> dict[str, float | int]:
    def stated(basis: str, status: str | None = None) -> float:
        rows = [row for row in sites if row["area_basis"] == basis and status in {None, row["status"]}]
        return _sum([row["area_m2"] for row in rows if not math.isnan(row["area_m2"])], of=sites)

    return {
        "gmp_sites": len(sites),
        "gmp_floor_m2": stated("floor"),
        "gmp_floor_built_m2": stated("floor", "built"),
        "gmp_unknown_m2": stated("unknown"),
    }


def _known(atlas: Atlas, layer_id: str, numbers: dict[str, float | int]) -> dict[str, float | int]:
    """Numbers of a layer, all missing if it could not be loaded: what was not read is not 0."""
    return numbers if layer_id in atlas.loaded else dict.fromkeys(numbers, math.nan)


def _sum(areas: Sequence[float], *, of: Sequence[Row]) -> float:
    """Sum of published areas: 0 where there is nothing that could have one, missing where none is published."""
    return float(sum(areas)) if areas or not of else math.nan
