"""What a plan does step by step, at the worst, as drawn and at the best, stated with the true weights of the demand."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.coverage import Share
from geo.facilities import distance_bounds
from geo.siting.plan import Plan, Problem

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
SIGNS = (1.0, 0.0, -1.0)  # of the accuracies: sure, as drawn, possible


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Before the first new point and after each of k.

    Attributes
    ----------
    covered
        Weight in reach, shape (k + 1, 3): surely, as drawn, possibly.
    worst_m
        Largest distance of demand with weight to the nearest point, shape (k + 1, 3): at the worst, as drawn, at the
        best; ``inf`` where there is no point.
    n, weight
        Demand points and the sum of their weights.
    complete
        Whether the list of existing points was declared complete.
    """

    covered: FloatArray
    worst_m: FloatArray
    n: int
    weight: float
    complete: bool

    def share(self, step: int) -> Share:
        """What is in reach after some steps, as `geo.coverage.coverage` states it."""
        sure, best, possible = (float(each) for each in self.covered[step])
        return Share(
            n=self.n, weight=self.weight, sure_weight=sure, best_weight=best, possible_weight=possible,
            complete=self.complete,
        )  # fmt: skip

    def gains(self, *, center: bool) -> FloatArray:
        """What each step adds, shape (k, 3): weight newly in reach surely, as drawn, possibly; or metres off the worst.

        Each column grows by itself: a step may make sure what was in reach as drawn before, and then its sure gain is
        larger than the drawn one.
        """
        return -np.diff(self.worst_m, axis=0) if center else np.diff(self.covered, axis=0)


def steps(problem: Problem, chosen: IntArray, *, accuracy_m: FloatArray) -> Steps:
    """Measure a choice in its order, with the accuracies of the demand, the existing and the new points.

    Parameters
    ----------
    problem
        With the true weights, whatever demand the choice was made by.
    chosen
        Positions of candidates in order, shape (k,).
    accuracy_m
        How well each candidate is known, metres, shape (c,).

    Returns
    -------
    Steps
        k + 1 rows.
    """
    demand, candidates = problem.demand, problem.candidates
    bounds = distance_bounds(demand, problem.existing)
    now = [bounds.sure_m.copy(), bounds.best_m.copy(), bounds.possible_m.copy()]
    wanted = demand.weight > 0
    covered, worst = [_covered(problem, now)], [_worst(now, wanted)]
    for at in chosen:
        gap = np.hypot(demand.x - candidates.x[at], demand.y - candidates.y[at])
        slack = demand.accuracy_m + accuracy_m[at]
        for least, sign in zip(now, SIGNS, strict=True):
            np.minimum(least, gap + sign * slack, out=least)
        covered.append(_covered(problem, now))
        worst.append(_worst(now, wanted))
    return Steps(
        covered=np.array(covered), worst_m=np.array(worst), n=len(demand.x), weight=float(demand.weight.sum()),
        complete=problem.existing.complete,
    )  # fmt: skip


def stated(plan: Plan, done: Steps) -> Plan:
    """A plan with the numbers of its steps, as drawn; its choice, method and bound stay.

    Parameters
    ----------
    plan
        Chosen by any weights of the same points.
    done
        Its steps, measured with the true ones.
    """
    return replace(
        plan, gains=done.gains(center=plan.is_center)[:, 1], total_weight=done.weight,
        covered_before=float(done.covered[0, 1]), covered_after=float(done.covered[-1, 1]),
        worst_before_m=float(done.worst_m[0, 1]), worst_after_m=float(done.worst_m[-1, 1]),
    )  # fmt: skip


def _covered(problem: Problem, now: list[FloatArray]) -> list[float]:
    return [float(problem.demand.weight[metres <= problem.radius_m].sum()) for metres in now]


def _worst(now: list[FloatArray], wanted: NDArray[np.bool_]) -> list[float]:
    return [float(metres[wanted].max(initial=0.0)) for metres in now]
