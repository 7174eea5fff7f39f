"""人才住房 Talent housing and the employer it is measured from."""

from layers.columns import PLACE, needed
from layers.model import Layer, Style

HOUSING = Layer(
    id="housing",
    title_zh="人才住房",
    title_en="Talent housing",
    geometry=("Point",),
    columns=(*PLACE, needed("kind", "类别", "Kind", allowed=("talent_housing", "employer"))),
    style=Style(marker_color="#5d6d7e", marker_symbol="square", marker_size=7.0),
    card=("kind", "towns", "address_zh"),
)
