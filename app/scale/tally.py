"""What is kept of a part: whole numbers by district that merge exactly, in any order.

Distances are summed in whole millimetres and counted in fixed bins of 10 m up to 100 km. Both are integers, so that
merging is exact whatever the partitions, the engine or the order. Only sums of weights are floating-point.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import reduce

import numpy as np
from numpy.typing import NDArray

BIN_M = 10.0
BINS = 10_000  # to 100 km; one more bin holds what is farther
MILLIMETRES = 1_000.0
BOUNDS = ("sure", "best", "possible")

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Groups = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Numbers of some points, by group: the points outside all districts, then the districts in order.

    Attributes
    ----------
    rows
        All rows; those without a position are ``unplaced`` and in no group.
    n, weight
        Points and sum of weights, shape (g,). ``unweighted`` rows had no weight and added 0.
    found
        Points that have a nearest target, shape (g,).
    sum_mm
        Sum of their distances in whole millimetres, shape (g,).
    least, most
        Least and greatest distance in metres, shape (g,); infinite where there is none.
    bins
        Distances counted in bins of 10 m, shape (g, 10,001), or (g, 0) if no distances were asked for.
    within
        Points whose nearest target lies within each radius, shape (g, r, 3): surely, as drawn, possibly.
    counted
        Targets within each radius, summed over the points, shape (g, r).
    """

    rows: int
    unplaced: int
    unweighted: int
    n: IntArray
    weight: FloatArray
    found: IntArray
    sum_mm: IntArray
    least: FloatArray
    most: FloatArray
    bins: IntArray
    within: IntArray
    counted: IntArray


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Distances of points to their nearest target.

    Attributes
    ----------
    distance_m
        Shape (n,), infinite where no target was found.
    slack_m
        Accuracy of the target that was found, metres, shape (n,); None for targets that are known exactly.
    counts
        Targets within each radius, shape (n, r); None if not asked for.
    """

    distance_m: FloatArray
    slack_m: FloatArray | None = None
    counts: NDArray[np.integer] | None = None


def empty(groups: int, radii: int, *, distances: bool) -> Tally:
    """The tally of no points at all."""
    whole = np.zeros(groups, dtype=np.int64)
    return Tally(
        rows=0, unplaced=0, unweighted=0, n=whole, weight=np.zeros(groups), found=whole, sum_mm=whole,
        least=np.full(groups, np.inf), most=np.full(groups, -np.inf),
        bins=np.zeros((groups, BINS + 1 if distances else 0), dtype=np.int64),
        within=np.zeros((groups, radii, len(BOUNDS)), dtype=np.int64),
        counted=np.zeros((groups, radii), dtype=np.int64),
    )  # fmt: skip


def merge(left: Tally, right: Tally) -> Tally:
    """The tally of both. Adding is exact for all but the weights."""
    joined = {
        field.name: getattr(left, field.name) + getattr(right, field.name)
        for field in fields(Tally)
        if field.name not in {"least", "most"}
    }
    least, most = np.minimum(left.least, right.least), np.maximum(left.most, right.most)
    return Tally(**joined, least=least, most=most)


def merge_all(tallies: Iterable[Tally]) -> Tally:
    """The tally of all, at least one."""
    return reduce(merge, tallies)


def by_group(group: Groups, *, groups: int, weight: FloatArray | None) -> Tally:
    """Count points, and sum their weights.

    Parameters
    ----------
    group
        Group of every point that has a position, shape (n,).
    weight
        Shape (n,), NaN where a row has none.
    """
    none = empty(groups, 0, distances=False)
    n = np.bincount(group, minlength=groups)
    numbers = {field.name: getattr(none, field.name) for field in fields(Tally)}
    if weight is not None:
        known = np.isfinite(weight)
        numbers["unweighted"] = int(np.count_nonzero(~known))
        numbers["weight"] = np.bincount(group, weights=np.where(known, weight, 0.0), minlength=groups)
    return Tally(**numbers | {"rows": len(group), "n": n})


def of_distances(group: Groups, measured: Measured, *, groups: int, radii_m: tuple[float, ...]) -> Tally:
    """Count distances by group: sums, bins, extremes, shares within radii.

    Parameters
    ----------
    group
        Group of every point, shape (n,).
    radii_m
        Metres, r of them.
    """
    there = np.isfinite(measured.distance_m)
    whole = bool(there.all())
    at, gap = (group, measured.distance_m) if whole else (group[there], measured.distance_m[there])
    least, most = np.full(groups, np.inf), np.full(groups, -np.inf)
    np.minimum.at(least, at, gap)
    np.maximum.at(most, at, gap)
    binned = np.minimum(gap * (1.0 / BIN_M), float(BINS)).astype(np.int32)
    slack = None if measured.slack_m is None else measured.slack_m if whole else measured.slack_m[there]
    within = [_bounds(at, gap, slack, groups, radius) for radius in radii_m]
    counted = np.zeros((groups, len(radii_m)), dtype=np.int64)
    if measured.counts is not None:
        for column in range(len(radii_m)):
            # below 2**53 these floating-point sums are exact
            counted[:, column] = np.bincount(group, weights=measured.counts[:, column], minlength=groups)
    return Tally(
        rows=0, unplaced=0, unweighted=0, n=np.zeros(groups, dtype=np.int64), weight=np.zeros(groups),
        found=np.bincount(at, minlength=groups),
        sum_mm=np.bincount(at, weights=np.rint(gap * MILLIMETRES), minlength=groups).astype(np.int64),
        least=least, most=most,
        bins=np.bincount(at * (BINS + 1) + binned, minlength=groups * (BINS + 1)).reshape(groups, BINS + 1),
        within=np.stack(within, axis=1) if within else np.zeros((groups, 0, len(BOUNDS)), dtype=np.int64),
        counted=counted,
    )  # fmt: skip


def _bounds(at: Groups, gap: FloatArray, slack: FloatArray | None, groups: int, radius: float) -> IntArray:
    best = np.bincount(at[gap <= radius], minlength=groups)
    if slack is None:
        return np.stack([best, best, best], axis=1)
    sure = np.bincount(at[gap + slack <= radius], minlength=groups)
    possible = np.bincount(at[gap - slack <= radius], minlength=groups)
    return np.stack([sure, best, possible], axis=1)


def median_m(bins: IntArray) -> float | None:
    """Middle of the 10 m bin that holds the middle distance: right to 5 m. None beyond 100 km, or of nothing."""
    total = int(bins.sum())
    if total == 0:
        return None
    position = int(np.searchsorted(np.cumsum(bins), (total + 1) // 2))
    return None if position == BINS else (position + 0.5) * BIN_M
