"""New points that make the worst distance as small as possible (p-center), greedy and exact.

Farthest first (Gonzalez 1985; Hochbaum and Shmoys 1986): the next point is the candidate nearest to the demand that is
worst served. Without minima its worst distance is at most three times the best possible: if it were more, the n + 1
demand points looked at would lie more than twice the best distance apart, and n points could not serve them all.
Here demand counts or does not: a point of weight 0 is left out, all others weigh the same.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.siting.cover import Quota
from geo.siting.exact import check_time_limit, zone_rows
from geo.siting.monitor import NOBODY, Monitor
from geo.siting.plan import Plan, Problem, build_plan, check, existing_distance_m, new_distance_m

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
MOST_DISTANCES = 12_000_000  # of demand points times candidates, for the exact method: 96 MB; every district has less


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
        If no plan can answer the problem (`geo.siting.plan.check`).
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
        If no plan can answer the problem (`geo.siting.plan.check`).
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


def optimal_center(problem: Problem, *, time_limit_s: float, monitor: Monitor = NOBODY) -> Plan:
    """The plan with the smallest worst distance: binary search over all distances that occur.

    Whether n points can serve all within a distance is a set-cover question, answered by HiGHS, which may take longer
    than it is given: see `geo.siting.exact.optimal_cover` for how to be answered in time all the same.

    Parameters
    ----------
    problem
        With more than 12 million pairs of candidate and demand with weight, nothing is searched for: the greedy plan
        and its bound are the answer, `Plan.too_large`.
    time_limit_s
        Seconds, above 0 and at most a day, shared evenly by the steps of the search that are left.
    monitor
        A clock, and who is told of every better plan or bound.

    Returns
    -------
    Plan
        ``proven`` if every step was answered; else ``bound`` is the largest distance below which nothing is possible.

    Raises
    ------
    ParameterError
        If no plan can answer the problem (`geo.siting.plan.check`), or the time limit is none.
    """
    check(problem)
    check_time_limit(time_limit_s)
    greedy = _plan(problem, "optimal_center", among=np.arange(len(problem.candidates.x)))
    low = bound_center(problem)
    known = replace(greedy, bound=min(low, greedy.worst_after_m), proven=low >= greedy.worst_after_m)
    monitor.on_found(known)
    if np.count_nonzero(problem.demand.weight) * len(problem.candidates.x) > MOST_DISTANCES:
        return replace(known, too_large=not known.proven)
    return _search(_table(problem, low=low * (1 - 1e-9), high=greedy.worst_after_m), known, time_limit_s, monitor)


@dataclass(frozen=True, kw_only=True)
class _Table:
    """Every distance from demand with weight to a candidate and to what exists; those that may be the best, ascending.

    ``low`` and ``high`` bound the best: only what lies between is in ``values``.
    """

    problem: Problem
    gaps: FloatArray
    existing: FloatArray
    values: FloatArray


def _table(problem: Problem, *, low: float, high: float) -> _Table:
    x, y, existing = _active(problem)
    gaps = np.hypot(x[:, None] - problem.candidates.x, y[:, None] - problem.candidates.y)
    every = np.concatenate([gaps.ravel(), existing])
    values = np.unique(every[(every >= low) & (every < high)])
    return _Table(problem=problem, gaps=gaps, existing=existing, values=values)


def _search(table: _Table, known: Plan, time_limit_s: float, monitor: Monitor) -> Plan:
    """The best plan that is found in time, told of step by step."""
    values, best, proven = table.values, _bounded(known, table.values, 0), True
    bottom, top = 0, len(values)
    even_s = time_limit_s / max(top.bit_length(), 1)
    while bottom < top:
        step_s = monitor.left_s(time_limit_s) / (top - bottom).bit_length() if monitor.spent_s else even_s
        if step_s <= 0:
            return best
        middle = (bottom + top) // 2
        possible, choice = _serve_all(table, values[middle], time_limit_s=step_s)
        if choice is not None:
            better = _plan(table.problem, "optimal_center", among=choice)
            best = replace(better, bound=best.bound)
            top = min(middle, int(np.searchsorted(values, better.worst_after_m)))
        else:
            bottom = middle + 1
            proven = proven and possible is not None
            best = best if possible is None else _bounded(best, values, bottom)
        monitor.on_found(best)
    # where every step was answered, bottom and top have met at the best distance
    return replace(_bounded(best, values, bottom) if proven else best, proven=proven)


def _bounded(plan: Plan, values: FloatArray, floor: int) -> Plan:
    """A plan, if nothing below a place among the distances is possible."""
    return replace(plan, bound=min([*values[floor : floor + 1].tolist(), plan.worst_after_m]))


def _serve_all(table: _Table, distance: float, *, time_limit_s: float) -> tuple[bool | None, IntArray | None]:
    """Whether n new points can serve all demand within a distance (nothing: no answer in time), and which."""
    from scipy.optimize import LinearConstraint, milp  # noqa: PLC0415 - the app starts without scipy
    from scipy.sparse import csr_array, vstack  # noqa: PLC0415

    needed = table.gaps[table.existing > distance] <= distance
    count = table.gaps.shape[1]
    numbers, limits = zone_rows(table.problem)
    rows = vstack([csr_array(-needed.astype(float)), csr_array(numbers)], format="csr")
    solved = milp(
        np.zeros(count),
        constraints=LinearConstraint(rows, ub=np.concatenate([-np.ones(len(needed)), limits])),
        bounds=(0, 1),
        integrality=np.ones(count),
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
