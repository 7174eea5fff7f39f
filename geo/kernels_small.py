"""Compiled loops that make the tables of a grid. Import it inside functions only: numba takes half a second.

Numbers only: no geometry objects, no errors. The array code around each kernel checks what comes in.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.compiled import kernel, leaf
from geo.edges import FloatArray, IntArray
from geo.grid_frame import PAD, Frame
from geo.kernels import side_of
from geo.small_cells import SPLIT

MANY = -1  # more than one edge
CORNER = 0.49  # of a small cell, from its middle: its corners, drawn in so far that rounding keeps them in it


class Spans(NamedTuple):
    """Cells that edges touch: edge by edge, row by row, ``low`` to ``high`` are columns, both included; shape (n,)."""

    edge: IntArray
    row: IntArray
    low: IntArray
    high: IntArray


@kernel
def spans(ends: FloatArray, frame: Frame) -> Spans:
    """Cells that edges touch or nearly touch: no other has a border.

    Parameters
    ----------
    ends
        Edges: x, y of the one end and of the other, shape (n, 4), none outside the frame.
    frame
        Where the cells lie.
    """
    many = np.int64(0)
    for e in range(len(ends)):
        lowest, highest = _rows(ends[e, 1], ends[e, 3], frame)
        many += highest - lowest + 1
    found, at = np.empty((4, many), dtype=np.int64), 0
    edge, row, low, high = found[0], found[1], found[2], found[3]
    for e in range(len(ends)):
        lowest, highest = _rows(ends[e, 1], ends[e, 3], frame)
        for each in range(lowest, highest + 1):
            edge[at], row[at] = e, each
            low[at], high[at] = _columns(ends[e, 0], ends[e, 1], ends[e, 2], ends[e, 3], each, frame)
            at += 1
    return Spans(edge, row, low, high)


@leaf
def _rows(ay: float, by: float, frame: Frame) -> tuple[np.int64, np.int64]:
    """First and last row that an edge passes."""
    # the very expression that finds a point's row: it never falls as y grows, so no point of an edge is in another row
    one, other = np.int64((ay - frame.y0) * frame.per_m), np.int64((by - frame.y0) * frame.per_m)
    return min(one, other), max(one, other)


@leaf
def _columns(  # noqa: PLR0913, PLR0917 - one edge, one row
    ax: float, ay: float, bx: float, by: float, row: int, frame: Frame
) -> tuple[np.int64, np.int64]:
    """First and last column that an edge touches in a row, padded against rounding."""
    left, right = min(ax, bx), max(ax, bx)
    lean = (bx - ax) / (by - ay) if ay != by else np.inf
    if np.isfinite(lean):  # else it is flat, or as good as flat: the smallest of numbers high
        bottom, top = min(ay, by), max(ay, by)
        low = min(max(frame.y0 + (row - PAD) / frame.per_m, bottom), top)
        high = min(max(frame.y0 + (row + 1 + PAD) / frame.per_m, bottom), top)
        one = min(max(ax + (low - ay) * lean, left), right)
        other = min(max(ax + (high - ay) * lean, left), right)
        left, right = min(one, other), max(one, other)
    return np.int64((left - frame.x0) * frame.per_m - PAD), np.int64((right - frame.x0) * frame.per_m + PAD)


@kernel
def sole_edges(
    touched: Spans, ends: FloatArray, border: NDArray[np.signedinteger], columns: int, blocks: int
) -> NDArray[np.int32]:
    """Which edge touches each small cell: its number and one more, 0 for none, MANY for several.

    Two polygons that share a border have the same edge there, in opposite directions: it counts once.

    Parameters
    ----------
    touched
        Small cells that edges touch.
    ends
        Edges, shape (n, 4).
    border
        Number of every border cell, less than 0 for the others, shape (cells,).
    columns
        Of (large) cells.
    blocks
        How many border cells there are.

    Returns
    -------
    numpy.ndarray
        Shape (blocks, SPLIT * SPLIT).
    """
    sole = np.zeros((blocks, SPLIT * SPLIT), dtype=np.int32)
    for s in range(len(touched.edge)):
        e, row = touched.edge[s], touched.row[s]
        for column in range(touched.low[s], touched.high[s] + 1):
            block = border[row // SPLIT * columns + column // SPLIT]
            if block < 0:  # a polygon that comes earlier covers the cell
                continue
            place = row % SPLIT * SPLIT + column % SPLIT
            known = sole[block, place]
            if known == 0:
                sole[block, place] = e + 1
            elif known != MANY and not _same(ends, known - 1, e):
                sole[block, place] = MANY
    return sole


@leaf
def _same(ends: FloatArray, one: int, other: int) -> bool:
    """Whether two edges are one, in opposite directions."""
    ax, ay, bx, by = ends[one]
    return bool((ax == ends[other, 2]) & (ay == ends[other, 3]) & (bx == ends[other, 0]) & (by == ends[other, 1]))


@kernel
def speakers(sole: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Who speaks for each small cell that no edge touches: neighbours that none touches lie in one polygon.

    Parameters
    ----------
    sole
        As of `sole_edges`.

    Returns
    -------
    speaker, cell
        The number of the speaker of each cell, -1 where an edge touches it, shape of ``sole``; and the place of each
        speaker in ``sole``, laid flat.
    """
    speaker, cell = np.full(sole.shape, -1, dtype=np.int32), np.empty(sole.size, dtype=np.int32)
    many = 0
    for block in range(len(sole)):
        for place in range(SPLIT * SPLIT):
            if sole[block, place] != 0:
                continue
            if place % SPLIT > 0 and sole[block, place - 1] == 0:
                speaker[block, place] = speaker[block, place - 1]
            elif place >= SPLIT and sole[block, place - SPLIT] == 0:
                speaker[block, place] = speaker[block, place - SPLIT]
            else:
                speaker[block, place] = many
                cell[many] = block * SPLIT * SPLIT + place
                many += 1
    return speaker, cell[:many].copy()


