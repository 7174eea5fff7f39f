"""Coordinate systems that a file of points can be in, and the way from each to WGS-84.

CGCS2000 and WGS-84 differ by centimetres at most: both follow ITRF, and here they are one class. Degrees may carry
a shift (GCJ-02, BD-09); metres lie in a plane that pyproj knows; either may come with its axes swapped.
"""

import re
from dataclasses import dataclass, replace

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geo.crs import WGS84
from geo.datum.gcj02 import FloatArray, Pair, checked, from_bd09, from_gcj02
from geo.errors import ParameterError

METRES_AS_DEGREES = "metres_as_degrees"
UNKNOWN = "unknown"
SWAPPED = "swapped"
FROM_SHIFT = {"gcj02": from_gcj02, "bd09": from_bd09}


@dataclass(frozen=True, kw_only=True)
class Hypothesis:
    """One system that the numbers may be in.

    Attributes
    ----------
    code
        Its name in code, unique.
    name_zh, name_en
        Its name on the screen.
    family
        Code of its class: hypotheses of one class give the same places.
    epsg
        Code of the plane, metres; 0: degrees.
    shift
        ``gcj02`` or ``bd09`` if the places were shifted before; else empty.
    swapped
        Whether the first column is the latitude, or the northing.
    """

    code: str
    name_zh: str
    name_en: str
    family: str
    epsg: int = 0
    shift: str = ""
    swapped: bool = False

    def places(self, x: FloatArray, y: FloatArray) -> Pair:
        """Where the numbers lie if this hypothesis is true.

        Parameters
        ----------
        x, y
            First and second column, degrees or metres, finite, shape (n,).

        Returns
        -------
        lon, lat
            WGS-84 degrees, shape (n,). Infinite, or beyond 180 or 90, where the numbers cannot be of this system.
        """
        lon, lat = (y, x) if self.swapped else (x, y)
        if self.epsg:
            plane = _plane_from_degrees(CRS.from_epsg(self.epsg))
            unrolled = plane.transform(lon, lat, direction="INVERSE")
            lon, lat = (np.asarray(each, dtype=np.float64) for each in unrolled)
        if not self.shift:
            return lon, lat
        fit = on_earth(lon, lat)
        lon, lat = lon.copy(), lat.copy()
        lon[fit], lat[fit] = FROM_SHIFT[self.shift](lon[fit], lat[fit])
        return lon, lat


