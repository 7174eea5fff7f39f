"""Who or what is to be served: residents, land or places, as weighted points in the local plane."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.crs import to_local
from geo.errors import ParameterError

FloatArray = NDArray[np.float64]
MOST_CELLS = 5_000_000  # of the frame round the land: 40 MB of coordinates
# Weights are whole multiples of 1/65,536. Sums of such numbers are exact below 1.3e11, in whatever order they are
# added: a zone adds up to its residents to the last digit, and equal gains are equal.
GRAIN = 65_536


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Weighted points in metres of ``geo.crs.LOCAL``.

    Attributes
    ----------
    x, y
        Metres, shape (n,).
    weight
        Residents, m² of land, or 1 per place; shape (n,), 0 or more.
    zone
        Position of the zone (district), -1 in none; int32, shape (n,).
    zone_count
        How many zones there are; one without demand is a zone too.
    accuracy_m
        The true place lies within so many metres of the point; shape (n,), 0 for cells of a grid.
    kind
        ``residents``, ``land`` or ``places``.
    modelled
        Whether the weights were spread by a rule of ours and never counted where they stand.
    """

    x: FloatArray
    y: FloatArray
    weight: FloatArray
    zone: NDArray[np.int32]
    zone_count: int
    accuracy_m: FloatArray
    kind: str
    modelled: bool


def residents_grid(districts: gpd.GeoSeries, residents: ArrayLike, *, spacing_m: float = 500.0) -> Demand:
    """Residents on a regular grid, modelled: each district's number, spread evenly over its land.

    Nobody counted the cells: a census says how many live in the district, the even spread is ours and
    ignores where the houses stand. A cell belongs to the district that holds its centre.

    Parameters
    ----------
    districts
        Land of the districts, (multi)polygons in EPSG:4326, shape (k,).
    residents
        Residents of each, shape (k,), whole numbers, 0 or more.
    spacing_m
        Side of a cell in metres.

    Returns
    -------
    Demand
        One point per cell, at its centre, by district and then from south-west to north-east. The weights
        of a district are equal to 1/65,536 and add up exactly to its residents. A district that holds no
        centre has one point inside it.

    Raises
    ------
    ParameterError
        If the spacing is not above 0 or gives more than 5 million cells, the columns differ in length, a
        number of residents is negative or not finite, or a district with residents has no land.
    """
    people = np.asarray(residents, dtype=np.float64)
    _check_lengths(len(districts), people)
    if not np.isfinite(people).all() or (people < 0).any():
        msg = "residents must be finite numbers, 0 or more"
        raise ParameterError(msg, code="not_finite", where="residents")
    local = to_local(districts)
    if (people[_blank(local)] > 0).any():
        msg = "residents without land have no place on a grid"
        raise ParameterError(msg, code="no_land", where=str(np.flatnonzero(_blank(local) & (people > 0)).tolist()))
    return _grid(local, people, spacing_m, kind="residents")


def land_grid(districts: gpd.GeoSeries, *, spacing_m: float = 500.0) -> Demand:
    """Land on a regular grid: each district's area, shared by the cells whose centre it holds.

    Parameters
    ----------
    districts
        Land of the districts, (multi)polygons in EPSG:4326, shape (k,).
    spacing_m
        Side of a cell in metres.

    Returns
    -------
    Demand
        As of `residents_grid`; weights in m² of the equal-area plane, which add up to the district's land.

    Raises
    ------
    ParameterError
        If the spacing is not above 0 or gives more than 5 million cells.
    """
    local = to_local(districts)
    return _grid(local, np.asarray(local.area, dtype=np.float64), spacing_m, kind="land")


