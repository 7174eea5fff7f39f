"""An upper bound of a cover by prices that we improve step by step: certain at every step, and quick for large cases.

Lagrangian relaxation of the maximal covering problem (Galvao and ReVelle 1996), solved by a subgradient method with
Polyak's step (Held, Wolfe and Crowder 1974). Whatever the prices, the bound holds; better prices only make it tighter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.siting.cover import ReachMatrix
from geo.siting.plan import Problem

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
STEPS = 400
PATIENCE = 10  # steps without a better bound, then the step is made shorter
SHORTER = 1.5
MEMORY = 0.9  # of the directions before: many candidates are equally good, and the choice among them jumps to and fro
BETTER = 1e-6
CLOSED = 1e-9  # the bound is as good as the plan itself: nothing is left to improve
ROUNDING = 1e-12  # the rounding of the sums must not make a bound too small


def by_prices(problem: Problem, matrix: ReachMatrix, price: FloatArray) -> tuple[float, IntArray]:
    """No plan adds more than sum (w_i - p_i) + the best n candidates by the prices that they collect.

    Parameters
    ----------
    problem, matrix
        A checked problem and its matrix.
    price
        0 <= p_i <= w_i for the demand that is still to be won and can be reached, 0 elsewhere; shape (n,).

    Returns
    -------
    bound, taken
        Weight that new points can add, at most; and the candidates that collect most, minima respected.
    """
    return _by_prices(problem, reachable(matrix) - price, matrix.collected(price))


def reachable(matrix: ReachMatrix) -> FloatArray:
    """Weight still to be won that some candidate reaches, shape (n,).

    Parameters
    ----------
    matrix
        Of the problem.
    """
    found = np.zeros(len(matrix.weight))
    found[matrix.column] = matrix.weight[matrix.column]
    return found


def improved(
    problem: Problem,
    matrix: ReachMatrix,
    *,
    added: float,
    on_progress: Callable[[float], None] | None = None,
    on_better: Callable[[float], None] | None = None,
) -> float:
    """Bound of what new points can add, after at most 400 steps from full prices.

    Parameters
    ----------
    problem, matrix
        A checked problem and its matrix.
    added
        Weight that a known plan adds: the bound is never below, and the steps are measured by it.
    on_progress
        Told the share of the steps that are done, 0-1.
    on_better
        Told every bound that is better than those before; it holds, though the last will be better.

    Returns
    -------
    float
        Weight. Of the city's residents it came within 0.001 % of the linear relaxation's optimum.
    """
    worth = reachable(matrix)
    most = float(worth.sum())
    rows = _rows(matrix)
    descent = _Descent(problem=problem, rows=rows, columns=rows.T.tocsr(), worth=worth)
    price, best_price, best = worth, worth, np.inf
    length, idle = 1.0, 0
    share = np.zeros(len(matrix.start) - 1)
    for step in range(STEPS):
        bound, taken = descent.bound(price)
        idle = 0 if bound < best * (1 - BETTER) else idle + 1
        if bound < best:
            best, best_price = bound, price
            if on_better:
                on_better(max(min(best, most), added))
        if idle >= PATIENCE:
            length, idle, price = length / SHORTER, 0, best_price
            bound, taken = descent.bound(price)
        share = (share * MEMORY if step else share) + taken * (1 - MEMORY if step else 1.0)
        slope = descent.slope(price, share)
        steepness = float((slope * slope).sum())
        if steepness == 0 or best <= added * (1 + CLOSED):
            break
        price = np.clip(price - length * (bound - added) / steepness * slope, 0.0, worth)
        if on_progress:
            on_progress((step + 1) / STEPS)
    return max(min(best, most), added)


@dataclass(frozen=True, kw_only=True)
class _Descent:
    """What stays the same from step to step: which demand each candidate reaches, and the other way round."""

    problem: Problem
    rows: "csr_array"
    columns: "csr_array"
    worth: FloatArray

    def bound(self, price: FloatArray) -> tuple[float, FloatArray]:
        """Bound by prices, and 1 for every candidate that is taken, else 0."""
        found, taken = _by_prices(self.problem, self.worth - price, self.rows @ price)
        chosen = np.zeros(self.rows.shape[0])
        chosen[taken] = 1.0
        return found, chosen

    def slope(self, price: FloatArray, share: FloatArray) -> FloatArray:
        """Where the bound rises: prices that may not move further are left alone."""
        slope = np.where(self.worth > 0, self.columns @ share - 1.0, 0.0)
        stuck = ((price <= 0) & (slope > 0)) | ((price >= self.worth) & (slope < 0))
        return np.where(stuck, 0.0, slope)


def _rows(matrix: ReachMatrix) -> "csr_array":
    from scipy.sparse import csr_array  # noqa: PLC0415 - the app starts without scipy

    shape = (len(matrix.start) - 1, len(matrix.weight))
    return csr_array((np.ones(len(matrix.column)), matrix.column, matrix.start), shape=shape)


def _by_prices(problem: Problem, unpaid: FloatArray, collected: FloatArray) -> tuple[float, IntArray]:
    owed = [
        here[np.argsort(-collected[here], kind="stable")[:least]]
        for zone, least in problem.minimum_per_zone.items()
        for here in [np.flatnonzero(problem.candidates.zone == zone)]
    ]
    due = np.concatenate([np.empty(0, dtype=np.int64), *owed])
    open_now = collected.copy()
    open_now[due] = -np.inf
    left = problem.n - len(due)
    free = np.argpartition(-open_now, left - 1)[:left] if left else np.empty(0, dtype=np.int64)
    free = free[np.isfinite(open_now[free])]
    taken = np.concatenate([due, free]).astype(np.int64)
    total = unpaid.sum() + collected[taken].sum()
    return float(total * (1 + ROUNDING)), taken
