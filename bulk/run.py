"""One run over points from files: parts are listed, asked by an engine, and the tally is told as a table."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bulk import engine as engines
from bulk import partitioned_join
from bulk.answer import table
from bulk.engine import Engine, OneProcess
from bulk.jobs import JobSpec, build
from bulk.partitions import Part, parts
from bulk.tally import Tally
from geo.errors import ParameterError

ROWS_PER_PART = 4_000_000
ROWS_PER_JOIN_PART = 1_000_000  # these are sorted in memory, the others only pass by


@dataclass(frozen=True, kw_only=True)
class Run:
    """Which files are read, and where.

    Attributes
    ----------
    input, to
        Patterns of Parquet files: the points, and other points instead of the parks.
    weight
        Column to sum by district.
    engine
        ``memory``, ``stream`` or ``dask``.
    scheduler, workers
        Of dask: ``local`` or an address, and how many local processes.
    scratch
        Folder for points put down by tile.
    """

    input: str
    to: str | None = None
    weight: str | None = None
    engine: str = "stream"
    scheduler: str | None = None
    workers: int | None = None
    scratch: Path | None = None

    def answer(self, job_spec: JobSpec, names: dict[str, tuple[str, str]]) -> dict[str, Any]:
        """Read, ask, and put the answer in a table.

        Parameters
        ----------
        names
            District code to its names, in the order of the question's districts.
        """
        rows_per_part = ROWS_PER_JOIN_PART if self.to else ROWS_PER_PART
        left = parts(self.input, weight=self.weight, rows_per_part=rows_per_part)
        right = parts(self.to, rows_per_part=rows_per_part) if self.to else []
        tally = self._tally(job_spec, left, right)
        return {
            "kind": "measured: straight line; sure and possible by the accuracy of every park" if not self.to
            else "measured: straight line, sought up to the largest radius",
            "engine": self.engine,
            "partitions": len(left),
            "rows": tally.rows,
            "rows_without_position": tally.unplaced,
            "rows_without_weight": tally.unweighted if self.weight else None,
            "to": {"points": sum(part.rows for part in right), "k": job_spec.k} if self.to
            else {"parks": len(job_spec.targets)},
            "median": "middle of the 10 m bin that holds the middle distance",
            "by_district": table(tally, names, job_spec, measure=_measure(job_spec)),
        }  # fmt: skip

    def _tally(self, job_spec: JobSpec, left: list[Part], right: list[Part]) -> Tally:
        if not left:  # files without a single row group
            return job_spec.nothing
        if self.engine == "memory":
            if right:
                return partitioned_join.join_in_memory(left, right, job_spec, build(job_spec))
            return engines.in_memory(job_spec, left)
        with self._asked(job_spec) as engine:
            if not right:
                return engine.tally(left)
            with _scratch(self.scratch) as folder:
                return partitioned_join.join_points(left, right, engine=engine, job_spec=job_spec, scratch=folder)

    @contextmanager
    def _asked(self, job_spec: JobSpec) -> Iterator[Engine]:
        if self.engine != "dask":
            yield OneProcess(job_spec)
            return
        try:
            from bulk import on_dask  # noqa: PLC0415 - dask is loaded for its own engine alone
        except ModuleNotFoundError as fault:
            msg = f"{fault.name} is not installed"
            hint = "pip install -r requirements-scale.txt, or --engine stream."
            raise ParameterError(msg, code="no_dask", where="--engine dask", hint=hint) from fault
        with (
            on_dask.workers(self.scheduler or on_dask.LOCAL, count=self.workers) as client,
            on_dask.asked(job_spec, client) as engine,
        ):
            yield engine


def _measure(job_spec: JobSpec) -> str:
    """What the distances are called."""
    if not job_spec.joins_points:
        return "nearest_park_m"
    return "nearest_point_m" if job_spec.k == 1 else "kth_nearest_point_m"


@contextmanager
def _scratch(folder: Path | None) -> Iterator[Path]:
    """A folder of our own inside the one that was named, gone afterwards."""
    try:
        held = tempfile.TemporaryDirectory(prefix="atlas-tiles-", dir=folder)
    except OSError as fault:
        msg = f"{fault.strerror}"
        raise ParameterError(
            msg, code="unwritable", where=str(folder or ""), hint="Name one with --scratch."
        ) from fault
    with held as name:
        yield Path(name).resolve()
