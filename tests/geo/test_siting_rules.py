"""What a plan locks in, leaves out, refuses and certifies, on cases with an answer known by hand."""

from collections.abc import Callable
from dataclasses import replace
from math import inf

import numpy as np
import pytest
from siting_cases import chosen, demand_of, existing_of, line

from geo.demand import points_demand
from geo.errors import ParameterError
from geo.facilities import Facilities
from geo.siting import exact
from geo.siting.center import bound_center, greedy_center, optimal_center
from geo.siting.cover import Quota, greedy_cover
from geo.siting.exact import bound_cover, optimal_cover
from geo.siting.monitor import Monitor
from geo.siting.plan import Candidates, Plan, Problem, certified

Search = Callable[..., Plan]


def test_what_exists_is_locked_in_and_not_won_again() -> None:
    assert chosen(greedy_cover(line())) == (0,)
    locked = greedy_cover(line(existing=((50.0, 0.0),)))
    assert chosen(locked) == (3,)
    assert (locked.covered_before, locked.covered_after) == (100, 120)
    assert greedy_center(line(existing=((0.0, 0.0),))).worst_before_m == 3_000


def test_how_well_the_existing_are_known_decides_what_they_serve() -> None:
    near = Facilities(x=np.array([50.0]), y=np.array([0.0]), accuracy_m=np.array([60.0]))
    asked = replace(line(), existing=near)
    before = {kind: greedy_cover(replace(asked, existing_as=kind)).covered_before for kind in ("sure", "best")}
    assert before == {"sure": 0, "best": 100}
    far = replace(asked, existing=replace(near, x=np.array([150.0])), existing_as="possible")
    assert greedy_cover(far).covered_before == 100


def test_a_point_that_adds_nothing_is_not_proposed_unless_a_zone_is_owed_one() -> None:
    wide = line(n=3, radius=5_000)
    assert chosen(greedy_cover(wide)) == (0,)
    owed = greedy_cover(replace(wide, minimum_per_zone={1: 2}))
    assert owed.zone_counts == {0: 1, 1: 2}
    assert owed.gains.tolist() == [131, 0, 0]
    assert sorted(chosen(greedy_center(replace(line(n=4), minimum_per_zone={0: 2, 1: 2})))) == [0, 1, 2, 3]


def test_demand_without_weight_counts_for_nothing() -> None:
    silent = replace(line(n=2), demand=replace(line().demand, weight=np.array([0.0, 1.0, 0.0, 0.0])))
    assert chosen(greedy_center(silent)) == (1,)
    assert greedy_center(silent).worst_after_m == 0
    none = replace(silent, demand=replace(line().demand, weight=np.zeros(4)))
    for plan in (greedy_cover(none), greedy_center(none), optimal_cover(none, time_limit_s=1)):
        assert chosen(plan) == ()
    assert bound_cover(none) == bound_center(none) == 0
    owed = replace(none, minimum_per_zone={0: 1, 1: 1})
    for plan in (greedy_cover(owed), greedy_center(owed), optimal_center(owed, time_limit_s=1)):
        assert plan.zone_counts == {0: 1, 1: 1}, "what is owed to a zone is placed, too"


def scattered(across: int = 24) -> Problem:
    """Make a square of unlike weights, and a candidate near each."""
    side = np.arange(across) * 100.0
    x, y = (axis.ravel() for axis in np.meshgrid(side, side))
    weight = 1 + (np.arange(len(x)) * 7919 % 101).astype(float)
    return Problem(
        demand=replace(points_demand(x, y), weight=weight),
        candidates=Candidates(x=x + 30, y=y + 40, zone=np.zeros(len(x), dtype=np.int32)),
        existing=existing_of([]),
        radius_m=450.0,
        n=6,
    )


def test_a_solver_out_of_time_says_so_and_is_never_worse_than_greedy() -> None:
    problem = scattered()
    plan = optimal_cover(problem, time_limit_s=1e-3)
    assert not plan.proven
    assert plan.covered_after >= greedy_cover(problem).covered_after
    assert plan.bound is not None
    assert plan.covered_after <= plan.bound <= plan.total_weight
    assert bound_cover(problem) <= plan.total_weight * (1 + 1e-9)
    assert certified(greedy_cover(problem), bound_cover(problem)).share > 0.8


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"radius_m": 0.0}, "radius"),
        ({"radius_m": float("nan")}, "radius"),
        ({"n": 0}, "siting_n"),
        ({"n": 5}, "siting_n"),
        ({"minimum_per_zone": {0: 3}, "n": 4}, "siting_minimum"),
        ({"minimum_per_zone": {0: 1, 1: 1}}, "siting_minimum"),
        ({"minimum_per_zone": {0: -1}}, "siting_minimum"),
        ({"minimum_per_zone": {7: 1}}, "siting_minimum"),
        ({"existing_as": "perhaps"}, "siting_as"),
        ({"demand": demand_of([(0.0, 0.0, -1)])}, "not_finite"),
        ({"demand": replace(line().demand, x=np.full(4, np.nan))}, "not_finite"),
        ({"candidates": replace(line().candidates, x=np.zeros(3))}, "lengths"),
        ({"candidates": replace(line().candidates, y=np.full(4, inf))}, "not_finite"),
    ],
)
def test_a_problem_without_an_answer_is_refused_by_every_method(change: dict[str, object], code: str) -> None:
    problem = replace(line(), **change)
    methods = (
        greedy_cover,
        greedy_center,
        bound_cover,
        bound_center,
        lambda asked: optimal_cover(asked, time_limit_s=1),
        lambda asked: optimal_center(asked, time_limit_s=1),
    )
    for method in methods:
        with pytest.raises(ParameterError) as caught:
            method(problem)
        assert caught.value.code == code


