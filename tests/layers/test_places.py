"""Where places are, how well that is known, and what a row must never hold."""

import math
import re
from collections import Counter
from typing import Any

import geopandas as gpd
import pytest

from app.core.atlas import Atlas
from geo.crs import to_local
from layers import PLACES
from layers.model import Layer
from layers.vocabulary import DISTRICT_CODES, SECTOR_CODES

EVERY_PLACE_LAYER = pytest.mark.parametrize("layer", PLACES, ids=lambda layer: layer.id)
DOCUMENTED_ACCURACY_M = {"surveyed": 50, "address": 200, "site": 1000, "town": 5000}
NO_DISTANCE = ("schematic", "modelled")
CORRIDOR_CITIES = 8
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
LANDLINE = re.compile(r"(?<!\d)(?:\(?0?21\)?|\+86)[-\s]?\d{8}(?!\d)")


def texts(value: Any) -> list[str]:
    """List every text in a cell."""
    return [value] if isinstance(value, str) else [str(item) for item in value] if isinstance(value, tuple) else []


@EVERY_PLACE_LAYER
def test_every_point_lies_in_the_district_it_states(layer: Layer, atlas: Atlas) -> None:
    frame = atlas.loaded[layer.id].frame
    points = frame[(frame.geometry.geom_type == "Point") & (frame["extent"] == "city")][
        ["id", "district_code", "geometry"]
    ]
    joined = gpd.sjoin(points, atlas.districts[["district_code", "geometry"]], how="left", predicate="within")
    wrong = joined[joined["district_code_left"] != joined["district_code_right"]]
    assert wrong["id"].to_list() == []


@EVERY_PLACE_LAYER
def test_rows_outside_the_city_state_no_district_and_lie_in_none(layer: Layer, atlas: Atlas) -> None:
    frame = atlas.loaded[layer.id].frame
    region = frame[frame["extent"] == "region"]
    assert region["district_code"].isna().all()
    assert all(codes == () for codes in region["district_codes"])
    assert region.empty or layer.extent == "region"


@EVERY_PLACE_LAYER
def test_accuracy_follows_the_documented_table(layer: Layer, atlas: Atlas) -> None:
    official = atlas.districts.set_index("district_code")["official_area_km2"]
    for row in atlas.loaded[layer.id].frame.itertuples():
        if row.location_method in NO_DISTANCE:
            assert math.isnan(row.accuracy_m), row.id
        elif row.location_method == "district":
            radius = math.sqrt(official[row.district_code] * 1e6 / math.pi)
            assert row.accuracy_m == round(radius / 100) * 100, row.id
        else:
            assert row.accuracy_m == DOCUMENTED_ACCURACY_M[row.location_method], row.id


@EVERY_PLACE_LAYER
def test_what_was_chosen_is_schematic_or_modelled(layer: Layer, atlas: Atlas) -> None:
    for row in atlas.loaded[layer.id].frame.itertuples():
        assert row.location_basis != "chosen" or row.location_method in NO_DISTANCE, row.id
        assert row.location_basis != "memory" or row.location_method != "surveyed", row.id


@EVERY_PLACE_LAYER
def test_sectors_come_from_the_list_and_filtered_layers_always_have_one(layer: Layer, atlas: Atlas) -> None:
    for row in atlas.loaded[layer.id].frame.itertuples():
        assert set(row.sectors) <= set(SECTOR_CODES), row.id
        assert len(set(row.sectors)) == len(row.sectors), row.id
        assert row.sectors or not layer.sector_filtered, row.id


@EVERY_PLACE_LAYER
def test_no_row_holds_a_telephone_number_or_an_address_for_mail(layer: Layer, atlas: Atlas) -> None:
    for row in atlas.loaded[layer.id].frame.drop(columns="geometry").to_dict("records"):
        for name, value in row.items():
            for words in texts(value):
                assert not any(mark.search(words) for mark in (MOBILE, EMAIL, LANDLINE)), (row["id"], name)


def test_the_marks_of_personal_contacts_find_what_they_are_for() -> None:
    assert MOBILE.search("电话13800138000。")
    assert EMAIL.search("someone@example.org")
    assert LANDLINE.search("021-12345678")
    assert not MOBILE.search("873000000.0 2025")


@EVERY_PLACE_LAYER
def test_notes_come_in_both_languages_or_not_at_all(layer: Layer, atlas: Atlas) -> None:
    for row in atlas.loaded[layer.id].frame.itertuples():
        assert bool(row.note_zh) == bool(row.note_en), row.id
        assert row.location_note_zh, row.id
        assert row.location_note_en, row.id


def test_place_ids_are_unique_over_all_layers(atlas: Atlas) -> None:
    counts = Counter(key for layer in PLACES for key in atlas.loaded[layer.id].frame["id"])
    assert [key for key, n in counts.items() if n > 1] == []


def test_references_and_conflicts_lead_somewhere(atlas: Atlas) -> None:
    for layer in PLACES:
        for row in atlas.loaded[layer.id].frame.itertuples():
            assert set(row.references) <= set(atlas.evidence.figures), row.id
            assert set(row.conflicts) <= set(atlas.evidence.conflicts), row.id


def test_there_are_sixteen_districts_with_area_and_residents(atlas: Atlas) -> None:
    districts = atlas.districts
    assert districts["district_code"].to_list() == list(DISTRICT_CODES)
    assert (districts["official_area_km2"] > 20).all()
    # the census of 2020 counted 24,870,895 residents
    assert districts["residents_2020"].sum() == 24_870_895


def test_the_land_part_of_a_district_lies_in_the_district(atlas: Atlas) -> None:
    whole = to_local(atlas.districts.set_index("district_code").geometry)
    land = to_local(atlas.loaded["districts_land"].frame.set_index("district_code").geometry)
    assert land.difference(whole.buffer(1.0), align=True).is_empty.all()


def test_districts_do_not_overlap(atlas: Atlas) -> None:
    shapes = to_local(atlas.districts.geometry)
    assert shapes.area.sum() == pytest.approx(shapes.union_all().area, rel=1e-6)
