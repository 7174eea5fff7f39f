"""GeoJSON by the letter of RFC 7946, and nothing but a SchemaError for what is none."""

import json
import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box, shape

from geo.crs import WGS84
from geo.errors import SchemaError
from geo.geojson import DECIMALS, from_geojson, plain, to_geojson

GOLDEN = Path(__file__).parents[1] / "golden"
LONS, LATS = st.floats(-179, 179), st.floats(-85, 85)
CELLS = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats() | st.text() | st.lists(st.text())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**400), 10**400) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KINDS = ("Point", "LineString", "Polygon", "MultiPolygon", "GeometryCollection", "Feature", "point", "")
GEOMETRIES = JSON | st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS)}, optional={"coordinates": JSON, "geometries": st.lists(JSON, max_size=2)}
)
FEATURES = JSON | st.fixed_dictionaries({"properties": JSON, "geometry": GEOMETRIES})
COLLECTIONS = JSON | st.fixed_dictionaries({"features": st.lists(FEATURES, max_size=3)})


def frame(*shapes: Any, **columns: list[Any]) -> gpd.GeoDataFrame:
    """Make a frame of shapes with ids."""
    table = {"id": [f"R{at}" for at in range(len(shapes))], **columns}
    return gpd.GeoDataFrame(table, geometry=list(shapes), crs=WGS84)


def strict(text: str) -> Any:
    """Parse JSON as the standard has it: NaN and Infinity are no JSON."""

    def refuse(word: str) -> None:
        msg = f"{word} is no JSON"
        raise AssertionError(msg)

    return json.loads(text, parse_constant=refuse)


def numbers(item: Any) -> list[float]:
    """List all coordinates, however deep."""
    return [item] if isinstance(item, float | int) else [each for part in item for each in numbers(part)]


def test_a_collection_says_what_it_is_and_has_no_crs_member() -> None:
    written = strict(to_geojson(frame(Point(121, 31)), about={"licence": "MIT", "filter": {"districts": []}}))
    assert written["type"] == "FeatureCollection"
    assert written["licence"] == "MIT"
    assert "crs" not in written
    (feature,) = written["features"]
    assert feature["type"] == "Feature"
    assert feature["id"] == feature["properties"]["id"] == "R0"


@pytest.mark.parametrize("about", [{}, {"title": "上海"}])
def test_an_empty_frame_is_an_empty_collection(about: dict[str, str]) -> None:
    assert strict(to_geojson(frame(), about=about))["features"] == []


def test_the_tricky_cases_are_written_as_the_golden_file_has_them() -> None:
    inside_out = Polygon(box(121, 31, 121.3, 31.3).exterior.coords[::-1], [box(121.1, 31.1, 121.2, 31.2).exterior])
    tricky = frame(
        inside_out,
        LineString([(121.123456789, 31.0), (121.2, 31.987654321)]),
        None,
        Point(),
        value=[1.5, math.nan, math.inf, -math.inf],
        words=["上海 “quoted” </script>", None, "", "a\nb\\"],
        names=[("松江", "青浦"), (), (math.nan, "x"), None],
    ).astype({"words": object})
    written = to_geojson(tricky, about={"title": "tricky"})
    assert written == (GOLDEN / "tricky.geojson").read_text(encoding="utf-8")


@given(st.lists(st.tuples(LONS, LATS), min_size=3, max_size=6), st.booleans())
def test_rings_follow_the_right_hand_rule(corners: list[tuple[float, float]], turn: bool) -> None:  # noqa: FBT001
    hull = MultiPolygon([part for part in [Polygon(corners).convex_hull] if part.geom_type == "Polygon"])
    shapes = [hull.reverse() if turn else hull]
    written = strict(to_geojson(frame(*shapes), about={}))["features"][0]["geometry"]
    for shell, *holes in written["coordinates"] if written else []:
        assert Polygon(shell).area == 0 or Polygon(shell).exterior.is_ccw
        assert not any(Polygon(hole).exterior.is_ccw for hole in holes)


