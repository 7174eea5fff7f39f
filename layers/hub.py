"""松江枢纽 The Songjiang hub with the Shanghai-Suzhou-Huzhou railway 沪苏湖铁路."""

from layers.columns import PLACE, needed, number, text
from layers.model import AnalysisGroup, Layer, Style, Target

HUB = Layer(
    id="hub",
    title_zh="松江枢纽",
    title_en="Songjiang hub",
    about_zh="枢纽、车站、沪苏湖铁路（示意）",
    about_en="the hub, its stations and the 沪苏湖 railway (schematic)",
    geometry=("Point", "LineString", "MultiLineString"),
    columns=(
        *PLACE,
        needed(
            "kind", "类别", "Kind",
            allowed=("hub", "station", "building", "metro", "base", "service_centre", "railway"),
        ),
        number("floor_area_m2", "建筑面积", "Floor area", unit="m²", reference="area_reference"),
        text("area_reference", "面积出处", "Source of the area"),
    ),
    style=Style(
        marker_color="#6b2d8f", marker_symbol="diamond", marker_size=9.0, stroke="#6b2d8f", stroke_width=2.2
    ),
    card=("kind", "floor_area_m2", "towns", "address_zh"),
    groups=(
        AnalysisGroup(
            id="hub", kinds=("hub",), title_zh="松江枢纽", title_en="Songjiang hub",
            target=Target(key="hub", name_zh="松江枢纽", name_en="Songjiang hub"),
        ),
    ),
)  # fmt: skip
