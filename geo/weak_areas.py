"""Weak areas 薄弱区域: land beyond the reach of every known facility, as polygons with their areas."""

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.crs import LOCAL, to_local
from geo.facilities import Facilities, check_radius

FloatArray = NDArray[np.float64]
QUARTER = 32  # chords in a quarter of a circle
HALF_CHORD = np.pi / (4 * QUARTER)
# A circle is drawn with 128 corners. Radii are chosen so that the drawing errs on the cautious side: the reach that is
# sure is drawn from inside, that which is possible from outside, and that of the points as drawn has the circle's area.
INSIDE = 1.0
SAME_AREA = float(np.sqrt(2 * HALF_CHORD / np.sin(2 * HALF_CHORD)))
OUTSIDE = float(1 / np.cos(HALF_CHORD))


@dataclass(frozen=True, kw_only=True)
class WeakAreas:
    """Land by how surely it is in reach, zone by zone, in the local plane.

    Attributes
    ----------
    radius_m, complete
        As asked for.
    beyond_status
        What land out of every reach is called: ``unknown``, or ``uncovered`` of a complete list.
    possibly
        Land that is in reach only at the best; index = position of the zone, CRS ``geo.crs.LOCAL``.
    beyond
        Land that no known facility reaches even at the best; same index. It does not overlap ``possibly``:
        both together are the land that is not surely in reach.
    table
        Index = position of the zone; square metres: ``land_m2``; in reach ``sure_m2``, ``best_m2``,
        ``possible_m2``; weak ``possibly_m2`` = possible - sure and ``beyond_m2`` = land - possible.
    error_m
        A drawn arc lies at most so far from the true one.
    """

    radius_m: float
    complete: bool
    beyond_status: str
    possibly: gpd.GeoSeries
    beyond: gpd.GeoSeries
    table: pd.DataFrame
    error_m: float


def weak_areas(land: gpd.GeoSeries, facilities: Facilities, *, radius_m: float) -> WeakAreas:
    """Land minus the union of all circles in reach, for the sure and the possible reach.

    The circle of a facility has the radius r - accuracy where it is sure (none if that is not above 0), r as
    drawn, and r + accuracy where it is possible. Circles are polygons of 128 corners: an arc is off by at
    most 0.031 % of the radius, sure reach is never drawn too large and possible reach never too small.

    Parameters
    ----------
    land
        (Multi)polygons in EPSG:4326, one per zone, that do not overlap.
    facilities
        All known ones, also those outside the zones.
    radius_m
        Metres, greater than 0.

    Returns
    -------
    WeakAreas
        Zones in the order of ``land``, numbered from 0.

    Raises
    ------
    ParameterError
        If the radius is not greater than 0.
    """
    check_radius(radius_m)
    ground = _areas(to_local(land).make_valid())
    slack = facilities.accuracy_m
    sure = _in_reach(ground, facilities, (radius_m - slack) * INSIDE)
    best = _in_reach(ground, facilities, np.full(len(slack), radius_m * SAME_AREA))
    possible = _in_reach(ground, facilities, (radius_m + slack) * OUTSIDE)
    possibly, beyond = _minus(possible, sure), _minus(ground, possible)
    columns = {"land": ground, "sure": sure, "best": best, "possible": possible, "possibly": possibly, "beyond": beyond}
    return WeakAreas(
        radius_m=radius_m,
        complete=facilities.complete,
        beyond_status="uncovered" if facilities.complete else "unknown",
        possibly=gpd.GeoSeries(possibly, crs=LOCAL),
        beyond=gpd.GeoSeries(beyond, crs=LOCAL),
        table=pd.DataFrame({f"{name}_m2": shapely.area(shapes) for name, shapes in columns.items()}),
        error_m=float((radius_m + slack.max(initial=0.0)) * (OUTSIDE - 1)),
    )


def _in_reach(ground: NDArray[np.object_], facilities: Facilities, radii: FloatArray) -> NDArray[np.object_]:
    """Cut the union of circles out of each zone; only the circles that touch a zone are joined for it."""
    drawn = radii > 0
    points = shapely.points(facilities.x[drawn], facilities.y[drawn])
    circles = np.asarray(shapely.buffer(points, radii[drawn], quad_segs=QUARTER), dtype=object)
    zone, circle = shapely.STRtree(circles).query(ground, predicate="intersects")
    unions = [shapely.union_all(circles[np.sort(circle[zone == position])]) for position in range(len(ground))]
    return _areas(shapely.intersection(ground, unions))


def _minus(whole: NDArray[np.object_], part: NDArray[np.object_]) -> NDArray[np.object_]:
    return _areas(shapely.difference(whole, part))


def _areas(shapes: Iterable[BaseGeometry]) -> NDArray[np.object_]:
    polygons = [_areal(shape) for shape in shapes]
    areas = np.empty(len(polygons), dtype=object)
    areas[:] = polygons
    return areas


def _areal(geometry: BaseGeometry) -> BaseGeometry:
    """The polygons of a geometry: what is left of touching borders, lines and points, is dropped."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type in {"Polygon", "MultiPolygon"}]
    polygons = [part for part in shapely.get_parts(parts) if not part.is_empty]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
