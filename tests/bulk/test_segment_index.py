"""Distances from the index are those of GEOS and of the ellipsoid; counts are those of every pair."""

import engine_shapes as shapes
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from bulk.segment_index import SegmentIndex
from geo.crs import to_local, to_local_xy
from geo.errors import ParameterError

GEOD = Geod(ellps="WGS84")


def gaps(targets: shapes.Objects, x: shapes.Floats, y: shapes.Floats) -> shapes.Floats:
    """Measure every pair with GEOS; infinity where there is nothing to measure."""
    points = shapely.points(x, y)
    table = np.array([shapely.distance(points, target) for target in targets]).reshape(len(targets), len(x))
    return np.where(np.isnan(table), np.inf, table)


def check_nearest(targets: shapes.Objects, x: shapes.Floats, y: shapes.Floats) -> None:
    """Compare the nearest, its distance and, where distances are equal to the last digit, its position."""
    where, metres = SegmentIndex.build(targets).nearest(x, y)
    finite = np.isfinite(x) & np.isfinite(y)
    assert (where[~finite] == -1).all()
    assert np.isinf(metres[~finite]).all()
    table = gaps(targets, x[finite], y[finite])
    least = table.min(axis=0, initial=np.inf)
    np.testing.assert_allclose(metres[finite], least, rtol=1e-12, atol=1e-9)
    has = np.isfinite(least)
    assert (where[finite][~has] == -1).all()
    chosen = table[where[finite][has], np.flatnonzero(has)]
    np.testing.assert_allclose(chosen, least[has], rtol=1e-12, atol=1e-9)


@given(shapes.SHAPES, shapes.SPOTS)
def test_the_nearest_of_any_shapes_is_that_of_geos(targets: shapes.Objects, spots: list[tuple[float, float]]) -> None:
    x, y = (np.array(spots, dtype=np.float64).reshape(-1, 2) / 2).T
    check_nearest(targets, x, y)


@given(shapes.SHAPES, shapes.SPOTS, st.sampled_from([0.5, 1.0, 2.0, 3.3, 100.0]))
def test_counts_of_any_shapes_are_those_of_every_pair(
    targets: shapes.Objects, spots: list[tuple[float, float]], radius: float
) -> None:
    x, y = (np.array(spots, dtype=np.float64).reshape(-1, 2) / 2).T
    index = SegmentIndex.build(targets)
    counts, table = index.count_within(x, y, radius), gaps(targets, x, y)
    # a distance of exactly the radius may differ in its last digit
    assert ((table <= radius * (1 - 1e-12)).sum(axis=0) <= counts).all()
    assert (counts <= (table <= radius * (1 + 1e-12)).sum(axis=0)).all()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("points", [30, 4_000])
def test_random_overlapping_parks_are_measured_as_by_geos(seed: int, points: int) -> None:
    targets = shapes.blobs(120, seed)
    x, y = shapes.awkward_points(targets, seed, points)
    check_nearest(targets, x, y)
    index, near = SegmentIndex.build(targets), (np.abs(x) < 1e8) & np.isfinite(y)
    table = gaps(targets, x[near], y[near])
    for radius in (1.0, 100.0, 1_000.0, 30_000.0):
        assert (index.count_within(x[near], y[near], radius) == (table <= radius).sum(axis=0)).all()


def test_one_far_point_does_not_spoil_the_others() -> None:
    targets = shapes.blobs(60, 9)
    x, y = shapes.awkward_points(targets, 9)
    check_nearest(targets, np.append(x, [3e8, -3e8]), np.append(y, [3e8, 0.0]))


def test_inside_is_zero_and_a_hole_is_as_far_as_its_border() -> None:
    ring = box(0, 0, 100, 100).difference(box(10, 10, 90, 90))
    index = SegmentIndex.build(shapes.objects(ring, Point(1_000, 1_000)))
    where, metres = index.nearest(np.array([5.0, 50, 10, 120]), np.array([5.0, 50, 50, 50]))
    assert where.tolist() == [0, 0, 0, 0]
    assert metres.tolist() == [0, 40, 0, 20]
    assert index.count_within(np.array([5.0, 50, 50]), np.array([5.0, 50, 50]), 39.9).tolist() == [1, 0, 0]


def test_of_equally_near_shapes_the_first_is_taken() -> None:
    left, right = Polygon([(0, 0), (0, 7), (-3, 5)]), Polygon([(0, 7), (0, 0), (3, 5)])
    spot = np.array([0.0, 0, 9, 0]), np.array([3.0, 9, 9, -2])
    for first, second in ((left, right), (right, left)):
        where, _ = SegmentIndex.build(shapes.objects(first, second)).nearest(*spot)
        assert where[[0, 1, 3]].tolist() == [0, 0, 0]
    line_first = shapes.objects(LineString([(1, 1), (5, 1)]), box(0, 0, 9, 9), Point(2, 1))
    assert SegmentIndex.build(line_first).nearest(np.array([2.0, 2]), np.array([1.0, 2]))[0].tolist() == [0, 1]


def test_a_shape_of_several_parts_counts_once() -> None:
    twin = MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)])
    index = SegmentIndex.build(shapes.objects(twin, LineString([(0, 0), (3, 0), (3, 1)]), twin))
    assert index.count_within(np.array([1.5]), np.array([0.5]), 0.5).tolist() == [3]
    assert index.count_within(np.array([1.5]), np.array([0.5]), 0.49).tolist() == [0]


def test_nothing_indexed_is_never_near() -> None:
    for none in (shapes.objects(), shapes.objects(None, Point())):
        index = SegmentIndex.build(none)
        where, metres = index.nearest(np.zeros(2), np.zeros(2))
        assert where.tolist() == [-1, -1]
        assert np.isinf(metres).all()
        assert index.count_within(np.zeros(2), np.zeros(2), 5.0).tolist() == [0, 0]
        assert index.count_within(np.zeros(0), np.zeros(0), 5.0).shape == (0,)


@pytest.mark.parametrize("radius", [0.0, -1.0, float("nan"), float("inf")])
def test_a_radius_is_a_length(radius: float) -> None:
    index = SegmentIndex.build(shapes.objects(Point(0, 0)))
    with pytest.raises(ParameterError) as caught:
        index.count_within(np.zeros(1), np.zeros(1), radius)
    assert caught.value.code == "radius"


@pytest.mark.parametrize("name", ["parks/outlines.geojson", "parks/parks.geojson", "g60/g60.geojson"])
def test_distances_over_the_city_are_true_to_the_ellipsoid(name: str) -> None:
    degrees = shapes.read(name)
    targets = np.asarray(to_local(degrees), dtype=object)
    chance = np.random.default_rng(3)
    low_x, low_y, high_x, high_y = shapes.CITY.bounds
    lon, lat = chance.uniform(low_x, high_x, 400), chance.uniform(low_y, high_y, 400)
    where, metres = SegmentIndex.build(targets).nearest(*to_local_xy(lon, lat))
    # on the ellipsoid: the least geodesic to places every 5 m or so along the nearest shape
    for position in np.unique(where):
        at = np.flatnonzero(where == position)
        outside = at[metres[at] > 0]
        along = shapely.get_coordinates(shapely.segmentize(degrees.iloc[position], 5e-5))
        for one in outside[:40]:
            every = GEOD.inv(np.full(len(along), lon[one]), np.full(len(along), lat[one]), along[:, 0], along[:, 1])[2]
            assert metres[one] == pytest.approx(every.min(), rel=1e-3, abs=0.1)
