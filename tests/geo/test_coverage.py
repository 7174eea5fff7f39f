"""Coverage against a walk over every pair, and the rule that nothing is uncovered by an incomplete list."""

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon, box

from geo import facilities
from geo.coverage import STATUSES, coverage, reach, walking_radius_m
from geo.crs import LOCAL, WGS84, to_local
from geo.demand import Demand, points_demand
from geo.errors import ParameterError
from geo.facilities import Facilities, distance_bounds
from geo.proximity import Sites
from geo.underserved import underserved_areas

# whole metres: a point may lie on the very radius, and both sides must then agree
METRE = st.integers(-3_000, 3_000)
PLACE = st.tuples(METRE, METRE, st.sampled_from([0, 50, 200, 1_000]))
PLACES = st.lists(PLACE, max_size=8)
RADIUS = st.sampled_from([1, 300, 500, 1_000, 5_000])
Place = tuple[int, int, int]


def demand_of(places: list[Place], *, zones: int = 3) -> Demand:
    x, y, accuracy = np.array(places, dtype=float).reshape(-1, 3).T
    return points_demand(x, y, zone=np.arange(len(x)) % (zones + 1) - 1, zone_count=zones, accuracy_m=accuracy)


def facilities_of(places: list[Place], *, complete: bool = False) -> Facilities:
    x, y, accuracy = np.array(places, dtype=float).reshape(-1, 3).T
    return Facilities(x=x, y=y, accuracy_m=accuracy, complete=complete)


def word(place: Place, others: list[Place], radius: float, *, complete: bool) -> str:
    """Say the rule in words, pair by pair."""
    gaps = [(float(np.hypot(place[0] - x, place[1] - y)), place[2] + accuracy) for x, y, accuracy in others]
    if any(gap + slack <= radius for gap, slack in gaps):
        return "covered"
    if any(gap - slack <= radius for gap, slack in gaps):
        return "possibly"
    return "uncovered" if complete else "unknown"


@given(places=PLACES, others=PLACES, radius=RADIUS, complete=st.booleans(), classes=st.sampled_from([0, 50]))
def test_every_status_is_that_of_a_walk_over_all_pairs(
    places: list[Place], others: list[Place], radius: float, *, complete: bool, classes: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facilities, "MANY_CLASSES", classes)  # class by class, or all in one descent
        found = coverage(demand_of(places), facilities_of(others, complete=complete), radius_m=radius)
    assert found.words() == [word(place, others, radius, complete=complete) for place in places]


@given(PLACES, PLACES, RADIUS)
def test_nothing_is_uncovered_by_a_list_that_is_not_complete(
    places: list[Place], others: list[Place], radius: float
) -> None:
    found = coverage(demand_of(places), facilities_of(others), radius_m=radius)
    assert "uncovered" not in found.words()
    assert found.total.weight == 0 or found.total.at_most == 1


@given(places=PLACES, others=PLACES, radius=RADIUS, complete=st.booleans())
def test_sure_is_at_most_best_and_best_at_most_possible_in_every_zone(
    places: list[Place], others: list[Place], radius: float, *, complete: bool
) -> None:
    found = coverage(demand_of(places), facilities_of(others, complete=complete), radius_m=radius)
    for share in (*found.zones, found.total):
        assert 0 <= share.sure_weight <= share.best_weight <= share.possible_weight <= share.weight
        if share.weight:
            assert share.sure <= share.best <= share.possible <= share.at_most
        else:
            assert np.isnan(share.sure)
    assert found.total.n == len(places)
    inside = sum(share.weight for share in found.zones)
    assert inside == np.count_nonzero(demand_of(places).zone >= 0)


@given(PLACES, PLACES)
def test_a_larger_radius_covers_no_less(places: list[Place], others: list[Place]) -> None:
    radii = (100, 300, 1_000, 3_000)
    found = [coverage(demand_of(places), facilities_of(others), radius_m=radius).total for radius in radii]
    for less, more in pairwise(found):
        assert less.sure_weight <= more.sure_weight
        assert less.possible_weight <= more.possible_weight