def test_a_time_limit_must_be_above_0_and_at_most_a_day() -> None:
    for method in (optimal_cover, optimal_center):
        for seconds in (0, -1, float("nan"), 86_401):
            with pytest.raises(ParameterError) as caught:
                method(line(), time_limit_s=seconds)
            assert caught.value.code == "time_limit"


def test_a_center_too_large_to_be_searched_is_greedy_with_its_certified_bound() -> None:
    many = points_demand(np.arange(6_001.0) / 3, np.zeros(6_001))
    crowd = Candidates(x=np.arange(2_000.0), y=np.zeros(2_000), zone=np.zeros(2_000, dtype=np.int32))
    large = replace(line(n=2), demand=many, candidates=crowd)
    plan = optimal_center(large, time_limit_s=1)
    assert (plan.proven, plan.too_large) == (False, True)
    assert chosen(plan) == chosen(greedy_center(large))
    assert plan.bound == bound_center(large)
    assert 0 < certified(plan, bound_center(large)).share < 1


def test_a_cover_too_large_to_be_searched_is_greedy_with_its_certified_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    large = scattered()
    monkeypatch.setattr(exact, "MOST_SEARCHED", 1_000)
    plan = optimal_cover(large, time_limit_s=1)
    assert (plan.proven, plan.too_large) == (False, True)
    assert chosen(plan) == chosen(greedy_cover(large))
    assert plan.bound == bound_cover(large)


@pytest.mark.parametrize("method", [optimal_cover, optimal_center])
def test_who_watches_a_search_always_holds_a_plan_and_a_bound_that_are_true(method: Search) -> None:
    small = replace(scattered(12), n=3)
    report: list[Plan] = []
    best = method(small, time_limit_s=60, monitor=Monitor(on_found=report.append))
    assert best.proven
    assert not report[0].proven
    better = -1 if best.is_center else 1
    for plan in report:
        assert better * plan.objective <= better * best.objective
        assert plan.bound is not None
        assert better * plan.bound >= better * best.objective - 1e-6
    assert [better * plan.objective for plan in report] == sorted(better * plan.objective for plan in report)
    bounds = [better * (plan.bound or 0.0) for plan in report]
    assert bounds == sorted(bounds, reverse=True)


@pytest.mark.parametrize("method", [optimal_cover, optimal_center])
def test_a_search_whose_time_is_spent_asks_no_solver(method: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        pytest.fail("the solver was asked")

    monkeypatch.setattr("scipy.optimize.milp", refused)
    plan = method(scattered(), time_limit_s=5, monitor=Monitor(spent_s=lambda: 6.0))
    assert not plan.proven
    assert not plan.too_large
    assert plan.bound is not None


def test_too_many_pairs_are_refused_before_they_fill_the_memory() -> None:
    many = points_demand(np.zeros(5_000), np.zeros(5_000))
    crowd = Candidates(x=np.zeros(4_001), y=np.zeros(4_001), zone=np.zeros(4_001, dtype=np.int32))
    with pytest.raises(ParameterError) as caught:
        greedy_cover(replace(line(), demand=many, candidates=crowd))
    assert caught.value.code == "too_large"


def test_a_certificate_is_rounded_down_and_refuses_a_foreign_bound() -> None:
    plan = greedy_cover(line())
    assert certified(plan, 100.0).words == "at least 100.0 % of the best possible"
    assert certified(plan, 100.1).words == "at least 99.9 % of the best possible"
    locked = greedy_cover(line(existing=((50.0, 0.0),)))
    assert certified(locked, 140.0).share == pytest.approx(120 / 140)
    assert certified(locked, 140.0).words == "at least 50.0 % of the best possible"
    with pytest.raises(ParameterError) as caught:
        certified(plan, 99.0)
    assert caught.value.code == "bound"
    center = greedy_center(line())
    with pytest.raises(ParameterError):
        certified(center, center.worst_after_m * 1.1)


def test_a_quota_lets_a_zone_have_its_due_at_the_last() -> None:
    quota = Quota(2, {4: 1})
    assert quota.allows(0)
    quota.take(0)
    assert quota.is_tight
    assert not quota.allows(0)
    assert quota.allows(4)
    quota.take(4)
    assert not quota.allows(4)
