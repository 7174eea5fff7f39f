"""The ground to read the map by: land, neighbouring cities, water. Drawn by us, so no tile server is needed."""

from layers.columns import flag, needed, text
from layers.model import Layer, Style

# as tools/build_basemap.py cut them; a test holds the data to it
WINDOW = (119.9, 30.2, 122.9, 32.1)  # west, south, east, north of what is drawn, degrees; beyond nothing is known

ID = needed("id", "编号", "Id")
NAME_ZH = text("name_zh", "名称", "Name (Chinese)")
NAME_EN = text("name_en", "英文名称", "Name")

LAND = Layer(
    id="land",
    title_zh="陆地",
    title_en="Land",
    about_zh="读图的底",
    about_en="ground to read the map by",
    role="base",
    geometry=("Polygon", "MultiPolygon"),
    columns=(ID, NAME_ZH, NAME_EN),
    style=Style(stroke="#b9c3cc", stroke_width=0.8, fill="#f4f2ec", fill_opacity=1.0),
)

NEIGHBOURS = Layer(
    id="neighbours",
    title_zh="周边城市",
    title_en="Neighbouring cities",
    about_zh="图幅内的城市",
    about_en="cities in the map's window",
    role="base",
    geometry=("Polygon", "MultiPolygon"),
    columns=(ID, NAME_ZH, NAME_EN, flag("g60_city", "G60科创走廊城市", "City of the G60 corridor")),
    style=Style(stroke="#c9cfd6", stroke_width=0.8, stroke_dasharray="4 3", fill="#ebe8e0", fill_opacity=0.6),
)

WATER = Layer(
    id="water",
    title_zh="湖泊与河流",
    title_en="Lakes and rivers",
    about_zh="粗略的背景，不用于量测",
    about_en="rough background, not for measuring",
    role="base",
    geometry=("Polygon", "MultiPolygon", "LineString", "MultiLineString"),
    columns=(ID, NAME_ZH, text("kind", "类别", "Kind", allowed=("lake", "river"))),
    style=Style(stroke="#a9c7dc", stroke_width=0.9, fill="#cfe2ee", fill_opacity=1.0),
)