@given(PLACES, PLACES, PLACE)
def test_bounds_are_the_least_over_all_facilities(places: list[Place], others: list[Place], more: Place) -> None:
    others = [*others, more]
    bounds = distance_bounds(demand_of(places), facilities_of(others))
    for at, (x, y, slack) in enumerate(places):
        gaps = [(np.hypot(x - east, y - north), accuracy) for east, north, accuracy in others]
        assert bounds.sure_m[at] == pytest.approx(min(gap + accuracy for gap, accuracy in gaps) + slack)
        assert bounds.best_m[at] == pytest.approx(min(gap for gap, _ in gaps))
        assert bounds.possible_m[at] == pytest.approx(min(gap - accuracy for gap, accuracy in gaps) - slack)


def test_no_facility_leaves_everything_unknown_and_no_demand_gives_no_share() -> None:
    alone = coverage(demand_of([(0, 0, 50)]), facilities_of([]), radius_m=500)
    assert alone.words() == ["unknown"]
    assert coverage(demand_of([(0, 0, 50)]), facilities_of([], complete=True), radius_m=500).words() == ["uncovered"]
    empty = coverage(demand_of([]), facilities_of([(0, 0, 50)]), radius_m=500)
    assert (empty.total.n, empty.words(), len(empty.table())) == (0, [], 3)


def test_the_table_has_a_row_for_every_zone() -> None:
    demand = points_demand([0, 400, 9_000], [0, 0, 0], zone=[0, 0, 2], zone_count=3)
    table = coverage(demand, facilities_of([(0, 0, 50)]), radius_m=420).table()
    assert table["n"].to_list() == [2, 0, 1]
    assert table["sure"].fillna(-1).to_list() == [0.5, -1, 0]
    assert table["best"].fillna(-1).to_list() == [1, -1, 0]
    assert table["at_most"].fillna(-1).to_list() == [1, -1, 1]


@pytest.mark.parametrize("radius", [0, -1, np.nan, np.inf])
def test_a_radius_must_be_a_number_above_0(radius: float) -> None:
    with pytest.raises(ParameterError, match="radius"):
        coverage(demand_of([]), facilities_of([]), radius_m=radius)
    with pytest.raises(ParameterError, match="radius"):
        underserved_areas(gpd.GeoSeries([], crs=WGS84), facilities_of([]), radius_m=radius)