@kernel
def chords(
    touched: Spans, ends: FloatArray, sole: NDArray[np.int32], border: NDArray[np.signedinteger], fine: Frame
) -> tuple[NDArray[np.int32], IntArray, FloatArray]:
    """Small cells that one edge alone divides: which chord it is, and a place on either side of it.

    The edge passes through the cell from side to side: had it an end there, the next edge of its ring would touch the
    cell, too. So its line divides the cell as the edge does. Neighbouring cells along an edge that has them for itself
    have the same polygons on either side: one chord stands for all of them.

    Parameters
    ----------
    touched, ends, sole, border
        As above.
    fine
        Where the small cells lie.

    Returns
    -------
    chord, edge, places
        The chord of each small cell, 0 for none, shape of ``sole``; the edge of each chord, the first of them, that
        stands for none, left out, shape (n,); x and y of a place left of it and of one right of it, shape (n, 4).
    """
    chord = np.zeros(sole.shape, dtype=np.int32)
    room = np.count_nonzero(sole > 0)
    edge, places = np.empty(room, dtype=np.int64), np.empty((room, 4))
    many, chain, before = 0, 0, -1
    for s in range(len(touched.edge)):
        e, row, low, high = touched.edge[s], touched.row[s], touched.low[s], touched.high[s]
        ax, ay, bx, by = ends[e]
        if e != before:
            before, chain = e, 0
        backwards = (bx < ax) != (by < ay)  # rows rise: along the edge columns fall
        for step in range(high - low + 1):
            column = high - step if backwards else low + step
            block = border[row // SPLIT * (fine.columns // SPLIT) + column // SPLIT]
            place = row % SPLIT * SPLIT + column % SPLIT
            if block < 0 or sole[block, place] != e + 1:
                chain = 0
                continue
            if chain == 0 and _both_sides(ax, ay, bx, by, row, column, fine, places[many]):
                edge[many] = e
                many += 1
                chain = many
            chord[block, place] = chain
    return chord, edge[:many].copy(), places[:many].copy()


@leaf
def _both_sides(  # noqa: PLR0913, PLR0917 - one edge, one cell
    ax: float, ay: float, bx: float, by: float, row: int, column: int, fine: Frame, places: FloatArray
) -> bool:
    """Write corners of a small cell on the left and on the right of an edge. False if it lies on one side alone."""
    left, right = False, False
    for corner in range(4):
        x = fine.x0 + (column + 0.5 + (CORNER if corner % 2 else -CORNER)) / fine.per_m
        y = fine.y0 + (row + 0.5 + (CORNER if corner // 2 else -CORNER)) / fine.per_m
        side = side_of(ax, ay, bx, by, x, y)
        if side > 0:
            places[0], places[1], left = x, y, True
        elif side < 0:
            places[2], places[3], right = x, y, True
    return left & right
