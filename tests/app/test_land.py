"""Land under a view: always 16 rows, every piece of land once, floor area never land."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import filters, land
from app.core.atlas import DEFAULT_DATA, load_atlas
from app.core.view import View
from geo.frames import records
from geo.land.ledger import ancestors
from layers.vocabulary import DISTRICT_CODES, METHOD_CODES, SECTOR_CODES

GOLDEN = Path(__file__).parents[1] / "golden"
ATLAS = load_atlas(DEFAULT_DATA)
PARKS = ATLAS.loaded["parks"].frame.set_index("id")
VIEWS = st.builds(
    View,
    districts=st.lists(st.sampled_from(DISTRICT_CODES), max_size=4).map(tuple),
    sectors=st.lists(st.sampled_from(SECTOR_CODES), max_size=3).map(tuple),
    methods=st.lists(st.sampled_from(METHOD_CODES), max_size=3).map(tuple),
    towns=st.lists(st.sampled_from(ATLAS.towns), max_size=2).map(tuple),
)
NUMBERS = ["parks_counted", "park_extent_m2", "outline_m2", "gmp_sites", "gmp_floor_m2", "gmp_unknown_m2"]


def counted(view: View) -> frozenset[str]:
    """Name the parks that count under a view."""
    return land.counted_parks(ATLAS, records(filters.rows(ATLAS, "parks", view)))


def test_without_a_filter_nine_parks_count_147_km2_or_221295_mu(counts: dict[str, Any]) -> None:
    total = land.total(ATLAS, View())
    assert total["parks"] == counts["layers"]["parks"]
    assert total["parks_counted"] == 9
    assert total["park_extent_m2"] == pytest.approx(147_530_000)
    assert total["park_extent_mu"] == pytest.approx(221_295)
    assert total["park_extent_ha"] == pytest.approx(14_753)
    assert counted(View()) == {"PK02", "PK04", "PK06", "PK09", "PK10", "PK11", "PK14", "PK15", "PK16"}


def test_without_a_filter_gmp_floor_is_what_the_sources_state_as_floor() -> None:
    total = land.total(ATLAS, View())
    assert total["gmp_floor_m2"] == 146_000 + 280_000 + 236_000 + 30_750 + 320_000 + 340_000
    assert total["gmp_floor_built_m2"] == 236_000
    assert total["gmp_unknown_m2"] == 400_000 + 125_000 + 110_000


def test_the_table_is_the_golden_one() -> None:
    table = land.by_district(ATLAS, View()).round(1)
    golden = pd.read_csv(GOLDEN / "land_by_district.csv", dtype={"district_code": str})
    pd.testing.assert_frame_equal(table, golden, check_dtype=False, rtol=1e-6)


@settings(max_examples=10)
@given(VIEWS)
def test_there_are_always_16_rows_in_the_order_of_their_codes(view: View) -> None:
    table = land.by_district(ATLAS, view)
    assert table["district_code"].to_list() == list(DISTRICT_CODES)
    assert set(table["land_supply"]) == {"not_published"}


@settings(max_examples=10)
@given(VIEWS)
def test_the_districts_add_up_to_the_union_total(view: View) -> None:
    sums, total = land.by_district(ATLAS, view)[NUMBERS].sum(), land.total(ATLAS, view)
    for name in NUMBERS:
        assert sums[name] == pytest.approx(np.nan_to_num(total[name]), rel=1e-6, abs=1.0), name


@settings(max_examples=10)
@given(VIEWS)
def test_mu_and_hectares_are_the_square_metres(view: View) -> None:
    for table in (land.by_district(ATLAS, view), land.by_sector(ATLAS, view)):
        assert table["park_extent_mu"].to_list() == pytest.approx(
            (table["park_extent_m2"] * 3 / 2000).to_list(), nan_ok=True
        )
        assert table["park_extent_ha"].to_list() == pytest.approx(
            (table["park_extent_m2"] / 1e4).to_list(), nan_ok=True
        )


@given(VIEWS)
def test_a_zone_never_counts_and_a_nested_park_counts_once(view: View) -> None:
    chosen = counted(view)
    assert {"PK03", "PK27"}.isdisjoint(chosen)
    parents = PARKS["parent_id"].to_dict()
    for key in chosen:
        assert chosen.isdisjoint(ancestors(key, parents))


@given(VIEWS)
def test_a_filter_never_makes_land_larger(view: View) -> None:
    assert not land.total(ATLAS, view)["park_extent_m2"] > 147_530_000 * (1 + 1e-9)


@given(VIEWS)
def test_no_sector_is_larger_than_the_union_total_by_more_than_the_parts_of_hidden_wholes(view: View) -> None:
    total = land.total(ATLAS, view)["park_extent_m2"]
    sectors = land.by_sector(ATLAS, view)
    assert not (sectors["park_extent_m2"] > total * (1 + 1e-9)).any()


def test_a_district_filter_leaves_the_other_districts_at_nothing() -> None:
    table = land.by_district(ATLAS, View(districts=("310117",))).set_index("district_code")
    assert table.at["310117", "park_extent_mu"] == pytest.approx(86_655)
    others = table.drop(index="310117")
    assert others["outline_m2"].isna().all(), "nothing measured is not a measured nothing"
    assert others[NUMBERS].drop(columns="outline_m2").to_numpy().sum() == 0


def test_parks_without_a_published_area_are_no_parks_of_no_area() -> None:
    table = land.by_district(ATLAS, View()).set_index("district_code")
    changning, huangpu = table.loc["310105"], table.loc["310101"]
    assert (changning["parks"], changning["parks_counted"]) == (8, 0)
    assert pd.isna(changning["park_extent_m2"])
    assert pd.isna(changning["park_extent_mu"])
    assert (huangpu["parks"], huangpu["park_extent_m2"]) == (0, 0)
    minhang = table.loc["310112"]
    assert (minhang["gmp_sites"], minhang["gmp_unknown_m2"]) == (1, 110_000)
    assert pd.isna(minhang["gmp_floor_m2"]), "an area of unknown kind is no floor area of nothing"
    assert pd.isna(land.total(ATLAS, View(districts=("310105",)))["park_extent_mu"])


def test_a_part_counts_for_itself_where_its_whole_is_filtered_away() -> None:
    town = View(towns=("小昆山镇",))
    chosen = filters.rows(ATLAS, "parks", town)
    if "PK12" not in set(chosen["id"]):
        town = View(towns=PARKS.at["PK12", "towns"], methods=("town",))
    assert "PK12" in counted(town)
    assert "PK11" not in counted(town)


def test_outlines_are_compared_only_where_they_are_independent() -> None:
    table = land.outlines_compared(ATLAS, View()).set_index("park_id")
    assert table.index.to_list() == ["PK02A", "PK04"]
    assert table["difference_share"].to_list() == pytest.approx([0.186, 0.137], abs=0.01)
    assert table["published_m2"].to_list() == [1_500_000, 18_490_000]


def test_a_view_of_nothing_has_empty_tables_and_no_error() -> None:
    nothing = View(districts=("310101",), sectors=("vaccines",))
    assert land.total(ATLAS, nothing)["park_extent_m2"] == 0
    assert land.by_sector(ATLAS, nothing).empty
    assert land.outlines_compared(ATLAS, nothing).empty


def test_land_supply_is_the_citys_and_cumulative() -> None:
    first, later = land.supply(ATLAS)
    assert (first["value_mu"], later["value_mu"]) == (12_500, 26_000)
    assert first["value_m2"] == pytest.approx(12_500 * 2000 / 3)
    assert first["as_of"] < later["as_of"]


def test_land_supply_is_what_had_been_published_by_the_day() -> None:
    every = land.supply(ATLAS)
    assert every
    for row in every:
        day = date.fromisoformat(row["published"])
        expected = [each["figure"] for each in every if each["published"] <= row["published"]]
        assert [each["figure"] for each in land.supply(ATLAS, known_on=day)] == expected
        assert row["figure"] in expected
        before = land.supply(ATLAS, known_on=day - timedelta(days=1))
        assert row["figure"] not in {each["figure"] for each in before}


@pytest.mark.parametrize("sector", SECTOR_CODES)
def test_the_row_of_a_sector_is_the_total_of_its_parks(sector: str) -> None:
    parks = [row for row in filters.records(ATLAS, "parks", View()) if sector in row["sectors"]]
    rows = land.by_sector(ATLAS, View()).set_index("sector")
    assert (sector in rows.index) is bool(parks)
    if parks:
        alone = land.total(ATLAS, View(sectors=(sector,)))
        assert rows.at[sector, "parks"] == len(parks)
        assert rows.at[sector, "park_extent_m2"] == pytest.approx(alone["park_extent_m2"], nan_ok=True)


@pytest.mark.parametrize(("of", "table"), [("district", land.by_district), ("sector", land.by_sector)])
def test_the_last_row_of_a_table_is_the_union_total_in_the_columns_of_the_table(of: str, table: Any) -> None:
    rows, total = table(ATLAS, View()), land.total(ATLAS, View())
    whole = land.with_total(rows, total, of=of)
    assert list(whole.columns) == list(rows.columns)
    assert len(whole) == len(rows) + 1
    last = whole.iloc[-1]
    assert last["district_code" if of == "district" else "sector"] == "all"
    assert last[f"{of}_zh"] != last[f"{of}_en"]
    shared = [name for name in rows.columns if name in total]
    assert shared
    assert [last[name] for name in shared] == [total[name] for name in shared]


def test_the_order_of_rows_changes_no_sum() -> None:
    rows = records(ATLAS.loaded["parks"].frame)
    assert land.counted_parks(ATLAS, rows[::-1]) == land.counted_parks(ATLAS, rows)
