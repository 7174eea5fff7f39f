"""The engine answers as its peers do, through the benchmark's own code: equality is tested, speed is not."""

import numpy as np
import pytest

from bench.engine import writing
from bench.engine.chart import chart
from bench.engine.jobs import NAMES, job_named
from bench.engine.model import OURS, Answer, Gap, answer_of, unlike
from bench.engine.result import JobResult, Row

N = 2_000
FEWER = {"land": 600, "land_detailed": 600}  # parks of one job, where one peer needs a second per thousand
PAIRS = [(name, peer.name) for name in NAMES for peer in job_named(name).contenders if peer.name != OURS]
_ANSWERS: dict[str, Answer] = {}


def ours(name: str) -> Answer:
    """Our answer, once per job."""
    if name not in _ANSWERS:
        job = job_named(name)
        _ANSWERS[name] = answer_of(job.named(OURS), job.inputs(FEWER.get(name, N)))
    return _ANSWERS[name]


@pytest.mark.parametrize(("name", "peer"), PAIRS)
@pytest.mark.filterwarnings("default")  # of the peers, not ours to mend
def test_the_engine_agrees_with_every_peer(name: str, peer: str) -> None:
    job = job_named(name)
    contender = job.named(peer)
    if missing := contender.missing():
        pytest.skip(missing)
    inputs = job.inputs(FEWER.get(name, N))
    try:
        theirs = answer_of(contender, inputs)
    except Gap as gap:
        pytest.skip(str(gap))
    assert job.differ(inputs, ours(name), theirs) == ""


def test_one_wrong_value_is_a_difference() -> None:
    for name in NAMES:
        answer = ours(name)
        column = [key for key, values in answer.items() if values.dtype.kind in "if"][-1]
        wrong = {key: values.copy() for key, values in answer.items()}
        wrong[column].flat[0] += 1 + abs(wrong[column].flat[0])
        job = job_named(name)
        inputs = job.inputs(FEWER.get(name, N))
        assert job.differ(inputs, answer, answer) == ""
        assert job.differ(inputs, answer, wrong) != "", name


def test_a_value_that_is_no_number_equals_nothing() -> None:
    assert unlike("x", np.array([1.0, np.nan]), np.array([1.0, np.nan]))
    assert unlike("x", np.array([1.0]), np.array([1.0, 2.0]))
    assert not unlike("x", np.array([1.0]), np.array([1.1]), 0.2)


def row(who: str, n: int, took: float, building: float = 0.0) -> Row:
    return Row(
        who=who, n=n, wall_s=[took * 3, took, took], cpu_s=[took * 2], build_wall_s=building, build_cpu_s=building,
        first_call_s=1.0, extra_MB=10.0, index_MB=1.0, answer_MB=1.0, input_MB=n * 16 / 1e6,
    )  # fmt: skip


def test_goals_are_judged_at_equal_n_and_by_the_lesser_of_wall_and_cpu() -> None:
    job = job_named("assign")
    result = JobResult(job=job)
    result.rows = [row(OURS, 100_000, 0.001), row(OURS, 1_000_000, 0.01, 0.03), row("geopandas sjoin", 1_000_000, 10.0)]
    found = {(verdict.words, verdict.asked): verdict for verdict in result.verdicts()}
    warm = found["geopandas sjoin", "≥ 700×"]
    assert (warm.found, warm.met, warm.n) == ("1,000×", True, 1_000_000)
    assert found["geopandas sjoin, our index built anew", "≥ 100×"].found == "250×"
    assert found["sedonadb", "≥ 25×"].met is None
    assert found["growth exponent up to the largest N", "≤ 1.02"].found == "1"
    assert "1,000×" in chart([result])
    assert "| **no** |" not in writing.goals([result])


def test_a_smaller_n_is_measured_but_not_judged() -> None:
    result = JobResult(job=job_named("assign"))
    result.rows = [row(OURS, 10_000, 0.001), row("sedonadb", 10_000, 0.001)]
    assert {verdict.met for verdict in result.verdicts()} == {None}