@pytest.mark.parametrize(
    ("x", "y", "accuracy", "code"),
    [
        ([1, 2], [1], [1], "lengths"),
        ([np.nan], [1], [1], "not_finite"),
        ([1], [1], [np.nan], "no_accuracy"),
        ([1], [1], [-1], "no_accuracy"),
    ],
)
def test_facilities_that_are_not_whole_are_refused(
    x: list[float], y: list[float], accuracy: list[float], code: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        Facilities(x=np.array(x, dtype=float), y=np.array(y, dtype=float), accuracy_m=np.array(accuracy, dtype=float))
    assert caught.value.code == code


def test_a_walk_becomes_a_radius_by_speed_and_detour() -> None:
    assert walking_radius_m(15) == pytest.approx(15 * 80 / 1.3)
    assert walking_radius_m(10, speed_m_per_min=60, detour=1) == 600


@pytest.mark.parametrize(("minutes", "speed", "detour"), [(0, 80, 1.3), (15, 0, 1.3), (15, 80, 0.9), (-1, -80, 1.3)])
def test_a_walk_that_cannot_be_is_refused(minutes: float, speed: float, detour: float) -> None:
    with pytest.raises(ParameterError):
        walking_radius_m(minutes, speed_m_per_min=speed, detour=detour)


def sites_of(places: list[Place]) -> Sites:
    shapes = np.empty(len(places), dtype=object)
    shapes[:] = [Point(x, y) for x, y, _ in places]
    accuracy = np.array([float(place[2]) for place in places])
    return Sites(ids=tuple(f"P{at}" for at in range(len(places))), geometry=shapes, accuracy_m=accuracy)


VERDICTS = {"covered": "yes", "possibly": "possibly", "unknown": "unknown", "uncovered": "no"}


@given(parks=PLACES, shops=PLACES, radius=RADIUS, complete=st.booleans())
def test_the_verdict_on_a_park_is_the_status_of_its_place(
    parks: list[Place], shops: list[Place], radius: float, *, complete: bool
) -> None:
    found = reach(sites_of(parks), sites_of(shops), radius_m=radius, complete=complete)
    assert found.index.to_list() == [f"P{at}" for at in range(len(parks))]
    expected = [VERDICTS[word(park, shops, radius, complete=complete)] for park in parks]
    assert found["verdict"].to_list() == expected
    assert set(VERDICTS) == set(STATUSES)


LAND = gpd.GeoSeries([box(121.45, 31.17, 121.50, 31.22), box(121.50, 31.17, 121.55, 31.22)], crs=WGS84)


@given(st.lists(PLACE, min_size=1, max_size=6), st.sampled_from([150, 500, 2_000]))
def test_weak_land_is_land_without_the_circles(places: list[Place], radius: float) -> None:
    known = facilities_of(places)
    found = underserved_areas(LAND, known, radius_m=radius)
    assert found.beyond_status == "unknown"
    east, north = (axis.ravel() for axis in np.meshgrid(np.arange(-4_700, 4_700, 97.0), np.arange(-3_200, 2_300, 89.0)))
    gap = np.hypot(east[:, None] - known.x, north[:, None] - known.y)
    least, most = (gap - known.accuracy_m).min(axis=1), (gap + known.accuracy_m).min(axis=1)
    for zone, ground in enumerate(to_local(LAND)):
        here = shapely.contains_xy(ground, east, north)
        # a sample nearer to an arc than the drawing is true may fall to either side
        for shape, inside, limits in (
            (found.beyond.iloc[zone], least > radius, (least,)),
            (found.possibly.iloc[zone], (least <= radius) & (most > radius), (least, most)),
        ):
            clear = here & np.all([np.abs(limit - radius) > found.error_m for limit in limits], axis=0)
            clear &= ~shapely.dwithin(shape.boundary, shapely.points(east, north), 1e-6)
            drawn = shapely.contains_xy(shape, east, north)
            assert (drawn[clear] == inside[clear]).all()


@given(st.lists(PLACE, max_size=6), st.sampled_from([150, 500, 2_000]))
def test_the_areas_of_a_zone_add_up_to_its_land(places: list[Place], radius: float) -> None:
    found = underserved_areas(LAND, facilities_of(places), radius_m=radius)
    table = found.table
    assert (table["sure_m2"] + table["possibly_m2"] + table["beyond_m2"]).to_list() == pytest.approx(
        table["land_m2"].to_list()
    )
    assert (table["sure_m2"] <= table["best_m2"] + 1).all()
    assert (table["best_m2"] <= table["possible_m2"] + 1).all()
    assert found.beyond.area.to_list() == pytest.approx(table["beyond_m2"].to_list())
    assert found.beyond.is_valid.all()
    assert found.possibly.is_valid.all()
    overlap = found.possibly.intersection(found.beyond).area
    assert (overlap < 1e-3).all()


def test_one_circle_on_open_land_has_the_area_of_a_circle() -> None:
    found = underserved_areas(LAND, facilities_of([(-2_400, 0, 100)]), radius_m=1_000)
    row = found.table.loc[0]
    assert row["best_m2"] == pytest.approx(np.pi * 1_000**2, rel=1e-9)
    assert row["sure_m2"] == pytest.approx(np.pi * 900**2, rel=1e-9)
    assert row["possible_m2"] == pytest.approx(np.pi * 1_100**2, rel=1e-9)
    assert row["possibly_m2"] == pytest.approx(np.pi * (1_100**2 - 900**2), rel=1e-9)
    assert found.table.loc[1, "sure_m2"] == 0
    assert found.error_m < 0.23


@given(st.lists(st.tuples(METRE, METRE), min_size=1, max_size=40), st.sampled_from([150, 500, 2_000]))
def test_of_exact_places_nothing_is_possibly_in_reach(places: list[tuple[int, int]], radius: float) -> None:
    found = underserved_areas(LAND, facilities_of([(x, y, 0) for x, y in places]), radius_m=radius)
    assert found.possibly.is_empty.all()
    assert (found.table["possibly_m2"] == 0).all()
    assert found.table["sure_m2"].equals(found.table["best_m2"])
    assert found.table["best_m2"].equals(found.table["possible_m2"])


def test_an_exact_place_beside_a_vague_one_is_not_framed_by_what_is_possible() -> None:
    exact, vague = [(-4_000 + 700 * step, 0, 0) for step in range(5)], (3_000, 0, 400)
    found = underserved_areas(LAND, facilities_of([*exact, vague]), radius_m=500)
    assert found.possibly.iloc[0].is_empty
    assert found.table.loc[1, "possibly_m2"] == pytest.approx(np.pi * (900**2 - 100**2), rel=1e-6)


@pytest.mark.parametrize(("strip_m2", "is_land"), [(0.009, False), (0.011, True), (0.05, True)])
def test_a_strip_between_sure_and_possible_reach_is_land_from_a_hundredth_of_a_square_metre_on(
    strip_m2: float, *, is_land: bool
) -> None:
    accuracy = strip_m2 / (2 * 100)  # the strip is twice as wide, and the land 100 m long
    road = np.array([LineString([(-500, 0), (500, 0)])], dtype=object)
    known = Facilities.of(road, np.array([accuracy]))
    ground = gpd.GeoSeries([box(-50, 900, 50, 1_100)], crs=LOCAL).to_crs(WGS84)
    found = underserved_areas(ground, known, radius_m=1_000)
    assert found.table["possibly_m2"].iloc[0] == pytest.approx(strip_m2 * is_land, rel=0.01)
    assert found.possibly.is_empty.iloc[0] is not is_land


def test_a_place_known_less_well_than_the_radius_is_never_sure() -> None:
    found = underserved_areas(LAND, facilities_of([(0, 0, 1_000)], complete=True), radius_m=500)
    assert found.table["sure_m2"].sum() == 0
    assert found.table["possibly_m2"].sum() > 0
    assert found.beyond_status == "uncovered"


def test_without_a_facility_all_land_is_unknown_and_empty_land_stays_empty() -> None:
    land = gpd.GeoSeries([LAND.iloc[0], Polygon(), None], crs=WGS84)
    found = underserved_areas(land, facilities_of([]), radius_m=500)
    assert found.table["beyond_m2"].to_list() == pytest.approx([to_local(LAND).area.iloc[0], 0, 0])
    assert found.possibly.is_empty.all()


def test_the_weak_areas_of_the_city_agree_with_a_grid_of_points() -> None:
    root = Path(__file__).parents[2] / "data"
    land = gpd.read_file(root / "districts" / "districts_land.geojson").geometry
    known = to_local(gpd.read_file(root / "breakfast_modelled" / "breakfast_modelled.geojson").geometry)
    shops = Facilities(x=known.x.to_numpy(), y=known.y.to_numpy(), accuracy_m=np.full(len(known), 200.0))
    found = underserved_areas(land, shops, radius_m=1_000)
    assert found.table["land_m2"].to_list() == pytest.approx(to_local(land).area.to_list())
    ground = shapely.union_all(to_local(land).to_numpy())
    circles = shapely.union_all(shapely.buffer(known.to_numpy(), 1_200, quad_segs=64))
    assert found.table["beyond_m2"].sum() == pytest.approx(ground.difference(circles).area, rel=1e-4)