def on_earth(lon: FloatArray, lat: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Say of each pair whether it can be a longitude and a latitude.

    Parameters
    ----------
    lon, lat
        Numbers, shape (n,), NaN and infinity allowed.

    Returns
    -------
    numpy.ndarray
        Shape (n,), bool.
    """
    return np.asarray((np.abs(lon) <= 180) & (np.abs(lat) <= 90), dtype=np.bool_)  # noqa: PLR2004 - the globe


def _every() -> dict[str, Hypothesis]:
    straight = (
        _degrees("wgs84", "WGS-84 经纬度", "WGS-84 degrees"),
        _degrees("gcj02", "GCJ-02 经纬度（高德、腾讯）", "GCJ-02 degrees (AMap, Tencent)", shift="gcj02"),
        _degrees("bd09", "BD-09 经纬度（百度）", "BD-09 degrees (Baidu)", shift="bd09"),
        _plane("webmercator", 3857, "Web 墨卡托", "Web Mercator"),
        _plane("webmercator_gcj02", 3857, "Web 墨卡托，采自GCJ-02底图", "Web Mercator, drawn on a GCJ-02 map", "gcj02"),
        _plane("utm51", 32651, "UTM 北51带", "UTM 51N"),
        _plane("gk3_120", 4549, "CGCS2000 3度带120°，无带号", "CGCS2000 Gauss-Kruger 3-degree 120°E, no zone"),
        _plane("gk3_120z", 4528, "CGCS2000 3度带第40带", "CGCS2000 Gauss-Kruger 3-degree zone 40"),
        _plane("gk3_123z", 4529, "CGCS2000 3度带第41带", "CGCS2000 Gauss-Kruger 3-degree zone 41"),
        _plane("gk6_123", 4510, "CGCS2000 3度或6度带123°，无带号", "CGCS2000 Gauss-Kruger 123°E, no zone"),
        _plane("gk6_123z", 4499, "CGCS2000 6度带第21带", "CGCS2000 Gauss-Kruger 6-degree zone 21"),
    )
    every = (*straight, *(_turned(each) for each in straight))
    alike = replace(_degrees("cgcs2000", "CGCS2000 经纬度", "CGCS2000 degrees"), family="wgs84")
    return {each.code: each for each in (*every, alike)}


def _degrees(code: str, zh: str, en: str, shift: str = "") -> Hypothesis:
    return Hypothesis(code=code, name_zh=zh, name_en=en, family=code, shift=shift)


def _plane(code: str, epsg: int, zh: str, en: str, shift: str = "") -> Hypothesis:
    names = f"{zh}（EPSG:{epsg}）", f"{en} (EPSG:{epsg})"
    return Hypothesis(code=code, name_zh=names[0], name_en=names[1], family=code, epsg=epsg, shift=shift)


def _turned(straight: Hypothesis) -> Hypothesis:
    """Give the same system with its columns the other way round; surveyors write north before east."""
    code = SWAPPED if straight.code == "wgs84" else f"{SWAPPED}_{straight.code}"
    zh, en = ("先北后东", "north before east") if straight.epsg else ("先纬后经", "latitude first")
    names = f"{straight.name_zh}，{zh}", f"{straight.name_en}, {en}"
    return replace(straight, code=code, family=code, name_zh=names[0], name_en=names[1], swapped=True)


HYPOTHESES = _every()
GEOGRAPHIC = {4326: "wgs84", 4979: "wgs84", 4490: "cgcs2000", 4480: "cgcs2000"}
# without zone prefix, the 3-degree plane of 123 E (4550) is the 6-degree one
PLANES = {4550: "gk6_123"} | {
    each.epsg: each.code for each in HYPOTHESES.values() if each.epsg and not each.swapped and not each.shift
}
SHANGHAI = (121.4, 31.2)
SAME_M = 1e-3


SHIFTED_NAMES = {"gcj02": re.compile(r"GCJ[-_ ]?02", re.IGNORECASE), "bd09": re.compile(r"BD[-_ ]?09", re.IGNORECASE)}
PROJECTED = re.compile(r"PROJ(?:CS|CRS)|\+proj=(?!longlat)", re.IGNORECASE)


def declared_code(declared: str | None) -> str:
    """Which hypothesis a declaration names.

    Parameters
    ----------
    declared
        One of our codes (a person's own answer), or what a file says of itself in any form that pyproj reads:
        ``EPSG:4549``, WKT, PROJ; None or empty: nothing.

    Returns
    -------
    str
        Code of the hypothesis, empty if nothing is declared, ``unknown`` if it is none of them.
    """
    if not declared:
        return ""
    if declared in HYPOTHESES:
        return declared
    # no registry knows the shifted systems; who writes them can only name them, and our own exports do
    for code, name in SHIFTED_NAMES.items():
        if name.search(declared) and not PROJECTED.search(declared):
            return code
    try:
        crs = CRS.from_user_input(declared)
    except CRSError:
        return UNKNOWN
    base = _geographic_code(crs)
    return base if base == UNKNOWN or crs.is_geographic else _plane_code(crs)


def _geographic_code(crs: CRS) -> str:
    base = crs.geodetic_crs
    if base is None:
        return UNKNOWN
    named = GEOGRAPHIC.get(base.to_epsg(min_confidence=70) or 0)
    same = (code for epsg, code in GEOGRAPHIC.items() if base.equals(CRS.from_epsg(epsg), ignore_axis_order=True))
    return named or next(same, UNKNOWN)


def _plane_code(crs: CRS) -> str:
    """Find the plane that puts Shanghai on the same numbers: old WKT hides its EPSG code or its axes."""
    here = np.array(_plane_from_degrees(crs).transform(*SHANGHAI))
    for epsg, code in PLANES.items():
        there = np.array(_plane_from_degrees(CRS.from_epsg(epsg)).transform(*SHANGHAI))
        if np.abs(here - there).max() <= SAME_M:
            return code
    return UNKNOWN


def _plane_from_degrees(crs: CRS) -> Transformer:
    """From the plane's own degrees, not from WGS-84: that is the same here, and PROJ need not search for a path."""
    return Transformer.from_crs(crs.geodetic_crs or WGS84, crs, always_xy=True)


def convert(x: FloatArray, y: FloatArray, code: str) -> Pair:
    """Numbers of a known system to WGS-84.

    Parameters
    ----------
    x, y
        First and second column of the source, degrees or metres, shape (n,). No rows give no rows.
    code
        A key of ``HYPOTHESES``.

    Returns
    -------
    lon, lat
        WGS-84 degrees, float64, shape (n,), same order.

    Raises
    ------
    ParameterError
        ``lengths``, ``not_finite`` as in ``geo.datum.gcj02``; ``unknown_datum``; ``metres_as_degrees``: that is a
        finding and no system; ``not_in_datum`` if a pair cannot be of that system.

    Examples
    --------
    >>> lon, lat = convert(np.array([40642775.0]), np.array([3454000.0]), "gk3_120z")
    >>> print(f"{lon[0]:.3f} {lat[0]:.3f}")
    121.498 31.199
    """
    if code == METRES_AS_DEGREES:
        msg = "metres that are called degrees have no system to convert from"
        hint = "State the plane they lie in."
        raise ParameterError(msg, code=METRES_AS_DEGREES, where="datum", hint=hint)
    if code not in HYPOTHESES:
        msg = "not a coordinate system of the atlas"
        raise ParameterError(msg, code="unknown_datum", where=code, hint=f"One of {', '.join(HYPOTHESES)}.")
    lon, lat = HYPOTHESES[code].places(*checked(x, y))
    strange = np.flatnonzero(~on_earth(lon, lat))
    if len(strange):
        msg = "these numbers cannot be coordinates of that system"
        raise ParameterError(msg, code="not_in_datum", where=f"{code}, row {strange[0]}, {len(strange)} in all")
    return lon, lat
