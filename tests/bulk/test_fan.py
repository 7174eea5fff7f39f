"""The extents of a shape in 32 directions bound every distance from both sides."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from bulk.edge_chunks import DIRECTIONS, TOWARDS, directional_extents, edge_chunks, sector, shapes
from geo.edges import edges

WIDTHS = st.floats(1e-3, 5e4)
RNG = np.random.default_rng(7)
SHAPES = np.array(
    [
        shapely.convex_hull(shapely.multipoints(RNG.normal([at * 900.0, -at * 400.0], 250.0, (12, 2))))
        for at in range(20)
    ]
    + [
        shapely.linestrings(RNG.uniform(-3e4, 3e4, (30, 2))),
        shapely.points(12_345.6, -7_654.3),
        shapely.union_all([shapely.box(0, 0, 10, 10), shapely.box(5e3, 5e3, 5.1e3, 5.2e3)]),
        shapely.Polygon([(0, 0), (100, 0), (100, 100), (0, 100)], [[(40, 40), (60, 40), (60, 60), (40, 60)]]),
    ],
    dtype=object,
)


def test_the_directions_are_unit_vectors_in_their_own_sectors() -> None:
    assert np.hypot(*TOWARDS.T) == pytest.approx(np.ones(DIRECTIONS), abs=1e-15)
    assert [sector(x, y) for x, y in TOWARDS] == list(range(DIRECTIONS))


@given(st.floats(0, 2 * np.pi), WIDTHS)
def test_the_nearest_direction_is_at_most_seven_degrees_off(angle: float, length: float) -> None:
    x, y = length * np.cos(angle), length * np.sin(angle)
    towards = TOWARDS[sector(x, y)]
    assert (towards @ (x, y)) >= length * np.cos(np.radians(7.02)) - 1e-9 * length


def test_the_bounds_hold_for_every_shape() -> None:
    every = shapes(edge_chunks(edges(SHAPES)), SHAPES)
    places = RNG.uniform(-4e4, 4e4, (3_000, 2))
    points = shapely.points(places)
    for at, shape in enumerate(SHAPES):
        true = shapely.distance(shape, points)
        offset = places - every.circle[at, :2]
        k = np.array([sector(dx, dy) for dx, dy in offset])
        low = (TOWARDS[k] * offset).sum(axis=1) - every.extent[at, k, 0]
        high = np.hypot(*(places - every.extent[at, k, 1:]).T)
        assert (low <= true + 1e-9).all(), at
        assert (high >= true - 1e-9).all(), at


def test_every_corner_of_the_fan_is_a_corner_of_the_shape() -> None:
    cut = edge_chunks(edges(SHAPES))
    found = directional_extents(cut.ends, cut.first, shapes(cut, SHAPES))
    for shape, extent in zip(SHAPES, found, strict=True):
        corners = {tuple(each) for each in shapely.get_coordinates(shape)}
        assert {tuple(each) for each in extent[:, 1:]} <= corners
        extents = (TOWARDS @ (shapely.get_coordinates(shape) - _centre(shape)).T).max(axis=1)
        assert extent[:, 0] == pytest.approx(extents, abs=1e-9)


def _centre(shape: shapely.Geometry) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    west, south, east, north = shape.bounds
    return np.array([(west + east) / 2, (south + north) / 2])
