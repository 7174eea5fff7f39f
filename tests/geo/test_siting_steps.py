"""A plan step by step: the same numbers as coverage states of the same points, with the true weights."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from siting_cases import existing_of, line, problems

from geo.coverage import coverage
from geo.facilities import Facilities
from geo.siting.center import greedy_center
from geo.siting.cover import greedy_cover
from geo.siting.plan import Problem
from geo.siting.steps import stated, steps


@given(problems(), st.lists(st.sampled_from([0.0, 50.0, 400.0]), min_size=9, max_size=9), st.integers(0, 200))
@settings(deadline=None)
def test_every_step_is_what_coverage_states_of_the_points_so_far(
    problem: Problem, accuracies: list[float], slack: int
) -> None:
    demand = replace(problem.demand, accuracy_m=np.full(len(problem.demand.x), float(slack)))
    problem = replace(problem, demand=demand)
    known = np.array(accuracies)[: len(problem.candidates.x)]
    plan = greedy_cover(problem)
    done = steps(problem, plan.chosen, accuracy_m=known)
    for step in range(len(plan.chosen) + 1):
        so_far = plan.chosen[:step]
        every = Facilities(
            x=np.append(problem.existing.x, problem.candidates.x[so_far]),
            y=np.append(problem.existing.y, problem.candidates.y[so_far]),
            accuracy_m=np.append(problem.existing.accuracy_m, known[so_far]),
        )
        assert done.share(step) == coverage(problem.demand, every, radius_m=problem.radius_m).total
    assert stated(plan, done).gains.tolist() == plan.gains.tolist()
    assert (done.covered[:, 0] <= done.covered[:, 1]).all()
    assert (done.covered[:, 1] <= done.covered[:, 2]).all()
    assert (done.worst_m[:, 0] >= done.worst_m[:, 1]).all()
    assert (np.diff(done.covered, axis=0) >= 0).all()


def test_a_plan_is_stated_with_the_true_weights_whatever_it_was_chosen_by() -> None:
    problem = line(n=2)
    flat = replace(problem, demand=replace(problem.demand, weight=np.ones(4)))
    chosen = greedy_cover(flat)
    assert chosen.total_weight == 4
    done = steps(problem, chosen.chosen, accuracy_m=np.zeros(4))
    plan = stated(chosen, done)
    assert (plan.total_weight, plan.covered_before, plan.covered_after) == (131, 0, 101)
    assert plan.gains.tolist() == [100, 1]
    assert plan.chosen is chosen.chosen


def test_of_the_worst_distance_each_step_tells_metres_at_the_worst_as_drawn_and_at_the_best() -> None:
    problem = replace(
        line(n=1, existing=((0.0, 0.0),)), existing=replace(existing_of([(0.0, 0.0)]), accuracy_m=np.array([30.0]))
    )
    plan = greedy_center(problem)
    done = steps(problem, plan.chosen, accuracy_m=np.full(4, 500.0))
    assert done.worst_m[0].tolist() == [3_030, 3_000, 2_970]
    assert done.worst_m[1].tolist() == [1_500, 1_000, 970]
    assert done.gains(center=True).tolist() == [[1_530, 2_000, 2_000]]
    first = steps(line(n=1), np.array([0]), accuracy_m=np.zeros(4))
    assert first.gains(center=True).tolist() == [[np.inf] * 3]
    assert stated(plan, done).worst_after_m == pytest.approx(1_000)
