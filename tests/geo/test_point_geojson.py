"""Many points as GeoJSON: the same content as the careful writer, and RFC 7946 to the letter."""

import json
import re
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import point_geojson
from geo.crs import WGS84
from geo.errors import ParameterError
from geo.geojson import to_geojson
from geo.point_geojson import points_geojson

TIES = st.integers(-(10**9), 10**9).map(lambda at: at / 2e7 if abs(at) < 1.8e9 else 0.0)  # half a last decimal
LONS = st.one_of(st.floats(-180, 180), TIES)
LATS = st.one_of(st.floats(-90, 90), TIES.filter(lambda at: abs(at) <= 90))
CELLS = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text() | st.lists(st.text())
ROWS = st.lists(
    st.tuples(LONS, LATS, st.text(), st.floats(), st.integers(-(2**63), 2**63 - 1), st.booleans(), CELLS),
    min_size=1,
    max_size=12,
)


def strict(text: bytes) -> Any:
    """Parse JSON as the standard has it: NaN and Infinity are no JSON."""

    def refuse(word: str) -> None:
        msg = f"{word} is no JSON"
        raise AssertionError(msg)

    return json.loads(text.decode(), parse_constant=refuse)


def objects(values: list[Any]) -> np.ndarray:
    """Make an array of objects, lists left as they are."""
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return held


def written(lon: Any, lat: Any, about: dict[str, Any] | None = None, **columns: Any) -> Any:
    """Write points and parse what was written."""
    pieces = points_geojson(np.array(lon, dtype=float), np.array(lat, dtype=float), columns, about=about or {})
    return strict(b"".join(pieces))


def carefully(lon: Any, lat: Any, columns: dict[str, Any]) -> Any:
    """Write the same rows feature by feature."""
    table = pd.DataFrame({name: pd.Series(values) for name, values in columns.items()})
    text = to_geojson(gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(lon, lat), crs=WGS84), about={})
    return strict(text.encode())


@given(ROWS)
def test_the_content_is_that_of_the_careful_writer_for_any_rows(rows: list[tuple[Any, ...]]) -> None:
    lon, lat, text, real, whole, flag, cell = (list(column) for column in zip(*rows, strict=True))
    columns = {
        "id": objects([f"R{at}" for at in range(len(rows))]),
        'n"ame 名': objects(text),
        "real": np.array(real),
        "whole": np.array(whole, dtype=np.int64),
        "flag": np.array(flag),
        "cell": objects(cell),
    }
    assert written(lon, lat, None, **columns) == carefully(lon, lat, columns)


@given(
    st.lists(st.none() | st.text() | st.sampled_from(['"', "\\", "\0", "\n", "\x1f", "浦东", "{{ 7 }}"]), max_size=9)
)
def test_strings_are_escaped_and_missing_ones_null_for_any(texts: list[str | None]) -> None:
    found = written([121] * len(texts), [31] * len(texts), text=objects(texts))
    assert [feature["properties"]["text"] for feature in found["features"]] == texts


def test_more_rows_than_a_chunk_come_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(point_geojson, "CHUNK", 3)
    lon, at = np.linspace(120, 122, 10), np.arange(10)
    pieces = list(points_geojson(lon, lon - 90, {"id": at}, about={}))
    assert len(pieces) == 1 + 4 + 3 + 1  # head, chunks, what parts them, tail
    found = strict(b"".join(pieces))
    assert [feature["id"] for feature in found["features"]] == at.tolist()
    assert found == carefully(lon, lon - 90, {"id": at})


def test_numbers_of_every_width_are_written() -> None:
    kinds = (np.int8, np.uint8, np.int32, np.uint64, np.float32, np.float64)
    columns = {np.dtype(kind).name: np.array([0, 3], dtype=kind) for kind in kinds} | {"id": np.array([1, 2])}
    assert written([1, 2], [1, 2], None, **columns) == carefully([1, 2], [1, 2], columns)


@pytest.mark.parametrize("value", [1e-7, -1e22, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, -0.0, 123456789.123])
def test_a_real_number_comes_back_bit_by_bit(value: float) -> None:
    found = written([1], [1], value=np.array([value]))["features"][0]["properties"]["value"]
    assert found == value


def test_what_is_not_a_number_becomes_null() -> None:
    found = written([1] * 3, [1] * 3, value=np.array([np.nan, np.inf, -np.inf]), none=objects([None] * 3))
    assert [feature["properties"] for feature in found["features"]] == [{"value": None, "none": None}] * 3


def test_a_place_that_is_not_known_has_no_geometry() -> None:
    found = written([np.nan, 121, np.inf, 121], [31, np.nan, 31, 31], id=np.arange(4))
    assert [feature["geometry"] is None for feature in found["features"]] == [True, True, True, False]


@pytest.mark.parametrize(("lon", "lat"), [(180, 90), (-180, -90), (0, 0), (-0.3, -1e-9), (-0.00000005, 0.00000015)])
def test_places_at_the_ends_of_the_world_are_written(lon: float, lat: float) -> None:
    found = written([lon], [lat], id=np.array([1]))
    assert found["features"][0]["geometry"]["coordinates"] == [round(lon, 7), round(lat, 7)]


def test_coordinates_have_at_most_seven_decimals_and_no_leading_zero() -> None:
    text = b"".join(points_geojson(np.array([1 / 3, -120.5]), np.array([2 / 3, -0.25]), {}, about={})).decode()
    numbers = re.findall(r"-?[\d.]+", "".join(re.findall(r'coordinates": \[(.*?)\]', text)))
    assert numbers == ["0.3333333", "0.6666667", "-120.5000000", "-0.2500000"]


def test_foreign_members_stand_at_the_head_and_there_is_no_crs() -> None:
    found = written([121], [31], about={"licence": "MIT", "filter": {"districts": ["浦东"]}})
    assert found["licence"] == "MIT"
    assert found["filter"] == {"districts": ["浦东"]}
    assert set(found) == {"type", "licence", "filter", "features"}
    assert found["features"] == [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [121, 31]}, "properties": {}}
    ]


def test_no_points_are_an_empty_collection() -> None:
    assert written([], [], id=objects([])) == {"type": "FeatureCollection", "features": []}


@pytest.mark.parametrize(
    ("lon", "lat", "columns"),
    [
        ([121.0], [31.0, 32.0], {}),
        ([121.0], [31.0], {"id": np.arange(2)}),
        ([[121.0]], [[31.0]], {}),
        ([521_000.0], [31.0], {}),
        ([121.0], [91.0], {}),
        ([121.0], [31.0], {"id": objects([None])}),
        ([121.0], [31.0], {"day": np.array(["2024-01-01"], dtype="datetime64[D]")}),
        ([121.0], [31.0], {"shape": objects([object()])}),
    ],
)
def test_what_is_no_geojson_is_refused(lon: Any, lat: Any, columns: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        b"".join(points_geojson(np.array(lon), np.array(lat), columns, about={}))
