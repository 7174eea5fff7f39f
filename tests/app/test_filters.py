"""The one filter in Python: by the table of cases that the browser's filter is held to as well, and on real rows."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import filters
from app.core.atlas import DEFAULT_DATA, Atlas, load_atlas
from app.core.view import View
from layers import PLACES
from layers.vocabulary import DISTRICT_CODES, METHOD_CODES, SECTOR_CODES

TABLE = json.loads((Path(__file__).parents[1] / "filter_cases.json").read_text(encoding="utf-8"))
CASES = pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"].replace(" ", "_"))
FIELDS = {"d": "districts", "s": "sectors", "p": "methods", "t": "towns", "l": "layers"}
ATLAS = load_atlas(DEFAULT_DATA)
VIEWS = st.builds(
    View,
    districts=st.lists(st.sampled_from((*DISTRICT_CODES, "999999")), max_size=4).map(tuple),
    sectors=st.lists(st.sampled_from((*SECTOR_CODES, "alchemy")), max_size=3).map(tuple),
    methods=st.lists(st.sampled_from((*METHOD_CODES, "guess")), max_size=3).map(tuple),
    towns=st.lists(st.sampled_from((*ATLAS.towns, "无此镇")), max_size=2).map(tuple),
)


def view_of(case: dict[str, Any]) -> View:
    """A case's view, as the page has it."""
    lists = {FIELDS[key]: tuple(value) for key, value in case["view"].items() if key in FIELDS}
    return View(**lists, coarse=case["view"].get("coarse", False))


def table_of_cases() -> pd.DataFrame:
    rows = pd.DataFrame(TABLE["rows"])
    lists = ("district_codes", "towns", "sectors")
    return rows.assign(**{name: [tuple(each) for each in rows[name]] for name in lists})


@CASES
def test_a_view_keeps_the_rows_of_the_table_of_cases(case: dict[str, Any]) -> None:
    rows = table_of_cases()
    keep = filters.kept(rows, view_of(case), of_sectors=case.get("sector_filtered", True))
    assert "".join(rows["id"][keep]) == case["kept"]


def test_the_table_of_cases_has_what_a_filter_must_know() -> None:
    rows = table_of_cases()
    assert (rows["district_codes"].map(len) == 0).any()
    assert "region" in set(rows["extent"])
    assert (rows["district_codes"].map(len) > 1).any()
    named = {key for case in TABLE["cases"] for key in case["view"]}
    assert named == {*FIELDS, "coarse"}
    kinds = {case.get("sector_filtered", True) for case in TABLE["cases"]}
    assert kinds == {True, False}


@given(VIEWS)
def test_layer_rows_and_records_and_a_table_of_layers_are_filtered_alike(view: View) -> None:
    columns = ["id", "district_codes", "towns", "sectors", "location_method"]
    parts = [ATLAS.frame(layer.id)[columns].assign(layer=layer.id) for layer in PLACES]
    table = pd.DataFrame(pd.concat(parts, ignore_index=True))
    kept = filters.of_table(ATLAS, table, view)
    for layer in PLACES:
        by_hand = [row["id"] for row in ATLAS.records(layer.id) if passes(row, view, knows=layer.sector_filtered)]
        assert filters.rows(ATLAS, layer.id, view)["id"].to_list() == by_hand
        assert [row["id"] for row in filters.records(ATLAS, layer.id, view)] == by_hand
        assert kept["id"][kept["layer"] == layer.id].to_list() == by_hand


def passes(row: dict[str, Any], view: View, *, knows: bool) -> bool:
    """The rule in its plainest words."""
    wanted = [
        (row["district_codes"], view.districts), (row["towns"], view.towns), ((row["location_method"],), view.methods),
        *([(row["sectors"], view.sectors)] if knows else []),
    ]  # fmt: skip
    return all(not codes or set(codes) & set(own) for own, codes in wanted)


def test_only_layers_that_are_drawn_are_shown_and_in_drawing_order(atlas: Atlas) -> None:
    view = View(layers=("parks", "hub"), districts=("310117",))
    assert list(filters.shown(atlas, view)) == ["hub", "parks"]
