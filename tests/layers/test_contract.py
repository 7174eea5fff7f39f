"""What every layer promises. A new layer in the registry gets these tests for free."""

import csv
import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import shapely

from app.core.atlas import DEFAULT_DATA, Atlas
from layers import PLACES, REFERENCE, REGISTRY
from layers.columns import PLACE
from layers.load import CITY_BOUNDS, REGION_BOUNDS
from layers.model import AnalysisGroup, Column, Layer
from layers.vocabulary import (
    COLUMN_VALUE_NAMES,
    LOCATION_METHODS,
    SECTORS,
    VALUE_NAMES,
    value_name,
)

EVERY_LAYER = pytest.mark.parametrize("layer", REGISTRY, ids=lambda layer: layer.id)
EVERY_PLACE_LAYER = pytest.mark.parametrize("layer", PLACES, ids=lambda layer: layer.id)
EVERY_GROUP = pytest.mark.parametrize(
    ("layer", "group"),
    [pytest.param(layer, group, id=group.id) for layer in PLACES for group in layer.groups],
)
METADATA_FILES = sorted(DEFAULT_DATA.glob("*/source.toml"))
EVERY_METADATA = pytest.mark.parametrize("metadata", METADATA_FILES, ids=lambda metadata: metadata.parent.name)
MAY_BE_EMPTY = {"map_approval"}
OF_OUR_OWN_MAKING = "this project"  # no page to point at, no coordinates of others


def is_chinese(words: str) -> bool:
    """Say whether there is a Chinese character in it."""
    return any("\u4e00" <= sign <= "\u9fff" for sign in words)


def features(layer: Layer) -> list[dict[str, Any]]:
    """Read a layer's file without the code under test."""
    read: list[dict[str, Any]] = json.loads((DEFAULT_DATA / layer.path).read_text(encoding="utf-8"))["features"]
    return read


def fits(value: Any, column: Column) -> bool:
    """Say whether a JSON value is of a column's type."""
    if value is None:
        return not column.required
    if column.dtype == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if column.dtype == "list":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, {"str": str, "bool": bool}[column.dtype])


def test_all_layers_load_without_an_issue(atlas: Atlas) -> None:
    assert dict(atlas.failed) == {}
    assert atlas.issues == ()
    assert set(atlas.loaded) == {layer.id for layer in REGISTRY}


def test_layer_ids_are_unique() -> None:
    assert len({layer.id for layer in REGISTRY}) == len(REGISTRY)


def test_the_data_folders_are_the_layers_folders_and_the_figures() -> None:
    folders = {path.name for path in DEFAULT_DATA.iterdir() if path.is_dir()}
    assert folders == {layer.folder or layer.id for layer in REGISTRY} | {"figures"}


def test_every_layer_that_a_module_declares_is_in_the_registry(root: Path) -> None:
    words = "".join(path.read_text(encoding="utf-8") for path in sorted((root / "layers").glob("*.py")))
    declared = re.findall(r"= Layer\(\s*id=\"(\w+)\"", words)
    assert sorted(declared) == sorted(layer.id for layer in REGISTRY)


@EVERY_LAYER
def test_titles_and_labels_are_in_both_languages(layer: Layer) -> None:
    named = [(layer.title_zh, layer.title_en), *((each.label_zh, each.label_en) for each in layer.columns)]
    for zh, en in named:
        assert is_chinese(zh) or zh == "GMP厂房"
        assert en
        assert not is_chinese(en)


@EVERY_LAYER
def test_ids_are_unique_and_the_features_own(layer: Layer) -> None:
    rows = features(layer)
    assert len({row["properties"]["id"] for row in rows}) == len(rows) > 0
    assert all(row["id"] == row["properties"]["id"] for row in rows)


