"""Polygons for files: valid as they are read back, of the area that they had in the plane."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box, shape

from geo.crs import LOCAL, WGS84, to_local
from geo.facilities import Facilities
from geo.geojson import to_geojson
from geo.quantize import areas, quantize
from geo.underserved import underserved_areas

LAND = gpd.GeoSeries([box(121.35, 31.12, 121.45, 31.22), box(121.45, 31.12, 121.55, 31.22)], crs=WGS84)


def plane(*shapes: Polygon | MultiPolygon) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=LOCAL)


def read_back(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    frame = gpd.GeoDataFrame({"id": [str(at) for at in shapes.index]}, geometry=shapes.to_numpy(), crs=WGS84)
    features = json.loads(to_geojson(frame, about={}))["features"]
    return gpd.GeoSeries([shape(each["geometry"]) for each in features], index=shapes.index, crs=WGS84)


@pytest.mark.parametrize("accuracies", [(0.0,), (2.0,), (50.0,), (0.0, 50.0, 200.0, 1_000.0)])
@pytest.mark.parametrize(("count", "radius"), [(60, 300), (400, 300), (400, 700), (700, 1_200)])
def test_what_is_drawn_is_valid_and_has_its_area(count: int, radius: float, accuracies: tuple[float, ...]) -> None:
    at = np.arange(count)
    known = Facilities(
        x=at * 2_311 % 18_001 - 14_000.0, y=at * 3_797 % 11_003 - 9_000.0,
        accuracy_m=np.array(accuracies)[at % len(accuracies)],
    )  # fmt: skip
    found = underserved_areas(LAND, known, radius_m=radius)
    pieces = np.concatenate([found.beyond.to_numpy(), found.possibly.to_numpy()])
    exact = plane(*pieces[~shapely.is_empty(pieces)])
    kept = read_back(quantize(exact))
    assert kept.is_valid.all()
    for decimals in (6, 7):
        assert shapely.is_valid(shapely.transform(kept.to_numpy(), lambda xy, n=decimals: np.round(xy, n))).all()
    local = to_local(kept)
    assert local.is_valid.all()
    assert ((local.area - exact.area).abs() <= 0.03 * exact.length + 0.5).all()
    shapes = local.to_numpy()
    one, other = np.triu_indices(len(shapes), 1)
    shared = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    # corners of one that lie on the other's edge move to the grid: never more than its width
    assert (shared <= 0.02 * shapely.length(shapes)[one] + 0.5).all()


def test_neighbours_that_all_but_touch_stay_valid() -> None:
    notched = Polygon([(0, 0), (900, 0), (900, 900), (450, 1e-7), (0, 900)])
    holed = Polygon(box(0, 0, 900, 900).exterior, [[(1e-8, 450), (300, 200), (300, 700)]])
    kept = quantize(plane(notched, holed))
    assert kept.is_valid.all()
    assert to_local(kept).area.to_list() == pytest.approx([notched.area, holed.area], rel=1e-3)


def test_what_is_narrower_than_the_grid_vanishes() -> None:
    kept = quantize(plane(box(0, 0, 500, 0.001), box(0, 0, 500, 500)))
    assert kept.is_empty.to_list() == [True, False]


def test_a_long_straight_border_lies_where_it_lay() -> None:
    kept = quantize(plane(box(-20_000, 0, 20_000, 1_000)))
    assert to_local(kept).symmetric_difference(plane(box(-20_000, 0, 20_000, 1_000))).area.sum() < 0.05 * 82_000


def test_only_polygons_are_kept() -> None:
    mixed = shapely.GeometryCollection([box(0, 0, 1, 1), shapely.LineString([(0, 0), (5, 5)]), Polygon()])
    assert areas([mixed, shapely.Point(0, 0)])[0].equals(box(0, 0, 1, 1))
    assert areas([mixed, shapely.Point(0, 0)])[1].is_empty
