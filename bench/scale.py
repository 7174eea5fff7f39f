"""Points that outgrow memory, from Parquet: only reading, one process, dask, dask-geopandas and sedonadb.

`python -m bench scale [--rows 1e7] [--rounds 3] [--encoding WKB] [--only a,b --name few]`. Every contestant is a
process of its own; the memory of it and all its children is watched from outside. The seconds are those of the job:
imports, the start of workers and a first small run (which compiles, or loads what was compiled) come before. So does
one pass over the files, if they fit into half of the system's memory: else the first to read them pays for the disk.
"""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from bench.engine import scene
from bench.report import SCALE_PACKAGES, Report
from bench.scale_contestants import CONTESTANTS, PEERS

ROW_GROUP = 1_000_000
FILES = 10
WATCH_SECONDS = 0.05
WARM_ROWS = 2_000
COPY = 1 << 20
ROOT = Path(__file__).parents[1]
PEER_LIMIT = 20_000_000  # slower peers are left out above; with --only, and --name peers, they take part all the same

MEMORY_GOALS = {
    "stream-districts-1-thread": "400",
    "stream-districts": "400",
    "stream-parks": "400",
    "dask-districts": "1000",
    "dask-parks": "1000",
}
BESIDE = {"stream-districts-1-thread": "reading-1-thread", "stream-districts": "reading-2-threads"}
BESIDE_GOAL = "1.5"


def run(rest: list[str]) -> None:
    """Measure all contestants, or be one."""
    parser = argparse.ArgumentParser(prog="python -m bench scale", description=__doc__)
    parser.add_argument("--rows", type=float, default=1e6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="contestants, by commas: " + ", ".join(CONTESTANTS))
    parser.add_argument("--encoding", choices=("columns", "WKB"), default="columns", help="WKB: GeoParquet, no peers")
    parser.add_argument("--folder", type=Path, help="where the points lie or are written to; else a temporary one")
    parser.add_argument("--name", default="", help="of the table, after its size: for a run of some contestants alone")
    parser.add_argument("--be", choices=CONTESTANTS, help=argparse.SUPPRESS)
    asked = parser.parse_args(rest)
    if asked.be:
        be(asked.be, asked.folder)
        return
    with contextlib.ExitStack() as stack:
        folder = asked.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="atlas-bench-")))
        names = asked.only.split(",") if asked.only else invited(int(asked.rows), asked.encoding)
        write_points(folder, int(asked.rows), asked.encoding)
        measure(report_of(int(asked.rows), asked.encoding, asked.name), asked.rounds, names, folder)


def invited(rows: int, encoding: str) -> list[str]:
    """Who takes part unless the caller names them."""
    peers = rows <= PEER_LIMIT and encoding == "columns"
    return [name for name in CONTESTANTS if peers or name not in PEERS]


def report_of(rows: int, encoding: str, which: str) -> Report:
    """An empty table."""
    parts = f"scale-{rows:.0e}".replace("e+0", "e"), "" if encoding == "columns" else encoding.lower(), which
    kind = "columns lon and lat" if encoding == "columns" else "GeoParquet, WKB"
    title = f"{rows:,} points from Parquet ({kind}; {FILES} files, row groups of {ROW_GROUP:,})"
    return Report(name="-".join(filter(None, parts)), title=title, packages=SCALE_PACKAGES)


def measure(report: Report, rounds: int, names: list[str], folder: Path) -> None:
    """Let everyone answer, hold the answers side by side."""
    report.notes.append(
        "districts: counts by district. parks: the same, with the nearest park and its statistics. Memory: resident, "
        "all processes of a contestant added up, pages that they share counted in each; the interpreter and "
        "libraries included. Answers were compared: all contestants count the same points in every district."
    )
    runs: dict[str, list[dict[str, Any]]] = {each: [] for each in names}
    held = False
    for _ in range(rounds):  # in turn, so that a slower minute of the machine falls on all
        for each in names:
            held = remember(sorted(folder.glob("*.parquet")))
            runs[each].append(watched(each, folder))
    report.notes.append(f"The files were {'' if held else 'too large to be '}held in the system's memory beforehand.")
    for each in names:
        report.add(f"{each}: wall", [run["seconds"] for run in runs[each]], unit="s")
        report.add(f"{each}: CPU", [run["cpu"] for run in runs[each]], unit="s")
        peaks, most = [run["peak"] for run in runs[each]], MEMORY_GOALS.get(each, "")
        report.add(f"{each}: peak memory, all processes", peaks, unit="MB", goal=most)
    for each, peer in BESIDE.items():
        if {each, peer} <= runs.keys():
            # round by round: one runs right after the other, and the machine changes its speed within seconds
            shares = [ours["seconds"] / theirs["seconds"] for ours, theirs in zip(runs[each], runs[peer], strict=True)]
            report.add(f"{each}: wall, beside {peer}", shares, unit="×", goal=BESIDE_GOAL)
    compare(runs)
    report.write()


