"""服务站点 Registration, testing and innovation stations, and government service points."""

from layers.columns import PLACE, needed
from layers.model import Layer, Style

SERVICES = Layer(
    id="services",
    title_zh="服务站点",
    title_en="Service stations",
    geometry=("Point",),
    sector_filtered=True,
    columns=(
        *PLACE,
        needed("kind", "类别", "Kind", allowed=("registration", "testing", "innovation", "government")),
    ),
    style=Style(marker_color="#a03060", marker_symbol="cross", marker_size=8.0),
    card=("kind", "towns", "address_zh", "sectors"),
)
