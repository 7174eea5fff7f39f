"""Build tools/curation/g60_lines.geojson: the G60 motorway, mapped and schematic, and two schematic lines.

Run `python tools/build_g60.py --facts .../facts --osm .../testdata/osm`. A segment of the collected centre line counts
as mapped where both its ends and its middle lie within 15 m of one and the same mapped motorway piece of
OpenStreetMap (bridges and elevated parts); the rest are straight joins. The result holds OpenStreetMap geometry
(ODbL).

It also prints how far a motorway may lie from a straight join of length L:

- one circular curve of radius R departs from its chord by the sagitta R - sqrt(R^2 - L^2/4), for L <= 2R; two opposite
  curves in the same length depart less on either side, as each spans a shorter chord;
- if the road is at most (1 + e) L long, it stays within (L/2) sqrt((1 + e)^2 - 1) of the chord, whatever its shape;
- where the mapped ends show the directions, a road that curves one way only stays inside the triangle of the chord
  and the two tangents;
- what OpenStreetMap's motorways in Shanghai really do on chords of that length.
"""

import argparse
import json
import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from metadata import write_geojson
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

OUTPUT = Path(__file__).parent / "curation" / "g60_lines.geojson"
GEOD = Geod(ellps="WGS84")
TOLERANCE_M = 15.0
EXPECTED_MAPPED_M, ALLOWED_DIFFERENCE_M = 15_112.0, 50.0
RADIUS_M = 1000.0  # JTG D20, general minimum for 120 km/h
LIMIT_RADIUS_M = 650.0  # JTG D20, absolute minimum for 120 km/h
METRES_PER_DEGREE = 111_195.0
STEP_M = 100.0
LATITUDE = 31.0
UNNAMED = "其他高架高速"  # ramps and interchanges without a name


