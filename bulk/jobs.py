"""The jobs as functions of arrays: points in, a tally out. They know neither files nor engines.

The small side, districts and parks, is made into indexes once per process; the points only pass by.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bulk.counter import Counter
from bulk.geoparquet import Points
from bulk.polygon_grid import PolygonGrid
from bulk.projection import to_metres
from bulk.segment_index import SegmentIndex
from bulk.tally import BOUNDS, EXACT, Measured, Tally, add_distances, by_group, empty
from geo.facilities import least_bounds

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class JobSpec:
    """What is asked, and the small side it is asked of: sent to every worker once.

    Attributes
    ----------
    districts
        Polygons in WGS-84 degrees, shape (d,): points are placed as they are read, without being projected.
    targets
        Points, lines or polygons in the local plane, shape (t,); empty if districts alone are counted, or if the
        points meet other points (`joins_points`).
    accuracy_m
        Metres, shape (t,).
    radii_m
        Metres.
    counts
        Whether targets within each radius are counted too.
    weighs
        Whether the points bring a weight.
    k
        Points that meet points: which of the nearest is measured to, the first or a later one.
    """

    districts: NDArray[np.object_]
    targets: NDArray[np.object_]
    accuracy_m: FloatArray
    radii_m: tuple[float, ...] = ()
    counts: bool = False
    joins_points: bool = False
    weighs: bool = False
    k: int = 1

    @property
    def groups(self) -> int:
        """What lies outside of all districts, and the districts."""
        return len(self.districts) + 1

    @property
    def measures(self) -> bool:
        """Whether distances are asked for."""
        return len(self.targets) > 0 or self.joins_points

    @property
    def nothing(self) -> Tally:
        """The tally of no points."""
        return empty(self.groups, len(self.radii_m) if self.measures else 0, bounds=len(self.bounds))

    @property
    def bounds(self) -> tuple[str, ...]:
        """What each distance is told as: parks bring accuracies, points from files bring none."""
        return EXACT if self.joins_points else BOUNDS if self.measures else ()


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Points that have a position, in degrees, with the group they belong to."""

    lon: FloatArray
    lat: FloatArray
    group: NDArray[np.int32]
    weight: FloatArray | None
    unplaced: int


@dataclass(frozen=True, kw_only=True)
class Indexes:
    """The small side, ready to be asked. Build once per process."""

    job_spec: JobSpec
    grid: PolygonGrid
    targets: tuple[tuple[float, SegmentIndex], ...]  # by accuracy in metres
    counter: Counter | None

    def place(self, points: Points) -> Placed:
        """District of every point that has a position."""
        lon, lat, weight = points.lon, points.lat, points.weight
        if not np.isfinite(lon.sum() + lat.sum()):  # one missing number spoils the sum
            there = np.isfinite(lon) & np.isfinite(lat)
            lon, lat, weight = lon[there], lat[there], None if weight is None else weight[there]
        group = self.grid.locate(lon, lat)
        group += 1  # outside of all is -1 there, and the first group here
        return Placed(lon=lon, lat=lat, group=group, weight=weight, unplaced=len(points.lon) - len(lon))

    def answer(self, points: Points, so_far: Tally | None = None) -> Tally:
        """Tally of some points, by district and to the nearest target, and of those before, whose tally is used up."""
        known = self.job_spec.nothing if so_far is None else so_far
        placed = self.place(points)
        counted = by_group(placed.group, groups=self.job_spec.groups, weight=placed.weight)
        if self.targets:
            add_distances(known, placed.group, self._measure(placed), radii_m=self.job_spec.radii_m)
        return replace(
            known, rows=known.rows + len(points.lon), unplaced=known.unplaced + placed.unplaced,
            n=known.n + counted.n, weight=known.weight + counted.weight,
            unweighted=known.unweighted + counted.unweighted,
        )  # fmt: skip

    def _measure(self, placed: Placed) -> Measured:
        x, y = to_metres(placed.lon, placed.lat)
        gaps = ((accuracy, index.nearest(x, y)[1]) for accuracy, index in self.targets)
        found = least_bounds(gaps, points=len(x))
        metres = np.stack([found.sure_m, found.best_m, np.maximum(found.possible_m, 0.0)])
        return Measured(metres=metres, counts=self._count(x, y))

    def _count(self, x: FloatArray, y: FloatArray) -> NDArray[np.int64] | None:
        """Targets within each radius by bound, shape (n, r, b), where they are asked for."""
        if not self.job_spec.counts:
            return None
        every = np.zeros((len(x), len(self.job_spec.radii_m), len(BOUNDS)), dtype=np.int64)
        for place, radius in enumerate(self.job_spec.radii_m):
            for accuracy, index in self.targets:
                for bound, reach in enumerate((radius - accuracy, radius, radius + accuracy)):
                    if reach > 0:
                        every[:, place, bound] += index.count_within(x, y, reach)
        return every


def build(job_spec: JobSpec) -> Indexes:
    """Make the indexes of a question's small side."""
    counts_alone = not (job_spec.measures or job_spec.weighs)
    grid = PolygonGrid.build(job_spec.districts)
    return Indexes(
        job_spec=job_spec,
        grid=grid,
        targets=tuple(
            (float(each), SegmentIndex.build(job_spec.targets[job_spec.accuracy_m == each]))
            for each in np.unique(job_spec.accuracy_m)
        ),
        counter=Counter(grid=grid) if counts_alone else None,
    )


def answer_all(indexes: Indexes, batches: Iterable[Points]) -> Tally:
    """Tally of all batches, held one at a time."""
    if indexes.counter is not None:
        counted = indexes.counter.count(batches)
        return replace(indexes.job_spec.nothing, n=counted.n, rows=counted.rows, unplaced=counted.unplaced)
    found = indexes.job_spec.nothing
    for points in batches:
        found = indexes.answer(points, found)
    return found
