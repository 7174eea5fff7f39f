"""Compiled loops for the k nearest points and for counts of points in reach."""

import numpy as np
from numpy.typing import NDArray

from bulk.compiled import fetch, kernel, leaf
from bulk.edge_chunks import Points
from bulk.kernels_descent import DEEPEST, box, halve, roomy
from geo.edges import FloatArray

FEW_POINTS = 16  # measured: 12 to 24 are alike
FEW_SPOTS = 160  # more of them, as where points are few and spots many, are not worth sorting: divide on


@kernel
def k_nearest(points: Points, spots: Points, slack: float, where: NDArray[np.int32], metres: FloatArray) -> None:
    """Write the nearest k points of every point, by distance, then by position.

    Parameters
    ----------
    points
        The points; ``at`` says in which row to write.
    spots
        What to find, at least one; ``at`` is the position to write.
    slack
        Metres that rounding may cost a bound.
    where, metres
        Results, shape (n, k), filled with -1 and infinity before.
    """
    stack = np.empty((DEEPEST, 4), dtype=np.int64)
    lists = np.arange(len(spots.x)).astype(np.int32)
    square, least = np.empty(len(lists)), np.empty(where.shape[1])
    near = Points(np.empty(len(lists)), np.empty(len(lists)), np.empty(len(lists), dtype=np.int32))
    stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = 0, len(points.x), 0, len(lists)
    top = 1
    while top > 0:
        top -= 1
        low, high, first, last = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3]
        lists = roomy(lists, 2 * last - first)
        x, y, reach, wide = box(points, low, high)
        _squares(spots, lists[first:last], x, y, square)
        margin = (np.sqrt(_kth(square[: last - first], least)) + 2 * reach + slack) ** 2
        many = high - low > FEW_POINTS or (high - low > 1 and last - first > FEW_SPOTS)
        limit = halve(points, low, high, x if wide else y, wide) if many and top + 2 <= DEEPEST else low
        if low < limit < high:
            end = last
            for k in range(last - first):
                lists[end] = lists[first + k]
                end += square[k] <= margin
            stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3] = low, limit, last, end
            stack[top + 1, 0], stack[top + 1, 1], stack[top + 1, 2], stack[top + 1, 3] = limit, high, last, end
            top += 2
        else:
            _fetch_rows(points, low, high, where, metres)
            count = _gather(spots, lists[first:last], margin, square, near)
            _sort(square, near, count)
            for i in range(low, high):
                away = np.sqrt((points.x[i] - x) ** 2 + (points.y[i] - y) ** 2) + slack
                _rank(
                    points.x[i],
                    points.y[i],
                    away,
                    near,
                    square,
                    count,
                    metres[points.at[i]],
                    where[points.at[i]],
                )


@leaf
def _fetch_rows(points: Points, low: int, high: int, where: NDArray[np.int32], metres: FloatArray) -> None:
    """Ask for the rows of some points while what is near them is gathered: they lie anywhere in the results."""
    k = np.uint64(where.shape[1])
    for i in range(low, high):
        row = np.uint64(points.at[i]) * k
        fetch(where, row)
        fetch(metres, row)
        fetch(metres, row + k - np.uint64(1))  # a row may lie across two of the processor's lines


@leaf
def _squares(spots: Points, kept: NDArray[np.int32], x: float, y: float, square: FloatArray) -> None:
    """Squares of the distances from a place to some spots."""
    for k in range(len(kept)):
        dx, dy = x - spots.x[kept[k]], y - spots.y[kept[k]]
        square[k] = dx * dx + dy * dy


@leaf
def _kth(values: FloatArray, least: FloatArray) -> float:
    """Say the k-th least number, infinity if there are fewer; ``least`` is working space for k numbers."""
    least[:] = np.inf
    worst = np.inf
    for value in values:
        if value < worst:
            k = len(least) - 1
            while k > 0 and least[k - 1] > value:
                least[k] = least[k - 1]
                k -= 1
            least[k] = value
            worst = least[-1]
    return float(worst)


@leaf
def _gather(spots: Points, kept: NDArray[np.int32], margin: float, square: FloatArray, near: Points) -> int:
    """Copy the spots that are not too far, with their squares, to the front; say how many."""
    count = 0
    for k in range(len(kept)):
        c = kept[k]
        near.x[count], near.y[count], near.at[count] = spots.x[c], spots.y[c], spots.at[c]
        square[count] = square[k]
        count += square[k] <= margin
    return count


