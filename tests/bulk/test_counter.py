"""Counting by district as points pass by: the same numbers as placing every point, wherever the points lie."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.core.atlas import Atlas
from bulk import counter
from bulk.counter import Counter
from bulk.geoparquet import Points
from bulk.polygon_grid import PolygonGrid
from geo.errors import SchemaError

coordinate = st.integers(-8, 8).map(lambda step: step / 2) | st.floats(-5, 5) | st.just(np.nan) | st.floats(-90, 90)


def batch(lon: np.ndarray, lat: np.ndarray) -> Points:
    """Points of two columns."""
    return Points(lon=np.asarray(lon, dtype=np.float64), lat=np.asarray(lat, dtype=np.float64))


def counter_of(districts: np.ndarray) -> Counter:
    """Make a counter as the jobs make it."""
    return Counter(grid=PolygonGrid.build(districts))


def placed(districts: np.ndarray, points: Points) -> np.ndarray:
    """Points by district, each placed for itself."""
    there = ~(np.isnan(points.lon) | np.isnan(points.lat))
    at = PolygonGrid.build(districts, cells=64).locate(points.lon[there], points.lat[there])
    return np.bincount(at + 1, minlength=len(districts) + 1)


def awkward(districts: np.ndarray) -> Points:
    """Points over the city, on every corner of every border, between the corners, far away, and nowhere."""
    chance = np.random.default_rng(3)
    corners = shapely.get_coordinates(districts)
    between = (corners[:-1] + corners[1:]) / 2
    low, high = corners.min(axis=0) - 0.2, corners.max(axis=0) + 0.2
    anywhere = chance.uniform(low, high, (200_000, 2))
    beside = corners + chance.normal(0, 1e-9, corners.shape)
    lost = np.array([[np.nan, 31.0], [121.0, np.nan], [np.nan, np.nan], [180.0, 90.0], [-180.0, -90.0], [0.0, 0.0]])
    every = chance.permutation(np.concatenate([corners, between, beside, anywhere, lost]))
    return batch(*every.T)


@pytest.mark.parametrize("room", [1_000, 1_001, 65_536, 10**6])
def test_points_on_borders_and_nowhere_are_counted_as_they_are_placed(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    monkeypatch.setattr(counter, "ROOM", room)
    monkeypatch.setattr(counter, "PIECE", room // 3)
    districts = np.asarray(atlas.districts.geometry, dtype=object)
    points = awkward(districts)
    cuts = [0, 1, 5_000, 5_000, 70_000, len(points.lon)]
    batches = [batch(points.lon[low:high], points.lat[low:high]) for low, high in pairwise(cuts)]
    found = counter_of(districts).count(batches)
    assert found.n.tolist() == placed(districts, points).tolist()
    assert (found.rows, found.unplaced) == (len(points.lon), 3)
    assert found.n.sum() == len(points.lon) - 3


@pytest.mark.parametrize(("lon", "lat"), [(351_000.0, 31.0), (121.0, -90.1), (np.inf, 31.0)])
def test_what_cannot_be_degrees_is_refused_by_the_name_of_its_file(lon: float, lat: float) -> None:
    points = Points(lon=np.array([121.4, lon, np.nan]), lat=np.array([31.2, lat, 31.0]), where="shops.parquet")
    with pytest.raises(SchemaError) as refused:
        counter_of(np.array([shapely.box(121, 31, 122, 32)], dtype=object)).count([points])
    assert (refused.value.code, refused.value.where) == ("wrong_crs", "shops.parquet")


@pytest.mark.parametrize("room", [4, 10**6])
@pytest.mark.parametrize("wrong", ["a.parquet", "b.parquet", "c.parquet"])
def test_the_file_of_a_wrong_number_is_named_also_where_files_are_settled_together(
    monkeypatch: pytest.MonkeyPatch, room: int, wrong: str
) -> None:
    monkeypatch.setattr(counter, "ROOM", room)
    monkeypatch.setattr(counter, "PIECE", room // 3)
    names = ["a.parquet", "a.parquet", "b.parquet", "c.parquet"]
    lons = [np.array([121.4, 0.0, 500.0 if name == wrong else 12.0]) for name in names]
    batches = [Points(lon=lon, lat=np.full(3, 31.2), where=name) for lon, name in zip(lons, names, strict=True)]
    with pytest.raises(SchemaError) as refused:
        counter_of(np.array([shapely.box(121, 31, 122, 32)], dtype=object)).count(batches)
    assert (refused.value.code, refused.value.where) == ("wrong_crs", wrong)


@given(st.lists(st.tuples(coordinate, coordinate), max_size=60))
def test_districts_that_overlap_count_for_the_first(drawn: list[tuple[float, float]]) -> None:
    districts = np.array([shapely.box(-2, -2, 1, 1), shapely.Point(0, 0).buffer(3), shapely.box(0, 0, 4, 4)])
    points = batch(*np.array(drawn, dtype=np.float64).reshape(-1, 2).T)
    found = counter_of(districts).count([points])
    assert found.n.tolist() == placed(districts, points).tolist()
    assert found.n.sum() + found.unplaced == found.rows == len(drawn)


def test_more_districts_than_a_byte_can_tell_are_told_apart() -> None:
    districts = np.array([shapely.box(at % 30, at // 30, at % 30 + 0.9, at // 30 + 0.9) for at in range(600)])
    chance = np.random.default_rng(5)
    points = batch(chance.uniform(-1, 31, 50_000), chance.uniform(-1, 21, 50_000))
    found = counter_of(districts)
    assert found.grid.tables.code.dtype == found.grid.tables.small.dtype == np.uint16
    assert found.count([points]).n.tolist() == placed(districts, points).tolist()


def test_no_batches_and_empty_batches_are_nothing(atlas: Atlas) -> None:
    ready = counter_of(np.asarray(atlas.districts.geometry, dtype=object))
    for batches in ([], [batch(np.empty(0), np.empty(0))]):
        found = ready.count(batches)
        assert (found.rows, found.unplaced, found.n.tolist()) == (0, 0, [0] * 17)