@EVERY_LAYER
def test_every_cell_is_of_the_declared_type_and_among_the_allowed_values(layer: Layer) -> None:
    declared = {column.name: column for column in layer.columns}
    for row in features(layer):
        assert set(row["properties"]) == set(declared)
        for name, value in row["properties"].items():
            assert fits(value, declared[name]), (row["id"], name, value)
            cells = value if isinstance(value, list) else [value]
            if declared[name].allowed:
                assert {cell for cell in cells if cell} <= set(declared[name].allowed), (row["id"], name)


@EVERY_LAYER
def test_geometry_is_valid_of_the_declared_kind_and_inside_the_bounds(layer: Layer) -> None:
    region = layer.extent == "region" or layer.role == "base"
    bounds = shapely.box(*(REGION_BOUNDS if region else CITY_BOUNDS))
    for row in features(layer):
        geometry = shapely.geometry.shape(row["geometry"])
        assert geometry.geom_type in layer.geometry, row["id"]
        assert geometry.is_valid, row["id"]
        assert not geometry.is_empty, row["id"]
        assert bounds.covers(geometry), row["id"]


@EVERY_LAYER
def test_files_are_geojson_in_wgs84_by_rfc_7946(layer: Layer) -> None:
    text = (DEFAULT_DATA / layer.path).read_text(encoding="utf-8")
    document = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document
    for row in document["features"]:
        geometry = shapely.geometry.shape(row["geometry"])
        assert geometry.equals_exact(shapely.orient_polygons(geometry, exterior_cw=False)), row["id"]


@EVERY_LAYER
def test_loaded_rows_are_in_wgs84_and_all_of_the_file(layer: Layer, atlas: Atlas) -> None:
    loaded = atlas.loaded[layer.id]
    assert loaded.frame.crs == "EPSG:4326"
    assert loaded.rows_in == len(loaded.frame) == len(features(layer))
    assert loaded.frame["id"].to_list() == [row["id"] for row in features(layer)]


@EVERY_LAYER
def test_every_code_a_column_allows_has_a_name_in_both_languages(layer: Layer) -> None:
    for column in layer.columns:
        for code in column.allowed:
            if column.name == "district_code":
                continue
            zh, en = value_name(column.name, code)
            assert is_chinese(zh), (column.name, code)
            assert en, (column.name, code)
            assert not is_chinese(en), (column.name, code)


@EVERY_LAYER
def test_a_card_shows_only_columns_that_are_declared(layer: Layer) -> None:
    declared = {column.name for column in layer.columns}
    for name in layer.card:
        assert name in declared or {f"{name}_zh", f"{name}_en"} <= declared


@EVERY_LAYER
def test_a_layer_says_in_a_line_of_both_languages_what_its_rows_are(layer: Layer) -> None:
    assert is_chinese(layer.about_zh)
    assert layer.about_en
    assert not is_chinese(layer.about_en.replace("沪苏湖", ""))  # the railway's own name
    assert "|" not in layer.about_zh + layer.about_en  # it is a cell of a table


@EVERY_GROUP
def test_a_group_has_names_in_both_languages_and_rows_of_the_kind_it_declares(
    layer: Layer, group: AnalysisGroup
) -> None:
    assert is_chinese(group.title_zh) or group.title_zh == "GMP厂房"
    assert group.title_en
    assert not is_chinese(group.title_en)
    kinds = next((column.allowed for column in layer.columns if column.name == "kind"), ())
    assert set(group.kinds) <= set(kinds)
    rows = [row for row in features(layer) if not group.kinds or row["properties"]["kind"] in group.kinds]
    assert rows
    assert {row["geometry"]["type"] == "Point" for row in rows} == {not group.lines}


@EVERY_GROUP
def test_a_target_of_the_proximity_tables_is_real_and_counts_in_both_languages_or_in_none(
    layer: Layer, group: AnalysisGroup
) -> None:
    if group.target is None:
        return
    assert layer.role == "place", "nobody is near a place that does not exist"
    assert group.target.key.isidentifier()
    assert is_chinese(group.target.name_zh)
    assert not is_chinese(group.target.name_en)
    counted = [words.count("{n}") for words in (group.target.known_zh, group.target.known_en)]
    assert counted == ([1, 1] if group.target.counted else [0, 0])


