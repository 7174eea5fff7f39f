"""Known facilities, and how far the nearest of them is at the worst, as drawn, and at the best."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from geo.blocks import blocks
from geo.demand import Demand
from geo.errors import ParameterError

FloatArray = NDArray[np.float64]
POINT = 0  # shapely's number of the type
MANY_CLASSES = 50  # accuracies: with more, looking at blocks of demand costs less than asking a tree for each
SLACK_M = 1e-6  # more than the rounding of a bound


@dataclass(frozen=True, kw_only=True)
class Facilities:
    """Known facilities in metres of ``geo.crs.LOCAL``: points, or lines and polygons by `Facilities.of`.

    Attributes
    ----------
    x, y
        Metres, shape (m,); m may be 0. Of a line or polygon: of a point on it.
    accuracy_m
        The true place lies within so many metres of what is drawn, shape (m,).
    complete
        The user declares that there are no others.
    shapes
        Lines, polygons and points, shape (m,), if not all are points: distances are then to these, 0 inside a polygon.
    """

    x: FloatArray
    y: FloatArray
    accuracy_m: FloatArray
    complete: bool = False
    shapes: NDArray[np.object_] | None = None

    @classmethod
    def of(cls, shapes: NDArray[np.object_], accuracy_m: FloatArray, *, complete: bool = False) -> "Facilities":
        """Facilities of any geometry; a line in several rows of different accuracy keeps the accuracy of each.

        Parameters
        ----------
        shapes
            Points, lines and valid polygons in metres of ``geo.crs.LOCAL``, none of them empty, shape (m,).
        accuracy_m
            Metres, shape (m,).
        complete
            The user declares that there are no others.

        Raises
        ------
        ParameterError
            If the columns differ in length, a geometry is missing or empty, or an accuracy is missing.
        """
        places = np.array(shapes, dtype=object)
        places[shapely.is_empty(places)] = None
        plain = bool((shapely.get_type_id(places) == POINT).all())
        on = places if plain else shapely.point_on_surface(places)
        x, y = (np.asarray(axis, dtype=np.float64) for axis in (shapely.get_x(on), shapely.get_y(on)))
        return cls(x=x, y=y, accuracy_m=accuracy_m, complete=complete, shapes=None if plain else places)

    def __post_init__(self) -> None:
        """Refuse columns of different length, missing coordinates and missing accuracies."""
        columns = (self.x, self.y, self.accuracy_m, *([] if self.shapes is None else [self.shapes]))
        if any(column.shape != (len(self.x),) for column in columns):
            msg = "columns differ in length"
            raise ParameterError(msg, code="lengths", where="facilities")
        if not (np.isfinite(self.x).all() and np.isfinite(self.y).all()):
            msg = "a facility has no finite coordinates"
            raise ParameterError(msg, code="not_finite", where="facilities")
        if not (np.isfinite(self.accuracy_m).all() and (self.accuracy_m >= 0).all()):
            msg = "facilities without an accuracy have no distance"
            raise ParameterError(msg, code="no_accuracy", where="facilities")


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Metres from every demand point to a facility, shape (n,); ``inf`` where none is near enough.

    Attributes
    ----------
    sure_m
        Some facility is no farther than this, whatever the truth within the accuracies.
    best_m
        By the points as drawn.
    possible_m
        No known facility is nearer than this; may be below 0 where the accuracies overlap.
    """

    sure_m: FloatArray
    best_m: FloatArray
    possible_m: FloatArray


def distance_bounds(demand: Demand, facilities: Facilities, *, up_to_m: float = np.inf) -> Bounds:
    """Metres to the nearest facility: at the worst, as drawn, at the best.

    Over the facilities the least of d + accuracy, of d and of d - accuracy, and then the accuracy of the
    demand point added, or taken off. Facilities of few different accuracies are asked class by class, points
    of many block by block of the demand.

    Parameters
    ----------
    demand
        Shape (n,).
    facilities
        Shape (m,); none gives ``inf``.
    up_to_m
        Distances that are larger need not be found and become ``inf``.

    Returns
    -------
    Bounds
        Three arrays of shape (n,), in the demand's order.
    """
    least = _least(demand, facilities, up_to_m=up_to_m)
    bounds = least.sure_m + demand.accuracy_m, least.best_m, least.possible_m - demand.accuracy_m
    near = [np.where(bound <= up_to_m, bound, np.inf) for bound in bounds]
    return Bounds(sure_m=near[0], best_m=near[1], possible_m=near[2])


