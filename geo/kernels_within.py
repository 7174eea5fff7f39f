"""Compiled loops for how many shapes lie within a radius of each point. Import it inside functions only."""

import numpy as np
from numpy.typing import NDArray

from geo.compiled import kernel, leaf
from geo.edges import FloatArray
from geo.kernels_descent import DEEPEST, box, halve, roomy, rough_square, square
from geo.kernels_fan import TOWARDS, sector
from geo.pieces import Cloud, Pieces, Shapes

FEW_POINTS = 4  # measured: 4 to 8 are alike, 16 is slower
NO, YES, OPEN = 0, 1, 2


@kernel
def within(cloud: Cloud, shapes: Shapes, pieces: Pieces, limits: FloatArray, counts: NDArray[np.int64]) -> None:
    """Write how many shapes lie within a radius of every point, each counted once.

    Parameters
    ----------
    cloud
        The points; ``at`` says where in ``counts`` to write.
    shapes, pieces
        What to count, at least one.
    limits
        Radius in metres; metres that rounding may cost a bound; the count at which to stop.
    counts
        Result, written in place.
    """
    radius, slack, most = limits[0], limits[1], limits[2]
    stack = np.empty((DEEPEST, 5), dtype=np.int64)
    lists = np.arange(len(shapes.circle)).astype(np.int32)
    stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3], stack[0, 4] = 0, len(cloud.x), 0, len(lists), 0
    top = 1
    while top > 0:
        top -= 1
        low, high, first, last, sure = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3], stack[top, 4]
        lists = roomy(lists, 2 * last - first)
        x, y, reach, wide = box(cloud, low, high)
        end = last
        for k in range(first, last):
            state = _reaches(shapes, lists[k], pieces, x, y, radius, reach, slack)
            if state == OPEN:
                lists[end] = lists[k]
                end += 1
            sure += state == YES
        limit = low
        if high - low > FEW_POINTS and end > last and sure < most and top + 2 <= DEEPEST:
            limit = halve(cloud, low, high, x if wide else y, wide)
        if low < limit < high:
            for half in range(2):
                stack[top, 0] = limit if half else low
                stack[top, 1] = high if half else limit
                stack[top, 2], stack[top, 3], stack[top, 4] = last, end, sure
                top += 1
        else:
            _count(cloud, low, high, shapes, pieces, lists[last:end], limits, sure, counts)


@leaf
def _count(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    cloud: Cloud,
    low: int,
    high: int,
    shapes: Shapes,
    pieces: Pieces,
    kept: NDArray[np.int32],
    limits: FloatArray,
    sure: int,
    counts: NDArray[np.int64],
) -> None:
    for i in range(low, high):
        found = sure
        for s in kept:
            if found >= limits[2]:
                break
            found += _reaches(shapes, s, pieces, cloud.x[i], cloud.y[i], limits[0], 0.0, limits[1]) == YES
        counts[cloud.at[i]] = found


@leaf
def _reaches(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    shapes: Shapes, s: int, pieces: Pieces, x: float, y: float, radius: float, reach: float, slack: float
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
    if TOWARDS[k, 0] * dx + TOWARDS[k, 1] * dy - shapes.fan[s, k, 0] - reach > radius + slack:
        return NO
    ex, ey = x - shapes.fan[s, k, 1], y - shapes.fan[s, k, 2]
    near = radius - slack - reach
    if near >= 0 and ex * ex + ey * ey <= near * near:
        return YES
    if reach > 0:  # edges are looked at for single places only: the bounds of a box are near enough to go on
        return OPEN
    return _look(shapes, s, pieces, x, y, radius, slack)


@leaf
def _look(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    shapes: Shapes, s: int, pieces: Pieces, x: float, y: float, radius: float, slack: float
) -> int:
    """Measure from one place to the edges: YES if one lies within the radius, or the place inside; else NO."""
    most, rough = radius * radius, (radius + slack) ** 2
    for c in range(shapes.first[s], shapes.first[s + 1]):
        dx, dy = x - pieces.circle[c, 0], y - pieces.circle[c, 1]
        away = np.sqrt(dx * dx + dy * dy)
        if away + pieces.circle[c, 3] <= radius - slack:
            return YES
        if away - pieces.circle[c, 2] <= radius + slack:
            for e in range(pieces.first[c], pieces.first[c + 1]):
                if rough_square(pieces.ends, e, x, y) <= rough and square(pieces.ends, e, x, y) <= most:
                    return YES
    return YES if _inside(shapes, s, pieces, x, y) else NO


@leaf
def _inside(shapes: Shapes, s: int, pieces: Pieces, x: float, y: float) -> bool:
    """Whether a place lies in one of the polygons of a shape; it is known not to lie at a border."""
    part, odd = -1, False
    for c in range(shapes.first[s], shapes.first[s + 1]):
        if pieces.part[c] != part:
            if odd:
                return True
            part = pieces.part[c]
        outer = pieces.circle[c, 2]
        # a ray to the right meets none of a piece that lies above, below or to the left (twice the radius: rounding)
        if part >= 0 and abs(y - pieces.circle[c, 1]) <= 2 * outer and x <= pieces.circle[c, 0] + 2 * outer:
            for e in range(pieces.first[c], pieces.first[c + 1]):
                ax, ay, bx, by = pieces.ends[e, 0], pieces.ends[e, 1], pieces.ends[e, 2], pieces.ends[e, 3]
                if (ay > y) != (by > y):
                    odd ^= ((bx - ax) * (y - ay) > (by - ay) * (x - ax)) == (by > ay)
    return odd
