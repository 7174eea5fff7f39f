"""早餐示范点 Breakfast places named in the press. Not the official list of 226 points, which is not published."""

from layers.columns import PLACE, needed, text
from layers.model import AnalysisGroup, Layer, Style, Target

BREAKFAST = Layer(
    id="breakfast",
    title_zh="早餐点（媒体点名）",
    title_en="Breakfast places (named in the press)",
    about_zh="不是官方的226个，官方名单未公布",
    about_en="not the official list of 226, which is not published",
    geometry=("Point",),
    columns=(
        *PLACE,
        needed("kind", "类别", "Kind", allowed=("shop", "truck")),
        needed(
            "is_2021_demonstration_point", "是否2021年示范点", "A 2021 demonstration point",
            allowed=("reported", "unknown"),
        ),
        text("named_on", "报道日期", "Named on"),
        text("named_in", "报道来源", "Named in"),
    ),
    style=Style(marker_color="#c98a00", marker_symbol="star", marker_size=9.0),
    card=("kind", "is_2021_demonstration_point", "named_on", "named_in", "address_zh"),
    groups=(
        AnalysisGroup(
            id="breakfast", kinds=("shop", "truck"),
            title_zh="早餐点（已知）", title_en="Breakfast places (known)",
            target=Target(
                key="breakfast", name_zh="早餐点", name_en="breakfast place",
                known_zh="早餐点{n}个", known_en="breakfast places: {n}",
            ),
        ),
    ),
)  # fmt: skip
