"""The search for the best keeps its limit, whatever the solver does, and says how it ended."""

import json
import subprocess
from dataclasses import replace
from threading import Event, Thread
from time import monotonic
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from test_page import opened

from app.analysis import search, siting
from app.analysis.params import AnalysisParams, analysis_params
from app.cli.parser import main
from app.core.view import View
from app.i18n.messages import in_words
from app.i18n.texts import text
from app.service import cache
from app.ui import progress
from geo.demand import points_demand
from geo.errors import ParameterError
from geo.facilities import Facilities
from geo.siting.center import MOST_DISTANCES
from geo.siting.cover import greedy_cover
from geo.siting.plan import Candidates, Problem

FEW_S = 12.0  # more than what may come after the limit takes on a busy machine, and less than the search took before


def params(**changes: Any) -> AnalysisParams:
    """Ask the default question with some changes."""
    return replace(analysis_params(View(section="analysis")), **changes)


def problem(*, n: int = 1) -> Problem:
    """Make three places on a line, a candidate at each."""
    x = np.array([0.0, 1_000.0, 2_000.0])
    none = np.empty(0)
    return Problem(
        demand=replace(points_demand(x, np.zeros(3)), weight=np.array([1.0, 5.0, 2.0])),
        candidates=Candidates(x=x, y=np.zeros(3), zone=np.zeros(3, dtype=np.int32)),
        existing=Facilities(x=none, y=none, accuracy_m=none),
        radius_m=100.0,
        n=n,
    )


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list["subprocess.Popen[bytes]"]:
    """Let children that behave badly search; gives those that were started."""
    started: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen):
        def __init__(self, *words: Any, **settings: Any) -> None:
            super().__init__(*words, **settings)
            started.append(self)

    monkeypatch.setattr(search, "CHILD", "tests.app.search_children")
    monkeypatch.setattr(search.subprocess, "Popen", Noted)
    return started


@pytest.mark.parametrize("goal", ["hangs", "breaks off"])
def test_a_child_that_never_ends_is_ended_and_its_last_plan_counts(
    goal: str, children: list["subprocess.Popen[bytes]"]
) -> None:
    began = monotonic()
    plan = search.best_plan(problem(), goal, time_limit_s=0.1)
    assert monotonic() - began < FEW_S
    assert plan.chosen.tolist() == greedy_cover(problem()).chosen.tolist() == [1]
    assert not plan.proven
    assert [each.returncode is not None for each in children] == [True], "no process is left behind"


def test_what_a_child_refuses_or_cannot_do_is_an_error_of_ours(children: list["subprocess.Popen[bytes]"]) -> None:
    for goal, code in (("refuses", "radius"), ("dies", "search_died")):
        with pytest.raises(ParameterError) as caught:
            search.best_plan(problem(), goal, time_limit_s=20)
        assert caught.value.code == code
        assert caught.value.hint
        assert all(in_words(caught.value, lang) for lang in ("zh", "en"))
    assert all(each.returncode is not None for each in children)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), 1e12])
def test_a_limit_that_is_none_starts_no_child(seconds: float, children: list["subprocess.Popen[bytes]"]) -> None:
    with pytest.raises(ParameterError) as caught:
        search.best_plan(problem(), "cover", time_limit_s=seconds)
    assert caught.value.code == "time_limit"
    assert not children


@pytest.mark.parametrize(("goal", "best"), [("cover", [1, 2]), ("center", [0, 1])])
def test_a_small_problem_is_proven_in_a_process_of_its_own(goal: str, best: list[int]) -> None:
    plan = search.best_plan(
        replace(problem(n=2), radius_m=1_000.0 if goal == "center" else 100.0), goal, time_limit_s=60
    )
    assert plan.proven
    assert plan.bound == pytest.approx(plan.objective)
    assert sorted(plan.chosen.tolist()) == best or goal == "center"


