"""The grid says of every point exactly what GEOS says."""

import engine_shapes as shapes
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from bulk.polygon_grid import PolygonGrid
from geo.errors import ParameterError


def first(polygons: shapes.Objects, x: shapes.Floats, y: shapes.Floats) -> list[int]:
    """Ask every polygon in turn."""
    found = np.full(len(x), -1)
    for at in range(len(polygons) - 1, -1, -1):
        if polygons[at] is not None:
            shapely.prepare(polygons[at])
            found[shapely.intersects_xy(polygons[at], x, y)] = at
    return list(found)


def agrees(polygons: shapes.Objects, x: shapes.Floats, y: shapes.Floats, cells: int = 64) -> bool:
    """Compare the grid with the walk over all polygons."""
    return PolygonGrid.build(polygons, cells=cells).locate(x, y).tolist() == first(polygons, x, y)


@given(shapes.POLYGONS, shapes.SPOTS, st.sampled_from([4, 5, 8, 33, 256]))
def test_corners_edges_and_overlaps_are_answered_as_by_geos(
    polygons: shapes.Objects, spots: list[tuple[float, float]], cells: int
) -> None:
    half = [(x / 2, y / 2) for x, y in spots]
    x, y = np.array([*spots, *half], dtype=np.float64).reshape(-1, 2).T
    assert agrees(polygons, x, y, cells)


@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=3, max_size=5, unique=True),
    st.floats(0, 1),
    st.integers(0, 2),
)
def test_points_a_hair_from_an_edge_are_answered_as_by_geos(
    ring: list[tuple[float, float]], share: float, at: int
) -> None:
    shape = Polygon(ring)
    if shape.is_valid and shape.area > 0:
        one, other = np.array(ring[at]), np.array(ring[(at + 1) % len(ring)])
        x, y = one + share * (other - one)
        xs = np.array([np.nextafter(x, -np.inf), x, np.nextafter(x, np.inf)] * 3)
        ys = np.repeat([np.nextafter(y, -np.inf), y, np.nextafter(y, np.inf)], 3)
        assert agrees(shapes.objects(shape), xs, ys)


@pytest.mark.parametrize("cells", [4, 64, 1024])
@pytest.mark.parametrize("name", ["districts/districts.geojson", "districts/districts_land.geojson"])
def test_the_real_districts_hold_what_geos_says_they_hold(name: str, cells: int) -> None:
    polygons = np.asarray(shapes.read(name), dtype=object)
    x, y = shapes.awkward_points(polygons, 1, 3_000)
    assert agrees(polygons, x, y, cells)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("cells", [16, 300])
def test_overlapping_parks_with_holes_and_parts_are_answered_as_by_geos(seed: int, cells: int) -> None:
    polygons = shapes.blobs(150, seed)
    assert agrees(polygons, *shapes.awkward_points(polygons, seed), cells)


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1e6, 1e12])
@pytest.mark.parametrize("shift", [0.0, 121.5])
def test_tiny_and_huge_polygons_anywhere_are_answered_as_by_geos(scale: float, shift: float) -> None:
    moved = shapely.transform(shapes.blobs(20, 5, size=1, extent=3), lambda at: at * scale + shift)
    valid = moved[shapely.is_valid(moved)]
    assert len(valid)
    assert agrees(valid, *shapes.awkward_points(valid, 3))


def test_polygons_of_no_width_and_of_no_height_do_no_harm() -> None:
    thin = shapes.objects(box(0, 0, 1e6, 1e-7), box(0, 0, 1e-7, 1e6), Polygon([(5, 5), (5, 5), (5, 5)]))
    assert agrees(thin, np.array([0.0, 5, 3, 1e6, 5]), np.array([0.0, 0, 5, 1e-7, 5]))


def test_an_edge_as_flat_as_numbers_can_tell_does_no_harm() -> None:
    least = np.nextafter(0.0, 1.0)
    nearly = shapes.objects(
        Polygon([(0, 0), (1e6, least), (1e6, 1e5), (0, 1e5)]), Polygon([(0, 0), (9, least), (5, 7)])
    )
    for some in (nearly, nearly[::-1]):
        x, y = np.random.default_rng(4).uniform((-10, -10), (1e6, 1.1e5), (500, 2)).T
        assert agrees(some, np.append(x, [5.0, 0, 1e6]), np.append(y, [3.0, 0, least]))


@pytest.mark.parametrize("scale", [0.1, 800.0])
@pytest.mark.parametrize("cells", [4, 64, 768])
def test_no_polygon_holds_what_lies_far_outside_whichever_corner_it_has_in_the_south_west(
    scale: float, cells: int
) -> None:
    rng = np.random.default_rng(3)
    for corners in rng.uniform(0, scale, (400, 3, 2)) + rng.uniform(-40, 40, (400, 1, 2)):
        (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
        across = np.linspace(0, 1, 200)
        x, y = west + (east - west) * across, south + (north - south) * across
        away = np.full(200, 50 * scale)
        grid = PolygonGrid.build(np.array([Polygon(corners)], dtype=object), cells=cells)
        for far in ((x - away, y), (x + away, y), (x, y - away), (x, y + away)):
            assert (grid.locate(*far) == -1).all()


def test_a_part_inside_the_hole_of_another_holds_its_points() -> None:
    ring = box(0, 0, 9, 9).difference(box(1, 1, 8, 8))
    island = MultiPolygon([ring, box(3, 3, 5, 5)])
    found = PolygonGrid.build(shapes.objects(island)).locate(np.array([0.5, 2, 4, 1, 3]), np.array([4.0, 4, 4, 4, 4]))
    assert found.tolist() == [0, -1, 0, 0, 0]


def test_the_first_of_equal_polygons_holds_the_points() -> None:
    same = shapes.objects(box(5, 5, 6, 6), box(0, 0, 2, 2), box(0, 0, 2, 2), box(-9, -9, 9, 9))
    assert PolygonGrid.build(same).locate(np.array([1.0, 2, 0, 4]), np.array([1.0, 2, 1, 4])).tolist() == [1, 1, 1, 3]


def test_without_polygons_or_points_nothing_is_held() -> None:
    nothing = np.array([])
    for none in (shapes.objects(), shapes.objects(Polygon(), None)):
        assert PolygonGrid.build(none).locate(np.array([0.0, np.nan]), np.array([0.0, 1])).tolist() == [-1, -1]
    assert PolygonGrid.build(shapes.objects(box(0, 0, 1, 1))).locate(nothing, nothing).shape == (0,)


def test_an_index_stays_within_its_memory() -> None:
    districts = np.asarray(shapes.read("districts/districts.geojson"), dtype=object)
    assert PolygonGrid.build(districts).nbytes < 6e6
    assert PolygonGrid.build(districts, cells=4_096).nbytes < 90e6


def test_what_cannot_be_indexed_is_refused() -> None:
    square = shapes.objects(box(0, 0, 1, 1))
    for cells in (3, 5_000):
        with pytest.raises(ParameterError, match="cells"):
            PolygonGrid.build(square, cells=cells)
    for shape in (Point(0, 0), LineString([(0, 0), (1, 1)])):
        with pytest.raises(ParameterError, match="only polygons"):
            PolygonGrid.build(shapes.objects(shape))
    with pytest.raises(ParameterError, match="same length"):
        PolygonGrid.build(square).locate(np.zeros(2), np.zeros(3))
