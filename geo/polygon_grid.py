"""Which polygon holds each of many points: a grid whose inner cells answer at once.

A cell that no border crosses lies in one polygon (or in none) as a whole: one table look-up. The others are divided
into small cells, of which the same is true: one look-up more. In a row of cells, those that a polygon's border touches
form *runs*; right of a run the polygon's state is known, and no edge of the run leaves it. So a ray from a point to the
right meets only the run's few edges, and its crossings, counted exactly, tell inside from outside. Points too close to
an edge for the rounding of numbers are handed to GEOS.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.edges import POLYGON, Edges, FloatArray, IntArray, edges, planar, single_parts
from geo.errors import ParameterError
from geo.grid_frame import Frame, frame_of, spread
from geo.small_cells import no_small_cells, small_cells

MOST_CELLS = 4_096  # tables of 128 MB at most


class Tables(NamedTuple):
    """What the kernel reads.

    ``code`` (cells + 1,): 0 for no polygon, then the polygons in order, ``bordered`` where an edge passes, and, last,
    for what lies in no cell; a byte each where that is enough, because the table is fast as long as it fits a
    processor's own cache. ``border`` (cells,): number of the border cell, less than 0 for the others. ``small``,
    ``chord``, ``line``, ``beside``: what border cells are divided into (geo/small_cells.py). ``first``: a border cell's
    first candidate in ``candidate`` (runs, in the polygons' order); ``rest``: who holds what no candidate holds.
    ``run``: first edge of each run in ``ends``; ``right``: 1 if the polygon lies right of it; ``owner``.
    """

    code: NDArray[np.unsignedinteger]
    bordered: int
    border: NDArray[np.signedinteger]
    small: NDArray[np.unsignedinteger]
    chord: NDArray[np.unsignedinteger]
    line: FloatArray
    beside: NDArray[np.unsignedinteger]
    first: NDArray[np.int32]
    candidate: NDArray[np.int32]
    rest: NDArray[np.int32]
    run: NDArray[np.int32]
    right: NDArray[np.int8]
    owner: NDArray[np.int32]
    ends: FloatArray


class _Runs(NamedTuple):
    """Runs of border cells by part, row and column; ``low`` to ``high`` are columns, both included."""

    first: IntArray
    row: IntArray
    low: IntArray
    high: IntArray
    part: IntArray
    right: NDArray[np.int8]
    last: NDArray[np.bool_]


@dataclass(frozen=True)
class PolygonGrid:
    """An index over polygons for points; immutable. Use :meth:`build`.

    Attributes
    ----------
    polygons
        What it was built from, shape (n,).
    frame, tables
        The grid. Its memory is ``nbytes``: 3 to 8 bytes per cell, 192 to 512 per border cell, 34 for every chord, and
        about 45 for every row of cells that an edge passes (2.6 MB for the districts; 165 MB at most, the rows and
        chords not counted).
    """

    polygons: NDArray[np.object_]
    frame: Frame
    tables: Tables

    @classmethod
    def build(cls, polygons: NDArray[np.object_], *, cells: int = 512) -> "PolygonGrid":
        """Index polygons.

        Parameters
        ----------
        polygons
            Valid Polygons and MultiPolygons of one plane (metres or degrees), empty ones and None
            allowed, shape (n,). They may overlap.
        cells
            Cells along the longer side, 4 to 4,096. Measured with 1 and 10 million points: 512 for tens of polygons
            (at 256 the borders cost more, at 768 making the small cells does); 1,024 to 4,096 for thousands.

        Raises
        ------
        ParameterError
            If ``cells`` is out of range, or something is not a polygon.
        """
        if not 4 <= cells <= MOST_CELLS:  # noqa: PLR2004 - an outer ring of cells is always empty
            msg = f"a grid has 4 to {MOST_CELLS} cells along its longer side"
            raise ParameterError(msg, code="parameter", where=f"cells {cells}")
        every = np.asarray(polygons, dtype=object)
        if not np.isin(shapely.get_type_id(single_parts(every)[0]), POLYGON).all():
            msg = "only polygons hold points"
            raise ParameterError(msg, code="parameter", where="polygons")
        lines = edges(every)
        frame = frame_of(lines.ends, cells)
        grid = cls(every, frame, _tables(lines, frame, len(every)))
        tables = grid.tables
        divided = small_cells(tables.border, frame, lines.ends, tables.code[-1], lambda x, y: grid.locate(x, y) + 1)
        return replace(grid, tables=tables._replace(**divided._asdict()))

    @property
    def nbytes(self) -> int:
        """Memory of the index in bytes, the polygons not counted."""
        return sum(each.nbytes for each in self.tables if isinstance(each, np.ndarray))

    def locate(self, x: FloatArray, y: FloatArray) -> NDArray[np.int32]:
        """Position of the first polygon that holds each point, -1 where none does or a coordinate is NaN.

        Parameters
        ----------
        x, y
            Coordinates in the polygons' plane, shape (n,).

        Returns
        -------
        numpy.ndarray
            Shape (n,), order of the points. A point on a border lies in the polygon: exactly the answer
            of ``shapely.intersects``, the lowest position winning.

        Raises
        ------
        ParameterError
            If x and y differ in shape.
        """
        from geo import kernels  # noqa: PLC0415 - numba takes half a second to import

        east, north = planar(x, y)
        found: NDArray[np.int32] = kernels.locate(east, north, self.frame, self.tables)
        doubtful = np.flatnonzero(found == kernels.DOUBTFUL)
        if len(doubtful):
            points = np.asarray(shapely.points(east[doubtful], north[doubtful]), dtype=object)
            found[doubtful] = first_holding(points, self.polygons)
        return found


def first_holding(points: NDArray[np.object_], polygons: NDArray[np.object_]) -> NDArray[np.int32]:
    """Position of the first polygon that intersects each point, -1 for none, by GEOS.

    Parameters
    ----------
    points, polygons
        Geometries of one plane, shapes (n,) and (m,).

    Returns
    -------
    numpy.ndarray
        Shape (n,).
    """
    found = np.full(len(points), -1, dtype=np.int32)
    polygon_at, point_at = shapely.STRtree(points).query(polygons, predicate="intersects")
    # written backwards, so that the first polygon in order is the one that stays
    order = np.argsort(-polygon_at, kind="stable")
    found[point_at[order]] = polygon_at[order]
    return found


def _tables(lines: Edges, frame: Frame, polygons: int) -> Tables:
    from geo import kernels_small  # noqa: PLC0415 - numba takes half a second to import

    if not len(lines.ends):
        return _no_tables(lines, polygons + 1)
    edge, row, low, high = kernels_small.spans(lines.ends, frame)
    part = lines.part[lines.piece[edge]]
    order = np.argsort((part * frame.rows + row) * frame.columns + low, kind="stable")
    edge, row, low, high, part = edge[order], row[order], low[order], high[order], part[order]
    middle = frame.y0 + (row + 0.5) / frame.per_m
    crosses = (lines.ends[edge, 1] > middle) != (lines.ends[edge, 3] > middle)
    runs = _runs(part * frame.rows + row, low, high, crosses)
    runs = runs._replace(row=row[runs.first], part=part[runs.first])
    owner = lines.owner[runs.part].astype(np.int32)
    holder = _filled(runs, owner, frame)
    places, first, candidate = _candidates(holder, runs, owner, frame)
    bordered = polygons + 1
    code = np.append(holder + 1, bordered).astype(np.min_scalar_type(bordered))
    code[places] = bordered
    number: type[np.signedinteger] = np.int16 if len(places) <= np.iinfo(np.int16).max else np.int32
    border: NDArray[np.signedinteger] = np.full(len(holder), -1, dtype=number)
    border[places] = np.arange(len(places))
    run = np.append(runs.first, len(edge)).astype(np.int32)
    return Tables(
        code, bordered, border, *no_small_cells(code.dtype), first, candidate, holder[places], run, runs.right, owner,
        lines.ends[edge],
    )  # fmt: skip


def _no_tables(lines: Edges, bordered: int) -> Tables:
    """Tables of one cell that holds nothing."""
    none = np.zeros(1, dtype=np.int32)
    code = np.array([0, bordered], dtype=np.min_scalar_type(bordered))
    small, right = no_small_cells(code.dtype), np.zeros(0, np.int8)
    return Tables(code, bordered, none - 1, *small, none, none[:0], none[:0], none, right, none[:0], lines.ends)


def _runs(group: IntArray, low: IntArray, high: IntArray, crosses: NDArray[np.bool_]) -> _Runs:
    """Join touching column spans of one part in one row, and find what lies right of each."""
    fresh = np.append(True, group[1:] != group[:-1])
    shift = np.cumsum(fresh) * (int(high.max()) + 1)
    reach = np.maximum.accumulate(high + shift) - shift
    starts = fresh.copy()
    starts[1:] |= low[1:] > reach[:-1]
    first = np.flatnonzero(starts)
    end = np.append(first[1:], len(low)) - 1
    crossed = np.cumsum(crosses)[end]
    last = np.append(fresh[first][1:], True)
    # a closed ring crosses the row's middle an even number of times: what is left of them lies to the right
    return _Runs(first, first, low[first], reach[end], first, (crossed & 1).astype(np.int8), last)


def _filled(runs: _Runs, owner: NDArray[np.int32], frame: Frame) -> NDArray[np.int32]:
    """Write into every cell the first polygon that covers it whole."""
    holder = np.full(frame.rows * frame.columns, -1, dtype=np.int32)
    gap = np.flatnonzero((runs.right == 1) & ~runs.last)[::-1]  # backwards: the first polygon stays
    base = runs.row[gap] * frame.columns
    starts, ends = base + runs.high[gap] + 1, base + runs.low[gap + 1]
    for start, end, who in zip(starts.tolist(), ends.tolist(), owner[gap].tolist(), strict=True):
        holder[start:end] = who
    return holder


def _candidates(
    holder: NDArray[np.int32], runs: _Runs, owner: NDArray[np.int32], frame: Frame
) -> tuple[IntArray, NDArray[np.int32], NDArray[np.int32]]:
    """Border cells, and in each the runs of those polygons that come before the one that covers it."""
    run, column = spread(runs.low, runs.high - runs.low + 1)
    at = runs.row[run] * frame.columns + column
    matters = (holder[at] < 0) | (owner[run] < holder[at])
    run, at = run[matters], at[matters]
    order = np.argsort(at, kind="stable")  # runs stay in the polygons' order within a cell
    run, at = run[order], at[order]
    places, first = np.unique(at, return_index=True)
    return places, np.append(first, len(at)).astype(np.int32), run.astype(np.int32)
