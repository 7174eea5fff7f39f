"""Places gathered in small compact blocks, so that one bound speaks for many of them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
SIZE = 64  # measured with 200,000 places: 32 cost a fifth more, 128 as much


def blocks(x: FloatArray, y: FloatArray, *, size: int = SIZE) -> Iterator[IntArray]:
    """Positions of places, block by block: sorted to strips from west to east, each strip from south to north.

    Parameters
    ----------
    x, y
        Coordinates in a plane, shape (n,).
    size
        Places in a block; the last ones may hold fewer.

    Yields
    ------
    numpy.ndarray
        Positions, shape (``size``,) or less. Every position comes once.

    Notes
    -----
    Sort-tile-recursive: Leutenegger, Lopez and Edgington (1997).
    """
    strips = int(np.ceil(np.sqrt(len(x) / size)))
    for strip in np.array_split(np.argsort(x, kind="stable"), max(strips, 1)):
        ordered = strip[np.argsort(y[strip], kind="stable")]
        for low in range(0, len(ordered), size):
            yield ordered[low : low + size]
