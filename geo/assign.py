"""Which polygon a thing lies in."""

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from shapely import STRtree


def points_to_polygons(points: gpd.GeoSeries, polygons: gpd.GeoSeries) -> NDArray[np.intp]:
    """Position of the polygon that holds each point, -1 where none does.

    Parameters
    ----------
    points
        Point geometries, same CRS as the polygons, shape (n,).
    polygons
        Polygons that do not overlap; on a shared border the first one wins.

    Returns
    -------
    numpy.ndarray
        Shape (n,), positions (not labels) in ``polygons``, order of ``points``.
    """
    found = np.full(len(points), -1, dtype=np.intp)
    point_at, polygon_at = STRtree(points.to_numpy()).query(polygons.to_numpy(), predicate="intersects")[::-1]
    # written backwards, so that the first polygon in order is the one that stays
    found[point_at[::-1]] = polygon_at[::-1]
    return found


def crossed(geometry: gpd.GeoSeries, polygons: gpd.GeoSeries) -> list[tuple[int, ...]]:
    """Positions of all polygons that each line or area touches, in the polygons' order.

    Parameters
    ----------
    geometry, polygons
        Same CRS; any geometry kind on the left, polygons on the right.

    Returns
    -------
    list of tuple
        One tuple per row of ``geometry``, empty where it touches none.
    """
    left, right = STRtree(polygons.to_numpy()).query(geometry.to_numpy(), predicate="intersects")
    return [tuple(sorted(int(at) for at in right[left == row])) for row in range(len(geometry))]
