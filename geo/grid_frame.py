"""A frame of square cells over edges, and which cells the edges touch."""

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


def rows_passed(ends: FloatArray, frame: Frame) -> tuple[IntArray, IntArray]:
    """Every row of cells that every edge passes: edge and row, one entry for each pair.

    Parameters
    ----------
    ends
        Edges, shape (n, 4), none outside the frame.
    frame
        Where the cells lie.
    """
    # the very expression of the kernel: it never falls as y grows, so no point of an edge is in another row
    row = ((ends[:, [1, 3]] - frame.y0) * frame.per_m).astype(np.int64)
    lowest = row.min(axis=1)
    count = row.max(axis=1) - lowest + 1
    return spread(lowest, count)


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


def columns_touched(ends: FloatArray, row: IntArray, frame: Frame) -> tuple[IntArray, IntArray]:
    """First and last column that an edge touches in a row, padded against rounding.

    Parameters
    ----------
    ends, row
        Edges and one row of each, shapes (n, 4) and (n,), as of `rows_passed`.
    frame
        Where the cells lie.
    """
    ax, ay, bx, by = ends.T
    bottom, top = np.minimum(ay, by), np.maximum(ay, by)
    lean = np.divide(bx - ax, by - ay, out=np.zeros_like(ax), where=by != ay)
    at = []
    for shift in (-PAD, 1 + PAD):
        y = np.clip(frame.y0 + (row + shift) / frame.per_m, bottom, top)
        at.append(np.clip(ax + (y - ay) * lean, np.minimum(ax, bx), np.maximum(ax, bx)))
    flat = by == ay
    left = np.where(flat, np.minimum(ax, bx), np.minimum(*at))
    right = np.where(flat, np.maximum(ax, bx), np.maximum(*at))
    columns = [((x - frame.x0) * frame.per_m + pad).astype(np.int64) for x, pad in ((left, -PAD), (right, PAD))]
    return columns[0], columns[1]


def cells_touched(ends: FloatArray, frame: Frame) -> tuple[IntArray, IntArray]:
    """Row and column of every cell that an edge touches or nearly touches, some more than once: no other has a border.

    Parameters
    ----------
    ends
        Edges, shape (n, 4), none outside the frame.
    frame
        Where the cells lie.
    """
    edge, row = rows_passed(ends, frame)
    low, high = columns_touched(ends[edge], row, frame)
    which, column = spread(low, high - low + 1)
    return row[which], column
