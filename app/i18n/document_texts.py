"""Texts of the PDF report and the single-file atlas, 中文 and English (joined to `app.i18n.texts`)."""

REPORT_TEXTS: dict[str, tuple[str, str]] = {
    "rp_of_district": ("{district} · 生物医药产业规划报告", "{district} · biomedical planning report"),
    "rp_of_view": ("上海市 · 生物医药产业规划报告", "Shanghai · biomedical planning report"),
    "rp_download": ("下载当前筛选的报告 PDF", "Download the report of the current filters (PDF)"),
    "rp_filter": ("筛选", "Filters"),
    "rp_no_filter": ("无（全市）", "none (whole city)"),
    "rp_map": ("地图", "Map"),
    "rp_map_alt": (
        "{title}的地图：底图、行政区界与{n}处地点，编号见地点清单",
        "Map of {title}: ground, district borders and {n} places, numbered as in the list of places",
    ),
    "rp_map_note": (
        "数字为地点清单的编号，“?”表示凭记忆、未核实。{unlabelled} 处因太密未标编号；{outside} 处在图外，只列入清单。虚线圆为按公布面积画的示意，不是园区边界。局部等积投影；底图为粗略背景，不供量测。",
        "Numbers are those of the list of places; “?” marks a place from memory, unverified. {unlabelled} spots are too crowded for a number; {outside} places lie outside the map and stand in the list alone. Dashed circles show a published area and are no park's limits. Local equal-area projection; the ground is a rough background, not for measuring.",
    ),
    "rp_legend_state": ("定位方式", "How the place is known"),
    "rp_symbol_of": ("图例符号：{name}", "Symbol: {name}"),
    "rp_km": ("{n} 公里", "{n} km"),
    "rp_credit": ("底图与数据", "Map and data"),
    "rp_approval": (
        "审图号 {number} 只属于陆地一层（天地图），不涵盖图上其他内容。",
        "Map approval {number} belongs to the land layer alone (Tianditu) and covers nothing else on the map.",
    ),
    "rp_land": ("土地与建筑面积", "Land and floor area"),
    "rp_kinds": (
        "三种口径分列，绝不相加：可供用地（文献，全市累计）、园区公布用地（文献，不重复计）、建筑面积（文献，不是土地）。轮廓量测由几何算出。",
        "Three kinds of number, never added: land supply (stated, city, cumulative), published park extent (stated, counted once), floor area (stated, not land). Outlines are measured from geometry.",
    ),
    "rp_counts": ("各图层地点数", "Places by layer"),
    "rp_own_medians": (
        "中位直线距离（公里），n 为位置足够准的地点数；逐地点的距离和份额在导出的表中。",
        "Median straight lines (km); n places are known well enough. Every place and the shares are in the exports.",
    ),
    "rp_nearby": ("邻近", "Proximity"),
    "rp_nearby_cell": (
        "各格：最佳距离（最小–最大）km，最近的已知地点。",
        "Each cell: best distance (min–max) in km, and the nearest known place.",
    ),
    "rp_within": ("半径内的已知地点数", "Known places within a radius"),
    "rp_within_note": (
        "各格为 1 / 3 / 5 km 内的最佳计数；括号内为确定–可能。",
        "Each cell: within 1 / 3 / 5 km by best distance, in brackets sure–possible.",
    ),
    "rp_places": ("地点清单", "List of places"),
    "rp_number": ("号", "No."),
    "rp_nothing": ("没有符合条件的条目。", "Nothing matches."),
    "rp_figures": ("文献数据", "Stated figures"),
    "rp_figures_note": (
        "方括号内为出处编号，见文末。“重算”一栏为本图集对文件所印比例与合计的复核。",
        "Numbers in brackets are the sources at the end. “Check” is what the atlas found when it computed printed ratios and sums again.",
    ),
    "rp_conflicts": ("资料矛盾", "Conflicts of the sources"),
    "rp_sources": ("出处", "Sources"),
    "rp_method": ("方法", "Method"),
    "rp_method_kinds": (
        "文献：资料所述。量测：由几何算出。模拟：按所述方法虚构。三者始终注明。",
        "Stated: a source says so. Measured: computed from geometry. Modelled: invented by a described method. They are always marked.",
    ),
    "rp_method_place": (
        "每个地点有定位方式与精度（米）：实测50、门牌200、地块1,000、街镇5,000、全区为该区半径；示意与模拟位置没有距离。",
        "Every place has a class and an accuracy in metres: surveyed 50, address 200, site 1,000, town 5,000, district the radius of its district; schematic and modelled places have no distance.",
    ),
    "rp_method_times": (
        "数据有两个时间：时点（何时成立）与发布（何时公布）。",
        "A figure has two times: when it holds, and when it was published.",
    ),
    "rp_licences": ("来源与许可", "Sources of the layers and licences"),
    "rp_page": ("第 {page} / {all} 页", "page {page} of {all}"),
    "rp_missing": (
        "字体缺以下字，以〓代之：{signs}",
        "The font lacks these signs, 〓 stands for them: {signs}",
    ),
}

SINGLE_FILE_TEXTS: dict[str, tuple[str, str]] = {
    "sf_version": (
        "数据版本 {version}（{date}）· 单文件版，离线可用",
        "Data {version} ({date}) · one file, works offline",
    ),
    "sf_rows": ("显示 {shown} / {all} 行", "{shown} of {all} rows"),
    "sf_live": ("随地图筛选变化", "follows the map's filters"),
    "sf_fixed": ("全市数据，不随筛选变化", "whole city, not filtered"),
    "sf_sort": (
        "点表头排序，点首列查看地点或依据",
        "click a heading to sort, the first column to see the place or the evidence",
    ),
    "sf_land": ("各区用地", "Land by district"),
    "sf_nearby": ("园区与GMP厂房邻近", "Proximity of parks and GMP sites"),
    "sf_places": ("地点清单", "Places"),
    "sf_figures": ("文献数据", "Stated figures"),
    "sf_conflicts": ("资料矛盾", "Conflicts of the sources"),
    "sf_passage": (
        "本文件不含资料原文；请按出处查阅。",
        "The documents' text is not in this file; look it up by the source named here.",
    ),
    "sf_close": ("关闭", "Close"),
    "sf_no_script": (
        "此文件需要启用 JavaScript 的浏览器。",
        "This file needs a browser with JavaScript switched on.",
    ),
}
