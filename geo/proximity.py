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

from geo.blocks import IntArray, blocks
from geo.crs import check_radius, to_local
from geo.errors import ParameterError
from geo.spots import Spots

NANOMETRE = 1e-9  # what a distance may lose by rounding: at exactly the radius it counts
MANY_PAIRS = 10_000_000  # points times points: beyond, a tree of points pays for loading scipy
SLACK_M = 1e-6  # more than the rounding of a bound
APART_M = 1_000.0  # origins whose accuracies differ by so much are counted in different blocks: bounds stay narrow
TARGETS_AT_ONCE = 32_768  # of those that a block looks at one by one: bounds the memory
BLOCKS_PER_REPORT = 64  # blocks between two words of progress

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
    target: NDArray[np.object_] = np.full(len(origins.ids), None, dtype=object)
    best = slack = np.full(len(target), np.nan)
    if len(target) and len(held.ids) > (targets is None):
        at, best = _nearest_other(origins.geometry) if targets is None else _nearest(origins.geometry, held.geometry)
        slack, target = origins.accuracy_m + held.accuracy_m[at], _objects(held.ids)[at]
    columns = {
        "target_id": target,
        "distance_min_m": np.maximum(best - slack, 0.0),
        "distance_m": best,
        "distance_max_m": best + slack,
    }
    return pd.DataFrame(columns, index=_objects(origins.ids))


def _objects(ids: tuple[str, ...]) -> NDArray[np.object_]:
    held: NDArray[np.object_] = np.empty(len(ids), dtype=object)
    held[:] = ids
    return held


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
        counts = _counts(origins, held, radius_m + NANOMETRE, on_progress or (lambda _: None))
    if targets is None:  # each has counted itself, at no distance, with its own accuracy twice
        counts[:, 0] -= 2 * origins.accuracy_m <= radius_m + NANOMETRE
        counts[:, 1:] -= 1
    return pd.DataFrame(counts, columns=["sure", "best", "possible"], index=list(origins.ids))


def _are_points(geometry: NDArray[np.object_]) -> bool:
    return bool(np.isfinite(shapely.get_x(geometry)).all())


def _nearest(origins: NDArray[np.object_], targets: NDArray[np.object_]) -> tuple[IntArray, FloatArray]:
    """Position and distance of the nearest target; of equally near ones the first."""
    if len(origins) * len(targets) >= MANY_PAIRS and _are_points(origins) and _are_points(targets):
        spots = Spots.of(shapely.get_coordinates(targets))
        return spots.nearest(shapely.get_coordinates(origins), np.full(len(origins), -1))
    (origin_at, target_at), gap = STRtree(targets).query_nearest(origins, return_distance=True)
    start = np.flatnonzero(np.diff(origin_at, prepend=-1))  # the tree answers origin by origin
    return np.minimum.reduceat(target_at, start), gap[start]


def _nearest_other(places: NDArray[np.object_]) -> tuple[IntArray, FloatArray]:
    """Position and distance of the nearest other place, of two or more; of equally near ones the first.

    Two positions differ in at least one binary digit: those that have a 0 there ask those that have a 1, and back.
    """
    everyone = np.arange(len(places))
    if len(places) ** 2 >= MANY_PAIRS and _are_points(places):
        return Spots.of(shapely.get_coordinates(places)).nearest_other()
    at, best = np.full(len(places), len(places), dtype=np.intp), np.full(len(places), np.inf)
    for digit in range((len(places) - 1).bit_length()):
        ones = (everyone >> digit) & 1 == 1
        for asking, asked in ((everyone[ones], everyone[~ones]), (everyone[~ones], everyone[ones])):
            found, gap = _nearest(places[asking], places[asked])
            nearer = (gap < best[asking]) | ((gap == best[asking]) & (asked[found] < at[asking]))
            at[asking[nearer]], best[asking[nearer]] = asked[found[nearer]], gap[nearer]
    return at, best


def _counts(origins: Sites, targets: Sites, radius_m: float, tell: Callable[[float], None]) -> NDArray[np.int64]:
    """Count block by block of origins that lie together."""
    counts = np.zeros((len(origins.ids), 3), dtype=np.int64)
    circles, done = _Circles.round(origins.geometry), 0
    exact = not (origins.accuracy_m.any() or targets.accuracy_m.any())
    crowd = _Crowd(
        sites=targets,
        circles=_Circles.round(targets.geometry),
        tree=STRtree(targets.geometry),
        signs=(0,) if exact else (1, 0, -1),
    )
    for number, some in enumerate(_alike(circles, origins.accuracy_m)):
        counts[some] = crowd.within(origins.geometry[some], circles.of(some), origins.accuracy_m[some], radius_m)
        done += len(some)
        if number % BLOCKS_PER_REPORT == 0 or done == len(counts):
            tell(done / len(counts))
    return counts


