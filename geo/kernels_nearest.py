"""Compiled loops for the nearest shape. Import it inside functions only."""

import numpy as np
from numpy.typing import NDArray

from geo.compiled import kernel, leaf
from geo.edges import FloatArray
from geo.kernels_descent import DEEPEST, SHORTEST, box, halve, roomy, square
from geo.pieces import EDGES_PER_PIECE, Cloud, Pieces

FEW_POINTS = 8  # measured: 4 to 16 are alike
FEW_PIECES = 2


@kernel
def nearest(cloud: Cloud, pieces: Pieces, slack: float, where: NDArray[np.int32], metres: FloatArray) -> None:
    """Write the nearest shape of every point and its distance; the first of equals.

    Parameters
    ----------
    cloud
        The points; ``at`` says where in ``where`` and ``metres`` to write.
    pieces
        At least one.
    slack
        Metres that rounding may cost a bound.
    where, metres
        Results, written in place.
    """
    stack = np.empty((DEEPEST, 4), dtype=np.int64)
    lists = np.arange(len(pieces.owner)).astype(np.int32)
    gap = np.empty(len(lists))
    work, ids = np.empty((6, 64)), np.empty((2, 64), dtype=np.int32)
    stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = 0, len(cloud.x), 0, len(lists)
    top = 1
    while top > 0:
        top -= 1
        low, high, first, last = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3]
        lists = roomy(lists, 2 * last - first)
        x, y, reach, wide = box(cloud, low, high)
        end = _keep_near(lists, first, last, pieces.circle, gap, x, y, 2 * reach + slack)
        limit = low
        if high - low > FEW_POINTS and end - last > FEW_PIECES and top + 2 <= DEEPEST:
            limit = halve(cloud, low, high, x if wide else y, wide)
        if low < limit < high:
            stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3] = low, limit, last, end
            stack[top + 1, 0], stack[top + 1, 1], stack[top + 1, 2], stack[top + 1, 3] = limit, high, last, end
            top += 2
        else:
            work, ids = _roomy_work(work, ids, EDGES_PER_PIECE * (end - last))
            near = _near_edges(pieces, lists[last:end], x, y, 2 * reach + slack, work, ids)
            _settle(cloud, low, high, pieces, slack, work, ids, near, where, metres)


@leaf
def _keep_near(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    lists: NDArray[np.int32],
    first: int,
    last: int,
    circle: FloatArray,
    gap: FloatArray,
    x: float,
    y: float,
    margin: float,
) -> int:
    """Copy behind the list those pieces that may be nearest to any point of a box; say where they end."""
    best = np.inf
    for k in range(first, last):
        c = lists[k]
        dx, dy = x - circle[c, 0], y - circle[c, 1]
        away = np.sqrt(dx * dx + dy * dy)
        gap[k - first] = away - circle[c, 2]
        best = min(best, away + circle[c, 3])
    end = last
    for k in range(first, last):
        if gap[k - first] <= best + margin:
            lists[end] = lists[k]
            end += 1
    return end


@kernel
def _roomy_work(work: FloatArray, ids: NDArray[np.int32], count: int) -> tuple[FloatArray, NDArray[np.int32]]:
    if work.shape[1] >= count:
        return work, ids
    return np.empty((6, 2 * count)), np.empty((2, 2 * count), dtype=np.int32)


@leaf
def _rough(work: FloatArray, count: int, x: float, y: float) -> float:
    """Write the squares of the distances to all edges into the last row; say the least.

    Without a branch, so that the processor takes several edges at a time; the last digits may be wrong.
    """
    ax, ay, dx, dy, share, rough = work[0], work[1], work[2], work[3], work[4], work[5]
    for k in range(count):
        px, py = x - ax[k], y - ay[k]
        along = min(max((px * dx[k] + py * dy[k]) * share[k], 0.0), 1.0)
        px -= along * dx[k]
        py -= along * dy[k]
        rough[k] = px * px + py * py
    best = np.inf
    for k in range(count):
        best = min(best, rough[k])
    return best


@leaf
def _near_edges(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    pieces: Pieces,
    kept: NDArray[np.int32],
    x: float,
    y: float,
    margin: float,
    work: FloatArray,
    ids: NDArray[np.int32],
) -> int:
    """Lay out those edges of the kept pieces that may be nearest to any point of a box; say how many.

    ``work``: ax, ay, dx, dy, 1 / length squared (0 for no length); ``ids``: edge and position of its geometry.
    """
    k = 0
    for c in kept:
        for e in range(pieces.first[c], pieces.first[c + 1]):
            ax, ay = pieces.ends[e, 0], pieces.ends[e, 1]
            dx, dy = pieces.ends[e, 2] - ax, pieces.ends[e, 3] - ay
            length = dx * dx + dy * dy
            work[0, k], work[1, k], work[2, k], work[3, k] = ax, ay, dx, dy
            work[4, k] = 1 / length if length > SHORTEST else 0.0
            ids[0, k], ids[1, k] = e, pieces.owner[c]
            k += 1
    limit = (np.sqrt(_rough(work, k, x, y)) + margin) ** 2
    end = 0
    for j in range(k):
        for row in range(5):
            work[row, end] = work[row, j]
        ids[0, end], ids[1, end] = ids[0, j], ids[1, j]
        end += work[5, j] <= limit
    return end


@leaf
def _settle(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    cloud: Cloud,
    low: int,
    high: int,
    pieces: Pieces,
    slack: float,
    work: FloatArray,
    ids: NDArray[np.int32],
    count: int,
    where: NDArray[np.int32],
    metres: FloatArray,
) -> None:
    """Find the nearest roughly, and measure exactly those that are as near but for rounding."""
    for i in range(low, high):
        x, y = cloud.x[i], cloud.y[i]
        limit = (np.sqrt(_rough(work, count, x, y)) + slack) ** 2
        best, who = np.inf, -1
        for k in range(count):
            if work[5, k] <= limit:
                found = square(pieces.ends, ids[0, k], x, y)
                if found < best:
                    best, who = found, ids[1, k]
        where[cloud.at[i]] = who
        metres[cloud.at[i]] = np.sqrt(best)
