"""Where the next points go: the problem, the plan that answers it, and how good a plan is for certain.

Two aims. *Cover* (MCLP, Church and ReVelle 1974): bring as much weight as possible within a radius. *Center*
(p-center): make the distance of the worst-served point as small as possible (`geo.siting.center`). Existing points are
locked in. Distances are straight lines in the local plane. All answers repeat: ties go to the lowest position.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor, isfinite, isinf
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from geo.crs import check_radius
from geo.demand import Demand
from geo.errors import ParameterError
from geo.facilities import Facilities, distance_bounds

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
EXISTING_AS = ("sure", "best", "possible")
MILLIONTH = 1e-6


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Places where a new point may stand, metres of ``geo.crs.LOCAL``, shape (c,); zone -1 = in none."""

    x: FloatArray
    y: FloatArray
    zone: NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """The question where at most ``n`` new points should go.

    Attributes
    ----------
    demand
        What is to be served. Points of weight 0 count for nothing, not for the worst distance either.
    candidates
        A grid or a layer.
    existing
        Points that are there already and stay; may be empty.
    radius_m
        Metres; demand at this very distance is served.
    n
        New points, at most. A point that adds nothing is not proposed, unless a minimum asks for it.
    minimum_per_zone
        Position of a zone -> new points that must stand in it, at least.
    existing_as
        Which distance to the existing points counts, given their accuracies: ``sure``, ``best`` or ``possible``.
    """

    demand: Demand
    candidates: Candidates
    existing: Facilities
    radius_m: float
    n: int
    minimum_per_zone: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    existing_as: str = "best"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """New points, in the order in which they should come, and what they do.

    Attributes
    ----------
    method
        ``greedy_cover``, ``optimal_cover``, ``greedy_center`` or ``optimal_center``.
    chosen
        Positions in the candidates, shape (k,), k <= n.
    gains
        What each adds when it comes, shape (k,): weight newly covered, or metres off the worst distance.
    total_weight, covered_before, covered_after
        Of the demand; within the radius of the existing points, and of all.
    worst_before_m, worst_after_m
        Largest distance of demand with weight to the nearest point; ``inf`` where there is no point.
    zone_counts
        Zone -> new points in it.
    bound
        The best possible objective is not better than this; nothing where no bound was asked for.
    proven
        No plan is better (for `optimal_cover` to 1e-6 of the heaviest demand point).
    too_large
        The best was asked for and not searched for, because the problem is too large; plan and bound hold as they are.
    """

    method: str
    chosen: IntArray
    gains: FloatArray
    total_weight: float
    covered_before: float
    covered_after: float
    worst_before_m: float
    worst_after_m: float
    zone_counts: dict[int, int]
    bound: float | None = None
    proven: bool = False
    too_large: bool = False

    @property
    def is_center(self) -> bool:
        """Whether the aim was the worst distance and not the covered weight."""
        return self.method.endswith("center")

    @property
    def objective(self) -> float:
        """Covered weight, or the worst distance in metres."""
        return self.worst_after_m if self.is_center else self.covered_after

    @property
    def gap(self) -> float:
        """How far the objective may lie from the best possible, relative to it; not a number without a bound."""
        return float("nan") if self.bound is None else 1.0 - certified(self, self.bound).share


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What can be said for certain of a plan.

    Attributes
    ----------
    share
        Objective over bound (cover) or bound over objective (center): 0-1.
    share_added
        Of what new points can add at most, this is added; for center as ``share``. What exists flatters ``share``,
        never this one.
    """

    share: float
    share_added: float

    @property
    def percent_added(self) -> float:
        """``share_added`` in per cent, rounded down to a tenth (but for the millionth that grains of weight cost)."""
        return floor(self.share_added * 1000 + MILLIONTH * 1000) / 10

    @property
    def words(self) -> str:
        """One sentence by ``percent_added``."""
        return f"at least {self.percent_added:.1f} % of the best possible"


def certified(plan: Plan, bound: float) -> Certificate:
    """How near a plan is to the best possible, for certain.

    Parameters
    ----------
    plan
        Any plan.
    bound
        Of the same problem: `geo.siting.exact.bound_cover` or `geo.siting.center.bound_center`.

    Returns
    -------
    Certificate
        Shares of 1 where nothing can be gained.

    Raises
    ------
    ParameterError
        If the plan is better than the bound: they are not of one problem.
    """
    slack = 1e-9 * abs(bound) if isfinite(bound) else 0.0
    if (bound > plan.objective + slack) if plan.is_center else (bound < plan.objective - slack):
        msg = "the plan is better than the bound: they are not of one problem"
        raise ParameterError(msg, code="bound", where=f"{plan.objective}, {bound}")
    if plan.is_center:
        share = 0.0 if isinf(plan.objective) and not isinf(bound) else _part(bound, plan.objective)
        return Certificate(share=share, share_added=share)
    added, addable = plan.covered_after - plan.covered_before, bound - plan.covered_before
    return Certificate(share=_part(plan.covered_after, bound), share_added=_part(added, addable))


def _part(part: float, whole: float) -> float:
    return min(part / whole, 1.0) if whole > 0 and isfinite(whole) else 1.0


def check(problem: Problem) -> None:
    """Refuse a problem that no plan can answer. Every method does so itself.

    Raises
    ------
    ParameterError
        If the radius is not above 0; columns differ in length or hold something that is not finite, or a weight
        below 0; n is not within 1 and the number of candidates; a minimum is negative, larger than the candidates
        of its zone, or all together are more than n.
    """
    check_radius(problem.radius_m)
    candidates, demand, minimum = problem.candidates, problem.demand, problem.minimum_per_zone
    _check_columns(candidates.x, candidates.y, candidates.zone)
    _check_columns(demand.x, demand.y, demand.weight, demand.zone)
    if (demand.weight < 0).any():
        msg = "a weight is below 0"
        raise ParameterError(msg, code="not_finite", where="weight")
    if problem.existing_as not in EXISTING_AS:
        msg = f"there is no such kind of distance, only {', '.join(EXISTING_AS)}"
        raise ParameterError(msg, code="siting_as", where=problem.existing_as)
    if not 1 <= problem.n <= len(candidates.x):
        msg = f"the number of new points must lie between 1 and the {len(candidates.x)} candidates"
        raise ParameterError(msg, code="siting_n", where=str(problem.n))
    for zone, least in minimum.items():
        there = int(np.count_nonzero(candidates.zone == zone))
        if not 0 <= least <= there:
            msg = f"zone {zone} has {there} candidates, its minimum is {least}"
            raise ParameterError(msg, code="siting_minimum", where=str(zone))
    if sum(minimum.values()) > problem.n:  # with the zones' candidates enough for each, only this can still fail
        msg = f"the minima add up to {sum(minimum.values())}, there are {problem.n} new points"
        raise ParameterError(msg, code="siting_minimum", where=str(dict(minimum)))


def _check_columns(*columns: NDArray[np.generic]) -> None:
    if any(column.shape != (len(columns[0]),) for column in columns):
        msg = "columns differ in length"
        raise ParameterError(msg, code="lengths", where=", ".join(str(column.shape) for column in columns))
    if not all(np.isfinite(column).all() for column in columns):
        msg = "a coordinate or weight is not a finite number"
        raise ParameterError(msg, code="not_finite", where="siting")


def existing_distance_m(problem: Problem, *, up_to_m: float = np.inf) -> FloatArray:
    """Metres from every demand point to the nearest existing point, in the problem's sense.

    Parameters
    ----------
    problem
        Its demand, its existing points and ``existing_as``.
    up_to_m
        Larger distances need not be found and become ``inf``.

    Returns
    -------
    numpy.ndarray
        Shape (n,), 0 or more, ``inf`` where there is none.
    """
    bounds = distance_bounds(problem.demand, problem.existing, up_to_m=up_to_m)
    kinds = {"sure": bounds.sure_m, "best": bounds.best_m, "possible": bounds.possible_m}
    return np.maximum(kinds[problem.existing_as], 0.0)


def new_distance_m(problem: Problem, chosen: IntArray) -> FloatArray:
    """Metres from every demand point to the nearest chosen candidate, as drawn.

    Returns
    -------
    numpy.ndarray
        Shape (n,), ``inf`` where none is chosen.
    """
    x, y = problem.candidates.x[chosen], problem.candidates.y[chosen]
    return distance_bounds(problem.demand, Facilities(x=x, y=y, accuracy_m=np.zeros(len(x)))).best_m


def build_plan(
    problem: Problem, method: str, *, chosen: IntArray, gains: FloatArray, reached: NDArray[np.bool_]
) -> Plan:
    """Measure a choice, whatever method made it.

    Parameters
    ----------
    problem, method, chosen, gains
        As in `Plan`.
    reached
        Which demand points lie within the radius of a chosen candidate, shape (n,).

    Returns
    -------
    Plan
        Without a bound.
    """
    weight = problem.demand.weight
    before = existing_distance_m(problem)
    after = np.minimum(before, new_distance_m(problem, chosen))
    served = before <= problem.radius_m
    zones, counts = np.unique(problem.candidates.zone[chosen], return_counts=True)
    return Plan(
        method=method,
        chosen=chosen,
        gains=gains,
        total_weight=float(weight.sum()),
        covered_before=float(weight[served].sum()),
        covered_after=float(weight[served | reached].sum()),
        worst_before_m=float(before[weight > 0].max(initial=0.0)),
        worst_after_m=float(after[weight > 0].max(initial=0.0)),
        zone_counts={int(zone): int(count) for zone, count in zip(zones, counts, strict=True)},
    )
