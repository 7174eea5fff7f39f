"""GMP厂房 GMP factory space. Its area is floor area or of unknown kind: never 亩, never land."""

from layers.columns import PLACE, needed, number, text
from layers.model import AnalysisGroup, Layer, Style

GMP = Layer(
    id="gmp",
    title_zh="GMP厂房",
    title_en="GMP factory space",
    about_zh="建筑面积，或性质未说明的面积",
    about_en="floor area, or area of a kind that is not stated",
    geometry=("Point",),
    sector_filtered=True,
    columns=(
        *PLACE,
        text("park_id", "所在园区", "In park"),
        number("area_m2", "公布面积", "Published area", unit="m²", reference="area_reference"),
        text("area_basis", "面积性质", "Kind of area", allowed=("floor", "unknown")),
        text("area_reference", "面积出处", "Source of the area"),
        needed("status", "建设状态", "Status", allowed=("built", "building", "planned", "unknown")),
        number("land_area_m2", "公布用地面积", "Published land area", unit="m²", reference="land_area_reference"),
        text("land_area_reference", "用地面积出处", "Source of the land area"),
        text("zone_zh", "所属区域", "Special zone (Chinese)"),
        text("zone_en", "所属区域（英文）", "Special zone"),
    ),
    style=Style(marker_color="#b5541c", marker_symbol="square", marker_size=8.0),
    card=("park_id", "towns", "address_zh", "sectors", "zone", "area_m2", "area_basis", "status", "land_area_m2"),
    groups=(AnalysisGroup(id="gmp", title_zh="GMP厂房", title_en="GMP factory space"),),
    measured_from=True,
    land="floor",
)
