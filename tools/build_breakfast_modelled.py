"""Build data/breakfast_modelled: 226 SIMULATED breakfast demonstration points. None of them is a real shop.

Run tools/build_districts.py and tools/build_basemap.py first, then `python tools/build_breakfast_modelled.py`.

Published margins that are kept: 226 points in the city (F038), 14 in Xuhui (X045), and at least one in each of the
16 districts, which follows from all of them having met their targets (F040).
The other 212 go to the other 15 districts in proportion to residents (census 2020), by largest remainder. Inside a
district the points are uniform over its land without lakes and without Pudong's shoals, at least 500 m from each other
across the whole city (dart throwing: a dart too near to an earlier point is thrown again). Each district has its own
random stream, seeded by SEED and its code. The published share of points in weakly served areas is left out: no data
that may be shipped says where those areas are.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from build_districts import DISTRICTS, GEOD, ROOT, polygons_of
from metadata import write_geojson, write_metadata
from shapely.geometry.base import BaseGeometry

SEED = 20211014  # the day the total of 226 was published
TOTAL = 226
STATED = {"310104": 14}  # Xuhui, fact X045
MAINLAND_ONLY = {"310115"}  # the other parts of Pudong are the shoals of Jiuduansha, where nobody lives
MINIMUM_SPACING_M = 500.0
MOST_DARTS = 100_000


def read_rows(path: Path) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """Properties and geometries of a GeoJSON file, in file order."""
    rows = json.loads(path.read_text(encoding="utf-8"))["features"]
    return [(row["properties"], shapely.from_geojson(json.dumps(row["geometry"]))) for row in rows]


def dry_land() -> dict[str, BaseGeometry]:
    """Land of every district without lakes, by code."""
    water = read_rows(ROOT / "data" / "water" / "water.geojson")
    lakes = shapely.union_all([shape for row, shape in water if row["kind"] == "lake"])
    districts = read_rows(ROOT / "data" / "districts" / "districts_land.geojson")
    land = {row["district_code"]: shape for row, shape in districts}
    land |= {code: polygons_of(land[code])[0] for code in MAINLAND_ONLY}
    return {code: shape.difference(lakes) for code, shape in land.items()}


def allocate(residents: Mapping[str, int], total: int) -> dict[str, int]:
    """Share a total in proportion to residents by largest remainder (ties: lower code first)."""
    everybody = sum(residents.values())
    shares = {code: total * count // everybody for code, count in residents.items()}
    by_remainder = sorted(residents, key=lambda code: (-(total * residents[code] % everybody), code))
    for code in by_remainder[: total - sum(shares.values())]:
        shares[code] += 1
    return shares


def points_per_district() -> dict[str, int]:
    """Points by district code, in code order; stops if a district would have none."""
    others = {code: district.residents_2020 for code, district in DISTRICTS.items() if code not in STATED}
    counts = allocate(others, TOTAL - sum(STATED.values())) | STATED
    if min(counts.values()) < 1 or sum(counts.values()) != TOTAL:
        msg = f"allocation breaks a published margin: {counts}"
        raise ValueError(msg)
    return {code: counts[code] for code in DISTRICTS}


def throw_dart(rng: np.random.Generator, land: BaseGeometry) -> tuple[float, float]:
    """One point uniform in area over a shape (degrees): uniform in longitude and in the sine of latitude."""
    west, south, east, north = land.bounds
    while True:
        lon = rng.uniform(west, east)
        sine = rng.uniform(math.sin(math.radians(south)), math.sin(math.radians(north)))
        lon, lat = round(lon, 6), round(math.degrees(math.asin(sine)), 6)
        if shapely.contains_xy(land, lon, lat):
            return lon, lat


def is_free(point: tuple[float, float], others: list[tuple[float, float]]) -> bool:
    """Whether a point keeps the minimum spacing (geodesic metres) to all others."""
    if not others:
        return True
    lons, lats = np.array(others).T
    _, _, distances = GEOD.inv(np.full(len(others), point[0]), np.full(len(others), point[1]), lons, lats)
    return bool(distances.min() >= MINIMUM_SPACING_M)


def throw_points(land: Mapping[str, BaseGeometry]) -> list[tuple[str, float, float]]:
    """All points as (district code, lon, lat), in district order."""
    thrown: list[tuple[str, float, float]] = []
    for code, count in points_per_district().items():
        rng = np.random.default_rng([SEED, int(code)])
        wanted = len(thrown) + count
        for _ in range(MOST_DARTS):
            if len(thrown) == wanted:
                break
            point = throw_dart(rng, land[code])
            if is_free(point, [(lon, lat) for _, lon, lat in thrown]):
                thrown.append((code, *point))
        if len(thrown) != wanted:
            msg = f"{code}: no room for {count} points {MINIMUM_SPACING_M} m apart"
            raise ValueError(msg)
    return thrown


def columns(number: int, code: str) -> dict[str, Any]:
    """Columns of one simulated point."""
    district = DISTRICTS[code]
    return {
        "name_zh": f"模拟点 {number:03d}（{district.name_zh}）",
        "name_en": f"Modelled point {number:03d} ({district.name_en})",
        "district_code": code,
        "towns": [],
        "address_zh": None,
        "sectors": [],
        "extent": "city",
        "location_method": "modelled",
        "accuracy_m": None,
        "location_basis": "chosen",
        "location_note_zh": "位置由带种子的随机模型在本区陆域内生成，不对应任何真实门店。",
        "location_note_en": "Drawn by a seeded random model on the district's land; stands for no real shop.",
        "note_zh": note_zh(code),
        "note_en": note_en(code),
        "references": ["F038", "X045"],
        "conflicts": [],
        "model": "seeded-v1",
    }


def note_zh(code: str) -> str:
    """Say that it is simulated, and where the district's count comes from."""
    stated = "本区点数 14 为媒体报道数" if code in STATED else "本区点数由常住人口按比例推算，并非公布数"
    return f"模拟分布，仅供演示方法：全市 226 个为公布数，{stated}。"


