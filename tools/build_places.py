"""Build the ten place layers: stated positions (gazetteer) + our decisions (curation/places.csv) -> data/<layer>/.

The gazetteer gives names, coordinates and square metres; the curation gives every word, class and relation.
Run by hand after build_districts.py and the G60 lines: `python tools/build_places.py --facts PATH`.
"""

import argparse
import csv
import json
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from metadata import write_geojson, write_metadata
from place_figures import M2, place_facts
from shapely import contains_xy
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).parents[1]
COMMON = ("name_zh", "name_en", "district_code", "towns", "address_zh", "sectors", "extent", "location_method",
          "accuracy_m", "location_basis", "location_note_zh", "location_note_en", "note_zh", "note_en", "references",
          "conflicts")  # fmt: skip
ZONE = ("zone_zh", "zone_en")
LAYERS: dict[str, tuple[str, ...]] = {
    "parks": ("kind", "parent_id", *ZONE, "site_area_m2", "site_area_reference", "site_area_note_zh",
              "site_area_note_en", "layout_2020", "layout_14fyp"),
    "gmp": ("park_id", *ZONE, "area_m2", "area_basis", "area_reference", "status", "land_area_m2",
            "land_area_reference"),
    "g60": ("kind", "stretch", "length_m"),
    "hub": ("kind", "floor_area_m2", "area_reference"),
    "breakfast": ("kind", "is_2021_demonstration_point", "named_on", "named_in"),
    "enterprises": ("kind", "park_id", *ZONE),
    **dict.fromkeys(("services", "institutions", "housing", "context"), ("kind",)),
}  # fmt: skip
GAZETTEER_LAYERS = {"park": "parks", "breakfast_named": "breakfast", "enterprise": "enterprises", "talent": "housing",
                    "service": "services", "hospital": "institutions", "university": "institutions"}  # fmt: skip
REPLACED = {"G601"}  # its point gives way to two line rows
LINES = ("G601M", "G601S", "G602", "HB05L")
ALLOWED = {
    "extent": {"city", "region"},
    "location_basis": {"evidence", "memory", "chosen"},
    "layout_14fyp": {"", "core", "five"},
    "area_basis": {"floor", "unknown"},
    "status": {"built", "building", "planned", "unknown"},
    "is_2021_demonstration_point": {"reported", "unknown"},
}
SECTORS = {"biologics", "cell_gene_therapy", "vaccines", "chemical_drugs", "tcm", "devices", "ivd", "cro_cdmo",
           "tools", "digital_health", "medical_services", "beauty_health", "public_services", "other",
           "unspecified"}  # fmt: skip
ACCURACY_M = {"surveyed": 50, "address": 200, "site": 1000, "town": 5000, "schematic": None, "modelled": None}
LISTS = {"towns", "sectors", "references", "conflicts"}
REFERENCES = ("site_area_reference", "area_reference", "land_area_reference")
NULLABLE = ("district_code", "address_zh", "parent_id", "park_id", *REFERENCES)
BLANK = dict.fromkeys((*NULLABLE, "accuracy_m"))  # an empty cell of these is null, of any other column ""
READ: dict[str, Callable[[str], Any]] = {"accuracy_m": int, "layout_2020": json.loads}
NAMES = ("name_zh", "name_en")  # the gazetteer's, where the curation has no better one
STATED_AREAS = {"site_area_m2": "site_area", "land_area_m2": "land_area"}  # column -> curation column such as "200 mu"
GAZETTEER_AREAS = {"area_m2", "floor_area_m2"}
AREA_TOLERANCE_M2 = 1.0  # the gazetteer rounds to the whole square metre

