"""Stated areas are added without counting land twice."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import ParameterError
from geo.land.ledger import ancestors, counted_once

NAMES = "abcdefghij"


@st.composite
def estates(draw: st.DrawFn) -> tuple[dict[str, float | None], dict[str, str | None]]:
    """Draw a forest of parks, and a selection of them with areas where they are stated."""
    parents: dict[str, str | None] = {
        name: draw(st.sampled_from([None, *NAMES[:at]])) if at else None for at, name in enumerate(NAMES)
    }
    chosen = draw(st.sets(st.sampled_from(NAMES)))
    areas = {name: draw(st.none() | st.floats(0, 1e9)) for name in sorted(chosen)}
    return areas, parents


def test_a_park_inside_a_counted_park_is_not_counted_again() -> None:
    parents = {"PK02": None, "PK02A": "PK02", "PK02B": "PK02"}
    assert counted_once({"PK02": 3.1, "PK02A": 1.5, "PK02B": 1.5}, parents) == {"PK02"}


def test_parts_count_where_the_whole_is_not_chosen() -> None:
    parents = {"PK02": None, "PK02A": "PK02", "PK02B": "PK02"}
    assert counted_once({"PK02A": 1.5, "PK02B": 1.5}, parents) == {"PK02A", "PK02B"}


def test_parts_count_where_the_whole_states_no_area() -> None:
    assert counted_once({"top": None, "part": 2.0}, {"top": None, "part": "top"}) == {"part"}


def test_a_grandparent_hides_a_grandchild_past_a_parent_without_an_area() -> None:
    assert counted_once({"a": 9.0, "b": None, "c": 1.0}, {"a": None, "b": "a", "c": "b"}) == {"a"}


def test_an_area_of_zero_is_a_stated_area() -> None:
    assert counted_once({"a": 0.0, "b": 1.0}, {"a": None, "b": "a"}) == {"a"}


def test_ancestors_come_nearest_first() -> None:
    assert ancestors("c", {"a": None, "b": "a", "c": "b"}) == ("b", "a")
    assert ancestors("a", {"a": None}) == ()


@pytest.mark.parametrize("parents", [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "b", "b": "c", "c": "b"}])
def test_parents_in_a_circle_are_refused(parents: dict[str, str | None]) -> None:
    with pytest.raises(ParameterError) as caught:
        counted_once(dict.fromkeys(parents, 1.0), parents)
    assert caught.value.code == "parent_circle"


@given(estates())
def test_the_counted_areas_are_at_most_all_areas(
    estate: tuple[dict[str, float | None], dict[str, str | None]],
) -> None:
    areas, parents = estate
    counted = counted_once(areas, parents)
    assert counted <= {key for key, value in areas.items() if value is not None}
    assert sum(areas[key] or 0 for key in counted) <= sum(value or 0 for value in areas.values())


@given(estates())
def test_no_one_is_counted_beside_an_ancestor(estate: tuple[dict[str, float | None], dict[str, str | None]]) -> None:
    areas, parents = estate
    counted = counted_once(areas, parents)
    for key in counted:
        assert counted.isdisjoint(ancestors(key, parents))


@given(estates())
def test_whoever_is_left_out_lies_in_someone_counted(
    estate: tuple[dict[str, float | None], dict[str, str | None]],
) -> None:
    areas, parents = estate
    counted = counted_once(areas, parents)
    left_out = {key for key, value in areas.items() if value is not None} - counted
    for key in left_out:
        assert not counted.isdisjoint(ancestors(key, parents))


@given(estates(), st.randoms())
def test_the_order_of_rows_changes_nothing(
    estate: tuple[dict[str, float | None], dict[str, str | None]], chance: Random
) -> None:
    areas, parents = estate
    mixed = dict(chance.sample(list(areas.items()), len(areas)))
    assert counted_once(mixed, parents) == counted_once(areas, parents)
