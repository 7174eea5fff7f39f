"""Which polygon holds a thing, and which rows a filter keeps."""

from random import Random

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box

from geo.assign import crossed, points_to_polygons
from geo.crs import WGS84
from geo.select import any_of, one_of

# two squares side by side, a gap, and a third one
POLYGONS = gpd.GeoSeries([box(0, 0, 1, 1), box(1, 0, 2, 1), box(3, 0, 4, 1)], crs=WGS84)
PLACES = st.lists(st.tuples(st.floats(-0.5, 4.5), st.floats(-0.5, 1.5)), max_size=30)


def located(*places: tuple[float, float]) -> list[int]:
    """Locate places in POLYGONS."""
    return points_to_polygons(gpd.GeoSeries([Point(place) for place in places], crs=WGS84), POLYGONS).tolist()


def test_a_point_finds_the_polygon_it_lies_in() -> None:
    assert located((0.5, 0.5), (1.5, 0.5), (3.5, 0.5)) == [0, 1, 2]


def test_a_point_outside_all_polygons_gets_minus_one() -> None:
    assert located((2.5, 0.5), (9, 9)) == [-1, -1]


def test_on_a_shared_border_the_first_polygon_wins() -> None:
    assert located((1, 0.5), (1, 1)) == [0, 0]


def test_on_an_outer_border_a_point_still_lies_in_its_polygon() -> None:
    assert located((0, 0), (4, 1)) == [0, 2]


def test_no_points_give_no_positions() -> None:
    assert located() == []


@given(PLACES, st.randoms())
def test_shuffling_the_points_changes_nothing_for_any(places: list[tuple[float, float]], chance: Random) -> None:
    order = list(range(len(places)))
    chance.shuffle(order)
    found = located(*places)
    assert located(*(places[at] for at in order)) == [found[at] for at in order]


@given(PLACES)
def test_the_answer_is_that_of_asking_every_polygon_in_turn(places: list[tuple[float, float]]) -> None:
    expected = [next((at for at, shape in enumerate(POLYGONS) if shape.intersects(Point(p))), -1) for p in places]
    assert located(*places) == expected


def test_a_line_crosses_every_polygon_it_touches_in_their_order() -> None:
    lines = [LineString([(3.5, 0.5), (0.5, 0.5)]), LineString([(2.5, 0), (2.5, 1)]), LineString([(1, -1), (1, 2)])]
    assert crossed(gpd.GeoSeries(lines, crs=WGS84), POLYGONS) == [(0, 1, 2), (), (0, 1)]


ROWS = pd.Series([("a", "b"), ("b",), (), ("c",)], dtype=object)


def test_a_list_is_kept_if_it_shares_any_wanted_value() -> None:
    assert any_of(ROWS, ("b",)).tolist() == [True, True, False, False]
    assert any_of(ROWS, ("a", "c")).tolist() == [True, False, False, True]


def test_an_unknown_value_keeps_nothing() -> None:
    assert not any_of(ROWS, ("z",)).any()
    assert not one_of(pd.Series(["a", None]), ("z",)).any()


@pytest.mark.parametrize("nothing", [(), [], frozenset()])
def test_wanting_nothing_means_no_restriction(nothing: tuple[str, ...]) -> None:
    assert any_of(ROWS, nothing).tolist() == [True] * 4
    assert one_of(pd.Series(["a", None, "b"]), nothing).tolist() == [True] * 3


def test_a_single_value_is_kept_if_it_is_wanted_and_a_missing_one_is_not() -> None:
    assert one_of(pd.Series(["a", None, "b", np.nan], dtype=object), ("a",)).tolist() == [True, False, False, False]


def test_an_empty_table_has_no_rows_to_keep() -> None:
    assert any_of(pd.Series([], dtype=object), ("a",)).shape == (0,)
    assert one_of(pd.Series([], dtype=object), ("a",)).shape == (0,)


@given(st.sets(st.sampled_from("abcd")), st.sets(st.sampled_from("abcd")))
def test_wanting_more_values_never_keeps_fewer_rows(one: set[str], other: set[str]) -> None:
    if one:
        assert (any_of(ROWS, one) <= any_of(ROWS, one | other)).all()
