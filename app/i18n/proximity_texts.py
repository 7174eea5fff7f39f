"""Texts of the proximity tables, 中文 and English (joined to `app.i18n.texts`)."""

NEARBY_TEXTS: dict[str, tuple[str, str]] = {
    "distance_chart": ("到最近目标的距离（公里）", "Distance to the nearest target (km)"),
    "nearest_of": ("最近的已知{target}（共{n}处）", "nearest known {target} (of {n})"),
    "col_target": ("目标", "Target"),
    "col_nearest": ("最近的已知{target}", "Nearest known {target}"),
    "col_best": ("{target} 最佳 km", "{target} best km"),
    "col_least": ("{target} 最小 km", "{target} min km"),
    "col_most": ("{target} 最大 km", "{target} max km"),
    "known_target": ("已知{target}", "known {target}"),
    "col_within": ("{target} {radius} km内", "{target} within {radius} km"),
    "col_median": ("{target} 中位 km", "{target} median km"),
    "col_share": ("{target} {radius} km内占比", "{target} share within {radius} km"),
    "target_g60": ("G60线", "G60 line"),
    "target_hub": ("松江枢纽", "Songjiang hub"),
    "target_breakfast": ("早餐点", "breakfast place"),
    "target_hospital": ("医院", "hospital"),
    "target_university": ("高校", "university"),
    "nearby_sites": ("每个园区与GMP点位", "Every park and GMP site"),
    "nearby_districts": ("按行政区：中位数与占比", "By district: medians and shares"),
    "nearby_note": (
        "直线距离，最小/最佳/最大按两端定位精度给出。目标是资料中点到名的地点：早餐点{breakfast}个、医院{hospital}家、高校{university}所，不是全市名录；“范围内没有”只表示未知，不表示没有覆盖。目标不受筛选影响。",
        "Straight lines; min / best / max from the accuracy of both ends. Targets are places the sources name (breakfast places: {breakfast}, hospitals: {hospital}, universities: {university}) and no list of the city's: none in reach means unknown, never “not covered”. Filters do not touch the targets.",
    ),
    "nearby_left_out": (
        "{n} 个点位只到街镇、区级或为示意位置，不参与距离统计。",
        "{n} sites known only to town or district, or schematic, take no part in distances.",
    ),
    "counts_within": ("确定 / 最佳 / 可能", "sure / best / possible"),
}
