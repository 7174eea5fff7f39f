"""Areas and units have answers that are known by hand."""

import math
from random import Random

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from geo import area, units
from geo.crs import LOCAL, WGS84

GEOD = Geod(ellps="WGS84")
LONS = st.floats(120.9, 122.0)
LATS = st.floats(30.7, 31.8)
AREAS = st.floats(1e3, 1e9)


def square(lon: float, lat: float, side_m: float) -> Polygon:
    """Draw a square of geodesics round a point."""
    corner = side_m / math.sqrt(2)
    return Polygon([GEOD.fwd(lon, lat, bearing, corner)[:2] for bearing in (45, 135, 225, 315)])


def ring_area(polygon: Polygon) -> float:
    """Measure the ring with pyproj itself, vertex by vertex."""
    lon, lat = polygon.exterior.xy
    return abs(GEOD.polygon_area_perimeter(list(lon), list(lat))[0])


def test_one_square_kilometre_is_1500_mu() -> None:
    assert units.m2_to_mu(1_000_000) == pytest.approx(1500, rel=1e-12)
    assert units.m2_to_mu(area.geodesic_area_m2(square(121.5, 31.2, 1000))) == pytest.approx(1500, rel=1e-4)


def test_fifteen_mu_are_one_hectare() -> None:
    assert units.m2_to_ha(units.mu_to_m2(15)) == pytest.approx(1, rel=1e-12)


@given(st.floats(0, 1e12))
def test_mu_and_square_metres_turn_into_each_other(amount: float) -> None:
    assert units.mu_to_m2(units.m2_to_mu(amount)) == pytest.approx(amount, rel=1e-12)


def test_the_district_radius_is_that_of_a_circle_of_its_area() -> None:
    assert units.equivalent_radius_m(math.pi * 250_000) == pytest.approx(500)


@given(LONS, LATS, st.floats(10, 50_000))
def test_an_area_is_the_one_pyproj_measures(lon: float, lat: float, side: float) -> None:
    polygon = square(lon, lat, side)
    assert area.geodesic_area_m2(polygon) == pytest.approx(ring_area(polygon), rel=1e-9)


@given(LONS, LATS)
def test_a_hole_is_subtracted_whichever_way_the_rings_run(lon: float, lat: float) -> None:
    outer, inner = square(lon, lat, 3000), square(lon, lat, 1000)
    expected = ring_area(outer) - ring_area(inner)
    for shell in (outer.exterior.coords, outer.exterior.coords[::-1]):
        for hole in (inner.exterior.coords, inner.exterior.coords[::-1]):
            assert area.geodesic_area_m2(Polygon(shell, [hole])) == pytest.approx(expected, rel=1e-9)


def test_parts_of_a_multipolygon_add_up() -> None:
    parts = [square(121.3, 31.1, 1000), Polygon(square(121.6, 31.1, 2000).exterior.coords[::-1])]
    assert area.geodesic_area_m2(MultiPolygon(parts)) == pytest.approx(sum(map(ring_area, parts)), rel=1e-9)


@pytest.mark.parametrize("shape", [Point(121, 31), LineString([(121, 31), (121.1, 31)]), Polygon()])
def test_what_is_no_polygon_has_no_area(shape: shapely.Geometry) -> None:
    assert area.geodesic_area_m2(shape) == 0


def test_what_overlaps_counts_once() -> None:
    left, right = box(121.0, 31.0, 121.2, 31.1), box(121.1, 31.0, 121.3, 31.1)
    both = gpd.GeoSeries([left, right, left], crs=WGS84)
    assert area.union_area_m2(both) == pytest.approx(area.geodesic_area_m2(box(121.0, 31.0, 121.3, 31.1)), rel=1e-4)
    assert area.union_area_m2(both) < area.geodesic_area_m2(left) + area.geodesic_area_m2(right)


@given(st.lists(st.tuples(LONS, LATS, st.floats(100, 20_000)), min_size=1, max_size=6), st.randoms())
def test_a_union_is_at_most_the_sum_and_at_least_the_largest_in_any_order(
    places: list[tuple[float, float, float]], chance: Random
) -> None:
    shapes = [square(*place) for place in places]
    single = [area.geodesic_area_m2(shape) for shape in shapes]
    union = area.union_area_m2(gpd.GeoSeries(shapes, crs=WGS84))
    chance.shuffle(shapes)
    # cutting a long geodesic at a crossing moves it a little: 1e-5 of the area
    assert max(single) * (1 - 1e-5) <= union <= sum(single) * (1 + 1e-5)
    assert area.union_area_m2(gpd.GeoSeries(shapes, crs=WGS84)) == pytest.approx(union, rel=1e-9)


def test_the_union_of_nothing_is_nothing() -> None:
    assert area.union_area_m2(gpd.GeoSeries([], crs=WGS84)) == 0.0


@given(LONS, LATS, AREAS)
def test_a_circle_has_the_area_it_was_asked_for(lon: float, lat: float, wanted: float) -> None:
    circle = area.circle_of_area(lon, lat, wanted)
    assert area.geodesic_area_m2(circle) == pytest.approx(wanted, rel=1e-4)
    assert circle.is_valid
    assert circle.exterior.is_ccw


@given(LONS, LATS, AREAS)
def test_a_circle_is_round_about_its_centre(lon: float, lat: float, wanted: float) -> None:
    x, y = np.array(area.circle_of_area(lon, lat, wanted).exterior.coords).T
    _, _, radii = GEOD.inv(np.full(len(x), lon), np.full(len(x), lat), x, y)
    assert radii == pytest.approx(units.equivalent_radius_m(wanted), rel=2e-3)


def test_the_local_plane_is_equal_area() -> None:
    assert "Equal Area" in LOCAL.coordinate_operation.method_name


def test_a_line_in_a_collection_has_no_area() -> None:
    park = square(121.5, 31.2, 1000)
    line = LineString([(121.0, 31.0), (121.1, 31.05), (121.2, 31.0)])
    assert area.geodesic_area_m2(GeometryCollection([park, line])) == area.geodesic_area_m2(park)
