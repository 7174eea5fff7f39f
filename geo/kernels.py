"""Compiled loops for points and polygons. Import it inside functions only: numba takes half a second.

Numbers only: no geometry objects, no errors. The array code around each kernel checks what comes in.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.edges import FloatArray
from geo.polygon_grid import Frame, Tables

DOUBTFUL = -2  # too close to an edge for the rounding of doubles: GEOS decides
ROUNDING = 3.3306690738754716e-16  # Shewchuk (1997), error bound A of orient2d: (3 + 16e) e with e = 2**-53
UNDERFLOW = 1e-290  # below, products lose digits that the bound counts on
ONE = np.uint64(1)  # an index of one sign: numba asks of every other whether it counts from the end
STEP = 1_024  # points whose cells are found before any is looked up: so the processor finds four at a time


@njit(cache=True, nogil=True)
def locate(x: FloatArray, y: FloatArray, frame: Frame, tables: Tables) -> NDArray[np.int32]:
    """Position of the first polygon that holds each point, -1 for none, DOUBTFUL where GEOS must decide.

    Parameters
    ----------
    x, y
        Shape (n,), in the polygons' plane.
    frame, tables
        As built by ``geo.polygon_grid``.
    """
    found = np.empty(len(x), dtype=np.int32)
    at, aside = np.empty(STEP, dtype=np.uint32), np.empty(STEP + 1, dtype=np.uint32)
    for low in range(0, len(x), STEP):
        east, north, holder = x[low : low + STEP], y[low : low + STEP], found[low : low + STEP]
        for i in range(len(east)):
            column, row = (east[i] - frame.x0) * frame.per_m, (north[i] - frame.y0) * frame.per_m
            # written without a branch, and so that NaN fails it too; the first cell of a grid is always empty
            inside = (column >= 0) & (row >= 0) & (column < frame.columns) & (row < frame.rows)
            cell = np.int32(row) * np.int32(frame.columns) + np.int32(column)
            at[i] = np.uint32(cell if inside else 0)
        held = np.uint64(0)
        for i in range(len(east)):
            code = tables.cell[at[i]]
            holder[i] = code
            aside[held] = i
            held += np.uint64(code < -1)
        for i in aside[:held]:
            holder[i] = _in_border_cell(np.uint64(-2 - holder[i]), east[i], north[i], tables)
    return found


# inlined: a call hands over eight arrays, which costs more than what is done with them
@njit(cache=True, nogil=True, inline="always")
def _in_border_cell(at: np.uint64, x: float, y: float, tables: Tables) -> int:
    """Who holds a point: the crossings of a ray to the right with the edges of every run tell inside from outside."""
    ends = tables.ends
    for place in range(np.uint64(tables.first[at]), np.uint64(tables.first[at + ONE])):
        run = np.uint64(tables.candidate[place])
        first, end = tables.run[run], tables.run[run + ONE]
        state, close = int(tables.right[run]), False
        # no branch: which edge the ray crosses is chance, and a processor that guesses wrong loses more than all this
        for e in range(np.uint64(first), np.uint64(end)):
            ax, ay, bx, by = ends[e, 0], ends[e, 1], ends[e, 2], ends[e, 3]
            one, two = (bx - ax) * (y - ay), (by - ay) * (x - ax)
            crosses = (ay > y) != (by > y)
            sure = abs(one - two) > ROUNDING * (abs(one) + abs(two)) + UNDERFLOW
            close |= (crosses & (not sure)) | (ay == y) | (by == y)
            state ^= int(crosses & ((one > two) == (by > ay)))
        if close:
            state = _in_run_closely(ends, first, end, tables.right[run], x, y)
        if state == 1:
            return int(tables.owner[run])
        if state == DOUBTFUL:
            return DOUBTFUL
    return int(tables.rest[at])


@njit(cache=True, nogil=True)
def _in_run_closely(ends: FloatArray, first: int, end: int, right: int, x: float, y: float) -> int:  # noqa: PLR0913, PLR0917 - as above
    """The same for a point that may lie on an edge or on a line through its end."""
    inside = right
    for e in range(np.uint64(first), np.uint64(end)):
        side = _crossing(ends[e, 0], ends[e, 1], ends[e, 2], ends[e, 3], x, y)
        if side == 1:
            inside = 1 - inside
        elif side == 2:  # noqa: PLR2004 - on the edge
            return 1
        elif side == DOUBTFUL:
            return DOUBTFUL
    return inside


@njit(cache=True, nogil=True)
def _crossing(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> int:  # noqa: PLR0913, PLR0917, PLR0911 - one edge, one point
    """1 if the ray from the point to the right crosses the edge, 0 if not, 2 if the point is on it, or DOUBTFUL."""
    if (x == ax and y == ay) or (x == bx and y == by):
        return 2
    if (ay > y) == (by > y):
        return 2 if ay == y and by == y and min(ax, bx) < x < max(ax, bx) else 0
    if ax < x and bx < x:
        return 0
    if ax > x and bx > x:
        return 1
    if ax == x and bx == x:
        return 2
    one, two = (bx - ax) * (y - ay), (by - ay) * (x - ax)
    if not abs(one - two) > ROUNDING * (abs(one) + abs(two)) + UNDERFLOW:
        return DOUBTFUL
    return 1 if (one > two) == (by > ay) else 0
