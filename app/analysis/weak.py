"""薄弱区域 weak areas: land out of reach of every known facility. From an incomplete list they are *unknown*."""

from collections.abc import Callable

import geopandas as gpd
import pandas as pd

from app.analysis.cover import facilities, land_by_district
from app.analysis.question import Question
from app.atlas import Atlas
from app.groups import group
from geo.crs import WGS84
from geo.drawn import drawn
from geo.weak_areas import weak_areas

WORDS = {
    "possibly": ("可能够得到（取决于定位精度）", "Possibly in reach (depends on how well places are known)"),
    "unknown": ("够不到已知点：未知，不等于没有", "No known place in reach: unknown, not bare"),
    "uncovered": ("够不到（读者声明名单完整）", "Out of reach (the reader declared the list complete)"),
}


def weak(atlas: Atlas, asked: Question, *, on_progress: Callable[[float], None] | None = None) -> gpd.GeoDataFrame:
    """Weak areas by district and status, EPSG:4326.

    Returns
    -------
    geopandas.GeoDataFrame
        ``id, name_zh, name_en, district_code, status`` (possibly | unknown | uncovered), ``area_m2, area_mu``,
        ``radius_m, data_kind``; only the districts asked about, nothing where no land is left.
    """
    every = atlas.districts["district_code"]
    wanted = every.isin(asked.districts or every).to_numpy()
    land = gpd.GeoSeries(land_by_district(atlas).to_numpy()[wanted], crs=WGS84)
    codes = every[wanted].to_list()
    found = weak_areas(land, facilities(atlas, asked), radius_m=asked.radius_m, on_progress=on_progress)
    rows = []
    for status, parts in ((found.beyond_status, found.beyond), ("possibly", found.possibly)):
        shapes = drawn(parts)
        for zone in parts.index:
            if shapes[zone].is_empty:
                continue
            rows.append(
                {
                    **_words(atlas, asked, codes[zone], status),
                    "area_m2": float(parts[zone].area),
                    "geometry": shapes[zone],
                }
            )
    columns = [
        "id",
        "name_zh",
        "name_en",
        "district_code",
        "status",
        "targets",
        "radius_m",
        "data_kind",
        "area_m2",
        "geometry",
    ]
    frame = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=WGS84)
    return frame.assign(area_mu=frame["area_m2"] * 3 / 2_000)


def _words(atlas: Atlas, asked: Question, code: str, status: str) -> dict[str, object]:
    name_zh, name_en = atlas.district_names[code]
    of = group(atlas, asked.targets)
    return {
        "id": f"W{code}-{status}",
        "name_zh": f"{name_zh} · {of.title_zh} {asked.radius_m:,.0f} m：{WORDS[status][0]}",
        "name_en": f"{name_en} · {of.title_en} {asked.radius_m:,.0f} m: {WORDS[status][1]}",
        "district_code": code, "status": status, "targets": asked.targets, "radius_m": asked.radius_m,
        "data_kind": "modelled" if asked.modelled else "measured",
    }  # fmt: skip
