"""Which polygon holds each of many points: a grid whose inner cells answer at once.

A cell that no border crosses lies in one polygon (or in none) as a whole: one table look-up. The others are divided
into small cells, of which the same is true: one look-up more. In a row of cells, those that a polygon's border touches
form *runs*; right of a run the polygon's state is known, and no edge of the run leaves it. So a ray from a point to the
right meets only the run's few edges, and its crossings, counted exactly, tell inside from outside. Points too close to
an edge for the rounding of numbers are handed to GEOS.

A table of one code for every cell answers for 96 points of 100. A cell that a border crosses has a block of 64 small
ones, one line of the processor's cache, which answer for most of the others: one point in 175 is left. Nine of ten of
these lie in a small cell that one edge alone divides: the side that they lie on tells.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from bulk import kernels_grid
from bulk.grid_frame import SPLIT, Frame, Tables, frame_of, spread
from bulk.projection import planar
from geo.assign import first_holding
from geo.edges import POLYGON, Edges, FloatArray, IntArray, edges, single_parts
from geo.errors import ParameterError

MOST_CELLS = 4_096  # tables of 128 MB at most
MOST_BLOCKS = 65_536  # 20 MB: more would not stay near the processor, and take long to make


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
        east, north = planar(x, y)
        found: NDArray[np.int32] = kernels_grid.locate(east, north, self.frame, self.tables)
        doubtful = np.flatnonzero(found == kernels_grid.DOUBTFUL)
        if len(doubtful):
            points = np.asarray(shapely.points(east[doubtful], north[doubtful]), dtype=object)
            found[doubtful] = first_holding(points, self.polygons)
        return found


def _tables(lines: Edges, frame: Frame, polygons: int) -> Tables:
    if not len(lines.ends):
        return _no_tables(lines, polygons + 1)
    edge, row, low, high = kernels_grid.spans(lines.ends, frame)
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


class SmallCells(NamedTuple):
    """What border cells are divided into.

    Attributes
    ----------
    small
        Codes of the small cells, row by row, shape (border cells, SPLIT * SPLIT): undecided where an edge touches.
    chord
        Which chord divides a small cell, 0 where none does or more than one edge touches it; the same shape.
    line
        The edge that a chord is a piece of, shape (chords, 4). The first, which divides nothing, has no length.
    beside
        Codes left and right of a chord, shape (chords, 2).
    """

    small: NDArray[np.unsignedinteger]
    chord: NDArray[np.unsignedinteger]
    line: FloatArray
    beside: NDArray[np.unsignedinteger]


def no_small_cells(code: np.dtype[np.unsignedinteger]) -> SmallCells:
    """Of a grid without them.

    Parameters
    ----------
    code
        Type of a code.
    """
    none = np.empty((0, SPLIT * SPLIT), dtype=np.int32)
    return SmallCells(none.astype(code), none.astype(np.uint16), np.zeros((1, 4)), np.zeros((1, 2), dtype=code))


def small_cells(
    border: NDArray[np.signedinteger],
    frame: Frame,
    ends: FloatArray,
    undecided: np.unsignedinteger,
    code_at: Callable[[FloatArray, FloatArray], NDArray[np.int32]],
) -> SmallCells:
    """Divide all border cells; none if they are more than `MOST_BLOCKS`.

    Parameters
    ----------
    border
        Number of every border cell, less than 0 for the others, shape (cells,): numbers rise with the cells.
    frame
        Where the cells lie.
    ends
        All edges, shape (n, 4).
    undecided
        Code of a small cell that an edge touches; the codes have its type.
    code_at
        Code of places, from their x and y.
    """
    parent = np.flatnonzero(border >= 0)
    if not 0 < len(parent) <= MOST_BLOCKS:
        return no_small_cells(undecided.dtype)
    fine = Frame(frame.x0, frame.y0, frame.per_m * SPLIT, frame.columns * SPLIT, frame.rows * SPLIT)
    touched = kernels_grid.spans(ends, fine)
    sole = kernels_grid.sole_edges(touched, ends, border, frame.columns, len(parent))
    speaker, cell = kernels_grid.speakers(sole)
    chord, edge, places = kernels_grid.chords(touched, ends, sole, border, fine)
    block, at = np.divmod(cell, SPLIT * SPLIT)
    x = frame.x0 + (parent[block] % frame.columns + (at % SPLIT + 0.5) / SPLIT) / frame.per_m
    y = frame.y0 + (parent[block] // frame.columns + (at // SPLIT + 0.5) / SPLIT) / frame.per_m
    left, right = code_at(places[:, 0], places[:, 1]), code_at(places[:, 2], places[:, 3])
    return SmallCells(
        # the last one, that -1 names, is undecided
        small=np.append(code_at(x, y), undecided).astype(undecided.dtype)[speaker],
        chord=chord.astype(np.min_scalar_type(len(edge))),
        line=np.concatenate([np.zeros((1, 4)), ends[edge]]),
        beside=np.concatenate([np.zeros((1, 2)), np.stack([left, right], axis=1)]).astype(undecided.dtype),
    )
