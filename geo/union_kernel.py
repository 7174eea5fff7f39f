"""Compiled sweep for the area of unions. Import it inside functions only: numba takes half a second.

A horizontal line sweeps over the edges of a cluster of polygons. Between two neighbouring heights at which
an edge starts, ends or crosses another one, the length that the polygons cover is a linear function of the
height, so that its value half-way times the height of the slab is the exact area. Nothing is decided by
topology: shared edges, duplicates and slivers need no special case, and a crossing lost to rounding costs
no more area than the rounding itself. Method: the slab form of Bentley and Ottmann (1979).
"""

import numpy as np
from numpy.typing import NDArray

from geo.compiled import kernel, leaf

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


MANY_EDGES = 1_200  # measured: beyond, a line meets so many edges that columns swept one by one are faster
PER_COLUMN = 800


@kernel
def union_areas(edges: FloatArray, turn: IntArray, piece: IntArray, start: IntArray) -> FloatArray:
    """Area that each cluster's polygons cover together.

    Parameters
    ----------
    edges
        Shape (n, 4): x and y of the lower end, x and y of the upper end; y must differ.
    turn
        Shape (n,): 1 where the polygon lies to the right of its edge, -1 where to the left.
    piece
        Shape (n,): the polygon of each edge.
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
            alone = (piece[first:end] == piece[first]).all()
            own, side = edges[first:end], turn[first:end]
            if alone:
                areas[at] = _alone(own, side)
            elif end - first <= MANY_EDGES:
                areas[at] = _cluster(own, side)
            else:
                areas[at] = _large(own, side, piece[first:end])
    return areas


@leaf
def _alone(edges: FloatArray, turn: IntArray) -> float:
    """Area of one polygon: what lies between its edges and a line through the first, left and right of it."""
    area, x = 0.0, edges[0, 0]
    for at in range(len(edges)):
        area -= turn[at] * ((edges[at, 0] - x) + (edges[at, 2] - x)) / 2 * (edges[at, 3] - edges[at, 1])
    return area


@kernel
def _large(edges: FloatArray, turn: IntArray, piece: IntArray) -> float:
    """Area of a large cluster: the sum over upright columns, in each of which every edge is pressed into the column."""
    start = np.append(np.flatnonzero(np.append(True, piece[1:] != piece[:-1])), len(piece))
    west, east = np.empty(len(start) - 1), np.empty(len(start) - 1)
    for at in range(len(west)):
        own = edges[start[at] : start[at + 1]]
        west[at] = min(own[:, 0].min(), own[:, 2].min())
        east[at] = max(own[:, 0].max(), own[:, 2].max())
    border = np.sort(edges[:, 0])[::PER_COLUMN].copy()
    border[0] = west.min()
    border = np.append(border, east.max())
    area = 0.0
    for column in range(len(border) - 1):
        left, right, count = border[column], border[column + 1], 0
        met = np.flatnonzero((west < right) & (east > left))
        room = 3 * int((start[met + 1] - start[met]).sum())
        pressed, side = np.empty((room, 4)), np.empty(room, dtype=np.int64)
        for each in met:
            for edge in range(start[each], start[each + 1]):
                count = _press(edges[edge], turn[edge], left, right, pressed, side, count)
        if count:
            area += _cluster(pressed[:count], side[:count])
    return area


@leaf
def _press(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    edge: FloatArray, turn: int, left: float, right: float, pressed: FloatArray, side: IntArray, count: int
) -> int:
    """Append an edge with all its x moved into a column: up to three parts. Say how many there are now."""
    first, second = (left, right) if edge[0] < edge[2] else (right, left)
    x, y = edge[0], edge[1]
    for part in range(3):
        to_x, to_y = edge[2], edge[3]
        if part < 2:  # noqa: PLR2004 - up to where the edge meets the borders, lower one first
            border = first if part == 0 else second
            if not (min(x, edge[2]) < border < max(x, edge[2])):
                continue
            share = (border - edge[0]) / (edge[2] - edge[0])
            to_x, to_y = border, min(max(edge[1] + share * (edge[3] - edge[1]), y), edge[3])
        low, high = min(max(x, left), right), min(max(to_x, left), right)
        if to_y > y:
            before = count - 1
            upright = low == high and before >= 0 and side[before] == turn
            upright = upright and pressed[before, 0] == low and pressed[before, 2] == low
            if upright and pressed[before, 3] == y:  # one upright edge instead of many, up a ring or down it
                pressed[before, 3] = to_y
            elif upright and pressed[before, 1] == to_y:
                pressed[before, 1] = y
            else:
                pressed[count, 0], pressed[count, 1], pressed[count, 2], pressed[count, 3] = low, y, high, to_y
                side[count] = turn
                count += 1
        x, y = to_x, to_y
    return count


@kernel
def _cluster(edges: FloatArray, turn: IntArray) -> float:
    levels = np.unique(np.concatenate((edges[:, 1], edges[:, 3])))
    by_start = np.argsort(edges[:, 1])
    active = np.empty(len(edges), dtype=np.int64)
    low, high = np.empty(len(edges)), np.empty(len(edges))
    room = np.empty((2, len(edges)))
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
        _sort(active[:count], low)
        area += (top - bottom) * _mean_length(active[:count], turn, low, high, room)
    return area


@leaf
def _kept(active: IntArray, count: int, edges: FloatArray, bottom: float) -> int:
    """Let the edges go that end at this height; the others close up in their order."""
    kept = 0
    for place in range(count):
        if edges[active[place], 3] > bottom:
            active[kept] = active[place]
            kept += 1
    return kept


@leaf
def _x_at(edges: FloatArray, at: int, y: float) -> float:
    """Where an edge is at a height that it reaches."""
    if y >= edges[at, 3]:
        return float(edges[at, 2])
    share = (y - edges[at, 1]) / (edges[at, 3] - edges[at, 1])
    return float(edges[at, 0] + share * (edges[at, 2] - edges[at, 0]))


@leaf
def _sort(order: IntArray, key: FloatArray) -> None:
    """Sort by insertion: from slab to slab the order hardly changes."""
    for place in range(1, len(order)):
        moved, hole = order[place], place
        while hole > 0 and key[order[hole - 1]] > key[moved]:
            order[hole] = order[hole - 1]
            hole -= 1
        order[hole] = moved


@kernel
def _mean_length(active: IntArray, turn: IntArray, low: FloatArray, high: FloatArray, room: FloatArray) -> float:
    """Covered length, averaged over the height of a slab in which no edge starts or ends."""
    if _in_order(active, high):
        return _covered(active, turn, low, high, 0)
    # edges that cross stand together: what is left or right of such a group at the bottom is so at the top, too
    middle, beyond = room
    least = np.inf
    for place in range(len(active) - 1, -1, -1):
        beyond[place] = least
        least = min(least, high[active[place]])
    length, reach, depth, start = 0.0, -np.inf, 0, 0
    for place in range(len(active)):
        reach = max(reach, high[active[place]])
        if reach <= beyond[place]:
            group = active[start : place + 1]
            if len(group) == 1:
                length += _covered(group, turn, low, high, depth)
            else:
                length += _crossed(group, turn, low, high, depth, middle)
            for edge in group:
                depth += turn[edge]
            start = place + 1
    return length


@leaf
def _in_order(order: IntArray, key: FloatArray) -> bool:
    place = 1
    while place < len(order) and key[order[place - 1]] <= key[order[place]]:
        place += 1
    return place >= len(order)


@kernel
def _crossed(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    group: IntArray, turn: IntArray, low: FloatArray, high: FloatArray, depth: int, middle: FloatArray
) -> float:
    """The same for edges that cross one another, slice by slice between their crossings; brings them in order."""
    cuts = _crossings(group, low, high)
    length = 0.0
    for at in range(len(cuts) - 1):
        share = (cuts[at] + cuts[at + 1]) / 2
        for edge in group:
            middle[edge] = low[edge] + share * (high[edge] - low[edge])
        _sort(group, middle)
        length += (cuts[at + 1] - cuts[at]) * _covered(group, turn, middle, middle, depth)
    return length


@kernel
def _crossings(group: IntArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Shares of a slab's height at which two edges cross, ascending, with 0 and 1 at the ends."""
    order, count = group.copy(), 1
    cuts = np.empty(len(order) + 4)
    cuts[0] = 0.0
    for place in range(1, len(order)):
        moved, hole = order[place], place
        while hole > 0 and high[order[hole - 1]] > high[moved]:
            other = order[hole - 1]
            gap = low[moved] - low[other]  # at least 0, for the edges come in the order of the bottom
            if count + 1 == len(cuts):
                cuts = np.concatenate((cuts, cuts))
            cuts[count] = gap / (gap + high[other] - high[moved])
            order[hole] = other
            hole, count = hole - 1, count + 1
        order[hole] = moved
    cuts[1:count].sort()
    cuts[count] = 1.0
    return cuts[: count + 1]


@leaf
def _covered(order: IntArray, turn: IntArray, low: FloatArray, high: FloatArray, depth: int) -> float:
    """Length that lies in at least one polygon, the mean of two heights between which edges keep their order.

    ``depth``: how many polygons hold what lies left of the edges. Adds up signed x, positive where the last polygon
    ends and negative where a first one starts: the edges' share of the length, whatever stands left and right of them.
    """
    twice = 0.0
    for edge in order:
        after = depth + turn[edge]
        twice += (int(depth > 0) - int(after > 0)) * (low[edge] + high[edge])
        depth = after
    return twice / 2
