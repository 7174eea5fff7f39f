"""A table of codes answers exactly as a pandas filter and groupby over its rows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.code_table import MOST_SECTORS, CodeTable, build_code_table
from geo.errors import ParameterError

DISTRICTS = 5
VALUES = st.one_of(st.integers(-(10**9), 10**9).map(float), st.just(float("nan")))
ROWS = st.lists(
    st.tuples(st.integers(-1, DISTRICTS - 1), st.integers(0, 2**MOST_SECTORS - 1), st.integers(0, 6), VALUES),
    max_size=40,
)
WANTED = st.tuples(
    st.lists(st.integers(0, DISTRICTS - 1), max_size=3),
    st.lists(st.integers(0, MOST_SECTORS - 1), max_size=3),
    st.lists(st.integers(0, 6), max_size=2),
)


def frame(rows: list[tuple[int, int, int, float]]) -> pd.DataFrame:
    """Lay rows out as a plain frame."""
    table = pd.DataFrame(rows, columns=["district", "sectors", "method", "value"])
    return table.astype({"district": "int64", "sectors": "int64", "method": "int64", "value": "float64"})


def built(plain: pd.DataFrame) -> CodeTable:
    """Build the table of codes of a frame."""
    return build_code_table(*(plain[name].to_numpy() for name in plain), districts=DISTRICTS)


def passing(plain: pd.DataFrame, districts: list[int], sectors: list[int], methods: list[int]) -> pd.Series:
    """Filter row by row."""
    fits = [
        (not districts or row.district in districts)
        and (not sectors or any(row.sectors >> sector & 1 for sector in sectors))
        and (not methods or row.method in methods)
        for row in plain.itertuples()
    ]
    return pd.Series(fits, index=plain.index, dtype=bool)


@given(ROWS, WANTED)
def test_a_summary_equals_a_groupby_for_any_rows_and_filter(
    rows: list[tuple[int, int, int, float]], wanted: tuple[list[int], list[int], list[int]]
) -> None:
    plain = frame(rows)
    districts, sectors, methods = wanted
    fits = passing(plain, *wanted)
    kept = plain[fits].replace({"district": {-1: DISTRICTS}}).groupby("district")["value"]
    expected = kept.agg(["size", "count", "sum"]).reindex(range(DISTRICTS + 1), fill_value=0)
    table = built(plain)
    found = table.summary(districts=districts, sectors=sectors, methods=methods)
    assert found.rows.tolist() == expected["size"].tolist()
    assert found.known.tolist() == expected["count"].tolist()
    assert found.total.tolist() == expected["sum"].tolist()
    assert table.kept(districts=districts, sectors=sectors, methods=methods).tolist() == fits.tolist()


def test_fractions_add_up_to_the_rounding_of_doubles() -> None:
    chance = np.random.default_rng(5)
    codes = chance.integers(-1, DISTRICTS, 10_000), chance.integers(0, 2**12, 10_000), chance.integers(0, 3, 10_000)
    plain = pd.DataFrame(dict(zip(("district", "sectors", "method"), codes, strict=True)))
    plain["value"] = chance.uniform(0, 1e6, 10_000)
    found = built(plain).summary(sectors=[0, 7])
    kept = plain[plain["sectors"] & 0b10000001 != 0].groupby("district")["value"].sum()
    np.testing.assert_allclose(found.total[:-1], kept.loc[0:], rtol=1e-12)
    assert found.total[-1] == pytest.approx(kept.loc[-1], rel=1e-12)


def test_the_highest_sector_is_found() -> None:
    table = built(frame([(0, 1 << (MOST_SECTORS - 1), 0, 4.0), (0, 1, 0, 8.0)]))
    assert table.summary(sectors=[MOST_SECTORS - 1]).total.tolist() == [4, 0, 0, 0, 0, 0]


def test_rows_without_a_district_are_summed_apart() -> None:
    found = built(frame([(-1, 1, 0, 4.0), (2, 1, 0, 8.0)])).summary()
    assert found.total.tolist() == [0, 0, 8, 0, 0, 4]


def test_no_rows_sum_up_to_nothing() -> None:
    found = built(frame([])).summary(districts=[1], sectors=[1])
    assert found.rows.tolist() == [0] * (DISTRICTS + 1)
    assert found.total.tolist() == [0] * (DISTRICTS + 1)


@pytest.mark.parametrize("row", [(DISTRICTS, 0, 0, 1.0), (-2, 0, 0, 1.0), (0, -1, 0, 1.0), (0, 0, -1, 1.0)], ids=str)
def test_a_code_out_of_its_range_is_refused(row: tuple[int, int, int, float]) -> None:
    with pytest.raises(ParameterError):
        built(frame([row]))


def test_columns_of_unlike_length_are_refused() -> None:
    one, two = np.zeros(1, dtype=np.int64), np.zeros(2, dtype=np.int64)
    with pytest.raises(ParameterError):
        build_code_table(one, two, one, np.zeros(1), districts=1)


def test_fractions_are_no_codes() -> None:
    whole = np.zeros(1, dtype=np.int64)
    with pytest.raises(ParameterError):
        build_code_table(np.zeros(1), whole, whole, np.zeros(1), districts=1)  # type: ignore[arg-type]


def test_a_mask_of_64_bits_is_refused() -> None:
    zero = np.zeros(1, dtype=np.int64)
    with pytest.raises(ParameterError):
        build_code_table(zero, np.array([2**63], dtype=np.uint64), zero, np.zeros(1), districts=1)


@pytest.mark.parametrize("wanted", [{"districts": [DISTRICTS]}, {"districts": [-1]}, {"sectors": [MOST_SECTORS]}])
def test_a_filter_for_what_does_not_exist_is_refused(wanted: dict[str, list[int]]) -> None:
    with pytest.raises(ParameterError):
        built(frame([(0, 1, 0, 1.0)])).summary(**wanted)
