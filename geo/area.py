"""Areas on the ellipsoid, and circles of a given area. Source: Karney (2013), as implemented by pyproj.Geod."""

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo.crs import ELLIPSOID
from geo.units import equivalent_radius_m

AREAL = 2  # dimension
CIRCLE_VERTICES = 72  # the polygon is 0.13 % smaller than the circle; the radius is enlarged to make up for it


def geodesic_area_m2(geometry: BaseGeometry) -> float:
    """Area of one WGS-84 polygon on the ellipsoid, in square metres, holes subtracted.

    Parameters
    ----------
    geometry
        Polygon or MultiPolygon in WGS-84 degrees; other kinds have area 0. Overlapping parts count twice:
        pass a union.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> round(geodesic_area_m2(box(121.0, 31.0, 121.01, 31.01)))
    1058796
    """
    parts = shapely.get_parts(geometry)
    # pyproj takes a line of a collection for a ring, and adds the signed areas of rings: only opposite orientations
    # make a hole a hole
    areal = shapely.orient_polygons(parts[shapely.get_dimensions(parts) == AREAL])
    return float(sum(abs(ELLIPSOID.geometry_area_perimeter(part)[0]) for part in areal))


def union_area_m2(geometry: gpd.GeoSeries) -> float:
    """Geodesic area in m² that polygons cover together: what overlaps counts once.

    Parameters
    ----------
    geometry
        Polygons in WGS-84 degrees.
    """
    if geometry.empty:
        return 0.0
    return geodesic_area_m2(geometry.union_all())


def circle_of_area(lon: float, lat: float, area_m2: float) -> Polygon:
    """A polygon round a point that has the given area: how a park with a published area only is drawn.

    Parameters
    ----------
    lon, lat
        Centre, WGS-84 degrees.
    area_m2
        Area in square metres, greater than 0.

    Returns
    -------
    shapely.geometry.Polygon
        72 vertices, counter-clockwise, WGS-84 degrees.
    """
    step = 2 * np.pi / CIRCLE_VERTICES
    radius = equivalent_radius_m(area_m2) * np.sqrt(step / np.sin(step))
    bearings = np.degrees(-np.arange(CIRCLE_VERTICES) * step)
    centre = np.ones(CIRCLE_VERTICES)
    lons, lats, _ = ELLIPSOID.fwd(centre * lon, centre * lat, bearings, centre * radius)
    return Polygon(np.column_stack([lons, lats]))
