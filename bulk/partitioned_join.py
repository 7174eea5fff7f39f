"""Points to points, both sides too large for memory: count by cell, put down by tile, then answer tile by tile.

Three passes, each a job on independent parts that any engine runs: (1) both sides are counted by cell, and cells are
joined to tiles of about equal weight; (2) every part is put down by tile, the right side also in the tiles whose halo
it lies in; (3) each tile is answered alone. Answers are exact up to the largest radius; nothing is sought beyond it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bulk import spill_files
from bulk.engine import Engine
from bulk.jobs import Indexes, JobSpec, Placed
from bulk.partitions import Part, read, read_all
from bulk.point_index import PointIndex
from bulk.projection import to_metres
from bulk.spill_files import SpillFile
from bulk.tally import Groups, Measured, Tally, by_group, merge_all, of_distances
from bulk.tiles import Cells, Tiling, cell_size, count_cells, merge_cells, tiling

ROWS_PER_TILE = 1_000_000
ROWS_PER_SPILL_FILE = 1_000_000  # what a worker holds of a part before it puts it down
NUMBERS_AT_ONCE = 4_000_000

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Gathered = tuple[IntArray, spill_files.Columns]  # tile of every point, ascending or not, and its columns


@dataclass(frozen=True, kw_only=True)
class Sided:
    """A part, the side it belongs to, and its number on that side."""

    part: Part
    side: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Count:
    """Count one part by cell."""

    of: Sided
    size_m: float


@dataclass(frozen=True, kw_only=True)
class Spilled:
    """Put one part down by tile."""

    of: Sided
    tiling: Tiling
    folder: str


@dataclass(frozen=True, kw_only=True)
class Spill:
    """What was put down."""

    side: str
    spill_files: tuple[SpillFile, ...]
    rows: int
    unplaced: int


@dataclass(frozen=True, kw_only=True)
class Tile:
    """Answer one tile: files and row groups of both sides."""

    left: tuple[tuple[str, int], ...]
    right: tuple[tuple[str, int], ...]


def join_points(  # noqa: PLR0913 - two sides, and where and how they meet
    left: Sequence[Part], right: Sequence[Part], *, engine: Engine, job_spec: JobSpec, scratch: Path,
    rows_per_tile: int = ROWS_PER_TILE,
) -> Tally:  # fmt: skip
    """Nearest right point within the largest radius, and counts within each, for all left points.

    Parameters
    ----------
    left, right
        Parts of both sides.
    job_spec
        Districts and radii; its targets are not used.
    scratch
        Folder for the points by tile, shared by all workers: about 25 bytes a point.
    rows_per_tile
        Rows of both sides that a tile holds, unless a single cell holds more.
    """
    reach = max(job_spec.radii_m)
    sided = [
        Sided(part=part, side=side, number=number)
        for side, parts in (("left", left), ("right", right))
        for number, part in enumerate(parts)
    ]
    cells = engine.merged(count, [Count(of=each, size_m=cell_size(reach)) for each in sided], merge_cells)
    grid = tiling(cells, reach_m=reach, rows_per_tile=rows_per_tile)
    down = engine.each(put, [Spilled(of=each, tiling=grid, folder=str(scratch)) for each in sided])
    lefts = [each for each in down if each.side == "left"]
    nothing = replace(
        job_spec.nothing, rows=sum(each.rows for each in lefts), unplaced=sum(each.unplaced for each in lefts)
    )
    tiles = tiles_of(down, grid.count)
    return merge_all([nothing, engine.merged(answer, tiles, merge_all)]) if tiles else nothing


def join_in_memory(left: Sequence[Part], right: Sequence[Part], job_spec: JobSpec, indexes: Indexes) -> Tally:
    """The same with both sides in memory: what the tiles are compared with."""
    points = read_all(left)
    placed, others = indexes.place(points), indexes.place(read_all(right))
    right_index = index_of(*to_metres(others.lon, others.lat))
    found = tally(to_metres(placed.lon, placed.lat), right_index, placed.group, placed.weight, job_spec)
    return merge_all([job_spec.nothing, replace(found, rows=len(points.lon), unplaced=placed.unplaced)])


def count(indexes: Indexes, job: Count) -> Cells:
    """Points of a part by cell."""
    batches = (indexes.place(points) for points in read(job.of.part))
    metres = [to_metres(each.lon, each.lat) for each in batches]
    found = [count_cells(x, y, size_m=job.size_m, side=job.of.side) for x, y in metres]
    return merge_cells(found or [count_cells(np.empty(0), np.empty(0), size_m=job.size_m, side=job.of.side)])


def put(indexes: Indexes, job: Spilled) -> Spill:
    """Put a part's points down by tile: x and y in metres, and of the left side group and weight."""
    rows, unplaced = 0, 0
    gathered: list[Gathered] = []
    filled: list[SpillFile] = []
    for points in read(job.of.part):
        placed = indexes.place(points)
        rows, unplaced = rows + len(points.lon), unplaced + placed.unplaced
        gathered.append(_left(placed, job.tiling) if job.of.side == "left" else _right(placed, job.tiling))
        # a row group may be of any size, what is held may not
        if sum(len(tile) for tile, _ in gathered) >= ROWS_PER_SPILL_FILE:
            filled.append(_spill(job, len(filled), gathered))
            gathered = []
    if gathered:
        filled.append(_spill(job, len(filled), gathered))
    return Spill(side=job.of.side, spill_files=tuple(filled), rows=rows, unplaced=unplaced)


