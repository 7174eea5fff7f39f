"""Distances and counts in reach, against a walk over every pair with pyproj's geodesics."""

from functools import partial
from random import Random
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, box

from geo import proximity
from geo.blocks import blocks
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


def walk(origins: Sites, targets: Sites, radius: float) -> list[list[int]]:
    """Count every pair: sure, best, possible; GEOS measures."""
    gap = shapely.distance(origins.geometry[:, None], targets.geometry[None, :])
    slack = origins.accuracy_m[:, None] + targets.accuracy_m[None, :]
    limit = radius + proximity.NANOMETRE
    return np.stack([(each <= limit).sum(axis=1) for each in (gap + slack, gap, gap - slack)], axis=1).tolist()


def made(geometry: list[Any], accuracy: list[float]) -> Sites:
    """Make sites of the local plane; accuracies are repeated as often as needed."""
    held = np.empty(len(geometry), dtype=object)
    held[:] = geometry
    return Sites(ids=tuple(map(str, range(len(held)))), geometry=held, accuracy_m=np.resize(accuracy, len(held)))


STEP = st.integers(-4, 4).map(lambda at: 100.0 * at)  # few values: equal places, equal distances, the very radius
SPOT = st.tuples(STEP, STEP)
ANY_SHAPE = st.one_of(
    SPOT.map(Point),
    st.lists(SPOT, min_size=2, max_size=4).map(LineString),
    st.tuples(SPOT, SPOT).map(lambda ends: MultiLineString([[ends[0], ends[1]], [(50, 50), (90, 50)]])),
    SPOT.map(lambda at: box(*at, at[0] + 300, at[1] + 200)),
    SPOT.map(lambda at: box(*at, at[0] + 300, at[1] + 300) - box(at[0] + 50, at[1] + 50, at[0] + 250, at[1] + 250)),
    SPOT.map(lambda at: MultiPolygon([box(*at, at[0] + 50, at[1] + 50), box(-900, -900, -800, -800)])),
)
KINDS = st.lists(st.sampled_from([0.0, 25.0, 100.0, 150.0, 2_000.0]), min_size=1, max_size=5)
RADII = st.sampled_from([50.0, 100.0, 200.0, 500.0, 10_000.0])


@pytest.mark.parametrize("shapes", [SPOT.map(Point), ANY_SHAPE])
@pytest.mark.parametrize("size", [1, 3, 64])
def test_counts_are_those_of_a_walk_over_every_pair_for_any(shapes: Any, size: int) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(shapes, max_size=25), KINDS, st.lists(shapes, max_size=25), KINDS, RADII)
    def check(one: list[Any], near: list[float], other: list[Any], far: list[float], radius: float) -> None:
        origins, targets = made(one, near), made(other, far)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(proximity, "blocks", partial(blocks, size=size))
            patch.setattr(proximity, "TARGETS_AT_ONCE", 2 * size)
            assert within(origins, targets, radius_m=radius).to_numpy().tolist() == walk(origins, targets, radius)
            itself = within(origins, None, radius_m=radius).to_numpy()
        alone = [[2 * each <= radius, 1, 1] for each in origins.accuracy_m]
        assert (itself + np.array(alone, dtype=int).reshape(-1, 3)).tolist() == walk(origins, origins, radius)

    check()


@pytest.mark.parametrize("kinds", [[0.0], [50.0], list(np.linspace(0, 700, 1_000)), [50.0, 200.0, 1_000.0, 5_000.0]])
def test_thousands_of_places_are_counted_as_by_a_walk(kinds: list[float]) -> None:
    chance = np.random.default_rng(8)
    crowd = np.concatenate([chance.normal(0, 800, (900, 2)), chance.uniform(-4e4, 4e4, (600, 2)), np.zeros((100, 2))])
    held = made(list(shapely.points(crowd)), list(chance.permutation(np.resize(kinds, len(crowd)))))
    for radius in (300.0, 4_000.0):
        assert within(held, held, radius_m=radius).to_numpy().tolist() == walk(held, held, radius)


def test_a_place_at_exactly_the_radius_is_in_reach_and_a_micrometre_farther_it_is_not() -> None:
    here, there = made([Point(0, 0)], [30.0]), made([Point(300, 400)], [20.0])
    for radius, counts in ((550.0, [1, 1, 1]), (500.0, [0, 1, 1]), (450.0, [0, 0, 1])):
        assert within(here, there, radius_m=radius).to_numpy().tolist() == [counts]
        shy = [before - (at == counts.index(1)) for at, before in enumerate(counts)]
        assert within(here, there, radius_m=radius - 1e-6).to_numpy().tolist() == [shy]


@pytest.mark.parametrize("shapes", [SPOT.map(Point), ANY_SHAPE])
@pytest.mark.parametrize("most", [1, 10**9])
def test_the_nearest_is_the_first_of_the_equally_near_for_any(shapes: Any, most: int) -> None:
    @settings(max_examples=80, deadline=None)
    @given(st.lists(SPOT.map(Point), min_size=1, max_size=25), st.lists(shapes, min_size=2, max_size=25))
    def check(one: list[Any], other: list[Any]) -> None:
        origins, targets = made(one, [0.0]), made(other, [0.0])
        gap = shapely.distance(origins.geometry[:, None], targets.geometry[None, :])
        among = shapely.distance(targets.geometry[:, None], targets.geometry[None, :])
        np.fill_diagonal(among, np.inf)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(proximity, "MANY_PAIRS", most)
            found, others = nearest(origins, targets), nearest(targets, None)
        for table, every in ((found, gap), (others, among)):
            assert table["target_id"].astype(int).tolist() == every.argmin(axis=1).tolist()
            assert table["distance_m"].tolist() == every.min(axis=1).tolist()

    check()


def test_on_a_lattice_and_on_a_circle_the_first_of_the_nearest_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    lattice = [Point(x, y) for x in range(0, 6_000, 100) for y in range(0, 6_000, 100)]
    found = nearest(made(lattice, [0.0]), None)  # 3,600 squared are more than MANY_PAIRS
    assert found["target_id"].iloc[:3].tolist() == ["1", "0", "1"]
    assert found["target_id"].iloc[60 * 30 + 30] == str(60 * 29 + 30), "the one in the column before comes first"
    assert (found["distance_m"] == 100).all()
    ring = [Point(*at) for at in ((3, 4), (5, 0), (4, 3), (0, 5), (-3, 4), (-5, 0), (-4, -3), (0, -5), (3, -4))]
    monkeypatch.setattr(proximity, "MANY_PAIRS", 1)
    for turn in range(len(ring)):
        assert nearest(made([Point(0, 0)], [0.0]), made(ring[turn:] + ring[:turn], [0.0]))["target_id"].tolist() == [
            "0"
        ]


def test_counting_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    places = sites(frame([(121.2 + at * 0.01, 31.0, ACCURACIES[at % 2]) for at in range(40)]))
    expected = within(places, None, radius_m=3_000)
    monkeypatch.setattr(proximity, "blocks", partial(blocks, size=7))
    monkeypatch.setattr(proximity, "BLOCKS_PER_REPORT", 1)
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
