"""Compiled: how far each shape reaches in 32 directions, which bounds a distance to a few metres without an edge.

From a place that lies in direction ``u`` of a shape's centre, the shape is at least as far as its farthest extent
along the nearest of the directions leaves, and at most as far as the corner that reaches so far. Import it inside
functions only.
"""

import numpy as np
from numpy.typing import NDArray

from geo.compiled import kernel, leaf
from geo.edges import FloatArray
from geo.pieces import Shapes

PER_OCTANT = 4  # 32 directions: the nearest one is at most 7 degrees off, which costs a bound less than 0.8 %
DIRECTIONS = 8 * PER_OCTANT


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
def fans(ends: FloatArray, first: NDArray[np.int32], shapes: Shapes) -> FloatArray:
    """Extent of every shape along every direction, and the corner that reaches so far.

    Parameters
    ----------
    ends
        Edges, shape (n, 4), ordered by piece.
    first
        First edge of each piece, shape (m + 1,).
    shapes
        Their pieces and centres.

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