TITLES = {
    "parks": ("生物医药园区与片区", "Biomedical parks and areas"),
    "gmp": ("生产与标准厂房", "Factory space for production (GMP)"),
    "g60": ("G60高速与科创走廊", "G60 motorway and innovation corridor"),
    "hub": ("松江枢纽与沪苏湖铁路", "Songjiang hub and Shanghai-Suzhou-Huzhou railway"),
    "breakfast": ("媒体点名的早餐网点", "Breakfast outlets named in the press"),
    "enterprises": ("企业与项目", "Enterprises and projects"),
    "services": ("注册、检测与政务服务点", "Registration, testing and government services"),
    "institutions": ("医院、高校与研究所", "Hospitals, universities and institutes"),
    "housing": ("人才公寓与用人单位", "Talent housing and its employer"),
    "context": ("背景地点", "Places of context"),
}
OSM_METHOD = {  # what derives from OpenStreetMap, where something does
    "parks": ("PK02A、PK03、PK04、PK10的位置或轮廓部分取自OpenStreetMap。轮廓按公布的四至或规模绘制，只作证据。",
              " PK02A, PK03, PK04 and PK10 use OpenStreetMap in part. Outlines follow published limits or size."),
    "g60": ("G601M取自OpenStreetMap，G601S是各段间的直线；G602由一个门牌起平行推画；市外八城市为未核实的示意点。",
            " G601M is OpenStreetMap, G601S straight joins; G602 runs parallel to it; outer cities unverified."),
    "hub": ("HB04和HB01、HB07的参照点取自OpenStreetMap；HB05L是站点间直线，不是线位。",
            " HB04 and the reference points of HB01, HB07 are OpenStreetMap; HB05L joins stations, not the true line."),
}  # fmt: skip
ODBL_LAYERS = {"g60", "hub"}
ODBL_URL, MIT_URL = "https://opendatacommons.org/licenses/odbl/1-0/", "https://opensource.org/license/mit"
OSM_CREDIT = "© OpenStreetMap contributors (ODbL)"
METADATA = {
    "producer": "Shanghai Atlas project, from five public documents and public geodata",
    "citation": "Five public documents (2019-10-30 to 2025-04-22); points of May 2020 from ni1o1/pygeo-tutorial (MIT, "
    "AMap origin); addresses geocoded in 2022 from Stockard/Shanghai-COVID-2022 (AMap origin); OpenStreetMap "
    "contributors, snapshot 2026-07-28, from luiszengii/shanghai-property-sector-map (ODbL)",
    "url": "https://github.com/ni1o1/pygeo-tutorial",
    "published": "documents 2019-10-30 to 2025-04-22; points of interest 2020-05; compiled 2026-11-21",
    "accessed": "2026-11-21",
    "source_crs": "WGS-84 (EPSG:4326); points of AMap origin were converted from GCJ-02",
    "accuracy": "accuracy_m of each row: surveyed 50 m, address 200 m, site 1 km, town 5 km, district its radius; "
    "schematic places have none and no distance",
    "method_zh": "逐个地点按证据定位并分级；凭记忆者降一级并标明未核实，人为选定者只作示意。"
    "园区的点若不能代表整个范围，也降级。土地面积由公布数值换算，建筑面积不换算为亩。",
    "method_en": "Each place is located from evidence and graded; what rests on memory is graded one lower and marked "
    "unverified, what was chosen is schematic. A park whose point cannot stand for its extent is graded lower too. "
    "Land areas are converted from published values; floor area never becomes mu.",
    "map_approval": "",
    "tool": "tools/build_places.py",
}
OUTLINES: dict[str, tuple[Any, ...]] = {  # park, method, independent of the published area, counts, notes, conflicts
    "PK02A": ("PK02A", "text_limits", True, True, "按四条道路围合，比公布面积大约两成。",
              "Enclosed by four named roads; about a fifth larger than the published area.", []),
    "PK02B": ("PK02B", "chosen_rectangle", False, False, "按公布面积选定的矩形，不能核对面积。",
              "Rectangle chosen to match the published size; no evidence of area.", []),
    "PK04": ("PK04", "text_limits", True, True, "南至浦南运河的一种说法，比公布面积约大14%。",
             "Reading with the canal as southern edge; about 14 % larger than the published area.", ["C15"]),
    "PK04B": ("PK04", "text_limits", True, False, "南至东方美谷大道的另一种说法，仅作证据，不计入。",
              "Other reading with the avenue as southern edge; kept as evidence, never counted.", ["C15"]),
}  # fmt: skip

Row = Mapping[str, str]
Feature = tuple[str, BaseGeometry, dict[str, Any]]
Lines = Mapping[str, tuple[BaseGeometry, Mapping[str, Any]]]