def test_a_hole_runs_clockwise() -> None:
    holed = Polygon(box(0, 0, 3, 3).exterior, [box(1, 1, 2, 2).exterior])
    for each in (holed, holed.reverse()):
        shell, hole = strict(to_geojson(frame(each), about={}))["features"][0]["geometry"]["coordinates"]
        assert Polygon(shell).exterior.is_ccw
        assert not Polygon(hole).exterior.is_ccw


@given(LONS, LATS)
def test_coordinates_have_at_most_seven_decimals(lon: float, lat: float) -> None:
    written = strict(to_geojson(frame(Point(lon, lat), LineString([(lon, lat), (0, 0)])), about={}))
    for feature in written["features"]:
        for value in numbers(feature["geometry"]["coordinates"]):
            assert round(value, DECIMALS) == value


@given(st.lists(st.tuples(LONS, LATS, CELLS), max_size=5))
def test_rows_survive_the_round_trip(rows: list[tuple[float, float, Any]]) -> None:
    values = np.empty(len(rows), dtype=object)
    values[:] = [row[2] for row in rows]
    table = frame(*(Point(lon, lat) for lon, lat, _ in rows)).assign(value=values)
    text = to_geojson(table, about={})
    strict(text)
    back = from_geojson(text, where="x")
    assert len(back) == len(rows)
    for (lon, lat, value), read in zip(rows, back.itertuples() if rows else (), strict=True):
        assert (read.geometry.x, read.geometry.y) == pytest.approx((lon, lat), abs=1e-7)
        expected = plain(value)
        assert read.value == (tuple(expected) if isinstance(expected, list) else expected)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (np.float64(1.5), 1.5),
        (np.int64(3), 3),
        (np.True_, True),
        (math.nan, None),
        (math.inf, None),
        (("a", math.nan), ["a", None]),
        (None, None),
        ("NaN", "NaN"),
    ],
)
def test_a_cell_becomes_the_json_value_it_means(cell: Any, written: Any) -> None:
    assert plain(cell) == written
    assert type(plain(cell)) is type(written)


def test_none_stays_none_and_true_stays_true_beside_numbers() -> None:
    cells = [None, True, 1, 1.5, "1"]
    text = json.dumps({"features": [{"properties": {"v": cell}, "geometry": None} for cell in cells]})
    assert [type(cell) for cell in from_geojson(text, where="x")["v"]] == [type(cell) for cell in cells]


@given(COLLECTIONS)
def test_json_that_is_no_collection_gives_a_schema_error_and_never_another(document: Any) -> None:
    try:
        read = from_geojson(json.dumps(document), where="broken.geojson")
    except SchemaError as fault:
        assert fault.where == "broken.geojson"  # noqa: PT017 - reading may also succeed
        assert fault.code == "unreadable"  # noqa: PT017
    else:
        assert read.crs == WGS84


@given(st.text())
def test_text_that_is_no_json_gives_a_schema_error(text: str) -> None:
    with pytest.raises(SchemaError):
        from_geojson(text + "{", where="broken.geojson")


def at_coordinates(coordinates: str, kind: str = "Point") -> str:
    """Write a collection of one feature with these coordinates."""
    return f'{{"features":[{{"properties":{{}},"geometry":{{"type":"{kind}","coordinates":{coordinates}}}}}]}}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 100_000,
        "null",
        "[]",
        '{"type":"FeatureCollection"}',
        '{"features":[null]}',
        '{"features":[1]}',
        at_coordinates(f"[1{'0' * 400},31]"),
        at_coordinates("[[1,2],[1,2,3]]", "LineString"),
        at_coordinates("5"),
        at_coordinates("[1,2]", "Nonsense"),
    ],
    ids=["empty", "deep", "null", "list", "no-features", "null-feature", "number", "huge", "uneven", "flat", "kind"],
)
def test_known_malformed_files_give_a_schema_error(text: str) -> None:
    with pytest.raises(SchemaError):
        from_geojson(text, where="broken.geojson")


def test_shapes_come_back_whole() -> None:
    holed = Polygon(box(0, 0, 3, 3).exterior, [box(1, 1, 2, 2).exterior])
    written = strict(to_geojson(frame(holed), about={}))["features"][0]["geometry"]
    assert shape(written).equals(holed)
