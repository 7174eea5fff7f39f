"""Land by zone: what overlaps counts once, whatever the shapes, and as the geodesic has it."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import rotate, translate
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from geo.area import geodesic_area_m2
from geo.errors import ParameterError
from geo.land.table import land_table
from geo.overlay import ZoneLand, land_by_zone

DATA = Path(__file__).parents[2] / "data"
LEAST_M2 = 1e-3  # what rounding may leave of nothing

# three zones in a row, the last one with a hole, and open land round them
WEST, MIDDLE = box(121.0, 31.0, 121.02, 31.02), box(121.02, 31.0, 121.04, 31.02)
EAST = box(121.04, 31.0, 121.06, 31.02) - box(121.05, 31.005, 121.055, 31.015)
ZONES = (WEST, MIDDLE, EAST)

LONS, LATS = st.integers(-4, 64), st.integers(-4, 24)  # a grid of 0.001 degrees: shared edges and corners abound
CORNERS = st.tuples(LONS, LATS).map(lambda at: (121 + at[0] / 1000, 31 + at[1] / 1000))
BOXES = st.tuples(CORNERS, CORNERS).map(
    lambda two: box(min(two[0][0], two[1][0]), min(two[0][1], two[1][1]), two[0][0] + 0.0021, two[0][1] + 0.0013)
)
SHAPES = st.one_of(
    BOXES,
    st.tuples(BOXES, st.floats(0, 90)).map(lambda each: rotate(*each)),
    st.lists(CORNERS, min_size=3, max_size=3).map(Polygon),
    st.lists(BOXES, min_size=2, max_size=2).map(lambda two: shapely.symmetric_difference(*two)),
    st.sampled_from([None, Polygon(), Point(121.01, 31.01), LineString([(121, 31), (122, 31)])]),
).filter(lambda shape: shape is None or shape.is_valid)


def array(*shapes: Any) -> np.ndarray:
    """Make an array of shapes."""
    held = np.empty(len(shapes), dtype=object)
    held[:] = shapes
    return held


def land(*polygons: Any, zones: tuple[Any, ...] = ZONES, groups: list[int] | None = None) -> ZoneLand:
    """Measure polygons in zones."""
    codes = None if groups is None else np.array(groups, dtype=np.int32)
    return land_by_zone(array(*polygons), array(*zones), groups=codes)


def slowly(polygons: list[Any], zones: tuple[Any, ...] = ZONES) -> list[float]:
    """Union first, then cut, then the geodesic area; the last one outside."""
    areal = [shape for shape in polygons if shape is not None and shape.geom_type in {"Polygon", "MultiPolygon"}]
    union = shapely.union_all(areal)
    outside = union - shapely.union_all(zones)
    return [exactly(each) for each in (*(union & zone for zone in zones), outside)]


def exactly(shape: Any) -> float:
    """Geodesic area of the polygons in a shape; many short geodesics follow the line of longitude and latitude."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return sum(geodesic_area_m2(shapely.segmentize(part, 0.0005)) for part in parts)


def close(found: ZoneLand, expected: list[float]) -> None:
    """Compare to one part in ten thousand."""
    np.testing.assert_allclose([*found.m2, found.outside_m2], expected, rtol=1e-4, atol=LEAST_M2)


@settings(max_examples=150, deadline=None)
@given(st.lists(SHAPES, max_size=9))
def test_land_is_that_of_the_union_cut_at_the_zones_for_any(shapes: list[Any]) -> None:
    close(land(*shapes), slowly(shapes))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SHAPES, st.integers(-1, 2)), min_size=1, max_size=9))
def test_a_group_holds_what_its_own_polygons_cover_for_any(members: list[tuple[Any, int]]) -> None:
    found = land(*(shape for shape, _ in members), groups=[group for _, group in members])
    close(found, slowly([shape for shape, _ in members]))
    assert len(found.by_group_m2) == max(group for _, group in members) + 1
    for group in range(len(found.by_group_m2)):
        own = slowly([shape for shape, code in members if code == group])
        measured = [*found.by_group_m2[group], found.outside_by_group_m2[group]]
        np.testing.assert_allclose(measured, own, rtol=1e-4, atol=LEAST_M2)


@settings(max_examples=40, deadline=None)
@given(st.lists(SHAPES, max_size=8), st.randoms())
def test_shuffling_and_repeating_polygons_changes_nothing_for_any(shapes: list[Any], chance: Any) -> None:
    mixed = [*shapes, *shapes]
    chance.shuffle(mixed)
    once, twice = land(*shapes), land(*mixed)
    np.testing.assert_allclose(twice.m2, once.m2, rtol=1e-9, atol=LEAST_M2)
    assert twice.outside_m2 == pytest.approx(once.outside_m2, rel=1e-9, abs=LEAST_M2)


