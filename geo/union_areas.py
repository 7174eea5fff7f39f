"""Areas of unions by key 按组并集面积: what polygons of one key cover together, in bounded memory.

Polygons that may overlap make clusters, and a cluster is measured alone: so a few thousand corners at a time
are laid out as edges, and not those of all polygons at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from geo.edges import FloatArray, IntArray
from geo.metres import to_metres

LONGEST_EDGE_DEGREES = 0.005  # a parallel of that length bends by 3 mm; longer edges are cut before projecting
CORNERS_AT_ONCE = 8_192  # measured: more cost memory and save no time
ASKED_AT_ONCE = 1_024  # polygons whose neighbours are looked up together: all at once would be many pairs to hold

Shapes = NDArray[np.object_]


@dataclass(frozen=True, kw_only=True)
class _Lines:
    """Edges in metres as geo/union_kernel.py takes them, with the position of the piece that each belongs to."""

    ends: FloatArray
    turn: IntArray
    piece: IntArray


def union_areas_by_key(shapes: Shapes, key: IntArray, size: int) -> FloatArray:
    """Area that the polygons of each key cover together; what overlaps counts once.

    Parameters
    ----------
    shapes
        Shape (n,), single valid polygons, WGS-84 degrees. Edges are straight lines of longitude and latitude.
    key
        Shape (n,): 0 to size - 1, or -1 for what is left out.
    size
        Number of keys.

    Returns
    -------
    numpy.ndarray
        Shape (size,), square metres of the local equal-area plane.
    """
    found = np.zeros(size)
    chosen = np.flatnonzero(key >= 0)
    if not len(chosen):
        return found
    from geo import union_kernel  # noqa: PLC0415 - numba takes half a second to import

    cluster = _clusters(shapes[chosen], key[chosen])
    order = np.argsort(cluster, kind="stable")
    chosen, cluster = chosen[order], cluster[order]
    for low, high in _blocks(shapes[chosen], cluster):
        lines = _lines(shapes[chosen[low:high]])
        of_edge = cluster[low:high][lines.piece]
        start = np.flatnonzero(np.diff(of_edge, prepend=-1))
        area = union_kernel.union_areas(lines.ends, lines.turn, lines.piece, np.append(start, len(of_edge)))
        np.add.at(found, key[chosen[low:high]][lines.piece[start]], area)
    return found


def _clusters(shapes: Shapes, key: IntArray) -> IntArray:
    """Number of the cluster that each polygon is in: those of a key whose boxes meet, and what hangs together so.

    Boxes will do: a cluster too large is measured as well.
    """
    from scipy.sparse import coo_array  # noqa: PLC0415 - the app starts without scipy
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    tree, pairs = STRtree(shapes), []
    for low in range(0, len(shapes), ASKED_AT_ONCE):
        pair = tree.query(shapes[low : low + ASKED_AT_ONCE])
        pair[0] += low
        pairs.append(pair[:, (pair[0] < pair[1]) & (key[pair[0]] == key[pair[1]])])
    left, right = np.concatenate(pairs, axis=1)
    graph = coo_array((np.ones(len(left), dtype=np.bool_), (left, right)), shape=(len(shapes), len(shapes)))
    return np.asarray(connected_components(graph, directed=False)[1])


def _blocks(shapes: Shapes, cluster: IntArray) -> Iterator[tuple[int, int]]:
    """Runs of whole clusters of about so many corners as are worked on at once; a larger cluster runs alone."""
    first = np.flatnonzero(np.diff(cluster, prepend=-1))
    corners = np.append(0, np.cumsum(shapely.get_num_coordinates(shapes)))[first]
    at = np.flatnonzero(np.diff(corners // CORNERS_AT_ONCE, prepend=-1))
    bounds = np.append(first[at], len(shapes))
    yield from zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)


def _lines(shapes: Shapes) -> _Lines:
    """Edges of polygons in metres, lower end first; horizontal ones bound no slab and are left out."""
    holes = shapely.get_num_interior_rings(shapes).any()  # most have none, and taking rings out costs
    rings, of_ring = shapely.get_rings(shapes, return_index=True) if holes else (shapes, np.arange(len(shapes)))
    hole = np.append(False, of_ring[1:] == of_ring[:-1])
    x, y, ring = _in_metres(rings)
    start = np.flatnonzero((ring[1:] == ring[:-1]) & (y[1:] != y[:-1]))
    rises = y[start + 1] > y[start]
    # a ring that runs with its polygon on the left has it to the left of what rises, to the right of what falls
    left = (_against_the_clock(x, y, ring) != hole)[ring[start]]
    ends = np.empty((len(start), 4))
    for column, end in ((0, np.where(rises, start, start + 1)), (2, np.where(rises, start + 1, start))):
        ends[:, column], ends[:, column + 1] = x[end], y[end]
    return _Lines(ends=ends, turn=np.where(rises == left, -1, 1), piece=of_ring[ring[start]])


def _in_metres(rings: Shapes) -> tuple[FloatArray, FloatArray, IntArray]:
    """Corners of rings in the local plane, and the ring of each."""
    lon, lat, ring = _finer(*shapely.get_coordinates(rings, return_index=True))
    return *to_metres(lon, lat), ring


def _finer(corners: FloatArray, ring: IntArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Corners of rings, with more of them on the edges that are too long to be straight in the plane."""
    lon, lat = np.ascontiguousarray(corners[:, 0]), np.ascontiguousarray(corners[:, 1])
    along, up = np.diff(lon), np.diff(lat)
    long = np.flatnonzero((along * along + up * up > LONGEST_EDGE_DEGREES**2) & (ring[1:] == ring[:-1]))
    if not len(long):
        return lon, lat, ring
    parts = np.ceil(np.hypot(along[long], up[long]) / LONGEST_EDGE_DEGREES).astype(np.int64)
    fresh = np.repeat(np.arange(len(long)), parts - 1)
    share = (np.arange(len(fresh)) - np.searchsorted(fresh, fresh) + 1) / parts[fresh]
    before, of = long[fresh] + 1, long[fresh]
    return (
        np.insert(lon, before, lon[of] + along[of] * share),
        np.insert(lat, before, lat[of] + up[of] * share),
        np.insert(ring, before, ring[of]),
    )


def _against_the_clock(x: FloatArray, y: FloatArray, ring: IntArray) -> NDArray[np.bool_]:
    """Whether each closed ring runs anticlockwise, by the sign of its area (shoelace), from its first corner."""
    start = np.flatnonzero(np.append(True, ring[1:] != ring[:-1]))
    first = start[ring]
    dx, dy = x - x[first], y - y[first]
    crossed = dx[:-1] * dy[1:] - dx[1:] * dy[:-1]
    # between two rings stands a pair of corners that belongs to neither: 0, for each ring ends where it began
    return np.asarray(np.add.reduceat(np.append(crossed, 0.0), start) > 0)
