"""Which filters an analysis follows, and that its files say so."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from asgi_call import get

from app.analysis.origins import left_out
from app.analysis.params import AnalysisParams, analysis_params
from app.core.atlas import Atlas
from app.core.view import View, to_query
from app.service import cache, results

SHOWN = View(section="analysis")


def params(**changes: Any) -> AnalysisParams:
    """Ask the default question with some changes."""
    return replace(analysis_params(SHOWN), **changes)


def test_the_filters_say_which_places_ask_and_never_which_are_asked_about(atlas: Atlas) -> None:
    filters = {"sectors": ("tcm",), "towns": ("张江镇",), "methods": ("town",)}
    parks = atlas.frame("parks")
    kept = {
        "sectors": parks["sectors"].apply(lambda held: "tcm" in held),
        "towns": parks["towns"].apply(lambda held: "张江镇" in held),
        "methods": parks["location_method"] == "town",
    }
    every = cache.near(params()).set_index("id", drop=False)
    for name, values in filters.items():
        found = cache.near(params(**{name: values}))
        wanted = parks[kept[name] & (parks["extent"] == "city")]["id"]
        assert 0 < len(wanted) < len(every)
        pd.testing.assert_frame_equal(found.set_index("id", drop=False), every.loc[wanted], check_dtype=False)
        cover = cache.cover(params(**{name: values}, coarse=True)).iloc[-1]
        assert cover["places_total"] <= len(wanted)
        assert cover["land_total"] == cache.cover(params()).iloc[-1]["land_total"]
    assert params(**filters).of("weak") == params(**filters).of("proposal") == params(), (
        "land and residents have no sector"
    )
    assert params(**filters, demand="places").of("proposal").towns == ("张江镇",)


def test_a_file_states_the_filters_that_it_followed_and_the_question() -> None:
    query = to_query(replace(SHOWN, sectors=("vaccines",), reach_m="1000"))
    near_file = get("/export/near.json", query).json
    assert near_file["filter"]["sectors"] == ["vaccines"]
    assert (near_file["analysis"]["radius_m"], near_file["analysis"]["list_declared_complete"]) == (1_000, False)
    assert {(row["targets"], row["radius_m"]) for row in near_file["near"]} == {("breakfast", 1_000)}
    underserved = get("/export/weak.geojson", query).json
    assert underserved["filter"]["sectors"] == underserved["analysis"]["origins_filtered_by"]["sectors"] == []
    for complete in (False, True):
        row = cache.cover(params(targets="hospitals", complete=complete)).iloc[-1]
        assert row["land_at_most"] == (row["land_possible"] if complete else 1)


@pytest.mark.parametrize(("targets", "coarse"), [("breakfast", False), ("parks", False), ("parks", True)])
def test_what_a_list_left_out_may_be_anywhere_however_complete_it_is_declared(
    atlas: Atlas,
    targets: str,
    coarse: bool,  # noqa: FBT001 - a parameter
) -> None:
    posed = params(targets=targets, coarse=coarse, complete=True, radius_m=1_000.0)
    assert left_out(atlas, posed) > 0
    assert "no" not in set(cache.near(posed)["verdict"])
    assert set(cache.cover(posed)[["land_at_most", "residents_at_most"]].to_numpy().ravel()) == {1.0}
    assert "uncovered" not in set(cache.underserved(posed)["status"])
    report = results.params_of(atlas, posed)
    assert (report["list_declared_complete"], report["none_in_reach_means"]) == (True, "unknown")
    assert report["targets_left_out"] == left_out(atlas, posed)


def test_what_takes_part_as_a_whole_and_is_declared_complete_may_say_no(atlas: Atlas) -> None:
    posed = params(targets="breakfast", coarse=True, complete=True)
    assert left_out(atlas, posed) == 0
    assert "no" in set(cache.near(posed)["verdict"])
    assert results.params_of(atlas, posed)["none_in_reach_means"] == "no"
