"""New points that make the worst distance as small as possible (p-center), greedy and exact.

Farthest first (Gonzalez 1985; Hochbaum and Shmoys 1986): the next point is the candidate nearest to the demand that is
worst served. Without minima its worst distance is at most three times the best possible: if it were more, the n + 1
demand points looked at would lie more than twice the best distance apart, and n points could not serve them all.
Here demand counts or does not: a point of weight 0 is left out, all others weigh the same.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.errors import ParameterError
from geo.siting import Plan, Problem, build_plan, check, existing_distance_m, new_distance_m
from geo.siting_cover import Quota
from geo.siting_exact import check_time_limit, zone_rows

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
MOST_DISTANCES = 4_000_000  # of demand points times candidates, for the exact method: 32 MB


def greedy_center(problem: Problem) -> Plan:
    """New points one by one, each at the candidate nearest to the demand that is worst served.

    Parameters
    ----------
    problem
        ``radius_m`` plays no part in the choice, only in the weights that the plan states.

    Returns
    -------
    Plan
        At most n points: it ends when no candidate helps the worst-served demand, unless minima are owed.
        ``gains`` are metres off the worst distance, ``inf`` for the first of all points.

    Raises
    ------
    ParameterError
        If no plan can answer the problem (`geo.siting.check`).
    """
    check(problem)
    return _plan(problem, "greedy_center", among=np.arange(len(problem.candidates.x)))


def bound_center(problem: Problem) -> float:
    """Lower bound of the worst distance of any plan, in metres.

    The larger of two: no demand is served nearer than by all existing points and candidates together; and among
    n + 1 demand points, found farthest first, one stays with the existing points or shares a new point with
    another, which lies at least half their distance from one of them.

    Returns
    -------
    float
        Metres; 0 without demand.

    Raises
    ------
    ParameterError
        If no plan can answer the problem (`geo.siting.check`).
    """
    check(problem)
    x, y, key = _active(problem)
    if not len(x):
        return 0.0
    everywhere = new_distance_m(problem, np.arange(len(problem.candidates.x)))[problem.demand.weight > 0]
    alone = float(np.minimum(key, everywhere).max())
    for _ in range(problem.n):
        worst = int(np.argmax(key))
        key = np.minimum(key, np.hypot(x - x[worst], y - y[worst]) / 2)
    return max(alone, float(key.max()))


def optimal_center(problem: Problem, *, time_limit_s: float) -> Plan:
    """The plan with the smallest worst distance: binary search over all distances that occur.

    Whether n points can serve all within a distance is a set-cover question, answered by HiGHS.

    Parameters
    ----------
    problem
        Demand with weight times candidates at most 4 million.
    time_limit_s
        Seconds, greater than 0, shared evenly by the steps of the search.

    Returns
    -------
    Plan
        ``proven`` if every step was answered; else ``bound`` is the largest distance below which nothing is possible.

    Raises
    ------
    ParameterError
        If no plan can answer the problem (`geo.siting.check`), it is too large, or the time limit is not above 0.
    """
    check(problem)
    check_time_limit(time_limit_s)
    if np.count_nonzero(problem.demand.weight) * len(problem.candidates.x) > MOST_DISTANCES:
        msg = f"demand times candidates is more than {MOST_DISTANCES:,}"
        raise ParameterError(msg, code="too_large", where="optimal_center", hint="Use a coarser grid.")
    x, y, existing = _active(problem)
    gaps = np.hypot(x[:, None] - problem.candidates.x, y[:, None] - problem.candidates.y)
    greedy = _plan(problem, "optimal_center", among=np.arange(len(problem.candidates.x)))
    low, high = bound_center(problem) * (1 - 1e-9), greedy.worst_after_m
    values = np.unique(np.concatenate([gaps.ravel(), existing]))
    values = values[(values >= low) & (values < high)]
    found = _search(problem, gaps, existing, values, time_limit_s=time_limit_s)
    best = greedy if found.among is None else _plan(problem, "optimal_center", among=found.among)
    bound = float(values[found.floor]) if found.floor < len(values) else best.worst_after_m
    return replace(best, bound=min(bound, best.worst_after_m), proven=found.proven)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What the search found: a choice (none: greedy is as good); below ``floor`` nothing is possible; all answered."""

    among: IntArray | None
    floor: int
    proven: bool


