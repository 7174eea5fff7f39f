"""Straight-line distance and counts in reach, each as min / best / max.

Distances are measured in the local equal-area plane (`geo.crs`), true to the ellipsoid within 0.01 %
over the city. Every position has an accuracy: the true place lies within `accuracy_m` of the point
that is drawn. A distance between two such places lies within the sum of both accuracies.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from geo.crs import MOST_RADIUS_M, check_radius, to_local
from geo.errors import ParameterError
from geo.point_index import PointIndex
from geo.segment_index import SegmentIndex

# Measured: GEOS takes 7 to 30 microseconds for a point's nearest of 200 to 20,000 places, the index 1, but its first
# use in a process about 1 s to load numba and compiled code. With fewer points than this it mostly loses.
MANY_POINTS = 100_000
NANOMETRE = 1e-9  # what a distance may lose by rounding: at exactly the radius both ways say the same
MANY_PAIRS = 10_000_000  # origins times targets: beyond, looking at the pairs in reach takes longer than the index
BLOCK = 1_000  # origins whose pairs are looked at together: what lies between bounds the memory
COUNTED = 50_000  # origins that are counted by an index before the next word of progress
CLASSES = 100  # pairs of accuracies of points and lines; each is counted by itself

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

    Rows without an accuracy or a place have no distance and are not allowed here: leave them out before.

    Raises
    ------
    ParameterError
        If a row has no accuracy, or its geometry is missing or empty.
    """
    accuracy = frame["accuracy_m"].to_numpy(dtype=np.float64)
    if np.isnan(accuracy).any():
        msg = "rows without an accuracy have no distance"
        raise ParameterError(msg, code="no_accuracy", where=str(frame["id"][np.isnan(accuracy)].tolist()))
    nowhere = np.asarray(frame.geometry.isna() | frame.geometry.is_empty, dtype=np.bool_)
    if nowhere.any():
        msg = "rows without a place have no distance"
        raise ParameterError(msg, code="not_finite", where=str(frame["id"][nowhere].tolist()))
    return Sites(
        ids=tuple(frame["id"]), geometry=np.asarray(to_local(frame.geometry), dtype=object), accuracy_m=accuracy
    )


def nearest(origins: Sites, targets: Sites | None) -> pd.DataFrame:
    """The nearest known target of every origin.

    Parameters
    ----------
    origins
        Places to measure from.
    targets
        Places to measure to; None for the other origins: every place but the asking one itself.

    Returns
    -------
    pandas.DataFrame
        Index = origin ids in order; columns ``target_id`` and ``distance_min_m``, ``distance_m``,
        ``distance_max_m`` in metres. The target is the one nearest by best distance, of equally near ones
        the first; min and max are bounds of *its* distance. Where there is no target the values are missing.
    """
    held = origins if targets is None else targets
    table = pd.DataFrame({"target_id": [None] * len(origins.ids)}, index=list(origins.ids), dtype=object)
    table[["distance_min_m", "distance_m", "distance_max_m"]] = np.nan
    if not origins.ids or len(held.ids) <= (targets is None):
        return table
    at, best = _nearest_other(origins.geometry) if targets is None else _nearest(origins.geometry, held.geometry)
    slack = origins.accuracy_m + held.accuracy_m[at]
    return table.assign(
        target_id=[held.ids[position] for position in at],
        distance_min_m=np.maximum(best - slack, 0.0),
        distance_m=best,
        distance_max_m=best + slack,
    )


def within(
    origins: Sites, targets: Sites | None, *, radius_m: float, on_progress: Callable[[float], None] | None = None
) -> pd.DataFrame:
    """How many known targets lie within a radius of every origin.

    Parameters
    ----------
    origins
        Places to measure from.
    targets
        Places to count; None for the other origins: every place but the asking one itself.
    radius_m
        Metres, greater than 0.
    on_progress
        Told the share of the counts that are done, 0-1, block by block of origins.

    Returns
    -------
    pandas.DataFrame
        Index = origin ids in order; integer columns ``sure`` (within the radius even at the worst),
        ``best`` (by the points as drawn) and ``possible`` (within it at the best): sure <= best <= possible.

    Raises
    ------
    ParameterError
        If the radius is not one (`geo.crs.check_radius`).
    """
    check_radius(radius_m)
    held = origins if targets is None else targets
    counts = np.zeros((len(origins.ids), 3), dtype=np.int64)
    if origins.ids and held.ids:
        counts = _way_to_count(origins, held)(origins, held, radius_m, on_progress or (lambda _: None))
    if targets is None:  # each has counted itself, at no distance, with its own accuracy twice
        counts[:, 0] -= 2 * origins.accuracy_m <= radius_m + NANOMETRE
        counts[:, 1:] -= 1
    return pd.DataFrame(counts, columns=["sure", "best", "possible"], index=list(origins.ids))


def _way_to_count(origins: Sites, targets: Sites) -> Callable[..., NDArray[np.int64]]:
    least = MANY_POINTS if len(origins.ids) * len(targets.ids) < MANY_PAIRS else 1
    if not _are_many_points(origins.geometry, least):
        return _counts_by_pair
    if _are_points(targets.geometry):
        return _counts_of_points
    kinds = len(np.unique(origins.accuracy_m)) * len(np.unique(targets.accuracy_m))
    return _counts_by_class if kinds <= CLASSES else _counts_by_pair


def _are_many_points(geometry: NDArray[np.object_], least: int) -> bool:
    return len(geometry) >= least and _are_points(geometry)


def _are_points(geometry: NDArray[np.object_]) -> bool:
    return bool(np.isfinite(shapely.get_x(geometry)).all())


