"""Circles that cannot be seen are left out, and the underserved areas stay what they were."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from geo import underserved as drawing
from geo.circles import Circles
from geo.crs import WGS84, to_local
from geo.facilities import Facilities
from geo.underserved import UnderservedAreas, underserved_areas

METRE = st.integers(0, 2_000)
CIRCLE = st.tuples(METRE, METRE, st.sampled_from([0.0, 150.0, 400.0, 900.0]))
LAND = gpd.GeoSeries([box(121.45, 31.17, 121.50, 31.22), box(121.50, 31.17, 121.55, 31.22)], crs=WGS84)


def circles_of(places: list[tuple[int, int, float]]) -> Circles:
    x, y, radius = np.array(places, dtype=float).reshape(-1, 3).T
    return Circles(x=x, y=y, radius=radius)


@given(st.lists(CIRCLE, max_size=20), st.lists(st.tuples(METRE, METRE), max_size=10), st.sampled_from([0.0, 60.0]))
def test_a_point_is_held_if_any_circle_holds_it_so_deep(
    places: list[tuple[int, int, float]], points: list[tuple[int, int]], depth: float
) -> None:
    x, y = np.array(points, dtype=float).reshape(-1, 2).T
    held = circles_of(places).holds(x, y, depth_m=depth)
    walked = [any(np.hypot(px - cx, py - cy) <= r - depth for cx, cy, r in places) for px, py in points]
    assert held.tolist() == walked


@given(st.lists(CIRCLE, min_size=1, max_size=40))
@settings(deadline=None)
def test_the_union_of_those_that_matter_has_no_border_less(places: list[tuple[int, int, float]]) -> None:
    circles = circles_of(places)
    seen = circles.mattering(np.array([0.0, 0.0, 2_000.0, 2_000.0]))
    drawn = shapely.buffer(shapely.points(circles.x, circles.y), circles.radius)
    frame = box(0, 0, 2_000, 2_000)
    left_out = frame.difference(shapely.union_all(drawn[seen])).difference(shapely.union_all(drawn))
    whole = frame.difference(shapely.union_all(drawn))
    assert left_out.area == pytest.approx(whole.area, abs=1e-3)
    holes = shapely.get_parts(frame.difference(shapely.union_all(drawn[seen])))
    inner = shapely.point_on_surface(holes)
    # the drawn polygon lies inside its circle: a point between both is neither
    clear = [not shapely.dwithin(whole.boundary, point, 6.0) for point in inner]
    held = circles.holds(shapely.get_x(inner), shapely.get_y(inner))
    true_hole = shapely.intersects(whole, inner) if len(inner) else np.zeros(0, dtype=bool)
    assert (held[clear] == ~true_hole[clear]).all()


def dense(*, count: int, accuracies: tuple[float, ...]) -> Facilities:
    """Make many places that look thrown, the same each time."""
    at = np.arange(count)
    x, y = at * 2_311 % 9_001 - 4_500.0, at * 3_797 % 5_003 - 3_000.0
    return Facilities(x=x, y=y, accuracy_m=np.array(accuracies)[at % len(accuracies)])


def drawn(known: Facilities, radius: float, *, fine: int, monkeypatch: pytest.MonkeyPatch) -> UnderservedAreas:
    monkeypatch.setattr(drawing, "MOST_FINE", fine)
    return underserved_areas(LAND, known, radius_m=radius)


@pytest.mark.parametrize(("radius", "count"), [(90, 700), (250, 400), (600, 300), (600, 40), (3_000, 60)])
@pytest.mark.parametrize("accuracies", [(0.0,), (0.0, 50.0), (50.0, 200.0, 1_000.0)])
def test_many_are_drawn_as_few_within_the_stated_error(
    radius: float, count: int, accuracies: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = dense(count=count, accuracies=accuracies)
    few = drawn(known, radius, fine=10_000, monkeypatch=monkeypatch)
    many = drawn(known, radius, fine=0, monkeypatch=monkeypatch)
    assert few.error_m < many.error_m <= 0.0033 * (radius + max(accuracies))
    east, north = (axis.ravel() for axis in np.meshgrid(np.arange(-4_700, 4_700, 61.0), np.arange(-3_200, 2_300, 53.0)))
    gap = np.hypot(east[:, None] - known.x, north[:, None] - known.y)
    least, most = (gap - known.accuracy_m).min(axis=1), (gap + known.accuracy_m).min(axis=1)
    clear = (np.abs(least - radius) > many.error_m) & (np.abs(most - radius) > many.error_m)
    for zone, ground in enumerate(to_local(LAND)):
        here = clear & shapely.contains_xy(ground, east, north)
        assert (shapely.contains_xy(many.beyond.iloc[zone], east, north)[here] == (least > radius)[here]).all()
        between = (least <= radius) & (most > radius)
        assert (shapely.contains_xy(many.possibly.iloc[zone], east, north)[here] == between[here]).all()
    for shares in (few.table, many.table):
        assert (shares["sure_m2"] + shares["possibly_m2"] + shares["beyond_m2"]).to_list() == pytest.approx(
            shares["land_m2"].to_list()
        )
    for column in ("sure_m2", "best_m2", "possible_m2"):
        ratio = (many.table[column] / few.table[column].where(few.table[column] > 0)).dropna()
        assert (abs(ratio - 1) < 2e-3).all(), "neither side is favoured"


def test_progress_is_the_share_of_zones() -> None:
    report: list[float] = []
    underserved_areas(LAND, dense(count=5, accuracies=(0.0,)), radius_m=500, on_progress=report.append)
    assert report == [0.5, 1.0]
