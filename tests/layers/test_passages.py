"""A pointer is proven or named with what is wrong; context is bounded; the trust ladder has known steps."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.atlas import DEFAULT_DATA
from layers.figures import Document, Figure, load_evidence
from layers.passages import (
    CONTESTED_STATUSES,
    REASONS,
    TRUST_LEVELS,
    PassageState,
    check_pointers,
    context,
    is_contested,
    passage_state,
    trust,
)

EVIDENCE = load_evidence(DEFAULT_DATA)
TEXT = "标题\n第一行在前。\n全市有十个\n区达标，\n第二行在后。\n结尾。\n"
START = TEXT.index("全市")
END = TEXT.index("，\n第二")
LEVELS = [term.code for term in TRUST_LEVELS]
VERIFIED, AWAY = PassageState(status="verified"), PassageState(status="no_document", reason="no_folder")
BROKEN = PassageState(status="broken", reason="passage_changed")


def digest(text: str) -> str:
    """Hash a passage without its white space."""
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()


def invented(text: str = TEXT, *spans: tuple[int, int]) -> tuple[Figure, Document]:
    """Make a figure that points into an invented document."""
    pointer = spans or ((START, END),)
    passage = "".join(text[start:end] for start, end in pointer)
    document = replace(
        EVIDENCE.documents["D000"], file="page.txt", sha256=hashlib.sha256(text.encode()).hexdigest(),
        characters=len(text),
    )  # fmt: skip
    return replace(EVIDENCE.figures["F040"], pointer=pointer, passage_sha256=digest(passage)), document


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write the invented document, byte for byte."""
    (tmp_path / "page.txt").write_bytes(TEXT.encode())
    return tmp_path


def test_a_passage_over_a_line_break_is_verified(folder: Path) -> None:
    assert passage_state(*invented(), folder) == VERIFIED


def test_context_holds_the_passage_between_whole_lines(folder: Path) -> None:
    figure, document = invented()
    assert context(figure, document, folder, characters=8) == (
        ("第一行在前。\n", False), ("全市有十个\n区达标", True), ("，\n第二行在后。", False),
    )  # fmt: skip


def test_context_of_two_spans_is_in_the_order_of_the_document(folder: Path) -> None:
    first, second = ((TEXT.index(word), TEXT.index(word) + 2) for word in ("标题", "结尾"))
    figure, document = invented(TEXT, second, first)
    pieces = context(figure, document, folder)
    assert [piece for piece, is_passage in pieces if is_passage] == ["标题", "结尾"]
    assert "".join(piece for piece, _ in pieces) == TEXT
    shortened = context(figure, document, folder, characters=3)
    assert "…" in shortened[1][0]
    assert len(shortened[1][0]) <= 2 * 3 + 3


LINES = "零零\n一一一\n二二二\n三三三\n四四四\n五五五\n六六\n"
MIDDLE = LINES.index("三"), LINES.index("三") + 3


@pytest.mark.parametrize(
    ("characters", "before", "after"),
    [
        (2, "二\n", "\n四"),  # no line begins or ends within
        (4, "二二二\n", "\n四四四"),  # a line begins and ends just there
        (6, "二二二\n", "\n四四四"),  # the next line would be cut
        (8, "一一一\n二二二\n", "\n四四四\n五五五"),
        (11, "零零\n一一一\n二二二\n", "\n四四四\n五五五\n六六"),  # all there is
    ],
)
def test_context_is_cut_where_a_line_begins_or_ends_if_one_does(
    characters: int, before: str, after: str, tmp_path: Path
) -> None:
    (tmp_path / "page.txt").write_bytes(LINES.encode())
    pieces = context(*invented(LINES, MIDDLE), tmp_path, characters=characters)
    assert pieces == ((before, False), ("三三三", True), (after, False))


