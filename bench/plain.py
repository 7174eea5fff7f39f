"""The plain engine of geo/ beside the plain call of geopandas or scipy, at the product's own sizes, in fresh processes.

`python -m bench.plain JOB WHO FILE` is one such process: it makes the inputs, and then counts the seconds of its own
imports and of the answer together. numpy, pandas, shapely, geopandas and pyproj are loaded before, for both sides.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from bench.engine import scene
from bench.report import RESULTS, machine

POINTS, OUTLINES, RADIUS_M = 200_000, 20_000, 500.0
ROUNDS = 9
MOST_RATIO, MOST_FEW_S = 1.5, 0.3
OURS = "ours"
ROOT = Path(__file__).parents[1]
PACKAGES = ("geopandas", "shapely", "pandas", "numpy", "scipy", "pyproj")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
Answer = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Job:
    """One question, what it is asked of, and who answers: ours first. Answers are arrays of the same shape.

    ``tolerance``: by how much two answers may differ, as a share.
    """

    title: str
    inputs: Callable[[], Any]
    who: dict[str, Callable[[Any], Answer]]
    tolerance: float = 0.0


# Points to districts


def points_and_districts() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Frames in WGS 84."""
    points = scene.points(POINTS)
    shapes = gpd.points_from_xy(points.x, points.y)
    return gpd.GeoDataFrame(geometry=shapes, crs=4326), gpd.GeoDataFrame(geometry=scene.districts(), crs=4326)


def assigned(given: Any) -> Answer:
    """Position of the district of each point."""
    from geo.assign import points_to_polygons

    return points_to_polygons(given[0].geometry, given[1].geometry)


def joined(given: Any) -> Answer:
    """The same by geopandas."""
    found = given[0].sjoin(given[1], how="left", predicate="within")
    return found["index_right"].fillna(-1).to_numpy(dtype=np.int64)


# Nearest park


def points_and_parks() -> tuple[NDArray[Any], NDArray[Any]]:
    """Points, and the 31 parks as the atlas measures to them: outlines where they are known, else points."""
    parks = gpd.read_file(scene.DATA / "parks" / "parks.geojson").set_index("id").geometry
    outlines = gpd.read_file(scene.DATA / "parks" / "outlines.geojson")
    known = outlines[outlines["counts"]].drop_duplicates("park_id").set_index("park_id").geometry
    shapes = [known.get(park, place) for park, place in parks.items()]
    return scene.points_in_metres(POINTS).shapes, scene.in_metres(np.array(shapes, dtype=object))


def sites(shapes: NDArray[Any], accuracy_m: Any) -> Any:
    """Sites of the atlas."""
    from geo.proximity import Sites

    accuracy = np.broadcast_to(np.asarray(accuracy_m, dtype=np.float64), len(shapes))
    return Sites(ids=tuple(range(len(shapes))), geometry=shapes, accuracy_m=accuracy)  # type: ignore[arg-type]


def nearest(given: Any) -> Answer:
    """Position and distance of the nearest park of each point."""
    from geo.proximity import nearest as ask

    found = ask(sites(given[0], 0.0), sites(given[1], 0.0))
    return found[["target_id", "distance_m"]].to_numpy(dtype=np.float64)


def sjoin_nearest(given: Any) -> Answer:
    """The same by geopandas."""
    left, right = (gpd.GeoDataFrame(geometry=shapes) for shapes in given)
    found = left.sjoin_nearest(right, distance_col="gap")
    return found[~found.index.duplicated()][["index_right", "gap"]].to_numpy(dtype=np.float64)


def query_nearest(given: Any) -> Answer:
    """The same by shapely's tree, one of equally near ones."""
    (_, at), gap = shapely.STRtree(given[1]).query_nearest(given[0], return_distance=True, all_matches=False)
    return np.column_stack([at, gap])


# Points among themselves


def crowd(accuracy_m: Any) -> tuple[scene.Points, NDArray[Any], NDArray[np.float64]]:
    """Points with their accuracies."""
    points = scene.points_in_metres(POINTS)
    return points, points.shapes, np.resize(np.asarray(accuracy_m, dtype=np.float64), POINTS)


def many_accuracies() -> Any:
    """A thousand different ones up to the radius, in no order."""
    return crowd(np.random.default_rng(3).permutation(np.linspace(0, RADIUS_M, 1_000)))


def counted(given: Any) -> Answer:
    """Others within the radius: sure, best, possible."""
    from geo.proximity import within

    return within(sites(given[1], given[2]), None, radius_m=RADIUS_M).to_numpy()


