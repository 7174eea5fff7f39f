"""Every place that lists layers, groups, targets or formats lists all of them: a new one gets these tests for free."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from asgi_call import get

from app.analysis import proximity
from app.cli.parser import main
from app.core import groups, quality
from app.core.atlas import Atlas
from app.core.view import CHOICES, DEFAULT_LAYERS, FIGURE_LAYERS, LAYER_IDS, SECTIONS, View, from_query, to_query
from app.documents import exports
from app.documents.display_tables import nearby_district_table, nearby_table
from app.documents.lists import lists
from app.documents.report.content import content
from app.documents.single_file.document import document
from app.exporters.catalogue import FORMATS, LIST_FORMATS, beside
from app.exporters.datum import DATUMS
from app.service import payload
from app.service.cache import built_map, distances
from app.ui.sections import RENDER
from layers import PLACES, REGISTRY
from layers.model import AnalysisGroup, Layer

Run = Callable[..., tuple[int, str, str]]
EVERY_LAYER = pytest.mark.parametrize("layer", REGISTRY, ids=lambda layer: layer.id)
EVERY_PLACE_LAYER = pytest.mark.parametrize("layer", PLACES, ids=lambda layer: layer.id)
EVERY_FORMAT = pytest.mark.parametrize("code", FORMATS)
DECLARED = [(layer, group) for layer in PLACES for group in layer.groups]
EVERY_GROUP = pytest.mark.parametrize(
    ("layer", "group"), [pytest.param(layer, group, id=group.id) for layer, group in DECLARED]
)
TARGETS = [group.target for _, group in DECLARED if group.target]
ALL_DRAWN = View(layers=tuple(layer.id for layer in PLACES))


@pytest.fixture(scope="module")
def reports(atlas: Atlas) -> dict[str, Any]:
    """The report of everything, by language."""
    return {lang: content(atlas, View(layers=ALL_DRAWN.layers, lang=lang)).data for lang in ("zh", "en")}


@pytest.fixture(scope="module")
def single_file(atlas: Atlas) -> dict[str, Any]:
    """What the one-file atlas holds."""
    text = document(atlas, View())
    start = text.index('id="atlas-data">') + len('id="atlas-data">')
    found: dict[str, Any] = json.loads(text[start : text.index("</script>", start)])
    return found


@pytest.fixture(scope="module")
def district_lists(atlas: Atlas) -> set[tuple[str, str]]:
    """Layer and id of every row in the lists by district."""
    files = [name for each in lists(atlas, View(), ("geojson",), modelled=True) for name in each.files.values()]
    rows = [row["properties"] for file in files for row in json.loads(file)["features"]]
    return {(row["layer"], row["id"]) for row in rows}


def out_of(answer: tuple[int, str, str]) -> Any:
    code, out, err = answer
    assert (code, err) == (0, "")
    return json.loads(out)


@EVERY_PLACE_LAYER
def test_a_place_layer_is_on_the_map_with_all_its_rows_and_their_names(layer: Layer, atlas: Atlas) -> None:
    assert layer in payload.drawn_layers(atlas)
    assert json.dumps(payload.layer_url(layer.id, atlas.signature)) in built_map().script
    rows = get(f"/layers/{layer.id}.geojson").json["features"]
    # what the search by name and the list of places on the map read
    named = [(row["id"], row["properties"]["name_zh"], row["properties"]["name_en"]) for row in rows]
    frame = atlas.frame(layer.id)
    assert named == list(zip(frame["id"], frame["name_zh"], frame["name_en"], strict=True))
    assert all(row["properties"]["card"] for row in rows)


@EVERY_PLACE_LAYER
def test_a_place_layer_is_an_id_of_the_address(layer: Layer) -> None:
    assert layer.id in LAYER_IDS
    view, ignored = from_query({"l": layer.id}, towns=())
    assert (view.layers, ignored) == ((layer.id,), ())
    assert from_query({"l": to_query(view).removeprefix("l=")}, towns=())[0] == view
    assert (layer.id in DEFAULT_LAYERS) == layer.on


def test_the_command_line_lists_every_layer(run: Run) -> None:
    report = out_of(run("layers", "--json"))
    assert {each["id"] for each in report} == {layer.id for layer in REGISTRY}


@EVERY_LAYER
@EVERY_FORMAT
def test_a_layer_leaves_in_every_format(code: str, layer: Layer, atlas: Atlas) -> None:
    form = FORMATS[code]
    if layer.role != "base":
        answer = get(f"/export/{layer.id}{form.endings[0]}", "d=310117")
        assert (answer.status, answer.headers["content-type"]) == (200, form.media_type)
    export = exports.layer_export(atlas, layer.id, View())
    assert form.to_bytes(export)


@EVERY_PLACE_LAYER
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_place_layer_is_in_the_report(lang: str, layer: Layer, reports: dict[str, Any], atlas: Atlas) -> None:
    title = layer.title_en if lang == "en" else layer.title_zh
    data = reports[lang]
    listed = [row for row in data["places"][1]["rows"] if row[2] == title]
    assert [row[-1] for row in listed] == atlas.frame(layer.id)["id"].to_list()
    rows = len(atlas.frame(layer.id))
    assert [row[2:] for row in data["counts"][1]["rows"] if row[0] == title] == [[str(rows), str(rows)]]
    assert f"{title} ({rows})" in [entry["name"] for entry in data["map"]["legend"]]
    assert any(title in row[0] for row in data["licences"][1]["rows"])


@EVERY_PLACE_LAYER
def test_a_place_layer_is_in_the_single_file(layer: Layer, single_file: dict[str, Any], atlas: Atlas) -> None:
    url = payload.layer_url(layer.id, atlas.signature)
    ids = atlas.frame(layer.id)["id"].to_list()
    assert [row["id"] for row in single_file["content"][url]["features"]] == ids
    (places,) = [table for table in single_file["tables"] if table["id"] == "places"]
    assert [key["id"] for key in places["keys"] if key["layer"] == layer.id] == ids
    assert layer.id in [metadata["layer"] for metadata in single_file["metadata"]]


@EVERY_PLACE_LAYER
def test_a_place_layer_is_a_choice_of_the_figures_filter(layer: Layer, run: Run) -> None:
    assert layer.id in FIGURE_LAYERS
    report = out_of(run("figures", "--layer", layer.id, "--json"))["figures"]
    assert {row["layer"] for row in report} <= {layer.id}


@EVERY_PLACE_LAYER
def test_a_place_layer_is_in_the_lists_by_district(
    layer: Layer, district_lists: set[tuple[str, str]], atlas: Atlas
) -> None:
    inside = {row["id"] for row in atlas.records(layer.id) if row["district_codes"]}
    assert {key for listed, key in district_lists if listed == layer.id} == inside


@EVERY_PLACE_LAYER
def test_a_place_layer_is_counted_and_asked_how_well_it_is_known(layer: Layer, atlas: Atlas) -> None:
    counted = exports.counts(atlas, ALL_DRAWN).set_index("layer")
    assert counted.at[layer.id, "rows_kept"] == counted.at[layer.id, "rows_all"] == len(atlas.frame(layer.id))
    assert layer.id in set(quality.precision(atlas)["layer"])
    places = exports.places(atlas, ALL_DRAWN)
    assert (places["layer"] == layer.id).sum() == len(atlas.frame(layer.id))


@EVERY_LAYER
def test_the_ground_is_drawn_in_the_order_of_the_registry_and_nothing_else(layer: Layer) -> None:
    assert (layer.id in payload.DRAWN_BASE) == (layer.role == "base" and layer.on)
    order = [each.id for each in REGISTRY]
    assert list(payload.DRAWN_BASE) == sorted(payload.DRAWN_BASE, key=order.index)


@EVERY_GROUP
def test_a_declared_group_is_offered_by_every_picker(layer: Layer, group: AnalysisGroup, atlas: Atlas) -> None:
    found = groups.group(atlas, group.id)
    assert (found.layer, found.kinds, found.lines) == (layer.id, group.kinds, group.lines)
    assert found.modelled == (layer.role == "modelled")
    assert [groups.title(atlas, group.id, lang) for lang in ("zh", "en")] == [group.title_zh, group.title_en]
    assert group.id in groups.group_ids(atlas)
    assert all(group.id in CHOICES[key] for key in ("from", "to"))
    assert (group.id in groups.candidate_ids(atlas)) == (group.id in CHOICES["cand"]) == (not group.lines)
    for key, field in (("from", "near_from"), ("to", "near_to")):
        view, ignored = from_query({key: group.id}, towns=())
        assert (getattr(view, field), ignored) == (group.id, ())


@EVERY_GROUP
def test_a_declared_group_may_be_asked_about_on_the_command_line(layer: Layer, group: AnalysisGroup, run: Run) -> None:
    report = out_of(run("analysis", "near", "--from", group.id, "--to", group.id, "--radius", "1000", "--json"))
    assert report["analysis"]["origins"] == report["analysis"]["targets"] == group.id
    assert report["origins"] or layer.extent == "region"


def test_the_address_without_a_choice_means_what_it_always_meant() -> None:
    assert (View().near_from, View().near_to, View().candidates) == ("parks", "breakfast", "grid")


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.key)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_declared_target_has_its_columns_in_the_proximity_tables(lang: str, target: Any, atlas: Atlas) -> None:
    sites = distances(coarse=False)
    assert {f"{target.key}_{part}" for part in ("id", "min_m", "m", "max_m")} <= set(sites.columns)
    counts = {f"{target.key}_best_{radius}" for radius in proximity.RADII_M}
    assert counts.issubset(sites.columns) == target.counted
    name = target.name_en if lang == "en" else target.name_zh
    heads = [*nearby_table(sites, atlas, lang)[0], *nearby_district_table(proximity.by_district(sites, atlas), lang)[0]]
    assert sum(name in head for head in heads) >= 4
    known = proximity.known_in_words(atlas, lang, coarse=False)
    number = proximity.known(atlas, coarse=False)[target.key]
    said = (target.known_en if lang == "en" else target.known_zh).format(n=number)
    assert said in known


@EVERY_PLACE_LAYER
def test_the_proximity_tables_measure_from_the_layers_that_say_so(layer: Layer, atlas: Atlas) -> None:
    measured = distances(coarse=False)
    rows = measured[measured["layer"] == layer.id]["id"].to_list()
    assert rows == (atlas.frame(layer.id)["id"].to_list() if layer.measured_from else [])


@EVERY_FORMAT
def test_a_format_is_in_the_maps_menu_and_has_links_beside_its_like(code: str) -> None:
    form = FORMATS[code]
    menu = get("/manifest.json").json["formats"]
    assert {"ending": form.endings[0], "title": form.title} in menu
    assert [each["title"] for each in menu] == [each.title for each in FORMATS.values()]
    usual = "csv" if form.takes_tables else "geojson"
    assert form in (FORMATS[usual], *beside(usual))


def test_every_datum_is_in_the_maps_menu_and_the_usual_one_comes_first() -> None:
    menu = get("/manifest.json").json["datums"]
    assert menu == [{"code": code, "title": datum.title} for code, datum in DATUMS.items()]
    assert menu[0]["code"] == "wgs84"


@EVERY_FORMAT
def test_a_table_is_offered_in_every_format_that_can_hold_it(code: str) -> None:
    form = FORMATS[code]
    answer = get(f"/export/nearby{form.endings[0]}")
    assert (answer.status == 200) == form.takes_tables


@EVERY_FORMAT
def test_a_format_may_be_asked_for_by_name_on_the_command_line(
    code: str, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    ending = FORMATS[code].endings[0]
    assert main(("lists", "--out", str(tmp_path), "--district", "崇明", "--format", code, "--json")) == 0
    (report,) = json.loads(capsys.readouterr().out)["districts"]
    assert [name.endswith(ending) for name in report["files"]] == [True]
    for name in FORMATS[code].endings:
        assert main(("export", "parks", "--out", str(tmp_path / f"parks{name}"), "--json")) == 0
        assert json.loads(capsys.readouterr().out)["format"] == code


def test_no_two_formats_share_an_ending_and_lists_have_a_usual_choice() -> None:
    endings = [ending for form in FORMATS.values() for ending in form.endings]
    assert len(set(endings)) == len(endings)
    assert set(LIST_FORMATS) == {code for code, form in FORMATS.items() if form.in_lists} != set()


def test_every_section_of_the_page_has_something_to_show() -> None:
    assert list(RENDER) == list(SECTIONS)
