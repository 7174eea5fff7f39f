"""薄弱区 underserved areas: land out of reach of every known facility. From an incomplete list they are *unknown*."""

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from app.analysis.coverage import facilities, land_by_district
from app.analysis.params import AnalysisParams
from app.core.atlas import Atlas
from app.core.groups import group
from geo.crs import WGS84
from geo.frames import records
from geo.quantize import quantize
from geo.underserved import UnderservedAreas, underserved_areas
from layers import columns

REACH = ("land", "sure", "best", "possible")
SUMS = tuple(f"{name}_m2" for name in (*REACH, "possibly", "beyond"))
WORDS = {
    "possibly": ("可能够得到（取决于定位精度）", "Possibly in reach (depends on how well places are known)"),
    "unknown": ("够不到已知点：未知，不等于没有", "No known place in reach: unknown, not bare"),
    "uncovered": ("够不到（读者声明名单完整）", "Out of reach (the reader declared the list complete)"),
}
COLUMNS = (
    columns.text("id", "编号", "Id"),
    columns.text("name_zh", "名称", "Name (Chinese)"),
    columns.text("name_en", "名称（英文）", "Name"),
    columns.text("district_code", "行政区代码", "District code"),
    columns.text("status", "这块土地", "This land: possibly in reach, unknown or uncovered"),
    columns.text("targets", "目标", "Targets"),
    columns.number("radius_m", "半径（直线）", "Radius (straight line)", unit="m"),
    columns.text("data_kind", "数据性质", "Kind of data"),
    columns.number("area_m2", "这块土地的面积", "Area of this land", unit="m²"),
    columns.number("district_land_m2", "全区陆域", "Land of the whole district", unit="m²"),
    columns.number("district_sure_m2", "全区确定够得到", "Surely in reach, whole district", unit="m²"),
    columns.number("district_best_m2", "全区按图够得到", "In reach as drawn, whole district", unit="m²"),
    columns.number("district_possible_m2", "全区至多够得到", "In reach at the best, whole district", unit="m²"),
    columns.number("area_mu", "这块土地的面积", "Area of this land", unit="亩"),
)


@dataclass(frozen=True, kw_only=True)
class Underserved:
    """Underserved areas, and how much land is in reach.

    Attributes
    ----------
    areas
        EPSG:4326, by district and status: `COLUMNS` and the geometry. ``status`` is possibly, unknown or uncovered;
        ``district_..._m2`` are the sums of the whole district and stand in each of its rows. Only the districts asked
        about, no row where no land is left.
    by_district
        Every district asked about, then a row ``all`` of just these: ``district_code, district_zh, district_en`` and
        in m² ``land``, in reach ``sure`` <= ``best`` <= ``possible``, ``possibly`` = possible - sure, ``beyond``.
    facilities
        How many are known well enough to be measured to.
    arc_error_m
        An arc lies at most so far from the true one.
    """

    areas: gpd.GeoDataFrame
    by_district: pd.DataFrame
    facilities: int
    arc_error_m: float


def underserved(
    atlas: Atlas, params: AnalysisParams, *, on_progress: Callable[[float], None] | None = None
) -> Underserved:
    """Underserved areas of the districts asked about."""
    every = atlas.districts["district_code"]
    wanted = every.isin(params.districts or every).to_numpy()
    land = gpd.GeoSeries(land_by_district(atlas).to_numpy()[wanted], crs=WGS84)
    codes = every[wanted].to_list()
    known = facilities(atlas, params)
    found = underserved_areas(land, known, radius_m=params.radius_m, on_progress=on_progress)
    return Underserved(
        areas=_areas(atlas, params, found, codes),
        by_district=_by_district(atlas, found, codes),
        facilities=len(known.x),
        arc_error_m=found.error_m,
    )


def _areas(atlas: Atlas, params: AnalysisParams, found: UnderservedAreas, codes: list[str]) -> gpd.GeoDataFrame:
    rows = []
    of_district = records(found.table[[f"{name}_m2" for name in REACH]].add_prefix("district_"))
    for status, parts in ((found.beyond_status, found.beyond), ("possibly", found.possibly)):
        shapes = quantize(parts)
        for zone in parts.index:
            if shapes[zone].is_empty:
                continue
            area = float(parts[zone].area)
            rows.append(
                {
                    **_words(atlas, params, codes[zone], status),
                    "area_m2": area,
                    **of_district[zone],
                    "area_mu": area * 3 / 2_000,
                    "geometry": shapes[zone],
                }
            )
    names = [*(column.name for column in COLUMNS), "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=names), geometry="geometry", crs=WGS84)


def _by_district(atlas: Atlas, found: UnderservedAreas, codes: list[str]) -> pd.DataFrame:
    sums = found.table[list(SUMS)]
    named = [(code, *atlas.district_names[code]) for code in codes]
    places = pd.DataFrame(
        [*named, ("all", "合计", "All")], columns=["district_code", "district_zh", "district_en"]
    )  # fmt: skip
    return pd.concat([places, pd.concat([sums, sums.sum().to_frame().T], ignore_index=True)], axis=1)


def _words(atlas: Atlas, params: AnalysisParams, code: str, status: str) -> dict[str, object]:
    name_zh, name_en = atlas.district_names[code]
    of = group(atlas, params.targets)
    return {
        "id": f"W{code}-{status}",
        "name_zh": f"{name_zh} · {of.title_zh} {params.radius_m:,.0f} m：{WORDS[status][0]}",
        "name_en": f"{name_en} · {of.title_en} {params.radius_m:,.0f} m: {WORDS[status][1]}",
        "district_code": code, "status": status, "targets": params.targets, "radius_m": params.radius_m,
        "data_kind": "modelled" if params.modelled else "measured",
    }  # fmt: skip
