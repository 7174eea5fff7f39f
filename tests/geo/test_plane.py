"""The local plane is true to the ellipsoid over the whole city; pyproj's geodesics are the judge."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import LineString, Point, Polygon

from geo.area import geodesic_area_m2
from geo.crs import LOCAL, LONGEST_EDGE_M, WGS84, to_local, to_local_xy
from layers.load import CITY_BOUNDS

GEOD = Geod(ellps="WGS84")
PLACES = st.tuples(st.floats(CITY_BOUNDS[0], CITY_BOUNDS[2]), st.floats(CITY_BOUNDS[1], CITY_BOUNDS[3]))
TRUE = 1e-4  # the module promises 0.01 %


def geodesic_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Measure the geodesic between two places."""
    return float(GEOD.inv(*one, *other)[2])


@given(PLACES, PLACES)
def test_any_two_points_are_as_far_apart_as_on_the_ellipsoid(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    x, y = to_local_xy(np.array([one[0], other[0]]), np.array([one[1], other[1]]))
    plane = float(np.hypot(x[0] - x[1], y[0] - y[1]))
    assert plane == pytest.approx(geodesic_m(one, other), rel=TRUE, abs=0.1)


@given(st.lists(PLACES, min_size=3, max_size=8))
def test_any_polygon_has_its_area_in_the_plane(corners: list[tuple[float, float]]) -> None:
    shape = gpd.GeoSeries([Polygon(corners).convex_hull], crs=WGS84)
    assume(shape[0].geom_type == "Polygon")
    assume(geodesic_area_m2(shape[0]) > 1e4)
    # both sides cut the edges in the same places: the question is the projection, not the kind of edge
    cut = shape.segmentize(LONGEST_EDGE_M / 111_320.0)
    assert to_local(shape).area[0] == pytest.approx(geodesic_area_m2(cut[0]), rel=TRUE, abs=1.0)


@given(PLACES)
def test_a_point_comes_back_from_the_plane(place: tuple[float, float]) -> None:
    there = to_local(gpd.GeoSeries([Point(place)], crs=WGS84))
    back = there.to_crs(WGS84)[0]
    assert (back.x, back.y) == pytest.approx(place, abs=1e-7)  # 1 cm


def test_the_centre_is_the_origin_and_north_is_up() -> None:
    x, y = to_local_xy(np.array([121.5, 121.5, 121.6]), np.array([31.2, 31.3, 31.2]))
    assert (x[0], y[0]) == pytest.approx((0, 0), abs=1e-6)
    assert x[1] == pytest.approx(0, abs=1e-6)
    assert y[1] == pytest.approx(geodesic_m((121.5, 31.2), (121.5, 31.3)), rel=TRUE)
    assert x[2] == pytest.approx(geodesic_m((121.5, 31.2), (121.6, 31.2)), rel=TRUE)


def test_projecting_keeps_index_order_and_the_callers_frame() -> None:
    given_series = gpd.GeoSeries([Point(121.4, 31.1), Point(121.6, 31.3)], index=["b", "a"], crs=WGS84)
    before = given_series.to_wkt().to_list()
    there = to_local(given_series)
    assert there.index.to_list() == ["b", "a"]
    assert there.crs == LOCAL
    assert given_series.to_wkt().to_list() == before


def test_long_edges_are_cut_before_they_are_projected() -> None:
    there = to_local(gpd.GeoSeries([LineString([(121.0, 31.0), (122.0, 31.0)])], crs=WGS84))
    points = np.array(there[0].coords)
    assert np.hypot(*np.diff(points, axis=0).T).max() <= LONGEST_EDGE_M
