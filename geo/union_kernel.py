"""Compiled sweep for the area of unions. Import it inside functions only: numba takes half a second.

A horizontal line sweeps over the edges of a cluster of polygons. Between two neighbouring heights at which
an edge starts, ends or crosses another one, the length that the polygons cover is a linear function of the
height, so that its value half-way times the height of the slab is the exact area. Nothing is decided by
topology: shared edges, duplicates and slivers need no special case, and a crossing lost to rounding costs
no more area than the rounding itself. Method: the slab form of Bentley and Ottmann (1979).
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@njit(cache=True, nogil=True)
def union_areas(edges: FloatArray, turn: IntArray, start: IntArray) -> FloatArray:
    """Area that each cluster's polygons cover together.

    Parameters
    ----------
    edges
        Shape (n, 4): x and y of the lower end, x and y of the upper end; y must differ.
    turn
        Shape (n,): 1 where the polygon lies to the right of its edge, -1 where to the left.
    start
        Shape (clusters + 1,): where each cluster's edges start.

    Returns
    -------
    numpy.ndarray
        Shape (clusters,), in the square of the coordinates' unit.
    """
    areas = np.zeros(len(start) - 1)
    for at in range(len(areas)):
        first, end = start[at], start[at + 1]
        if first < end:
            areas[at] = _cluster(edges[first:end], turn[first:end])
    return areas


@njit(cache=True, nogil=True)
def _cluster(edges: FloatArray, turn: IntArray) -> float:
    levels = np.unique(np.concatenate((edges[:, 1], edges[:, 3])))
    by_start = np.argsort(edges[:, 1])
    active = np.empty(len(edges), dtype=np.int64)
    low, high = np.empty(len(edges)), np.empty(len(edges))
    area, count, waiting = 0.0, 0, 0
    for at in range(len(levels) - 1):
        bottom, top = levels[at], levels[at + 1]
        count = _kept(active, count, edges, bottom)
        for place in range(count):
            low[active[place]] = high[active[place]]
        while waiting < len(edges) and edges[by_start[waiting], 1] <= bottom:
            active[count] = by_start[waiting]
            low[by_start[waiting]] = edges[by_start[waiting], 0]
            waiting, count = waiting + 1, count + 1
        for place in range(count):
            high[active[place]] = _x_at(edges, active[place], top)
        _sort(active, count, low)
        area += (top - bottom) * _mean_length(active[:count], turn, low, high)
    return area


@njit(cache=True, nogil=True)
def _kept(active: IntArray, count: int, edges: FloatArray, bottom: float) -> int:
    """Let the edges go that end at this height; the others close up in their order."""
    kept = 0
    for place in range(count):
        if edges[active[place], 3] > bottom:
            active[kept] = active[place]
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def _x_at(edges: FloatArray, at: int, y: float) -> float:
    """Where an edge is at a height that it reaches."""
    if y >= edges[at, 3]:
        return float(edges[at, 2])
    share = (y - edges[at, 1]) / (edges[at, 3] - edges[at, 1])
    return float(edges[at, 0] + share * (edges[at, 2] - edges[at, 0]))


@njit(cache=True, nogil=True)
def _sort(order: IntArray, count: int, key: FloatArray) -> None:
    """Sort by insertion: from slab to slab the order hardly changes."""
    for place in range(1, count):
        moved, hole = order[place], place
        while hole > 0 and key[order[hole - 1]] > key[moved]:
            order[hole] = order[hole - 1]
            hole -= 1
        order[hole] = moved


@njit(cache=True, nogil=True)
def _mean_length(active: IntArray, turn: IntArray, low: FloatArray, high: FloatArray) -> float:
    """Covered length, averaged over the height of a slab in which no edge starts or ends."""
    if _in_order(active, high):
        return (_covered(active, turn, low) + _covered(active, turn, high)) / 2
    cuts = _crossings(active, low, high)
    middle = np.empty(len(low))
    length = 0.0
    for at in range(len(cuts) - 1):
        share = (cuts[at] + cuts[at + 1]) / 2
        for place in range(len(active)):
            edge = active[place]
            middle[edge] = low[edge] + share * (high[edge] - low[edge])
        _sort(active, len(active), middle)
        length += (cuts[at + 1] - cuts[at]) * _covered(active, turn, middle)
    return length


@njit(cache=True, nogil=True)
def _in_order(order: IntArray, key: FloatArray) -> bool:
    place = 1
    while place < len(order) and key[order[place - 1]] <= key[order[place]]:
        place += 1
    return place >= len(order)


@njit(cache=True, nogil=True)
def _crossings(active: IntArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Shares of a slab's height at which two edges cross, ascending, with 0 and 1 at the ends."""
    order, count = active.copy(), 2
    cuts = np.zeros(16)
    cuts[1] = 1.0
    for place in range(1, len(order)):
        moved, hole = order[place], place
        while hole > 0 and high[order[hole - 1]] > high[moved]:
            other = order[hole - 1]
            gap = low[moved] - low[other]  # at least 0, for the edges come in the order of the bottom
            if count == len(cuts):
                cuts = np.concatenate((cuts, cuts))
            cuts[count] = gap / (gap + high[other] - high[moved])
            order[hole] = other
            hole, count = hole - 1, count + 1
        order[hole] = moved
    return np.sort(cuts[:count])


@njit(cache=True, nogil=True)
def _covered(order: IntArray, turn: IntArray, x: FloatArray) -> float:
    """Length of the line that lies in at least one polygon, the edges being in the order of x."""
    length, depth = 0.0, 0
    for place in range(len(order)):
        if depth > 0:
            length += x[order[place]] - x[order[place - 1]]
        depth += turn[order[place]]
    return length
