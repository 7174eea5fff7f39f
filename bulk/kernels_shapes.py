"""Compiled loops for the nearest shape, and for how many shapes lie within a radius."""

import numpy as np
from numpy.typing import NDArray

from bulk.compiled import kernel, leaf
from bulk.edge_chunks import EDGES_PER_PIECE, TOWARDS, EdgeChunks, Points, Shapes, sector
from bulk.kernels_descent import DEEPEST, SHORTEST, box, halve, roomy, rough_square, square
from geo.edges import FloatArray

FEW_POINTS = 8  # measured: 4 to 16 are alike
FEW_PIECES = 2
FEW_WITHIN = 4  # measured: 4 to 8 are alike, 16 is slower
NO, YES, OPEN = 0, 1, 2


@kernel
def nearest(
    points: Points, edge_chunks: EdgeChunks, slack: float, where: NDArray[np.int32], metres: FloatArray
) -> None:
    """Write the nearest shape of every point and its distance; the first of equals.

    Parameters
    ----------
    points
        The points; ``at`` says where in ``where`` and ``metres`` to write.
    edge_chunks
        At least one.
    slack
        Metres that rounding may cost a bound.
    where, metres
        Results, written in place.
    """
    stack = np.empty((DEEPEST, 4), dtype=np.int64)
    lists = np.arange(len(edge_chunks.owner)).astype(np.int32)
    gap = np.empty(len(lists))
    work, ids = np.empty((6, 64)), np.empty((2, 64), dtype=np.int32)
    stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = 0, len(points.x), 0, len(lists)
    top = 1
    while top > 0:
        top -= 1
        low, high, first, last = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3]
        lists = roomy(lists, 2 * last - first)
        x, y, reach, wide = box(points, low, high)
        end = _keep_near(lists, first, last, edge_chunks.circle, gap, x, y, 2 * reach + slack)
        limit = low
        if high - low > FEW_POINTS and end - last > FEW_PIECES and top + 2 <= DEEPEST:
            limit = halve(points, low, high, x if wide else y, wide)
        if low < limit < high:
            stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3] = low, limit, last, end
            stack[top + 1, 0], stack[top + 1, 1], stack[top + 1, 2], stack[top + 1, 3] = limit, high, last, end
            top += 2
        else:
            work, ids = _roomy_work(work, ids, EDGES_PER_PIECE * (end - last))
            near = _near_edges(edge_chunks, lists[last:end], x, y, 2 * reach + slack, work, ids)
            _settle(points, low, high, edge_chunks, slack, work, ids, near, where, metres)


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
    edge_chunks: EdgeChunks,
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
        for e in range(edge_chunks.first[c], edge_chunks.first[c + 1]):
            ax, ay = edge_chunks.ends[e, 0], edge_chunks.ends[e, 1]
            dx, dy = edge_chunks.ends[e, 2] - ax, edge_chunks.ends[e, 3] - ay
            length = dx * dx + dy * dy
            work[0, k], work[1, k], work[2, k], work[3, k] = ax, ay, dx, dy
            work[4, k] = 1 / length if length > SHORTEST else 0.0
            ids[0, k], ids[1, k] = e, edge_chunks.owner[c]
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
    points: Points,
    low: int,
    high: int,
    edge_chunks: EdgeChunks,
    slack: float,
    work: FloatArray,
    ids: NDArray[np.int32],
    count: int,
    where: NDArray[np.int32],
    metres: FloatArray,
) -> None:
    """Find the nearest roughly, and measure exactly those that are as near but for rounding."""
    for i in range(low, high):
        x, y = points.x[i], points.y[i]
        limit = (np.sqrt(_rough(work, count, x, y)) + slack) ** 2
        best, who = np.inf, -1
        for k in range(count):
            if work[5, k] <= limit:
                found = square(edge_chunks.ends, ids[0, k], x, y)
                if found < best:
                    best, who = found, ids[1, k]
        where[points.at[i]] = who
        metres[points.at[i]] = np.sqrt(best)


@kernel
def within(
    points: Points, shapes: Shapes, edge_chunks: EdgeChunks, limits: FloatArray, counts: NDArray[np.int64]
) -> None:
    """Write how many shapes lie within a radius of every point, each counted once.

    Parameters
    ----------
    points
        The points; ``at`` says where in ``counts`` to write.
    shapes, pieces
        What to count, at least one.
    limits
        Radius in metres; metres that rounding may cost a bound.
    counts
        Result, written in place.
    """
    radius, slack = limits[0], limits[1]
    stack = np.empty((DEEPEST, 5), dtype=np.int64)
    lists = np.arange(len(shapes.circle)).astype(np.int32)
    stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3], stack[0, 4] = 0, len(points.x), 0, len(lists), 0
    top = 1
    while top > 0:
        top -= 1
        low, high, first, last, sure = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3], stack[top, 4]
        lists = roomy(lists, 2 * last - first)
        x, y, reach, wide = box(points, low, high)
        end = last
        for k in range(first, last):
            state = _reaches(shapes, lists[k], edge_chunks, x, y, radius, reach, slack)
            if state == OPEN:
                lists[end] = lists[k]
                end += 1
            sure += state == YES
        limit = low
        if high - low > FEW_WITHIN and end > last and top + 2 <= DEEPEST:
            limit = halve(points, low, high, x if wide else y, wide)
        if low < limit < high:
            for half in range(2):
                stack[top, 0] = limit if half else low
                stack[top, 1] = high if half else limit
                stack[top, 2], stack[top, 3], stack[top, 4] = last, end, sure
                top += 1
        else:
            _count(points, low, high, shapes, edge_chunks, lists[last:end], limits, sure, counts)


