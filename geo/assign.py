"""Which polygon a thing lies in."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from geo.edges import POLYGON, single_parts
from geo.polygon_grid import PolygonGrid, first_holding

# Measured with 16 districts: GEOS takes 1.2 microseconds for a point, the grid 0.006 and 0.015 s to build, but its
# first use in a process about 1 s to load numba and compiled code. With fewer points than this it mostly loses.
MANY_POINTS = 500_000
POINT = 0


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
    places, shapes = points.to_numpy(), polygons.to_numpy()
    if len(places) < MANY_POINTS or not _is_plain(places, shapes):
        return first_holding(places, shapes).astype(np.intp)
    return PolygonGrid.build(shapes).locate(shapely.get_x(places), shapely.get_y(places)).astype(np.intp)


def _is_plain(points: NDArray[np.object_], polygons: NDArray[np.object_]) -> bool:
    """Say whether there are points on one side and polygons on the other, and nothing else."""
    return bool((shapely.get_type_id(points) == POINT).all()) and bool(
        (shapely.get_type_id(single_parts(polygons)[0]) == POLYGON).all()
    )


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
