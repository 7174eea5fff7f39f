"""The 16 districts 行政区: uncut for point-in-district, cut at the coast for the eye and for density."""

from layers.columns import needed, number
from layers.model import Layer, Style
from layers.vocabulary import DISTRICT_CODES

NAMES = (
    needed("id", "编号", "Id"),
    needed("district_code", "行政区划代码", "District code", allowed=DISTRICT_CODES),
    needed("name_zh", "名称", "Name (Chinese)"),
    needed("name_en", "英文名称", "Name"),
)

DISTRICTS = Layer(
    id="districts",
    title_zh="行政区",
    title_en="Districts",
    about_zh="未裁切，用于判断点在哪个区",
    about_en="uncut: finds the district of a point",
    role="base",
    on=False,
    geometry=("Polygon", "MultiPolygon"),
    columns=(
        *NAMES,
        number("official_area_km2", "公布面积", "Official area", unit="km²"),
        number("residents_2020", "2020年普查常住人口", "Residents, census 2020", unit="人"),
        number("label_lon", "标注经度", "Label longitude", unit="°"),
        number("label_lat", "标注纬度", "Label latitude", unit="°"),
    ),
    style=Style(),
)

DISTRICTS_LAND = Layer(
    id="districts_land",
    folder="districts",
    title_zh="行政区（陆域）",
    title_en="Districts, land part",
    about_zh="按海岸线裁切，用于显示",
    about_en="cut at the coast: drawn",
    role="base",
    geometry=("Polygon", "MultiPolygon"),
    columns=NAMES,
    style=Style(stroke="#8a94a6", stroke_width=1.2, fill="#ffffff", fill_opacity=0.35),
)


def spellings(code: str, name_zh: str, name_en: str) -> tuple[str, ...]:
    """Every way in which a user or a list may name a district, English in lower case.

    Parameters
    ----------
    code, name_zh, name_en
        As in the districts' frame: 310117, 松江区, Songjiang.

    Examples
    --------
    >>> spellings("310115", "浦东新区", "Pudong New Area")
    ('310115', '浦东新区', '浦东', 'pudong new area', 'pudong', 'pudong district')
    """
    long = name_en.lower()
    short = long.removesuffix(" new area").removesuffix(" new district").removesuffix(" district")
    return (code, name_zh, name_zh.removesuffix("新区").removesuffix("区"), long, short, f"{short} district")


def file_stem(code: str, name_en: str) -> str:
    """Name of a district's file, in letters that every shell takes as they are.

    Parameters
    ----------
    code, name_en
        As in the districts' frame.

    Examples
    --------
    >>> file_stem("310115", "Pudong New Area"), file_stem("310106", "Jing'an")
    ('310115-pudong-new-area', '310106-jingan')
    """
    return f"{code}-{name_en.lower()}".replace(" ", "-").replace("'", "")
