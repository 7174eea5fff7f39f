"""Longitude and latitude to metres of the local plane, for arrays of millions.

The closed form of the projection that ``geo.crs.LOCAL`` names: Lambert azimuthal equal-area, oblique, on the
ellipsoid. It gives what pyproj gives within a micrometre and is about twice as fast, because it does nothing
else. Source: J. P. Snyder (1987), Map Projections: A Working Manual, USGS PP 1395, pp. 187-190, eq. 3-12, 3-11,
24-17 to 24-22.
"""

import math

import numpy as np

from geo.edges import FloatArray
from geo.errors import ParameterError

LON_0, LAT_0 = 121.5, 31.2  # of geo.crs.LOCAL; a test holds both together
A = 6_378_137.0  # WGS 84, metres
E2 = (2 - 1 / 298.257223563) / 298.257223563
BLOCK = 32_768  # points at a time: what is worked on stays in the processor's cache


def _q(sine: FloatArray) -> FloatArray:
    """Snyder's q (3-12); atanh(e sin)/e as a series, its first left-out term below 1e-16."""
    s = sine * sine * E2
    series = 1 + s * (1 / 3 + s * (1 / 5 + s * (1 / 7 + s * (1 / 9 + s * (1 / 11 + s / 13)))))
    return np.asarray((1 - E2) * sine * (1 / (1 - s) + series))


def _constants() -> tuple[float, float, float, float, float]:
    """Give q at the pole, sine and cosine of the centre's authalic latitude, radius, and D."""
    pole, centre = (float(_q(np.asarray(math.sin(math.radians(lat))))) for lat in (90.0, LAT_0))
    sine = centre / pole
    cosine = math.sqrt(1 - sine * sine)
    radius = A * math.sqrt(pole / 2)
    lat = math.radians(LAT_0)
    stretch = A * math.cos(lat) / (math.sqrt(1 - E2 * math.sin(lat) ** 2) * radius * cosine)
    return pole, sine, cosine, radius, stretch


Q_POLE, SINE_1, COSINE_1, RADIUS, STRETCH = _constants()


def planar(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Two arrays of coordinates as they are worked with: float64, contiguous, equally long.

    Parameters
    ----------
    x, y
        Numbers, shape (n,).

    Raises
    ------
    ParameterError
        If they are not one-dimensional or not equally long.
    """
    east, north = (np.ascontiguousarray(each, dtype=np.float64) for each in (x, y))
    if east.ndim != 1 or east.shape != north.shape:
        msg = "x and y must be arrays of one dimension and the same length"
        raise ParameterError(msg, code="parameter", where=f"x {east.shape}, y {north.shape}")
    return east, north


def to_metres(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """WGS-84 degrees to metres in the plane of ``geo.crs.LOCAL``.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,). NaN stays NaN.

    Returns
    -------
    x, y
        Metres east and north of 31.2N 121.5E, shape (n,), same order.

    Raises
    ------
    ParameterError
        If lon and lat differ in shape.

    Examples
    --------
    >>> x, y = to_metres(np.array([121.5]), np.array([31.2]))
    >>> bool(abs(x[0]) < 1e-6 and abs(y[0]) < 1e-6)
    True
    """
    east, north = planar(lon, lat)
    x, y = np.empty_like(east), np.empty_like(north)
    for low in range(0, len(east), BLOCK):
        block = slice(low, low + BLOCK)
        away = np.radians(east[block] - LON_0)
        sine = _q(np.sin(np.radians(north[block]))) / Q_POLE
        cosine = np.sqrt(np.maximum(1 - sine * sine, 0))
        ahead = cosine * np.cos(away)
        scale = RADIUS * np.sqrt(2 / (1 + SINE_1 * sine + COSINE_1 * ahead))
        x[block] = scale * STRETCH * cosine * np.sin(away)
        y[block] = scale / STRETCH * (COSINE_1 * sine - SINE_1 * ahead)
    return x, y
