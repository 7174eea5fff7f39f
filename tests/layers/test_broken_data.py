"""A broken file stops its own layer, by name; a doubtful row is set aside or marked, and said aloud."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.core.atlas import load_atlas
from geo.errors import DataError, MissingFileError, ProvenanceError, SchemaError
from layers import REGISTRY
from layers.districts import DISTRICTS
from layers.load import load

HOUSING = "housing/housing.geojson"
METADATA = "housing/source.toml"
Rewrite = Callable[[str, Callable[[list[dict[str, Any]]], object]], Path]


def truncate(path: Path) -> None:
    """Cut a file in half."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def without_column(path: Path) -> None:
    """Take one declared column away."""
    document = json.loads(path.read_text(encoding="utf-8"))
    for feature in document["features"]:
        del feature["properties"]["note_en"]
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def with_column(path: Path) -> None:
    """Add a column that nobody declared."""
    path.write_text(path.read_text(encoding="utf-8").replace('"id":', '"extra": 1, "id":'), encoding="utf-8")


def in_gbk(path: Path) -> None:
    """Save a file in another encoding."""
    path.write_bytes(path.read_text(encoding="utf-8").encode("gbk"))


def with_one_id(path: Path) -> None:
    """Give all rows the same id."""
    document = json.loads(path.read_text(encoding="utf-8"))
    for feature in document["features"]:
        feature["properties"]["id"] = "TA01"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def ids_are_objects(path: Path) -> None:
    """Make every id a JSON object."""
    document = json.loads(path.read_text(encoding="utf-8"))
    for feature in document["features"]:
        feature["properties"]["id"] = {"n": 1}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


SEALED = {  # the metadata is made to agree, so that only the fault itself is found
    "truncated": truncate,
    "not JSON": lambda path: path.write_text("no json", encoding="utf-8"),
    "an empty file": lambda path: path.write_bytes(b""),
    "not UTF-8": in_gbk,
    "a missing column": without_column,
    "an undeclared column": with_column,
    "the same id twice": with_one_id,
    "ids that are objects": ids_are_objects,
    "another kind of JSON": lambda path: path.write_text("[1, 2]", encoding="utf-8"),
    "no rows": lambda path: path.write_text('{"features": []}', encoding="utf-8"),
}
METADATA_FILES = {
    "no paper": Path.unlink,
    "paper is not TOML": lambda path: path.write_text("a = ", encoding="utf-8"),
    "paper lacks a key": lambda path: path.write_text(path.read_text(encoding="utf-8").replace("licence =", "x =")),
    "paper names another file": lambda path: path.write_text(
        path.read_text(encoding="utf-8").replace("housing.geojson", "h.geojson")
    ),
    "a file entry without a hash": lambda path: path.write_text(
        path.read_text(encoding="utf-8").replace("\nsha256 =", "\nhash =")
    ),
    "a file entry without a name": lambda path: path.write_text(
        path.read_text(encoding="utf-8").replace("\nname =", "\nfile =")
    ),
    "files is a word": lambda path: path.write_text(
        'files = "none"\n' + path.read_text(encoding="utf-8").partition("[[files]]")[0]
    ),
}


def assert_only_housing_failed(data: Path, kind: type[DataError] = DataError) -> None:
    """Load the atlas: one layer fails with an error of ours, all others are there."""
    atlas = load_atlas(data)
    assert set(atlas.failed) == {"housing"}
    assert isinstance(atlas.failed["housing"], kind)
    assert set(atlas.loaded) == {layer.id for layer in REGISTRY} - {"housing"}


@pytest.mark.parametrize("fault", SEALED)
def test_a_broken_file_stops_only_its_own_layer(fault: str, data: Path, reseal: Callable[[Path], None]) -> None:
    SEALED[fault](data / HOUSING)
    reseal(data / HOUSING)
    assert_only_housing_failed(data, SchemaError)


@pytest.mark.parametrize("fault", METADATA_FILES)
def test_a_broken_paper_stops_only_its_own_layer(fault: str, data: Path) -> None:
    METADATA_FILES[fault](data / METADATA)
    assert_only_housing_failed(data)


def test_a_missing_file_is_said_to_be_missing(data: Path) -> None:
    (data / HOUSING).unlink()
    assert_only_housing_failed(data, MissingFileError)


def test_a_file_that_its_paper_does_not_speak_of_is_not_trusted(data: Path) -> None:
    path = data / HOUSING
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert_only_housing_failed(data, ProvenanceError)