def counted_by_tree(given: Any) -> Answer:
    """The same by scipy's tree, for one accuracy: a call for each bound, one where all positions are exact."""
    from scipy.spatial import cKDTree

    pairs, twice = given[0].pairs, 2 * given[2][0]
    tree, reaches = cKDTree(pairs), [RADIUS_M - twice, RADIUS_M, RADIUS_M + twice] if twice else [RADIUS_M]
    counts = [tree.query_ball_point(pairs, reach, return_length=True) - 1 for reach in reaches]
    return np.column_stack(counts * (3 // len(counts)))


def counted_by_pair(given: Any) -> Answer:
    """The same by all pairs that scipy's tree finds in reach, for any accuracies."""
    from scipy.spatial import cKDTree

    pairs, accuracy = given[0].pairs, given[2]
    left, right = cKDTree(pairs).query_pairs(RADIUS_M + 2 * accuracy.max(), output_type="ndarray").T
    gap, slack = np.hypot(*(pairs[left] - pairs[right]).T), accuracy[left] + accuracy[right]
    bounds = (gap + slack <= RADIUS_M, gap <= RADIUS_M, gap - slack <= RADIUS_M)
    ends = [(left[near], right[near]) for near in bounds]
    return np.column_stack([sum(np.bincount(each, minlength=POINTS) for each in both) for both in ends])


def nearest_other(given: Any) -> Answer:
    """Position and distance of the nearest other point."""
    from geo.proximity import nearest as ask

    return ask(sites(given[1], given[2]), None)[["target_id", "distance_m"]].to_numpy(dtype=np.float64)


def second_of_tree(given: Any) -> Answer:
    """The same by scipy's tree; no two of the points are equal."""
    from scipy.spatial import cKDTree

    gap, at = cKDTree(given[0].pairs).query(given[0].pairs, k=2)
    return np.column_stack([at[:, 1], gap[:, 1]])


# Land


def outlines(count: int) -> Any:
    """Outlines and districts in degrees, as ours takes them, and as frames in metres, as the peer does."""
    degrees = scene.in_degrees(scene.parks(count))
    plane = [gpd.GeoDataFrame(geometry=scene.in_metres(each)) for each in (degrees, scene.districts())]
    return degrees, plane[0], plane[1].assign(district=range(len(plane[1])))


def land(given: Any) -> Answer:
    """Square metres by district."""
    from geo.overlay import land_by_zone

    return land_by_zone(given[0], scene.districts()).m2


def overlaid(given: Any) -> Answer:
    """The same by geopandas: cut, unite, measure."""
    cut = gpd.overlay(given[1], given[2], how="intersection")[["district", "geometry"]]
    areas = cut.dissolve(by="district").area
    return areas.reindex(range(len(given[2])), fill_value=0.0).to_numpy()


TREE = "scipy cKDTree"
JOBS = {
    "assign": Job(
        title=f"{POINTS:,} points × 16 districts",
        inputs=points_and_districts,
        who={OURS: assigned, "geopandas sjoin within": joined},
    ),
    "nearest": Job(
        title=f"{POINTS:,} points × 31 parks, nearest",
        inputs=points_and_parks,
        who={OURS: nearest, "geopandas sjoin_nearest": sjoin_nearest, "shapely STRtree.query_nearest": query_nearest},
        tolerance=1e-12,
    ),
    "exact": Job(
        title=f"{POINTS:,} among themselves within {RADIUS_M:.0f} m, exact positions",
        inputs=lambda: crowd(0.0),
        who={OURS: counted, f"{TREE} query_ball_point, 1 call": counted_by_tree},
    ),
    "one_accuracy": Job(
        title="the same, one accuracy (50 m)",
        inputs=lambda: crowd(50.0),
        who={OURS: counted, f"{TREE} query_ball_point, 3 calls": counted_by_tree},
    ),
    "many_accuracies": Job(
        title="the same, 1,000 different accuracies (0-500 m)",
        inputs=many_accuracies,
        who={OURS: counted, f"{TREE} query_pairs and bincount": counted_by_pair},
    ),
    "other": Job(
        title=f"{POINTS:,} among themselves, nearest other",
        inputs=lambda: crowd(0.0),
        who={OURS: nearest_other, f"{TREE} query, k=2": second_of_tree},
        tolerance=1e-12,
    ),
    "outlines": Job(
        title=f"{OUTLINES:,} outlines × 16 districts, overlaps once",
        inputs=lambda: outlines(OUTLINES),
        who={OURS: land, "geopandas overlay + dissolve": overlaid},
        tolerance=1e-4,
    ),
    "few_outlines": Job(
        title="3 outlines × 16 districts",
        inputs=lambda: outlines(3),
        who={OURS: land, "geopandas overlay + dissolve": overlaid},
        tolerance=1e-4,
    ),
}


def alone(name: str, who: str, file: str) -> None:
    """Answer once, in this process; print CPU and wall seconds, and leave the answer in a file."""
    job = JOBS[name]
    given = job.inputs()
    scene.districts()
    before = time.process_time(), time.perf_counter()
    answer = job.who[who](given)
    after = time.process_time(), time.perf_counter()
    np.save(file, answer)
    print(json.dumps({"cpu_s": after[0] - before[0], "wall_s": after[1] - before[1], "process_s": after[0]}))


def run() -> None:
    """Let all answer in turn, round by round; write bench/results/plain.md and plain.json.

    Raises
    ------
    SystemExit
        If an answer differs from ours.
    """
    load, found, faults = os.getloadavg(), {}, []
    with tempfile.TemporaryDirectory() as folder:
        for name, job in JOBS.items():
            runs: dict[str, list[dict[str, float]]] = {who: [] for who in job.who}
            for turn in range(ROUNDS):
                for at, who in list(enumerate(job.who))[:: -1 if turn % 2 else 1]:
                    runs[who].append(in_fresh_process(name, who, Path(folder) / f"{at}.npy"))
            mine = np.load(Path(folder) / "0.npy")
            for at, who in enumerate(job.who):
                if not np.allclose(np.load(Path(folder) / f"{at}.npy"), mine, rtol=job.tolerance, atol=0):
                    faults.append(f"{job.title}: {who} answers otherwise")
            found[name] = {"title": job.title, "runs": runs}
            print("\n".join(rows_of(found[name])), flush=True)
    write(found, {**machine(PACKAGES), "load_before": load, "load_after": os.getloadavg()})
    if faults:
        sys.exit("\n".join(faults))


def in_fresh_process(name: str, who: str, file: Path) -> dict[str, float]:
    """What one process found."""
    environment = {**os.environ, **dict.fromkeys(THREADS, "1")}
    command = [sys.executable, "-m", "bench.plain", name, who, str(file)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    report: dict[str, float] = json.loads(done.stdout.strip().rpartition("\n")[2])
    return report


def rows_of(job: dict[str, Any]) -> list[str]:
    """The rows of one job: ours, and each peer with the ratio, round by round and of the medians."""
    ours = [each["cpu_s"] for each in job["runs"][OURS]]
    rows = []
    for who, runs in job["runs"].items():
        cpu, wall = [each["cpu_s"] for each in runs], statistics.median(each["wall_s"] for each in runs)
        ratio, met = "", ""
        if who != OURS:
            each = statistics.median(mine / its for mine, its in zip(ours, cpu, strict=True))
            of_medians = statistics.median(ours) / statistics.median(cpu)
            ratio, met = f"{of_medians:.2f} ({each:.2f})", "yes" if of_medians <= MOST_RATIO else "**no**"
        elif job["title"].startswith("3 "):
            ratio, met = f"≤ {MOST_FEW_S} s", "yes" if statistics.median(cpu) <= MOST_FEW_S else "**no**"
        span = f"{statistics.median(cpu):.3f} ({min(cpu):.3f}-{max(cpu):.3f})"
        rows.append(f"| {job['title']} | {who} | {span} | {wall:.3f} | {ratio} | {met} |")
    return rows


def write(found: dict[str, Any], about: dict[str, Any]) -> None:
    """The table, and all numbers."""
    head = [
        "| question | who | CPU s, median (min-max) | wall s | ours / peer: of medians (median of rounds) | met |",
        "|---|---|---|---|---|---|",
    ]
    note = (
        f"Every figure comes from {ROUNDS} fresh processes on each side, in turn. It holds the answer and what a side "
        "imports for it besides numpy, pandas, shapely, geopandas and pyproj, which both have loaded. The goal is a "
        f"ratio of at most {MOST_RATIO}, and {MOST_FEW_S} s for 3 outlines. Ours hands out tables with identifiers, "
        "bounds and ties settled, the peers bare arrays; land is projected by ours, and given to the peer in metres. "
        "Answers are compared: equal, land within 0.01 %."
    )
    rows = [row for job in found.values() for row in rows_of(job)]
    said = [f"- {key}: {value}" for key, value in about.items()]
    page = ["# The plain engine beside plain calls, at the product's sizes", "", *head, *rows, "", note, "", *said]
    (RESULTS / "plain.md").write_text("\n".join(page) + "\n", encoding="utf-8")
    numbers = json.dumps({"machine": about, "jobs": found}, ensure_ascii=False, indent=1)
    (RESULTS / "plain.json").write_text(numbers + "\n", encoding="utf-8")


if __name__ == "__main__":
    alone(*sys.argv[1:])
