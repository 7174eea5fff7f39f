"""Points of known numbers in Parquet files, and the question that is asked of them."""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.cli.bulk import job_spec
from app.cli.parser import _parser, main
from app.core.atlas import Atlas
from bulk.jobs import JobSpec

Write = Callable[..., str]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `stats proximity` in this process: exit code, stdout, stderr."""

    def command(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(["stats", "proximity", "--json", *arguments])
        except SystemExit as left:
            code = int(left.code or 0)
        return code, *capsys.readouterr()

    return command


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write seeded points over the city and a bit around it, in files of some row groups; gives their pattern."""
    return lambda name, n, **more: write_points(tmp_path / name, n, **more)


def write_points(folder: Path, n: int, *, files: int = 3, row_group: int = 500, seed: int = 1) -> str:
    """Write n points with a weight; every 50th has no position, every 70th no weight."""
    folder.mkdir()
    chance = np.random.default_rng(seed)
    lon, lat, weight = chance.normal(121.45, 0.2, n), chance.normal(31.2, 0.2, n), chance.uniform(0, 10, n)
    lon[::50], weight[::70] = np.nan, np.nan
    table = pa.table({"lon": lon, "lat": lat, "staff": weight})
    for number, start in enumerate(range(0, n, -(-n // files))):
        part = table.slice(start, -(-n // files))
        pq.write_table(part, folder / f"part-{number}.parquet", row_group_size=row_group)
    return str(folder / "*.parquet")


@pytest.fixture(scope="session")
def ask(atlas: Atlas) -> Callable[..., JobSpec]:
    """Put a question as the command line does."""

    def put(*arguments: str) -> JobSpec:
        asked: argparse.Namespace = _parser().parse_args(["stats", "proximity", "--input", "-", *arguments])
        return job_spec(asked, atlas)

    return put
