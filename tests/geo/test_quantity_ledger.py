"""Totals add what may be added, say what they left out, and refuse the rest."""

import math
import re
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely.geometry import box

from geo.errors import ParameterError
from geo.land.entries import REASONS, Entry, IllegalSumError, Node, counted_leaves
from geo.land.ledger import increment, total

NAMES = "abcdefgh"
PARENTS = {"b": "a", "c": "b", "e": "d"}  # a holds b holds c, d holds e; f, g, h stand alone
AREAS = st.floats(0, 1e9)
END_2022, END_2025 = date(2022, 12, 31), date(2025, 12, 31)


def land(key: str, value: float | None, **more: Any) -> Entry:
    """Make an entry of land that is there."""
    return Entry(**{"id": key, "value": value, "unit": "m2", "basis": "land", "semantics": "stock"} | more)


def goal(key: str, value: float, due: date, **more: Any) -> Entry:
    """Make a running target of the city."""
    return land(key, value, as_of=due, semantics="target", running=True, **{"place": "city"} | more)


def reasons(tree: Node) -> dict[str, str]:
    """List every entry of a tree with its reason."""
    found = {tree.key: tree.reason} if tree.kind == "entry" else {}
    for child in tree.children:
        found |= reasons(child)
    return found


@st.composite
def parks(draw: st.DrawFn) -> list[Entry]:
    """Draw a selection of nested parks, some without an area or of an unknown kind."""
    chosen = draw(st.lists(st.sampled_from(NAMES), unique=True))
    return [
        land(
            key,
            draw(st.none() | AREAS),
            basis=draw(st.sampled_from(["land", "land", "land", "unknown"])),
            parent=PARENTS.get(key),
        )
        for key in chosen
    ]


@given(parks())
def test_a_total_is_at_most_the_sum_and_its_counted_leaves_add_up_to_it(entries: list[Entry]) -> None:
    tree = total(entries, parents=PARENTS)
    leaves = [leaf.value or 0.0 for leaf in counted_leaves(tree)]
    assert (tree.value or 0.0) <= math.fsum(entry.value or 0.0 for entry in entries)
    assert math.fsum(leaves) == (tree.value or 0.0)
    assert (tree.value is None) == (not leaves)


@given(parks())
def test_every_entry_stands_in_the_tree_once_with_a_reason(entries: list[Entry]) -> None:
    report = reasons(total(entries, parents=PARENTS))
    assert set(report) == {entry.id for entry in entries}
    assert set(report.values()) <= set(REASONS)


@given(parks(), st.randoms())
def test_the_order_of_entries_does_not_matter(entries: list[Entry], chance: Random) -> None:
    mixed = chance.sample(entries, len(entries))
    assert total(mixed, parents=PARENTS) == total(entries, parents=PARENTS)


@given(parks(), st.floats(1e-3, 1e3))
def test_a_total_grows_with_its_entries(entries: list[Entry], factor: float) -> None:
    scaled = [replace(entry, value=None if entry.value is None else entry.value * factor) for entry in entries]
    before, after = (total(rows, parents=PARENTS).value for rows in (entries, scaled))
    assert (before or 0.0) * factor == pytest.approx(after or 0.0)


@given(parks(), AREAS)
def test_a_part_of_what_counts_never_changes_the_total(entries: list[Entry], area: float) -> None:
    tree = total(entries, parents=PARENTS)
    for leaf in counted_leaves(tree):
        part = land("part", area, parent=leaf.key)
        assert total([*entries, part], parents=PARENTS).value == tree.value


ILLEGAL = {
    "sum_of_bases": {"basis": "floor"}, "sum_of_units": {"unit": "mu"}, "sum_of_measures": {"measure": "other"},
    "sum_of_semantics": {"semantics": "target"},
}  # fmt: skip


@given(parks(), st.sampled_from(sorted(ILLEGAL)), AREAS)
def test_an_illegal_mix_always_raises_and_says_why(entries: list[Entry], code: str, area: float) -> None:
    assume(any(entry.value is not None and entry.basis == "land" for entry in entries))
    with pytest.raises(IllegalSumError) as caught:
        total([*entries, land("other", area, **ILLEGAL[code])], parents=PARENTS)
    assert caught.value.code == code
    assert "other" in caught.value.where
    assert isinstance(caught.value, ParameterError)


def test_a_mix_is_refused_also_where_a_part_would_not_have_counted() -> None:
    with pytest.raises(IllegalSumError, match="different kinds"):
        total([land("a", 2.0), land("b", 1.0, basis="floor", parent="a")])


def test_yearly_numbers_of_several_years_and_goals_of_several_days_do_not_add() -> None:
    for semantics in ("annual", "cumulative", "target", "projection"):
        rows = [land(key, 1.0, semantics=semantics, as_of=day) for key, day in (("a", END_2022), ("b", END_2025))]
        with pytest.raises(IllegalSumError) as caught:
            total(rows)
        assert caught.value.code == "sum_of_dates"
        assert total([replace(row, as_of=END_2022) for row in rows]).value == 2.0


def test_stocks_of_several_dates_add() -> None:
    assert total([land("a", 1.0, as_of=END_2022), land("b", 2.0, as_of=END_2025)]).value == 3.0


def test_two_numbers_for_one_place_are_refused() -> None:
    with pytest.raises(IllegalSumError) as caught:
        total([land("X031", 43.22, place="PK14"), land("X032", 58.0, place="PK14")])
    assert caught.value.code == "sum_of_one_place"


def test_two_running_totals_of_one_day_are_refused() -> None:
    with pytest.raises(IllegalSumError, match="one place"):
        total([goal("a", 1.0, END_2022), goal("b", 2.0, END_2022)])


