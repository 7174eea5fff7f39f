"""The list of stated figures, filtered and taken away; the same on the command line, and the proof of all pointers."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import figures
from app.core.atlas import DEFAULT_DATA, DOCUMENTS_VARIABLE, load_atlas
from app.core.view import FIGURE_KINDS, FIGURE_LAYERS, View, to_query
from app.documents import exports
from app.exporters import csv_writer
from layers.figures import Figure
from layers.vocabulary import DISTRICT_CODES, SECTOR_CODES

ATLAS = load_atlas(DEFAULT_DATA)
FIGURES = ATLAS.evidence.figures
YEARS = figures.years(ATLAS)
Run = Callable[..., tuple[int, str, str]]


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Draw a few of the values."""
    return st.lists(st.sampled_from(values), max_size=3).map(tuple)


VIEWS = st.builds(
    View, districts=some(DISTRICT_CODES), sectors=some(SECTOR_CODES), figure_layers=some(FIGURE_LAYERS),
    figure_kinds=some(FIGURE_KINDS), figure_years=some(YEARS),
)  # fmt: skip


@pytest.fixture
def documents() -> Path:
    """Name the folder of the source documents, as the environment does."""
    named = os.environ.get(DOCUMENTS_VARIABLE)
    if not named:
        pytest.skip(f"{DOCUMENTS_VARIABLE} does not name the folder of the source documents")
    return Path(named)


def answer(said: tuple[int, str, str]) -> Any:
    """Take the one JSON document of a command that succeeded in silence."""
    code, out, err = said
    assert (code, err) == (0, "")
    return json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def kept(view: View) -> list[str]:
    """Ids of the figures that a view keeps."""
    return [figure.id for figure in figures.figures(ATLAS, view)]


def sectors_of(figure: Figure) -> set[str]:
    """Sectors of the place of which a figure speaks, where the sector filter applies."""
    for layer in ("parks", "gmp", "enterprises", "services"):
        frame = ATLAS.frame(layer)
        for sectors in frame[frame["id"] == figure.subject_id]["sectors"]:
            return set(sectors)
    return set()


def test_without_a_filter_all_are_listed_in_their_order(counts: dict[str, Any]) -> None:
    assert kept(View()) == list(FIGURES)
    assert len(FIGURES) == counts["figures"]


@given(VIEWS)
def test_filters_narrow_and_the_values_of_one_filter_widen(view: View) -> None:
    expected = [
        figure.id
        for figure in FIGURES.values()
        if figure.district_code in (view.districts or {figure.district_code})
        and (not view.sectors or sectors_of(figure) & set(view.sectors))
        and figure.layer in (view.figure_layers or {figure.layer})
        and figure.semantics in (view.figure_kinds or {figure.semantics})
        and figure.as_of[:4] in (view.figure_years or {figure.as_of[:4]})
    ]
    assert kept(view) == expected


def test_every_layer_kind_and_year_of_the_list_is_offered_as_a_filter() -> None:
    assert {figure.layer for figure in FIGURES.values()} <= set(FIGURE_LAYERS)
    assert {figure.semantics for figure in FIGURES.values()} <= set(FIGURE_KINDS) == set(figures.KIND_NAMES)
    assert {figure.basis for figure in FIGURES.values()} <= set(figures.BASIS_NAMES)
    assert set(YEARS) == {figure.as_of[:4] for figure in FIGURES.values()} - {""}


@pytest.mark.parametrize(
    ("words", "found"),
    [("f014", ["F014"]), ("  F014 ", ["F014"]), ("26,000", ["F014"]), ("no such words", []), ("PK01", None)],
)
def test_a_search_looks_into_ids_names_and_values_in_either_case(words: str, found: list[str] | None) -> None:
    listed = kept(View(figure_search=words))
    assert listed == found if found is not None else {FIGURES[key].subject_id for key in listed} >= {"PK01"}


def test_a_search_works_in_both_languages() -> None:
    zh, en = kept(View(figure_search="松江枢纽")), kept(View(figure_search="songjiang hub"))
    assert {"F088", "F090"} <= set(zh) & set(en)


def test_figures_of_the_city_belong_to_no_district() -> None:
    assert {"F013", "F014"}.isdisjoint(kept(View(districts=DISTRICT_CODES)))


@given(VIEWS)
def test_csv_and_json_hold_exactly_the_listed_rows(view: View) -> None:
    listed = kept(view)
    text = csv_writer.table_csv(exports.table(ATLAS, "figures", view)).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["id"] for row in rows] == listed
    written = json.loads(exports.table_json(ATLAS, "figures", view))
    assert [row["id"] for row in written["figures"]] == listed
    assert (written["rows"], written["filter"]["query"]) == (len(listed), to_query(view))
    assert written["data_version"] == ATLAS.data_version


def test_an_exported_figure_says_value_time_source_and_pointer() -> None:
    (row,) = json.loads(exports.table_json(ATLAS, "figures", View(figure_search="F014")))["figures"]
    figure = FIGURES["F014"]
    assert (row["value"], row["unit"], row["qualifier"]) == (26_000, "mu", "about")
    assert (row["value_zh"], row["value_en"]) == ("约26,000亩", "about 26,000 mu")
    assert (row["as_of"], row["published"], row["document"]) == ("2025-12-31", "2021-10-14", "D000")
    assert row["pointer"] == [list(span) for span in figure.pointer]
    assert row["passage_sha256"] == figure.passage_sha256
    assert row["conflicts"] == ["C07"]


