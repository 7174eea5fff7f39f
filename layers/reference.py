"""参考设施名单 Lists that no licence lets us ship: hospitals, metro stations, breakfast places, towns.

The declarations are here; the rows are in a folder of the deployer's, who imported them, never among the data.
"""

from layers.columns import PLACE
from layers.model import REFERENCE_ROLE, Column, Layer, Style

POINT = ("Point",)
OUTLINE = ("Polygon", "MultiPolygon")
COLUMNS = (
    *PLACE,
    Column(name="kind_text", dtype="str", label_zh="类别（按文件）", label_en="Kind, as the file says", verbatim=True),
    Column(name="source_id", dtype="str", label_zh="原编号", label_en="Id in the source", verbatim=True),
)
CARD = ("kind_text", "address_zh", "source_id")


def _layer(layer_id: str, titles: tuple[str, str], geometry: tuple[str, ...], style: Style) -> Layer:
    return Layer(
        id=layer_id, title_zh=titles[0], title_en=titles[1], role=REFERENCE_ROLE, extent="region", on=False,
        geometry=geometry, columns=COLUMNS, style=style, card=CARD,
    )  # fmt: skip


REF_TOWNS = _layer(
    "ref_towns", ("街镇（导入）", "Towns (imported)"), OUTLINE,
    Style(stroke="#6b5b95", stroke_width=1.2, stroke_dasharray="2 3", fill="#6b5b95"),
)  # fmt: skip
REF_BREAKFAST = _layer(
    "ref_breakfast", ("早餐与餐饮点（导入）", "Breakfast and eating places (imported)"), POINT,
    Style(marker_color="#a8741a", marker_symbol="circle", marker_size=5.0),
)  # fmt: skip
REF_METRO = _layer(
    "ref_metro", ("地铁站（导入）", "Metro stations (imported)"), POINT,
    Style(marker_color="#1d5f9e", marker_symbol="square", marker_size=6.0),
)  # fmt: skip
REF_HOSPITALS = _layer(
    "ref_hospitals", ("医院（导入名单）", "Hospitals (imported list)"), POINT,
    Style(marker_color="#b3261e", marker_symbol="cross", marker_size=6.0),
)  # fmt: skip

# kind, as the command line calls it, to its layer; in drawing order, outlines under points
BY_KIND = {"towns": REF_TOWNS, "breakfast": REF_BREAKFAST, "metro": REF_METRO, "hospitals": REF_HOSPITALS}
REFERENCE = tuple(BY_KIND.values())
