"""Distances and counts in reach, against a walk over every pair with pyproj's geodesics."""

from random import Random

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import LineString, Point

from geo import proximity
from geo.crs import WGS84
from geo.errors import ParameterError
from geo.proximity import Sites, nearest, sites, within

GEOD = Geod(ellps="WGS84")
ACCURACIES = (50.0, 200.0, 1_000.0, 5_000.0)
PLACE = st.tuples(st.floats(121.0, 121.9), st.floats(30.8, 31.6), st.sampled_from(ACCURACIES))
PLACES = st.lists(PLACE, min_size=1, max_size=12)
Place = tuple[float, float, float]


def frame(places: list[Place]) -> gpd.GeoDataFrame:
    """Make a frame of (longitude, latitude, accuracy)."""
    table = {"id": [f"P{at}" for at in range(len(places))], "accuracy_m": [place[2] for place in places]}
    return gpd.GeoDataFrame(table, geometry=[Point(place[:2]) for place in places], crs=WGS84)


def geodesic_m(one: Place, other: Place) -> float:
    """Measure the geodesic between two places."""
    return float(GEOD.inv(*one[:2], *other[:2])[2])


@given(PLACES, PLACES)
def test_the_nearest_is_the_least_of_all_geodesics(origins: list[Place], targets: list[Place]) -> None:
    found = nearest(sites(frame(origins)), sites(frame(targets)))
    assert found.index.to_list() == [f"P{at}" for at in range(len(origins))]
    for origin, row in zip(origins, found.itertuples(), strict=True):
        every = [geodesic_m(origin, target) for target in targets]
        assert row.distance_m == pytest.approx(min(every), rel=1e-4, abs=0.1)
        assert every[int(row.target_id[1:])] == pytest.approx(min(every), rel=1e-4, abs=0.1)


@given(PLACES, PLACES)
def test_minimum_and_maximum_are_the_distance_with_both_accuracies(origins: list[Place], targets: list[Place]) -> None:
    for origin, row in zip(origins, nearest(sites(frame(origins)), sites(frame(targets))).itertuples(), strict=True):
        slack = origin[2] + targets[int(row.target_id[1:])][2]
        assert row.distance_max_m == pytest.approx(row.distance_m + slack)
        assert row.distance_min_m == pytest.approx(max(row.distance_m - slack, 0.0))
        assert 0 <= row.distance_min_m <= row.distance_m <= row.distance_max_m


@given(PLACES, PLACES, st.sampled_from([1_000.0, 3_000.0, 5_000.0, 20_000.0]))
def test_counts_in_reach_are_those_of_every_pair(origins: list[Place], targets: list[Place], radius: float) -> None:
    counts = within(sites(frame(origins)), sites(frame(targets)), radius_m=radius)
    for origin, row in zip(origins, counts.itertuples(), strict=True):
        pairs = [(geodesic_m(origin, target), origin[2] + target[2]) for target in targets]
        # a pair at the very limit may fall to either side: the plane differs from the geodesic by 0.01 %
        for column, bound in (("sure", 1), ("best", 0), ("possible", -1)):
            gaps = [gap + bound * slack for gap, slack in pairs]
            edge = sum(abs(gap - radius) <= radius * 1e-3 for gap in gaps)
            assert abs(getattr(row, column) - sum(gap <= radius for gap in gaps)) <= edge


@given(PLACES, PLACES, st.floats(1, 100_000))
def test_sure_is_at_most_best_and_best_at_most_possible(
    origins: list[Place], targets: list[Place], radius: float
) -> None:
    counts = within(sites(frame(origins)), sites(frame(targets)), radius_m=radius)
    assert (counts["sure"] <= counts["best"]).all()
    assert (counts["best"] <= counts["possible"]).all()
    assert (counts["possible"] <= len(targets)).all()


@given(PLACES, PLACES, st.randoms())
def test_shuffling_the_targets_changes_no_number(origins: list[Place], targets: list[Place], chance: Random) -> None:
    mixed = chance.sample(targets, len(targets))
    columns = ["distance_m"]
    first, second = (nearest(sites(frame(origins)), sites(frame(order)))[columns] for order in (targets, mixed))
    pd.testing.assert_frame_equal(first, second)
    first, second = (within(sites(frame(origins)), sites(frame(o)), radius_m=3_000) for o in (targets, mixed))
    pd.testing.assert_frame_equal(first, second)