def _nearest(origins: NDArray[np.object_], targets: NDArray[np.object_]) -> tuple[NDArray[np.intp], FloatArray]:
    """Position and distance of the nearest target; of equally near ones the first."""
    if _are_many_points(origins, MANY_POINTS):
        found, metres = SegmentIndex.build(targets).nearest(shapely.get_x(origins), shapely.get_y(origins))
        return found.astype(np.intp), metres
    (origin_at, target_at), gap = STRtree(targets).query_nearest(origins, return_distance=True)
    at, best = np.full(len(origins), len(targets), dtype=np.intp), np.empty(len(origins))
    np.minimum.at(at, origin_at, target_at)
    best[origin_at] = gap
    return at, best


def _nearest_other(places: NDArray[np.object_]) -> tuple[NDArray[np.intp], FloatArray]:
    """Position and distance of the nearest other place, of two or more; of equally near ones the first.

    Two positions differ in at least one binary digit: those that have a 0 there ask those that have a 1, and back.
    """
    everyone = np.arange(len(places))
    if len(places) ** 2 >= MANY_PAIRS and _are_points(places):
        x, y = shapely.get_x(places), shapely.get_y(places)
        two, metres = PointIndex.build(x, y).k_nearest(x, y, k=2)  # by distance, then by position: one is another
        other = (two[:, 0] == everyone).astype(np.intp)
        return two[everyone, other].astype(np.intp), metres[everyone, other]
    at, best = np.full(len(places), len(places), dtype=np.intp), np.full(len(places), np.inf)
    for digit in range((len(places) - 1).bit_length()):
        ones = (everyone >> digit) & 1 == 1
        for asking, asked in ((everyone[ones], everyone[~ones]), (everyone[~ones], everyone[ones])):
            found, gap = _nearest(places[asking], places[asked])
            nearer = (gap < best[asking]) | ((gap == best[asking]) & (asked[found] < at[asking]))
            at[asking[nearer]], best[asking[nearer]] = asked[found[nearer]], gap[nearer]
    return at, best


def _counts_by_pair(
    origins: Sites, targets: Sites, radius_m: float, tell: Callable[[float], None]
) -> NDArray[np.int64]:
    """Look at every pair that may be in reach."""
    counts = np.zeros((len(origins.ids), 3), dtype=np.int64)
    reach = radius_m + NANOMETRE + float(origins.accuracy_m.max(initial=0.0)) + float(targets.accuracy_m.max())
    tree = STRtree(targets.geometry)
    for low in range(0, len(counts), BLOCK):
        some, accuracy = origins.geometry[low : low + BLOCK], origins.accuracy_m[low : low + BLOCK]
        pair = tree.query(some, predicate="dwithin", distance=reach)
        gap = _distances(some[pair[0]], targets.geometry[pair[1]])
        slack = accuracy[pair[0]] + targets.accuracy_m[pair[1]]
        for column, bound in enumerate((gap + slack, gap, gap - slack)):
            found = np.bincount(pair[0][bound <= radius_m + NANOMETRE], minlength=len(some))
            counts[low : low + BLOCK, column] = found
        tell(min((low + BLOCK) / len(counts), 1.0))
    return counts


def _counts_of_points(
    origins: Sites, targets: Sites, radius_m: float, tell: Callable[[float], None]
) -> NDArray[np.int64]:
    """Count points among points, each with its own accuracy."""
    counts = np.zeros((len(origins.ids), 3), dtype=np.int64)
    x, y = shapely.get_x(origins.geometry), shapely.get_y(origins.geometry)
    index = PointIndex.build(shapely.get_x(targets.geometry), shapely.get_y(targets.geometry))
    radius = min(radius_m + NANOMETRE, MOST_RADIUS_M)
    for at, done in _strips(x, np.arange(len(x))):
        counts[at] = index.count_bounds(
            x[at], y[at], radius, accuracy_m=origins.accuracy_m[at], own_accuracy_m=targets.accuracy_m
        )
        tell(done / len(x))
    return counts


def _counts_by_class(
    origins: Sites, targets: Sites, radius_m: float, tell: Callable[[float], None]
) -> NDArray[np.int64]:
    """Count for each pair of accuracies by itself, with the radius made smaller and greater by their sum."""
    counts = np.zeros((len(origins.ids), 3), dtype=np.int64)
    x, y = shapely.get_x(origins.geometry), shapely.get_y(origins.geometry)
    classes = np.unique(targets.accuracy_m)
    done, all_counts = 0, len(counts) * len(classes)
    for target_m in classes:
        index = SegmentIndex.build(targets.geometry[targets.accuracy_m == target_m])
        for origin_m in np.unique(origins.accuracy_m):
            for at, _ in _strips(x, np.flatnonzero(origins.accuracy_m == origin_m)):
                for column, sign in enumerate((-1, 0, 1)):
                    radius = radius_m + sign * (origin_m + target_m) + NANOMETRE
                    if radius > 0:
                        counts[at, column] += index.count_within(x[at], y[at], min(radius, MOST_RADIUS_M))
                done += len(at)
                tell(done / all_counts)
    return counts


def _strips(x: FloatArray, which: NDArray[np.intp]) -> Iterator[tuple[NDArray[np.intp], int]]:
    """Positions in strips from west to east, so that what is counted together lies together; how many are done then."""
    ordered, done = which[np.argsort(x[which], kind="stable")], 0
    for at in np.split(ordered, range(COUNTED, len(ordered), COUNTED)):
        done += len(at)
        yield at, done


def _distances(left: NDArray[np.object_], right: NDArray[np.object_]) -> FloatArray:
    return np.asarray(gpd.GeoSeries(left).distance(gpd.GeoSeries(right), align=False), dtype=np.float64)