def points_demand(
    x: ArrayLike,
    y: ArrayLike,
    *,
    zone: ArrayLike | None = None,
    zone_count: int = 0,
    accuracy_m: ArrayLike | None = None,
) -> Demand:
    """Places that each count once, parks for example.

    Parameters
    ----------
    x, y
        Metres in the local plane, shape (n,).
    zone
        Position of the zone of each, -1 in none; shape (n,). Nothing given: all in none.
    zone_count
        How many zones there are.
    accuracy_m
        Metres, shape (n,). Nothing given: 0.

    Returns
    -------
    Demand
        Same order, weight 1 each.

    Raises
    ------
    ParameterError
        If the columns differ in length, a coordinate is not finite, an accuracy is missing, or a zone is
        not one of -1, 0 ... zone_count - 1.
    """
    east, north = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    where = np.full(len(east), -1, dtype=np.int32) if zone is None else np.asarray(zone, dtype=np.int32)
    slack = np.zeros(len(east)) if accuracy_m is None else np.asarray(accuracy_m, dtype=np.float64)
    _check_lengths(len(east), north, where, slack)
    if not (np.isfinite(east).all() and np.isfinite(north).all()):
        msg = "a place has no finite coordinates"
        raise ParameterError(msg, code="not_finite", where="x, y")
    if not (slack >= 0).all() or not np.isfinite(slack).all():
        msg = "a place has no accuracy"
        raise ParameterError(msg, code="no_accuracy", where="demand")
    if ((where < -1) | (where >= zone_count)).any():
        msg = "a zone is not one of those that exist"
        raise ParameterError(msg, code="unknown_district", where=str(np.unique(where).tolist()))
    return Demand(
        x=east,
        y=north,
        weight=np.ones(len(east)),
        zone=where,
        zone_count=zone_count,
        accuracy_m=slack,
        kind="places",
        modelled=False,
    )


def _check_lengths(n: int, *columns: NDArray[np.generic]) -> None:
    if any(column.shape != (n,) for column in columns):
        msg = "columns differ in length"
        raise ParameterError(msg, code="lengths", where=", ".join(str(column.shape) for column in columns))


def _blank(local: gpd.GeoSeries) -> NDArray[np.bool_]:
    return np.asarray(local.is_empty | local.isna(), dtype=np.bool_)


def _grid(local: gpd.GeoSeries, totals: FloatArray, spacing_m: float, *, kind: str) -> Demand:
    east, north = _centres(local, spacing_m)
    owner = np.full(len(east), -1, dtype=np.int32)
    shapes = local.to_numpy()
    shapely.prepare(shapes)
    for position, shape in enumerate(shapes):
        # a centre on a common border goes to the first: nothing counts twice
        owner[(owner < 0) & shapely.intersects_xy(shape, east, north)] = position
    cells = np.flatnonzero(owner >= 0)
    cells = cells[np.argsort(owner[cells], kind="stable")]
    count = np.bincount(owner[cells], minlength=len(shapes))
    small = np.flatnonzero((count == 0) & ~_blank(local))
    inner = [shapes[at].representative_point() for at in small]
    zone = np.concatenate([owner[cells], small])
    order = np.argsort(zone, kind="stable")
    return Demand(
        x=np.concatenate([east[cells], [point.x for point in inner]])[order],
        y=np.concatenate([north[cells], [point.y for point in inner]])[order],
        weight=_even(totals, np.maximum(count, ~_blank(local))),
        zone=zone[order].astype(np.int32),
        zone_count=len(shapes),
        accuracy_m=np.zeros(len(zone)),
        kind=kind,
        modelled=kind == "residents",
    )


def _centres(local: gpd.GeoSeries, spacing_m: float) -> tuple[FloatArray, FloatArray]:
    """Centres of all cells of the frame round the land, row by row; cells lie at whole multiples of the spacing."""
    if not (spacing_m > 0 and np.isfinite(spacing_m)):
        msg = "the spacing of a grid must be greater than 0 m"
        raise ParameterError(msg, code="spacing", where=str(spacing_m))
    if _blank(local).all():
        return np.empty(0), np.empty(0)
    west, south, right, top = (edge / spacing_m for edge in local.total_bounds)
    if (right - west + 2) * (top - south + 2) > MOST_CELLS:
        msg = f"the grid would have more than {MOST_CELLS:,} cells"
        raise ParameterError(msg, code="spacing", where=str(spacing_m))
    columns = np.arange(np.floor(west), np.ceil(right)) + 0.5
    rows = np.arange(np.floor(south), np.ceil(top)) + 0.5
    return np.tile(columns * spacing_m, len(rows)), np.repeat(rows * spacing_m, len(columns))


def _even(totals: FloatArray, count: NDArray[np.int64]) -> FloatArray:
    """Share each total among its cells in whole grains; the first cells take the grains that are left over."""
    grains = np.rint(totals * GRAIN).astype(np.int64)
    each, over = np.divmod(grains, np.maximum(count, 1))
    starts = np.cumsum(count) - count
    rank = np.arange(int(count.sum())) - np.repeat(starts, count)
    return np.asarray((np.repeat(each, count) + (rank < np.repeat(over, count))) / GRAIN, dtype=np.float64)