@given(PLACES, st.randoms())
def test_shuffling_the_origins_changes_no_row(origins: list[Place], chance: Random) -> None:
    table, targets = frame(origins), sites(frame([(121.5, 31.2, 50.0), (121.2, 31.0, 200.0)]))
    mixed = table.iloc[chance.sample(range(len(table)), len(table))]
    whole = nearest(sites(table), targets)
    pd.testing.assert_frame_equal(nearest(sites(mixed), targets), whole.loc[list(mixed["id"])])


@given(PLACES, st.floats(10, 50_000))
def test_places_asked_of_themselves_meet_all_others_and_never_themselves(places: list[Place], radius: float) -> None:
    held = sites(frame(places))
    found, counts = nearest(held, None), within(held, None, radius_m=radius)
    for at, name in enumerate(held.ids):
        rest = [other for other in range(len(places)) if other != at]
        one = sites(frame(places).iloc[[at]])
        alone, apart = nearest(one, sites(frame(places).iloc[rest])), sites(frame(places).iloc[rest])
        assert found.loc[name].equals(alone.loc[name]), "the same target, also among equally near ones"
        assert counts.loc[name].equals(within(one, apart, radius_m=radius).loc[name])


@pytest.mark.parametrize("count", [2, 3, 7, 8, 9, 40])
def test_places_that_stand_at_one_spot_are_each_others_nearest(count: int) -> None:
    held = sites(frame([(121.5, 31.2, 50.0)] * count))
    found = nearest(held, None)
    assert found["target_id"].to_list() == ["P1", *["P0"] * (count - 1)]
    assert (found["distance_m"] == 0).all()
    assert (within(held, None, radius_m=99)["sure"] == 0).all(), "known to 50 m each"
    assert (within(held, None, radius_m=100) == count - 1).to_numpy().all()


def test_the_nearest_other_is_the_same_by_the_index_of_many_points(monkeypatch: pytest.MonkeyPatch) -> None:
    spread = np.random.default_rng(7).uniform((121, 30.7), (122, 31.7), (300, 2))
    held = sites(frame([(float(lon), float(lat), 200.0) for lon, lat in spread]))
    few, few_counts = nearest(held, None), within(held, None, radius_m=5_000)
    monkeypatch.setattr(proximity, "MANY_POINTS", 1)
    many, many_counts = nearest(held, None), within(held, None, radius_m=5_000)
    assert many["target_id"].to_list() == few["target_id"].to_list()
    assert np.allclose(many["distance_m"], few["distance_m"], rtol=0, atol=1e-6)
    assert many_counts.equals(few_counts)


@pytest.mark.parametrize(("name", "value"), [("MANY_PAIRS", 1), ("BLOCK", 7)])
def test_many_pairs_are_counted_by_the_index_or_block_by_block_and_alike(
    name: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    spread = np.random.default_rng(8).uniform((121.3, 31.0), (121.6, 31.3), (300, 2))
    held = sites(frame([(float(lon), float(lat), ACCURACIES[at % 3]) for at, (lon, lat) in enumerate(spread)]))
    expected = within(held, None, radius_m=4_000)
    monkeypatch.setattr(proximity, name, value)
    assert within(held, None, radius_m=4_000).equals(expected)


@pytest.mark.parametrize("kinds", [1, 12])
def test_points_and_lines_of_any_accuracies_are_counted_alike_by_class_and_by_pair(
    kinds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = np.random.default_rng(9)
    spread = chance.uniform((121.3, 31.0), (121.6, 31.3), (300, 2))
    origins = sites(frame([(float(lon), float(lat), 70.0 * (at % kinds)) for at, (lon, lat) in enumerate(spread)]))
    ends = chance.uniform(-9_000, 9_000, (40, 2, 2))
    lines = np.array([LineString(each) if at % 2 else Point(each[0]) for at, each in enumerate(ends)], dtype=object)
    targets = Sites(ids=tuple(map(str, range(40))), geometry=lines, accuracy_m=130.0 * (np.arange(40) % kinds))
    expected = within(origins, targets, radius_m=2_000)
    assert expected["sure"].sum() < expected["possible"].sum() or kinds == 1
    monkeypatch.setattr(proximity, "MANY_PAIRS", 1)
    assert within(origins, targets, radius_m=2_000).equals(expected)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=30))
