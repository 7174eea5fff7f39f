"""Texts of the one-file atlas, 中文 first."""

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
