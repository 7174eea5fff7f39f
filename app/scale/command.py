"""`stats proximity --input`: points from Parquet files to districts and parks, or to other points, on any engine."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.core.atlas import Atlas
from app.core.groups import FINE
from geo.crs import to_local
from geo.errors import ParameterError
from geo.metres import check_radius

if TYPE_CHECKING:
    from app.scale.engine import Engine
    from app.scale.jobs import Question
    from app.scale.partitions import Part
    from app.scale.tally import Tally

ENGINES = ("memory", "stream", "dask")
RADII_M = (1_000.0, 3_000.0, 5_000.0)
ROWS_PER_PART = 4_000_000
ROWS_PER_MEETING_PART = 1_000_000  # these are sorted in memory, the others only pass by
ONLY_HERE = (
    "engine", "scheduler", "workers", "to", "k", "weight", "radius", "scratch", "districts_only", "count_targets",
)  # fmt: skip


def arguments(command: argparse.ArgumentParser) -> None:
    """What `stats` takes besides, for points from files."""
    many = command.add_argument_group("点位文件 points from files (stats proximity)")
    many.add_argument("--input", metavar="PATTERN", help="Parquet files of points: lon and lat columns, or GeoParquet")
    many.add_argument("--to", metavar="PATTERN", help="other points, instead of the parks")
    many.add_argument("--k", type=int, metavar="K", help="--to: distance to the K-th nearest point")
    many.add_argument("--engine", choices=ENGINES, help="memory: all at once; stream (default): batch by batch; dask")
    many.add_argument("--scheduler", metavar="local|ADDRESS", help="dask: local processes, or tcp://host:8786")
    many.add_argument("--workers", type=int, help="dask: how many local processes")
    many.add_argument("--radius", type=float, action="append", default=[], metavar="M", help="metres; may be repeated")
    many.add_argument("--count-targets", action="store_true", help="count all parks within each radius")
    many.add_argument("--districts-only", action="store_true", help="count by district, measure no distance")
    many.add_argument("--weight", metavar="COLUMN", help="numbers to sum by district")
    many.add_argument("--scratch", type=Path, metavar="FOLDER", help="--to: shared folder for passing files")


def is_asked(asked: argparse.Namespace) -> bool:
    """Say whether points from files are asked for.

    Raises
    ------
    ParameterError
        If something is given that does not go together.
    """
    for where, why, wrong in _mismatches(asked):
        if wrong:
            msg = f"{where} {why}"
            raise ParameterError(msg, code="unknown_value", where=where, hint="See `stats --help`.")
    return asked.input is not None


def _mismatches(asked: argparse.Namespace) -> Iterator[tuple[str, str, bool]]:
    """What does not go together, and whether it was given."""
    many = asked.input is not None
    for name in ONLY_HERE:
        yield f"--{name.replace('_', '-')}", "goes with --input", not many and bool(getattr(asked, name))
    yield "--input", "goes with `stats proximity`", many and asked.table != "proximity"
    for name in ("district", "sector", "town", "method", "as_of"):
        yield f"--{name.replace('_', '-')}", "does not go with --input", many and bool(getattr(asked, name))
    local = asked.scheduler or asked.workers
    yield "--scheduler and --workers", "go with --engine dask", many and asked.engine != "dask" and bool(local)
    measured = asked.to or asked.radius or asked.count_targets
    yield "--districts-only", "goes without --to, --radius and --count-targets", asked.districts_only and bool(measured)
    yield "--to", "names files, such as 'points/*.parquet'", asked.to is not None and not asked.to.strip()
    yield (
        "--scratch",
        "goes with --to and the engines stream and dask",
        many and bool(asked.scratch) and (not asked.to or asked.engine == "memory"),
    )
    yield "--k", "goes with --to", many and asked.k is not None and not asked.to
    for name in ("workers", "k"):
        given = getattr(asked, name)
        yield f"--{name}", "must be 1 or more", given is not None and given < 1


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The parts of both sides; the right one is empty if the parks are asked for."""

    left: "list[Part]"
    right: "list[Part]"