def test_ids_of_groups_and_columns_of_targets_are_unique() -> None:
    groups = [group for layer in PLACES for group in layer.groups]
    assert len({group.id for group in groups}) == len(groups)
    keys = [group.target.key for group in groups if group.target]
    assert len(set(keys)) == len(keys)
    assert {group.id for group in groups}.isdisjoint({"grid", *(layer.id for layer in REFERENCE)})


def test_each_account_of_land_has_one_layer() -> None:
    assert sorted(layer.land for layer in REGISTRY if layer.land) == ["extent", "floor"]


@EVERY_LAYER
def test_colours_are_written_out_in_full(layer: Layer) -> None:
    for colour in (layer.style.marker_color, layer.style.stroke, layer.style.fill):
        assert len(colour) == 7
        assert int(colour[1:], 16) >= 0


@EVERY_PLACE_LAYER
def test_a_place_layer_begins_with_the_columns_that_all_places_share(layer: Layer) -> None:
    assert layer.columns[: len(PLACE)] == PLACE


@EVERY_METADATA
def test_a_paper_has_no_hole(metadata: Path) -> None:
    entry = tomllib.loads(metadata.read_text(encoding="utf-8"))
    files = entry.pop("files")
    assert files
    for key, value in entry.items():
        assert isinstance(value, str), key
        is_own = entry["producer"].lower().startswith(OF_OUR_OWN_MAKING)
        own = is_own and key in {"url", "licence_url", "source_crs"}
        assert value.strip() or own or key in MAY_BE_EMPTY, key
    assert is_chinese(entry["title_zh"])
    assert is_chinese(entry["method_zh"])
    assert all(entry[key].startswith("https://") for key in ("url", "licence_url") if entry[key])


@EVERY_METADATA
def test_a_paper_speaks_of_exactly_the_files_beside_it(metadata: Path) -> None:
    entries = {entry["name"]: entry for entry in tomllib.loads(metadata.read_text(encoding="utf-8"))["files"]}
    beside = {path.name for path in metadata.parent.iterdir()} - {"source.toml"}
    assert set(entries) == beside
    for name, entry in entries.items():
        path = metadata.parent / name
        assert entry["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        rows, columns = shape_of(path)
        assert entry["rows"] == rows
        assert entry["columns"] == columns


def shape_of(path: Path) -> tuple[int, list[str]]:
    """Count a file's rows and list its columns."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as handle:
            head, *rows = csv.reader(handle)
        return len(rows), head
    read = json.loads(path.read_text(encoding="utf-8"))["features"]
    return len(read), list(dict.fromkeys(key for row in read for key in row["properties"]))


def test_the_tool_a_paper_names_exists(root: Path) -> None:
    for metadata in METADATA_FILES:
        tool = tomllib.loads(metadata.read_text(encoding="utf-8"))["tool"]
        assert (root / tool).is_file(), metadata.parent.name


def test_the_vocabulary_has_every_name_in_both_languages() -> None:
    pairs = [*VALUE_NAMES.values(), *COLUMN_VALUE_NAMES.values()]
    pairs += [(term.name_zh, term.name_en) for term in (*SECTORS, *LOCATION_METHODS)]
    for zh, en in pairs:
        assert is_chinese(zh)
        assert en
        assert not is_chinese(en)


def test_a_value_that_is_no_code_stands_for_itself() -> None:
    assert value_name("address_zh", "某路1号") == ("某路1号", "某路1号")


def test_the_same_code_means_something_else_in_its_own_column() -> None:
    assert value_name("status", "building") == ("在建", "Under construction")
    assert value_name("kind", "building") == ("楼宇", "Building")