@settings(deadline=None)
def test_of_many_places_each_finds_its_first_nearest_other_in_one_pass(spots: list[tuple[int, int]]) -> None:
    geometry = np.array([Point(100.0 * x, 100.0 * y) for x, y in spots], dtype=object)
    ids = tuple(f"P{at}" for at in range(len(spots)))
    crowd = Sites(ids=ids, geometry=geometry, accuracy_m=np.zeros(len(spots)))
    with pytest.MonkeyPatch.context() as patch:
        slow = nearest(crowd, None)
        patch.setattr(proximity, "MANY_PAIRS", 1)
        pd.testing.assert_frame_equal(nearest(crowd, None), slow)


@pytest.mark.parametrize(("name", "value"), [("MANY_PAIRS", 1), ("BLOCK", 7)])
def test_counting_says_how_far_it_is(name: str, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    places = sites(frame([(121.2 + at * 0.01, 31.0, ACCURACIES[at % 2]) for at in range(40)]))
    expected = within(places, None, radius_m=3_000)
    monkeypatch.setattr(proximity, name, value)
    monkeypatch.setattr(proximity, "COUNTED", 7)
    report: list[float] = []
    pd.testing.assert_frame_equal(within(places, None, radius_m=3_000, on_progress=report.append), expected)
    assert report == sorted(set(report))
    assert len(report) > 4
    assert report[-1] == 1


def test_one_place_alone_has_no_other() -> None:
    held = sites(frame([(121.5, 31.2, 50.0)]))
    assert nearest(held, None).isna().to_numpy().all()
    assert (within(held, None, radius_m=1_000) == 0).to_numpy().all()


def test_a_line_is_as_far_as_its_nearest_point() -> None:
    line = gpd.GeoDataFrame(
        {"id": ["L"], "accuracy_m": [50.0]}, geometry=[LineString([(121.5, 30.9), (121.5, 31.5)])], crs=WGS84
    )
    found = nearest(sites(frame([(121.6, 31.2, 200.0)])), sites(line))
    assert found["distance_m"].iloc[0] == pytest.approx(GEOD.inv(121.6, 31.2, 121.5, 31.2)[2], rel=1e-4)


def test_without_targets_a_distance_is_missing_and_nothing_is_in_reach() -> None:
    origins, none = sites(frame([(121.5, 31.2, 50.0)])), sites(frame([]))
    found = nearest(origins, none)
    assert found.shape == (1, 4)
    assert found.isna().all(axis=None)
    assert within(origins, none, radius_m=1000).to_numpy().tolist() == [[0, 0, 0]]


def test_without_origins_there_are_no_rows() -> None:
    none, targets = sites(frame([])), sites(frame([(121.5, 31.2, 50.0)]))
    assert len(nearest(none, targets)) == 0
    assert len(within(none, targets, radius_m=1000)) == 0


def test_a_place_without_an_accuracy_has_no_distance() -> None:
    with pytest.raises(ParameterError) as caught:
        sites(frame([(121.5, 31.2, 50.0), (121.6, 31.2, np.nan)]))
    assert caught.value.code == "no_accuracy"
    assert "P1" in caught.value.where
    assert "P0" not in caught.value.where


@pytest.mark.parametrize("nowhere", [None, Point()])
def test_a_place_without_a_geometry_has_no_distance(nowhere: Point | None) -> None:
    places = frame([(121.5, 31.2, 50.0), (121.6, 31.2, 50.0)])
    places.loc[1, "geometry"] = nowhere
    with pytest.raises(ParameterError) as caught:
        sites(places)
    assert (caught.value.code, "P1" in caught.value.where, "P0" in caught.value.where) == ("not_finite", True, False)


@pytest.mark.parametrize("radius", [0.0, -1.0, float("nan"), float("inf"), 1e300])
def test_a_radius_is_greater_than_nothing(radius: float) -> None:
    some: Sites = sites(frame([(121.5, 31.2, 50.0)]))
    with pytest.raises(ParameterError) as caught:
        within(some, some, radius_m=radius)
    assert caught.value.code == "radius"
