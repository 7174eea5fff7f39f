"""GCJ-02 and BD-09, the shifted datums of mainland street maps, to WGS-84 and back.

The regulator never published the formulae. These are the ones that circulate as open source, as in
``googollee/eviltransform`` and ``wandergis/coordtransform`` on GitHub; how closely each map service follows them is
not published either. In Shanghai GCJ-02 lies 456 to 501 m from WGS-84, BD-09 1,080 to 1,170 m.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from geo.errors import ParameterError

FloatArray = NDArray[np.float64]
Pair = tuple[FloatArray, FloatArray]

A = 6_378_245.0  # Krasovsky 1940, metres
E2 = 0.00669342162296594323
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271  # China's box; GCJ-02 equals WGS-84 outside
BAIDU_PI = math.pi * 3000 / 180
BAIDU_LON, BAIDU_LAT = 0.0065, 0.006
ROUNDS = 3  # the error after each, metres, at most: 5, 0.03, 0.0002 in all the box; 2, 0.008, 0.00003 in Shanghai
BLOCK = 16_384  # points at a time: what is worked on stays in the processor's cache


def to_gcj02(lon: FloatArray, lat: FloatArray) -> Pair:
    """WGS-84 to GCJ-02.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees, shape (n,).

    Returns
    -------
    lon, lat
        GCJ-02 degrees, float64, shape (n,), same order. Outside China's box (72.004 to 137.8347 E, 0.8293 to
        55.8271 N) they are what came in.

    Raises
    ------
    ParameterError
        ``lengths`` if the shapes differ or are not (n,), ``not_finite`` if a coordinate is NaN or infinite.

    Examples
    --------
    >>> lon, lat = to_gcj02(np.array([116.404]), np.array([39.915]))
    >>> print(f"{lon[0]:.9f} {lat[0]:.9f}")
    116.410244499 39.916404282
    """
    return _by_blocks(_to_gcj02, lon, lat)


def from_gcj02(lon: FloatArray, lat: FloatArray) -> Pair:
    """GCJ-02 to WGS-84, exact to far less than 1 mm.

    Parameters
    ----------
    lon, lat
        GCJ-02 degrees, shape (n,).

    Returns
    -------
    lon, lat
        WGS-84 degrees, float64, shape (n,), same order: the place whose forward shift is the input. Within half
        a kilometre of the box's edge two places can have the same shift; the one inside the box is given.

    Raises
    ------
    ParameterError
        As ``to_gcj02``.
    """
    return _by_blocks(_from_gcj02, lon, lat)


def to_bd09(lon: FloatArray, lat: FloatArray) -> Pair:
    """WGS-84 to BD-09, by way of GCJ-02.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees, shape (n,).

    Returns
    -------
    lon, lat
        BD-09 degrees (geographic, not Baidu's Mercator metres), float64, shape (n,), same order.

    Raises
    ------
    ParameterError
        As ``to_gcj02``.
    """
    return _by_blocks(lambda x, y: _gcj02_to_bd09(*_to_gcj02(x, y)), lon, lat)


def from_bd09(lon: FloatArray, lat: FloatArray) -> Pair:
    """BD-09 to WGS-84, by way of GCJ-02, exact to far less than 1 mm.

    Parameters
    ----------
    lon, lat
        BD-09 degrees, shape (n,).

    Returns
    -------
    lon, lat
        WGS-84 degrees, float64, shape (n,), same order.

    Raises
    ------
    ParameterError
        As ``to_gcj02``.
    """
    return _by_blocks(lambda x, y: _from_gcj02(*_bd09_to_gcj02(x, y)), lon, lat)


def checked(x: FloatArray, y: FloatArray) -> Pair:
    """Two columns of coordinates as they are worked with: float64, contiguous, equally long, finite.

    Parameters
    ----------
    x, y
        Numbers of any one unit, shape (n,).

    Returns
    -------
    x, y
        float64, shape (n,).

    Raises
    ------
    ParameterError
        ``lengths`` if the shapes differ or are not (n,), ``not_finite`` if a number is NaN or infinite.
    """
    east, north = (np.ascontiguousarray(each, dtype=np.float64) for each in (x, y))
    if east.ndim != 1 or east.shape != north.shape:
        msg = "coordinates must come as two columns of the same length"
        raise ParameterError(msg, code="lengths", where=f"{east.shape}, {north.shape}")
    strange = np.flatnonzero(~(np.isfinite(east) & np.isfinite(north)))
    if len(strange):
        msg = "every coordinate must be a finite number"
        raise ParameterError(msg, code="not_finite", where=f"row {strange[0]}, {len(strange)} in all")
    return east, north


def _by_blocks(shift: Callable[[FloatArray, FloatArray], Pair], lon: FloatArray, lat: FloatArray) -> Pair:
    east, north = checked(lon, lat)
    x, y = np.empty_like(east), np.empty_like(north)
    for low in range(0, len(east), BLOCK):
        block = slice(low, low + BLOCK)
        x[block], y[block] = shift(east[block], north[block])
    return x, y


def _inside(lon: FloatArray, lat: FloatArray) -> NDArray[np.bool_]:
    return (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)


def _to_gcj02(lon: FloatArray, lat: FloatArray) -> Pair:
    inside = _inside(lon, lat)
    east, north = _offset(lon, lat)
    return lon + np.where(inside, east, 0), lat + np.where(inside, north, 0)


def _from_gcj02(lon: FloatArray, lat: FloatArray) -> Pair:
    x, y = lon, lat
    for _ in range(ROUNDS):
        east, north = _offset(x, y)
        x, y = lon - east, lat - north
    inside = _inside(x, y)
    return np.where(inside, x, lon), np.where(inside, y, lat)


def _offset(lon: FloatArray, lat: FloatArray) -> Pair:
    """Shift in degrees that GCJ-02 adds, as if everything lay in China."""
    x, y = lon - 105, lat - 35
    root, product, (east, north) = np.sqrt(np.abs(x)), 0.1 * x * y, _waves(x, y)
    north += -100 + 2 * x + 3 * y + 0.2 * y * y + product + 0.2 * root
    east += 300 + x + 2 * y + 0.1 * x * x + product + 0.1 * root
    phi = np.radians(lat)
    bend = 1 - E2 * np.sin(phi) ** 2
    slope = np.sqrt(bend)
    return (
        np.degrees(east * slope / (A * np.cos(phi))),
        np.degrees(north * bend * slope / (A * (1 - E2))),
    )


def _waves(x: FloatArray, y: FloatArray) -> Pair:
    """Sums of sines, metres. Multiples of one angle come from its sine: a third of the sines to compute."""
    third, third_y = np.sin(np.pi / 3 * x), np.sin(np.pi / 3 * y)
    once, once_y = _tripled(third), _tripled(third_y)
    twice = np.sin(2 * np.pi * x)
    both = 20 * _tripled(twice) + 20 * twice
    twelfth, thirtieth = (np.sin(np.pi / 12 * x), np.sin(np.pi / 30 * x))
    east = both + 20 * once + 40 * third + 150 * twelfth + 300 * thirtieth
    twelfth, thirtieth = (np.sin(np.pi / 12 * y), np.sin(np.pi / 30 * y))
    north = both + 20 * once_y + 40 * third_y + 160 * twelfth + 320 * thirtieth
    return east * (2 / 3), north * (2 / 3)


def _tripled(sine: FloatArray) -> FloatArray:
    """Sine of three times the angle."""
    return np.asarray(sine * (3 - 4 * sine * sine))


def _gcj02_to_bd09(lon: FloatArray, lat: FloatArray) -> Pair:
    east, north = _baidu(lon, lat)
    return east + BAIDU_LON, north + BAIDU_LAT


def _bd09_to_gcj02(lon: FloatArray, lat: FloatArray) -> Pair:
    aim_x, aim_y = lon - BAIDU_LON, lat - BAIDU_LAT
    x, y = aim_x, aim_y
    for _ in range(ROUNDS):
        east, north = _baidu(x, y)
        x, y = x + (aim_x - east), y + (aim_y - north)
    return x, y


def _baidu(lon: FloatArray, lat: FloatArray) -> Pair:
    """Baidu's stretch and turn round 0 E 0 N; a turn of the vector is what the published polar form amounts to."""
    radius = np.sqrt(lon * lon + lat * lat)
    # at the origin itself the polar form takes the angle 0; no place of ours is near
    stretch = 1 + 2e-5 * np.sin(lat * BAIDU_PI) / np.maximum(radius, np.finfo(np.float64).tiny)
    turn = 3e-6 * np.cos(lon * BAIDU_PI)
    cosine = 1 - turn * turn / 2  # a turn so small is its own sine to the last digit of a double
    return stretch * (lon * cosine - lat * turn), stretch * (lat * cosine + lon * turn)
