"""G60科创走廊 The G60 corridor: the motorway in mapped and schematic stretches, the Cloud Corridor, the nine cities."""

from layers.columns import PLACE, needed, number, text
from layers.model import AnalysisGroup, Layer, Style, Target

G60 = Layer(
    id="g60",
    title_zh="G60科创走廊",
    title_en="G60 corridor",
    about_zh="高速公路的已测绘段与示意段、科创云廊、另外八个城市",
    about_en="the motorway in mapped and schematic stretches, the Cloud Corridor, the other eight cities",
    geometry=("Point", "LineString", "MultiLineString"),
    extent="region",
    columns=(
        *PLACE,
        needed("kind", "类别", "Kind", allowed=("motorway", "cloud_corridor", "corridor", "city", "base", "utility")),
        text("stretch", "线位", "Stretch", allowed=("mapped", "schematic")),
        number("length_m", "长度", "Length", unit="m"),
    ),
    style=Style(marker_color="#1f5fa8", marker_symbol="hexagon", marker_size=8.0, stroke="#1f5fa8", stroke_width=3.0),
    card=("kind", "stretch", "length_m", "towns", "address_zh"),
    groups=(
        AnalysisGroup(
            id="g60",
            kinds=("motorway",),
            lines=True,
            title_zh="G60高速公路",
            title_en="G60 motorway",
            target=Target(key="g60", name_zh="G60线", name_en="G60 line"),
        ),
    ),
)
