"""医院与高校 Hospitals, universities and institutes that the sources name: a handful, not the city's list."""

from layers.columns import PLACE, needed
from layers.model import Layer, Style

INSTITUTIONS = Layer(
    id="institutions",
    title_zh="医院与高校",
    title_en="Hospitals and universities",
    geometry=("Point",),
    columns=(
        *PLACE,
        needed("kind", "类别", "Kind", allowed=("hospital", "university", "institute", "college")),
    ),
    style=Style(marker_color="#c0392b", marker_symbol="diamond", marker_size=8.0),
    card=("kind", "towns", "address_zh"),
)
