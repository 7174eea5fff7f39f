"""What was known on a day, what was to hold by it; and what we do not know, counted."""

import json
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import figures, land, quality, timeline
from app.core.atlas import DEFAULT_DATA, load_atlas
from app.core.land import supply_words
from app.core.view import View, from_query, to_query
from app.documents import exports
from app.exporters import csv_writer
from app.i18n.texts import text
from geo.land.ledger import ancestors
from layers import PLACES, REGISTRY
from layers.timeline import known_on, milestones, supply_as_of
from layers.vocabulary import METHOD_CODES

ATLAS = load_atlas(DEFAULT_DATA)
FIGURES = ATLAS.evidence.figures
DAYS = st.dates(min_value=date(2008, 1, 1), max_value=date(2036, 12, 31))
TODAY = date(2026, 11, 21)
QUALITY = (
    "precision", "parks_without_outline", "figures_unchecked", "claims", "conflicts", "sources", "issues",
)  # fmt: skip


@given(DAYS)
def test_a_day_survives_the_address(day: date) -> None:
    view = View(as_of=day.isoformat(), section="time")
    read, ignored = from_query(dict(parse_qsl(to_query(view))), towns=())
    assert (read, ignored) == (view, ())


@pytest.mark.parametrize("word", ["2022", "2022-13-01", "20221231", "2022-W01-1", "tomorrow", "2022-12-31T00:00"])
def test_what_is_no_day_is_ignored_and_said(word: str) -> None:
    view, (ignored,) = from_query({"asof": word}, towns=())
    assert view.as_of == ""
    assert (ignored.parameter, ignored.value) == ("asof", word)


@pytest.mark.parametrize(
    ("day", "words"), [("2018-06-02", "nothing_known"), ("2021-10-14", "not_due"), ("2026-01-01", "约26,000亩")]
)
def test_what_is_published_and_not_due_yet_is_not_called_unknown(day: str, words: str) -> None:
    said = supply_words(supply_as_of(ATLAS.evidence, date.fromisoformat(day)), "zh")
    assert said == (words if "亩" in words else text(words, "zh"))


@given(DAYS)
def test_the_list_of_a_day_holds_what_had_been_published_by_then(day: date) -> None:
    listed = figures.figures(ATLAS, View(as_of=day.isoformat()))
    assert {figure.id for figure in listed} == {figure.id for figure in known_on(FIGURES.values(), day)}
    assert len(listed) == timeline.known(ATLAS, day)


@given(DAYS, DAYS)
def test_knowledge_only_grows(one: date, other: date) -> None:
    early, late = sorted((one, other))
    known = [{row["id"] for row in timeline.rows(ATLAS, known=day)} for day in (early, late)]
    assert known[0] <= known[1]


@given(DAYS)
def test_the_time_line_of_a_day_speaks_of_no_later_publication(day: date) -> None:
    for row in timeline.rows(ATLAS, known=day):
        assert row["published"] <= day.isoformat(), row["id"]


def test_the_time_line_has_every_milestone_in_order_of_its_last_day(counts: dict[str, Any]) -> None:
    rows = timeline.rows(ATLAS)
    assert len(rows) == len(milestones(ATLAS.evidence)) == counts["milestones"]
    assert [row["end"] for row in rows] == sorted(row["end"] for row in rows)
    assert {row["kind"] for row in rows} == {"target", "achievement", "milestone"}
    assert {row["figure"] for row in rows} <= set(FIGURES)


def test_a_target_is_hollow_and_what_was_reached_is_solid() -> None:
    rows = timeline.rows(ATLAS)
    for lang in ("zh", "en"):
        kinds = timeline.in_words(rows, lang)[text("col_kind", lang)]
        signs = {(row["kind"] == "target", kind[0]) for row, kind in zip(rows, kinds, strict=True)}
        assert signs == {(True, "○"), (False, "●")}


def test_the_breakfast_target_of_200_was_answered_by_226() -> None:
    rows = {row["id"]: row for row in timeline.rows(ATLAS)}
    (reached,) = [row for row in rows.values() if row["figure"] == "F038"]
    target = rows[reached["answers"]]
    assert (target["value"], reached["value"], reached["reached_share"]) == (200, 226, pytest.approx(1.13))


def test_the_days_to_look_from_are_real_days_in_order() -> None:
    days = timeline.days(ATLAS)
    assert list(days) == sorted(set(days))
    assert all(date.fromisoformat(day) for day in days)
    assert {"2021-10-14", "2022-12-31", "2025-12-31", ATLAS.data_date} <= set(days)


