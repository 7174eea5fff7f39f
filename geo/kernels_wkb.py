"""Compiled loops over columns of points as files keep them. Import it inside functions only."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.compiled import kernel
from geo.edges import FloatArray

LITTLE_ENDIAN, POINT = 1, 1


@kernel
def unpack(offsets: NDArray[np.int32], rows: NDArray[Any], x: FloatArray, y: FloatArray) -> bool:
    """Write the coordinates of points in WKB; say whether all of them are plain little-endian points.

    Parameters
    ----------
    offsets
        Where each one's bytes begin and the last one's end, shape (n + 1,).
    rows
        The bytes, shape (n,), with fields ``order``, ``kind``, ``x``, ``y``.
    x, y
        Results, shape (n,); worth something only if the answer is True.
    """
    plain = True
    for i in range(len(rows)):
        plain &= offsets[i + 1] - offsets[i] == rows.itemsize
    for i in range(len(rows)):
        plain &= (rows[i].order == LITTLE_ENDIAN) & (rows[i].kind == POINT)
        x[i], y[i] = rows[i].x, rows[i].y
    return plain


@kernel
def all_within(lon: FloatArray, lat: FloatArray, most_lon: float, most_lat: float) -> bool:
    """Say whether no coordinate is farther from zero than allowed; what is NaN is not.

    Parameters
    ----------
    lon, lat
        Shape (n,).
    most_lon, most_lat
        Limits, which are allowed themselves.
    """
    beyond = False
    for i in range(len(lon)):
        beyond |= (abs(lon[i]) > most_lon) | (abs(lat[i]) > most_lat)
    return not beyond
