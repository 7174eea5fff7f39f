"""What bulk/ needs is optional: without it every module loads, and page and command line answer as ever."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ABSENT = ("numba", "llvmlite", "dask", "distributed", "bulk")
BLOCKED = f"import sys; sys.modules.update(dict.fromkeys({ABSENT!r}))"
EVERY_MODULE = """
import importlib, pkgutil
import app, geo, layers
for room in (app, geo, layers):
    for found in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
"""
ANSWERS = """
import numpy as np
import shapely
from app.cli.parser import main
from geo import proximity
for words in (
    "stats land --json", "stats proximity --json", "analysis near --radius 500 --json", "analysis coverage --json",
    "analysis weak --json", "analysis site --new 1 --json",
):
    assert main(words.split()) == 0, words
places = np.random.default_rng(1).normal(0, 3e3, (4_000, 2))
crowd = proximity.Sites(
    ids=tuple(map(str, range(4_000))), geometry=shapely.points(places), accuracy_m=np.arange(4_000) % 700 / 2
)
assert (proximity.nearest(crowd, None)["distance_m"] > 0).all()
assert proximity.within(crowd, None, radius_m=500)["possible"].max() > 0
assert main("stats proximity --input nowhere.parquet --json".split()) == 2
"""


def run(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process that finds none of the optional packages."""
    command = [sys.executable, "-c", f"{BLOCKED}\n{script}"]
    return subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)


def test_every_module_of_the_atlas_loads_without_bulk() -> None:
    done = run(EVERY_MODULE)
    assert done.returncode == 0, done.stderr


def test_land_proximity_and_analysis_answer_without_bulk() -> None:
    done = run(ANSWERS)
    assert done.returncode == 0, done.stderr
    assert "pip install -r requirements-scale.txt" in done.stderr
    assert "没有安装" in done.stderr
