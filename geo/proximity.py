"""Straight-line distance and counts in reach, each as min / best / max.

Distances are measured in the local equal-area plane (`geo.crs`), true to the ellipsoid within 0.01 %
over the city. Every position has an accuracy: the true place lies within `accuracy_m` of the point
that is drawn. A distance between two such places lies within the sum of both accuracies.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely import STRtree

from geo.crs import to_local
from geo.errors import ParameterError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Sites:
    """Places to measure between: geometry in the local plane and how well each is known.

    Attributes
    ----------
    ids
        Shape (n,).
    geometry
        Points or lines in metres of ``geo.crs.LOCAL``, shape (n,).
    accuracy_m
        Metres, shape (n,).
    """

    ids: tuple[str, ...]
    geometry: NDArray[np.object_]
    accuracy_m: FloatArray


def sites(frame: gpd.GeoDataFrame) -> Sites:
    """Sites of a frame with columns ``id`` and ``accuracy_m`` and WGS-84 geometry.

    Rows without an accuracy have no distance and are not allowed here: leave them out before.

    Raises
    ------
    ParameterError
        If a row has no accuracy.
    """
    accuracy = frame["accuracy_m"].to_numpy(dtype=np.float64)
    if np.isnan(accuracy).any():
        msg = "rows without an accuracy have no distance"
        raise ParameterError(msg, code="no_accuracy", where=str(frame["id"][np.isnan(accuracy)].tolist()))
    return Sites(
        ids=tuple(frame["id"]), geometry=np.asarray(to_local(frame.geometry), dtype=object), accuracy_m=accuracy
    )


def nearest(origins: Sites, targets: Sites) -> pd.DataFrame:
    """The nearest known target of every origin.

    Returns
    -------
    pandas.DataFrame
        Index = origin ids in order; columns ``target_id`` and ``distance_min_m``, ``distance_m``,
        ``distance_max_m`` in metres. The target is the one nearest by best distance; min and max are
        bounds of *its* distance. Empty targets give missing values.
    """
    if not targets.ids:
        empty = np.full(len(origins.ids), np.nan)
        columns = {"distance_min_m": empty, "distance_m": empty, "distance_max_m": empty}
        return pd.DataFrame({"target_id": [None] * len(origins.ids), **columns}, index=list(origins.ids))
    tree = STRtree(targets.geometry)
    (_, at), best = tree.query_nearest(origins.geometry, return_distance=True, all_matches=False)
    slack = origins.accuracy_m + targets.accuracy_m[at]
    return pd.DataFrame(
        {
            "target_id": [targets.ids[position] for position in at],
            "distance_min_m": np.maximum(best - slack, 0.0),
            "distance_m": best,
            "distance_max_m": best + slack,
        },
        index=list(origins.ids),
    )


def within(origins: Sites, targets: Sites, *, radius_m: float) -> pd.DataFrame:
    """How many known targets lie within a radius of every origin.

    Returns
    -------
    pandas.DataFrame
        Index = origin ids in order; integer columns ``sure`` (within the radius even at the worst),
        ``best`` (by the points as drawn) and ``possible`` (within it at the best): sure <= best <= possible.

    Raises
    ------
    ParameterError
        If the radius is not greater than 0.
    """
    if not radius_m > 0:
        msg = "a radius must be greater than 0 m"
        raise ParameterError(msg, code="radius", where=str(radius_m))
    counts = np.zeros((len(origins.ids), 3), dtype=np.int64)
    if targets.ids:
        reach = radius_m + float(origins.accuracy_m.max(initial=0.0)) + float(targets.accuracy_m.max())
        pair = STRtree(targets.geometry).query(origins.geometry, predicate="dwithin", distance=reach)
        gap = _distances(origins.geometry[pair[0]], targets.geometry[pair[1]])
        slack = origins.accuracy_m[pair[0]] + targets.accuracy_m[pair[1]]
        for column, bound in enumerate((gap + slack, gap, gap - slack)):
            counts[:, column] = np.bincount(pair[0][bound <= radius_m], minlength=len(origins.ids))
    return pd.DataFrame(counts, columns=["sure", "best", "possible"], index=list(origins.ids))


def _distances(left: NDArray[np.object_], right: NDArray[np.object_]) -> FloatArray:
    return np.asarray(gpd.GeoSeries(left).distance(gpd.GeoSeries(right), align=False), dtype=np.float64)
