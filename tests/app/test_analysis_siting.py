"""Siting in the app: proposals spread where nothing tells places apart, and carry the names of their candidates."""

import json
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from app.analysis import coverage
from app.analysis.params import AnalysisParams, analysis_params
from app.core.atlas import Atlas
from app.core.groups import GRID, GROUPS, group, measured_rows, rows
from app.core.view import CHOICES, View
from app.documents import exports
from app.documents.analysis_tables import proposal_table
from app.i18n.texts import text
from app.service import cache
from geo.crs import to_local
from geo.errors import ParameterError

SHOWN = View(section="analysis")


def params(**changes: Any) -> AnalysisParams:
    """Ask the default question with some changes."""
    return replace(analysis_params(SHOWN), **changes)


def test_a_new_point_cannot_join_a_line_and_no_candidate_stands_on_one() -> None:
    with pytest.raises(ParameterError) as caught:
        cache.proposal(params(targets="g60"))
    assert caught.value.code == "lines_take_no_points"
    assert set(CHOICES["cand"]) == {GRID, *(each.id for each in GROUPS)} - {"g60"}


def test_equal_gains_spread_over_a_district_and_the_first_is_its_middle(atlas: Atlas) -> None:
    found = cache.proposal(params(districts=("310117",)))
    assert np.ptp(found.points["gain"]) < 1e-2, "residents are even within a district, but for 1/65,536 a cell"
    spots = to_local(found.points.geometry)
    ground = to_local(coverage.land_by_district(atlas))[atlas.districts["district_code"].to_list().index("310117")]
    west, south, east, north = ground.bounds
    assert spots.iloc[0].distance(ground.centroid) < 1_500
    assert np.ptp(spots.x) > 0.6 * (east - west)
    assert np.ptp(spots.y) > 0.6 * (north - south)
    assert min(one.distance(other) for one, other in combinations(spots, 2)) > 3_000


def test_land_is_even_over_the_city_and_so_are_the_proposals_for_it() -> None:
    found = cache.proposal(params(demand="land", new_points=15, radius_m=1_000.0))
    assert found.points["district_code"].nunique() >= 10


@pytest.mark.parametrize("kind", ["land", "residents", "places"])
def test_siting_states_the_totals_and_shares_that_coverage_states(kind: str) -> None:
    report = cache.cover(params(radius_m=1_000.0)).set_index("district_code")
    for code, row in report[report[f"{kind}_total"] > 0].iterrows():
        districts = () if code == "all" else (str(code),)
        found = cache.proposal(params(demand=kind, districts=districts, radius_m=1_000.0, new_points=2))
        plan = found.plan
        assert plan.total_weight == row[f"{kind}_total"]
        for bound in ("sure", "best", "possible"):
            assert getattr(found.before, bound) == row[f"{kind}_{bound}"]
        assert plan.covered_before == pytest.approx(row[f"{kind}_best"] * plan.total_weight)
        assert found.points["gain"].sum() == pytest.approx(plan.covered_after - plan.covered_before)
        assert found.after.best * plan.total_weight == pytest.approx(plan.covered_after)
        assert plan.bound is not None
        assert plan.covered_after <= plan.bound * (1 + 1e-9)
    if kind == "residents":
        assert cache.proposal(params()).plan.total_weight == 24_870_895


def test_the_certificate_of_land_holds_against_the_optimum_by_its_true_weights() -> None:
    posed = params(demand="land", districts=("310105", "310106", "310109"), radius_m=1_000.0, new_points=3)
    quick, best = cache.proposal(posed), cache.exact_plan(replace(posed, search_s=20))
    assert best.plan.proven
    assert quick.plan.covered_after <= best.plan.covered_after + 1e-2
    added, most = (each.plan.covered_after - each.plan.covered_before for each in (quick, best))
    assert quick.certificate.share_added <= added / most + 1e-9
    assert quick.certificate.percent_added < 100, "cells of Jing'an weigh more; by that alone no point is placed"


