"""Lines from each place that asks to its nearest: on the map, in files, and of the table's own distances."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from asgi_call import get

from app.analysis.params import analysis_params
from app.cli.parser import main
from app.core.atlas import Atlas
from app.core.groups import GROUPS
from app.core.view import View, to_query
from app.service import cache, results
from geo.crs import to_local

SHOWN = View(section="analysis", analysis="near")


@pytest.mark.parametrize("origins", [each.id for each in GROUPS])
@pytest.mark.parametrize("targets", ["hospitals", "g60", "parks"])
def test_a_line_is_as_long_as_the_distance_of_its_row(origins: str, targets: str) -> None:
    params = replace(analysis_params(SHOWN), origins=origins, targets=targets)
    table = cache.near(params).set_index("id")
    lines = cache.near_lines(params)
    assert lines.crs == "EPSG:4326"
    assert set(lines["id"]) == set(table.index[table["distance_m"] >= 1.0])
    # what is straight in the plane bends in degrees
    np.testing.assert_allclose(to_local(lines.geometry).length, lines["distance_m"], rtol=1e-5)
    assert lines["distance_m"].is_monotonic_increasing
    assert not set(lines["target_id"]) & set(lines["id"]) or origins == targets


def test_the_map_draws_the_lines_with_a_card_and_the_file_has_them(atlas: Atlas, tmp_path: Path) -> None:
    view = replace(SHOWN, near_from="parks", near_to="hospitals", reach_m="3000", districts=("310117",))
    (declared,) = results.shown(atlas, view)
    assert declared["id"] == "result_near"
    drawn = get(*declared["url"].split("?")).json["features"]
    file = get("/export/near.geojson", to_query(view)).json
    assert len(drawn) == len(file["features"]) > 0
    assert {each["geometry"]["type"] for each in (*drawn, *file["features"])} == {"LineString"}
    assert any("金山" in line["value_zh"] for line in drawn[0]["properties"]["card"])
    assert file["analysis"]["none_in_reach_means"] == "unknown"
    assert {each["layer"] for each in file["sources"]} == {"parks", "institutions"}
    out = tmp_path / "near.geojson"
    params = ("--from", "parks", "--to", "hospitals", "--radius", "3000", "--district", "310117")
    assert main(["analysis", "near", *params, "--out", str(out), "--json"]) == 0
    written = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert [each["properties"]["id"] for each in written] == [each["properties"]["id"] for each in file["features"]]


def test_simulated_targets_make_the_lines_modelled() -> None:
    lines = cache.near_lines(replace(analysis_params(SHOWN), targets="breakfast_modelled"))
    assert set(lines["data_kind"]) == {"modelled"}


def test_of_very_many_lines_the_map_draws_the_shortest(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MOST_LINES", 3)
    every = cache.near_lines(analysis_params(SHOWN))
    drawn = json.loads(results.drawn(atlas, results.NEAR, SHOWN))["features"]
    assert [each["properties"]["id"] for each in drawn] == every["id"].head(3).to_list()
