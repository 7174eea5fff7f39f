"""Printed ratios and sums are computed again; rounding allows an interval; every verdict is known by hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.atlas import DEFAULT_DATA
from geo.errors import SchemaError
from layers.claims import FLAGS, VERDICTS, ClaimResult, check_claims
from layers.figures import Evidence, load_evidence

EVIDENCE = load_evidence(DEFAULT_DATA)
RESULTS = {result.id: result for result in check_claims(EVIDENCE)}
IMPLIED_TARGETS = {  # claim -> nominal, bounds by whole percents, whole numbers between them
    "K02": (200.0, 199.12, 200.89, (200, 200)),
    "K04": (520.35, 519.59, 521.12, (520, 521)),
    "K05": (372.05, 370.90, 373.21, (371, 373)),
    "K06": (341.69, 341.16, 342.23, (342, 342)),
    "K07": (225.61, 224.92, 226.30, (225, 226)),
    "K08": (24.03, 23.94, 24.12, (24, 24)),
    "K14": (3455.0, 3412.35, 3498.73, (3413, 3498)),
}
PASSED = {"K01", "K02", "K03", "K10", "K11", "K12", "K13", "K15"}


def altered(key: str, **numbers: float) -> dict[str, ClaimResult]:
    """Check all claims with other numbers in one figure."""
    figures = EVIDENCE.figures | {key: replace(EVIDENCE.figures[key], **numbers)}  # type: ignore[arg-type]
    return {result.id: result for result in check_claims(replace(EVIDENCE, figures=figures))}


def with_relation(relation: str) -> Evidence:
    """Make evidence with one claim."""
    row = EVIDENCE.claims["K17"] | {"relation": relation}
    return replace(EVIDENCE, claims={"K17": row})


@pytest.mark.parametrize("claim", IMPLIED_TARGETS)
def test_an_implied_number_has_the_interval_that_rounding_allows(claim: str) -> None:
    value, low, high, whole = IMPLIED_TARGETS[claim]
    found = RESULTS[claim]
    assert (found.computed, found.low, found.high) == pytest.approx((value, low, high), abs=0.006)
    assert found.whole_numbers == whole


def test_a_claim_passes_only_where_a_second_number_is_printed() -> None:
    assert {key for key, result in RESULTS.items() if result.verdict == "pass"} == PASSED
    for key, result in RESULTS.items():
        assert (result.verdict == "implied_only") == (not result.printed_id), key
        assert (result.printed is None) == (not result.printed_id), key


def test_226_of_200_points_are_113_percent_both_ways() -> None:
    assert RESULTS["K01"].computed == 113.0
    assert (RESULTS["K01"].printed, RESULTS["K01"].unit) == (113.0, "percent")
    assert (RESULTS["K02"].printed, RESULTS["K02"].printed_id) == (200.0, "X049")


def test_193_of_226_are_85_percent_by_rounding() -> None:
    assert RESULTS["K03"].computed == pytest.approx(85.398, abs=1e-3)
    assert RESULTS["K03"].verdict == "pass"


def test_sums_are_exact_and_units_of_land_are_turned_into_each_other() -> None:
    assert RESULTS["K12"].computed == 43.69
    assert RESULTS["K13"].computed == 1382
    assert RESULTS["K15"].computed == pytest.approx(2.0533, abs=1e-4)
    assert (RESULTS["K15"].unit, RESULTS["K15"].verdict) == ("km2", "pass")


def test_differences_are_known_by_hand() -> None:
    known = {"K16": 525_000, "K17": 13_500, "K18": 13, "K19": 700, "K20": 3, "K21": 151_500, "K22": 450}
    assert {key: RESULTS[key].computed for key in known} == known
    assert RESULTS["K17"].unit == "mu"


def test_a_lower_bound_leaves_the_result_open_above() -> None:
    found = RESULTS["K09"]
    assert found.low == pytest.approx(19_047.6, abs=0.1)
    assert found.high is None
    assert found.whole_numbers is None
    assert found.flags == ("doubtful", "lower_bound")


def test_what_is_garbled_doubtful_or_approximate_is_flagged() -> None:
    assert RESULTS["K08"].flags == ("garbled",)
    assert RESULTS["K16"].flags == ("doubtful",)
    assert {key for key, result in RESULTS.items() if "approximate" in result.flags} == {
        "K13", "K14", "K17", "K19", "K21",
    }  # fmt: skip
    assert RESULTS["K03"].flags == ()


def test_another_printed_number_outside_the_interval_differs() -> None:
    assert altered("X049", value=201.0)["K02"].verdict == "differs"
    assert altered("X049", value=199.2)["K02"].verdict == "pass"
    assert altered("F043", value=86.0)["K03"].verdict == "differs"
    assert altered("F088", value=10.0)["K10"].verdict == "differs"


def between(low: float, high: float) -> dict[str, float | None]:
    """Make the numbers of a figure that is printed as a range."""
    return {"value": None, "low": low, "high": high}


@pytest.mark.parametrize(
    ("relation", "value", "bounds"),  # of a range the middle is taken
    [
        ("F014 + F013 = implied x", 18.5, (11.0, 26.0)),
        ("F014 - F013 = implied x", 11.5, (4.0, 19.0)),  # the least less the greatest, the greatest less the least
        ("F014 / F013 = implied x", 15 / 3.5, (10 / 6, 20.0)),
        ("F014 - F013 - F013 = implied x", 8.0, (-2.0, 18.0)),
    ],
)
def test_bounds_of_a_result_are_the_least_and_the_greatest_that_its_terms_allow(
    relation: str, value: float, bounds: tuple[float, float]
) -> None:
    ranges = {"F014": between(10, 20), "F013": between(1, 6)}
    figures = EVIDENCE.figures | {
        key: replace(EVIDENCE.figures[key], **numbers)  # type: ignore[arg-type]
        for key, numbers in ranges.items()
    }
    (found,) = check_claims(replace(with_relation(relation), figures=figures))
    assert (found.computed, found.low, found.high) == pytest.approx((value, *bounds))


@pytest.mark.parametrize(
    ("part", "percent", "verdict"),
    [
        (169, 84, "pass"), (169, 85, "pass"), (171, 85, "pass"), (171, 86, "pass"),  # 84.5, 85.5: bounds belong to it
        (169, 83, "differs"), (171, 87, "differs"), (170, 84, "differs"), (170, 86, "differs"),
    ],
)  # fmt: skip
def test_a_printed_percentage_passes_from_half_a_step_below_to_half_a_step_above(
    part: int, percent: int, verdict: str
) -> None:
    figures = EVIDENCE.figures | {
        key: replace(EVIDENCE.figures[key], value=float(value))
        for key, value in (("F042", part), ("F038", 200), ("F043", percent))
    }
    found = {result.id: result for result in check_claims(replace(EVIDENCE, figures=figures))}
    assert found["K03"].verdict == verdict


def test_an_implied_number_differs_from_one_below_and_one_above_it() -> None:
    low, high = RESULTS["K02"].low, RESULTS["K02"].high
    assert low is not None
    assert high is not None
    printed = {low - 0.01: "differs", low: "pass", 200.0: "pass", high: "pass", high + 0.01: "differs"}
    assert {value: altered("X049", value=value)["K02"].verdict for value in printed} == printed


@pytest.mark.parametrize("claim", [key for key, row in EVIDENCE.claims.items() if not row["printed_rounding"]])
def test_what_is_not_rounded_has_no_interval(claim: str) -> None:
    found = RESULTS[claim]
    exact = all(EVIDENCE.figures[key].qualifier in {"", "about"} for key in found.figures)
    assert not exact or found.low == found.computed == found.high


@pytest.mark.parametrize(
    ("low", "high", "whole"),
    [
        (1.2, 4.8, (2, 4)), (2.0, 2.0, (2, 2)), (2.0 + 1e-10, 6.0 - 1e-10, (2, 6)), (2.1, 2.9, None), (None, 3.0, None),
        (3.0, None, None),
    ],
)  # fmt: skip
def test_whole_numbers_of_an_interval_are_those_in_it(
    low: float | None, high: float | None, whole: tuple[int, int] | None
) -> None:
    assert replace(RESULTS["K04"], low=low, high=high).whole_numbers == whole


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_a_percentage_that_is_rounded_properly_always_passes(part: int, whole: int) -> None:
    figures = EVIDENCE.figures | {
        key: replace(EVIDENCE.figures[key], value=float(value))
        for key, value in (("F042", part), ("F038", whole), ("F043", round(part / whole * 100)))
    }
    found = {result.id: result for result in check_claims(replace(EVIDENCE, figures=figures))}["K03"]
    assert found.verdict == "pass"
    assert found.computed == pytest.approx(part / whole * 100)


@given(st.integers(1, 5000), st.integers(1, 999))
def test_the_interval_of_an_implied_number_holds_it(part: int, percent: int) -> None:
    figures = EVIDENCE.figures | {
        key: replace(EVIDENCE.figures[key], value=float(value)) for key, value in (("F044", part), ("F045", percent))
    }
    found = {result.id: result for result in check_claims(replace(EVIDENCE, figures=figures))}["K04"]
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.computed < found.high


def test_a_result_names_its_figures_and_speaks_both_languages() -> None:
    assert RESULTS["K01"].figures == ("F038", "X049", "F039")
    for result in RESULTS.values():
        assert set(result.figures) <= set(EVIDENCE.figures)
        assert result.note_zh
        assert result.note_en
        assert result.verdict in {term.code for term in VERDICTS}
        assert set(result.flags) <= {term.code for term in FLAGS}


@pytest.mark.parametrize(
    "relation", ["F999 - F013 = implied x", "F014 - F011 = implied x", "F014 - many = implied x", "F014 - = implied x"]
)
def test_a_relation_that_cannot_be_read_names_its_row(relation: str) -> None:
    with pytest.raises(SchemaError, match="K17") as caught:
        check_claims(with_relation(relation))
    assert caught.value.where == "claims.csv"
