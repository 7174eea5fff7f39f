"""医院与高校 Hospitals, universities and institutes that the sources name: a handful, not the city's list."""

from layers.columns import PLACE, needed
from layers.model import AnalysisGroup, Layer, Style, Target

INSTITUTIONS = Layer(
    id="institutions",
    title_zh="医院与高校",
    title_en="Hospitals and universities",
    about_zh="只有几处，不是全市名录",
    about_en="a handful, not the city's list",
    geometry=("Point",),
    columns=(
        *PLACE,
        needed("kind", "类别", "Kind", allowed=("hospital", "university", "institute", "college")),
    ),
    style=Style(marker_color="#c0392b", marker_symbol="diamond", marker_size=8.0),
    card=("kind", "towns", "address_zh"),
    groups=(
        AnalysisGroup(
            id="hospitals",
            kinds=("hospital",),
            title_zh="医院（已知）",
            title_en="Hospitals (known)",
            target=Target(
                key="hospital", name_zh="医院", name_en="hospital", known_zh="医院{n}家", known_en="hospitals: {n}"
            ),
        ),
        AnalysisGroup(
            id="universities",
            kinds=("university",),
            title_zh="高校（已知）",
            title_en="Universities (known)",
            target=Target(
                key="university",
                name_zh="高校",
                name_en="university",
                known_zh="高校{n}所",
                known_en="universities: {n}",
            ),
        ),
    ),
)
