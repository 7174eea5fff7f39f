"""How good a cover can be at best: an upper bound by linear programming, and the optimum by branch and bound (HiGHS).

Maximal covering location problem: x_j = 1 where a new point stands, y_i = 1 where demand is covered,

    maximise  sum w_i y_i   with   y_i <= sum of x_j over the candidates j that reach i,
    sum x_j <= n,   sum of x_j in a zone >= its minimum,   0 <= y <= 1,   x in {0, 1}.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.errors import ParameterError
from geo.siting.bound import by_prices, improved, reachable
from geo.siting.cover import ReachMatrix, cover_plan, reach_matrix
from geo.siting.monitor import NOBODY, Monitor
from geo.siting.plan import Plan, Problem, check

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
# Pairs of candidate and demand point up to which the linear relaxation is solved. Measured on the city's residents:
# 28,000 pairs 0.25 to 2 s, 84,000 pairs 15 s, 351,000 pairs more than 40 s; improved prices take 0.3 s for the second.
MOST_LINEAR = 5_000
# Pairs up to which branch and bound is tried: with 1.9 million it took 0.4 GB and had found no plan after 25 s
MOST_SEARCHED = 2_000_000
LONGEST_S = 86_400  # for the search
ENOUGH = 1e-6  # of the heaviest demand point: so near to its bound, a plan is called the best


@dataclass(frozen=True, kw_only=True)
class _Program:
    """Rows of the constraints A v <= b over v = (x, y): one row per demand in reach, then n, then the minima."""

    rows: "csr_array"
    limits: FloatArray
    cells: IntArray
    weight: FloatArray
    candidates: int


def bound_cover(problem: Problem, *, on_progress: Callable[[float], None] | None = None) -> float:
    """Upper bound of the weight that any plan can cover, existing points included.

    For any prices 0 <= p_i <= w_i no plan covers more than sum (w_i - p_i) + the best n candidates by the prices that
    they collect, minima respected (`geo.siting.bound`). Small problems take the prices from the linear relaxation, and
    the bound then is the relaxation's optimum; it holds whatever the solver's tolerances. Large ones, for which the
    solver takes minutes, find prices by a subgradient method within seconds.

    Parameters
    ----------
    problem
        As of `geo.siting.cover.greedy_cover`.
    on_progress
        Told how much is done, 0-1. The solver of small problems says nothing on the way.

    Returns
    -------
    float
        Weight; never above the demand that can be reached at all.

    Raises
    ------
    ParameterError
        As `geo.siting.cover.greedy_cover`.
    """
    check(problem)
    matrix = reach_matrix(problem)
    plan = cover_plan(problem, matrix, "greedy_cover", among=np.arange(len(problem.candidates.x)))
    return plan.covered_before + _addable(problem, matrix, plan, on_progress=on_progress)


def _addable(
    problem: Problem,
    matrix: ReachMatrix,
    plan: Plan,
    *,
    on_progress: Callable[[float], None] | None = None,
    on_better: Callable[[float], None] | None = None,
) -> float:
    """Bound of the weight that new points can add to what is served."""
    if not len(matrix.column):
        return 0.0
    if len(matrix.column) > MOST_LINEAR:
        added = float(plan.gains.sum())
        return improved(problem, matrix, added=added, on_progress=on_progress, on_better=on_better)
    bound, _ = by_prices(problem, matrix, _linear_prices(problem, matrix))
    return bound


def _linear_prices(problem: Problem, matrix: ReachMatrix) -> FloatArray:
    """Prices of the linear relaxation, shape (n,)."""
    from scipy.optimize import linprog  # noqa: PLC0415 - the app starts without scipy

    program = _program(problem, matrix)
    scale = program.weight.max()
    aim = np.concatenate([np.zeros(program.candidates), -program.weight / scale])
    solved = linprog(aim, A_ub=program.rows, b_ub=program.limits, bounds=(0, 1), method="highs")
    share = 1.0 / np.bincount(matrix.column, minlength=len(matrix.weight))[program.cells]
    # if the solver gives up, each demand point's weight is split among the candidates that reach it
    prices = program.weight * share if solved.status else -solved.ineqlin.marginals[: len(program.cells)] * scale
    price = np.zeros(len(matrix.weight))
    price[program.cells] = np.clip(prices, 0.0, program.weight)
    return price


def optimal_cover(problem: Problem, *, time_limit_s: float, monitor: Monitor = NOBODY) -> Plan:
    """The best plan, proven if time allows; else the best found, with the bound that was reached.

    The solver looks at its limit only now and then: on a large problem it was seen to take minutes beyond it. Whoever
    needs the answer in time runs this in a process of its own, keeps what the monitor reports, and ends the process.

    Parameters
    ----------
    problem
        As of `geo.siting.cover.greedy_cover`.
    time_limit_s
        Seconds, above 0 and at most a day. The greedy plan and its bound are always made; the solver gets what is left.
    monitor
        A clock, and who is told of every better plan or bound.

    Returns
    -------
    Plan
        Never worse than the greedy one. Points in the order of their gains.

    Raises
    ------
    ParameterError
        As `geo.siting.cover.greedy_cover`, and if the time limit is none.
    """
    check(problem)
    check_time_limit(time_limit_s)
    matrix = reach_matrix(problem)
    greedy = cover_plan(problem, matrix, "optimal_cover", among=np.arange(len(problem.candidates.x)))
    before, enough = greedy.covered_before, ENOUGH * problem.demand.weight.max(initial=0.0)

    def known(addable: float) -> Plan:
        ceiling = max(before + addable, greedy.covered_after)
        return replace(greedy, bound=ceiling, proven=bool(ceiling - greedy.covered_after <= enough))

    def tell(addable: float) -> None:
        monitor.on_found(known(addable))

    tell(float(reachable(matrix).sum()))
    plan = known(_addable(problem, matrix, greedy, on_better=tell))
    monitor.on_found(plan)
    left_s = monitor.left_s(time_limit_s)
    if plan.proven or left_s <= 0:
        return plan
    if len(matrix.column) > MOST_SEARCHED:
        return replace(plan, too_large=True)
    return _searched(problem, matrix, plan, time_limit_s=left_s)


def _searched(problem: Problem, matrix: ReachMatrix, known: Plan, *, time_limit_s: float) -> Plan:
    """The best of a known plan and of what branch and bound finds in time, with the better bound of both."""
    from scipy.optimize import LinearConstraint, milp  # noqa: PLC0415 - the app starts without scipy

    program = _program(problem, matrix)
    scale = program.weight.max()
    solved = milp(
        np.concatenate([np.zeros(program.candidates), -program.weight / scale]),
        constraints=LinearConstraint(program.rows, ub=program.limits),
        bounds=(0, 1),
        integrality=np.repeat([1, 0], [program.candidates, len(program.cells)]),
        options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
    )
    plans, ceiling = [known], known.bound if known.bound is not None else np.inf
    if solved.x is not None:
        among = np.flatnonzero(solved.x[: program.candidates] > 0.5)  # noqa: PLR2004 - 0 or 1 up to a tolerance
        plans.append(cover_plan(problem, matrix, known.method, among=among))
    best = max(plans, key=lambda plan: plan.covered_after)
    dual = solved.mip_dual_bound
    if dual is not None and np.isfinite(dual):
        ceiling = min(ceiling, best.covered_before - float(dual) * scale)
    return replace(best, bound=max(ceiling, best.covered_after), proven=solved.status == 0)


def check_time_limit(time_limit_s: float) -> None:
    """Refuse a time limit that is not above 0 or is longer than a day.

    Raises
    ------
    ParameterError
        If it is so.
    """
    if not 0 < time_limit_s <= LONGEST_S:
        msg = f"a time limit must be greater than 0 s and at most {LONGEST_S:,} s"
        raise ParameterError(msg, code="time_limit", where=str(time_limit_s))


def zone_rows(problem: Problem) -> tuple[FloatArray, FloatArray]:
    """Constraints on the new points alone, A x <= b: at most n, and the minima.

    Returns
    -------
    rows, limits
        Shapes (1 + z, c) and (1 + z,), z zones with a minimum.
    """
    owed = [(zone, least) for zone, least in sorted(problem.minimum_per_zone.items()) if least > 0]
    rows = [np.ones(len(problem.candidates.x)), *(-(problem.candidates.zone == zone).astype(float) for zone, _ in owed)]
    return np.vstack(rows), np.array([problem.n, *(-least for _, least in owed)], dtype=np.float64)


def _program(problem: Problem, matrix: ReachMatrix) -> _Program:
    from scipy.sparse import block_array, csr_array, eye_array  # noqa: PLC0415 - the app starts without scipy

    cells, row = np.unique(matrix.column, return_inverse=True)
    count = len(problem.candidates.x)
    candidate = np.repeat(np.arange(count), np.diff(matrix.start))
    reach = csr_array((-np.ones(len(row)), (row, candidate)), shape=(len(cells), count))
    numbers, limits = zone_rows(problem)
    blocks = [[reach, eye_array(len(cells))], [csr_array(numbers), None]]
    return _Program(
        rows=block_array(blocks, format="csr"),
        limits=np.concatenate([np.zeros(len(cells)), limits]),
        cells=cells,
        weight=matrix.weight[cells],
        candidates=count,
    )
