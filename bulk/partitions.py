"""Partitioned Parquet as a list of parts, each small enough to be held, and the reading of one part.

A part is a few row groups of one file. The footers say how many rows there are, so that the list is made, and every
file's columns are checked, before anything is read. Within a part rows come in batches: what is held at a time does
not depend on how large the row groups are.
"""

import glob
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bulk.geoparquet import Layout, Points, check_degrees, decode, layout
from geo.errors import MissingFileError, SchemaError

ROWS_PER_PART = 4_000_000
# A few arrays of a batch stay in the processor's cache, and memory stays small. No power of two: measured, pyarrow
# reads 65,536 rows at a time a tenth slower than 70,000, with any of its memory pools (addresses that collide?).
ROWS_PER_BATCH = 70_000
# Plain columns that are only counted make no other arrays: fewer batches cost less, and this is 3 MB.
ROWS_TO_COUNT = 200_000
READ_AHEAD_BYTES = 1 << 18
# Measured: two threads read WKB in 80 MB with it, in 150 MB with pyarrow's own choice. Plain columns take as much with
# either, and at first some percent more time with it: 20 MB more of fresh pages for each thread.
LEAN_MEMORY = "jemalloc"


@dataclass(frozen=True, kw_only=True)
class Part:
    """Row groups of one file.

    Attributes
    ----------
    path
        Absolute, so that workers elsewhere find it on a shared disk.
    """

    path: str
    row_groups: tuple[int, ...]
    rows: int
    layout: Layout


def parts(pattern: str, *, weight: str | None = None, rows_per_part: int = ROWS_PER_PART) -> list[Part]:
    """List the parts of all files that a pattern names, in the order of their names.

    Parameters
    ----------
    pattern
        A file, a folder, or a pattern such as ``points/*.parquet`` (``**`` enters folders).
    weight
        Column to sum.

    Raises
    ------
    MissingFileError, SchemaError
        If no file is there, one cannot be read, or one holds no points.
    """
    place = Path(pattern)
    wanted = str(place / "**" / "*.parquet") if place.is_dir() else pattern
    found = sorted(path for path in glob.glob(wanted, recursive=True) if Path(path).is_file())  # noqa: PTH207 - absolute patterns
    if not found:
        msg = "no file has such a name"
        raise MissingFileError(msg, code="missing_file", where=pattern, hint="For example 'points/*.parquet', quoted.")
    return [part for path in found for part in _parts_of(Path(path).resolve(), weight, rows_per_part)]


def read(part: Part) -> Iterator[Points]:
    """The part's points, a batch at a time, in the file's order.

    Raises
    ------
    MissingFileError, SchemaError
        If the file is gone or broken, or a number is no degree.
    """
    for points in _batches(part, ROWS_PER_BATCH):
        check_degrees(points.lon, points.lat, where=points.where)
        yield points


def read_to_count(part: Part) -> Iterator[Points]:
    """The same, plain columns in larger batches. Whether the numbers are degrees, who counts must look himself.

    Raises
    ------
    MissingFileError, SchemaError
        If the file is gone or broken.
    """
    return _batches(part, ROWS_TO_COUNT if part.layout.encoding == "columns" else ROWS_PER_BATCH)


def read_all(wanted: Sequence[Part]) -> Points:
    """All points at once, in memory."""
    batches = [points for part in wanted for points in read(part)]
    weights = [points.weight for points in batches if points.weight is not None]
    return Points(
        lon=np.concatenate([points.lon for points in batches]) if batches else np.empty(0),
        lat=np.concatenate([points.lat for points in batches]) if batches else np.empty(0),
        weight=np.concatenate(weights) if weights else None,
    )


def joined(wanted: Sequence[Part]) -> list[Part]:
    """The same row groups in fewer parts: neighbours of one file as one."""
    return [
        replace(
            several[0],
            row_groups=tuple(chain(*(part.row_groups for part in several))),
            rows=sum(part.rows for part in several),
        )
        for several in (list(same) for _, same in groupby(wanted, key=lambda part: part.path))
    ]


def _batches(part: Part, rows: int) -> Iterator[Points]:
    where = Path(part.path).name
    if part.layout.encoding == "WKB":
        _save_memory()
    with _reading(part.path) as file:
        for batch in file.iter_batches(
            batch_size=rows, row_groups=list(part.row_groups), columns=part.layout.columns, use_threads=False
        ):
            yield decode(batch, part.layout, where=where)


def _save_memory() -> None:
    if LEAN_MEMORY in pa.supported_memory_backends() and pa.default_memory_pool().backend_name != LEAN_MEMORY:
        pa.set_memory_pool(pa.jemalloc_memory_pool())


def _parts_of(path: Path, weight: str | None, rows_per_part: int) -> Iterator[Part]:
    with _reading(str(path)) as file:
        how = layout(file.schema_arrow, where=path.name, weight=weight)
        sizes = [file.metadata.row_group(number).num_rows for number in range(file.metadata.num_row_groups)]
    held: list[int] = []
    for number, rows in enumerate(sizes):
        if held and sum(sizes[each] for each in held) + rows > rows_per_part:
            yield _part(path, held, sizes, how)
            held = []
        held.append(number)
    if held:
        yield _part(path, held, sizes, how)


def _part(path: Path, held: list[int], sizes: list[int], how: Layout) -> Part:
    return Part(path=str(path), row_groups=tuple(held), rows=sum(sizes[each] for each in held), layout=how)


@contextmanager
def _reading(path: str) -> Iterator[Any]:
    """Open a file, and say in our words what goes wrong while it is read."""
    where = Path(path).name
    try:
        # a buffered stream: a large row group's compressed bytes are not held whole
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=READ_AHEAD_BYTES) as file:
            yield file
    except FileNotFoundError as fault:
        msg = "the file is gone"
        raise MissingFileError(msg, code="missing_file", where=where, hint="Is the disk shared by all?") from fault
    except (pa.ArrowException, OSError) as fault:
        msg = f"not readable Parquet ({str(fault).splitlines()[0]})"
        raise SchemaError(msg, code="unreadable", where=where, hint="Write the file again.") from fault
