"""How much of the city lies within reach of a group: places, residents (modelled) and land, by district."""

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.analysis.origins import is_whole, origins_of
from app.analysis.params import AnalysisParams
from app.core.atlas import Atlas
from app.core.groups import measured_rows
from geo import crs
from geo.coverage import Coverage, coverage
from geo.crs import WGS84
from geo.demand import Demand, land_grid, points_demand, residents_grid
from geo.facilities import Facilities
from layers import columns
from layers.model import Column

KINDS = ("places", "residents", "land")
TOTALS = {
    "places": ("询问的地点，个", "Places that ask", ""),
    "residents": ("常住人口，均匀摊到陆域（模拟）", "Residents, spread evenly over the land (modelled)", ""),
    "land": ("陆域", "Land", "m²"),
}
SHARES = {
    "sure": ("其中确定够得到", "of these surely in reach"),
    "best": ("其中按图够得到", "of these in reach as drawn"),
    "possible": ("其中可能够得到", "of these possibly in reach"),
    "at_most": ("其中至多够得到，清单可能有缺", "of these in reach at most, as the list may lack some"),
}
GRID_M = 500.0


def _declared() -> tuple[Column, ...]:
    report = [
        columns.text("id", "编号", "Id"),
        columns.text("name_zh", "行政区", "District (Chinese)"),
        columns.text("name_en", "行政区（英文）", "District"),
        columns.text("district_code", "行政区代码", "District code"),
        columns.text("data_kind", "数据性质", "Kind of data"),
    ]
    for kind, (zh, en, unit) in TOTALS.items():
        report.append(columns.number(f"{kind}_total", zh, en, unit=unit))
        report += [columns.number(f"{kind}_{each}", f"{zh}：{of_zh}", f"{en}, {of_en}", unit="0-1")
                 for each, (of_zh, of_en) in SHARES.items()]  # fmt: skip
    return tuple(report)


COLUMNS = _declared()


def demands(atlas: Atlas) -> dict[str, Demand]:
    """Residents (census figures spread evenly over each district's land: modelled) and land, on a grid."""
    land = land_by_district(atlas)
    residents = atlas.districts["residents_2020"].to_numpy(dtype=float)
    return {"residents": residents_grid(land, residents, spacing_m=GRID_M), "land": land_grid(land, spacing_m=GRID_M)}


def land_by_district(atlas: Atlas) -> gpd.GeoSeries:
    """Land of the 16 districts in the order of ``atlas.districts``, EPSG:4326."""
    land = atlas.frame("districts_land").set_index("district_code").loc[atlas.districts["district_code"]]
    return gpd.GeoSeries(land.geometry.to_numpy(), crs=WGS84)


def facilities(atlas: Atlas, params: AnalysisParams) -> Facilities:
    """The targets in local metres: points, or the stretches of a line, each with its own accuracy."""
    frame = measured_rows(atlas, params.targets, coarse=params.coarse)
    local = np.asarray(crs.to_local(frame.geometry), dtype=object)
    return Facilities.of(local, frame["accuracy_m"].to_numpy(dtype=float), complete=is_whole(atlas, params))


def places_demand(atlas: Atlas, params: AnalysisParams) -> Demand:
    """The origins that the filters keep as demand of weight 1 each; lines have no single place and are left out."""
    frame = measured_rows(atlas, params.origins, coarse=params.coarse)
    frame = frame[(frame.geom_type == "Point") & frame["id"].isin(origins_of(atlas, params)["id"])]
    codes = {code: at for at, code in enumerate(atlas.districts["district_code"])}
    x, y = _metres(frame)
    return points_demand(
        x, y, zone=[codes.get(code, -1) for code in frame["district_code"]], zone_count=len(codes),
        accuracy_m=frame["accuracy_m"].to_numpy(dtype=float),
    )  # fmt: skip


def by_district(atlas: Atlas, params: AnalysisParams, grids: dict[str, Demand]) -> pd.DataFrame:
    """Shares in reach by district.

    Returns
    -------
    pandas.DataFrame
        The districts asked about by code, then a row ``all`` of just these. For places, residents and land:
        ``{kind}_total`` (count, persons, m²) and shares ``{kind}_{sure|best|possible|at_most}``, missing where there
        is none. ``at_most``: what the truth cannot exceed, which is all where the targets' list may lack some or some
        take no part.
    """
    points = facilities(atlas, params)
    parts = {"places": places_demand(atlas, params), **grids}
    found = {kind: coverage(parts[kind], points, radius_m=params.radius_m) for kind in KINDS}
    codes = atlas.districts["district_code"].to_list()
    wanted = [at for at, code in enumerate(codes) if not params.districts or code in params.districts]
    names = atlas.district_names
    rows = [
        {"district_code": codes[at], "district_zh": names[codes[at]][0], "district_en": names[codes[at]][1],
         **_shares(found, [at])}
        for at in wanted
    ]  # fmt: skip
    return pd.DataFrame(
        [*rows, {"district_code": "all", "district_zh": "合计", "district_en": "All", **_shares(found, wanted)}]
    )


def on_land(atlas: Atlas, params: AnalysisParams, table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Rows of `by_district` with the land of each district, EPSG:4326; the row of all has no land of its own."""
    rows = table[table["district_code"] != "all"].rename(columns={"district_zh": "name_zh", "district_en": "name_en"})
    position = pd.Index(atlas.districts["district_code"]).get_indexer(rows["district_code"])
    report = rows.assign(id=rows["district_code"], data_kind="modelled" if params.modelled else "measured")
    frame = report[[column.name for column in COLUMNS]].reset_index(drop=True)
    return gpd.GeoDataFrame(frame, geometry=land_by_district(atlas).to_numpy()[position], crs=WGS84)


def _shares(found: dict[str, Coverage], zones: list[int]) -> dict[str, float | None]:
    row: dict[str, float | None] = {}
    for kind, answer in found.items():
        parts = [answer.zones[zone] for zone in zones]
        total = sum(part.weight for part in parts)
        row[f"{kind}_total"] = total
        for bound in ("sure", "best", "possible"):
            inside = sum(getattr(part, f"{bound}_weight") for part in parts)
            row[f"{kind}_{bound}"] = inside / total if total else None
        row[f"{kind}_at_most"] = row[f"{kind}_possible"] if answer.complete or not total else 1.0
    return row


def _metres(frame: gpd.GeoDataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return crs.to_local_xy(
        np.asarray(frame.geometry.x, dtype=np.float64), np.asarray(frame.geometry.y, dtype=np.float64)
    )
