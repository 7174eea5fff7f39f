"""Dividing points and candidates together: the part that all distance kernels share.

Points are halved again and again across the middle of their box; each half keeps only those candidates that
can matter to any of its points. A few points in a small box then meet a few candidates. The points are
copies and change places; nothing else is stored, so an index needs no memory for it.

numba keeps compiled code until the file of the *calling* function changes: after a change here, save
``kernels_shapes.py`` and ``kernels_points.py`` anew.
"""

import numpy as np
from numpy.typing import NDArray

from bulk.compiled import kernel, leaf
from bulk.edge_chunks import Points
from geo.edges import FloatArray

DEEPEST = 4_096  # open halves at a time; a box that is not halved any more is only slower, not wrong
SHORTEST = 1e-200  # square of a length: below, an edge is a point for the rough measure


@leaf
def box(points: Points, low: int, high: int) -> tuple[float, float, float, bool]:
    """Middle of the box round some points, half its diagonal, and whether it is wider than high.

    Parameters
    ----------
    points, low, high
        Points ``low`` to ``high``, the last excluded; at least one.
    """
    west = east = points.x[low]
    south = north = points.y[low]
    for i in range(low + 1, high):
        west, east = min(west, points.x[i]), max(east, points.x[i])
        south, north = min(south, points.y[i]), max(north, points.y[i])
    wide, tall = (east - west) / 2, (north - south) / 2
    return west + wide, south + tall, np.sqrt(wide * wide + tall * tall), wide > tall


@leaf
def halve(points: Points, low: int, high: int, limit: float, wide: bool) -> int:  # noqa: FBT001 - a kernel takes no keywords
    """Move the points west (or south) of a limit to the front; say where the others begin.

    Parameters
    ----------
    points, low, high
        Points ``low`` to ``high``, the last excluded.
    limit, wide
        An x if ``wide``, else a y.
    """
    x, y, at = points.x, points.y, points.at
    key = x if wide else y
    i = low
    for j in range(low, high):
        # always change places, and step on or not: the processor has no branch to guess, which halves the time
        west = key[j] < limit
        x[i], x[j] = x[j], x[i]
        y[i], y[j] = y[j], y[i]
        at[i], at[j] = at[j], at[i]
        i += west
    return i


@kernel
def roomy(lists: NDArray[np.int32], needed: int) -> NDArray[np.int32]:
    """Make the list longer if it has fewer than ``needed`` places.

    Parameters
    ----------
    lists
        Candidates of all open halves, one after another.
    needed
        A number of places.
    """
    if len(lists) >= needed:
        return lists
    longer = np.empty(2 * needed, dtype=np.int32)
    longer[: len(lists)] = lists
    return longer


@leaf
def square(ends: FloatArray, e: int, x: float, y: float) -> float:
    """Square of the distance from a point to an edge.

    Parameters
    ----------
    ends, e
        Edges, shape (n, 4), and the number of one.
    x, y
        The point, metres.
    """
    ax, ay = ends[e, 0], ends[e, 1]
    dx, dy = ends[e, 2] - ax, ends[e, 3] - ay
    px, py = x - ax, y - ay
    along = px * dx + py * dy
    if along <= 0:
        return float(px * px + py * py)
    length = dx * dx + dy * dy
    if along >= length:
        px, py = x - ends[e, 2], y - ends[e, 3]
        return float(px * px + py * py)
    across = px * dy - py * dx
    return float(across * across / length)


@leaf
def rough_square(ends: FloatArray, e: int, x: float, y: float) -> float:
    """Square of the distance from a point to an edge, but for its last digits: no branch to guess, so twice as fast.

    Parameters
    ----------
    ends, e
        Edges, shape (n, 4), and the number of one.
    x, y
        The point, metres.
    """
    dx, dy = ends[e, 2] - ends[e, 0], ends[e, 3] - ends[e, 1]
    px, py = x - ends[e, 0], y - ends[e, 1]
    along = min(max((px * dx + py * dy) / max(dx * dx + dy * dy, SHORTEST), 0.0), 1.0)
    px -= along * dx
    py -= along * dy
    return float(px * px + py * py)
