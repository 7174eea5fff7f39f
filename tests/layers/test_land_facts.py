"""What is known by hand about the drawn data: parents, bases of areas, the motorway, breakfast places."""

import math
from typing import Any

import pandas as pd
import pytest
from pyproj import Geod

from app.core.atlas import Atlas
from geo.land.ledger import ancestors
from geo.units import mu_to_m2
from layers import PLACES
from layers.model import Column, Layer
from layers.parks import drawn_outlines

PARENTS = {
    "PK02A": "PK02", "PK02B": "PK02", "PK02": "PK03", "PK05": "PK14", "PK13": "PK12", "PK12": "PK11",
    "PK06A": "PK06", "PK06B": "PK06", "PK06C": "PK06", "PK07": "PK06", "PK08": "PK06",
}  # fmt: skip
ZONES = {"PK03", "PK27"}


@pytest.fixture(scope="module")
def parks(atlas: Atlas) -> pd.DataFrame:
    """Index the parks by id."""
    return atlas.loaded["parks"].frame.set_index("id")


def test_parks_inside_parks_are_those_the_sources_name(parks: pd.DataFrame) -> None:
    for child, parent in PARENTS.items():
        assert parks.at[child, "parent_id"] == parent


def test_every_parent_is_a_park_and_no_chain_comes_back(parks: pd.DataFrame) -> None:
    parents = parks["parent_id"].to_dict()
    for key in parents:
        assert set(ancestors(key, parents)) <= set(parks.index)


def test_a_part_is_never_larger_than_the_park_it_lies_in(parks: pd.DataFrame) -> None:
    areas = parks["site_area_m2"]
    for child, parent in parks["parent_id"].dropna().items():
        assert not areas[child] > areas[parent], child


def test_exactly_two_zones_are_context(parks: pd.DataFrame) -> None:
    assert set(parks.index[parks["kind"] == "zone"]) == ZONES


def test_every_stated_number_of_a_layer_declares_a_reference() -> None:
    numbers = {column.name for layer in PLACES for column in layer.columns if column.dtype == "number"}
    opens = {column.name for layer in PLACES for column in layer.columns if column.reference}
    assert opens == {"site_area_m2", "area_m2", "land_area_m2", "floor_area_m2"}
    assert numbers - opens == {"accuracy_m", "length_m"}  # our own: a class, and a measured line


@pytest.mark.parametrize(
    ("layer", "column"), [(layer, column) for layer in PLACES for column in layer.columns if column.reference],
    ids=lambda each: each.name if isinstance(each, Column) else each.id,
)  # fmt: skip
def test_a_stated_number_is_that_of_its_figure(layer: Layer, column: Column, atlas: Atlas) -> None:
    in_m2 = {"km2": 1e6, "ha": 1e4, "mu": 2000 / 3, "m2": 1.0}
    bases = {"site_area_m2": {"land"}, "land_area_m2": {"land"}}
    rows = atlas.loaded[layer.id].frame.to_dict("records")
    stated = [row for row in rows if not pd.isna(row[column.name])]
    assert stated
    assert [row["id"] for row in rows if row[column.reference] and row not in stated] == []
    for row in stated:
        figure = atlas.evidence.figures[row[column.reference]]
        assert (figure.subject_id, figure.id in row["references"]) == (row["id"], True)
        assert row[column.name] == pytest.approx(figure.value * in_m2[figure.unit], abs=1), row["id"]
        assert figure.basis in bases.get(column.name, {"floor", "unknown"}), row["id"]
        if column.name == "area_m2":
            assert figure.basis == row["area_basis"], row["id"]


def test_five_parks_were_licensed_in_2020(parks: pd.DataFrame) -> None:
    assert parks["layout_2020"].sum() == 5


def test_of_the_later_layout_only_the_golden_coast_has_no_place_of_its_own(parks: pd.DataFrame, atlas: Atlas) -> None:
    assert set(parks.index[parks["layout_14fyp"] == "core"]) == {"PK03"}
    assert set(parks.index[parks["layout_14fyp"] == "five"]) == {"PK01", "PK04", "PK06", "PK09"}
    assert "Golden Coast" in atlas.evidence.figures["X005"].text_en


def test_only_outlines_from_limits_in_words_are_independent(atlas: Atlas) -> None:
    outlines = atlas.loaded["outlines"].frame.set_index("id")
    assert outlines["independent"].to_dict() == {"PK02A": True, "PK02B": False, "PK04": True, "PK04B": True}
    assert outlines["counts"].to_dict() == {"PK02A": True, "PK02B": False, "PK04": True, "PK04B": False}
    assert (outlines.loc[outlines["independent"].astype(bool), "method"] == "text_limits").all()


def test_a_circle_is_drawn_for_a_park_with_an_area_only_and_never_measured(atlas: Atlas, parks: pd.DataFrame) -> None:
    drawn = drawn_outlines(atlas.loaded["parks"].frame, atlas.loaded["outlines"].frame)
    circles = drawn[drawn["method"] == "area_circle"]
    assert len(circles) > 0
    assert not circles["counts"].any()
    assert not circles["independent"].any()
    assert ZONES.isdisjoint(circles["park_id"])
    assert set(circles["park_id"]).isdisjoint(atlas.loaded["outlines"].frame["park_id"])
    for circle in circles.itertuples():
        measured, _ = Geod(ellps="WGS84").geometry_area_perimeter(circle.geometry)
        assert measured == pytest.approx(parks.at[circle.park_id, "site_area_m2"], rel=1e-3)


