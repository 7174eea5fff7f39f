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
    for i in range(len(x)):
        column, row = (x[i] - frame.x0) * frame.per_m, (y[i] - frame.y0) * frame.per_m
        # written so that NaN fails it too
        if column >= 0 and row >= 0 and column < frame.columns and row < frame.rows:
            code = tables.cell[int(row) * frame.columns + int(column)]
            found[i] = code if code >= -1 else _in_border_cell(-2 - code, x[i], y[i], tables)
        else:
            found[i] = -1
    return found


@njit(cache=True, nogil=True)
def _in_border_cell(at: int, x: float, y: float, tables: Tables) -> int:
    for place in range(tables.first[at], tables.first[at + 1]):
        run = tables.candidate[place]
        state = _in_run(tables.ends[tables.run[run] : tables.run[run + 1]], tables.right[run], x, y)
        if state == DOUBTFUL:
            return DOUBTFUL
        if state == 1:
            return int(tables.owner[run])
    return int(tables.rest[at])


@njit(cache=True, nogil=True)
def _in_run(ends: FloatArray, right: int, x: float, y: float) -> int:
    """1 inside or on the border, 0 outside, DOUBTFUL: the crossings of a ray to the right."""
    inside = right
    for e in range(len(ends)):
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