def compare(runs: dict[str, list[dict[str, Any]]]) -> None:
    """Everybody must have found the same."""
    answers = {name: found["answer"] for name, every in runs.items() for found in every if found["answer"]}
    counted = {name: answer["n"] for name, answer in answers.items()}
    first = next(iter(counted.values()), {})
    for name, each in counted.items():
        assert each == first, (name, each, first)
    near = [answer["near"] for answer in answers.values() if "near" in answer]
    assert all(each == near[0] for each in near), near


def write_points(folder: Path, rows: int, encoding: str = "columns") -> None:
    """Seeded points over the districts, half of them near real places; files that are there are kept."""
    for number in range(FILES):
        path = folder / f"points-{encoding}-{rows}-{number}.parquet"
        if path.exists():
            continue
        left = rows // FILES
        draft = path.with_suffix(".draft")
        with pq.ParquetWriter(draft, table_of(scene.points(1), encoding).schema) as writer:
            for group in range(-(-left // ROW_GROUP)):
                points = scene.points(min(ROW_GROUP, left - group * ROW_GROUP), seed=1_000 * number + group)
                writer.write_table(table_of(points, encoding), row_group_size=ROW_GROUP)
        draft.replace(path)


def table_of(points: scene.Points, encoding: str) -> pa.Table:
    """Points as columns of degrees, or as GeoParquet with one geometry column in WKB."""
    if encoding == "columns":
        return pa.table({"lon": points.x, "lat": points.y})
    column = {"encoding": "WKB", "geometry_types": ["Point"]}
    said = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    shapes = pa.array(shapely.to_wkb(points.shapes), pa.binary())
    return pa.table({"geometry": shapes}, metadata={b"geo": json.dumps(said).encode()})


def remember(files: list[Path]) -> bool:
    """Read files so that the system holds them in memory, if they fit into half of it; say whether they do."""
    fits = 2 * sum(each.stat().st_size for each in files) < psutil.virtual_memory().total
    for each in files if fits else []:
        with each.open("rb", buffering=0) as file:
            while file.read(COPY):
                pass
    return fits


def watched(name: str, folder: Path) -> dict[str, Any]:
    """Let a contestant run, and watch the memory of all its processes."""
    command = [sys.executable, "-m", "bench", "scale", "--be", name, "--folder", str(folder)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    peak, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(WATCH_SECONDS):
            with contextlib.suppress(psutil.Error):
                parent = psutil.Process(child.pid)
                peak[0] = max(peak[0], sum(_resident(each) for each in (parent, *parent.children(recursive=True))))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        out, _ = child.communicate()
    finally:  # also when the bench is stopped: neither may stay behind
        child.kill()
        done.set()
        thread.join()
    assert child.returncode == 0, name
    found: dict[str, Any] = json.loads(out.splitlines()[-1]) | {"peak": peak[0]}
    print(f"  {name}: {found['seconds']:.2f} s, {found['cpu']:.2f} CPU s, {peak[0]:.0f} MB", flush=True)
    return found


def _resident(process: Any) -> float:
    with contextlib.suppress(psutil.Error):
        return float(process.memory_info().rss) / 1e6
    return 0.0


def be(name: str, folder: Path) -> None:
    """Be one contestant: prepare, run once on little, run on all, and say what was found."""
    with CONTESTANTS[name]() as run, tempfile.TemporaryDirectory() as small:
        write_points(Path(small), WARM_ROWS * FILES)
        run(Path(small))
        before, started = cpu(), time.perf_counter()
        answer = run(folder)
        seconds = time.perf_counter() - started
        spent = cpu() - before
    print(json.dumps({"seconds": seconds, "cpu": spent, "answer": answer}))


def cpu() -> float:
    """CPU seconds of this process and of all that it started, living or gone."""
    me = psutil.Process(os.getpid())
    gone = resource.getrusage(resource.RUSAGE_CHILDREN)
    living = [each.cpu_times() for each in (me, *me.children(recursive=True))]
    return gone.ru_utime + gone.ru_stime + sum(each.user + each.system for each in living)