def read_rows(path: Path) -> dict[str, Row]:
    """CSV rows by id; two rows with one id are an error."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows: list[Row] = list(csv.DictReader(handle))
    by_id = {row["id"]: row for row in rows}
    demand(len(by_id) == len(rows), f"{path}: an id occurs twice")
    return by_id


def read_shapes(path: Path, hint: str) -> Lines:
    """Geometry (WGS-84) and properties of a GeoJSON file by id."""
    demand(path.is_file(), f"{path} is missing: {hint}")
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {item["properties"]["id"]: (shape(item["geometry"]), item["properties"]) for item in features}


def demand(condition: object, message: str) -> None:
    """Stop with a message when something that must hold does not."""
    if not condition:
        raise ValueError(message)


def stated_m2(text: str) -> int | None:
    """Area in whole square metres of a stated value with its unit, such as `7.74 km2` or `200 mu`."""
    if not text:
        return None
    value, unit = text.split(" ")
    return round(float(value) * M2[unit])


def typed(column: str, row: Row, stated: Row, line: Mapping[str, Any]) -> Any:
    """Value of one output column: from the lines, the gazetteer (square metres) or the curation."""
    if column in {"length_m", "stretch"}:
        return line.get(column, "" if column == "stretch" else None)
    if column in GAZETTEER_AREAS:
        return stated_m2(f"{stated['area_m2']} m2") if stated.get("area_m2") else None
    if column in STATED_AREAS:
        return stated_m2(row[STATED_AREAS[column]])
    text = row[column].strip()
    if column in LISTS:
        return text.split("|") if text else []
    if not text:
        return stated[column] if column in NAMES else BLANK.get(column, "")
    return READ.get(column, str)(text)


def build(gazetteer: Mapping[str, Row], curation: Mapping[str, Row], lines: Lines) -> dict[str, list[Feature]]:
    """All features by layer, in the curation's order."""
    layers: dict[str, list[Feature]] = {layer: [] for layer in LAYERS}
    for key, row in curation.items():
        stated = gazetteer.get(row["gazetteer_id"], {})
        line, extra = lines[key] if key in LINES else (None, {})
        geometry = line if line is not None else Point(float(stated["lon"]), float(stated["lat"]))
        columns = (*COMMON, *LAYERS[row["layer"]])
        layers[row["layer"]].append((key, geometry, {name: typed(name, row, stated, extra) for name in columns}))
    return layers


def check_pairs(gazetteer: Mapping[str, Row], curation: Mapping[str, Row], lines: Lines) -> None:
    """Every gazetteer row has its curation row, every curation row its gazetteer row or its line."""
    stated_ids, line_ids = set(gazetteer) - REPLACED, set(LINES)
    lacking, orphans = (stated_ids | line_ids) - set(curation), set(curation) - stated_ids - line_ids
    demand(not lacking, f"no curation row for {sorted(lacking)}")
    demand(not orphans, f"curation rows without gazetteer row: {sorted(orphans)}")
    demand(line_ids <= set(lines), f"g60_lines.geojson lacks {sorted(line_ids - set(lines))}")
    for key, row in curation.items():
        demand(key in LINES or row["gazetteer_id"] == key, f"{key}: wrong gazetteer_id")
        stated = gazetteer.get(row["gazetteer_id"], {})
        layer = GAZETTEER_LAYERS.get(stated.get("layer", "hub"), stated.get("layer", "hub"))  # HB05L has no row
        demand(row["layer"] == layer, f"{key}: layer {row['layer']}, gazetteer says {layer}")
        area = stated_m2(row["site_area"])
        near = area is None or abs(area - float(stated["area_m2"])) <= AREA_TOLERANCE_M2
        demand(near, f"{key}: area {area} m2, gazetteer {stated.get('area_m2')}")


def check_words(layer: str, key: str, row: Mapping[str, Any]) -> None:
    """Test controlled values and both languages."""
    for column, allowed in ALLOWED.items():
        demand(column not in row or row[column] in allowed, f"{key}: {column} = {row.get(column)!r}")
    demand(set(row["sectors"]) <= SECTORS, f"{key}: unknown sector in {row['sectors']}")
    demand(row["sectors"] or layer not in {"parks", "gmp", "enterprises", "services"}, f"{key}: no sector")
    demand(row["name_zh"] and row["name_en"], f"{key}: a name is missing")
    demand(row["location_note_zh"] and row["location_note_en"], f"{key}: no location note")
    for column in set(row) - {"address_zh"}:
        if column.endswith("_zh"):
            both = bool(row[column]) == bool(row[f"{column[:-3]}_en"])
            demand(both, f"{key}: {column} has no counterpart in the other language")


def check_place(key: str, geometry: BaseGeometry, row: Mapping[str, Any], districts: Lines) -> None:
    """Accuracy is that of its class; a city point lies in the district it states, a region point in none."""
    method, code = row["location_method"], row["district_code"]
    expected: int | None = ACCURACY_M.get(method)
    if method == "district":
        radius_m = math.sqrt(districts[code][1]["official_area_km2"] * M2["km2"] / math.pi)
        expected = round(radius_m / 100) * 100
    demand(row["accuracy_m"] == expected, f"{key}: accuracy {row['accuracy_m']}, class {method} says {expected}")
    demand((row["location_basis"] == "chosen") <= (method == "schematic"), f"{key}: a chosen place is schematic")
    if not isinstance(geometry, Point):
        return
    home = [name for name, (area, _) in districts.items() if contains_xy(area, geometry.x, geometry.y)]
    wanted = [code] if row["extent"] == "city" else []
    demand(home == wanted, f"{key}: states district {wanted}, lies in {home}")


