"""Each total opens as a tree whose leaves add up to it, with a reason for all that was left out."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import land, trees
from app.core.atlas import DEFAULT_DATA, load_atlas
from app.core.view import View
from app.documents import exports
from geo.land.entries import REASONS, counted_leaves
from layers.vocabulary import DISTRICT_CODES, SECTOR_CODES

ATLAS = load_atlas(DEFAULT_DATA)
VIEWS = st.builds(
    View,
    districts=st.lists(st.sampled_from(DISTRICT_CODES), max_size=4).map(tuple),
    sectors=st.lists(st.sampled_from(SECTOR_CODES), max_size=3).map(tuple),
)
MU_PER_M2 = 3 / 2000


def supply(day: str) -> float | None:
    """Land supply on a day, 亩."""
    return trees.supply_tree(ATLAS, as_of=date.fromisoformat(day)).value


def table(name: str, view: View) -> pd.DataFrame:
    """Give a tree as the table that the page shows."""
    return trees.rows(trees.tree(ATLAS, name, view), ATLAS)


@settings(max_examples=20)
@given(VIEWS)
def test_the_roots_are_the_totals_of_the_land_table(view: View) -> None:
    sums = land.total(ATLAS, view)
    assert (trees.extent_tree(ATLAS, view).value or 0) == pytest.approx(np.nan_to_num(sums["park_extent_m2"]))
    assert (trees.floor_tree(ATLAS, view).value or 0) == pytest.approx(np.nan_to_num(sums["gmp_floor_m2"]))


@settings(max_examples=20)
@given(VIEWS, st.sampled_from(trees.TREES))
def test_the_counted_leaves_add_up_to_the_root(view: View, name: str) -> None:
    root = trees.tree(ATLAS, name, view)
    assert math.fsum(leaf.value or 0 for leaf in counted_leaves(root)) == pytest.approx(root.value or 0)


def test_unfiltered_nine_parks_count_and_the_floor_stands_by_state() -> None:
    extent = trees.extent_tree(ATLAS, View())
    assert extent.value == pytest.approx(147_530_000)
    assert len(list(counted_leaves(extent))) == 9
    floor = {group.key: group.value for group in trees.floor_tree(ATLAS, View()).children}
    assert floor == {
        "built": 236_000, "building": 176_750, "planned": 320_000, "unknown": 620_000, "basis_unknown": 635_000,
    }  # fmt: skip


def test_land_supply_is_never_the_sum_of_its_two_steps() -> None:
    tree = trees.supply_tree(ATLAS)
    assert tree.value == 26_000
    (latest,) = tree.children
    (held,) = latest.children
    assert (latest.key, held.key, held.reason, held.other) == ("F014", "F013", "held_by_later", "F014")


@pytest.mark.parametrize(
    ("day", "mu"),
    [
        ("2021-10-13", None),  # the day before anybody had said it
        ("2021-10-14", None),  # said, and due later
        ("2022-12-30", None),
        ("2022-12-31", 12_500),
        ("2025-12-30", 12_500),
        ("2025-12-31", 26_000),
        ("2026-11-21", 26_000),
    ],
)
def test_land_supply_of_a_day_is_what_was_known_and_due(day: str, mu: float | None) -> None:
    assert supply(day) == mu
    assert trees.tree(ATLAS, trees.SUPPLY, View(as_of=day)).value == mu


def test_before_its_publication_the_tree_has_no_leaf_at_all() -> None:
    assert trees.supply_tree(ATLAS, as_of=date(2021, 10, 13)).children == ()
    known = trees.supply_tree(ATLAS, as_of=date(2021, 10, 14)).children
    assert {leaf.reason for leaf in known} == {"after_date"}


@settings(max_examples=20)
@given(VIEWS, st.sampled_from(trees.TREES))
def test_every_row_that_is_left_out_says_why_in_both_languages(view: View, name: str) -> None:
    rows = table(name, view)
    left_out = rows[~rows["counted"]]
    assert "counted" not in set(left_out["reason"])
    assert set(rows[rows["counted"]]["reason"]) == {"counted"}
    for reason_zh, reason_en in zip(rows["reason_zh"], rows["reason_en"], strict=True):
        assert reason_zh
        assert reason_en


def test_every_reason_has_its_words() -> None:
    assert set(trees.REASONS) == set(REASONS)
    assert all(zh and en for zh, en in trees.REASONS.values())


def test_what_lies_inside_names_the_park_that_counts_instead() -> None:
    rows = table(trees.EXTENT, View()).set_index("id")
    assert rows.at["PK05", "reason"] == "inside"
    assert ATLAS.frame("parks").set_index("id").at["PK14", "name_zh"] in rows.at["PK05", "reason_zh"]
    assert rows.at["PK05", "depth"] == rows.at["PK14", "depth"] + 1
    assert rows.at["PK03", "reason"] == rows.at["PK27", "reason"] == "context"


@pytest.mark.parametrize("name", trees.TREES)
def test_a_figure_behind_a_leaf_exists_and_states_that_leaf(name: str) -> None:
    rows = table(name, View())
    behind = rows[rows["figure"] != ""]
    assert len(behind) > 0
    for _, row in behind.iterrows():
        figure = ATLAS.evidence.figures[row["figure"]]
        assert figure.basis in {"land", "floor", "unknown"}, row["figure"]
        assert row["id"] in {figure.id, figure.subject_id}, row["figure"]
        in_m2 = {"mu": MU_PER_M2, "ha": 1e-4, "km2": 1e-6, "m2": 1.0}[figure.unit]
        assert figure.value == pytest.approx(row["value_m2"] * in_m2, rel=1e-5), row["figure"]


def test_no_stated_area_of_a_tree_is_without_a_figure() -> None:
    rows = pd.concat([table(name, View()) for name in trees.TREES])
    stated = rows[rows["id"].isin([*ATLAS.frame("parks")["id"], *ATLAS.frame("gmp")["id"]]) & rows["value_m2"].notna()]
    assert len(stated) > 0
    assert stated[stated["figure"] == ""]["id"].to_list() == []


def test_land_is_told_in_mu_and_floor_area_never() -> None:
    extent = table(trees.EXTENT, View())
    assert extent["value_mu"].dropna().to_list() == pytest.approx((extent["value_m2"] * MU_PER_M2).dropna().to_list())
    assert table(trees.FLOOR, View())["value_mu"].isna().all()


@pytest.mark.parametrize("name", trees.TREES)
def test_a_tree_may_be_taken_away_as_it_is_shown(name: str) -> None:
    view = View(as_of="2022-12-31")
    taken = exports.table(ATLAS, name, view)
    assert taken["id"].to_list() == table(name, view)["id"].to_list()
    assert taken["depth"].iloc[0] == 0


def test_a_selection_of_nothing_has_trees_without_a_total() -> None:
    nothing = View(districts=("310101",))
    assert trees.extent_tree(ATLAS, nothing).value is None
    assert trees.floor_tree(ATLAS, nothing).value is None
    assert len(table(trees.EXTENT, nothing)) == 1