def test_a_figure_says_the_worst_verdict_of_its_claims() -> None:
    verdicts = figures.checks(ATLAS)
    assert (verdicts["F039"], verdicts["F044"]) == ("pass", "implied_only")
    rows = {row["id"]: row["check"] for row in exports.figure_rows(ATLAS, View())}
    assert rows["F001"] == ""
    assert {key for key, check in rows.items() if check} == set(verdicts) - {""}


def test_the_command_lists_all_figures_from_a_real_shell(root: Path) -> None:
    command = [sys.executable, "-m", "app", "figures", "--json"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1
    assert [row["id"] for row in json.loads(done.stdout)["figures"]] == list(FIGURES)


def test_the_command_takes_the_filters_of_the_page(run: Run) -> None:
    words = ("--district", "松江区", "--layer", "hub", "--kind", "projection", "--year", "2023", "--search", "枢纽")
    listed = answer(run("figures", *words, "--json"))["figures"]
    view = View(
        districts=("310117",), figure_layers=("hub",), figure_kinds=("projection",), figure_years=("2023",),
        figure_search="枢纽",
    )  # fmt: skip
    assert [row["id"] for row in listed] == kept(view)


def pointers_of(counts: dict[str, Any]) -> int:
    """How many figures point at a passage."""
    return int(counts["figures"] - sum(counts["without_pointer"].values()))


def test_every_pointer_is_proven_where_the_documents_are(run: Run, documents: Path, counts: dict[str, Any]) -> None:
    found = answer(run("figures", "check", "--documents", str(documents), "--json"))
    pointed = pointers_of(counts)
    said = (found["figures"], found["with_pointer"], found["proven"], found["faults"])
    assert said == (counts["figures"], pointed, pointed, [])
    assert [claim["id"] for claim in found["claims"]] == list(ATLAS.evidence.claims)
    assert "differs" not in {claim["verdict"] for claim in found["claims"]}


def test_without_documents_the_claims_are_computed_and_the_reader_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, counts: dict[str, Any]
) -> None:
    monkeypatch.delenv(DOCUMENTS_VARIABLE, raising=False)
    code, out, err = run("figures", "check", "--json")
    assert code == 0
    assert json.loads(out)["proven"] == 0
    assert len(json.loads(out)["claims"]) == counts["claims"]
    assert "指针未核 | no documents, pointers not proven" in err


def test_an_altered_document_ends_the_check_with_exit_code_2(
    run: Run, documents: Path, tmp_path: Path, counts: dict[str, Any]
) -> None:
    folder = tmp_path / "documents"
    shutil.copytree(documents, folder)
    path = folder / ATLAS.evidence.documents["D003"].file
    content = path.read_bytes()
    path.write_bytes(content.replace(b"1", b"2", 1) if b"1" in content else content + b" ")
    code, out, err = run("figures", "check", "--documents", str(folder), "--json")
    assert code == 2
    touched = [figure.id for figure in FIGURES.values() if figure.document == "D003"]
    faults = json.loads(out)["faults"]
    assert [(fault["figure"], fault["reason"]) for fault in faults] == [(key, "file_changed") for key in touched]
    assert json.loads(out)["proven"] == pointers_of(counts) - len(touched)
    assert f"指针有误 | broken pointer: {touched[0]} D003 file_changed" in err


def test_a_missing_document_ends_the_check_with_exit_code_2(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("figures", "check", "--documents", str(tmp_path), "--json")
    assert code == 2
    assert {fault["reason"] for fault in json.loads(out)["faults"]} == {"file_missing"}


def test_a_folder_that_is_not_there_is_bad_input(run: Run, tmp_path: Path) -> None:
    code, out, err = run("figures", "check", "--documents", str(tmp_path / "nowhere"), "--json")
    assert (code, out) == (2, "")
    assert " | " in err
    assert "nowhere" in err


@pytest.mark.parametrize(
    ("day", "mu", "figure"),
    [
        ("2021-10-13", None, None), ("2022-12-31", 12_500, "F013"), ("2022", 12_500, "F013"),
        ("2025-12-31", 26_000, "F014"),
    ],
)  # fmt: skip
def test_land_of_a_day_says_what_was_due_and_why(run: Run, day: str, mu: int | None, figure: str | None) -> None:
    due = answer(run("stats", "land", "--as-of", day, "--json"))["land_supply"]
    assert (due["due_mu"], due["figure"]) == (mu, figure)
    assert due["tree"][0]["value_mu"] == mu
    assert due["known"] == ([] if mu is None else ["F013", "F014"])
    assert set(due["ahead"]) == ({"F014"} if mu == 12_500 else set())


def test_a_day_that_is_none_is_named_in_both_languages(run: Run) -> None:
    code, out, err = run("stats", "land", "--as-of", "yesterday", "--json")
    assert (code, out) == (2, "")
    assert " | " in err
    assert "yesterday" in err
