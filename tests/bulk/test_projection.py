"""The closed form of the projection gives what pyproj gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from bulk.projection import LAT_0, LON_0, to_metres
from geo.crs import LOCAL, to_local_xy
from geo.errors import ParameterError

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