def to_metres(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Plane metres good to 0.5 % around the motorway: enough for a 15 m tolerance and for bounds."""
    metres: NDArray[np.float64] = degrees * np.array(
        [METRES_PER_DEGREE * math.cos(math.radians(LATITUDE)), METRES_PER_DEGREE]
    )
    return metres


def read_lines(facts: Path) -> dict[str, NDArray[np.float64]]:
    """Points (lon, lat) of the collected lines by id."""
    rows = json.loads((facts / "g60_centerline.geojson").read_text(encoding="utf-8"))["features"]
    return {row["properties"]["id"]: np.array(row["geometry"]["coordinates"]) for row in rows}


def read_pieces(osm: Path) -> list[BaseGeometry]:
    """Read the mapped motorway pieces of OpenStreetMap, plane metres."""
    rows = json.loads((osm / "roads_elevated_and_motorway.geojson").read_text(encoding="utf-8"))["features"]
    motorways = [row for row in rows if row["properties"]["kind"] == "expressway"]
    return [
        shapely.LineString(to_metres(np.array(line))) for row in motorways for line in row["geometry"]["coordinates"]
    ]


def mapped_segments(line: NDArray[np.float64], pieces: list[BaseGeometry]) -> list[bool]:
    """For every segment of a line: do both ends and the middle lie on one mapped piece."""
    metres = to_metres(line)
    tree = shapely.STRtree(pieces)
    answers = []
    for start, end in pairwise(metres):
        places = shapely.points(np.array([start, end, (start + end) / 2]))
        near = [set(tree.query(place, predicate="dwithin", distance=TOLERANCE_M).tolist()) for place in places]
        answers.append(bool(near[0] & near[1] & near[2]))
    return answers


def stretches(line: NDArray[np.float64], *, flags: list[bool], wanted: bool) -> list[NDArray[np.float64]]:
    """Join neighbouring segments whose flag is the wanted one into runs."""
    runs: list[NDArray[np.float64]] = []
    start = None
    for index, flag in enumerate([*flags, not wanted]):
        if flag == wanted and start is None:
            start = index
        elif flag != wanted and start is not None:
            runs.append(line[start : index + 1])
            start = None
    return runs


def feature(
    feature_id: str, *, stretch: str, runs: list[NDArray[np.float64]]
) -> tuple[str, BaseGeometry, dict[str, Any]]:
    """One row with its geodesic lengths in metres."""
    lengths = np.concatenate([GEOD.line_lengths(run[:, 0], run[:, 1]) for run in runs])
    shape = shapely.MultiLineString(runs) if len(runs) > 1 else shapely.LineString(runs[0])
    columns = {
        "stretch": stretch,
        "length_m": round(float(lengths.sum()), 1),
        "max_segment_m": round(float(lengths.max()), 1),
    }
    return feature_id, shape, columns


def sagitta(chord: float, radius: float) -> float:
    """Greatest distance of an arc of at most half a circle from its chord; NaN where no such arc fits."""
    return radius - math.sqrt(radius**2 - chord**2 / 4) if chord <= 2 * radius else math.nan


def detour_bound(chord: float, excess: float) -> float:
    """Greatest distance from the chord of any path at most (1 + excess) times as long."""
    return chord / 2 * math.sqrt((1 + excess) ** 2 - 1)


def turn(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Signed angle from one vector to another, radians."""
    return math.atan2(first[0] * second[1] - first[1] * second[0], float(first @ second))


def tangent_bounds(line: NDArray[np.float64], flags: list[bool]) -> Iterator[tuple[float, float, float, bool]]:
    """For every straight join between mapped ends: length, turn at each end bounded as a height, and is it S-shaped.

    Yields (chord m, height of the triangle of chord and tangents m, larger end angle in degrees, S-shaped).
    """
    steps = np.diff(to_metres(line), axis=0)
    for index in range(1, len(flags) - 1):
        if flags[index] or not (flags[index - 1] and flags[index + 1]):
            continue
        first, last = turn(steps[index - 1], steps[index]), turn(steps[index], steps[index + 1])
        chord = float(np.hypot(*steps[index]))
        a, b = abs(math.tan(first)), abs(math.tan(last))
        height = chord * a * b / (a + b) if a + b else 0.0
        yield chord, height, math.degrees(max(abs(first), abs(last))), first * last < 0


def named_roads(osm: Path) -> Iterator[NDArray[np.float64]]:
    """Continuous mapped pieces of named motorways as points every 100 m, plane metres."""
    rows = json.loads((osm / "roads_elevated_and_motorway.geojson").read_text(encoding="utf-8"))["features"]
    for row in rows:
        name = row["properties"]["name"]
        if name.endswith("高速") and name != UNNAMED:
            parts = [shapely.LineString(to_metres(np.array(line))) for line in row["geometry"]["coordinates"]]
            for road in shapely.get_parts(shapely.line_merge(shapely.union_all(parts, grid_size=0.5))):
                yield shapely.get_coordinates(road.interpolate(np.arange(0, road.length, STEP_M)))


def observed(roads: list[NDArray[np.float64]], chord: float) -> NDArray[np.float64]:
    """Measure mapped roads on chords of a length: rows of (distance from chord, m; larger end angle, degrees)."""
    rows = []
    for places in roads:
        for index in range(len(places) - 1):
            reach = np.hypot(*(places[index:] - places[index]).T)
            end = int(np.argmax(reach >= chord))
            if end < 1:
                continue
            run = places[index : index + end + 1]
            way = run[-1] - run[0]
            height = shapely.distance(shapely.points(run), shapely.LineString(run[[0, -1]])).max()
            angle = max(abs(turn(run[1] - run[0], way)), abs(turn(way, run[-1] - run[-2])))
            rows.append((height, math.degrees(angle)))
    return np.array(rows)


def print_bounds(line: NDArray[np.float64], flags: list[bool], osm: Path) -> None:
    """Print the table behind the accuracy class of the schematic stretches."""
    rows = sorted(tangent_bounds(line, flags), key=lambda row: -row[1])
    steepest = max(row[2] for row in rows)
    print(f"{len(rows)} joins between mapped ends, {sum(row[3] for row in rows)} S-shaped; largest triangle heights:")
    for chord, height, angle, is_s in rows[:5]:
        print(f"  chord {chord:5.0f} m, height {height:4.0f} m, end angle {angle:4.1f} deg{', S' if is_s else ''}")
    roads = list(named_roads(osm))
    print(
        f"chord m | sagitta R=1000, 650 | 2 %, 5 % longer | seen n, 50, 95, 100 % | ends < {steepest:.1f} deg: the same"
    )
    for chord in (250.0, 500.0, 750.0, 1000.0, 1500.0, 2000.0, 2500.0, 3032.0):
        bounds = [sagitta(chord, RADIUS_M), sagitta(chord, LIMIT_RADIUS_M)]
        bounds += [detour_bound(chord, 0.02), detour_bound(chord, 0.05)]
        seen = observed(roads, chord)
        for part in (seen[:, 0], seen[seen[:, 1] <= steepest, 0]):
            bounds += [len(part), *np.quantile(part, [0.5, 0.95, 1.0])]
        print(" ".join(f"{bound:6.0f}" for bound in [chord, *bounds]))


def main() -> None:
    """Write the lines; print the shares and the bounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=Path, required=True, help="folder of g60_centerline.geojson")
    parser.add_argument("--osm", type=Path, required=True, help="folder of roads_elevated_and_motorway.geojson")
    options = parser.parse_args()
    lines = read_lines(options.facts)
    motorway = lines["G601"]
    flags = mapped_segments(motorway, read_pieces(options.osm))
    rows = [
        feature("G601M", stretch="mapped", runs=stretches(motorway, flags=flags, wanted=True)),
        feature("G601S", stretch="schematic", runs=stretches(motorway, flags=flags, wanted=False)),
        feature("G602", stretch="schematic", runs=[lines["G602"]]),
        feature("HB05L", stretch="schematic", runs=[lines["HB05L"]]),
    ]
    mapped_m = rows[0][2]["length_m"]
    if abs(mapped_m - EXPECTED_MAPPED_M) > ALLOWED_DIFFERENCE_M:
        msg = f"mapped stretches measure {mapped_m} m, expected about {EXPECTED_MAPPED_M} m"
        raise ValueError(msg)
    write_geojson(OUTPUT, rows)
    for row_id, shape, columns in rows:
        print(row_id, len(shapely.get_parts(shape)), columns)
    print_bounds(motorway, flags, options.osm)


if __name__ == "__main__":
    main()
