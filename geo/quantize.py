"""Polygons of the local plane as files and the map hold them: degrees on a grid, valid as they are read back."""

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.crs import LOCAL, WGS84

GRID_DEG = 1e-6  # 0.11 m; of the decimals that GeoJSON is written with (7) one is spare
GRID_M = 0.01
CORNER_ERROR_M = 0.08  # half the diagonal of a cell of both grids: so far a corner may move
# A straight edge in degrees and one in the plane part by 0.25 m in the middle of 5 km, by 3 mm in that of 500 m.
LONGEST_EDGE_M = 500.0


def quantize(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Polygons in degrees of at most six decimals, valid in them.

    No corner is left out: simplifying each piece alone would cross borders, open gaps between neighbours and change
    areas. Every corner moves by at most 0.08 m, so areas differ by at most that times the length of the border, in
    practice by less than 0.03 m times it. What is narrower than the grid may vanish.

    Parameters
    ----------
    shapes
        (Multi)polygons in ``geo.crs.LOCAL``, valid there.

    Returns
    -------
    geopandas.GeoSeries
        Same index and order, EPSG:4326; (multi)polygons, empty where nothing is left.
    """
    # what all but touches must touch, or stay apart, before it is moved: else it changes sides on the way
    plane = shapely.segmentize(shapely.set_precision(shapes.to_numpy(), GRID_M), LONGEST_EDGE_M)
    degrees = gpd.GeoSeries(plane, index=shapes.index, crs=LOCAL).to_crs(WGS84).to_numpy()
    whole = shapely.make_valid(degrees, method="structure", keep_collapsed=False)
    snapped = shapely.set_precision(whole, GRID_DEG)
    return gpd.GeoSeries(areas(snapped), index=shapes.index, crs=WGS84)


def areal(geometry: BaseGeometry) -> BaseGeometry:
    """The polygons of a geometry: what is left of touching borders, lines and points, is dropped.

    Parameters
    ----------
    geometry
        Any geometry.

    Returns
    -------
    shapely.geometry.base.BaseGeometry
        A polygon if there is one, else a multipolygon, which may be empty.
    """
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type in {"Polygon", "MultiPolygon"}]
    polygons = [part for part in shapely.get_parts(parts) if not part.is_empty]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def areas(shapes: Iterable[BaseGeometry]) -> NDArray[np.object_]:
    """The polygons of each geometry.

    Parameters
    ----------
    shapes
        Any geometries.

    Returns
    -------
    numpy.ndarray
        One `areal` for each, same order.
    """
    polygons = [areal(shape) for shape in shapes]
    kept = np.empty(len(polygons), dtype=object)
    kept[:] = polygons
    return kept