def test_identical_polygons_count_once() -> None:
    field = box(121.005, 31.005, 121.01, 31.01)
    assert land(field, field, field).m2[0] == pytest.approx(geodesic_area_m2(field), rel=1e-6)


def test_a_nested_polygon_adds_nothing() -> None:
    outer, inner = box(121.001, 31.001, 121.009, 31.009), Point(121.005, 31.005).buffer(0.002)
    assert land(outer, inner).m2[0] == pytest.approx(geodesic_area_m2(outer), rel=1e-6)


def test_a_hole_holds_no_land_unless_another_polygon_fills_it() -> None:
    whole, hole = box(121.001, 31.001, 121.009, 31.009), box(121.004, 31.004, 121.006, 31.006)
    ring = whole - hole
    assert land(ring).m2[0] == pytest.approx(geodesic_area_m2(ring), rel=1e-6)
    assert land(ring, hole).m2[0] == pytest.approx(geodesic_area_m2(whole), rel=1e-6)


def test_a_polygon_across_three_zones_is_shared_out_and_its_rest_lies_outside() -> None:
    long = box(120.99, 31.004, 121.07, 31.008)
    found = land(long)
    close(found, slowly([long]))
    assert (found.m2 > 0).all()
    assert found.m2.sum() + found.outside_m2 == pytest.approx(geodesic_area_m2(long), rel=1e-6)


def test_polygons_outside_all_zones_are_measured_there() -> None:
    far = box(121.3, 31.3, 121.31, 31.31)
    found = land(far, far)
    assert found.m2.tolist() == [0, 0, 0]
    assert found.outside_m2 == pytest.approx(geodesic_area_m2(far), rel=1e-5)


def test_a_zone_whole_inside_a_polygon_is_covered_all_over() -> None:
    found = land(box(120.9, 30.9, 121.2, 31.2))
    np.testing.assert_allclose(found.m2, [geodesic_area_m2(zone) for zone in ZONES], rtol=1e-5)


def test_slivers_keep_their_area() -> None:
    slivers = [box(121.001, 31.001 + at * 1e-7, 121.019, 31.001 + at * 1e-7 + 2e-7) for at in range(10)]
    expected = geodesic_area_m2(box(121.001, 31.001, 121.019, 31.001 + 11e-7))
    assert land(*slivers).m2[0] == pytest.approx(expected, rel=1e-4)


def test_parts_and_collections_count_with_their_polygons() -> None:
    one, two = box(121.001, 31.001, 121.002, 31.002), box(121.03, 31.001, 121.031, 31.002)
    found = land(MultiPolygon([one, two]), GeometryCollection([two, Point(121, 31)]))
    expected = [geodesic_area_m2(one), geodesic_area_m2(two), 0, 0]
    np.testing.assert_allclose([*found.m2, found.outside_m2], expected, rtol=1e-5)


def test_a_long_edge_is_a_line_of_longitude_and_latitude() -> None:
    strip = box(120.6, 31.0, 122.4, 31.02)
    along = shapely.segmentize(strip, 0.001)  # its geodesic follows the parallel
    found = land(strip, zones=(box(120, 30, 123, 32),))
    assert found.m2[0] == pytest.approx(geodesic_area_m2(along), rel=1e-6)


def test_no_polygons_cover_nothing_and_no_zones_leave_all_outside() -> None:
    assert land().m2.tolist() == [0, 0, 0]
    assert land(None, Polygon()).outside_m2 == 0
    nowhere = land(WEST, WEST, zones=())
    assert nowhere.m2.shape == (0,)
    assert nowhere.outside_m2 == pytest.approx(geodesic_area_m2(WEST), rel=1e-6)


def test_without_groups_there_are_no_rows_of_groups() -> None:
    found = land(WEST)
    assert found.by_group_m2.shape == (0, 3)
    assert found.outside_by_group_m2.shape == (0,)