@pytest.mark.parametrize(("candidates", "demand"), [("enterprises", "residents"), ("parks", "land"), ("gmp", "places")])
def test_candidates_of_a_layer_keep_their_name_id_and_accuracy(candidates: str, demand: str, atlas: Atlas) -> None:
    found = cache.proposal(
        params(candidates=candidates, demand=demand, new_points=2, targets="hospitals", radius_m=5_000.0, coarse=True)
    )
    places = rows(atlas, candidates).set_index("id")
    assert 1 <= len(found.points) <= 2
    assert found.candidates == len(measured_rows(atlas, candidates, coarse=True))
    for _, point in found.points.iterrows():
        place = places.loc[point["candidate_id"]]
        assert point["candidate_layer"] == group(atlas, candidates).layer
        assert (point["candidate_name_zh"], point["candidate_name_en"]) == (place["name_zh"], place["name_en"])
        assert point["accuracy_m"] == place["accuracy_m"]
        assert point["district_code"] == place["district_code"]
        assert point["name_zh"].startswith("建议点")
        assert point.geometry.distance(place.geometry) < 1e-7
    assert set(found.points["status"]) == {"proposal"}
    assert set(found.points["data_kind"]) == {"modelled"}


def test_only_candidates_of_the_districts_asked_about_take_part(atlas: Atlas) -> None:
    places = measured_rows(atlas, "parks", coarse=False)
    here = int((places["district_code"] == "310115").sum())
    found = cache.proposal(params(candidates="parks", districts=("310115",), new_points=1))
    assert 1 <= found.candidates == here < len(places)
    assert set(found.points["district_code"]) == {"310115"}
    with pytest.raises(ParameterError) as caught:
        cache.proposal(params(candidates="parks", districts=("310115",), new_points=here + 1))
    assert caught.value.code == "too_few_candidates"


def test_what_is_there_already_is_no_candidate() -> None:
    with pytest.raises(ParameterError) as caught:
        cache.proposal(params(candidates="breakfast", targets="breakfast", new_points=1))
    assert caught.value.code == "candidates_exist"


def test_simulated_candidates_are_said_to_be_simulated() -> None:
    assert params(candidates="breakfast_modelled").modelled_candidates
    assert not params(candidates="parks").modelled_candidates
    assert not params().modelled_candidates


def test_proposals_are_marked_as_such_everywhere(atlas: Atlas) -> None:
    view = replace(SHOWN, analysis="site", districts=("310117",), at_least="1", reach_m="1000")
    found = cache.proposal(analysis_params(view))
    assert 1 <= len(found.points) <= 10
    assert set(found.points["status"]) == {"proposal"}
    assert set(found.points["data_kind"]) == {"modelled"}
    assert set(found.points["district_code"]) == {"310117"}
    assert found.plan.covered_after == pytest.approx(found.plan.covered_before + found.points["gain"].sum())
    assert 0.6 < found.certificate.share <= 1
    file = json.loads(exports.layer_geojson(atlas, "proposals", view))
    assert file["analysis"]["radius_m"] == 1_000
    assert {each["properties"]["status"] for each in file["features"]} == {"proposal"}
    assert len(exports.table(atlas, "proposals", view)) == len(found.points)


def test_what_is_in_reach_is_told_with_its_bounds() -> None:
    found = cache.proposal(params(districts=("310117",), radius_m=1_000, new_points=3))
    for share, covered in ((found.before, found.plan.covered_before), (found.after, found.plan.covered_after)):
        assert share.sure < share.best < share.possible
        assert share.best * found.plan.total_weight == pytest.approx(covered)


@pytest.mark.parametrize("goal", ["cover", "center"])
def test_a_file_of_proposals_says_what_the_plan_reaches_and_how_good_it_is(goal: str, atlas: Atlas) -> None:
    view = replace(SHOWN, analysis="site", districts=("310117",), new_points="3", reach_m="1000", goal=goal)
    found = cache.proposal(analysis_params(view))
    plan = found.plan
    for report in (
        json.loads(exports.layer_geojson(atlas, "proposals", view)),
        json.loads(exports.table_json(atlas, "proposals", view)),
        exports.table_export(atlas, "proposals", view).about,
    ):
        stated = report["analysis"]["plan"]
        assert (stated["method"], stated["proven"], stated["candidates"]) == (plan.method, False, found.candidates)
        assert (stated["total"], stated["covered_after"]) == (plan.total_weight, plan.covered_after)
        assert stated["covered_before_bounds"]["best"] == stated["covered_before"] == plan.covered_before
        assert stated["in_reach_after"] == {each: getattr(found.after, each) for each in ("sure", "best", "possible")}
        assert stated["at_least_share_of_best"] == found.certificate.share
        assert stated["at_least_share_of_best_gain"] == found.certificate.share_added
    underserved = json.loads(exports.layer_geojson(atlas, "weak", view))
    assert "plan" not in underserved["analysis"]


