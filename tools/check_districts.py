"""Measure what data/districts, data/land and data/neighbours are worth; print it, change nothing.

`python tools/check_districts.py --poi .../shanghai_hospital.csv --towns .../osm/towns.geojson`

- Datum: points known to be in WGS-84 and labelled with their district are counted in the polygon they fall in,
  as they are and after moving them the way GCJ-02 would. Wrong datum, wrong polygons: the share drops.
- Coast: the share of the same points that fall outside every land part.
- Borders: distance of district borders to borders of OpenStreetMap's towns of the same district.
- Overlaps and gaps: inside the city, and between districts and neighbours.
"""

import argparse
import csv
import json
import math
from pathlib import Path

import numpy as np
import shapely
from build_districts import DISTRICTS, ROOT, area_km2
from shapely.geometry.base import BaseGeometry

METRES_PER_DEGREE = 111_195.0
EQUATOR_M, ECCENTRICITY2 = 6_378_245.0, 0.00669342162296594  # Krasovsky ellipsoid, as GCJ-02 uses it


def read_shapes(path: Path) -> dict[str, BaseGeometry]:
    """Geometries of a GeoJSON file by id."""
    rows = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {row["properties"]["id"]: shapely.from_geojson(json.dumps(row["geometry"])) for row in rows}


def waves(x: float, *, factors: tuple[float, float]) -> float:
    """Sum of the sine terms that both GCJ-02 polynomials share along one axis."""
    long_wave, longest_wave = factors
    sines = 20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)
    return sines + long_wave * math.sin(x / 12 * math.pi) + longest_wave * math.sin(x / 30 * math.pi)


def gcj02_shift(lon: float, lat: float) -> tuple[float, float]:
    """Degrees that GCJ-02 adds to a WGS-84 point (the widely published approximation)."""
    x, y = lon - 105, lat - 35
    common = 20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (common + waves(y, factors=(160, 0)) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (common + waves(x, factors=(150, 300))) * 2 / 3
    root = 1 - ECCENTRICITY2 * math.sin(math.radians(lat)) ** 2
    meridian = EQUATOR_M * (1 - ECCENTRICITY2) / root**1.5
    parallel = EQUATOR_M / math.sqrt(root) * math.cos(math.radians(lat))
    return math.degrees(east / parallel), math.degrees(north / meridian)


def share_in_own(points: np.ndarray, labels: np.ndarray, shapes: dict[str, BaseGeometry]) -> float:
    """Share of labelled points (lon, lat) inside the polygon of their label, 0-1."""
    inside = [
        shapely.contains_xy(shape, points[labels == DISTRICTS[code].name_zh]).sum() for code, shape in shapes.items()
    ]
    known = np.isin(labels, [district.name_zh for district in DISTRICTS.values()]).sum()
    return float(sum(inside) / known)


def check_points(path: Path, whole: dict[str, BaseGeometry], land: dict[str, BaseGeometry]) -> None:
    """Datum and coast."""
    with path.open(encoding="utf-8-sig") as file:
        rows = [(float(row["lon"]), float(row["lat"]), row["adname"]) for row in csv.DictReader(file)]
    points, labels = np.array([row[:2] for row in rows]), np.array([row[2] for row in rows])
    shift = np.array([gcj02_shift(lon, lat) for lon, lat in points])
    print(path.name, len(rows), "shift m", np.hypot(*(shift * METRES_PER_DEGREE * [0.857, 1]).T).round().mean())
    for name, moved in (("as it is", points), ("plus GCJ-02", points + shift), ("minus GCJ-02", points - shift)):
        print(f"  own district, {name}: {share_in_own(moved, labels, whole):.2%}")
    on_land = shapely.contains_xy(shapely.union_all(list(land.values())), points)
    print(f"  outside the land parts: {(~on_land).sum()} of {len(rows)}")


def check_borders(path: Path, land: dict[str, BaseGeometry]) -> None:
    """Distance from every 100 m of inner district borders to the nearest town border, metres."""
    towns = json.loads(path.read_text(encoding="utf-8"))["features"]
    lines = shapely.union_all([shapely.from_geojson(json.dumps(town["geometry"])).boundary for town in towns])
    shapes = list(land.values())
    shared = [a.boundary.intersection(b.boundary) for i, a in enumerate(shapes) for b in shapes[:i]]
    inner = shapely.union_all([part for part in shared if part.length > 0])
    to_metres = np.array([METRES_PER_DEGREE * math.cos(math.radians(31.2)), METRES_PER_DEGREE])
    inner, lines = (shapely.transform(line, lambda xy: xy * to_metres) for line in (inner, lines))
    samples = shapely.get_coordinates(shapely.segmentize(shapely.line_merge(inner), 100))
    distances = shapely.distance(shapely.points(samples), lines)
    near = distances[distances < 500]  # farther away the towns' file has no border there
    middle, most = np.quantile(near, [0.5, 0.9])
    print(f"borders: {len(near)} of {len(samples)} points, median {middle:.0f} m, 90 % {most:.0f} m")


def check_topology(whole: dict[str, BaseGeometry], land: dict[str, BaseGeometry]) -> None:
    """Overlaps, holes and fit with the neighbours, m2."""
    neighbours = read_shapes(ROOT / "data" / "neighbours" / "neighbours.geojson")
    for name, shapes in (("whole", whole), ("land", land), ("neighbours", neighbours), ("all", land | neighbours)):
        parts = list(shapes.values())
        union = shapely.union_all(parts)
        overlap = sum(area_km2(part) for part in parts) - area_km2(union)
        holes = [area_km2(shapely.Polygon(ring)) for part in shapely.get_parts(union) for ring in part.interiors]
        valid = all(part.is_valid for part in parts), shapely.coverage_is_valid(np.array(parts))
        print(f"{name}: valid {valid}, overlap {overlap * 1e6:.1f} m2, {len(holes)} holes {sum(holes) * 1e6:.0f} m2")
    base = read_shapes(ROOT / "data" / "land" / "land.geojson")["land"]
    outside = shapely.union_all(list(land.values())).difference(base)
    print(f"district land outside the land layer: {area_km2(outside) * 1e6:.1f} m2")


def main() -> None:
    """Print every measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--poi", type=Path, nargs="*", default=[], help="CSV files with lon, lat (WGS-84), adname")
    parser.add_argument("--towns", type=Path, help="towns.geojson of OpenStreetMap")
    options = parser.parse_args()
    folder = ROOT / "data" / "districts"
    whole, land = read_shapes(folder / "districts.geojson"), read_shapes(folder / "districts_land.geojson")
    check_topology(whole, land)
    for path in options.poi:
        check_points(path, whole, land)
    if options.towns:
        check_borders(options.towns, land)


if __name__ == "__main__":
    main()