def _search(
    problem: Problem, gaps: FloatArray, existing: FloatArray, values: FloatArray, *, time_limit_s: float
) -> _Found:
    among, bottom, floor, top, proven = None, 0, 0, len(values), True
    limit = time_limit_s / max(len(values).bit_length(), 1)
    while bottom < top:
        middle = (bottom + top) // 2
        possible, choice = _serve_all(problem, gaps, existing, values[middle], time_limit_s=limit)
        if possible:
            among, top = choice, middle
            continue
        bottom = middle + 1
        proven = proven and possible is not None
        floor = bottom if possible is not None else floor
    return _Found(among=among, floor=floor, proven=proven)


def _serve_all(
    problem: Problem, gaps: FloatArray, existing: FloatArray, distance: float, *, time_limit_s: float
) -> tuple[bool | None, IntArray | None]:
    """Whether n new points can serve all demand within a distance (nothing: no answer in time), and which."""
    from scipy.optimize import LinearConstraint, milp  # noqa: PLC0415 - the app starts without scipy
    from scipy.sparse import csr_array, vstack  # noqa: PLC0415

    needed = gaps[existing > distance] <= distance
    numbers, limits = zone_rows(problem)
    rows = vstack([csr_array(-needed.astype(float)), csr_array(numbers)], format="csr")
    solved = milp(
        np.zeros(gaps.shape[1]),
        constraints=LinearConstraint(rows, ub=np.concatenate([-np.ones(len(needed)), limits])),
        bounds=(0, 1),
        integrality=np.ones(gaps.shape[1]),
        options={"time_limit": time_limit_s},
    )
    if solved.x is not None:
        return True, np.flatnonzero(solved.x > 0.5)  # noqa: PLR2004 - 0 or 1 up to a tolerance
    return (False if solved.status == 2 else None), None  # noqa: PLR2004 - HiGHS: 2 is infeasible


def _active(problem: Problem) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Demand with weight: x, y and the distance to the existing points."""
    wanted = problem.demand.weight > 0
    return problem.demand.x[wanted], problem.demand.y[wanted], existing_distance_m(problem)[wanted]


def _plan(problem: Problem, method: str, *, among: IntArray) -> Plan:
    picked = _farthest_first(problem, among)
    chosen = np.array([position for position, _ in picked], dtype=np.int64)
    gains = np.array([gain for _, gain in picked], dtype=np.float64)
    reached = new_distance_m(problem, chosen) <= problem.radius_m
    return build_plan(problem, method, chosen=chosen, gains=gains, reached=reached)


def _farthest_first(problem: Problem, among: IntArray) -> list[tuple[int, float]]:
    x, y, served = _active(problem)
    candidates, quota = problem.candidates, Quota(problem.n, problem.minimum_per_zone)
    free = np.zeros(len(candidates.x), dtype=np.bool_)
    free[among] = True
    picked: list[tuple[int, float]] = []
    gap, helped = np.zeros(len(candidates.x)), False
    while quota.left and free.any():
        if len(x):
            worst = int(np.argmax(served))
            gap = np.hypot(candidates.x - x[worst], candidates.y - y[worst])
            helped = float(gap[free].min()) < served[worst]
        # when no candidate helps the worst-served demand, only what is owed to zones is still placed
        owed_only = quota.is_tight or not helped
        open_now = free & np.isin(candidates.zone, list(quota.owed)) if owed_only else free
        if not open_now.any():
            break
        choice = int(np.argmin(np.where(open_now, gap, np.inf)))
        after = np.minimum(served, np.hypot(x - candidates.x[choice], y - candidates.y[choice]))
        picked.append((choice, float(served.max(initial=0.0) - after.max(initial=0.0))))
        served, free[choice] = after, False
        quota.take(int(candidates.zone[choice]))
    return picked