@leaf
def _sort(square: FloatArray, near: Points, count: int) -> None:
    """Sort the spots by distance from the box's middle: they are few, and then most points look at the first few."""
    for i in range(1, count):
        value, x, y, at = square[i], near.x[i], near.y[i], near.at[i]
        k = i
        while k > 0 and square[k - 1] > value:
            square[k], near.x[k], near.y[k], near.at[k] = square[k - 1], near.x[k - 1], near.y[k - 1], near.at[k - 1]
            k -= 1
        square[k], near.x[k], near.y[k], near.at[k] = value, x, y, at


@leaf
def _rank(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    x: float,
    y: float,
    away: float,
    near: Points,
    square: FloatArray,
    count: int,
    best: FloatArray,
    who: NDArray[np.int32],
) -> None:
    """Find the nearest k of a point ``away`` metres from the box's middle; stop when no other can be among them."""
    last = len(best) - 1
    limit = np.inf
    for j in range(count):
        if square[j] > limit:
            break
        dx, dy = x - near.x[j], y - near.y[j]
        found, at = dx * dx + dy * dy, near.at[j]
        if found < best[last] or (found == best[last] and at < who[last]):
            k = last
            while k > 0 and (best[k - 1] > found or (best[k - 1] == found and who[k - 1] > at)):
                best[k], who[k] = best[k - 1], who[k - 1]
                k -= 1
            best[k], who[k] = found, at
            limit = (np.sqrt(best[last]) + away) ** 2
    for k in range(last + 1):
        best[k] = np.sqrt(best[k])


@kernel
def count_within(points: Points, spots: Points, limits: FloatArray, counts: NDArray[np.int64]) -> None:
    """Write how many points lie within a radius of every point.

    Parameters
    ----------
    points
        The points; ``at`` says where in ``counts`` to write.
    spots
        What to count, at least one.
    limits
        Radius in metres; metres that rounding may cost a bound.
    counts
        Result, written in place.
    """
    radius, slack = limits[0], limits[1]
    stack = np.empty((DEEPEST, 5), dtype=np.int64)
    lists = np.arange(len(spots.x)).astype(np.int32)
    near = Points(np.empty(len(lists)), np.empty(len(lists)), np.empty(len(lists), dtype=np.int32))
    stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3], stack[0, 4] = 0, len(points.x), 0, len(lists), 0
    top = 1
    while top > 0:
        top -= 1
        low, high, first, last, sure = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3], stack[top, 4]
        lists = roomy(lists, 2 * last - first)
        x, y, reach, wide = box(points, low, high)
        end, held = _split(spots, lists, first, last, x, y, radius, reach + slack)
        sure += held
        limit = low
        if high - low > FEW_POINTS and end > last and top + 2 <= DEEPEST:
            limit = halve(points, low, high, x if wide else y, wide)
        if low < limit < high:
            stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3], stack[top, 4] = low, limit, last, end, sure
            top += 1
            stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3], stack[top, 4] = limit, high, last, end, sure
            top += 1
        else:
            for k in range(last, end):
                near.x[k - last], near.y[k - last] = spots.x[lists[k]], spots.y[lists[k]]
            for i in range(low, high):
                counts[points.at[i]] = sure + _in_reach(points.x[i], points.y[i], near, end - last, radius * radius)


@leaf
def _split(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    spots: Points, lists: NDArray[np.int32], first: int, last: int, x: float, y: float, radius: float, reach: float
) -> tuple[int, int]:
    """Copy behind the list those spots that a box of this reach leaves open; say their end, and how many are sure."""
    end, sure, far, inner = last, 0, (radius + reach) ** 2, radius - reach
    within = inner * inner if inner >= 0 else -1.0
    for k in range(first, last):
        c = lists[k]
        dx, dy = x - spots.x[c], y - spots.y[c]
        square = dx * dx + dy * dy
        lists[end] = c
        end += (square <= far) & (square > within)
        sure += square <= within
    return end, sure


@leaf
def _in_reach(x: float, y: float, near: Points, count: int, most: float) -> int:
    """Count without a branch, so that the processor takes several at a time."""
    found = 0
    for k in range(count):
        dx, dy = x - near.x[k], y - near.y[k]
        found += dx * dx + dy * dy <= most
    return found
