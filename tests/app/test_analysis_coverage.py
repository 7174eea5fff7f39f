"""Coverage as a file for maps."""

import json
from pathlib import Path

import pytest
from asgi_call import get
from shapely.geometry import shape

from app.cli.parser import main
from app.core.atlas import Atlas
from app.core.view import View, to_query


def test_coverage_is_a_file_for_maps_with_the_shares_of_the_table_on_the_land_of_each_district(
    atlas: Atlas, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "coverage.geojson"
    words = ("--to", "hospitals", "--radius", "3000", "--district", "松江区", "--district", "浦东新区")
    assert main(["analysis", "coverage", *words, "--out", str(out), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    file = json.loads(out.read_text(encoding="utf-8"))
    *districts, all_districts = answer["by_district"]
    shares = [f"{kind}_{of}" for kind in ("places", "residents", "land") for of in ("total", "sure", "best", "at_most")]
    report = [[row["district_code"], *(row[share] for share in shares)] for row in districts]
    assert [[row["properties"][key] for key in ("id", *shares)] for row in file["features"]] == report
    assert file["analysis"]["all"] == all_districts
    assert file["analysis"]["none_in_reach_means"] == "unknown"
    assert {each["layer"] for each in file["sources"]} == {"parks", "institutions", "districts_land"}
    land = atlas.frame("districts_land").set_index("district_code")
    for row in file["features"]:
        own = shape(row["geometry"])
        assert own.symmetric_difference(land.geometry[row["properties"]["id"]]).area < 1e-6


def test_the_page_gives_the_same_file_with_labelled_columns(atlas: Atlas) -> None:
    view = View(section="analysis", analysis="cover", near_to="hospitals", reach_m="3000", complete="1")
    file = get("/export/coverage.geojson", to_query(view)).json
    assert [row["properties"]["id"] for row in file["features"]] == atlas.districts["district_code"].to_list()
    assert {row["properties"]["data_kind"] for row in file["features"]} == {"measured"}
    simulated = get("/export/coverage.geojson", to_query(View(near_to="breakfast_modelled"))).json
    assert {row["properties"]["data_kind"] for row in simulated["features"]} == {"modelled"}
