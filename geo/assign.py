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
        Polygons; on a shared border, or where they overlap, the first one wins.

    Returns
    -------
    numpy.ndarray
        Shape (n,), positions (not labels) in ``polygons``, order of ``points``.
    """
    return first_holding(points.to_numpy(), polygons.to_numpy())


def first_holding(points: NDArray[np.object_], polygons: NDArray[np.object_]) -> NDArray[np.intp]:
    """Position of the first polygon that intersects each point, -1 for none.

    Parameters
    ----------
    points, polygons
        Geometries of one plane, shapes (n,) and (m,).

    Returns
    -------
    numpy.ndarray
        Shape (n,).
    """
    found = np.full(len(points), -1, dtype=np.intp)
    # the tree prepares the side that asks: here the few polygons of many vertices
    polygon_at, point_at = STRtree(points).query(polygons, predicate="intersects")
    # written backwards, so that the first polygon in order is the one that stays
    order = np.argsort(-polygon_at, kind="stable")
    found[point_at[order]] = polygon_at[order]
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
    order = np.lexsort((right, left))
    ends = np.searchsorted(left[order], np.arange(1, len(geometry)))
    return [tuple(each.tolist()) for each in np.split(right[order], ends)] if len(geometry) else []
