"""Shapes cut into short pieces with circles round them: what the distance kernels read.

A circle bounds a distance from both sides without looking at an edge: from a place ``D`` metres away from
the circle's centre, the shape is at least ``D - outer`` and at most ``D + inner`` metres away.

How far a shape reaches in 32 directions bounds its distance to a few metres: from a place that lies in direction ``u``
of its centre, it is at least as far as its farthest extent along the nearest of the directions leaves, and at most as
far as the corner that reaches so far.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from bulk.compiled import kernel, leaf
from geo.edges import Edges, FloatArray, IntArray

EDGES_PER_PIECE = 8
PER_OCTANT = 4  # 32 directions: the nearest one is at most 7 degrees off, which costs a bound less than 0.8 %
DIRECTIONS = 8 * PER_OCTANT
BLOCK = 1_048_576  # points at a time: working memory stays near 40 MB however many there are
ROUNDING = 1e-12  # of the largest coordinate: more than sums and roots of doubles lose


class EdgeChunks(NamedTuple):
    """Up to eight edges of one ring or line that follow each other, for every piece; ordered by shape.

    ``ends`` (n, 4): edges, the lesser end first, so that a shared edge is the same number in both shapes.
    ``first`` (m + 1,): first edge of each piece. ``circle`` (m, 4): x, y, outer, inner. ``owner`` (m,):
    position of the geometry. ``part`` (m,): number of the polygon whose border this is, -1 if it is none.
    """

    ends: FloatArray
    first: NDArray[np.int32]
    circle: FloatArray
    owner: NDArray[np.int32]
    part: NDArray[np.int32]


class Shapes(NamedTuple):
    """Whole geometries.

    ``first`` (g + 1,): first chunk of each. ``circle`` (g, 4), as for chunks. ``extent`` (g, 32, 3): how far each
    reaches in 32 directions, see `directional_extents`.
    """

    first: NDArray[np.int32]
    circle: FloatArray
    extent: FloatArray


class Points(NamedTuple):
    """Points that a kernel moves about: coordinates, and the place ``at`` which each had at first."""

    x: FloatArray
    y: FloatArray
    at: NDArray[np.int32]


def edge_chunks(lines: Edges) -> EdgeChunks:
    """Cut edges into pieces.

    Parameters
    ----------
    lines
        Edges in a plane in metres.

    Returns
    -------
    EdgeChunks
        In the order of the edges.
    """
    ends = np.where(_swapped(lines.ends)[:, None], lines.ends[:, [2, 3, 0, 1]], lines.ends)
    fresh = _changes(lines.piece)
    start = np.flatnonzero(fresh)
    within = np.arange(len(ends)) - np.repeat(start, np.diff(np.append(start, len(ends))))
    first = np.flatnonzero(within % EDGES_PER_PIECE == 0)
    part = lines.part[lines.piece[first]]
    return EdgeChunks(
        ends=np.ascontiguousarray(ends),
        first=np.append(first, len(ends)).astype(np.int32),
        circle=_circles(ends, first),
        owner=lines.owner[part].astype(np.int32),
        part=np.where(lines.areal[part], part, -1).astype(np.int32),
    )


def shapes(cut: EdgeChunks, geometries: NDArray[np.object_]) -> Shapes:
    """Gather the pieces of each geometry, empty geometries left out.

    Parameters
    ----------
    cut
        Chunks of the geometries.
    geometries
        The geometries, shape (n,).

    Returns
    -------
    Shapes
        In the geometries' order.
    """
    first = np.flatnonzero(_changes(cut.owner.astype(np.int64)))
    circle = _circles(cut.ends, cut.first[first].astype(np.int64))
    if len(first):
        # the true distance, 0 where the centre lies inside: nearer than the border alone
        centres = shapely.points(circle[:, 0], circle[:, 1])
        circle[:, 3] = shapely.distance(np.asarray(geometries, dtype=object)[cut.owner[first]], centres)
    bare = Shapes(np.append(first, len(cut.owner)).astype(np.int32), circle, np.zeros((0, 0, 0)))
    return bare._replace(extent=directional_extents(cut.ends, cut.first, bare))


def finite_points(x: FloatArray, y: FloatArray, wanted: NDArray[np.bool_]) -> Points:
    """Copy the wanted points that have coordinates.

    Parameters
    ----------
    x, y
        Metres, shape (n,).
    wanted
        Shape (n,).
    """
    at = np.flatnonzero(wanted & np.isfinite(x) & np.isfinite(y)).astype(np.int32)
    return Points(x[at], y[at], at)


def blocks(count: int) -> Iterator[slice]:
    """Slices of at most BLOCK points that cover ``count`` of them.

    Parameters
    ----------
    count
        How many points there are.
    """
    for low in range(0, count, BLOCK):
        yield slice(low, min(low + BLOCK, count))


def slack(points: Points, *others: FloatArray) -> float:
    """Metres by which rounding may spoil a bound between points and others.

    Parameters
    ----------
    points
        The points.
    others
        Coordinates in the same plane, any shape.
    """
    sizes = (points.x, points.y, *others)
    return ROUNDING * max(max(abs(float(each.min(initial=0))), abs(float(each.max(initial=0)))) for each in sizes)


def _swapped(ends: FloatArray) -> NDArray[np.bool_]:
    ax, ay, bx, by = ends.T
    return np.asarray((ax > bx) | ((ax == bx) & (ay > by)))


def _changes(values: IntArray) -> NDArray[np.bool_]:
    fresh = np.ones(len(values), dtype=np.bool_)
    fresh[1:] = values[1:] != values[:-1]
    return fresh


def _circles(ends: FloatArray, first: IntArray) -> FloatArray:
    """Circle round each run of edges: middle of its box, farthest corner, nearest point of any edge."""
    if not len(first):
        return np.zeros((0, 4))
    low = np.minimum(np.minimum.reduceat(ends[:, :2], first), np.minimum.reduceat(ends[:, 2:], first))
    high = np.maximum(np.maximum.reduceat(ends[:, :2], first), np.maximum.reduceat(ends[:, 2:], first))
    centre = low / 2 + high / 2
    at = np.repeat(centre, np.diff(np.append(first, len(ends))), axis=0)
    outer = np.maximum(np.hypot(*(ends[:, :2] - at).T), np.hypot(*(ends[:, 2:] - at).T))
    along = ends[:, 2:] - ends[:, :2]
    square = (along**2).sum(axis=1)
    share = np.divide(((at - ends[:, :2]) * along).sum(axis=1), square, out=np.zeros_like(square), where=square > 0)
    foot = ends[:, :2] + np.clip(share, 0, 1)[:, None] * along
    inner = np.hypot(*(foot - at).T)
    return np.column_stack([centre, np.maximum.reduceat(outer, first), np.minimum.reduceat(inner, first)])


def _directions() -> FloatArray:
    """Unit vectors, shape (DIRECTIONS, 2): the middle of every sector, in the order of `sector`."""
    steps = np.arctan(np.arange(PER_OCTANT + 1) / PER_OCTANT)
    middle = (steps[1:] + steps[:-1]) / 2
    found = []
    for octant in range(8):
        long, short = np.cos(middle), np.sin(middle)
        x, y = (short, long) if octant & 4 else (long, short)
        found.append(np.column_stack([-x if octant & 1 else x, -y if octant & 2 else y]))
    return np.vstack(found)


TOWARDS = _directions()


@leaf
def sector(x: float, y: float) -> int:
    """Number of the direction that a vector is nearest to; any for none.

    Parameters
    ----------
    x, y
        The vector.
    """
    across, along = abs(x), abs(y)
    steep = along > across
    long, short = (along, across) if steep else (across, along)
    step = min(int(short / long * PER_OCTANT), PER_OCTANT - 1) if long > 0 else 0
    return ((x < 0) + 2 * (y < 0) + 4 * steep) * PER_OCTANT + step


@kernel
def directional_extents(ends: FloatArray, first: NDArray[np.int32], shapes: Shapes) -> FloatArray:
    """Extent of every shape along every direction, and the corner that reaches so far.

    Parameters
    ----------
    ends
        Edges, shape (n, 4), ordered by piece.
    first
        First edge of each piece, shape (m + 1,).
    shapes
        Their chunks and centres.

    Returns
    -------
    numpy.ndarray
        Shape (g, DIRECTIONS, 3): metres from the centre, x and y of the corner.
    """
    found = np.full((len(shapes.circle), DIRECTIONS, 3), -np.inf)
    for s in range(len(found)):
        for e in range(first[shapes.first[s]], first[shapes.first[s + 1]]):
            for end in range(2):
                x, y = ends[e, 2 * end], ends[e, 2 * end + 1]
                dx, dy = x - shapes.circle[s, 0], y - shapes.circle[s, 1]
                for k in range(DIRECTIONS):
                    extent = TOWARDS[k, 0] * dx + TOWARDS[k, 1] * dy
                    if extent > found[s, k, 0]:
                        found[s, k, 0], found[s, k, 1], found[s, k, 2] = extent, x, y
    return found
