"""Demand on a grid: every district keeps its number to the last digit, and every cell lies where it says."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from geo.crs import WGS84, to_local
from geo.demand import Demand, land_grid, points_demand, residents_grid
from geo.errors import ParameterError

DATA = Path(__file__).parents[2] / "data" / "districts"


def degrees(*shapes: Polygon | MultiPolygon) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=WGS84)


SQUARES = degrees(box(121.40, 31.10, 121.50, 31.20), box(121.50, 31.10, 121.55, 31.20))


def by_zone(demand: Demand) -> list[float]:
    return np.bincount(demand.zone, weights=demand.weight, minlength=demand.zone_count).tolist()


@given(st.integers(0, 10_000_000), st.integers(0, 10_000_000), st.floats(200, 40_000))
@settings(max_examples=50)
def test_the_cells_of_a_district_add_up_exactly_in_any_order(west: int, east: int, spacing: float) -> None:
    demand = residents_grid(SQUARES, [west, east], spacing_m=spacing)
    assert by_zone(demand) == [west, east]
    weights = demand.weight.tolist()
    # plain sums from left to right, not numpy's pairwise ones
    assert sum(weights) == sum(weights[::-1]) == sum(sorted(weights)) == west + east
    for zone in range(2):
        assert np.ptp(demand.weight[demand.zone == zone]) <= 1 / 65_536


def test_the_census_of_the_16_districts_is_kept_and_every_cell_lies_in_its_district() -> None:
    land = gpd.read_file(DATA / "districts_land.geojson").set_index("id")
    people = gpd.read_file(DATA / "districts.geojson").set_index("id").loc[land.index, "residents_2020"]
    demand = residents_grid(land.geometry, people)
    assert demand.modelled
    assert demand.kind == "residents"
    assert by_zone(demand) == people.to_list()
    assert demand.weight.sum() == 24_870_895
    local = to_local(land.geometry).to_numpy()
    for zone, shape in enumerate(local):
        mine = demand.zone == zone
        assert shapely.intersects_xy(shape, demand.x[mine], demand.y[mine]).all()
        # as many cells as the land has room for, but for the border
        assert np.count_nonzero(mine) == pytest.approx(shape.area / 250_000, abs=0.6 * shape.length / 500)
    assert len(set(zip(demand.x, demand.y, strict=True))) == len(demand.x)
    assert (np.diff(demand.zone) >= 0).all()


def test_cells_stand_at_the_middle_of_a_grid_that_does_not_move_with_the_land() -> None:
    demand = residents_grid(SQUARES, [10, 10], spacing_m=500)
    assert np.allclose(demand.x % 500, 250)
    assert np.allclose(demand.y % 500, 250)


def test_land_weighs_as_much_as_the_land_is_large() -> None:
    demand = land_grid(SQUARES, spacing_m=700)
    assert not demand.modelled
    assert by_zone(demand) == pytest.approx(to_local(SQUARES).area.to_list(), abs=1e-4)


def test_a_hole_holds_no_cell() -> None:
    ring = box(121.4, 31.1, 121.5, 31.2).difference(box(121.42, 31.12, 121.48, 31.18))
    demand = residents_grid(degrees(ring), [100], spacing_m=300)
    local = to_local(degrees(ring)).iloc[0]
    assert shapely.intersects_xy(local, demand.x, demand.y).all()


@pytest.mark.parametrize("people", [0, 1, 7])
def test_a_district_smaller_than_a_cell_has_one_point_inside_it(people: int) -> None:
    islet = box(121.4301, 31.1301, 121.4302, 31.1302)
    demand = residents_grid(degrees(box(121.6, 31.1, 121.7, 31.2), islet), [5, people], spacing_m=20_000)
    mine = demand.zone == 1
    assert demand.weight[mine].tolist() == [people]
    assert to_local(degrees(islet)).iloc[0].contains(Point(demand.x[mine][0], demand.y[mine][0]))


def test_where_two_districts_overlap_a_cell_counts_for_the_first_alone() -> None:
    twice = degrees(box(121.4, 31.1, 121.5, 31.2), box(121.4, 31.1, 121.5, 31.2))
    demand = residents_grid(twice, [100, 100], spacing_m=1_000)
    assert np.count_nonzero(demand.zone == 1) == 1
    assert by_zone(demand) == [100, 100]


def test_no_district_and_a_district_without_land_and_people_give_no_cell() -> None:
    assert len(residents_grid(degrees(), []).x) == 0
    assert len(residents_grid(degrees(Polygon()), [0]).x) == 0
    mixed = residents_grid(degrees(Polygon(), box(121.4, 31.1, 121.5, 31.2)), [0, 9], spacing_m=2_000)
    assert by_zone(mixed) == [0, 9]


@pytest.mark.parametrize(
    ("people", "spacing", "code"),
    [
        ([1], 500, "lengths"),
        ([1, -1], 500, "not_finite"),
        ([1, np.nan], 500, "not_finite"),
        ([1, 1], 0, "spacing"),
        ([1, 1], -5, "spacing"),
        ([1, 1], np.nan, "spacing"),
        ([1, 1], np.inf, "spacing"),
        ([1, 1], 1, "spacing"),
    ],
)
def test_what_cannot_be_spread_is_refused(people: list[float], spacing: float, code: str) -> None:
    with pytest.raises(ParameterError) as caught:
        residents_grid(SQUARES, people, spacing_m=spacing)
    assert caught.value.code == code


def test_people_without_land_are_refused_and_not_lost() -> None:
    with pytest.raises(ParameterError) as caught:
        residents_grid(degrees(Polygon(), box(121.4, 31.1, 121.5, 31.2)), [3, 9])
    assert caught.value.code == "no_land"


def test_places_weigh_one_each_and_keep_their_order() -> None:
    demand = points_demand([1, 2], [3, 4], zone=[1, -1], zone_count=2, accuracy_m=[50, 200])
    assert demand.weight.tolist() == [1, 1]
    assert demand.zone.tolist() == [1, -1]
    assert (demand.kind, demand.modelled) == ("places", False)
    bare = points_demand([1], [2])
    assert (bare.zone.tolist(), bare.accuracy_m.tolist(), bare.zone_count) == ([-1], [0.0], 0)


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"x": [1, 2], "y": [1]}, "lengths"),
        ({"x": [np.nan], "y": [1]}, "not_finite"),
        ({"x": [1], "y": [1], "accuracy_m": [np.nan]}, "no_accuracy"),
        ({"x": [1], "y": [1], "accuracy_m": [-1]}, "no_accuracy"),
        ({"x": [1], "y": [1], "zone": [1], "zone_count": 1}, "unknown_district"),
        ({"x": [1], "y": [1], "zone": [-2], "zone_count": 1}, "unknown_district"),
    ],
)
def test_places_that_are_not_whole_are_refused(columns: dict[str, object], code: str) -> None:
    with pytest.raises(ParameterError) as caught:
        points_demand(**columns)
    assert caught.value.code == code