def test_a_minimum_that_cannot_be_met_is_said_by_name() -> None:
    for changes, words in (
        ({"new_points": 5, "at_least": 1}, ("1 × 16 > 5", "16 points or more")),
        ({"at_least": -1}, ("-1", "Leave it out")),
        (
            {"candidates": "services", "new_points": 2, "at_least": 2, "districts": ("310101", "310105")},
            ("长宁区 1 < 2", "Changning"),
        ),
    ):
        with pytest.raises(ParameterError) as caught:
            cache.proposal(params(**changes))
        assert caught.value.code == "siting_minimum"
        assert all(word in f"{caught.value} {caught.value.where} {caught.value.hint}" for word in words)


def test_an_optimum_is_never_below_the_quick_plan() -> None:
    posed = params(districts=("310105",), radius_m=1_000.0, new_points=3)
    quick, best = cache.proposal(posed), cache.exact_plan(replace(posed, search_s=20))
    assert best.plan.proven
    assert best.plan.covered_after >= quick.plan.covered_after - 1e-2, "but for 1/65,536 a cell"
    assert quick.certificate.share <= quick.plan.covered_after / best.plan.covered_after + 1e-9


@pytest.mark.parametrize(
    ("demand", "goal", "unit"),
    [
        ("residents", "cover", "people"), ("land", "cover", "m2"), ("places", "cover", "places"),
        ("residents", "center", "m"),
    ],
)  # fmt: skip
def test_each_gain_has_its_bounds_its_unit_and_its_goal(demand: str, goal: str, unit: str) -> None:
    found = cache.proposal(params(demand=demand, goal=goal, radius_m=2_000.0, new_points=3))
    points, plan = found.points, found.plan
    assert (set(points["unit"]), set(points["goal"])) == ({unit}, {goal})
    for at, bound in enumerate(("sure", "best", "possible")):
        gains = points[f"gain_{bound}" if bound != "best" else "gain"]
        if goal == "center":
            assert gains.sum() == pytest.approx(found.steps.worst_m[0, at] - found.steps.worst_m[-1, at])
        else:
            added = getattr(found.after, bound) - getattr(found.before, bound)
            assert gains.sum() == pytest.approx(added * plan.total_weight)
    last = points.iloc[-1]
    assert (last["in_reach_sure_share"], last["in_reach_share"]) == (found.after.sure, found.after.best)
    assert last["in_reach_possible_share"] == found.after.possible
    assert last["worst_sure_m"] > last["worst_m"] == plan.worst_after_m > last["worst_possible_m"]
    assert found.steps.worst_m[0, 0] > found.steps.worst_m[0, 1] == plan.worst_before_m > found.steps.worst_m[0, 2]


def test_a_workbook_says_what_each_column_of_proposals_is_and_in_what_unit(atlas: Atlas) -> None:
    view = replace(SHOWN, analysis="site", demand="land", new_points="2")
    for export in (exports.layer_export(atlas, "proposals", view), exports.table_export(atlas, "proposals", view)):
        declared = {column.name: column for column in export.columns}
        assert set(export.frame.columns) - set(declared) <= {"geometry", "layer", "lon", "lat"}
        assert {declared[name].unit for name in ("gain_sure", "gain", "gain_possible")} == {"m²"}
        assert all(column.label_zh and column.label_en for column in declared.values())


@pytest.mark.parametrize(("goal", "words"), [("cover", "%"), ("center", "/")])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_of_proposals_shows_bounds(goal: str, words: str, lang: str, atlas: Atlas) -> None:
    posed = params(goal=goal, new_points=2)
    table, _ = proposal_table(cache.proposal(posed).points, atlas, posed, lang)
    gain, after = (text(key, lang) for key in ("col_gain_bounds", f"col_after_{goal}"))
    assert words in table[after].iloc[0]
    assert table[after].iloc[0].count(" / ") == 2
    assert table[next(name for name in table.columns if name.startswith(gain))].iloc[0].count(" / ") == 1
