"""The order of the candidates: which of several equally good places is taken, decided by a neutral rule.

Where demand is spread evenly, many candidates gain exactly the same, and every method takes the lowest position. The
order says what that means: never the end of the land at which a grid happened to begin.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from geo.demand import GRAIN, Demand
from geo.siting.plan import Candidates

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def spread_order(candidates: Candidates, demand: Demand) -> IntArray:
    """Order in which every beginning of the list lies spread over its zones, from the middle outwards.

    In each zone the candidate nearest to the centre of its demand comes first, then always the one farthest from those
    before it (Gonzalez 1985); of equally far ones the first as given. Zones take turns: all first ones by zone, all
    second ones, and so on.

    Parameters
    ----------
    candidates
        Shape (c,).
    demand
        Its points and weights give the centre of each zone. A zone without demand has the mean of its candidates.

    Returns
    -------
    numpy.ndarray
        Positions of the candidates, each once, shape (c,).
    """
    rank = np.zeros(len(candidates.x), dtype=np.int64)
    for zone in np.unique(candidates.zone):
        here = np.flatnonzero(candidates.zone == zone)
        x, y = candidates.x[here], candidates.y[here]
        rank[here[_farthest_first(x, y, _centre(demand, int(zone), x, y))]] = np.arange(len(here))
    return np.lexsort((candidates.zone, rank)).astype(np.int64)


def reordered(candidates: Candidates, order: IntArray) -> Candidates:
    """The candidates in another order.

    Parameters
    ----------
    candidates
        Shape (c,).
    order
        Positions, as of `spread_order`.
    """
    return Candidates(x=candidates.x[order], y=candidates.y[order], zone=candidates.zone[order])


def equalized(demand: Demand) -> Demand:
    """Demand of a grid with exactly equal weights within each zone, where it is spread evenly.

    A zone's number does not divide evenly among its cells: the first cells of a grid carry 1/65,536 more
    (`geo.demand`). That is right for sums, but it would decide between candidates that are equal. So plans are sought
    and bounded with this demand, and stated with the true one (`geo.siting.steps`).

    Parameters
    ----------
    demand
        Of a grid, shape (n,).

    Returns
    -------
    Demand
        Every weight is the mean of its zone, rounded down to 1/65,536: never above the true weight, and below it by
        at most that much. Places stay as they are.
    """
    return demand if demand.kind == "places" else _averaged(demand, (demand.zone + 1).astype(np.int64))


def equalized_order(demand: Demand) -> Demand:
    """Demand by which the greedy method chooses: as `equalized`, and land equal in all zones, too.

    Land is as dense in one district as in another, yet its cells are not: where a border leaves few centres inside,
    each carries a few per cent more. Chosen by that, all points would go to the district on which the grid happens to
    fall so. What the plan reaches is stated, and bounded, without this.

    Parameters
    ----------
    demand
        Of a grid, shape (n,).
    """
    return _averaged(demand, np.zeros(len(demand.x), dtype=np.int64)) if demand.kind == "land" else equalized(demand)


def bound_corrected(bound: float, level: Demand, true: Demand, *, served: NDArray[np.bool_]) -> float:
    """Bound of a cover with the true weights, from one with levelled weights.

    A plan adds the true weights of the cells that it newly reaches. Each of them is at most ``q`` times the levelled
    weight, with q the largest such ratio of any cell not yet served. So no plan adds more than q times what one can add
    by levelled weights, and the certificate stays valid. By zone q is 1 but for 1/65,536 of a weight.

    Parameters
    ----------
    bound
        Weight that any plan covers at most by ``level``, what is served included.
    level, true
        The same points with levelled and true weights, shape (n,).
    served
        Which points the existing serve, shape (n,).

    Returns
    -------
    float
        Weight that any plan covers at most by ``true``; never above all of it.
    """
    before, total = float(true.weight[served].sum()), float(true.weight.sum())
    open_now = ~served & (true.weight > 0)
    if not open_now.any():
        return before
    if not level.weight[open_now].all():
        return total
    most = float((true.weight[open_now] / level.weight[open_now]).max())
    return min(before + most * (bound - float(level.weight[served].sum())), total)


def _averaged(demand: Demand, group: NDArray[np.int64]) -> Demand:
    mean = np.bincount(group, weights=demand.weight) / np.maximum(np.bincount(group), 1)
    return replace(demand, weight=np.floor(mean[group] * GRAIN) / GRAIN)


def _centre(demand: Demand, zone: int, x: FloatArray, y: FloatArray) -> tuple[float, float]:
    weight = np.where(demand.zone == zone, demand.weight, 0.0)
    if not weight.any():
        return float(x.mean()), float(y.mean())
    return float(np.average(demand.x, weights=weight)), float(np.average(demand.y, weights=weight))


def _farthest_first(x: FloatArray, y: FloatArray, centre: tuple[float, float]) -> IntArray:
    order = np.zeros(len(x), dtype=np.int64)
    nearest = np.full(len(x), np.inf)
    taken = int(np.argmin(np.hypot(x - centre[0], y - centre[1])))
    for step in range(len(x)):
        order[step] = taken
        nearest = np.minimum(nearest, np.hypot(x - x[taken], y - y[taken]))
        nearest[taken] = -1.0
        taken = int(np.argmax(nearest))
    return order