def _least(demand: Demand, facilities: Facilities, *, up_to_m: float) -> Bounds:
    """The same without the accuracy of the demand points, and of what lies beyond the limit maybe too large."""
    classes = np.unique(facilities.accuracy_m)
    if facilities.shapes is None and len(classes) > MANY_CLASSES:
        return _least_by_block(demand, facilities)
    reach = up_to_m + demand.accuracy_m.max(initial=0.0)
    gaps = (
        (float(each), _nearest_m(demand, facilities, facilities.accuracy_m == each, up_to_m=reach + float(each)))
        for each in classes
    )
    return least_bounds(gaps, points=len(demand.x))


def least_bounds(gaps: Iterable[tuple[float, FloatArray]], *, points: int) -> Bounds:
    """The least of d + accuracy, of d and of d - accuracy over classes of facilities that are known equally well.

    A facility that is known coarsely may be in reach though another is nearer as drawn: so no class can be left out.

    Parameters
    ----------
    gaps
        Of every class its accuracy and the metres from each point to its nearest facility, shape (n,).
    points
        How many points there are; without any class all is ``inf``.

    Returns
    -------
    Bounds
        Three arrays of shape (n,), the accuracy of the points themselves not in it.
    """
    sure, best, possible = (np.full(points, np.inf) for _ in range(3))
    for accuracy, gap in gaps:
        for least, metres in ((sure, gap + accuracy), (best, gap), (possible, gap - accuracy)):
            np.minimum(least, metres, out=least)
    return Bounds(sure_m=sure, best_m=best, possible_m=possible)


def _least_by_block(demand: Demand, facilities: Facilities) -> Bounds:
    """The same for points of many accuracies: few of them can be the least for any place of a block."""
    least = np.full((3, len(demand.x)), np.inf)
    added = np.stack([facilities.accuracy_m, np.zeros(len(facilities.x)), -facilities.accuracy_m])
    for some in blocks(demand.x, demand.y):
        east, north = demand.x[some], demand.y[some]
        x, y = (float(axis.min() + axis.max()) / 2 for axis in (east, north))
        wide = 2 * float(np.hypot(east - x, north - y).max()) + SLACK_M
        middle = np.hypot(facilities.x - x, facilities.y - y) + added
        near = (middle <= middle.min(axis=1, keepdims=True) + wide).any(axis=0)
        gap = np.hypot(facilities.x[near] - east[:, np.newaxis], facilities.y[near] - north[:, np.newaxis])
        for bound, metres in zip(least, added[:, near], strict=True):
            bound[some] = (gap + metres).min(axis=1)
    return Bounds(sure_m=least[0], best_m=least[1], possible_m=least[2])


def _nearest_m(demand: Demand, facilities: Facilities, which: NDArray[np.bool_], *, up_to_m: float) -> FloatArray:
    """Metres to the nearest of some facilities, ``inf`` beyond a limit. The one place that asks a tree."""
    # a tree leaves out what lies at the very limit, and its sums may differ from ours in the last digit
    limit = up_to_m * (1 + 1e-9) + 1e-6
    if facilities.shapes is not None:
        metres = np.full(len(demand.x), np.inf)
        (at, _), gap = STRtree(facilities.shapes[which]).query_nearest(
            shapely.points(demand.x, demand.y),
            max_distance=limit if np.isfinite(limit) else None,
            return_distance=True,
            all_matches=False,
        )
        metres[at] = gap
        return metres
    from scipy.spatial import cKDTree  # noqa: PLC0415 - the app starts without scipy

    places = np.column_stack([facilities.x[which], facilities.y[which]])
    found, _ = cKDTree(places).query(np.column_stack([demand.x, demand.y]), distance_upper_bound=limit)
    return np.asarray(found, dtype=np.float64)
