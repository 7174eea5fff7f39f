"""The neutral order of candidates, and the bound by prices for large problems."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box
from siting_cases import SECONDS, candidates_of, choices, chosen, covered, existing_of, problems

from geo.crs import LOCAL, WGS84
from geo.demand import GRAIN, land_grid, points_demand, residents_grid
from geo.siting import exact as siting_exact
from geo.siting.bound import by_prices, improved, reachable
from geo.siting.cover import greedy_cover, reach_matrix
from geo.siting.exact import bound_cover, optimal_cover
from geo.siting.order import bound_corrected, equalized, equalized_order, reordered, spread_order
from geo.siting.plan import Problem, existing_distance_m

POINTS = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=20)


@given(POINTS, st.integers(1, 3))
def test_the_order_names_each_candidate_once_and_zones_take_turns(points: list[tuple[int, int]], zones: int) -> None:
    candidates = candidates_of([(float(x), float(y)) for x, y in points], zones)
    order = spread_order(candidates, points_demand([], []))
    assert sorted(order.tolist()) == list(range(len(points)))
    sizes = np.bincount(candidates.zone)
    placed = reordered(candidates, order).zone.tolist()
    expected = [zone for turn in range(sizes.max()) for zone in range(len(sizes)) if turn < sizes[zone]]
    assert placed == expected


@given(POINTS)
def test_the_next_is_always_the_farthest_from_those_before(points: list[tuple[int, int]]) -> None:
    candidates = candidates_of([(float(x), float(y)) for x, y in points], 1)
    demand = points_demand([3.0, 5.0], [1.0, 1.0], zone=[0, 0], zone_count=1)
    spots = np.array(points, dtype=float)[spread_order(candidates, demand)]
    from_centre = np.hypot(*(spots - (4.0, 1.0)).T)
    assert from_centre[0] == from_centre.min()
    for step in range(1, len(spots)):
        gaps = np.hypot(*(spots[step:, None] - spots[:step]).transpose(2, 0, 1)).min(axis=1)
        assert gaps[0] == pytest.approx(gaps.max())


def even_city() -> Problem:
    """Pose two squares of land, 9 and 12 km wide, with more residents than divide evenly."""
    squares = [box(0, 0, 9_000, 9_000), box(9_000, 0, 21_000, 12_000)]
    land = gpd.GeoSeries(squares, crs=LOCAL).to_crs(WGS84)
    grid = land_grid(land, spacing_m=1_000.0)
    candidates = candidates_of(list(zip(grid.x.tolist(), grid.y.tolist(), strict=True)))
    return Problem(
        demand=residents_grid(land, [1_000_003, 400_001]),
        candidates=replace(candidates, zone=grid.zone),
        existing=existing_of([]),
        radius_m=500.0,
        n=4,
    )


@pytest.mark.parametrize("kind", ["residents", "land"])
def test_levelled_weights_are_equal_within_a_zone_and_keep_its_total(kind: str) -> None:
    problem = even_city()
    problem = replace(problem, demand=replace(problem.demand, kind=kind))
    flat = equalized(problem.demand)
    for zone in range(2):
        here = problem.demand.zone == zone
        assert len(set(problem.demand.weight[here])) == 2, "the grains that are left over"
        assert len(set(flat.weight[here])) == 1
        assert 0 <= problem.demand.weight[here].sum() - flat.weight[here].sum() < here.sum() / GRAIN
        assert (flat.weight <= problem.demand.weight).all()


def test_points_are_chosen_as_if_land_were_even_everywhere_and_residents_within_a_zone() -> None:
    residents = even_city().demand
    assert equalized_order(residents).weight.tolist() == equalized(residents).weight.tolist()
    land = replace(residents, kind="land", weight=np.arange(1.0, len(residents.x) + 1))
    assert set(equalized_order(land).weight) == {(len(land.x) + 1) / 2}
    places = points_demand([0.0, 1.0], [0.0, 1.0])
    assert equalized_order(places) is equalized(places) is places
    nothing = np.empty(0)
    empty = replace(land, x=nothing, y=nothing, weight=nothing, zone=nothing.astype(np.int32), accuracy_m=nothing)
    assert len(equalized(empty).x) == len(equalized_order(empty).x) == 0


@given(problems(), st.lists(st.floats(1, 1.05), min_size=9, max_size=9))
@settings(deadline=None)
def test_a_bound_by_levelled_weights_is_lifted_to_one_by_the_true_weights(problem: Problem, more: list[float]) -> None:
    demand = problem.demand
    true = replace(problem, demand=replace(demand, weight=demand.weight * np.array(more)[: len(demand.x)]))
    served = existing_distance_m(problem) <= problem.radius_m
    bound = bound_corrected(bound_cover(problem), demand, true.demand, served=served)
    assert max(covered(true, choice) for choice in choices(true)) <= bound * (1 + 1e-9)
    assert bound <= true.demand.weight.sum() * (1 + 1e-9)
    assert bound_corrected(bound_cover(problem), demand, demand, served=served) == pytest.approx(bound_cover(problem))


def test_a_weight_that_levelling_lost_leaves_no_bound_but_everything() -> None:
    true = points_demand([0.0, 500.0], [0.0, 0.0])
    lost = replace(true, weight=np.array([1.0, 0.0]))
    nobody = np.zeros(2, dtype=bool)
    assert bound_corrected(1.0, lost, true, served=nobody) == 2
    assert bound_corrected(2.0, true, true, served=~nobody) == 2


def test_equal_gains_no_longer_line_up_along_the_edge_where_the_grid_begins() -> None:
    problem = even_city()
    edge = greedy_cover(problem)
    assert np.ptp(problem.candidates.y[edge.chosen]) <= 1_000, "by grains and positions: the southern edge"
    order = spread_order(problem.candidates, problem.demand)
    neutral = replace(problem, demand=equalized(problem.demand), candidates=reordered(problem.candidates, order))
    plan = greedy_cover(neutral)
    assert plan.covered_after == pytest.approx(edge.covered_after, abs=1e-2)
    x, y = neutral.candidates.x[plan.chosen], neutral.candidates.y[plan.chosen]
    assert np.hypot(x[0] - 4_500, y[0] - 4_500) < 100
    assert np.ptp(x) > 5_000
    assert np.ptp(y) > 5_000


@given(problems())
@settings(deadline=None)
def test_the_bound_by_improved_prices_holds_against_every_choice(problem: Problem) -> None:
    matrix = reach_matrix(problem)
    best = max(covered(problem, choice) for choice in choices(problem)) - covered(problem, ())
    plan = greedy_cover(problem)
    report: list[float] = []
    bound = improved(problem, matrix, added=float(plan.gains.sum()), on_progress=report.append)
    assert best <= bound * (1 + 1e-9)
    assert bound <= reachable(matrix).sum() * (1 + 1e-9) + 1e-9
    assert report == sorted(report)
    assert all(0 < share <= 1 for share in report)


@given(problems(), st.lists(st.floats(0, 1), min_size=9, max_size=9))
def test_any_prices_give_a_bound(problem: Problem, shares: list[float]) -> None:
    matrix = reach_matrix(problem)
    best = max(covered(problem, choice) for choice in choices(problem)) - covered(problem, ())
    price = reachable(matrix) * np.array(shares[: len(matrix.weight)])
    bound, taken = by_prices(problem, matrix, price)
    assert best <= bound * (1 + 1e-9)
    assert len(taken) == len(set(taken.tolist())) == problem.n
    for zone, least in problem.minimum_per_zone.items():
        assert np.count_nonzero(problem.candidates.zone[taken] == zone) >= least


@given(problems())
@settings(deadline=None, max_examples=40)
def test_a_large_problem_is_bounded_without_the_solver(problem: Problem) -> None:
    exact = bound_cover(problem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(siting_exact, "MOST_LINEAR", 0)
        quick = bound_cover(problem)
    assert quick >= greedy_cover(problem).covered_after
    assert quick >= exact * (1 - 1e-6), "no prices are better than those of the relaxation"
    assert quick <= covered(problem, tuple(range(len(problem.candidates.x)))) * (1 + 1e-9)


def scattered(side: int, *, n: int) -> Problem:
    x, y = (axis.ravel() * 500.0 for axis in np.meshgrid(np.arange(side), np.arange(side)))
    weight = 1 + (np.arange(len(x)) * 7_919 % 101).astype(float)
    corners = candidates_of(list(zip((x[::3] + 250).tolist(), (y[::3] + 250).tolist(), strict=True)))
    return Problem(
        demand=replace(points_demand(x, y), weight=weight),
        candidates=corners,
        existing=existing_of([]),
        radius_m=1_200.0,
        n=n,
        minimum_per_zone={0: 2},
    )


@pytest.mark.parametrize("n", [3, 12])
def test_improved_prices_come_near_to_those_of_the_relaxation(n: int) -> None:
    problem = scattered(24, n=n)
    matrix, plan = reach_matrix(problem), greedy_cover(problem)
    quick, exact = improved(problem, matrix, added=float(plan.gains.sum())), bound_cover(problem)
    assert exact * (1 - 1e-9) <= quick <= exact * 1.005
    best = optimal_cover(problem, time_limit_s=SECONDS)
    assert chosen(best)
    assert best.covered_after <= quick * (1 + 1e-9)