def note_en(code: str) -> str:
    """Say that it is simulated, and where the district's count comes from."""
    inferred = "the district's count is inferred from residents, not published"
    stated = "the district's count of 14 was reported by the press" if code in STATED else inferred
    return f"Simulated distribution, to show the method only: the city's 226 is published; {stated}."


METADATA = {
    "title_zh": "早餐工程示范点（模拟分布，并非真实点位）",
    "title_en": "Breakfast demonstration points (simulated distribution, not real places)",
    "producer": "this project",
    "citation": "Simulated by this project, model seeded-v1; margins from facts F038 and X045",
    "url": "",
    "licence": "MIT",
    "licence_url": "https://opensource.org/license/mit",
    "published": "2026-11-21",
    "accessed": "2026-11-21",
    "source_crs": "WGS-84 (EPSG:4326)",
    "accuracy": (
        "None: the positions are simulated. Only the total (226, October 2021) and Xuhui's 14 (December 2021) were "
        "published; at least one per district follows from all 16 having met targets; every other count is inferred"
    ),
    "method_zh": (
        "公布的边际数照用：全市 226 个，徐汇区 14 个；十六个区均完成目标，故每区至少一个。"
        "其余 212 个按 2020 年普查常住人口以最大余数法分给另外十五个区。"
        "区内在陆域（去除湖泊与浦东九段沙）上均匀随机取点，全市任意两点相距不小于 500 米（过近则重投）。"
        "随机数种子 20211014 加区划代码（numpy default_rng），结果可逐字节重现。"
        "公布的薄弱区域点数未纳入：没有可随项目发布的数据界定薄弱区域。均匀分布不反映真实的人口与商业疏密。"
    ),
    "method_en": (
        "Published margins are kept: 226 in the city, 14 in Xuhui; all 16 districts met their targets, so each has at "
        "least one. The other 212 go to the other 15 districts by residents (census 2020), largest remainder. Inside a "
        "district: uniform over its land without lakes and without Pudong's Jiuduansha shoals, any two points of the "
        "city at least 500 m apart (dart throwing). Seed 20211014 with the district code (numpy default_rng): the "
        "result repeats byte for byte. The published number in weakly served areas is left out: no data that may be "
        "shipped delimit them. Uniform means that real density of people and shops is not reflected."
    ),
    "attribution": "模拟数据 Simulated (MIT)",
    "map_approval": "",
    "tool": "tools/build_breakfast_modelled.py",
}


def main() -> None:
    """Write the points and their metadata; print the counts."""
    folder = ROOT / "data" / "breakfast_modelled"
    points = throw_points(dry_land())
    rows = [
        (f"BM{number:03d}", shapely.Point(lon, lat), columns(number, code))
        for number, (code, lon, lat) in enumerate(points, start=1)
    ]
    write_geojson(folder / "breakfast_modelled.geojson", rows)
    write_metadata(folder, METADATA)
    print({DISTRICTS[code].name_en: count for code, count in points_per_district().items()})


if __name__ == "__main__":
    main()
