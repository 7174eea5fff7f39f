"""The ground under the places: how far it reaches."""

import numpy as np

from app.core.atlas import Atlas
from layers.basemap import WINDOW

INLAND = [0, 1, 3]  # west, south, north; the sea bounds the land in the east


def test_the_land_reaches_as_far_as_the_window_that_is_called_mapped(atlas: Atlas) -> None:
    west_south_east_north = atlas.frame("land").total_bounds
    np.testing.assert_allclose(west_south_east_north[INLAND], np.array(WINDOW)[INLAND], atol=0.001)
    assert west_south_east_north[2] <= WINDOW[2]
