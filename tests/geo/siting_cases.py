"""Small siting problems, and answers to them by a walk over every choice."""

from dataclasses import replace
from itertools import combinations
from math import inf
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import strategies as st

from geo.demand import Demand, points_demand
from geo.facilities import Facilities
from geo.siting.plan import Candidates, Plan, Problem

SECONDS = 60.0
# few whole numbers: equal distances, equal gains, points on each other and on the very radius are common
METRE = st.integers(-6, 6).map(lambda steps: steps * 100.0)
POINT = st.tuples(METRE, METRE)
WEIGHTED = st.tuples(METRE, METRE, st.integers(0, 5))


def demand_of(places: list[tuple[float, float, int]]) -> Demand:
    x, y, weight = np.array(places, dtype=float).reshape(-1, 3).T
    return replace(points_demand(x, y), weight=weight)


def candidates_of(points: list[tuple[float, float]], zones: int = 2) -> Candidates:
    x, y = np.array(points, dtype=float).reshape(-1, 2).T
    return Candidates(x=x, y=y, zone=(np.arange(len(x)) % zones).astype(np.int32))


def existing_of(points: list[tuple[float, float]]) -> Facilities:
    x, y = np.array(points, dtype=float).reshape(-1, 2).T
    return Facilities(x=x, y=y, accuracy_m=np.zeros(len(x)))


@st.composite
def problems(draw: st.DrawFn, *, minima: bool = True) -> Problem:
    candidates = candidates_of(draw(st.lists(POINT, min_size=1, max_size=7)))
    n = draw(st.integers(1, min(4, len(candidates.x))))
    minimum: dict[int, int] = {}
    if minima:
        for zone in range(2):
            room = min(int(np.count_nonzero(candidates.zone == zone)), n - sum(minimum.values()))
            minimum[zone] = draw(st.integers(0, room))
    return Problem(
        demand=demand_of(draw(st.lists(WEIGHTED, max_size=9))),
        candidates=candidates,
        existing=existing_of(draw(st.lists(POINT, max_size=2))),
        radius_m=draw(st.sampled_from([100.0, 250.0, 500.0, 900.0])),
        n=n,
        minimum_per_zone=MappingProxyType(minimum),
    )


def choices(problem: Problem) -> list[tuple[int, ...]]:
    """List every choice of n candidates that meets the minima."""
    every = combinations(range(len(problem.candidates.x)), problem.n)
    return [choice for choice in every if meets(problem, choice)]


def meets(problem: Problem, choice: tuple[int, ...]) -> bool:
    zones = problem.candidates.zone[list(choice)]
    return all(np.count_nonzero(zones == zone) >= least for zone, least in problem.minimum_per_zone.items())


def distances(problem: Problem, choice: tuple[int, ...]) -> np.ndarray:
    """Measure from every demand point to the nearest existing or chosen point."""
    x = np.concatenate([problem.existing.x, problem.candidates.x[list(choice)]])
    y = np.concatenate([problem.existing.y, problem.candidates.y[list(choice)]])
    gaps = np.hypot(problem.demand.x[:, None] - x, problem.demand.y[:, None] - y)
    return gaps.min(axis=1, initial=inf)


def covered(problem: Problem, choice: tuple[int, ...]) -> float:
    return float(problem.demand.weight[distances(problem, choice) <= problem.radius_m].sum())


def worst(problem: Problem, choice: tuple[int, ...]) -> float:
    return float(distances(problem, choice)[problem.demand.weight > 0].max(initial=0.0))


def chosen(plan: Plan) -> tuple[int, ...]:
    return tuple(plan.chosen.tolist())


def assert_honest(problem: Problem, plan: Plan) -> None:
    """Check that a plan keeps the rules and that what it says of itself is so."""
    assert len(set(chosen(plan))) == len(plan.chosen) == len(plan.gains) <= problem.n
    assert meets(problem, chosen(plan))
    assert plan.covered_before == covered(problem, ())
    assert plan.covered_after == covered(problem, chosen(plan))
    assert plan.worst_before_m == pytest.approx(worst(problem, ()))
    assert plan.worst_after_m == pytest.approx(worst(problem, chosen(plan)))
    assert plan.total_weight == problem.demand.weight.sum()
    zones = problem.candidates.zone[plan.chosen].tolist()
    assert plan.zone_counts == {zone: zones.count(zone) for zone in set(zones)}


def line(*, n: int = 1, existing: tuple[tuple[float, float], ...] = (), radius: float = 100.0) -> Problem:
    """Four places on a line, 100, 1, 10 and 20 heavy, a candidate at each."""
    spots = [(0.0, 0.0), (1_000.0, 0.0), (2_000.0, 0.0), (3_000.0, 0.0)]
    weights = (100, 1, 10, 20)
    return Problem(
        demand=demand_of([(*spot, weight) for spot, weight in zip(spots, weights, strict=True)]),
        candidates=candidates_of(spots),
        existing=existing_of(list(existing)),
        radius_m=radius,
        n=n,
    )