def answer(asked: argparse.Namespace, atlas: Atlas) -> dict[str, Any]:
    """Read, ask, and put the answer in a table. Timings go to stderr."""
    from app.scale import answer as words  # noqa: PLC0415 - pyarrow is loaded for points from files alone
    from app.scale.partitions import parts  # noqa: PLC0415

    started = datetime.now(tz=UTC)
    rows_per_part = ROWS_PER_MEETING_PART if asked.to else ROWS_PER_PART
    sides = Sides(
        left=parts(asked.input, weight=asked.weight, rows_per_part=rows_per_part),
        right=parts(asked.to, rows_per_part=rows_per_part) if asked.to else [],
    )
    origins = question(asked, atlas)
    tally = _run(asked, origins, sides)
    seconds = (datetime.now(tz=UTC) - started).total_seconds()
    sys.stderr.write(f"{tally.rows:,} 行 rows, {seconds:.2f} s\n")
    engine = asked.engine or "stream"
    return {
        "data_version": atlas.data_version,
        "kind": "measured: straight line; sure and possible by the accuracy of every park" if not asked.to
        else "measured: straight line, sought up to the largest radius",
        "engine": engine,
        "partitions": len(sides.left),
        "rows": tally.rows,
        "rows_without_position": tally.unplaced,
        "rows_without_weight": tally.unweighted if asked.weight else None,
        "to": {"points": sum(part.rows for part in sides.right), "k": origins.k} if asked.to
        else {"parks": len(origins.targets)},
        "median": "middle of the 10 m bin that holds the middle distance",
        "by_district": words.table(tally, atlas.district_names, origins, measure=_measure(origins)),
    }  # fmt: skip


def _measure(origins: "Question") -> str:
    """What the distances are called."""
    if not origins.meets:
        return "nearest_park_m"
    return "nearest_point_m" if origins.k == 1 else "kth_nearest_point_m"


def question(asked: argparse.Namespace, atlas: Atlas) -> "Question":
    """What is asked, of which districts and parks.

    A park is its measured outline where there is one, else the point as drawn. Parks known only to their town or
    district take part if asked for.

    Raises
    ------
    ParameterError
        If a radius is not one (`geo.metres.check_radius`), or there are no districts.
    """
    from app.scale.jobs import Question  # noqa: PLC0415 - as above

    radii = tuple(sorted(set(asked.radius))) or RADII_M
    for radius in radii:
        check_radius(radius)
    if atlas.districts.empty:
        msg = "the districts could not be loaded"
        raise ParameterError(msg, code="layer_failed", where="districts")
    parks = atlas.frame("parks").set_index("id", drop=False)
    parks = parks[parks["accuracy_m"].notna() & (asked.coarse | parks["location_method"].isin(FINE))]
    shapes = parks.geometry.copy()
    outlines = atlas.measured_outlines
    known = outlines.index[outlines.index.isin(shapes.index)]
    shapes.loc[known] = outlines.loc[known]
    if asked.to or asked.districts_only:
        shapes = shapes.iloc[:0]
    return Question(
        districts=np.asarray(atlas.districts.geometry, dtype=object),
        targets=np.asarray(to_local(shapes), dtype=object),
        accuracy_m=parks["accuracy_m"].to_numpy(dtype=np.float64)[: len(shapes)],
        radii_m=() if asked.districts_only else radii,
        counts=asked.count_targets or bool(asked.to),
        meets=bool(asked.to),
        weighs=bool(asked.weight),
        k=asked.k or 1,
    )


def _run(asked: argparse.Namespace, origins: "Question", sides: Sides) -> "Tally":
    from app.scale import engine as engines  # noqa: PLC0415 - as above
    from app.scale import meeting  # noqa: PLC0415
    from app.scale.jobs import build  # noqa: PLC0415

    if not sides.left:  # files without a single row group
        return origins.nothing
    if asked.engine == "memory":
        if sides.right:
            return meeting.meet_in_memory(sides.left, sides.right, origins, build(origins))
        return engines.in_memory(origins, sides.left)
    with _engine(asked, origins) as engine:
        if not sides.right:
            return engine.tally(sides.left)
        with _scratch(asked.scratch) as folder:
            return meeting.meet(sides.left, sides.right, engine=engine, question=origins, scratch=folder)


@contextmanager
def _engine(asked: argparse.Namespace, origins: "Question") -> "Iterator[Engine]":
    from app.scale.engine import OneProcess  # noqa: PLC0415 - as above

    if asked.engine != "dask":
        yield OneProcess(origins)
        return
    try:
        from app.scale import on_dask  # noqa: PLC0415 - dask is loaded for its own engine alone
    except ModuleNotFoundError as fault:
        msg = f"{fault.name} is not installed"
        hint = "pip install -r requirements-scale.txt, or --engine stream."
        raise ParameterError(msg, code="no_dask", where="--engine dask", hint=hint) from fault
    with (
        on_dask.workers(asked.scheduler or on_dask.LOCAL, count=asked.workers) as client,
        on_dask.asked(origins, client) as engine,
    ):
        yield engine


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
