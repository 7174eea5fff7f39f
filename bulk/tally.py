"""What is kept of a part: whole numbers by district that merge exactly, in any order.

Distances are summed in whole millimetres and counted in fixed bins of 10 m up to 100 km. Both are integers, so that
merging is exact whatever the partitions, the engine or the order. Only sums of weights are floating-point.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from bulk import kernels_tally

BIN_M = 10.0
BINS = 10_000  # to 100 km; one more bin holds what is farther
MILLIMETRES = 1_000.0  # to the metre, as the kernel counts them
BOUNDS = ("sure", "best", "possible")
EXACT = ("best",)  # of what brings no accuracy

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
        Sum of their distances in whole millimetres by bound (`BOUNDS`, or `EXACT`), shape (g, b).
    least, most
        Least and greatest distance in metres, shape (g, b); infinite where there is none.
    bins
        Distances counted in bins of 10 m, shape (g, b, 10,001); b is 0 if no distances were asked for.
    within
        Points that have a target within each radius, shape (g, r, b).
    counted
        Targets within each radius, summed over the points, shape (g, r, b).
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
    metres
        By bound, shape (b, n), infinite where no target was found: the least, over all targets, of distance plus
        accuracy, of distance, and of distance less accuracy (at least 0); or the distance alone.
    counts
        Targets within each radius, shape (n, r, b); None if not asked for.
    """

    metres: FloatArray
    counts: NDArray[np.integer] | None = None


def empty(groups: int, radii: int, *, bounds: int) -> Tally:
    """The tally of no points at all; without bounds no distances are asked for."""
    n, found = np.zeros((2, groups), dtype=np.int64)
    return Tally(
        rows=0, unplaced=0, unweighted=0, n=n, weight=np.zeros(groups), found=found,
        sum_mm=np.zeros((groups, bounds), dtype=np.int64),
        least=np.full((groups, bounds), np.inf), most=np.full((groups, bounds), -np.inf),
        bins=np.zeros((groups, bounds, BINS + 1), dtype=np.int64),
        within=np.zeros((groups, radii, bounds), dtype=np.int64),
        counted=np.zeros((groups, radii, bounds), dtype=np.int64),
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
    none = empty(groups, 0, bounds=0)
    n = np.bincount(group, minlength=groups)
    numbers = {field.name: getattr(none, field.name) for field in fields(Tally)}
    if weight is not None:
        known = np.isfinite(weight)
        numbers["unweighted"] = int(np.count_nonzero(~known))
        numbers["weight"] = np.bincount(group, weights=np.where(known, weight, 0.0), minlength=groups)
    return Tally(**numbers | {"rows": len(group), "n": n})


def of_distances(group: Groups, measured: Measured, *, groups: int, radii_m: tuple[float, ...]) -> Tally:
    """Count distances by group, in a tally of their own; see `add_distances`."""
    found = empty(groups, len(radii_m), bounds=len(measured.metres))
    add_distances(found, group, measured, radii_m=radii_m)
    return found


def add_distances(found: Tally, group: Groups, measured: Measured, *, radii_m: tuple[float, ...]) -> None:
    """Count distances by group: sums, bins, extremes, shares within radii. Adds to the arrays of a tally in place.

    A tally with bounds takes 4 MB: one is enough for all batches of a part.

    Parameters
    ----------
    found
        With as many bounds as ``measured`` has.
    group
        Group of every point, shape (n,).
    radii_m
        Metres, r of them.
    """
    uncounted = np.zeros((0, len(radii_m), len(measured.metres)), dtype=np.int64)
    kernels_tally.tally_distances(
        np.asarray(group, dtype=np.int32),
        measured.metres,
        uncounted if measured.counts is None else measured.counts.astype(np.int64, copy=False),
        np.array(radii_m, dtype=np.float64),
        1.0 / BIN_M,
        kernels_tally.Sums(*(getattr(found, name) for name in kernels_tally.Sums._fields)),
    )


def median_m(bins: IntArray) -> float | None:
    """Middle of the 10 m bin that holds the middle distance: right to 5 m. None beyond 100 km, or of nothing."""
    total = int(bins.sum())
    if total == 0:
        return None
    position = int(np.searchsorted(np.cumsum(bins), (total + 1) // 2))
    return None if position == BINS else (position + 0.5) * BIN_M
