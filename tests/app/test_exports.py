"""Exports hold exactly the rows on the screen, say what they are, and run nothing in a spreadsheet."""

import csv
import io
import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import filters
from app.core.atlas import DEFAULT_DATA, load_atlas
from app.core.view import DEFAULT_LAYERS, LAYER_IDS, View, to_query
from app.documents import exports
from app.exporters import csv_writer
from geo.errors import ParameterError
from layers import PLACES, REGISTRY
from layers.vocabulary import DISTRICT_CODES, METHOD_CODES, SECTOR_CODES

ATLAS = load_atlas(DEFAULT_DATA)
VIEWS = st.builds(
    View,
    districts=st.lists(st.sampled_from(DISTRICT_CODES), max_size=3).map(tuple),
    sectors=st.lists(st.sampled_from(SECTOR_CODES), max_size=2).map(tuple),
    methods=st.lists(st.sampled_from(METHOD_CODES), max_size=3).map(tuple),
    towns=st.lists(st.sampled_from(ATLAS.towns), max_size=2).map(tuple),
    layers=st.lists(st.sampled_from(LAYER_IDS)).map(tuple) | st.just(DEFAULT_LAYERS),
)
TABLES = (
    "land", "sectors", "outlines", "nearby", "nearby_districts", "places", "counts", "figures", "precision",
    "parks_without_outline", "figures_unchecked", "conflicts", "sources",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(layer: str, view: View) -> dict[str, Any]:
    """Export a layer and parse it as strict JSON."""
    text = exports.layer_geojson(ATLAS, layer, view)
    read: dict[str, Any] = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    return read


def by_the_rules(layer: Any, view: View) -> list[str]:
    """Choose a layer's ids in the plainest way, row by row."""
    kept = []
    for row in ATLAS.loaded[layer.id].frame.to_dict("records"):
        lists = [(row["district_codes"], view.districts), (row["towns"], view.towns)]
        lists += [((row["location_method"],), view.methods)]
        lists += [(row["sectors"], view.sectors)] if layer.sector_filtered else []
        if all(not wanted or set(own) & set(wanted) for own, wanted in lists):
            kept.append(row["id"])
    return kept


@given(VIEWS)
def test_an_export_holds_exactly_the_rows_of_the_view(view: View) -> None:
    for layer in PLACES:
        written = export(layer.id, view)
        assert [feature["id"] for feature in written["features"]] == by_the_rules(layer, view)
        assert written["rows"] == len(written["features"])


@given(VIEWS)
def test_all_that_is_shown_is_the_drawn_layers_rows(view: View) -> None:
    written = export("shown", view)
    drawn = [layer for layer in PLACES if layer.id in view.layers]
    expected = [(layer.id, key) for layer in drawn for key in by_the_rules(layer, view)]
    assert [(f["properties"]["layer"], f["id"]) for f in written["features"]] == expected
    assert [metadata["layer"] for metadata in written["sources"]] == [layer.id for layer in drawn]


@given(VIEWS)
def test_the_table_of_places_is_what_is_shown(view: View) -> None:
    places = exports.places(ATLAS, view)
    shown = filters.shown(ATLAS, view)
    assert places["id"].to_list() == [row["id"] for rows in shown.values() for row in rows]


@pytest.mark.parametrize("layer", [layer.id for layer in REGISTRY])
def test_an_export_says_what_it_is(layer: str) -> None:
    view = View(districts=("310117",), coarse=True)
    written = export(layer, view)
    assert written["type"] == "FeatureCollection"
    assert "crs" not in written
    assert written["data_version"] == ATLAS.data_version
    assert written["filter"]["districts"] == ["310117"]
    assert written["filter"]["query"] == to_query(view)
    (metadata,) = written["sources"]
    assert metadata["licence"]
    assert metadata["attribution"]
    assert metadata["sha256"] == ATLAS.loaded[layer].sha256


def test_simulated_points_say_so_in_the_paper_and_in_every_row() -> None:
    written = export("breakfast_modelled", View())
    assert written["sources"][0]["data_kind"] == "modelled"
    assert {feature["properties"]["location_method"] for feature in written["features"]} == {"modelled"}
    assert export("breakfast", View())["sources"][0]["data_kind"] == "compiled"


def test_simulated_points_are_not_shown_unless_chosen() -> None:
    assert "breakfast_modelled" not in {f["properties"]["layer"] for f in export("shown", View())["features"]}


@pytest.mark.parametrize("layer", ["moon", "", "../parks", "figures"])
def test_an_unknown_layer_is_named(layer: str) -> None:
    with pytest.raises(ParameterError) as caught:
        exports.layer_geojson(ATLAS, layer, View())
    assert caught.value.code == "unknown_layer"
    assert "parks" in caught.value.hint


def test_a_view_that_draws_nothing_exports_an_empty_collection() -> None:
    assert export("shown", View(layers=()))["features"] == []
    assert len(exports.places(ATLAS, View(layers=()))) == 0


def parsed(text: str) -> list[list[str]]:
    """Read a CSV back."""
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def may_run(cell: str) -> bool:
    """Say whether a spreadsheet would take a cell for a formula: a sign first, and no plain number."""
    try:
        float(cell)
    except ValueError:
        return cell.startswith(FORMULA)
    return False


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_a_byte_order_mark_its_columns_and_its_rows(name: str) -> None:
    table = exports.table(ATLAS, name, View())
    head, *rows = parsed(csv_writer.table_csv(table))
    assert head == [str(column) for column in table.columns]
    assert len(rows) == len(table) > 0
    assert not any(may_run(cell) for row in rows for cell in row)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_nothing_is_still_a_table(name: str) -> None:
    nothing = View(districts=("310101",), sectors=("vaccines",), methods=("surveyed",), layers=())
    assert csv_writer.table_csv(exports.table(ATLAS, name, nothing)).startswith("\ufeff")


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(ParameterError):
        exports.table(ATLAS, "moon", View())


@given(st.lists(st.text() | st.sampled_from(FORMULA).flatmap(lambda s: st.text().map(lambda t: s + t)), min_size=1))
def test_no_text_becomes_a_formula_and_none_is_lost(cells: list[str]) -> None:
    cells = [cell.replace("\x00", "") for cell in cells]
    frame = pd.DataFrame({"=HYPERLINK(1)": cells, "list": [(cell,) for cell in cells]}, dtype=object)
    head, *rows = parsed(csv_writer.table_csv(frame))
    assert not any(may_run(cell) for row in [head, *rows] for cell in row)
    assert [row[0].removeprefix("'") for row in rows] == [cell.removeprefix("'") for cell in cells]


def test_numbers_stay_numbers_and_missing_ones_are_empty() -> None:
    frame = pd.DataFrame({"a": [-1.5, float("nan")], "b": [True, None]}, dtype=object)
    assert parsed(csv_writer.table_csv(frame)) == [["a", "b"], ["-1.5", "True"], ["", ""]]