def test_a_hundred_shapes_that_all_overlap_give_their_union() -> None:
    shapes = [Point(121.02 + at % 10 / 2000, 31.01 + at // 10 / 3000).buffer(0.004, 8) for at in range(100)]
    close(land(*shapes), slowly(shapes))


@pytest.mark.parametrize(
    ("polygons", "zones", "groups"),
    [
        ([Polygon([(121, 31), (121.01, 31.01), (121.01, 31), (121, 31.01)])], ZONES, None),
        ([Polygon([(121, 31), (121.01, np.inf), (121.01, 31)])], ZONES, None),
        ([WEST], (Polygon([(121, 31), (121.01, 31.01), (121.01, 31), (121, 31.01)]),), None),
        ([box(121.001, 31.001, 121.002, 31.002)], (WEST, WEST), None),
        ([box(121.001, 31.001, 121.022, 31.002)], (WEST, translate(WEST, 0.005)), None),
        ([WEST], ZONES, [0, 1]),
        ([WEST], ZONES, [-2]),
    ],
)
def test_what_cannot_be_measured_is_refused(polygons: list[Any], zones: Any, groups: list[int] | None) -> None:
    with pytest.raises(ParameterError):
        land(*polygons, zones=zones, groups=groups)


def test_groups_must_be_whole_numbers() -> None:
    with pytest.raises(ParameterError):
        land_by_zone(array(WEST), array(*ZONES), groups=np.array([0.5]))  # type: ignore[arg-type]


def scattered(count: int) -> list[Any]:
    """Lay overlapping shapes over the whole city, many across a border or the coast."""
    chance = np.random.default_rng(3)
    lons, lats = chance.uniform(120.85, 122.0, count), chance.uniform(30.68, 31.85, count)
    sizes = chance.uniform(0.004, 0.03, count)
    return [Point(lon, lat).buffer(size, 4) for lon, lat, size in zip(lons, lats, sizes, strict=True)]


def test_the_real_districts_get_what_geopandas_overlay_and_dissolve_give_them() -> None:
    districts = gpd.read_file(DATA / "districts" / "districts.geojson")
    shapes = scattered(400)
    found = land(*shapes, zones=tuple(districts.geometry))
    union = gpd.GeoDataFrame(geometry=[shapely.union_all(shapes)], crs=districts.crs)
    cut = gpd.overlay(districts[["district_code", "geometry"]], union, how="intersection")
    expected = cut.dissolve("district_code").geometry.map(geodesic_area_m2)
    expected = expected.reindex(districts["district_code"], fill_value=0)  # one of them holds none of the shapes
    np.testing.assert_allclose(found.m2, expected, rtol=1e-4)


def test_the_real_outlines_by_district_add_up_to_their_geodesic_area() -> None:
    districts = gpd.read_file(DATA / "districts" / "districts.geojson").set_index("district_code")
    outlines = gpd.read_file(DATA / "parks" / "outlines.geojson")
    table = land_table(outlines, districts)
    assert table["m2"].sum() == pytest.approx(geodesic_area_m2(outlines.union_all()), rel=1e-5)
    assert table["district"].tolist() == [*districts.index, None]
    np.testing.assert_allclose(table["mu"], table["m2"] * 3 / 2000)
    np.testing.assert_allclose(table["ha"], table["m2"] / 10_000)


def test_a_park_of_two_sectors_stands_with_each_and_once_in_all() -> None:
    shapes = [box(121.001, 31.001, 121.002, 31.002), box(121.03, 31.001, 121.031, 31.002), WEST]
    parks = gpd.GeoDataFrame({"sectors": [("a", "b"), ("b",), ()]}, geometry=shapes, crs=4326)
    table = land_table(parks, gpd.GeoDataFrame(geometry=list(ZONES), crs=4326), by="sectors")
    assert table["group"].tolist() == [None] * 4 + ["a"] * 4 + ["b"] * 4
    one, two, west = (geodesic_area_m2(shape) for shape in shapes)
    expected = [west, two, 0, 0, one, 0, 0, 0, one, two, 0, 0]
    np.testing.assert_allclose(table["m2"], expected, rtol=1e-5, atol=LEAST_M2)


def test_a_table_in_another_crs_is_refused() -> None:
    zones = gpd.GeoDataFrame(geometry=list(ZONES), crs=4326)
    with pytest.raises(ParameterError):
        land_table(zones.to_crs(32651), zones)


def holed(chance: np.random.Generator) -> Polygon:
    """Make a box with a hole that touches its border at one corner, on a long edge whose ends alone are projected."""
    x, y = 121 + chance.uniform(0, 0.01), 31 + chance.uniform(0, 0.01)
    wide, high, left, right = *chance.uniform(0.005, 0.02, 2), *np.sort(chance.uniform(0, 1, 2))
    tip = (x + wide * chance.uniform(0.1, 0.9), y + high * chance.integers(0, 2))
    hole = [tip, (x + wide * left, y + high * 0.5), (x + wide * right, y + high * 0.45)]
    return Polygon([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)], [hole])


def test_where_holes_touch_their_borders_projecting_breaks_nothing() -> None:
    chance = np.random.default_rng(5)
    for _ in range(60):
        shapes = [shape for shape in (holed(chance) for _ in range(4)) if shape.is_valid]
        close(land(*shapes), slowly(shapes))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_crowd_of_shapes_and_a_ring_cover_what_their_union_covers(seed: int) -> None:
    chance = np.random.default_rng(seed)
    at = chance.uniform((121.003, 31.003), (121.017, 31.017), (250, 2))
    crowd = [
        Point(*each).buffer(size, quad_segs=3) for each, size in zip(at, chance.uniform(2e-4, 9e-4, 250), strict=True)
    ]
    ring = Point(121.01, 31.01).buffer(0.009, quad_segs=200) - Point(121.01, 31.01).buffer(0.007)
    found = land(*crowd, ring)
    assert found.m2.tolist() == pytest.approx(slowly([*crowd, ring])[:-1], rel=1e-5)
