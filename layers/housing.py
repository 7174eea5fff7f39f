"""人才住房 Talent housing and the employer it is measured from."""

from layers.columns import PLACE, needed
from layers.model import AnalysisGroup, Layer, Style

HOUSING = Layer(
    id="housing",
    title_zh="人才住房",
    title_en="Talent housing",
    about_zh="人才公寓与据以量距的用人单位",
    about_en="talent housing and the employer it is measured from",
    geometry=("Point",),
    columns=(*PLACE, needed("kind", "类别", "Kind", allowed=("talent_housing", "employer"))),
    style=Style(marker_color="#5d6d7e", marker_symbol="square", marker_size=7.0),
    card=("kind", "towns", "address_zh"),
    groups=(AnalysisGroup(id="housing", title_zh="人才住房", title_en="Talent housing"),),
)
