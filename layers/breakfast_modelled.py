"""模拟分布 226 simulated breakfast points. They are no places: drawn hollow, in no statistic unless chosen."""

from layers.columns import PLACE, needed
from layers.model import AnalysisGroup, Layer, Style

BREAKFAST_MODELLED = Layer(
    id="breakfast_modelled",
    title_zh="早餐示范点模拟分布",
    title_en="Breakfast points, simulated",
    about_zh="模拟所得，起初关闭；并非真实地点",
    about_en="simulated, off at first; no real places",
    role="modelled",
    geometry=("Point",),
    on=False,
    columns=(*PLACE, needed("model", "模型", "Model", allowed=("seeded-v1",))),
    style=Style(marker_color="#c98a00", marker_symbol="ring", marker_size=7.0),
    card=("model",),
    groups=(
        AnalysisGroup(
            id="breakfast_modelled", title_zh="早餐示范点（模拟分布）", title_en="Breakfast points (simulated)"
        ),
    ),
)