def test_land_supply_is_stated_from_the_day_it_was_printed() -> None:
    assert land.supply(ATLAS, known_on=date(2021, 10, 13)) == []
    assert [row["figure"] for row in land.supply(ATLAS, known_on=date(2021, 10, 14))] == ["F013", "F014"]


def test_places_and_simulated_points_are_counted_by_precision(counts: dict[str, Any]) -> None:
    table = quality.precision(ATLAS).set_index("layer")
    assert list(table.index) == [layer.id for layer in reversed(PLACES)]
    counted = table[list(METHOD_CODES)].sum(axis=1)
    assert counted.to_list() == table["rows"].to_list()
    simulated = table.index.isin([layer.id for layer in PLACES if layer.role == "modelled"])
    assert (table["rows"][~simulated].sum(), table["rows"][simulated].sum()) == (counts["places"], counts["modelled"])
    assert table["modelled"].sum() == table["modelled"][simulated].sum() == counts["modelled"]


def test_all_parks_but_the_measured_ones_are_without_an_outline(counts: dict[str, Any]) -> None:
    lone = quality.parks_without_outline(ATLAS)
    assert len(lone) == counts["layers"]["parks"] - 2
    assert set(ATLAS.frame("parks")["id"]) - set(lone["id"]) == {"PK02A", "PK04"}


def test_figures_without_a_pointer_name_where_they_come_from(counts: dict[str, Any]) -> None:
    unchecked = quality.figures_unchecked(ATLAS)
    assert unchecked["id"].str[0].value_counts().to_dict() == counts["without_pointer"]
    assert unchecked[unchecked["source_kind"] == "unnamed"]["id"].to_list() == ["P002", "P004"]
    assert unchecked["source"].str.len().min() > 0


def test_the_conflicts_keep_statement_and_rule_in_both_languages(counts: dict[str, Any]) -> None:
    table = quality.conflicts(ATLAS)
    assert table["id"].to_list() == [f"C{number:02}" for number in range(1, counts["conflicts"] + 1)]
    for column in ("statement_zh", "statement_en", "rule_zh", "rule_en"):
        assert table[column].str.len().min() > 0, column


def test_the_22_claims_have_a_verdict_and_a_number_within_its_interval() -> None:
    table = quality.claims(ATLAS)
    assert len(table) == 22
    assert set(table["verdict"]) == {"pass", "implied_only"}
    assert (table["low"].fillna(0) <= table["computed"]).all()
    assert (table["computed"] <= table["high"].fillna(float("inf"))).all()
    judged = table["printed"].notna()
    assert (table["verdict"] == "implied_only").to_list() == (~judged).to_list()


def test_every_layer_and_every_document_has_a_licence() -> None:
    table = quality.sources(ATLAS, today=TODAY)
    assert table["source"].to_list() == [*ATLAS.loaded, *ATLAS.evidence.documents]
    assert len(table) == len(REGISTRY) + 5
    assert table["licence"].str.len().min() > 0
    ages = table.set_index("source")["age_years"]
    assert ages[list(ATLAS.evidence.documents)].to_list() == [5.1, 3.0, 3.7, 1.6, 7.1]


def test_a_paper_without_a_date_has_no_age() -> None:
    assert quality.sources(ATLAS, today=TODAY).set_index("source")["age_years"].isna()["districts"]


@pytest.mark.parametrize("name", QUALITY)
def test_a_table_of_what_is_not_known_may_be_taken_away(name: str) -> None:
    table = exports.table(ATLAS, name, View(districts=("310101",)))
    assert len(table) == len(exports.table(ATLAS, name, View())), "no filter touches what is not known"
    assert csv_writer.table_csv(table).count("\n") >= len(table) + 1
    assert len(json.loads(exports.table_json(ATLAS, name, View()))[name]) == len(table)


def test_no_row_of_the_projects_own_data_is_set_aside() -> None:
    assert quality.issues(ATLAS).empty
    assert list(quality.issues(ATLAS).columns) == ["layer", "feature", "column", "rule", "value", "severity"]


def test_the_parents_of_parks_without_outline_are_parks() -> None:
    parks = ATLAS.frame("parks")
    parents = dict(zip(parks["id"], parks["parent_id"], strict=True))
    for key in quality.parks_without_outline(ATLAS)["id"]:
        assert set(ancestors(key, parents)) <= set(parks["id"])
