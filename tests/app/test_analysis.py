"""The analysis panel's answers: bounds in order, nothing denied from an incomplete list, proposals never places."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import pytest
from asgi_call import get

from app.analysis import near
from app.analysis.params import AnalysisParams, analysis_params, walking_min
from app.cli.parser import main
from app.core.atlas import Atlas
from app.core.groups import GROUPS, measured_rows, rows
from app.core.view import CHOICES, View, to_query
from app.service import cache, results
from app.ui import progress
from geo import proximity
from geo.blocks import blocks
from geo.coverage import walking_radius_m

SHOWN = View(section="analysis")


def params(**changes: Any) -> AnalysisParams:
    """Ask the default question with some changes."""
    return replace(analysis_params(SHOWN), **changes)


@pytest.mark.parametrize("origins", [each.id for each in GROUPS])
@pytest.mark.parametrize("targets", ["breakfast", "breakfast_modelled", "hub", "g60", "parks"])
def test_any_two_groups_may_be_asked_of_each_other(origins: str, targets: str, atlas: Atlas) -> None:
    table = cache.near(params(origins=origins, targets=targets, radius_m=1_000.0))
    assert table["id"].to_list() == rows(atlas, origins)["id"].to_list()
    measured = table[table["verdict"] != "not_measured"]
    usable = set(measured_rows(atlas, origins, coarse=False)["id"])
    assert set(measured["id"]) == usable
    assert (measured["sure"] <= measured["best"]).all()
    assert (measured["best"] <= measured["possible"]).all()
    assert (measured["sure"] >= 0).all()
    found = measured[measured["target_id"].notna()]
    assert (found["distance_min_m"] <= found["distance_m"]).all()
    assert len(found) == len(measured) or origins == targets == "hub", "the only one of its kind has no other"
    assert not (table["target_id"] == table["id"]).any(), "nothing is near itself"
    assert "no" not in set(table["verdict"]), "nothing is denied from a list that nobody declared complete"
    assert table[table["verdict"] == "not_measured"]["distance_m"].isna().all()


def test_a_group_asked_of_itself_meets_all_others_of_the_city_whatever_is_asked_about(atlas: Atlas) -> None:
    parks = params(origins="parks", targets="parks", radius_m=3_000)
    everywhere = near.near(atlas, parks).set_index("id", drop=False)
    for code in ("310117", "310115"):
        here = near.near(atlas, replace(parks, districts=(code,)))
        assert len(here) > 1
        assert here.set_index("id", drop=False).equals(everywhere.loc[here["id"]])
    measured = everywhere[everywhere["verdict"] != "not_measured"]
    assert (measured["target_id"] != measured.index).all()


def test_a_list_declared_complete_may_say_no_and_only_where_it_said_unknown() -> None:
    before, after = (cache.near(params(targets="hospitals", complete=complete)) for complete in (False, True))
    assert set(after["verdict"]) >= {"no"}
    changed = before["verdict"] != after["verdict"]
    assert set(before.loc[changed, "verdict"]) == {"unknown"}
    assert set(after.loc[changed, "verdict"]) == {"no"}


def test_verdicts_add_up_to_the_origins(counts: dict[str, Any]) -> None:
    table = cache.near(params())
    assert sum(near.summary(table).values()) == len(table) == counts["layers"]["parks"]


def test_the_nearest_breakfast_is_the_one_of_the_proximity_table() -> None:
    table = cache.near(params()).set_index("id")
    known = cache.distances(coarse=False).set_index("id")
    both = table.index[table["distance_m"].notna()]
    pd.testing.assert_series_equal(
        table.loc[both, "distance_m"].astype(float), known.loc[both, "breakfast_m"].astype(float), check_names=False
    )


def test_coverage_is_of_the_districts_asked_about_and_adds_up() -> None:
    every, some = cache.cover(params()), cache.cover(params(districts=("310115", "310117")))
    assert len(every) == 17
    assert some["district_code"].to_list() == ["310115", "310117", "all"]
    total = every.set_index("district_code")
    assert total.at["all", "residents_total"] == pytest.approx(24_870_895)
    for kind in ("residents", "land"):
        for bound in ("sure", "best", "possible"):
            inside = (every[f"{kind}_total"] * every[f"{kind}_{bound}"]).iloc[:-1].sum()
            assert total.at["all", f"{kind}_{bound}"] == pytest.approx(inside / total.at["all", f"{kind}_total"])
        assert (every[f"{kind}_sure"] <= every[f"{kind}_possible"]).all()
    pd.testing.assert_frame_equal(
        some.iloc[:2].reset_index(drop=True),
        every[every["district_code"].isin(["310115", "310117"])].reset_index(drop=True),
    )


def test_a_line_covers_what_its_stretches_reach_each_with_its_own_accuracy(atlas: Atlas) -> None:
    posed = params(targets="g60", radius_m=3_000.0)
    table = cache.cover(posed).set_index("district_code")
    assert 0 < table.at["310117", "land_sure"] < table.at["310117", "land_best"] < table.at["310117", "land_possible"]
    assert table.at["310151", "land_possible"] == 0, "the motorway does not come near the island"
    verdicts = cache.near(posed)["verdict"].value_counts()
    measured = table.at["all", "places_total"]
    assert measured == verdicts.drop("not_measured").sum()
    assert table.at["all", "places_sure"] == pytest.approx(verdicts["yes"] / measured), "both panels say the same"
    reached = verdicts["yes"] + verdicts.get("possibly", 0)
    assert table.at["all", "places_possible"] == pytest.approx(reached / measured)
    underserved = cache.underserved(posed)
    drawn = underserved[(underserved["status"] == "unknown") & (underserved["district_code"] == "310117")][
        "area_m2"
    ].sum()
    by_grid = table.at["310117", "land_possible"]
    assert 1 - drawn / table.at["310117", "land_total"] == pytest.approx(by_grid, abs=0.03)
    assert len(measured_rows(atlas, "g60", coarse=False)["accuracy_m"].unique()) == 2


def test_counting_near_places_tells_how_far_it_is_and_others_see_it(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    posed = params(origins="breakfast_modelled", targets="hospitals", radius_m=1_111.0, coarse=True)
    monkeypatch.setattr(proximity, "blocks", partial(blocks, size=10))
    monkeypatch.setattr(proximity, "BLOCKS_PER_REPORT", 1)
    seen: list[float] = []
    table = near.near(atlas, posed, on_progress=seen.append)
    assert len(table) > 100
    assert seen == sorted(seen)
    assert len(set(seen)) > 10
    assert seen[-1] == 1
    monkeypatch.setattr(near, "near", lambda *_, on_progress: [on_progress(0.5), cache.share_done("near", posed)][1])
    assert cache.near(posed) == 0.5, "what the bar reads"
    cache._near.cache_clear()
    assert cache.share_done("near", posed) is None
    assert progress.bar("near", 0.5, 2.0, limit_s=0, lang="en") == (0.5, "Measuring and counting: 50 % done")


@pytest.mark.parametrize("job", ["weak", "proposal"])
def test_others_see_how_far_a_computation_is(job: str, monkeypatch: pytest.MonkeyPatch) -> None:
    posed = params(radius_m=1_234.0, targets="universities")
    seen: list[float] = []

    class Monitored(dict[tuple[str, AnalysisParams], float]):
        def __setitem__(self, key: tuple[str, AnalysisParams], share: float) -> None:
            assert key == (job, posed)
            super().__setitem__(key, share)
            seen.append(cache.share_done(job, posed) or 0.0)

    monkeypatch.setattr(cache, "UNDER_WAY", Monitored())
    {"weak": cache.underserved, "proposal": cache.proposal}[job](posed)
    assert seen[0] == 0
    assert seen == sorted(seen)
    assert 0.5 < seen[-1] <= 1
    assert len(set(seen)) > 10
    assert cache.share_done(job, posed) is None


def test_a_bar_says_how_far_it_is_or_how_long_a_silent_solver_has_run() -> None:
    assert progress.bar("weak", 0.25, 2.0, limit_s=0, lang="en") == (0.25, "Working out weak areas: 25 % done")
    share, words = progress.bar("exact", 0.0, 12.0, limit_s=30, lang="en")
    assert share == pytest.approx(0.4)
    assert "about 12 s of at most 30 s" in words
    assert progress.bar("exact", 0.0, 99.0, limit_s=30, lang="zh")[0] == 1
    assert progress.bar("weak", None, 2.0, limit_s=0, lang="zh") == (0.0, "前面还有同类计算，正在排队……")


def test_simulated_points_make_the_answer_modelled(atlas: Atlas) -> None:
    assert params(targets="breakfast_modelled").modelled
    assert set(cache.underserved(params(targets="breakfast_modelled"))["data_kind"]) == {"modelled"}
    assert results.params_of(atlas, params(targets="breakfast_modelled"))["data_kind"] == "modelled"
    assert results.params_of(atlas, params())["data_kind"] != "modelled"


def test_walking_time_and_radius_are_two_sides_of_one_assumption() -> None:
    assert walking_radius_m(walking_min(1_000.0)) == pytest.approx(1_000.0)


def test_the_map_is_told_only_of_what_is_looked_at(atlas: Atlas) -> None:
    assert results.shown(atlas, View()) == []
    assert [each["id"] for each in results.shown(atlas, SHOWN)] == ["result_near"]
    assert results.shown(atlas, replace(SHOWN, analysis="site", near_to="g60")) == []
    report = results.shown(atlas, replace(SHOWN, analysis="cover"))
    assert [each["id"] for each in report] == ["result_possibly", "result_weak"]
    elsewhere = replace(SHOWN, analysis="cover", lang="en", sectors=("devices",), figure_search="x")
    assert results.shown(atlas, elsewhere) == report, "what does not touch the answer does not fetch it again"


@pytest.mark.parametrize("analysis", ["near", "cover", "site"])
def test_what_the_map_fetches_is_served_with_cards(analysis: str, atlas: Atlas) -> None:
    report = results.shown(atlas, replace(SHOWN, analysis=analysis, districts=("310117",)))[-1]
    path, _, query = report["url"].partition("?")
    answer = get(path, query)
    assert answer.status == 200
    assert answer.json["features"]
    for feature in answer.json["features"]:
        assert all(line["value_zh"] and line["value_en"] for line in feature["properties"]["card"])


def test_land_that_may_be_in_reach_is_drawn_apart_and_both_are_in_the_file(atlas: Atlas) -> None:
    view = replace(SHOWN, analysis="cover", districts=("310117",))
    drawn = [get(*report["url"].split("?")).json for report in results.shown(atlas, view)]
    ids = [[feature["id"] for feature in each["features"]] for each in drawn]
    assert ids == [["W310117-possibly"], ["W310117-unknown"]]
    file = get("/export/weak.geojson", to_query(view)).json
    assert {feature["properties"]["status"] for feature in file["features"]} == {"possibly", "unknown"}


def test_a_question_that_makes_no_sense_is_answered_in_both_languages() -> None:
    answer = get("/results/proposals.geojson", "to=g60")
    assert answer.json["features"] == []
    assert "线" in answer.json["message"]
    assert "line" in answer.json["message"]
    assert answer.headers["cache-control"] == "no-cache"
    assert get("/results/moon.geojson").status == 404


def test_every_choice_survives_the_address() -> None:
    view = replace(SHOWN, near_from="gmp", near_to="hub", reach_m="3000", complete="1", analysis="site", demand="land",
                   candidates="parks", new_points="5", at_least="2", goal="center")  # fmt: skip
    query = to_query(view)
    report = ("from=gmp", "to=hub", "r=3000", "complete=1", "an=site", "demand=land", "cand=parks", "n=5", "min=2")
    for part in (*report, "goal=center"):
        assert part in query
    assert all(len(set(values)) == len(values) for values in CHOICES.values())


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any, str]:
    """Run a command; gives exit code, JSON and what it said beside."""
    code = main(["analysis", *words, "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else None, said.err


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("near", "--from", "gmp", "--to", "hub", "--radius", "3000"), "origins"),
        (("coverage", "--minutes", "10", "--district", "松江区"), "by_district"),
        (("weak", "--to", "hospitals", "--complete"), "areas"),
        (("site", "--new", "3", "--district", "长宁区"), "proposals"),
        (("site", "--new", "2", "--candidates", "parks", "--radius", "3000"), "proposals"),
        (("coverage", "--to", "g60", "--radius", "2000"), "by_district"),
        (("site", "--new", "2", "--district", "长宁区", "--goal", "center", "--demand", "land"), "proposals"),
    ],
)  # fmt: skip
def test_the_command_gives_one_document(words: tuple[str, ...], key: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer, said = run(capsys, *words)
    assert (code, said) == (0, "")
    assert answer[key]
    assert answer["analysis"]["radius_m"] > 0


def test_the_command_tells_the_worst_distance_with_its_bounds(capsys: pytest.CaptureFixture[str]) -> None:
    _, answer, _ = run(capsys, "site", "--new", "2", "--district", "长宁区", "--goal", "center")
    for when in ("before", "after"):
        bounds = answer[f"worst_{when}_bounds_m"]
        assert bounds["sure"] > bounds["best"] == answer[f"worst_{when}_m"] > bounds["possible"] >= 0


@pytest.mark.parametrize(
    "words",
    [
        ("near", "--radius", "0"), ("near", "--radius", "nan"), ("near", "--radius", "500", "--minutes", "5"),
        ("coverage", "--minutes", "-3"), ("site", "--to", "g60"), ("site", "--candidates", "hospitals"),
        ("site", "--new", "2", "--candidates", "universities", "--district", "崇明区"),
        ("site", "--new", "0"), ("site", "--new", "100000"),
        ("site", "--new", "3", "--at-least", "2"), ("site", "--exact", "--time-limit", "0"),
        ("coverage", "--out", "/nowhere/x.geojson"), ("weak", "--out", "/nowhere/at/all.geojson"),
    ],
)  # fmt: skip
def test_bad_input_is_said_in_both_languages_and_exits_2(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    code, answer, said = run(capsys, *words)
    assert code == 2
    assert answer is None
    assert " | " in said


def test_the_file_of_the_command_is_the_answer(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "weak.geojson"
    code, answer, _ = run(capsys, "weak", "--district", "松江区", "--radius", "700", "--out", str(out))
    assert code == 0
    file = json.loads(out.read_text(encoding="utf-8"))
    assert [each["id"] for each in file["features"]] == [each["id"] for each in answer["areas"]]
    assert file["analysis"]["radius_m"] == 700