@pytest.mark.parametrize(
    "name", ["documents.toml", "figures/figures.csv", "figures/measures.csv", "figures/conflicts.csv"]
)
@pytest.mark.parametrize("fault", ["missing", "not UTF-8", "another table"])
def test_broken_evidence_leaves_all_layers(name: str, fault: str, data: Path) -> None:
    path = data / name
    if fault == "missing":
        path.unlink()
    elif fault == "not UTF-8":
        in_gbk(path)
        path.write_bytes(path.read_bytes() + b"\xff\xff")
    else:
        path.write_text('[[documents]]\nx = "y"\n' if name.endswith("toml") else "x,y\n1,2\n", encoding="utf-8")
    atlas = load_atlas(data)
    assert set(atlas.failed) == {"figures"}
    assert set(atlas.loaded) == {layer.id for layer in REGISTRY}


def test_figures_that_their_paper_does_not_speak_of_are_not_trusted(data: Path) -> None:
    path = data / "figures" / "figures.csv"
    words = path.read_text(encoding="utf-8")
    assert "26000" in words
    path.write_text(words.replace("26000", "62000"), encoding="utf-8")
    assert "figures" in load_atlas(data).failed


def test_an_empty_data_folder_gives_an_atlas_of_named_failures(tmp_path: Path) -> None:
    atlas = load_atlas(tmp_path)
    assert set(atlas.failed) == {layer.id for layer in REGISTRY} | {"figures", "version"}
    assert dict(atlas.loaded) == {}


BAD_GEOMETRY = {
    "geometry missing": None,
    "geometry kind": {"type": "LineString", "coordinates": [[121.1, 31.1], [121.2, 31.2]]},
    "outside the bounds": {"type": "Point", "coordinates": [31.2, 121.4]},
    "geometry invalid": {"type": "Point", "coordinates": [float("nan"), 31.0]},
}


@pytest.mark.parametrize("rule", BAD_GEOMETRY)
def test_a_row_with_an_unusable_geometry_is_set_aside_and_said_aloud(
    rule: str, rewrite: Rewrite, counts: dict[str, Any]
) -> None:
    def spoil(features: list[dict[str, Any]]) -> None:
        features[3]["geometry"] = BAD_GEOMETRY[rule]

    data = rewrite("breakfast/breakfast.geojson", spoil)
    breakfast = load_atlas(data).loaded["breakfast"]
    rows = counts["layers"]["breakfast"]
    assert (breakfast.rows_in, len(breakfast.frame)) == (rows, rows - 1)
    assert "BF04" not in set(breakfast.frame["id"])
    (issue,) = breakfast.issues
    assert (issue.layer, issue.feature, issue.column, issue.rule) == ("breakfast", "BF04", "geometry", rule)
    assert issue.severity == "quarantined"


def test_a_self_crossing_district_is_set_aside(rewrite: Rewrite) -> None:
    bow_tie = {"type": "Polygon", "coordinates": [[[121, 31], [122, 31], [121, 31.5], [122, 31.5], [121, 31]]]}
    data = rewrite("districts/districts.geojson", lambda features: features[0].update(geometry=bow_tie))
    loaded = load(DISTRICTS, data=data)
    assert loaded.rows_in == len(loaded.frame) + 1
    assert [issue.rule for issue in loaded.issues] == ["geometry invalid"]


BAD_CELLS = {
    "sectors": (["biologics", "sorcery"], "allowed values"),
    "name_zh": (None, "required"),
    "name_en": ("", "required"),
    "accuracy_m": ("near", "type number"),
    "location_method": ("guessed", "allowed values"),
    "towns": ("松江", "type list"),
    "district_code": ("310101", "point in district"),
}


@pytest.mark.parametrize("column", BAD_CELLS)
def test_a_doubtful_cell_stays_and_is_marked(column: str, rewrite: Rewrite) -> None:
    value, rule = BAD_CELLS[column]
    data = rewrite("housing/housing.geojson", lambda features: features[0]["properties"].update({column: value}))
    housing = load_atlas(data).loaded["housing"]
    assert housing.rows_in == len(housing.frame)
    assert [(issue.column, issue.rule, issue.severity) for issue in housing.issues] == [(column, rule, "doubtful")]


@pytest.mark.parametrize("value", [None, "松江"])
@pytest.mark.parametrize("column", ["towns", "sectors", "references", "conflicts"])
def test_what_is_no_list_where_one_belongs_stops_nobody(column: str, value: object, rewrite: Rewrite) -> None:
    data = rewrite("parks/parks.geojson", lambda features: features[0]["properties"].update({column: value}))
    atlas = load_atlas(data)
    assert dict(atlas.failed) == {}
    assert atlas.loaded["parks"].frame[column].map(type).eq(tuple).all()
    assert "松" not in atlas.towns
