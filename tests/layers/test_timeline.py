"""When a figure holds and when it was known are two things; targets are never taken for achievements."""

import csv
import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.atlas import DEFAULT_DATA
from geo.errors import ParameterError, SchemaError
from layers.figures import Evidence, load_evidence
from layers.timeline import (
    KINDS,
    SEMANTICS_OF_KIND,
    holds_by,
    known_on,
    milestones,
    period,
    supply_as_of,
    supply_figures,
)

EVIDENCE = load_evidence(DEFAULT_DATA)
FIGURES = tuple(EVIDENCE.figures.values())
STONES = {stone.id: stone for stone in milestones(EVIDENCE)}
DAYS = st.dates(date(2009, 1, 1), date(2040, 12, 31))
RUN = 20  # from this length on, shared characters count as a quotation


def with_stone(**cells: str) -> Evidence:
    """Change cells of one milestone."""
    rows = EVIDENCE.milestones
    return replace(EVIDENCE, milestones=rows | {"T10": rows["T10"] | cells})


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2023-09-30", "2023-09-30", "2023-09-30"), ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023", "2023-01-01", "2023-12-31"), ("2023-Q3", "2023-07-01", "2023-09-30"),
        ("2023Q1", "2023-01-01", "2023-03-31"), ("2023-01/2023-09", "2023-01-01", "2023-09-30"),
        ("2023-Q1/2023-Q3", "2023-01-01", "2023-09-30"), ("2021/2035", "2021-01-01", "2035-12-31"),
    ],
)  # fmt: skip
def test_a_period_has_a_first_and_a_last_day(text: str, start: str, end: str) -> None:
    assert period(text) == (date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    "text", ["", "21", "2023-13", "2023-02-30", "2023-Q5", "2023/", "2025/2022", "0000", "2023年", "２０２３", "2023-1"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ParameterError) as caught:
        period(text)
    assert caught.value.code == "undated"
    assert caught.value.where == text


@given(DAYS)
def test_a_day_lies_in_its_month_quarter_and_year(day: date) -> None:
    quarter = f"{day.year}-Q{(day.month + 2) // 3}"
    for text in (day.isoformat(), day.isoformat()[:7], quarter, str(day.year)):
        start, end = period(text)
        assert start <= day <= end


def test_every_date_of_the_figures_can_be_read() -> None:
    for figure in FIGURES:
        for text in (figure.as_of, figure.published):
            if text:
                period(text)


@given(DAYS, DAYS)
def test_knowledge_only_grows(one: date, other: date) -> None:
    first, later = sorted((one, other))
    assert {figure.id for figure in known_on(FIGURES, first)} <= {figure.id for figure in known_on(FIGURES, later)}
    assert {figure.id for figure in holds_by(FIGURES, first)} <= {figure.id for figure in holds_by(FIGURES, later)}


def test_known_and_to_hold_are_different_days() -> None:
    day = date(2021, 10, 14)
    assert "F014" in {figure.id for figure in known_on(FIGURES, day)}
    assert "F014" not in {figure.id for figure in holds_by(FIGURES, day)}
    assert "F014" in {figure.id for figure in holds_by(FIGURES, date(2025, 12, 31))}
    assert "F057" not in {figure.id for figure in known_on(FIGURES, day)}


def test_the_undated_are_never_known_and_a_year_only_at_its_end() -> None:
    known = {figure.id for figure in known_on(FIGURES, date(2022, 6, 1))}
    assert EVIDENCE.figures["X015"].published == ""
    assert not known & {"X015", "X018"}
    assert "X018" in {figure.id for figure in known_on(FIGURES, date(2022, 12, 31))}


@pytest.mark.parametrize(
    ("day", "value", "figure", "ahead"),
    [
        ("2020-01-01", None, None, []), ("2021-10-13", None, None, []), ("2021-10-14", None, None, ["F013", "F014"]),
        ("2022-12-30", None, None, ["F013", "F014"]), ("2022-12-31", 12_500, "F013", ["F014"]),
        ("2025-12-30", 12_500, "F013", ["F014"]), ("2025-12-31", 26_000, "F014", []), ("2030", 26_000, "F014", []),
    ],
)  # fmt: skip
def test_supply_as_of_a_day(day: str, value: float | None, figure: str | None, ahead: list[str]) -> None:
    supply = supply_as_of(EVIDENCE, period(day)[1])
    assert supply.value_mu == value == supply.tree.value
    assert (supply.figure.id if supply.figure else None) == figure
    assert [each.id for each in supply.ahead] == ahead


def test_before_the_paper_came_out_nothing_was_known_whatever_was_due() -> None:
    early = supply_as_of(EVIDENCE, date(2025, 12, 31), known=date(2021, 10, 13))
    assert (early.value_mu, early.figure, early.known, early.tree.children) == (None, None, (), ())
    later = supply_as_of(EVIDENCE, date(2025, 12, 31), known=date(2021, 10, 14))
    assert later.value_mu == 26_000
    assert later.figure is not None
    assert later.figure.qualifier == "about"


@given(DAYS)
def test_supply_never_adds_its_two_goals(day: date) -> None:
    assert supply_as_of(EVIDENCE, day).value_mu in {None, 12_500.0, 26_000.0}


def test_the_chart_has_what_it_was_asked_for() -> None:
    shown = {stone.figure.id for stone in STONES.values()}
    assert {"F013", "F014", "F159", "X049", "F038", "F169", "F170", "F098", "F099", "F001", "F002"} <= shown
    assert {stone.kind for stone in STONES.values()} == set(KINDS)


def test_226_points_answer_the_target_of_200() -> None:
    reached = STONES["T10"]
    assert (reached.figure.value, reached.answers) == (226, "T09")
    assert reached.reached_share == pytest.approx(1.13)
    assert STONES["T09"].figure.value == 200


def test_two_reports_that_differ_are_no_progress() -> None:
    assert STONES["T13"].answers == "T11"
    assert STONES["T13"].reached_share is None


@pytest.mark.parametrize(
    ("figure", "change"),
    [
        ("F038", {"value": None, "low": 220.0, "high": 230.0, "qualifier": "range"}),
        ("X049", {"value": None, "low": 190.0, "high": 210.0, "qualifier": "range"}),
        ("X049", {"value": 0.0}), ("F038", {"unit": "mu"}), ("F038", {"conflicts": ("in doubt",)}),
        ("X049", {"conflicts": ("in doubt",)}),
    ],
)  # fmt: skip
def test_a_share_needs_two_single_uncontested_numbers_of_one_unit(figure: str, change: dict[str, Any]) -> None:
    conflicts = EVIDENCE.conflicts | {"in doubt": {"status": "displayed_with_warning"}, "over": {"status": "settled"}}
    for altered, share in ((change, None), ({"conflicts": ("over",)}, pytest.approx(1.13))):
        figures = EVIDENCE.figures | {figure: replace(EVIDENCE.figures[figure], **altered)}
        found = {each.id: each for each in milestones(replace(EVIDENCE, figures=figures, conflicts=conflicts))}
        assert found["T10"].reached_share == share


def test_a_kind_fits_the_semantics_of_its_figure() -> None:
    for stone in STONES.values():
        assert stone.figure.semantics in SEMANTICS_OF_KIND[stone.kind], stone.id
        if stone.answers:
            assert STONES[stone.answers].kind == "target"
            assert STONES[stone.answers].figure.unit == stone.figure.unit
            assert STONES[stone.answers].theme_en == stone.theme_en


def test_milestones_come_in_the_order_of_time_and_in_both_languages() -> None:
    ends = [stone.end for stone in milestones(EVIDENCE)]
    assert ends == sorted(ends)
    themes = {(stone.theme_zh, stone.theme_en) for stone in STONES.values()}
    assert len(themes) == len({zh for zh, _ in themes}) == len({en for _, en in themes})
    for row in EVIDENCE.milestones.values():
        assert all(row[key] for key in row if key != "of")


@pytest.mark.parametrize(
    "cells",
    [
        {"figure": "F999"},
        {"kind": "target"},
        {"kind": "wish"},
        {"of": "T01x"},
        {"of": "T12"},
        {"figure": "X043"},
        {"kind": "milestone"},  # nobody answers a target but by an achievement
        {"kind": "target", "of": ""},  # what was reached is no target
        {"figure": "X049"},  # a target is no achievement
    ],
)
def test_a_milestone_that_does_not_fit_names_its_row(cells: dict[str, str]) -> None:
    with pytest.raises(SchemaError, match="T10") as caught:
        milestones(with_stone(**cells))
    assert caught.value.where == "milestones.csv"


def test_the_table_quotes_no_document() -> None:
    named = os.environ.get("ATLAS_DOCUMENTS")
    if not named:
        pytest.skip("ATLAS_DOCUMENTS does not name the folder of the source documents")
    pages = ["".join(path.read_text(encoding="utf-8").split()) for path in sorted(Path(named).glob("*.txt"))]
    with (DEFAULT_DATA / "figures" / "milestones.csv").open(encoding="utf-8", newline="") as handle:
        cells = [cell for row in csv.DictReader(handle) for cell in row.values()]
    for cell in cells:
        assert not any(cell[at : at + RUN] in page for page in pages for at in range(len(cell) - RUN + 1)), cell


def test_land_supply_is_every_figure_of_its_measure_about_the_city_in_the_order_of_its_days() -> None:
    known = supply_figures(EVIDENCE)
    assert [figure.as_of for figure in known] == ["2022-12-31", "2025-12-31"]
    later, earlier = replace(known[0], id="A1", as_of="2028"), replace(known[0], id="Z9", as_of="2020-12-31")
    of_district = replace(known[0], id="B1", as_of="2021-12-31", scope="district", district_code="310117")
    unlike = replace(known[0], id="B2", as_of="2021-12-31", measure="land_supply_reached")
    more = {each.id: each for each in (later, of_district, unlike, earlier)}
    found = supply_figures(replace(EVIDENCE, figures={**more, **EVIDENCE.figures}))
    assert [figure.id for figure in found] == ["Z9", *(figure.id for figure in known), "A1"]