def test_a_running_total_without_a_date_neither_holds_another_nor_is_held() -> None:
    with pytest.raises(IllegalSumError, match="one place"):
        total([goal("a", 1.0, END_2022), replace(goal("b", 2.0, END_2022), as_of=None)])


def test_what_holds_only_after_the_day_hides_nothing() -> None:
    later, here = land("a", 9.0, as_of=END_2025), land("b", 1.0, as_of=END_2022, parent="a")
    assert total([later, here], as_of=END_2022).value == 1.0
    assert total([later, here], as_of=END_2025).value == 9.0


def test_a_place_inside_another_meets_no_footprint() -> None:
    inside = land("b", 1.0, parent="a", footprint=box(0, 0, 2, 2))
    assert total([land("a", 9.0), inside, land("c", 4.0, footprint=box(1, 1, 3, 3))]).value == 13.0


def test_only_what_runs_on_has_an_increment() -> None:
    with pytest.raises(IllegalSumError, match="no increment"):
        increment([land("a", 1.0)], since=END_2022, until=END_2025)


def test_running_totals_of_different_places_add_at_one_date_only() -> None:
    here, there = goal("a", 3.0, END_2022, place="A"), goal("b", 4.0, END_2022, place="B")
    assert total([here, there]).value == 7.0
    with pytest.raises(IllegalSumError, match="different dates"):
        total([here, replace(there, as_of=END_2025)])
    older = goal("c", 1.0, date(2020, 12, 31), place="B")
    assert total([here, there, older]).value == 7.0


@given(st.lists(st.tuples(AREAS, st.dates()), min_size=1, max_size=6, unique_by=lambda pair: pair[1]), st.dates())
def test_the_answer_is_always_one_of_the_stated_numbers(pairs: list[tuple[float, date]], day: date) -> None:
    entries = [goal(str(at), value, due) for at, (value, due) in enumerate(pairs)]
    due = [(when, value) for value, when in pairs if when <= day]
    assert total(entries, as_of=day).value == (max(due)[1] if due else None)


def test_a_grandchild_stands_below_the_place_that_counts() -> None:
    tree = total([land("a", 9.0), land("c", 1.0)], parents=PARENTS)
    assert [(node.key, [child.key for child in node.children]) for node in tree.children] == [("a", ["c"])]
    assert tree.children[0].children[0].reason == "inside"
    assert not tree.children[0].children[0].included


def test_parents_in_a_circle_are_refused() -> None:
    with pytest.raises(ParameterError) as caught:
        total([land("a", 1.0, parent="b"), land("b", 1.0, parent="a")])
    assert caught.value.code == "parent_circle"


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_an_amount_is_finite_and_not_negative(value: float) -> None:
    with pytest.raises(ParameterError) as caught:
        land("a", value)
    assert caught.value.code == "faulty_amount"


def test_a_basis_or_semantics_that_does_not_exist_is_refused() -> None:
    for more in ({"basis": "air"}, {"semantics": "wish"}):
        with pytest.raises(ParameterError) as caught:
            land("a", 1.0, **more)
        assert caught.value.code == "unknown_value"


def test_a_footprint_inside_another_counts_once_and_neighbours_both() -> None:
    whole, part, beside = box(0, 0, 2, 2), box(0, 0, 1, 1), box(2, 0, 3, 2)
    rows = [land("a", 4.0, footprint=whole), land("b", 1.0, footprint=part), land("c", 2.0, footprint=beside)]
    tree = total(rows)
    assert tree.value == 6.0
    assert reasons(tree) == {"a": "counted", "b": "same_land", "c": "counted"}


# parts of the smaller footprint that lie in the larger one, from just more than rounding to just less than all
PARTS = (0.0011, 0.1, 0.25, 0.49, 0.5, 0.51, 0.75, 0.9, 0.9989)


def overlapping(part: float) -> list[Entry]:
    """Make a square of 4 and one of 1, of which a part lies in the larger one."""
    large, small = box(0, 0, 2, 2), box(2 - part, 0, 3 - part, 1)
    return [land("a", 4.0, footprint=large), land("b", 1.0, footprint=small)]


@pytest.mark.parametrize("part", PARTS)
def test_footprints_that_overlap_in_part_are_refused_however_large_the_part(part: float) -> None:
    with pytest.raises(IllegalSumError, match=re.escape(f"{part:.1%}")) as caught:
        total(overlapping(part))
    assert caught.value.code == "sum_of_overlaps"
    assert caught.value.where == "a, b"


def test_footprints_that_overlap_by_rounding_both_count() -> None:
    assert total(overlapping(0.0009)).value == 5.0


def test_a_footprint_that_sticks_out_by_rounding_lies_inside() -> None:
    tree = total(overlapping(0.9991))
    assert tree.value == 4.0
    assert reasons(tree) == {"a": "counted", "b": "same_land"}


def test_of_two_equal_footprints_the_larger_number_counts() -> None:
    square = box(0, 0, 1, 1)
    tree = total([land("a", 3.0, footprint=square), land("b", 7.0, footprint=square)])
    assert tree.value == 7.0
    assert reasons(tree) == {"a": "same_land", "b": "counted"}


def test_what_is_left_out_as_the_same_land_hides_and_refuses_nothing() -> None:
    whole, part, edge = box(0, 0, 4, 4), box(0, 0, 2, 2), box(1, 1, 2.5, 2.5)
    rows = [land(key, 1.0, footprint=shape) for key, shape in (("a", whole), ("b", part), ("c", edge))]
    tree = total(rows)  # b and c overlap in part, and both lie in a
    assert reasons(tree) == {"a": "counted", "b": "same_land", "c": "same_land"}
    assert [child.key for child in tree.children[0].children] == ["b", "c"]