@leaf
def _count(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    points: Points,
    low: int,
    high: int,
    shapes: Shapes,
    edge_chunks: EdgeChunks,
    kept: NDArray[np.int32],
    limits: FloatArray,
    sure: int,
    counts: NDArray[np.int64],
) -> None:
    for i in range(low, high):
        found = sure
        for s in kept:
            found += _reaches(shapes, s, edge_chunks, points.x[i], points.y[i], limits[0], 0.0, limits[1]) == YES
        counts[points.at[i]] = found


@leaf
def _reaches(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    shapes: Shapes, s: int, edge_chunks: EdgeChunks, x: float, y: float, radius: float, reach: float, slack: float
) -> int:
    """Whether a shape lies within the radius of all places not farther than ``reach`` (YES), none (NO), or OPEN."""
    dx, dy = x - shapes.circle[s, 0], y - shapes.circle[s, 1]
    outer, inner = shapes.circle[s, 2], shapes.circle[s, 3]
    square_away, nearer, farther = dx * dx + dy * dy, radius - slack - inner - reach, radius + slack + outer + reach
    if square_away > farther * farther:
        return NO
    if nearer >= 0 and square_away <= nearer * nearer:
        return YES
    k = sector(dx, dy)
    if TOWARDS[k, 0] * dx + TOWARDS[k, 1] * dy - shapes.extent[s, k, 0] - reach > radius + slack:
        return NO
    ex, ey = x - shapes.extent[s, k, 1], y - shapes.extent[s, k, 2]
    near = radius - slack - reach
    if near >= 0 and ex * ex + ey * ey <= near * near:
        return YES
    if reach > 0:  # edges are looked at for single places only: the bounds of a box are near enough to go on
        return OPEN
    return _look(shapes, s, edge_chunks, x, y, radius, slack)


@leaf
def _look(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    shapes: Shapes, s: int, edge_chunks: EdgeChunks, x: float, y: float, radius: float, slack: float
) -> int:
    """Measure from one place to the edges: YES if one lies within the radius, or the place inside; else NO."""
    most, rough = radius * radius, (radius + slack) ** 2
    for c in range(shapes.first[s], shapes.first[s + 1]):
        dx, dy = x - edge_chunks.circle[c, 0], y - edge_chunks.circle[c, 1]
        away = np.sqrt(dx * dx + dy * dy)
        if away + edge_chunks.circle[c, 3] <= radius - slack:
            return YES
        if away - edge_chunks.circle[c, 2] <= radius + slack:
            for e in range(edge_chunks.first[c], edge_chunks.first[c + 1]):
                if rough_square(edge_chunks.ends, e, x, y) <= rough and square(edge_chunks.ends, e, x, y) <= most:
                    return YES
    return YES if _inside(shapes, s, edge_chunks, x, y) else NO


@leaf
def _inside(shapes: Shapes, s: int, edge_chunks: EdgeChunks, x: float, y: float) -> bool:
    """Whether a place lies in one of the polygons of a shape; it is known not to lie at a border."""
    part, odd = -1, False
    for c in range(shapes.first[s], shapes.first[s + 1]):
        if edge_chunks.part[c] != part:
            if odd:
                return True
            part = edge_chunks.part[c]
        outer = edge_chunks.circle[c, 2]
        # a ray to the right meets none of a piece that lies above, below or to the left (twice the radius: rounding)
        if part >= 0 and abs(y - edge_chunks.circle[c, 1]) <= 2 * outer and x <= edge_chunks.circle[c, 0] + 2 * outer:
            for e in range(edge_chunks.first[c], edge_chunks.first[c + 1]):
                ax, ay, bx, by = (
                    edge_chunks.ends[e, 0],
                    edge_chunks.ends[e, 1],
                    edge_chunks.ends[e, 2],
                    edge_chunks.ends[e, 3],
                )
                if (ay > y) != (by > y):
                    odd ^= ((bx - ax) * (y - ay) > (by - ay) * (x - ax)) == (by > ay)
    return odd
