"""Plans against every possible choice on small cases, against spopt, and against their own bounds."""

from dataclasses import replace
from math import e, isinf

import numpy as np
import pytest
from hypothesis import given, settings
from siting_cases import SECONDS, assert_honest, choices, chosen, covered, existing_of, problems, worst

from geo.demand import points_demand
from geo.siting.center import bound_center, greedy_center, optimal_center
from geo.siting.cover import greedy_cover
from geo.siting.exact import bound_cover, optimal_cover
from geo.siting.plan import Candidates, Problem, certified


@given(problems())
def test_a_greedy_cover_keeps_the_rules_and_says_what_each_point_adds(problem: Problem) -> None:
    plan = greedy_cover(problem)
    assert_honest(problem, plan)
    steps = [covered(problem, chosen(plan)[:count]) for count in range(len(plan.chosen) + 1)]
    assert np.diff(steps).tolist() == plan.gains.tolist()
    assert plan.bound is None
    assert not plan.proven


@given(problems(minima=False))
def test_a_greedy_cover_takes_the_largest_gain_and_of_equals_the_first(problem: Problem) -> None:
    plan = greedy_cover(problem)
    taken: tuple[int, ...] = ()
    for candidate in chosen(plan):
        gains = [covered(problem, (*taken, each)) for each in range(len(problem.candidates.x))]
        assert candidate == int(np.argmax(gains))
        taken = (*taken, candidate)
    if len(taken) < problem.n:
        rest = [covered(problem, (*taken, each)) for each in range(len(problem.candidates.x))]
        assert max(rest) == plan.covered_after


@given(problems())
@settings(deadline=None)
def test_greedy_optimum_and_bound_of_a_cover_stand_in_order(problem: Problem) -> None:
    plan, bound = greedy_cover(problem), bound_cover(problem)
    best = max(covered(problem, choice) for choice in choices(problem))
    gain, possible = plan.covered_after - plan.covered_before, best - plan.covered_before
    bare = not any(problem.minimum_per_zone.values())
    assert gain >= (1 - 1 / e if bare else 0.5) * possible
    assert plan.covered_after <= best <= bound * (1 + 1e-9)
    assert bound <= problem.demand.weight.sum() * (1 + 1e-9)
    certificate = certified(plan, bound)
    assert certificate.share_added <= certificate.share <= 1
    assert certificate.share_added <= (gain / possible if possible else 1) + 1e-9


@given(problems())
@settings(deadline=None, max_examples=50)
def test_an_optimal_cover_is_the_best_of_all_choices(problem: Problem) -> None:
    plan = optimal_cover(problem, time_limit_s=SECONDS)
    assert_honest(problem, plan)
    assert plan.proven
    assert plan.covered_after == max(covered(problem, choice) for choice in choices(problem))
    assert plan.bound == pytest.approx(plan.covered_after, rel=1e-5)
    assert plan.gap == pytest.approx(0, abs=1e-5)
    assert plan.covered_before + plan.gains.sum() == plan.covered_after


@given(problems(minima=False))
@settings(deadline=None)
def test_more_points_and_a_larger_radius_cover_no_less(problem: Problem) -> None:
    plan, bound = greedy_cover(problem), bound_cover(problem)
    if problem.n < len(problem.candidates.x):
        more = replace(problem, n=problem.n + 1)
        assert greedy_cover(more).covered_after >= plan.covered_after
        assert chosen(greedy_cover(more))[: len(plan.chosen)] == chosen(plan)
        assert bound_cover(more) >= bound * (1 - 1e-9)
    wide = replace(problem, radius_m=problem.radius_m * 1.5)
    assert bound_cover(wide) >= bound * (1 - 1e-9)
    assert optimal_cover(wide, time_limit_s=SECONDS).covered_after >= plan.covered_after


@given(problems())
@settings(deadline=None)
def test_the_same_problem_has_the_same_answer(problem: Problem) -> None:
    assert chosen(greedy_cover(problem)) == chosen(greedy_cover(problem))
    assert chosen(greedy_center(problem)) == chosen(greedy_center(problem))
    assert bound_cover(problem) == bound_cover(problem)


@given(problems())
def test_a_greedy_center_keeps_the_rules_and_says_what_each_point_adds(problem: Problem) -> None:
    plan = greedy_center(problem)
    if problem.demand.weight.any():
        assert_honest(problem, plan)
    steps = [worst(problem, chosen(plan)[:count]) for count in range(len(plan.chosen) + 1)]
    for before, after, gain in zip(steps, steps[1:], plan.gains, strict=False):
        assert gain == pytest.approx(before - after) or (isinf(before) and isinf(gain))


@given(problems())
@settings(deadline=None, max_examples=50)
def test_greedy_optimum_and_bound_of_a_center_stand_in_order(problem: Problem) -> None:
    greedy, bound = greedy_center(problem), bound_center(problem)
    best = min(worst(problem, choice) for choice in choices(problem))
    assert bound <= best + 1e-6
    assert greedy.worst_after_m >= best - 1e-6
    if not any(problem.minimum_per_zone.values()):
        assert greedy.worst_after_m <= 3 * best + 1e-6
    plan = optimal_center(problem, time_limit_s=SECONDS)
    assert plan.proven
    assert plan.worst_after_m == pytest.approx(best)
    assert plan.bound == pytest.approx(best)
    if problem.demand.weight.any():
        assert_honest(problem, plan)
    assert 0 <= certified(greedy, bound).share <= 1


def solver() -> object:
    """Give the solver that spopt is used with, or skip."""
    pytest.importorskip("spopt")
    pulp = pytest.importorskip("pulp")
    cbc = pulp.PULP_CBC_CMD(msg=False)
    if not cbc.available():
        pytest.skip("the solver CBC that spopt needs is not available")
    return cbc


def scattered(n: int) -> Problem:
    """Make thirty places and twelve candidates that look thrown, the same each time."""
    at = np.arange(30)
    x, y = at * 2_311 % 5_003 * 1.0, at * 3_797 % 4_999 * 1.0
    spots = np.arange(12)
    return Problem(
        demand=replace(points_demand(x, y), weight=1.0 + at * 17 % 13),
        candidates=Candidates(
            x=spots * 1_733 % 5_009 * 1.0, y=spots * 2_903 % 4_993 * 1.0, zone=np.zeros(12, dtype=np.int32)
        ),
        existing=existing_of([]),
        radius_m=1_200.0,
        n=n,
    )


def costs(problem: Problem) -> np.ndarray:
    demand, candidates = problem.demand, problem.candidates
    return np.hypot(demand.x[:, None] - candidates.x, demand.y[:, None] - candidates.y)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("n", [1, 3, 5])
def test_spopt_finds_the_same_optimal_cover(n: int) -> None:
    cbc, problem = solver(), scattered(n)
    from spopt.locate import MCLP

    weights = problem.demand.weight
    model = MCLP.from_cost_matrix(costs(problem), weights, problem.radius_m, p_facilities=n).solve(cbc)
    ours = optimal_cover(problem, time_limit_s=SECONDS)
    assert ours.covered_after == pytest.approx(model.problem.objective.value())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("n", [1, 3, 5])
def test_spopt_finds_the_same_optimal_center(n: int) -> None:
    cbc, problem = solver(), scattered(n)
    from spopt.locate import PCenter

    model = PCenter.from_cost_matrix(costs(problem), p_facilities=n).solve(cbc)
    ours = optimal_center(problem, time_limit_s=SECONDS)
    assert ours.worst_after_m == pytest.approx(model.problem.objective.value())
