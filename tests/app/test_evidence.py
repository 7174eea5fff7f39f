"""Every stated figure walks back to what says it: document, passage, agreement, conflicts, claims, trust."""

import os
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from app.core import evidence
from app.core.atlas import DEFAULT_DATA, DOCUMENTS_VARIABLE, documents_folder, load_atlas
from app.core.evidence import FigureEvidence
from app.service import payload
from geo.frames import records
from layers import PLACES
from layers.passages import TRUST_LEVELS

ATLAS = load_atlas(DEFAULT_DATA)
FIGURES = ATLAS.evidence.figures
LEVELS = [term.code for term in TRUST_LEVELS]


@pytest.fixture(scope="module")
def documents() -> Path:
    """Name the folder of the source documents, as the environment does."""
    named = os.environ.get(DOCUMENTS_VARIABLE)
    if not named:
        pytest.skip(f"{DOCUMENTS_VARIABLE} does not name the folder of the source documents")
    return Path(named)


def proven(figure: str, documents: Path | None = None) -> FigureEvidence:
    """Gather the evidence of a figure that there is."""
    found = evidence.evidence_of(ATLAS, figure, documents=documents)
    assert found is not None, figure
    return found


def test_every_figure_is_read_and_a_stranger_has_no_proof(counts: dict[str, Any]) -> None:
    assert len(FIGURES) == counts["figures"]
    assert evidence.evidence_of(ATLAS, "F999", documents=None) is None


def test_every_figure_says_in_both_languages_what_it_is() -> None:
    for figure in FIGURES:
        found = proven(figure)
        spoken = (found.subject, found.measure, found.value, found.kind, found.basis, found.source, found.reason)
        assert all(zh and en for zh, en in spoken), figure
        assert all(found.location) or found.location == ("", ""), figure
        assert found.trust.name_zh, figure
        assert found.trust.name_en, figure
        assert LEVELS[found.trust_step] == found.trust.code, figure
        assert found.passage == (), "there is no document to quote"


def test_without_documents_nothing_is_verified_and_nothing_is_called_broken() -> None:
    states = {figure: proven(figure).state for figure in FIGURES}
    assert {state.status for state in states.values()} == {"no_document"}
    assert {state.reason for figure, state in states.items() if figure[0] == "F"} == {"no_folder"}
    assert {state.reason for figure, state in states.items() if figure[0] == "X"} == {"external"}
    placed = {figure: state.reason for figure, state in states.items() if figure[0] == "P"}
    assert {figure for figure, reason in placed.items() if reason == "unnamed"} == {"P002", "P004"}
    assert set(placed.values()) == {"external", "unnamed"}


def test_a_figure_without_a_named_publication_says_so_and_stands_lowest() -> None:
    found = proven("P004")
    assert (found.trust.code, found.trust_step) == ("contested", 0)
    assert found.source == ("出处未写明（日期不详）", "no publication named (undated)")
    assert found.reason == ("出处未写明", "No publication is named")
    assert proven("P003").trust.code == "cited"


def test_with_documents_every_pointer_is_verified_and_every_passage_is_there(documents: Path) -> None:
    for figure in FIGURES.values():
        found = proven(figure.id, documents)
        if not figure.document:
            assert (found.state.status, found.passage) == ("no_document", ()), figure.id
            continue
        assert found.state.status == "verified", figure.id
        said = "".join("".join(piece for piece, is_passage in found.passage if is_passage).split())
        spans = sorted(figure.pointer)
        text = (documents / ATLAS.evidence.documents[figure.document].file).read_bytes().decode("utf-8")
        assert said == "".join("".join(text[start:end] for start, end in spans).split()), figure.id


