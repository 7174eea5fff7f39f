"""Land supply, park extent and GMP floor each open as a tree, and never meet."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from app.core import land as page
from app.core.atlas import Atlas
from app.core.view import View
from geo.errors import ParameterError
from geo.frames import records
from geo.land import accounts
from geo.land.accounts import FloorSite
from geo.land.entries import IllegalSumError, Node, counted_leaves

END_2022, END_2025 = date(2022, 12, 31), date(2025, 12, 31)
SUPPLY = {"F013": (12_500.0, END_2022), "F014": (26_000.0, END_2025)}
SQUARES = st.builds(
    lambda x, y, side: box(121 + x / 100, 31 + y / 100, 121 + (x + side) / 100, 31 + (y + side) / 100),
    st.integers(0, 20), st.integers(0, 20), st.integers(1, 10),
)  # fmt: skip


def reasons(tree: Node) -> dict[str, str]:
    """List every entry of a tree with its reason."""
    found = {tree.key: tree.reason} if tree.kind == "entry" else {}
    for child in tree.children:
        found |= reasons(child)
    return found


def test_a_later_running_total_holds_the_earlier_ones() -> None:
    tree = accounts.land_supply(SUPPLY)
    assert tree.value == 26_000
    assert reasons(tree) == {"F013": "held_by_later", "F014": "counted"}
    assert tree.children[0].children[0].other == "F014"
    assert tree.value != 38_500


def test_supply_as_of_a_day_is_what_is_due_by_then() -> None:
    assert accounts.land_supply(SUPPLY, as_of=END_2022).value == 12_500
    assert accounts.land_supply(SUPPLY, as_of=date(2025, 12, 30)).value == 12_500
    assert accounts.land_supply(SUPPLY, as_of=END_2025).value == 26_000
    early = accounts.land_supply(SUPPLY, as_of=date(2022, 6, 30))
    assert early.value is None
    assert set(reasons(early).values()) == {"after_date"}


def test_the_increment_from_2022_to_2025_is_13500_mu() -> None:
    assert accounts.land_supply_increment(SUPPLY, since=END_2022, until=END_2025) == 13_500
    assert accounts.land_supply_increment(SUPPLY, since=date(2021, 1, 1), until=END_2025) is None


@given(st.lists(SQUARES, max_size=5))
def test_the_union_of_footprints_is_at_most_the_sum_of_their_areas(squares: list[Polygon]) -> None:
    tree = accounts.measured_extent({str(at): square for at, square in enumerate(squares)})
    own = [node.value or 0.0 for node in tree.children if node.key != "overlap"]
    assert (tree.value or 0.0) <= math.fsum(own) + 1
    assert math.fsum(leaf.value or 0.0 for leaf in counted_leaves(tree)) == pytest.approx(tree.value or 0.0)


def test_two_footprints_on_one_another_are_measured_once() -> None:
    square = box(121, 31, 121.01, 31.01)
    tree = accounts.measured_extent({"a": square, "b": square})
    assert tree.value == pytest.approx(1_058_796, abs=1)
    assert [node.key for node in tree.children] == ["a", "b", "overlap"]
    assert accounts.measured_extent({}).value is None


def test_zones_neither_count_nor_hide_what_lies_in_them() -> None:
    areas = {"PK03": 94e6, "PK02": 3.1e6, "PK02A": 1.5e6, "PK01": None}
    parents = {"PK02": "PK03", "PK02A": "PK02", "PK01": "PK27"}
    tree = accounts.park_extent(areas, parents=parents, context=["PK03", "PK27"])
    assert tree.value == 3.1e6
    assert reasons(tree) == {"PK01": "not_stated", "PK02": "counted", "PK02A": "inside", "PK03": "context"}


def test_floor_area_is_grouped_by_state_and_unknown_areas_add_to_nothing() -> None:
    sites = [
        FloorSite(id="GM01", area_m2=400_000, basis="unknown", state="building"),
        FloorSite(id="GM05", area_m2=236_000, basis="floor", state="built"),
        FloorSite(id="GM06", area_m2=30_750, basis="floor", state="building"),
        FloorSite(id="GM07", area_m2=320_000, basis="floor", state="planned"),
        FloorSite(id="GM10", area_m2=None, basis="floor", state="planned"),
    ]
    tree = accounts.gmp_floor(sites)
    assert {group.key: (group.value, group.included) for group in tree.children} == {
        "built": (236_000, True), "building": (30_750, True), "planned": (320_000, True),
        "basis_unknown": (400_000, False),
    }  # fmt: skip
    assert tree.value == 586_750 == math.fsum(leaf.value or 0.0 for leaf in counted_leaves(tree))
    assert reasons(tree)["GM10"] == "not_stated"
    assert reasons(tree)["GM01"] == "basis_unknown"
    assert accounts.gmp_floor([]).value is None


def test_every_site_stands_once_in_the_tree_of_floor_area() -> None:
    kinds = [(basis, area) for basis in ("floor", "unknown") for area in (None, 0.0, 5.0)]
    sites = [
        FloorSite(id=f"{state}-{at}", area_m2=area, basis=basis, state=state)
        for state in ("built", "planned")
        for at, (basis, area) in enumerate(kinds)
    ]
    tree = accounts.gmp_floor(sites)
    entries = [entry.key for group in tree.children for entry in group.children]
    assert sorted(entries) == sorted(site.id for site in sites)
    report = reasons(tree)
    for site in sites:
        stated = "not_stated" if site.area_m2 is None else "counted" if site.basis == "floor" else "basis_unknown"
        assert report[site.id] == stated, site
    assert tree.value == 10.0


def test_a_state_in_which_nothing_is_stated_adds_nothing() -> None:
    silent = FloorSite(id="a", area_m2=None, basis="floor", state="planned")
    assert accounts.gmp_floor([silent]).value is None
    assert accounts.gmp_floor([silent, FloorSite(id="b", area_m2=3.0, basis="floor", state="built")]).value == 3.0


@pytest.mark.parametrize(("shared_m2", "is_told"), [(0.9, False), (1.1, True)])
def test_footprints_overlap_from_one_square_metre_on(shared_m2: float, *, is_told: bool) -> None:
    side = 0.001
    square = box(121, 31, 121 + side, 31 + side)
    reach = side * shared_m2 / (accounts.measured_extent({"a": square}).value or math.nan)
    beside = box(121 + side - reach, 31, 121 + 2 * side, 31 + side)
    tree = accounts.measured_extent({"a": square, "b": beside})
    assert ("overlap" in {node.key for node in tree.children}) is is_told


def test_land_never_enters_the_floor_account() -> None:
    with pytest.raises(IllegalSumError) as caught:
        accounts.gmp_floor([FloorSite(id="a", area_m2=1.0, basis="land", state="built")])
    assert caught.value.code == "sum_of_bases"
    with pytest.raises(ParameterError) as unknown:
        accounts.gmp_floor([FloorSite(id="a", area_m2=1.0, basis="floor", state="dreamt")])
    assert unknown.value.code == "unknown_value"


def test_the_tree_of_all_parks_adds_up_to_the_total_of_the_page(atlas: Atlas) -> None:
    rows = records(atlas.frame("parks"))
    tree = accounts.park_extent(
        {row["id"]: None if math.isnan(row["site_area_m2"]) else row["site_area_m2"] for row in rows},
        parents={row["id"]: row["parent_id"] for row in rows},
        context=[row["id"] for row in rows if row["kind"] == "zone"],
    )
    shown = page.total(atlas, View())
    assert tree.value == pytest.approx(shown["park_extent_m2"])
    assert len(list(counted_leaves(tree))) == shown["parks_counted"] == 9
    report = reasons(tree)
    assert set(report) == {row["id"] for row in rows}
    assert {report["PK05"], report["PK12"], report["PK02A"]} == {"inside"}
    assert {report["PK03"], report["PK27"]} == {"context"}


def test_the_tree_of_gmp_floor_adds_up_to_the_total_of_the_page(atlas: Atlas) -> None:
    tree = accounts.gmp_floor(
        FloorSite(id=row["id"], area_m2=float(row["area_m2"]), basis=row["area_basis"], state=row["status"])
        for row in records(atlas.frame("gmp"))
    )
    assert tree.value == page.total(atlas, View())["gmp_floor_m2"] == 1_352_750
    groups = {group.key: group for group in tree.children}
    assert groups["built"].value == 236_000
    assert groups["basis_unknown"].value == 635_000
    assert not groups["basis_unknown"].included
