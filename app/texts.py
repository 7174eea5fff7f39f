"""Every text of the interface, 中文 first, English beside it. The map's own texts lie with its scripts."""

import json
from functools import cache

from app.static_files import STATIC

MAP_TEXTS = STATIC / "atlas" / "texts.json"

SHARED = ("breakfast_status",)  # said on the page and on the map alike

TEXTS: dict[str, tuple[str, str]] = {
    "title": ("上海生物医药产业规划图集", "Shanghai Biomedical Planning Atlas"),
    "subtitle": (
        "园区 · GMP厂房 · G60走廊 · 松江枢纽 · 早餐示范点",
        "Parks · GMP space · G60 corridor · Songjiang hub · breakfast points",
    ),
    "loading": ("正在载入地图……", "Loading the map ..."),
    "language": ("语言 Language", "语言 Language"),
    "filters": ("筛选", "Filters"),
    "districts": ("行政区", "Districts"),
    "sectors": ("行业", "Sectors"),
    "layers": ("图层", "Layers"),
    "methods": ("定位方式", "Location precision"),
    "towns": ("街镇", "Towns"),
    "coarse": ("距离统计包含街镇级、区级位置", "Include town- and district-level places in distances"),
    "reset": ("清除筛选", "Clear filters"),
    "all": ("全部", "All"),
    "sector_scope": ("行业筛选只作用于：{layers}。", "The sector filter applies only to: {layers}."),
    "ignored": (
        "网址中有无法识别的部分，已忽略：{parts}",
        "Parts of the address were not understood and are ignored: {parts}",
    ),
    "empty": (
        "当前筛选没有匹配的地点。请减少筛选条件，或点“清除筛选”。",
        "No place matches the filters. Loosen them, or press “Clear filters”.",
    ),
    "counts": ("当前地点", "Places now"),
    "rows_shown": ("地点数", "Places"),
    "supply": ("可供用地（全市累计，文献）", "Land supply (city, cumulative, stated)"),
    "supply_note": (
        "累计口径：2025年的数包含2022年的数，不可相加；分区数未公布。",
        "Cumulative: the 2025 figure includes that of 2022, never add them. No split by district is published.",
    ),
    "extent": ("园区公布用地（不重复）", "Published park extent (once)"),
    "extent_note": (
        "园区套园区只计一次；张江科学城、临港新片区为背景，不计入。不等于可供用地。",
        "A park inside a park counts once; the zones Zhangjiang Science City and Lin-gang are context. Not land supply.",
    ),
    "floor": ("GMP建筑面积（文献）", "GMP floor area (stated)"),
    "floor_note": (
        "建筑面积不是土地，不折亩；另有性质未说明的面积 {unknown} m²，不计入任何合计。",
        "Floor area is not land and never 亩. A further {unknown} m² of a kind not stated adds to nothing.",
    ),
    "tab_land": ("土地", "Land"),
    "tab_nearby": ("邻近", "Proximity"),
    "tab_places": ("地点清单", "Places"),
    "tab_outlines": ("量测对照", "Measured / published"),
    "tab_about": ("说明与来源", "Method and sources"),
    "land_chart": ("各区园区公布用地（亩，不重复计）", "Published park extent by district (亩, counted once)"),
    "distance_chart": ("到最近目标的距离（公里）", "Distance to the nearest target (km)"),
    "land_by_district": ("按行政区（16区）", "By district (all 16)"),
    "land_by_sector": ("按行业（行业有重叠，不可相加）", "By sector (sectors overlap, do not add)"),
    "union_total": ("不重复合计", "Union total"),
    "col_district": ("行政区", "District"),
    "col_sector": ("行业", "Sector"),
    "col_supply": ("可供用地", "Land supply"),
    "not_published": ("未公布", "not published"),
    "col_parks": ("园区数", "Parks"),
    "col_counted": ("计入面积的园区", "Parks counted"),
    "col_extent_mu": ("公布用地（亩）", "Published extent (亩)"),
    "col_extent_ha": ("公布用地（公顷）", "Published extent (ha)"),
    "col_extent_m2": ("公布用地（m²）", "Published extent (m²)"),
    "col_outline_mu": ("轮廓量测（亩）", "Outline, measured (亩)"),
    "col_gmp": ("GMP点位", "GMP sites"),
    "col_floor": ("GMP建筑面积（m²）", "GMP floor area (m²)"),
    "col_floor_built": ("其中已建成（m²）", "Of it built (m²)"),
    "col_unknown": ("性质未说明面积（m²）", "Area, kind not stated (m²)"),
    "col_name": ("名称", "Name"),
    "col_layer": ("图层", "Layer"),
    "col_method": ("定位方式", "Location"),
    "col_accuracy": ("精度 ±m", "Accuracy ±m"),
    "col_town": ("街镇", "Town"),
    "col_id": ("编号", "Id"),
    "col_kind": ("数据性质", "Kind of data"),
    "col_kept": ("符合筛选", "Kept by the filters"),
    "col_all": ("全部", "All"),
    "col_drawn": ("已显示", "Drawn"),
    "counts_by_layer": ("各图层地点数", "Places by layer"),
    "fit_note": ("点选一行，地图移到该区。", "Pick a row and the map goes to that district."),
    "col_picked": ("选中", "Picked"),
    "col_n": ("样本 n", "n"),
    "col_target": ("目标", "Target"),
    "col_nearest": ("最近的已知{target}", "Nearest known {target}"),
    "col_best": ("{target} 最佳 km", "{target} best km"),
    "col_range": ("{target} 最小–最大 km", "{target} min–max km"),
    "col_within": ("{target} {radius} km内", "{target} within {radius} km"),
    "col_median": ("{target} 中位 km", "{target} median km"),
    "col_share": ("{target} {radius} km内占比", "{target} share within {radius} km"),
    "col_measured_mu": ("量测（亩）", "Measured (亩)"),
    "col_published_mu": ("公布（亩）", "Published (亩)"),
    "col_difference": ("差异", "Difference"),
    "target_g60": ("G60线", "G60 line"),
    "target_hub": ("松江枢纽", "Songjiang hub"),
    "target_breakfast": ("早餐点", "breakfast place"),
    "target_hospital": ("医院", "hospital"),
    "target_university": ("高校", "university"),
    "nearby_sites": ("每个园区与GMP点位", "Every park and GMP site"),
    "nearby_districts": ("按行政区：中位数与占比", "By district: medians and shares"),
    "nearby_note": (
        "直线距离，最小/最佳/最大按两端定位精度给出。目标是资料中点到名的地点：早餐点{breakfast}个、医院{hospital}家、高校{university}所，不是全市名录；“范围内没有”只表示未知，不表示没有覆盖。目标不受筛选影响。",
        "Straight lines; min / best / max from the accuracy of both ends. Targets are places the sources name - {breakfast} breakfast places, {hospital} hospital(s), {university} universities - not the city's list: none in reach means unknown, never “not covered”. Filters do not touch the targets.",
    ),
    "nearby_left_out": (
        "{n} 个点位只到街镇、区级或为示意位置，不参与距离统计。",
        "{n} sites known only to town or district, or schematic, take no part in distances.",
    ),
    "counts_within": ("确定 / 最佳 / 可能", "sure / best / possible"),
    "outlines_note": (
        "椭球面积（pyproj）。只比较轮廓独立于公布面积的园区；按公布面积画的圆和矩形不量测。",
        "Geodesic area (pyproj). Only outlines that do not come from the published area are compared; circles and rectangles of the published area are not measured.",
    ),
    "places_note": (
        "表中一行即地图上一个地点；点选一行，地图即移到该处。",
        "One row is one place on the map; pick a row and the map goes there.",
    ),
    "chart_note": ("示意", "schematic"),
    "download_csv": ("下载 CSV", "Download CSV"),
    "download_json": ("下载 JSON", "Download JSON"),
    "col_licence": ("许可", "Licence"),
    "col_producer": ("制作", "Producer"),
    "col_how": ("方法", "Method"),
    "col_accuracy_words": ("精度说明", "Accuracy"),
    "sections": ("内容", "Sections"),
    "search": ("搜索", "Search"),
    "figure_layers": ("图层", "Layer"),
    "figure_kinds": ("口径", "Kind"),
    "figure_years": ("年份", "Year"),
    "figures_note": (
        "{n} / {all} 条文献数据；点选一行查看依据。",
        "{n} of {all} stated figures; pick a row to see its evidence.",
    ),
    "col_subject": ("对象", "Subject"),
    "col_measure": ("指标", "Measure"),
    "col_value": ("数值", "Value"),
    "col_semantics": ("口径", "Kind"),
    "col_basis": ("性质", "Basis"),
    "col_as_of": ("时点", "As of"),
    "col_published": ("发布", "Published"),
    "col_source": ("出处", "Source"),
    "col_conflicts": ("矛盾", "Conflicts"),
    "quality_precision": ("地点按定位方式", "Places by location precision"),
    "quality_parks_without_outline": ("没有可量测轮廓的园区", "Parks without a measured outline"),
    "quality_figures_unchecked": (
        "只有引文、没有原文指针的数据",
        "Figures with a citation only, no pointer to a passage",
    ),
    "quality_conflicts": ("矛盾记录", "Conflicts"),
    "quality_sources": ("来源、许可与年龄", "Sources, licences, age"),
    "quality_issues": ("问题行", "Issue rows"),
    "tab_figures": ("文献数据", "Stated figures"),
    "tab_time": ("时间", "Time"),
    "tab_quality": ("数据质量", "Quality"),
    "download_shown": ("下载当前全部地点 GeoJSON", "Download all shown as GeoJSON"),
    "data_version": ("数据版本 {version}（{date}）", "Data version {version} ({date})"),
    "sources": ("来源与许可", "Sources and licences"),
    "layer_failed": (
        "图层“{layer}”未能载入，其余照常：{reason}",
        "Layer “{layer}” could not be loaded, the rest works: {reason}",
    ),
    "stated": ("文献", "stated"),
    "measured": ("量测", "measured"),
    "modelled": ("模拟", "modelled"),
    "compiled": ("资料汇编", "compiled"),
    "breakfast_status": (
        "早餐示范点：2021年共推出226家 · 已识别1家 · 10家待证实 · 官方名单未公布",
        "Breakfast points: 226 reached in 2021 · 1 identified · 10 unconfirmed · official list not published",
    ),
    "fault": (
        "程序出了错，已记入日志。请刷新页面；若再次出现，请把操作步骤告诉维护者。",
        "Something went wrong on our side and is in the log. Reload the page; if it comes back, tell the maintainer what you did.",
    ),
    "pick_none": ("在地图或表中点选一个地点", "Pick a place on the map or in a table"),
    "picked": ("选中：{name}", "Picked: {name}"),
    "method_link": ("方法说明见 docs/method.md", "For the method see docs/method.md"),
    "simulated": (
        "模拟分布为虚构点位，只示意数量与人口的关系，不计入任何统计。",
        "Simulated points are no real places; they only show how the number relates to residents, and enter no statistic.",
    ),
}


def text(key: str, lang: str) -> str:
    """One text in a language; blanks in braces are the caller's to fill."""
    return TEXTS[key][lang == "en"]


@cache
def map_texts() -> dict[str, tuple[str, str]]:
    """What the map's controls say: their own texts, and what the page says in the same words."""
    own = json.loads(MAP_TEXTS.read_text(encoding="utf-8"))
    return {**{key: (zh, en) for key, (zh, en) in own.items()}, **{key: TEXTS[key] for key in SHARED}}