def test_a_changed_document_says_why_it_proves_nothing(documents: Path, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    shutil.copytree(documents, folder)
    path = folder / ATLAS.evidence.documents["D000"].file
    path.write_bytes(path.read_bytes() + b"\n")
    found = proven("F014", folder)
    assert (found.state.status, found.state.reason) == ("broken", "file_changed")
    assert found.reason == ("文件与登记的散列不符", "The document is not the one that was registered")
    assert found.trust.code == "cited"
    assert found.passage == ()
    path.unlink()
    assert proven("F014", folder).state.reason == "file_missing"


def test_a_folder_that_is_not_there_counts_as_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for named in ("", str(tmp_path / "nowhere")):
        monkeypatch.setenv(DOCUMENTS_VARIABLE, named)
        assert documents_folder() is None
    monkeypatch.setenv(DOCUMENTS_VARIABLE, str(tmp_path))
    assert documents_folder() == tmp_path


def test_the_ladder_is_climbed_step_by_step(documents: Path) -> None:
    steps = {
        ("F061", documents): "contested",  # C08 shows it with a warning, whatever the passage says
        ("X012", None): "contested",
        ("X001", documents): "cited",  # a published page, none of the documents
        ("F014", None): "cited_pointer",
        ("F014", documents): "passage_verified",  # of the city, which has no place
    }
    for (figure, folder), level in steps.items():
        assert proven(figure, folder).trust.code == level, (figure, level)
    surveyed = [each for each in map(proven, FIGURES) if each.location[1] == "Surveyed"]
    tops = [proven(each.figure.id, documents) for each in surveyed if each.figure.document]
    assert tops
    for each in tops:
        expected = "contested" if each.trust.code == "contested" else "passage_verified_place_surveyed"
        assert each.trust.code == expected, each.figure.id


def test_documents_never_lower_the_trust_of_a_figure(documents: Path) -> None:
    for figure in FIGURES:
        assert proven(figure, documents).trust_step >= proven(figure).trust_step, figure


def test_a_conflict_shows_both_versions_and_the_rule() -> None:
    found = proven("F089")  # the hub's platforms and tracks
    (conflict,) = found.conflicts
    assert conflict["id"] == "C11"
    for key in ("statement_zh", "statement_en", "rule_zh", "rule_en"):
        assert conflict[key], key
    assert {each.id for each in found.disagreeing} == {"F088", "F092", "X042", "X043"}
    assert not {each.id for each in found.agreeing} & {each.id for each in found.disagreeing}


def test_both_sides_of_every_conflict_name_each_other() -> None:
    for code, conflict in ATLAS.evidence.conflicts.items():
        sides = set(conflict["figures"].split("|"))
        for figure in sides:
            found = proven(figure)
            assert code in {each["id"] for each in found.conflicts}, (code, figure)
            assert sides - {figure} <= {each.id for each in found.disagreeing}, (code, figure)


def test_what_agrees_speaks_of_the_same_subject_and_measure() -> None:
    for figure in FIGURES:
        found = proven(figure)
        for other in found.agreeing:
            assert (other.subject_id, other.measure) == (found.figure.subject_id, found.figure.measure)
            assert other.id != figure


def test_the_claims_of_a_figure_stand_beside_it() -> None:
    claims = {claim.id: claim for claim in proven("F038").claims}
    assert set(claims) == {"K01", "K02", "K03"}
    assert (claims["K01"].verdict, claims["K01"].computed) == ("pass", 113.0)
    # the printed number of the other report belongs to its claim, too
    assert "K02" in {claim.id for claim in proven("X049").claims}
    assert proven("F001").claims == ()


def test_a_claim_is_told_with_its_interval_and_its_verdict_in_words() -> None:
    (ratio,) = [claim for claim in proven("F065").claims if claim.id == "K07"]
    assert evidence.claim_text(ratio) == "F065 / F066 = implied city total: 225.61 [224.924, 226.3]"
    assert evidence.verdict_names(ratio) == ("仅为推算", "Implied only")
    (bound,) = [claim for claim in proven("F006").claims if claim.id == "K09"]
    assert "∞" in evidence.claim_text(bound)
    assert evidence.verdict_names(bound) == (
        "仅为推算，存疑，含下限数",
        "Implied only, doubtful, built on a lower bound",
    )


@pytest.mark.parametrize("layer", ["parks", "gmp", "hub"])
def test_a_stated_column_with_a_reference_carries_its_figure(layer: str) -> None:
    loaded = ATLAS.loaded[layer]
    referenced = [column for column in loaded.layer.columns if column.reference]
    assert referenced
    carried = 0
    for row in records(loaded.frame):
        card = payload.card(ATLAS, loaded, row)
        for column in referenced:
            figure = row[column.reference]
            entries = [
                entry for entry in card if entry.get("figure") == figure and entry["label_en"] == column.label_en
            ]
            if not pd.isna(row[column.name]):
                assert len(entries) == 1, (row["id"], column.name)
                assert entries[0]["source_zh"].startswith(f"{figure} · {FIGURES[figure].document}")
                carried += 1
    assert carried > 0


def test_every_figure_on_a_card_has_evidence_and_a_source_in_both_languages() -> None:
    for layer in PLACES:
        loaded = ATLAS.loaded[layer.id]
        for row in records(loaded.frame):
            for entry in payload.card(ATLAS, loaded, row):
                figure = entry.get("figure", "")
                assert not figure or figure in FIGURES, (row["id"], figure)
                assert bool(figure) == bool(entry["source_zh"]) == bool(entry["source_en"]), (row["id"], figure)