@pytest.mark.parametrize(
    "changes",
    [
        {"targets": "breakfast", "radius_m": 5_000.0, "new_points": 10},
        {"goal": "center", "districts": ("310117",), "new_points": 8},
    ],
    ids=["two million pairs", "a hard center"],
)
def test_a_search_that_cannot_be_done_in_time_ends_in_time(changes: dict[str, Any]) -> None:
    posed = params(**changes)
    cache.grids(cache.data_folder())
    began = monotonic()
    found = cache.exact_plan(replace(posed, search_s=1))
    assert monotonic() - began < 1 + FEW_S
    assert not found.plan.proven
    assert not found.plan.too_large
    assert len(found.points) == posed.new_points
    assert 0 < found.certificate.share <= 1


def test_the_whole_city_has_a_certified_center_and_says_that_it_was_not_searched(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["analysis", "site", "--goal", "center", "--new", "5", "--exact", "--json"]) == 0
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert (report["proven"], report["search"]) == (False, "too_large")
    assert 0 < report["bound"] <= report["worst_after_m"]
    assert report["at_least_share_of_best"] == pytest.approx(report["bound"] / report["worst_after_m"])
    assert len(report["proposals"]) == 5
    for words in ("选定一个行政区", "某图层的地点", "Choose a district", "the places of a layer"):
        assert words in said.err


def test_the_hint_of_a_center_that_is_too_large_can_be_followed() -> None:
    for changes in ({"districts": ("310115",)}, {"districts": ("310151",)}, {"candidates": "parks"}):
        posed = siting.pose(
            cache.atlas(), params(goal="center", new_points=5, **changes), cache.grids(cache.data_folder())
        )
        assert np.count_nonzero(posed.problem.demand.weight) * len(posed.problem.candidates.x) <= MOST_DISTANCES


def test_the_page_says_in_words_what_became_of_the_search() -> None:
    def searched(**query: str) -> AppTest:
        page = opened(tab="analysis", an="site", n="5", **query)
        return page.toggle(key="w_best").set_value(True).run(timeout=90)

    page = searched(goal="center", lang="en")
    assert not page.exception
    assert text("an_search_too_large", "en") in [each.value for each in page.info]
    page = searched(d="310105", r="1000")
    assert not page.exception
    (said,) = [each.value for each in page.success]
    assert said.startswith("已证明")


@pytest.mark.parametrize("number", [0, -1, -(10**30)])
def test_a_number_of_new_points_below_1_is_refused_in_words_of_its_own(number: int) -> None:
    for changes in ({}, {"at_least": 1}):
        with pytest.raises(ParameterError) as caught:
            cache.proposal(params(new_points=number, **changes))
        assert caught.value.code == "siting_number"
        assert str(number) in in_words(caught.value, "zh")


def test_a_number_beyond_all_candidates_is_told_beside_theirs() -> None:
    with pytest.raises(ParameterError) as caught:
        cache.proposal(params(new_points=10**9))
    assert caught.value.code == "too_few_candidates"
    assert "grid: 7181 < 1000000000" in in_words(caught.value, "en")


def test_who_waits_for_a_turn_is_told_so_until_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (params(new_points=n, districts=("310101",), search_s=17) for n in (1, 2))
    begun, may_end = Event(), Event()

    def long(*_: Any, **__: Any) -> str:
        begun.set()
        assert may_end.wait(20)
        return "found"

    monkeypatch.setattr(siting, "solve_exact", long)
    threads = [Thread(target=cache.exact_plan, args=(each,)) for each in (first, second)]
    threads[0].start()
    assert begun.wait(20)
    threads[1].start()
    assert cache.share_done("exact", first) == 0
    assert cache.share_done("exact", second) is None
    may_end.set()
    for thread in threads:
        thread.join()
    assert cache.share_done("exact", second) is None
    for lang, words in (("zh", "轮到后最多30秒"), ("en", "when it is your turn, yours takes at most 30 s")):
        share, said = progress.bar("exact", None, 0.0, limit_s=30, lang=lang)
        assert share == 0
        assert words in said


def test_a_bar_that_is_full_says_what_is_done_still() -> None:
    for lang in ("zh", "en"):
        assert progress.bar("exact", 0.0, 30.0, limit_s=30, lang=lang) == (1.0, text("an_waiting_end", lang))
        share, said = progress.bar("exact", 0.0, 29.8, limit_s=30, lang=lang)
        assert share < 1
        assert said != text("an_waiting_end", lang)
