"""Run jobs: every contender in a fresh process, answers compared, results written."""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.engine import databases, writing
from bench.engine.jobs import NAMES, job_named
from bench.engine.model import FLOOR, OURS, Contender, Job
from bench.engine.result import JobResult, Row

ROOT = Path(__file__).parents[2]
SIZES = (10_000, 100_000, 1_000_000)
RUNS = 5
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS")


def run(words: Sequence[str] = ()) -> None:
    """Measure what the words ask for; results of a whole run go to bench/results, others to out/bench.

    Raises
    ------
    SystemExit
        If an answer differs from ours, or a contender fails.
    """
    parser = argparse.ArgumentParser(prog="python -m bench engine", description=__doc__)
    parser.add_argument("jobs", nargs="*", metavar="JOB", help=", ".join(NAMES))
    parser.add_argument("--sizes", type=sizes, default=SIZES, help="points, for example 1e4,1e5,1e6")
    parser.add_argument("--runs", type=int, default=RUNS)
    asked = parser.parse_args(words)
    if unknown := sorted(set(asked.jobs) - set(NAMES)):
        parser.error(f"no such job: {', '.join(unknown)}")
    names = [name for name in NAMES if name in asked.jobs or not asked.jobs]
    load = os.getloadavg()
    results = [contest(job_named(name), asked.sizes, asked.runs) for name in names]
    whole = not asked.jobs and asked.sizes == SIZES and asked.runs >= RUNS
    writing.write(results, notes=(f"PostGIS: {databases.postgis()}.",), load_before=load, whole=whole)
    if faults := [fault for result in results for fault in result.faults]:
        sys.exit("\n".join(["The engine and its peers do not agree:", *faults]))


def sizes(words: str) -> tuple[int, ...]:
    """Sizes like 1e4,1e5."""
    return tuple(sorted(int(float(word)) for word in words.split(",")))


def contest(job: Job, asked: Sequence[int], runs: int) -> JobResult:
    """All contenders at all sizes, ours first and once more at the end: the speed of a machine changes meanwhile."""
    result = JobResult(job=job)
    print(f"\n## {job.title}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for at, contender in enumerate(job.contenders):
            own = Path(folder) / str(at)
            own.mkdir()
            sizes = sizes_of(job, contender, asked)
            too_large = {"gap": f"only measured up to {contender.most:,.0f} points"}
            enter(result, contender, measured(job, contender, sizes, runs, own) if sizes else too_large)
            if contender.name == OURS and result.faults:
                break  # there is nothing to compare with
            compare(result, contender, Path(folder) / "0", own)
        else:
            run_again(result, asked, runs, Path(folder))
    result.rows.sort(key=lambda row: row.n)
    return result


def run_again(result: JobResult, asked: Sequence[int], runs: int, folder: Path) -> None:
    """Measure ours after all peers as before them, at their N, and add these runs to the others."""
    ours = {row.n: row for row in result.rows if row.who == OURS}
    common = sorted(ours.keys() & set(asked))
    contender = result.job.named(OURS)
    found = measured(result.job, contender, common, runs, folder / "0") if common else {}
    if "fault" in found:
        report_fault(result, contender, found["fault"])
    for numbers in found.get("rows", []):
        row = ours[numbers["n"]]
        row.wall_s.extend(numbers["wall_s"])
        row.cpu_s.extend(numbers["cpu_s"])
        print(row.line(), flush=True)


def sizes_of(job: Job, contender: Contender, asked: Sequence[int]) -> list[int]:
    """N of this job for the points that were asked for; ours and the floor go beyond."""
    found = list(asked)
    if job.beyond > 1 and contender.name in {OURS, FLOOR}:
        found.append(found[-1] * job.beyond)
    return [n for n in found if n <= contender.most]


def enter(result: JobResult, contender: Contender, found: dict[str, Any]) -> None:
    """Take over what a child process found."""
    if "gap" in found:
        result.gaps[contender.name] = found["gap"]
    elif "fault" in found:
        report_fault(result, contender, found["fault"])
    for numbers in found.get("rows", []):
        row = Row(who=contender.name, first_call_s=found["first_call_s"], **numbers)
        assert all(math.isfinite(wall) for wall in row.wall_s)
        result.rows.append(row)
        print(row.line(), flush=True)


def compare(result: JobResult, contender: Contender, ours: Path, theirs: Path) -> None:
    """Hold every answer against ours."""
    for path in sorted(theirs.glob("*.npz")) if contender.name != OURS else ():
        with np.load(ours / path.name) as mine, np.load(path) as other:
            difference = result.job.differ(result.job.inputs(int(path.stem)), dict(mine), dict(other))
        if difference:
            report_fault(result, contender, f"{path.stem}: {difference}")


def report_fault(result: JobResult, contender: Contender, fault: str) -> None:
    """Keep a fault for the end, and say it at once."""
    result.faults.append(f"{result.job.name}, {contender.name}, {fault}")
    print(f"FAULT: {result.faults[-1]}", flush=True)


def measured(job: Job, contender: Contender, sizes: Sequence[int], runs: int, folder: Path) -> dict[str, Any]:
    """What a child process found; a child that fails is a fault, never a gap."""
    asked = [job.name, contender.name, ",".join(map(str, sizes)), str(runs), str(folder)]
    alone = {**os.environ, **dict.fromkeys(THREADS, "1")}
    command = [sys.executable, "-m", "bench.engine.child", *asked]
    done = subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"fault": f"failed ({done.returncode}): {' / '.join(done.stderr.strip().splitlines()[-6:])}"}
    found: dict[str, Any] = json.loads(done.stdout.strip().rpartition("\n")[2])
    return found