def _spill(job: Spilled, number: int, gathered: Sequence[Gathered]) -> SpillFile:
    tile = np.concatenate([each for each, _ in gathered])
    order = np.argsort(tile, kind="stable")
    columns = {name: np.concatenate([each[name] for _, each in gathered])[order] for name in gathered[0][1]}
    path = Path(job.folder) / f"{job.of.side}-{job.of.number}-{number}.parquet"
    return spill_files.put(path, columns, tile[order])


def answer(indexes: Indexes, tile: Tile) -> Tally:
    """Tally of a tile's left points."""
    job_spec = indexes.job_spec
    others = [spill_files.take(path, number) for path, number in tile.right]
    right = index_of(_joined(others, "x"), _joined(others, "y"))
    found = [job_spec.nothing]
    for path, number in tile.left:
        here = {name: column.astype(np.float64) for name, column in spill_files.take(path, number).items()}
        group = here["group"].astype(np.int32)
        found.append(tally((here["x"], here["y"]), right, group, here.get("weight"), job_spec))
    return merge_all(found)


def index_of(x: FloatArray, y: FloatArray) -> PointIndex | None:
    """Index of the right points, if there are any."""
    return PointIndex.build(x, y) if len(x) else None


def tally(
    left: tuple[FloatArray, FloatArray], right: PointIndex | None, group: Groups,
    weight: FloatArray | None, job_spec: JobSpec,
) -> Tally:  # fmt: skip
    """Tally of left points, by group, to the right points. Rows are not counted here."""
    distance, counts = near(left, right, job_spec.radii_m, k=job_spec.k)
    measured = Measured(metres=distance[None], counts=counts[:, :, None] if job_spec.counts else None)
    counted = by_group(group, groups=job_spec.groups, weight=weight)
    return replace(
        of_distances(group, measured, groups=job_spec.groups, radii_m=job_spec.radii_m),
        n=counted.n, weight=counted.weight, unweighted=counted.unweighted,
    )  # fmt: skip


def near(
    left: tuple[FloatArray, FloatArray], right: PointIndex | None, radii_m: tuple[float, ...], *, k: int = 1
) -> tuple[FloatArray, IntArray]:
    """Distance to the k-th nearest right point, infinite beyond the largest radius, and counts within each radius.

    All right points within the largest radius are at hand, so that the k-th of them is the k-th of all.

    Parameters
    ----------
    left
        x and y in metres, shapes (n,).

    Returns
    -------
    distance, counts
        Metres, shape (n,); shape (n, r).
    """
    if right is None:
        return np.full(len(left[0]), np.inf), np.zeros((len(left[0]), len(radii_m)), dtype=np.int64)
    distance = _kth(left, right, k)
    counts = [right.count_within(*left, radius) for radius in radii_m]
    return np.where(distance <= max(radii_m), distance, np.inf), np.stack(counts, axis=1).astype(np.int64)


def _kth(left: tuple[FloatArray, FloatArray], right: PointIndex, k: int) -> FloatArray:
    """Distance to the k-th nearest, a block of points at a time: what is found holds k numbers for each."""
    if k > len(right.spots.at):  # there is no such neighbour, and no room for k numbers need be found
        return np.full(len(left[0]), np.inf)
    rows, (x, y) = max(NUMBERS_AT_ONCE // k, 1), left
    found = [right.k_nearest(x[low : low + rows], y[low : low + rows], k=k)[1][:, -1] for low in range(0, len(x), rows)]
    return np.concatenate([np.empty(0), *found])


def tiles_of(down: Sequence[Spill], count: int) -> list[Tile]:
    """Which row groups of which files every tile needs."""
    sides: dict[str, list[list[tuple[str, int]]]] = {side: [[] for _ in range(count)] for side in ("left", "right")}
    for each in down:
        for spill_file in each.spill_files:
            for row_group, tile in enumerate(spill_file.tiles):
                sides[each.side][tile].append((spill_file.path, row_group))
    return [Tile(left=tuple(sides["left"][at]), right=tuple(sides["right"][at])) for at in range(count)]


def _left(placed: Placed, tiling: Tiling) -> tuple[IntArray, spill_files.Columns]:
    x, y = to_metres(placed.lon, placed.lat)
    columns: spill_files.Columns = {"x": x, "y": y, "group": placed.group}
    return tiling.of(x, y), columns if placed.weight is None else columns | {"weight": placed.weight}


def _right(placed: Placed, tiling: Tiling) -> tuple[IntArray, spill_files.Columns]:
    x, y = to_metres(placed.lon, placed.lat)
    at, tile = tiling.with_halo(x, y)
    return tile, {"x": x[at], "y": y[at]}


def _joined(tables: Sequence[spill_files.Columns], name: str) -> FloatArray:
    return np.concatenate([np.empty(0), *(table[name].astype(np.float64) for table in tables)])
