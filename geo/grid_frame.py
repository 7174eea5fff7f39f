"""A frame of square cells over edges."""

from typing import NamedTuple

import numpy as np

from geo.edges import FloatArray, IntArray

PAD = 1 / 64  # of a cell: edges are listed in neighbouring cells this close, so that rounding misses none
MARGIN = 1.5  # cells between the frame and the first edge
FINEST = 2.0**-40  # a cell is never smaller than this share of the largest coordinate: 4,096 steps of a double


class Frame(NamedTuple):
    """Where the grid's cells lie: ``column = floor((x - x0) * per_m)``, rows likewise."""

    x0: float
    y0: float
    per_m: float
    columns: int
    rows: int


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
