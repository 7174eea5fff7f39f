"""The order of the candidates: which of several equally good places is taken, decided by a neutral rule.

Where demand is spread evenly, many candidates gain exactly the same, and every method takes the lowest position. The
order says what that means: never the end of the land at which a grid happened to begin.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from geo.demand import GRAIN, Demand
from geo.siting import Candidates

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


def levelled(demand: Demand) -> Demand:
    """Demand of a grid with exactly equal weights where it is spread evenly: residents by zone, land everywhere.

    A zone's number does not divide evenly among its cells: the first cells of a grid carry 1/65,536 more, and cells of
    land a few per cent more where a border leaves few centres inside (`geo.demand`). That is right for sums, but it
    would decide between candidates that are equal.

    Parameters
    ----------
    demand
        Of a grid, shape (n,).

    Returns
    -------
    Demand
        Every weight is the mean of its zone (land: of all), rounded down to 1/65,536. Places stay as they are.
    """
    if demand.kind == "places" or not len(demand.x):
        return demand
    group = np.zeros(len(demand.x), dtype=np.int64) if demand.kind == "land" else demand.zone + 1
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
