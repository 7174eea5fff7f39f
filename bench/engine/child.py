"""One contender in a fresh process on one core: `python -m bench.engine.child JOB CONTENDER SIZES RUNS FOLDER`.

Prints one line of JSON, an entry per size, and leaves each answer in FOLDER/N.npz.
"""

import gc
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

if hasattr(os, "sched_setaffinity"):  # before any library counts the cores
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import numpy as np

from bench.engine import memory
from bench.engine.jobs import job_named
from bench.engine.model import Contender, Gap, Job

SMALL = 200  # inputs of the first call, which loads libraries and compiles
SLOW_S = 75.0  # what takes longer is not run again
QUICK_S = 2.0  # what is quick is run more often: the speed of a machine changes within seconds
MOST_RUNS = 40
POINT_BYTES = 16  # two doubles


def clock() -> tuple[float, float]:
    """Wall and CPU seconds; CPU of all threads and of finished children."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter(), time.process_time() + children.ru_utime + children.ru_stime


def timed(do: Callable[..., Any], *given: Any) -> tuple[Any, tuple[float, float]]:
    """What a call gave, and its wall and CPU seconds."""
    gc.collect()
    before = clock()
    found = do(*given)
    after = clock()
    return found, (after[0] - before[0], after[1] - before[1])


def again(times: list[tuple[float, float]], runs: int) -> bool:
    """Whether to run once more: at least so often, a quick one more often, a slow one less."""
    walls = [wall for wall, _ in times]
    return max(walls) <= SLOW_S and (len(walls) < runs or (sum(walls) < QUICK_S and len(walls) < MOST_RUNS))


def first_call(job: Job, contender: Contender) -> float:
    """Seconds of the very first answer: libraries, compiled kernels."""
    given = contender.give(job.inputs(SMALL))
    return timed(lambda: contender.run(given, contender.build(given)))[1][0]


def measure(job: Job, contender: Contender, n: int, runs: int, folder: Path) -> dict[str, Any]:
    """Times and memory, and the answer of the last run."""
    inputs = job.inputs(n)
    given = contender.give(inputs)
    before = memory.mark()
    index, built = timed(contender.build, given)
    with_index = memory.mark()
    raw, took = timed(contender.run, given, index)
    extra, times, builds = memory.peak() - with_index, [took], [built]
    while again(times, runs):
        raw = None  # or two answers would be held at once
        given = contender.give(inputs) if contender.fresh else given
        raw, took = timed(contender.run, given, index)
        times.append(took)
    answer = contender.answer(inputs, raw)
    np.savez(folder / f"{n}.npz", **answer)
    while again(builds, min(runs, 5)):
        index = None
        index, built = timed(contender.build, given)
        builds.append(built)
    return {
        "n": n, "wall_s": [wall for wall, _ in times], "cpu_s": [cpu for _, cpu in times],
        "build_wall_s": statistics.median(wall for wall, _ in builds),
        "build_cpu_s": statistics.median(cpu for _, cpu in builds),
        "extra_MB": max(extra, 0.0), "index_MB": max(with_index - before, 0.0),
        "answer_MB": sum(column.nbytes for column in answer.values()) / memory.MB,
        "input_MB": n * POINT_BYTES / memory.MB,
    }  # fmt: skip


def main() -> None:
    """Measure what the arguments name."""
    name, who, sizes, runs, folder = sys.argv[1:]
    job = job_named(name)
    contender = job.named(who)
    found: dict[str, Any]
    try:
        found = {"gap": contender.missing()} if contender.missing() else {"first_call_s": first_call(job, contender)}
    except Gap as gap:
        found = {"gap": str(gap)}
    if "gap" not in found:
        found["rows"] = [measure(job, contender, int(n), int(runs), Path(folder)) for n in sizes.split(",")]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
