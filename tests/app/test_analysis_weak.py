"""Underserved areas: polygons that are what they say, and land in reach surely, as drawn and at the best."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pytest
from asgi_call import get
from shapely.geometry import shape

from app.analysis.params import AnalysisParams, analysis_params
from app.core.atlas import Atlas
from app.core.groups import measured_rows
from app.core.view import View, to_query
from app.documents.analysis_tables import underserved_table
from app.documents.exports import layer_export
from app.service import cache
from geo.crs import WGS84, to_local

SHOWN = View(section="analysis")


def params(**changes: Any) -> AnalysisParams:
    """Ask the default question with some changes."""
    return replace(analysis_params(SHOWN), **changes)


def test_weak_areas_and_reach_make_up_the_land() -> None:
    underserved = cache.underserved(params(radius_m=1_000.0))
    assert set(underserved["status"]) == {"unknown", "possibly"}
    assert (underserved["area_mu"] == underserved["area_m2"] * 3 / 2_000).all()
    land = cache.cover(params(radius_m=1_000.0)).set_index("district_code")
    by_district = underserved[underserved["status"] == "unknown"].set_index("district_code")["area_m2"]
    drawn = 1 - by_district.sum() / 6_917e6
    assert drawn == pytest.approx(land.at["all", "land_possible"], abs=0.04), "grid and drawing tell the same story"
    assert set(cache.underserved(params(targets="hospitals", radius_m=1_000.0, complete=True))["status"]) == {
        "uncovered",
        "possibly",
    }


def test_land_in_reach_is_told_surely_as_drawn_and_at_the_best_wherever_weak_areas_are(atlas: Atlas) -> None:
    posed = params(targets="parks", radius_m=3_000.0)
    found = cache.underserved_land(posed)
    table = found.by_district.set_index("district_code")
    assert len(table) == 17
    assert (table["sure_m2"] < table["possible_m2"]).any()
    assert (table["sure_m2"] <= table["best_m2"]).all()
    assert (table["best_m2"] <= table["possible_m2"]).all()
    numbers = table.drop(columns=["district_zh", "district_en"]).astype(float)
    assert numbers.iloc[:-1].sum().to_list() == pytest.approx(numbers.loc["all"].to_list())
    assert (table["possible_m2"] - table["sure_m2"]).to_list() == pytest.approx(table["possibly_m2"].to_list(), abs=5)
    land = cache.cover(posed).set_index("district_code")
    for bound in ("sure", "best", "possible"):
        for code, inside in (table[f"{bound}_m2"] / table["land_m2"]).items():
            assert inside == pytest.approx(land.at[code, f"land_{bound}"], abs=0.03), "the grid says the same"
    view = replace(SHOWN, near_to="parks", reach_m="3000")
    file = get("/export/weak.geojson", to_query(view)).json
    rows_of_table = get("/export/weak.json", to_query(view)).json["weak"]
    head = get("/export/weak.csv", to_query(view)).body.splitlines()[0]
    for row in (*(feature["properties"] for feature in file["features"]), *rows_of_table):
        for bound in ("land", "sure", "best", "possible"):
            assert row[f"district_{bound}_m2"] == table.at[row["district_code"], f"{bound}_m2"]
            assert f"district_{bound}_m2" in head
    assert file["analysis"]["targets_measured"] == len(measured_rows(atlas, "parks", coarse=False))
    assert file["analysis"]["land_in_all"]["best_m2"] == pytest.approx(table.at["all", "best_m2"], abs=0.1)
    assert file["analysis"]["arc_error_m"] < 5


def test_every_column_of_weak_areas_has_a_label_in_both_languages(atlas: Atlas) -> None:
    export = layer_export(atlas, "weak", replace(SHOWN, districts=("310117",)))
    labels = {column.name: column for column in export.columns}
    assert set(export.frame.columns) - {"geometry", "layer"} == set(labels)
    for column in labels.values():
        assert column.label_zh
        assert column.label_en
    assert labels["district_best_m2"].unit == "m²"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_of_weak_land_names_its_columns_in_one_language(lang: str) -> None:
    found = cache.underserved_land(params(districts=("310117", "310115")))
    frame, config = underserved_table(found.by_district, lang)
    assert frame.shape == (3, 7)
    assert set(config) == set(frame.columns[1:])
    assert all("km²" in name for name in config)


def test_of_exact_positions_land_is_in_reach_or_not_and_the_grid_agrees() -> None:
    posed = params(targets="breakfast_modelled", radius_m=1_000.0)
    underserved = cache.underserved(posed)
    assert set(underserved["status"]) == {"unknown"}
    land = cache.cover(posed).set_index("district_code")
    assert (land["land_sure"] == land["land_possible"]).all()
    beyond = underserved.set_index("district_code")["area_m2"].reindex(land.index[:-1], fill_value=0.0)
    by_area = 1 - beyond / land["land_total"].iloc[:-1]
    # the grid asks about 80 centres of the smallest district
    assert (by_area - land["land_best"].iloc[:-1]).abs().max() < 0.05
    whole = 1 - beyond.sum() / land.at["all", "land_total"]
    assert whole == pytest.approx(land.at["all", "land_best"], abs=0.002)


@pytest.mark.parametrize(
    ("targets", "radius"),
    [("breakfast", 500), ("gmp", 300), ("enterprises", 1_000), ("parks", 3_000), ("services", 5_000),
     ("breakfast_modelled", 300), ("breakfast_modelled", 500), ("g60", 3_000)],
)  # fmt: skip
def test_the_polygons_of_the_file_are_valid_and_have_the_area_that_they_state(targets: str, radius: int) -> None:
    file = get("/export/weak.geojson", to_query(replace(SHOWN, near_to=targets, reach_m=str(radius)))).json
    assert file["analysis"]["radius_m"] == radius
    read = gpd.GeoSeries([shape(each["geometry"]) for each in file["features"]], crs=WGS84)
    stated = [each["properties"]["area_m2"] for each in file["features"]]
    assert read.is_valid.all()
    assert to_local(read).is_valid.all()
    assert to_local(read).area.to_list() == pytest.approx(stated, rel=5e-4, abs=5)
