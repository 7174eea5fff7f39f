"""A grid of square cells over polygons: where its cells lie, and the tables that kernels read."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.edges import FloatArray, IntArray

PAD = 1 / 64  # of a cell: edges are listed in neighbouring cells this close, so that rounding misses none
MARGIN = 1.5  # cells between the frame and the first edge
SPLIT = 8  # small cells along a side of a cell; a power of two, so that both sizes round alike
FINEST = 2.0**-40  # a cell is never smaller than this share of the largest coordinate: 4,096 steps of a double


class Frame(NamedTuple):
    """Where the grid's cells lie: ``column = floor((x - x0) * per_m)``, rows likewise."""

    x0: float
    y0: float
    per_m: float
    columns: int
    rows: int


class Tables(NamedTuple):
    """What the kernel reads.

    ``code`` (cells + 1,): 0 for no polygon, then the polygons in order, ``bordered`` where an edge passes, and, last,
    for what lies in no cell; a byte each where that is enough, because the table is fast as long as it fits a
    processor's own cache. ``border`` (cells,): number of the border cell, less than 0 for the others. ``small``,
    ``chord``, ``line``, ``beside``: what border cells are divided into (`bulk.polygon_grid.SmallCells`). ``first``: a
    border cell's first candidate in ``candidate`` (runs, in the polygons' order); ``rest``: who holds what no candidate
    holds.
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


def frame_of(ends: FloatArray, cells: int) -> Frame:
    """Lay a grid over the edges with a ring of empty cells round it.

    No edge comes nearer to the ring than half a cell: neither rounding nor `PAD` lists one there, and the first cell
    can stand for everything outside.

    Parameters
    ----------
    ends
        Edges: x, y of the one end and of the other, shape (n, 4).
    cells
        Cells along the longer side.
    """
    if not len(ends):
        return Frame(0.0, 0.0, 1.0, 1, 1)
    xs, ys = ends[:, [0, 2]], ends[:, [1, 3]]
    x, y, wide, high = xs.min(), ys.min(), np.ptp(xs), np.ptp(ys)
    size = float(max(max(wide, high) / (cells - 3), np.abs(ends).max() * FINEST, 1e-290))
    away = MARGIN * size
    columns, rows = (int(length / size + MARGIN) + 2 for length in (wide, high))
    return Frame(float(x - away), float(y - away), 1 / size, columns, rows)


def spread(start: IntArray, count: IntArray) -> tuple[IntArray, IntArray]:
    """Count up from every start: which start it was, and the number.

    Parameters
    ----------
    start, count
        First number and how many, shape (n,).
    """
    which = np.repeat(np.arange(len(start)), count)
    before = np.cumsum(count) - count
    return which, np.arange(len(which)) - before[which] + start[which]