@pytest.mark.parametrize(
    ("change", "has_circle"),
    [
        ({}, True),
        ({"location_method": "district"}, True),
        ({"location_method": "schematic"}, False),
        ({"kind": "zone"}, False),
        ({"site_area_m2": math.nan}, False),
    ],
)
def test_no_circle_is_drawn_round_a_place_that_is_schematic_a_zone_or_without_an_area(
    change: dict[str, Any], atlas: Atlas, *, has_circle: bool
) -> None:
    frame, outlines = atlas.frame("parks"), atlas.frame("outlines")
    circles = drawn_outlines(frame, outlines).query("method == 'area_circle'")
    park = circles["park_id"].iloc[0]
    changed = frame.copy()
    for column, value in change.items():
        changed.loc[changed["id"] == park, column] = value
    drawn = drawn_outlines(changed, outlines)
    others = [key for key in circles["park_id"] if key != park]
    expected = [park] * has_circle + others
    assert drawn[drawn["method"] == "area_circle"]["park_id"].to_list() == expected


def test_the_circles_are_those_of_all_located_parks_with_an_area_and_no_outline(atlas: Atlas) -> None:
    drawn = drawn_outlines(atlas.frame("parks"), atlas.frame("outlines"))
    outlined = set(atlas.frame("outlines")["park_id"])
    expected = [
        row["id"]
        for row in atlas.records("parks")
        if row["id"] not in outlined
        and row["site_area_m2"] > 0
        and row["kind"] != "zone"
        and row["location_method"] != "schematic"
    ]
    assert drawn[drawn["method"] == "area_circle"]["park_id"].to_list() == expected


def test_gmp_areas_are_floor_or_unknown_and_never_land(atlas: Atlas) -> None:
    gmp = atlas.loaded["gmp"].frame.set_index("id")
    assert set(gmp.index[gmp["area_basis"] == "unknown"]) == {"GM01", "GM02", "GM09"}
    assert set(gmp["area_basis"].dropna()) == {"floor", "unknown"}
    assert not any("mu" in name.split("_") for name in gmp.columns)
    assert gmp.loc["GM05", ["area_m2", "status"]].to_list() == [236_000, "built"]


def test_gmp_sites_lie_in_parks_that_exist(atlas: Atlas, parks: pd.DataFrame) -> None:
    assert set(atlas.loaded["gmp"].frame["park_id"].dropna()) <= set(parks.index)


def test_the_motorway_is_48_km_and_31_percent_of_it_is_mapped(atlas: Atlas) -> None:
    stretches = atlas.loaded["g60"].frame.set_index("id").loc[["G601M", "G601S"]]
    measured = [Geod(ellps="WGS84").geometry_length(line) for line in stretches.geometry]
    assert measured == pytest.approx(stretches["length_m"].to_list(), rel=1e-3)
    assert sum(measured) == pytest.approx(48_338, abs=50)
    assert measured[0] / sum(measured) == pytest.approx(0.31, abs=0.01)
    assert stretches["stretch"].to_list() == ["mapped", "schematic"]
    assert stretches["accuracy_m"].to_list() == [50, 1000]


def test_the_eight_other_corridor_cities_lie_outside_the_districts(atlas: Atlas) -> None:
    g60 = atlas.loaded["g60"].frame
    cities = g60[g60["kind"] == "city"]
    assert len(cities) == 8
    assert set(cities["extent"]) == {"region"}


def test_of_eleven_breakfast_places_one_is_reported_as_a_2021_point(atlas: Atlas) -> None:
    breakfast = atlas.loaded["breakfast"].frame
    assert breakfast["is_2021_demonstration_point"].value_counts().to_dict() == {"unknown": 10, "reported": 1}
    assert breakfast.set_index("id").at["BF01", "is_2021_demonstration_point"] == "reported"


def test_as_many_points_are_simulated_as_there_were_all_marked_and_in_all_districts(atlas: Atlas) -> None:
    loaded = atlas.loaded["breakfast_modelled"]
    assert loaded.layer.role == "modelled"
    assert not loaded.layer.on
    assert len(loaded.frame) == atlas.evidence.figures["F038"].value
    assert set(loaded.frame["location_method"]) == {"modelled"}
    by_district = loaded.frame["district_code"].value_counts()
    assert len(by_district) == 16
    assert by_district["310104"] == 14
    assert set(loaded.frame["id"]).isdisjoint(atlas.loaded["breakfast"].frame["id"])


def test_simulated_points_cite_no_source_and_no_address(atlas: Atlas) -> None:
    frame = atlas.loaded["breakfast_modelled"].frame
    assert frame["address_zh"].isin([None, ""]).all()


def test_land_supply_is_two_cumulative_figures_of_the_city(atlas: Atlas) -> None:
    first, later = (atlas.evidence.figures[key] for key in ("F013", "F014"))
    assert (first.value, later.value) == (12_500, 26_000)
    assert (first.as_of[:4], later.as_of[:4]) == ("2022", "2025")
    assert {first.unit, later.unit} == {"mu"}
    assert mu_to_m2(26_000) == pytest.approx(17_333_333, abs=1)
    assert {first.district_code, later.district_code} <= {"", None}
