"""`stats proximity --input`: points from Parquet files to districts and parks, or to other points.

The one place where the optional package `bulk` is registered: nothing else of the atlas imports it.
"""

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.core.atlas import Atlas
from app.core.groups import FINE
from geo.crs import check_radius, to_local
from geo.errors import ParameterError

if TYPE_CHECKING:
    from bulk.jobs import JobSpec

ENGINES = ("memory", "stream", "dask")
NEEDED = ("numba", "pyarrow")  # dask only for its own engine
RADII_M = (1_000.0, 3_000.0, 5_000.0)
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


def is_wanted(args: argparse.Namespace) -> bool:
    """Say whether points from files are asked for.

    Raises
    ------
    ParameterError
        If something is given that does not go together.
    """
    for where, why, wrong in _mismatches(args):
        if wrong:
            msg = f"{where} {why}"
            raise ParameterError(msg, code="unknown_value", where=where, hint="See `stats --help`.")
    return args.input is not None


def _mismatches(args: argparse.Namespace) -> Iterator[tuple[str, str, bool]]:
    """What does not go together, and whether it was given."""
    many = args.input is not None
    for name in ONLY_HERE:
        yield f"--{name.replace('_', '-')}", "goes with --input", not many and bool(getattr(args, name))
    yield "--input", "goes with `stats proximity`", many and args.table != "proximity"
    for name in ("district", "sector", "town", "method", "as_of"):
        yield f"--{name.replace('_', '-')}", "does not go with --input", many and bool(getattr(args, name))
    local = args.scheduler or args.workers
    yield "--scheduler and --workers", "go with --engine dask", many and args.engine != "dask" and bool(local)
    measured = args.to or args.radius or args.count_targets
    yield "--districts-only", "goes without --to, --radius and --count-targets", args.districts_only and bool(measured)
    yield "--to", "names files, such as 'points/*.parquet'", args.to is not None and not args.to.strip()
    yield (
        "--scratch",
        "goes with --to and the engines stream and dask",
        many and bool(args.scratch) and (not args.to or args.engine == "memory"),
    )
    yield "--k", "goes with --to", many and args.k is not None and not args.to
    for name in ("workers", "k"):
        given = getattr(args, name)
        yield f"--{name}", "must be 1 or more", given is not None and given < 1


def require_bulk() -> None:
    """Make sure that the packages for points from files are installed.

    Raises
    ------
    ParameterError
        If one is not.
    """
    for name in NEEDED:
        if find_spec(name) is None:
            msg = f"{name} is not installed"
            hint = "pip install -r requirements-scale.txt"
            raise ParameterError(msg, code="no_bulk", where=name, hint=hint)


def answer(args: argparse.Namespace, atlas: Atlas) -> dict[str, Any]:
    """Read, ask, and put the answer in a table. Timings go to stderr."""
    asking = job_spec(args, atlas)
    from bulk.run import Run  # noqa: PLC0415 - optional, see `job_spec`

    started = datetime.now(tz=UTC)
    given = Run(
        input=args.input, to=args.to, weight=args.weight, engine=args.engine or "stream",
        scheduler=args.scheduler, workers=args.workers, scratch=args.scratch,
    )  # fmt: skip
    found = given.answer(asking, atlas.district_names)
    seconds = (datetime.now(tz=UTC) - started).total_seconds()
    sys.stderr.write(f"{found['rows']:,} 行 rows, {seconds:.2f} s\n")
    return {"data_version": atlas.data_version, **found}


def job_spec(args: argparse.Namespace, atlas: Atlas) -> "JobSpec":
    """What is asked, of which districts and parks.

    A park is its measured outline where there is one, else the point as drawn. Parks known only to their town or
    district take part if asked for.

    Raises
    ------
    ParameterError
        If a radius is not one (`geo.crs.check_radius`), or there are no districts.
    """
    require_bulk()
    from bulk.jobs import JobSpec  # noqa: PLC0415 - optional, and numba takes half a second to import

    radii = tuple(sorted(set(args.radius))) or RADII_M
    for radius in radii:
        check_radius(radius)
    if atlas.districts.empty:
        msg = "the districts could not be loaded"
        raise ParameterError(msg, code="layer_failed", where="districts")
    parks = atlas.frame("parks").set_index("id", drop=False)
    parks = parks[parks["accuracy_m"].notna() & (args.coarse | parks["location_method"].isin(FINE))]
    shapes = parks.geometry.copy()
    outlines = atlas.measured_outlines
    known = outlines.index[outlines.index.isin(shapes.index)]
    shapes.loc[known] = outlines.loc[known]
    if args.to or args.districts_only:
        shapes = shapes.iloc[:0]
    return JobSpec(
        districts=np.asarray(atlas.districts.geometry, dtype=object),
        targets=np.asarray(to_local(shapes), dtype=object),
        accuracy_m=parks["accuracy_m"].to_numpy(dtype=np.float64)[: len(shapes)],
        radii_m=() if args.districts_only else radii,
        counts=args.count_targets or bool(args.to),
        joins_points=bool(args.to),
        weighs=bool(args.weight),
        k=args.k or 1,
    )
