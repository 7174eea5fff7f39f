"""服务站点 Registration, testing and innovation stations, and government service points."""

from layers.columns import PLACE, needed
from layers.model import AnalysisGroup, Layer, Style

SERVICES = Layer(
    id="services",
    title_zh="服务站点",
    title_en="Service stations",
    about_zh="注册指导、检验检测、创新服务、政务服务",
    about_en="registration, testing, innovation, government service",
    geometry=("Point",),
    sector_filtered=True,
    columns=(
        *PLACE,
        needed("kind", "类别", "Kind", allowed=("registration", "testing", "innovation", "government")),
    ),
    style=Style(marker_color="#a03060", marker_symbol="cross", marker_size=8.0),
    card=("kind", "towns", "address_zh", "sectors"),
    groups=(AnalysisGroup(id="services", title_zh="服务站点", title_en="Service stations"),),
)