def check_links(layers: Mapping[str, list[Feature]], facts: Path) -> None:
    """Ids are unique; relations, references and conflicts name things that exist; none is forgotten."""
    rows = {key: row for features in layers.values() for key, _, row in features}
    demand(len(rows) == sum(map(len, layers.values())), "an id occurs in two layers")
    parks = {key for key, _, _ in layers["parks"]}
    stated = {**read_rows(facts / "facts.csv"), **read_rows(facts / "external_facts.csv"), **place_facts(facts)}
    conflicts = read_rows(facts / "conflicts.csv")
    for key, row in rows.items():
        for column in ("parent_id", "park_id"):
            demand(row.get(column) in parks | {None} - {key}, f"{key}: {column} = {row.get(column)} is no park")
        for column in REFERENCES:
            demand(row.get(column) in {None, *row["references"]}, f"{key}: {column} is not among its references")
        demand(set(row["references"]) <= set(stated), f"{key}: unknown reference in {row['references']}")
        demand(set(row["conflicts"]) <= set(conflicts), f"{key}: unknown conflict in {row['conflicts']}")
    for name, fact in stated.items():
        place = rows.get(fact["gazetteer_id"])
        demand(place is None or name in place["references"], f"{fact['gazetteer_id']}: {name} is not referenced")


def check(layers: Mapping[str, list[Feature]], districts: Lines, facts: Path) -> None:
    """All checks of the finished rows."""
    check_links(layers, facts)
    for layer, features in layers.items():
        for key, geometry, row in features:
            demand(tuple(row) == (*COMMON, *LAYERS[layer]), f"{key}: columns differ from those of {layer}")
            check_words(layer, key, row)
            check_place(key, geometry, row, districts)


def outlines(facts: Path) -> Iterator[Feature]:
    """Park outlines drawn from published limits (WGS-84), without any computed area."""
    shapes = read_shapes(facts / "extents.geojson", "part of the facts")
    demand(set(shapes) == set(OUTLINES), f"outlines: {sorted(shapes)}, texts for {sorted(OUTLINES)}")
    names = ("park_id", "method", "independent", "counts", "note_zh", "note_en", "conflicts")
    for key, values in OUTLINES.items():
        yield key, shapes[key][0], dict(zip(names, values, strict=True))


def metadata(layer: str) -> dict[str, str]:
    """Write the words of one layer's metadata, without its files."""
    method = OSM_METHOD.get(layer, ("", ""))
    licence, credit = "MIT (compilation)", "ni1o1/pygeo-tutorial (MIT)"
    if layer in ODBL_LAYERS:
        licence, credit = "ODbL-1.0", OSM_CREDIT
    elif layer in OSM_METHOD:
        licence += "; coordinates partly derived from OpenStreetMap (ODbL 1.0)"
        credit += f" · {OSM_CREDIT}"
    words = {"title_zh": TITLES[layer][0], "title_en": TITLES[layer][1], "licence": licence, "attribution": credit}
    words["licence_url"] = ODBL_URL if layer in ODBL_LAYERS else MIT_URL
    return (
        METADATA
        | words
        | {f"method_{code}": METADATA[f"method_{code}"] + method[code == "en"] for code in ("zh", "en")}
    )


def main() -> None:
    """Read, join, check, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=Path, required=True, help="folder with gazetteer.csv and the facts")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="where the layer folders are written")
    options = parser.parse_args()
    gazetteer = read_rows(options.facts / "gazetteer.csv")
    curation = read_rows(ROOT / "tools/curation/places.csv")
    lines = read_shapes(ROOT / "tools/curation/g60_lines.geojson", "run build_g60.py first")
    districts = read_shapes(ROOT / "data/districts/districts.geojson", "run build_districts.py first")
    check_pairs(gazetteer, curation, lines)
    layers = build(gazetteer, curation, lines)
    check(layers, districts, options.facts)
    for layer, features in layers.items():
        write_geojson(options.data / layer / f"{layer}.geojson", features)
        if layer == "parks":
            write_geojson(options.data / layer / "outlines.geojson", outlines(options.facts))
        write_metadata(options.data / layer, metadata(layer))
        print(f"{layer}: {len(features)} rows")


if __name__ == "__main__":
    main()
