"""The charts of the analysis panel draw the rows of its tables, and say in words what they show."""

from dataclasses import replace
from typing import Any

import pytest
import streamlit as st

from app.analysis.params import AnalysisParams, analysis_params
from app.core.view import View
from app.i18n.texts import text
from app.service import cache
from app.ui import analysis_charts


def params(**changes: Any) -> AnalysisParams:
    """Ask the default question with some changes."""
    return replace(analysis_params(View(section="analysis")), **changes)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Specifications by the charts' keys, and what is said above them."""
    found: dict[str, Any] = {"said": []}
    monkeypatch.setattr(st, "altair_chart", lambda chart, *, key, **_: found.update({key: chart.to_dict()}))
    monkeypatch.setattr(st, "caption", found["said"].append)
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_nearest_are_drawn_in_order_with_bounds_verdict_and_radius(lang: str, drawn: dict[str, Any]) -> None:
    table = cache.near(params(coarse=True))
    analysis_charts.render_near_chart(table, 500.0, lang)
    spec = drawn["c_near"]
    rows = max(spec["datasets"].values(), key=len)
    measured = table[table["distance_m"].notna()]
    assert len(rows) == min(30, len(measured))
    assert [row["best"] for row in rows] == (measured["distance_m"].sort_values() / 1_000).to_list()[:30]
    assert all(0 <= row["low"] <= row["best"] <= row["high"] for row in rows)
    assert {row["verdict"] for row in rows} <= {
        text(f"verdict_{each}", lang) for each in ("yes", "possibly", "unknown")
    }
    assert [{"radius": 0.5}] in spec["datasets"].values()
    assert drawn["said"] == [spec["description"]]
    assert "500" in spec["description"]


def test_no_more_than_thirty_are_drawn_and_without_distances_nothing(drawn: dict[str, Any]) -> None:
    many = cache.near(params(origins="breakfast_modelled", targets="hospitals"))
    assert len(analysis_charts.near_rows(many, "en")) == 30 < len(many)
    analysis_charts.render_near_chart(many.iloc[:0], 500.0, "zh")
    assert "c_near" not in drawn
    assert drawn["said"] == []


@pytest.mark.parametrize("goal", ["cover", "center"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_proposal_is_a_step_from_what_is_there_now(goal: str, lang: str, drawn: dict[str, Any]) -> None:
    found = cache.proposal(params(goal=goal, new_points=3, radius_m=2_000.0))
    analysis_charts.render_site_chart(found, lang)
    spec = drawn["c_site"]
    (rows,) = spec["datasets"].values()
    assert [row["order"] for row in rows] == [0, 1, 2, 3]
    if goal == "cover":
        assert rows[0]["best"] == found.before.best
        assert [row["best"] for row in rows[1:]] == found.points["in_reach_share"].to_list()
        assert all(row["sure"] <= row["best"] <= row["possible"] for row in rows)
    else:
        assert rows[0]["sure"] == found.steps.worst_m[0, 0] / 1_000
        assert [row["best"] * 1_000 for row in rows[1:]] == pytest.approx(found.points["worst_m"].to_list())
        assert all(row["sure"] >= row["best"] >= row["possible"] for row in rows)
    assert drawn["said"] == [spec["description"]] == [text(f"an_site_chart_{goal}", lang)]


def test_without_any_point_there_is_no_distance_to_begin_with() -> None:
    found = cache.proposal(params(goal="center", new_points=2))
    worst = found.steps.worst_m.copy()
    worst[0] = float("inf")
    rows = analysis_charts.site_rows(replace(found, steps=replace(found.steps, worst_m=worst)), center=True)
    assert rows["order"].to_list() == [1, 2]
