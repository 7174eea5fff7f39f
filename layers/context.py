"""相关地点 What else the sources name: exhibition, port, forum, towns."""

from layers.columns import PLACE, needed
from layers.model import Layer, Style

CONTEXT = Layer(
    id="context",
    title_zh="相关地点",
    title_en="Context",
    about_zh="会展、港口、论坛、街镇",
    about_en="exhibition, port, forum, towns",
    geometry=("Point",),
    extent="region",
    columns=(
        *PLACE,
        needed("kind", "类别", "Kind", allowed=("exhibition", "port", "forum", "uav_base", "town", "village")),
    ),
    style=Style(marker_color="#7f6a4d", marker_symbol="circle", marker_size=6.0),
    card=("kind", "towns", "address_zh"),
)