def _alike(circles: "_Circles", accuracy_m: FloatArray) -> Iterator[IntArray]:
    """Positions of origins that lie together and are known about equally well, block by block."""
    kind = np.floor(accuracy_m / APART_M)
    for each in np.unique(kind):
        same = np.flatnonzero(kind == each)
        for block in blocks(circles.x[same], circles.y[same]):
            yield same[block]


@dataclass(frozen=True, kw_only=True)
class _Circles:
    """A circle round each of some shapes; round a point one of radius 0. Shape (n,) each."""

    x: FloatArray
    y: FloatArray
    radius: FloatArray

    @classmethod
    def round(cls, geometry: NDArray[np.object_]) -> "_Circles":
        west, south, east, north = shapely.bounds(geometry).T
        radius = np.hypot(east - west, north - south) / 2
        return cls(x=(west + east) / 2, y=(south + north) / 2, radius=radius)

    def of(self, which: IntArray) -> "_Circles":
        return _Circles(x=self.x[which], y=self.y[which], radius=self.radius[which])

    def all_round(self) -> tuple[float, float, float]:
        """Middle and radius of a circle round all of them."""
        x, y = (float(axis.min() + axis.max()) / 2 for axis in (self.x, self.y))
        return x, y, float((np.hypot(self.x - x, self.y - y) + self.radius).max()) + SLACK_M


@dataclass(frozen=True, kw_only=True)
class _Crowd:
    """Targets, ready to be counted round blocks of origins.

    ``signs``: what the accuracies add to a distance, for sure, best and possible; 0 alone where all positions are
    exact.
    """

    sites: Sites
    circles: _Circles
    tree: STRtree
    signs: tuple[int, ...]

    def within(
        self, origins: NDArray[np.object_], circles: _Circles, accuracy_m: FloatArray, radius_m: float
    ) -> NDArray[np.int64]:
        """Count the targets within a radius of every origin of a block, shape (n, signs).

        For most targets a circle round the block decides for all its origins at once. The others are measured.
        """
        x, y, wide = circles.all_round()
        low, high = float(accuracy_m.min()), float(accuracy_m.max())
        at = self._near(x, y, wide + radius_m + high + float(self.sites.accuracy_m.max()))
        gap, spread = np.hypot(self.circles.x[at] - x, self.circles.y[at] - y), self.circles.radius[at] + wide
        loose, states = self.sites.accuracy_m[at], []
        for sign in self.signs:
            least, most = sorted((sign * low, sign * high))
            inside = gap + spread + sign * loose <= radius_m - most
            states.append((inside, inside | (gap - spread + sign * loose > radius_m - least)))
        inside, decided = np.array(states).swapaxes(0, 1)
        measured = ~decided.all(axis=0)
        counts = np.tile((inside & ~measured).sum(axis=1), (len(origins), 1))
        for some in np.split(at[measured], range(TARGETS_AT_ONCE, int(measured.sum()), TARGETS_AT_ONCE)):
            square, loose = self._squares(origins, circles, some), self.sites.accuracy_m[some]
            alike = (loose == loose[:1]).all()
            gaps = square if alike else np.sqrt(square, out=square)
            for column, sign in enumerate(self.signs):
                if alike:
                    limit = radius_m - sign * (accuracy_m + loose[:1].sum())
                    reached = square <= np.where(limit < 0, -1.0, limit * limit)[:, np.newaxis]
                else:
                    reached = gaps + sign * loose <= (radius_m - sign * accuracy_m)[:, np.newaxis]
                counts[:, column] += reached.view(np.uint8).sum(axis=1, dtype=np.uint32)
        return counts

    def _near(self, x: float, y: float, reach: float) -> IntArray:
        """Targets that meet a box round a place; points are found by their own boxes."""
        box = shapely.box(x - reach, y - reach, x + reach, y + reach)
        return np.asarray(self.tree.query(box, predicate="intersects" if self.circles.radius.any() else None))

    def _squares(self, origins: NDArray[np.object_], circles: _Circles, which: IntArray) -> FloatArray:
        """Squares of the distances between origins and targets, shape (origins, targets)."""
        if circles.radius.any() or self.circles.radius[which].any():
            return np.asarray(shapely.distance(origins[:, np.newaxis], self.tree.geometries[which]) ** 2)
        dx = self.circles.x[which] - circles.x[:, np.newaxis]
        dy = self.circles.y[which] - circles.y[:, np.newaxis]
        dx *= dx
        dy *= dy
        dx += dy
        return dx
