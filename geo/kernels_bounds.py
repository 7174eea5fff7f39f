"""Compiled loops for counts and distances at the worst, as drawn and at the best. Import it inside functions only.

Every spot has an accuracy of its own: all three answers are found in one descent, however many different accuracies
there are.
"""

import numpy as np
from numpy.typing import NDArray

from geo.compiled import kernel, leaf
from geo.edges import FloatArray
from geo.kernels_descent import DEEPEST, box, halve, roomy
from geo.pieces import Cloud

FEW_POINTS = 16  # as geo/kernels_points.py


@kernel
def count_bounds(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    cloud: Cloud, accuracy: FloatArray, spots: Cloud, vague: FloatArray, limits: FloatArray, counts: NDArray[np.int64]
) -> None:
    """Write how many spots lie within a radius of every point: surely, as drawn, possibly.

    Parameters
    ----------
    cloud
        The points; ``at`` says in which row of ``counts`` to write.
    accuracy
        Metres, for each row of ``counts``.
    spots
        What to count, at least one.
    vague
        Accuracy of every spot, metres, in the order of ``spots``.
    limits
        Radius in metres; metres that rounding may cost a bound.
    counts
        Result, shape (n, 3), written in place.
    """
    radius, slack = limits[0], limits[1]
    stack = np.empty((DEEPEST, 5), dtype=np.int64)
    lists = np.arange(len(spots.x)).astype(np.int32)
    near_x, near_y, near_vague = np.empty(len(lists)), np.empty(len(lists)), np.empty(len(lists))
    stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3], stack[0, 4] = 0, len(cloud.x), 0, len(lists), 0
    top = 1
    while top > 0:
        top -= 1
        low, high, first, last, sure = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3], stack[top, 4]
        lists = roomy(lists, 2 * last - first)
        x, y, reach, wide = box(cloud, low, high)
        away = reach + slack + _vaguest(cloud, accuracy, low, high)
        end, held = _split(spots, vague, lists, first, last, x, y, radius, away)
        sure += held
        limit = low
        if high - low > FEW_POINTS and end > last and top + 2 <= DEEPEST:
            limit = halve(cloud, low, high, x if wide else y, wide)
        if low < limit < high:
            stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3], stack[top, 4] = low, limit, last, end, sure
            top += 1
            stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3], stack[top, 4] = limit, high, last, end, sure
            top += 1
        else:
            for k in range(last, end):
                spot = lists[k]
                near_x[k - last], near_y[k - last], near_vague[k - last] = spots.x[spot], spots.y[spot], vague[spot]
            for i in range(low, high):
                row, open_spots = cloud.at[i], end - last
                found = _in_reach(cloud.x[i], cloud.y[i], accuracy[row], near_x, near_y, near_vague, open_spots, radius)
                counts[row, 0], counts[row, 1], counts[row, 2] = sure + found[0], sure + found[1], sure + found[2]


@kernel
def least_bounds(cloud: Cloud, spots: Cloud, vague: FloatArray, slack: float, least: FloatArray) -> None:
    """Write the least of distance + accuracy, of distance and of distance - accuracy over all spots.

    Parameters
    ----------
    cloud
        The points; ``at`` says in which row of ``least`` to write.
    spots, vague
        As above.
    slack
        Metres that rounding may cost a bound.
    least
        Result in metres, shape (n, 3), written in place.
    """
    stack = np.empty((DEEPEST, 4), dtype=np.int64)
    lists = np.arange(len(spots.x)).astype(np.int32)
    stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = 0, len(cloud.x), 0, len(lists)
    top = 1
    while top > 0:
        top -= 1
        low, high, first, last = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3]
        lists = roomy(lists, 2 * last - first)
        x, y, reach, wide = box(cloud, low, high)
        end = _kept(spots, vague, lists, first, last, x, y, 2 * reach + slack)
        limit = low
        if high - low > FEW_POINTS and top + 2 <= DEEPEST:
            limit = halve(cloud, low, high, x if wide else y, wide)
        if low < limit < high:
            stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3] = low, limit, last, end
            stack[top + 1, 0], stack[top + 1, 1], stack[top + 1, 2], stack[top + 1, 3] = limit, high, last, end
            top += 2
        else:
            for i in range(low, high):
                row = cloud.at[i]
                least[row, 0], least[row, 1], least[row, 2] = _least(
                    spots, vague, lists, last, end, cloud.x[i], cloud.y[i]
                )


@leaf
def _kept(  # noqa: PLR0913, PLR0917 - as above
    spots: Cloud, vague: FloatArray, lists: NDArray[np.int32], first: int, last: int, x: float, y: float, margin: float
) -> int:
    """Copy behind the list those spots that may be nearest in any of the three ways for some point of a box."""
    worst, best, possible = _least(spots, vague, lists, first, last, x, y)
    end = last
    for k in range(first, last):
        c = lists[k]
        metres = np.sqrt((x - spots.x[c]) ** 2 + (y - spots.y[c]) ** 2)
        lists[end] = c
        end += (
            (metres + vague[c] <= worst + margin) | (metres <= best + margin) | (metres - vague[c] <= possible + margin)
        )
    return end


@leaf
def _least(  # noqa: PLR0913, PLR0917 - as above
    spots: Cloud, vague: FloatArray, lists: NDArray[np.int32], first: int, last: int, x: float, y: float
) -> tuple[float, float, float]:
    """The three least distances from one place."""
    worst = best = possible = np.inf
    for k in range(first, last):
        c = lists[k]
        metres = np.sqrt((x - spots.x[c]) ** 2 + (y - spots.y[c]) ** 2)
        worst, best = min(worst, metres + vague[c]), min(best, metres)
        possible = min(possible, metres - vague[c])
    return worst, best, possible


@leaf
def _vaguest(cloud: Cloud, accuracy: FloatArray, low: int, high: int) -> float:
    """Largest accuracy of some points, metres."""
    largest = 0.0
    for i in range(low, high):
        largest = max(largest, accuracy[cloud.at[i]])
    return largest


@leaf
def _split(  # noqa: PLR0913, PLR0917 - as above
    spots: Cloud, vague: FloatArray, lists: NDArray[np.int32], first: int, last: int, x: float, y: float,
    radius: float, away: float,
) -> tuple[int, int]:  # fmt: skip
    """Copy behind the list those spots that a box leaves open; say their end, and how many are in reach at the worst.

    ``away``: how far from the middle of the box the true place of one of its points may lie.
    """
    end, sure = last, 0
    for k in range(first, last):
        c = lists[k]
        dx, dy = x - spots.x[c], y - spots.y[c]
        square, far, inner = dx * dx + dy * dy, radius + away + vague[c], radius - away - vague[c]
        within = inner * inner if inner >= 0 else -1.0
        lists[end] = c
        end += (square <= far * far) & (square > within)
        sure += square <= within
    return end, sure


@leaf
def _in_reach(  # noqa: PLR0913, PLR0917 - as above
    x: float, y: float, accuracy: float, near_x: FloatArray, near_y: FloatArray, near_vague: FloatArray, count: int,
    radius: float,
) -> tuple[int, int, int]:  # fmt: skip
    """Count without a branch, so that the processor takes several at a time."""
    sure = best = possible = 0
    most = radius * radius
    for k in range(count):
        dx, dy = x - near_x[k], y - near_y[k]
        square, loose = dx * dx + dy * dy, accuracy + near_vague[k]
        worst, largest = radius - loose, radius + loose
        sure += (worst >= 0) & (square <= worst * worst)
        best += square <= most
        possible += square <= largest * largest
    return sure, best, possible
