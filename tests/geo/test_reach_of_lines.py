"""Facilities that are lines or polygons: every distance and every reach against shapely, pair by pair."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geo.coverage import coverage
from geo.crs import WGS84, to_local
from geo.demand import Demand, points_demand
from geo.errors import ParameterError
from geo.facilities import Facilities, distance_bounds
from geo.underserved import underserved_areas

METRE = st.integers(-3_000, 3_000)
PLACE = st.tuples(METRE, METRE)
ACCURACY = st.sampled_from([0.0, 50.0, 1_000.0])
SHAPE = st.one_of(
    PLACE.map(Point),
    st.lists(PLACE, min_size=2, max_size=5, unique=True).map(LineString),
    st.tuples(METRE, METRE, st.integers(1, 900)).map(lambda at: box(at[0], at[1], at[0] + at[2], at[1] + at[2])),
    st.lists(st.lists(PLACE, min_size=2, max_size=3, unique=True), min_size=1, max_size=2).map(MultiLineString),
)
KNOWN = st.lists(st.tuples(SHAPE, ACCURACY), min_size=1, max_size=5)
LAND = gpd.GeoSeries([box(121.45, 31.17, 121.50, 31.22), box(121.50, 31.17, 121.55, 31.22)], crs=WGS84)
Known = list[tuple[BaseGeometry, float]]


def facilities_of(known: Known) -> Facilities:
    shapes = np.empty(len(known), dtype=object)
    shapes[:] = [shape for shape, _ in known]
    return Facilities.of(shapes, np.array([accuracy for _, accuracy in known]))


def demand_of(places: list[tuple[int, int]], accuracy: float = 0.0) -> Demand:
    x, y = np.array(places, dtype=float).reshape(-1, 2).T
    return points_demand(x, y, accuracy_m=np.full(len(x), accuracy))


@given(KNOWN, st.lists(PLACE, max_size=6), ACCURACY)
@settings(deadline=None)
def test_bounds_are_the_least_over_all_shapes_each_with_its_own_accuracy(
    known: Known, places: list[tuple[int, int]], slack: float
) -> None:
    bounds = distance_bounds(demand_of(places, slack), facilities_of(known))
    for at, place in enumerate(places):
        gaps = [(shapely.distance(shape, Point(place)), accuracy) for shape, accuracy in known]
        assert bounds.sure_m[at] == pytest.approx(min(gap + accuracy for gap, accuracy in gaps) + slack, abs=1e-6)
        assert bounds.best_m[at] == pytest.approx(min(gap for gap, _ in gaps), abs=1e-6)
        assert bounds.possible_m[at] == pytest.approx(min(gap - accuracy for gap, accuracy in gaps) - slack, abs=1e-6)


@given(st.lists(st.tuples(PLACE.map(Point), ACCURACY), max_size=5), st.lists(PLACE, max_size=6))
@settings(deadline=None)
def test_points_given_as_shapes_are_points(known: Known, places: list[tuple[int, int]]) -> None:
    plain = facilities_of(known)
    assert plain.shapes is None
    shapes = np.empty(len(known), dtype=object)
    shapes[:] = [shape for shape, _ in known]
    slow = replace(plain, shapes=shapes)
    for radius in (300.0, 1_000.0):
        fast_words = coverage(demand_of(places), plain, radius_m=radius).words()
        assert fast_words == coverage(demand_of(places), slow, radius_m=radius).words()


@given(KNOWN, st.sampled_from([150.0, 500.0, 2_000.0]))
@settings(deadline=None, max_examples=50)
def test_weak_land_is_land_that_no_shape_reaches(known: Known, radius: float) -> None:
    found = underserved_areas(LAND, facilities_of(known), radius_m=radius)
    east, north = (axis.ravel() for axis in np.meshgrid(np.arange(-4_700, 4_700, 97.0), np.arange(-3_200, 2_300, 89.0)))
    spots = shapely.points(east, north)
    gap = np.array([shapely.distance(shape, spots) for shape, _ in known]).T
    accuracy = np.array([each for _, each in known])
    least, most = (gap - accuracy).min(axis=1), (gap + accuracy).min(axis=1)
    for zone, ground in enumerate(to_local(LAND)):
        here = shapely.contains_xy(ground, east, north)
        for shape, inside, limits in (
            (found.beyond.iloc[zone], least > radius, (least,)),
            (found.possibly.iloc[zone], (least <= radius) & (most > radius), (least, most)),
        ):
            clear = here & np.all([np.abs(limit - radius) > found.error_m + 1e-6 for limit in limits], axis=0)
            clear &= ~shapely.dwithin(shape.boundary, spots, 1e-6)
            assert (shapely.contains_xy(shape, east, north)[clear] == inside[clear]).all()


def test_a_bent_line_is_not_straightened_before_it_reaches_out() -> None:
    """A buffer of the whole line would be drawn up to 1 % of the radius too large beside shallow bends."""
    bends = LineString([(-2_000 + 100 * step, 4.0 * (step % 2)) for step in range(40)])
    found = underserved_areas(LAND, facilities_of([(bends, 0.0)]), radius_m=1_000)
    sure = found.table["land_m2"].sum() - found.table[["possibly_m2", "beyond_m2"]].sum().sum()
    exact = shapely.union_all(
        [
            shapely.buffer(LineString(pair), 1_000, quad_segs=512)
            for pair in np.stack([bends.coords[:-1], bends.coords[1:]], 1)
        ]
    )
    inside = sum(shapely.area(shapely.intersection(exact, ground)) for ground in to_local(LAND))
    assert 0.9998 * inside <= sure <= inside


def test_a_polygon_known_exactly_as_well_as_the_radius_is_sure_inside_itself() -> None:
    known = facilities_of([(box(-100, -100, 100, 100), 500.0)])
    assert coverage(demand_of([(0, 0), (400, 0), (1_200, 0)]), known, radius_m=500).words() == [
        "covered", "possibly", "unknown",
    ]  # fmt: skip
    assert underserved_areas(LAND, known, radius_m=500).table["sure_m2"].sum() == pytest.approx(200 * 200)


@pytest.mark.parametrize("shape", [None, Polygon(), LineString()])
def test_a_facility_without_a_shape_is_refused(shape: BaseGeometry | None) -> None:
    shapes = np.empty(2, dtype=object)
    shapes[:] = [LineString([(0, 0), (1, 1)]), shape]
    with pytest.raises(ParameterError) as caught:
        Facilities.of(shapes, np.zeros(2))
    assert caught.value.code == "not_finite"
    with pytest.raises(ParameterError) as caught:
        Facilities.of(shapes[:1], np.zeros(2))
    assert caught.value.code == "lengths"
