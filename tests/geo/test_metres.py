"""The closed form of the projection gives what pyproj gives."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry import LineString, Point, box

from geo.crs import LOCAL, to_local_xy
from geo.errors import ParameterError
from geo.metres import LAT_0, LON_0, densified, to_metres

GEOD = Geod(ellps="WGS84")
DEGREES = st.lists(st.tuples(st.floats(119, 124), st.floats(29, 33)), min_size=1, max_size=50)


@given(DEGREES)
def test_metres_are_those_of_pyproj_to_a_micrometre(places: list[tuple[float, float]]) -> None:
    lon, lat = np.array(places).T
    np.testing.assert_allclose(to_metres(lon, lat), to_local_xy(lon, lat), rtol=0, atol=1e-6)


def test_more_places_than_one_block_all_become_metres() -> None:
    lon, lat = (each.ravel() for each in np.meshgrid(np.linspace(119, 124, 301), np.linspace(29, 33, 301)))
    np.testing.assert_allclose(to_metres(lon, lat), to_local_xy(lon, lat), rtol=0, atol=1e-6)


@given(st.floats(-50, 290), st.floats(-89, 89))
def test_far_from_the_city_the_formula_still_holds(lon: float, lat: float) -> None:
    if GEOD.inv(LON_0, LAT_0, lon, lat)[2] < 1.8e7:
        one = np.array([lon]), np.array([lat])
        np.testing.assert_allclose(to_metres(*one), to_local_xy(*one), rtol=0, atol=1e-3)


def test_the_centre_is_that_of_the_local_plane() -> None:
    assert f"+lat_0={LAT_0} +lon_0={LON_0}" in LOCAL.srs


def test_what_has_no_coordinates_has_no_metres() -> None:
    x, y = to_metres(np.array([np.nan, 121.5]), np.array([31.2, np.nan]))
    assert np.isnan(y).all()
    assert np.isnan(x).all()
    assert to_metres(np.zeros(0), np.zeros(0))[0].shape == (0,)
    with pytest.raises(ParameterError, match="same length"):
        to_metres(np.zeros(1), np.zeros(2))


def longest_m(shape: NDArray[np.object_]) -> float:
    """Measure the longest edge on the ellipsoid."""
    lon, lat = shapely.get_coordinates(shape).T
    return float(np.max(GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]))


@pytest.mark.parametrize("max_m", [500.0, 20_000.0])
def test_no_edge_is_longer_than_asked_and_no_corner_is_lost(max_m: float) -> None:
    shapes = np.array([box(120.8, 30.7, 122.2, 31.8), LineString([(121, 31), (121, 32)])], dtype=object)
    cut = densified(shapes, max_m)
    for before, after in zip(shapes, cut, strict=True):
        assert longest_m(after) <= max_m
        corners = {tuple(at) for at in shapely.get_coordinates(after)}
        assert {tuple(at) for at in shapely.get_coordinates(before)} <= corners
        assert after.equals(before) or after.hausdorff_distance(before) < 1e-12
    assert densified(np.array([Point(1, 1)], dtype=object), max_m)[0] == Point(1, 1)


def test_a_long_edge_keeps_its_place_when_it_is_cut_first() -> None:
    line = np.array([LineString([(120.5, 31.8), (122.5, 31.8)])], dtype=object)
    x, y = to_metres(*shapely.get_coordinates(densified(line, 5_000.0)).T)
    # the parallel bends; a straight line between its ends would pass 800 m south of its middle
    middle = to_metres(np.array([121.5]), np.array([31.8]))
    away = shapely.distance(LineString(np.column_stack([x, y])), Point(middle[0][0], middle[1][0]))
    assert away < 1
    ends = to_metres(np.array([120.5, 122.5]), np.array([31.8, 31.8]))
    assert shapely.distance(LineString(np.column_stack(ends)), Point(middle[0][0], middle[1][0])) > 300


@pytest.mark.parametrize("length", [0.0, -5.0, float("nan")])
def test_an_edge_has_a_length(length: float) -> None:
    with pytest.raises(ParameterError, match="greatest length"):
        densified(np.array([Point(0, 0)], dtype=object), length)
