"""New points that bring as much weight as possible within the radius: lazy greedy over a sparse matrix of reach.

The covered weight is submodular, so a gain never grows while points are added: an old gain is an upper bound of
the present one, and only the few candidates at the top of the heap are ever measured anew (Minoux 1978).
Without minima the gain is at least 1 - 1/e = 63.2 % of the best possible (Nemhauser, Wolsey and Fisher 1978), with
minima at least half of it (Fisher, Nemhauser and Wolsey 1978). How much it is in the case at hand says
`geo.siting.exact.bound_cover`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from geo.errors import ParameterError
from geo.siting.plan import Plan, Problem, build_plan, check, existing_distance_m

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
SMALLER = "Ask for a smaller radius, for fewer districts, or for the places of a layer as candidates."
MOST_PAIRS = 20_000_000  # of a candidate and a demand point in its reach: 0.8 GB while they are found


@dataclass(frozen=True, kw_only=True)
class ReachMatrix:
    """Which demand every candidate reaches, row by row (CSR), without what the existing points serve.

    Attributes
    ----------
    start
        Row of candidate j: ``column[start[j]:start[j + 1]]``; shape (c + 1,).
    column
        Positions of demand points, ascending in a row.
    weight
        Weight still to be won, shape (n,): 0 where an existing point serves.
    """

    start: IntArray
    column: IntArray
    weight: FloatArray

    def row(self, candidate: int) -> IntArray:
        """Positions of the demand in reach of a candidate."""
        return self.column[self.start[candidate] : self.start[candidate + 1]]

    def collected(self, value: FloatArray) -> FloatArray:
        """Sum of a value of the demand points, shape (n,), over every candidate's row; shape (c,)."""
        owner = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        sums = np.bincount(owner, weights=value[self.column], minlength=len(self.start) - 1)
        return np.asarray(sums, dtype=np.float64)

    def reached(self, chosen: IntArray) -> NDArray[np.bool_]:
        """Which demand is in reach of at least one of the chosen, of that which the existing do not serve."""
        found = np.zeros(len(self.weight), dtype=np.bool_)
        for candidate in chosen:
            found[self.row(int(candidate))] = True
        return found


class Quota:
    """New points that may still be placed, and those that the minima still ask for."""

    def __init__(self, n: int, minimum: Mapping[int, int]) -> None:
        self.left = n
        self.owed = {zone: least for zone, least in minimum.items() if least > 0}

    @property
    def is_tight(self) -> bool:
        """Whether every point that is left is owed to a zone."""
        return self.left == sum(self.owed.values())

    def allows(self, zone: int) -> bool:
        """Whether a point may be placed in a zone. What is refused once is refused for good."""
        return self.left > 0 and (zone in self.owed or not self.is_tight)

    def take(self, zone: int) -> None:
        """Count a point that was placed."""
        self.left -= 1
        if zone in self.owed:
            self.owed[zone] -= 1
            if self.owed[zone] == 0:
                del self.owed[zone]


def reach_matrix(problem: Problem) -> ReachMatrix:
    """Pairs of candidate and demand point within the radius, as rows.

    Returns
    -------
    ReachMatrix
        Without demand of weight 0 and without what an existing point serves.

    Raises
    ------
    ParameterError
        If there are more than 20 million pairs.
    """
    from scipy.spatial import cKDTree  # noqa: PLC0415 - the app starts without scipy

    demand, candidates, radius = problem.demand, problem.candidates, problem.radius_m
    open_weight = np.where(existing_distance_m(problem, up_to_m=radius) <= radius, 0.0, demand.weight)
    wanted = np.flatnonzero(open_weight > 0)
    here = cKDTree(np.column_stack([candidates.x, candidates.y]))
    there = cKDTree(np.column_stack([demand.x[wanted], demand.y[wanted]]))
    reach = radius * (1 + 1e-9)
    if here.count_neighbors(there, reach) > MOST_PAIRS:
        msg = f"more than {MOST_PAIRS:,} pairs of candidate and demand point within the radius"
        raise ParameterError(msg, code="too_large", where=str(radius), hint=SMALLER)
    pairs = here.sparse_distance_matrix(there, reach, output_type="ndarray")
    at, to = pairs["i"].astype(np.int64), wanted[pairs["j"]]
    gap = np.hypot(candidates.x[at] - demand.x[to], candidates.y[at] - demand.y[to])
    at, to = at[gap <= radius], to[gap <= radius]
    order = np.lexsort((to, at))
    start = np.concatenate([[0], np.cumsum(np.bincount(at, minlength=len(candidates.x)))])
    return ReachMatrix(start=start.astype(np.int64), column=to[order], weight=open_weight)


def greedy_cover(problem: Problem) -> Plan:
    """New points one by one, each where it adds most weight; equal gains go to the lowest position.

    The minima bind only as late as they must: while more points are left than the zones are owed, the best
    candidate anywhere is taken.

    Returns
    -------
    Plan
        At most n points; one that adds nothing is left out, unless a minimum asks for it.

    Raises
    ------
    ParameterError
        If no plan can answer the problem (`geo.siting.plan.check`), or it has more than 20 million pairs in reach.
    """
    check(problem)
    matrix = reach_matrix(problem)
    return cover_plan(problem, matrix, "greedy_cover", among=np.arange(len(problem.candidates.x)))


def cover_plan(problem: Problem, matrix: ReachMatrix, method: str, *, among: IntArray) -> Plan:
    """Greedy plan from some of the candidates; of a choice already made, its order and its gains.

    Parameters
    ----------
    problem, matrix
        A checked problem and its matrix.
    method
        Name of the plan.
    among
        Positions of candidates that may be taken.

    Returns
    -------
    Plan
        Without a bound.
    """
    picked = lazy_greedy(matrix, Quota(problem.n, problem.minimum_per_zone), problem.candidates.zone, among=among)
    chosen = np.array([position for position, _ in picked], dtype=np.int64)
    gains = np.array([gain for _, gain in picked], dtype=np.float64)
    return build_plan(problem, method, chosen=chosen, gains=gains, reached=matrix.reached(chosen))


def lazy_greedy(
    matrix: ReachMatrix, quota: Quota, zone: NDArray[np.int32], *, among: IntArray
) -> list[tuple[int, float]]:
    """Take the candidate of largest gain until the quota is used up or nothing can be gained.

    Parameters
    ----------
    matrix
        Rows of the candidates.
    quota
        Used up on the way.
    zone
        Of every candidate, shape (c,).
    among
        Positions of candidates that may be taken.

    Returns
    -------
    list of tuple
        Position and gain of each, in order.
    """
    left = matrix.weight.copy()
    heap = [(-gain, each, 0) for gain, each in zip(matrix.collected(left)[among].tolist(), among.tolist(), strict=True)]
    heapify(heap)
    picked: list[tuple[int, float]] = []
    while heap and quota.left:
        minus_gain, candidate, measured = heappop(heap)
        where = int(zone[candidate])
        if not quota.allows(where) or (minus_gain == 0 and where not in quota.owed):
            continue
        row = matrix.row(candidate)
        if measured < len(picked):
            heappush(heap, (-float(left[row].sum()), candidate, len(picked)))
            continue
        picked.append((candidate, -minus_gain))
        quota.take(where)
        left[row] = 0.0
    return picked