def test_what_lies_between_two_spans_is_shortened_only_if_it_is_long(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_bytes(LINES.encode())
    first, second = LINES.index("零"), LINES.index("四")
    figure, document = invented(LINES, (first, first + 2), (second, second + 3))
    gap = LINES[first + 2 : second]
    whole = context(figure, document, tmp_path, characters=-(-len(gap) // 2))
    cut = context(figure, document, tmp_path, characters=(len(gap) - 1) // 2)
    assert whole[1] == (gap, False)
    assert "…" in cut[1][0]


@pytest.mark.parametrize("span", [(START, START), (END, START), (-1, END), (START, len(TEXT) + 1)])
def test_a_span_that_holds_nothing_or_leaves_the_document_is_no_passage(span: tuple[int, int], folder: Path) -> None:
    figure, document = invented(TEXT, span, (START, END))
    assert passage_state(figure, document, folder) == PassageState(status="broken", reason="span_outside")


def test_a_span_may_be_the_whole_document(folder: Path) -> None:
    assert passage_state(*invented(TEXT, (0, len(TEXT))), folder) == VERIFIED


def test_no_context_without_a_verified_passage(folder: Path) -> None:
    figure, document = invented()
    assert context(replace(figure, passage_sha256="0" * 64), document, folder) == ()
    assert context(figure, document, None) == ()
    assert context(figure, None, folder) == ()


def test_what_is_wrong_with_a_pointer_has_a_name(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    figure, document = invented()
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    changed = replace(document, sha256="0" * 64)
    cases = {
        "external": (replace(figure, source="a page"), None, folder), "unnamed": (figure, None, folder),
        "no_folder": (figure, document, None),
        "file_missing": (figure, document, elsewhere), "file_changed": (figure, changed, folder),
        "no_pointer": (replace(figure, pointer=()), document, folder),
        "span_outside": (replace(figure, pointer=((0, 10_000),)), document, folder),
        "passage_changed": (replace(figure, pointer=((START, END + 1),)), document, folder),
    }  # fmt: skip
    found = {reason: passage_state(*case) for reason, case in cases.items()}
    assert {reason: state.reason for reason, state in found.items()} == {reason: reason for reason in cases}
    away = {"external", "unnamed", "no_folder", "file_missing"}
    assert {reason for reason, state in found.items() if state.status == "no_document"} == away
    assert {state.status for reason, state in found.items() if reason not in away} == {"broken"}
    assert set(cases) == {term.code for term in REASONS} - {""}


def test_one_changed_character_breaks_every_pointer_of_the_file(folder: Path) -> None:
    (folder / "page.txt").write_bytes(TEXT.replace("十", "九").encode())
    assert passage_state(*invented(), folder).reason == "file_changed"


def test_a_document_is_never_looked_for_outside_its_folder(folder: Path) -> None:
    figure, document = invented()
    inner = folder / "inner"
    inner.mkdir()
    assert passage_state(figure, replace(document, file="../page.txt"), inner).reason == "file_missing"


def test_a_byte_order_mark_counts_as_a_character(tmp_path: Path) -> None:
    text = "\ufeff" + TEXT
    (tmp_path / "page.txt").write_bytes(text.encode())
    assert passage_state(*invented(text, (START + 1, END + 1)), tmp_path) == VERIFIED


@given(
    text=st.text(alphabet="一二三，\n ", min_size=1, max_size=80),
    bounds=st.tuples(st.integers(0, 80), st.integers(1, 80)),
    characters=st.integers(1, 20),
)
def test_context_is_bounded_and_is_the_document(
    tmp_path_factory: pytest.TempPathFactory, text: str, bounds: tuple[int, int], characters: int
) -> None:
    start = min(bounds[0], len(text) - 1)
    end = min(start + bounds[1], len(text))
    folder = tmp_path_factory.mktemp("page", numbered=True)
    (folder / "page.txt").write_bytes(text.encode())
    figure, document = invented(text, (start, end))
    pieces = context(figure, document, folder, characters=characters)
    assert "".join(piece for piece, _ in pieces) in text
    assert [piece for piece, is_passage in pieces if is_passage] == [text[start:end]]
    assert all(0 < len(piece) <= characters for piece, is_passage in pieces if not is_passage)


def test_without_documents_every_pointer_is_unproven(tmp_path: Path, counts: dict[str, Any]) -> None:
    faults = check_pointers(EVIDENCE, tmp_path)
    assert len(faults) == counts["figures"] - sum(counts["without_pointer"].values())
    assert {(fault.status, fault.reason) for fault in faults} == {("no_document", "file_missing")}


def test_every_pointer_is_proven_where_the_documents_are() -> None:
    named = os.environ.get("ATLAS_DOCUMENTS")
    if not named:
        pytest.skip("ATLAS_DOCUMENTS does not name the folder of the source documents")
    folder = Path(named)
    assert check_pointers(EVIDENCE, folder) == ()
    figure = EVIDENCE.figures["F006"]
    pieces = context(figure, EVIDENCE.documents[figure.document], folder)
    assert [is_passage for _, is_passage in pieces] == [False, True, False, True, False]
    assert "2000" in pieces[1][0] + pieces[3][0]


def test_the_ladder_rises_with_what_is_proven() -> None:
    figure, _ = invented()
    steps = [
        trust(figure, VERIFIED, location_method="surveyed", has_conflict=True),
        trust(figure, BROKEN, location_method="surveyed", has_conflict=False),
        trust(figure, AWAY, location_method="surveyed", has_conflict=False),
        trust(figure, VERIFIED, location_method="address", has_conflict=False),
        trust(figure, VERIFIED, location_method="surveyed", has_conflict=False),
    ]
    assert steps == LEVELS


def test_a_figure_of_no_place_or_of_a_published_page_stops_below() -> None:
    figure, _ = invented()
    assert trust(figure, VERIFIED, location_method=None, has_conflict=False) == "passage_verified"
    page = EVIDENCE.figures["X049"]
    state = passage_state(page, None, None)
    assert trust(page, state, location_method="surveyed", has_conflict=False) == "cited"
    nobody = replace(page, source="")
    state = passage_state(nobody, None, None)
    assert trust(nobody, state, location_method="surveyed", has_conflict=False) == "contested"


def test_contested_is_what_a_conflict_leaves_in_doubt() -> None:
    contested = {key for key, figure in EVIDENCE.figures.items() if is_contested(figure, EVIDENCE)}
    assert {"F006", "X030", "F061", "F169", "X017", "F053"} <= contested
    assert contested.isdisjoint({"F013", "F014", "F038", "F039", "F001", "F065"})
    assert {row["status"] for row in EVIDENCE.conflicts.values()} >= CONTESTED_STATUSES


def test_levels_and_reasons_speak_both_languages() -> None:
    for term in (*TRUST_LEVELS, *REASONS):
        assert bool(term.name_zh) == bool(term.name_en) == bool(term.code)
