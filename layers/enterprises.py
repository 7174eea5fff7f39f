"""企业与项目 Enterprises and projects that the sources name."""

from layers.columns import PLACE, needed, text
from layers.model import AnalysisGroup, Layer, Style

ENTERPRISES = Layer(
    id="enterprises",
    title_zh="企业与项目",
    title_en="Enterprises and projects",
    about_zh="文件点到名的企业与项目",
    about_en="what the documents name",
    geometry=("Point",),
    sector_filtered=True,
    columns=(
        *PLACE,
        needed("kind", "类别", "Kind", allowed=("enterprise", "project")),
        text("park_id", "所在园区", "In park"),
        text("zone_zh", "所属区域", "Special zone (Chinese)"),
        text("zone_en", "所属区域（英文）", "Special zone"),
    ),
    style=Style(marker_color="#2b7a9b", marker_symbol="triangle", marker_size=7.0),
    card=("kind", "park_id", "zone", "towns", "address_zh", "sectors"),
    groups=(AnalysisGroup(id="enterprises", title_zh="企业与项目", title_en="Enterprises and projects"),),
)
