"""What is near what, as the map draws it: a straight line from each place that asks to the nearest that it found."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from app.analysis.params import AnalysisParams
from app.core.atlas import Atlas
from app.core.groups import rows
from geo.crs import LOCAL, WGS84, to_local
from layers import columns

SHORTEST_M = 1.0  # where both are in one place, there is no line to draw
COLUMNS = (
    columns.text("id", "编号", "Id of the place that asks"),
    columns.text("name_zh", "名称", "Name (Chinese)"),
    columns.text("name_en", "名称（英文）", "Name"),
    columns.text("district_code", "行政区代码", "District code"),
    columns.text("location_method", "定位方法", "How its place is known"),
    columns.number("accuracy_m", "位置精度", "Accuracy of its place", unit="m"),
    columns.text("target_id", "最近的：编号", "Id of the nearest"),
    columns.text("target_name_zh", "最近的：名称", "Name of the nearest (Chinese)"),
    columns.text("target_name_en", "最近的：名称（英文）", "Name of the nearest"),
    columns.number("distance_min_m", "距离，最小", "Distance, at the best", unit="m"),
    columns.number("distance_m", "距离，按图", "Distance, as drawn", unit="m"),
    columns.number("distance_max_m", "距离，最大", "Distance, at the worst", unit="m"),
    columns.number("sure", "半径内个数，确定", "In reach, surely"),
    columns.number("best", "半径内个数，按图", "In reach, as drawn"),
    columns.number("possible", "半径内个数，可能", "In reach, possibly"),
    columns.text("verdict", "范围内有吗", "Is one in reach: yes, possibly, no, unknown"),
    columns.text("data_kind", "数据性质", "Kind of data"),
)


def lines(atlas: Atlas, params: AnalysisParams, near: pd.DataFrame) -> gpd.GeoDataFrame:
    """Lines of a table of `app.analysis.near.near`, EPSG:4326, the shortest first.

    Rows without a nearest, or in the same place as it, have no line: the table has them.
    """
    found = near[near["target_id"].notna()].sort_values("distance_m", kind="stable")
    targets = rows(atlas, params.targets).set_index("id").loc[found["target_id"]]
    origins = rows(atlas, params.origins).set_index("id").loc[found["id"]]
    ends = (np.asarray(to_local(frame.geometry), dtype=object) for frame in (origins, targets))
    shapes = shapely.shortest_line(*ends)
    table = found.assign(
        target_name_zh=targets["name_zh"].to_numpy(), target_name_en=targets["name_en"].to_numpy(),
        data_kind="modelled" if params.modelled else "measured",
    )  # fmt: skip
    drawn = gpd.GeoDataFrame(table[[column.name for column in COLUMNS]], geometry=shapes, crs=LOCAL)
    return drawn[shapely.length(shapes) >= SHORTEST_M].to_crs(WGS84).reset_index(drop=True)
