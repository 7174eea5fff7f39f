"""生物医药园区 Biomedical parks, zones and buildings that the sources name, and the outlines there are."""

import geopandas as gpd
import pandas as pd

from geo.area import circle_of_area
from layers.columns import PLACE, flag, names, needed, number, text
from layers.model import AnalysisGroup, Layer, Style

CARD = (
    "kind",
    "towns",
    "address_zh",
    "sectors",
    "zone",
    "site_area_m2",
    "site_area_note",
    "layout_2020",
    "layout_14fyp",
)

PARKS = Layer(
    id="parks",
    title_zh="生物医药园区",
    title_en="Biomedical parks",
    about_zh="园区、分块、楼宇、片区；其中两个是背景片区（PK03、PK27）",
    about_en="parks, blocks, buildings and areas; two are zones of context (PK03, PK27)",
    geometry=("Point",),
    sector_filtered=True,
    columns=(
        *PLACE,
        text("parent_id", "上级园区", "Lies in park"),
        needed("kind", "类别", "Kind", allowed=("park", "zone", "block", "building", "area")),
        number("site_area_m2", "公布用地面积", "Published site area", unit="m²", reference="site_area_reference"),
        text("site_area_reference", "面积出处", "Source of the area"),
        text("site_area_note_zh", "面积说明", "Note on the area (Chinese)"),
        text("site_area_note_en", "面积说明（英文）", "Note on the area"),
        flag("layout_2020", "2020年授牌特色园区", "One of the five licensed in 2020"),
        text("layout_14fyp", "“十四五”1+5+X布局", "In the 1+5+X layout", allowed=("core", "five")),
        text("zone_zh", "所属区域", "Special zone (Chinese)"),
        text("zone_en", "所属区域（英文）", "Special zone"),
    ),
    style=Style(marker_color="#0b6e4f", marker_symbol="circle", marker_size=8.0),
    card=CARD,
    groups=(AnalysisGroup(id="parks", title_zh="生物医药园区", title_en="Biomedical parks"),),
    measured_from=True,
    land="extent",
)

OUTLINES = Layer(
    id="outlines",
    folder="parks",
    title_zh="园区轮廓",
    title_en="Park outlines",
    about_zh="按文字四至绘制；其中两个计入量测",
    about_en="from limits in words; two enter measured sums",
    role="base",
    on=False,
    geometry=("Polygon",),
    columns=(
        needed("id", "编号", "Id"),
        needed("park_id", "园区", "Park"),
        needed("method", "来源方式", "Method", allowed=("text_limits", "chosen_rectangle")),
        flag("independent", "独立于公布面积", "Independent of the published area"),
        flag("counts", "计入量测", "Enters measured sums"),
        text("note_zh", "说明", "Note (Chinese)"),
        text("note_en", "说明（英文）", "Note"),
        names("conflicts", "矛盾记录", "Conflicts"),
    ),
    style=Style(stroke="#0b6e4f", stroke_width=1.6, stroke_dasharray="6 4", fill="#0b6e4f", fill_opacity=0.08),
)


def drawn_outlines(parks: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Everything that is drawn as a park's extent: outlines, and circles for parks with an area only.

    A circle has the published area and no measured one. Zones get none, as their extent is not the park's;
    neither do parks whose position is schematic.

    Parameters
    ----------
    parks, outlines
        Frames of the two layers, EPSG:4326.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns id, park_id, method (``area_circle`` for circles), independent, counts, note_zh, note_en.
    """
    has_area = parks["site_area_m2"].notna() & (parks["kind"] != "zone") & (parks["location_method"] != "schematic")
    lone = parks[has_area & ~parks["id"].isin(outlines["park_id"])]
    circles = gpd.GeoDataFrame(
        {
            "id": [f"{park}-circle" for park in lone["id"]],
            "park_id": lone["id"].to_list(),
            "method": "area_circle",
            "independent": False,
            "counts": False,
            "note_zh": "按公布面积画的示意圆，不是园区边界，不量测。",
            "note_en": "A schematic circle of the published area: not the park's limits, not measured.",
        },
        geometry=[
            circle_of_area(lon, lat, area)
            for lon, lat, area in zip(lone.geometry.x, lone.geometry.y, lone["site_area_m2"], strict=True)
        ],
        crs=parks.crs,
    )
    return gpd.GeoDataFrame(pd.concat([outlines[circles.columns], circles], ignore_index=True), crs=parks.crs)
