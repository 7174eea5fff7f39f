"""From a stated figure to the passage that says it: proof of pointers, context for display, and the trust ladder.

The documents' texts stay with whoever deploys the atlas. What is read here is shown and never written.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo import io
from geo.errors import MissingFileError
from layers.figures import Document, Evidence, Figure
from layers.vocabulary import Term

STATUSES = ("verified", "broken", "no_document")
REASONS = tuple(
    Term(code=code, name_zh=name_zh, name_en=name_en)
    for code, name_zh, name_en in (
        ("", "", ""),
        ("external", "出处是公开页面，不在文件之内", "The source is a published page, none of the documents"),
        ("unnamed", "出处未写明", "No publication is named"),
        ("no_folder", "没有指定文件所在的文件夹", "The folder of the documents is not named"),
        ("file_missing", "文件夹里没有这份文件", "The document is not in the folder"),
        ("file_changed", "文件与登记的散列不符", "The document is not the one that was registered"),
        ("no_pointer", "没有指针", "There is no pointer"),
        ("span_outside", "指针超出文件", "A span lies outside the document"),
        ("passage_changed", "原文段落与登记的散列不符", "The passage is not the one that was registered"),
    )
)
CONTEXT_CHARACTERS = 160
ELLIPSIS = "\n…\n"

# From the least to the most. `trust` says exactly when a figure stands on which step.
TRUST_LEVELS = tuple(
    Term(code=code, name_zh=name_zh, name_en=name_en)
    for code, name_zh, name_en in (
        ("contested", "有矛盾或出处未写明", "Contested, or no source named"),
        ("cited", "有出处", "Cited"),
        ("cited_pointer", "有出处并有指针", "Cited, with a pointer"),
        ("passage_verified", "原文已核", "Passage verified"),
        ("passage_verified_place_surveyed", "原文已核、位置实测", "Passage verified, place surveyed"),
    )
)
# of what a conflict may end in, these leave the shown number in doubt: another one is printed, or it is not credible
CONTESTED_STATUSES = frozenset({"value_kept", "displayed_with_warning"})


@dataclass(frozen=True, kw_only=True)
class PassageState:
    """Whether a figure's pointer was proven: ``status`` of ``STATUSES``, ``reason`` a code of ``REASONS``."""

    status: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PointerFault:
    """A pointer that could not be proven."""

    figure: str
    document: str
    status: str
    reason: str


def passage_state(figure: Figure, document: Document | None, folder: Path | None) -> PassageState:
    """Prove a figure's pointer against the untouched document.

    The file must hash to the registered value, every span must lie inside it, and the spans' text, joined in the
    order of the pointer and without white space, must hash to ``passage_sha256``.

    Parameters
    ----------
    document
        The figure's document, None for a figure from a published page or one that nobody names.
    folder
        Where the documents lie, None if nobody said.

    Returns
    -------
    PassageState
        ``verified``; ``broken`` if a document is there and anything does not hold; ``no_document`` otherwise.
    """
    if document is None:
        return PassageState(status="no_document", reason="external" if figure.source else "unnamed")
    if folder is None:
        return PassageState(status="no_document", reason="no_folder")
    try:
        content = _content(document, folder)
    except MissingFileError:
        return PassageState(status="no_document", reason="file_missing")
    reason = _fault(figure, document, content)
    return PassageState(status="broken" if reason else "verified", reason=reason)


def context(
    figure: Figure,
    document: Document | None,
    folder: Path | None,
    *,
    characters: int = CONTEXT_CHARACTERS,
) -> tuple[tuple[str, bool], ...]:
    """The passage in its surroundings, for display only.

    Parameters
    ----------
    characters
        At most so many characters are shown before and after, cut at the beginning and end of a line where there
        is one. What lies between two spans is shortened to as many at either end.

    Returns
    -------
    tuple of (str, bool)
        Pieces of the document in its order, True for a piece of the passage, none of them empty; nothing at all
        unless the passage is verified.
    """
    state = passage_state(figure, document, folder)
    if state.status != "verified" or document is None or folder is None:
        return ()
    text = _content(document, folder).decode("utf-8")
    spans = sorted(figure.pointer)
    pieces = [(_before(text[: spans[0][0]], characters), False)]
    for (start, end), (following, _) in zip(spans, [*spans[1:], (len(text), 0)], strict=True):
        between = text[end:following]
        is_last = following == len(text)
        pieces += [(text[start:end], True), ((_after if is_last else _shortened)(between, characters), False)]
    return tuple((piece, is_passage) for piece, is_passage in pieces if piece)


def check_pointers(evidence: Evidence, folder: Path) -> tuple[PointerFault, ...]:
    """Every figure of a document whose passage could not be proven, in the figures' order; empty if all hold.

    A document that is missing from the folder is a fault, too (``no_document``): its pointers are not proven.
    """
    return tuple(_faults(evidence, folder))


def is_contested(figure: Figure, evidence: Evidence) -> bool:
    """Whether a known conflict leaves the number itself in doubt: see ``CONTESTED_STATUSES``."""
    known = (evidence.conflicts.get(key) for key in figure.conflicts)
    return any(row is not None and row["status"] in CONTESTED_STATUSES for row in known)


def trust(figure: Figure, state: PassageState, *, location_method: str | None, has_conflict: bool) -> str:
    """The step of the trust ladder on which a figure stands.

    ========================================= =======================================================
    ``contested``                             a conflict leaves the number in doubt (`is_contested`), or
                                              neither document nor publication is named
    ``cited``                                 a source is named; no pointer, or one that is broken
    ``cited_pointer``                         a pointer is registered, the document is not at hand
    ``passage_verified``                      the passage was found in the untouched document
    ``passage_verified_place_surveyed``       so it was, and its place is located as ``surveyed``
    ========================================= =======================================================

    Parameters
    ----------
    location_method
        Of the place of which the figure speaks; None for a figure of the city or of nothing that is drawn.
    has_conflict
        Whether the number is in doubt.

    Returns
    -------
    str
        A code of ``TRUST_LEVELS``, which are in rising order.
    """
    if has_conflict or not (figure.document or figure.source):
        return "contested"
    if state.status == "verified":
        return "passage_verified_place_surveyed" if location_method == "surveyed" else "passage_verified"
    return "cited_pointer" if figure.pointer and state.status == "no_document" else "cited"


def _faults(evidence: Evidence, folder: Path) -> Iterator[PointerFault]:
    for figure in evidence.figures.values():
        if figure.document:
            state = passage_state(figure, evidence.documents.get(figure.document), folder)
            if state.status != "verified":
                yield PointerFault(figure=figure.id, document=figure.document, status=state.status, reason=state.reason)


def _content(document: Document, folder: Path) -> bytes:
    return io.read_bytes(folder / Path(document.file).name)  # never outside the folder


def _fault(figure: Figure, document: Document, content: bytes) -> str:
    """Code of the first thing that does not hold, empty if all does."""
    if hashlib.sha256(content).hexdigest() != document.sha256:
        return "file_changed"
    text = content.decode("utf-8")  # a byte order mark counts: offsets are those of the untouched file
    if not figure.pointer:
        return "no_pointer"
    if any(not 0 <= start < end <= len(text) for start, end in figure.pointer):
        return "span_outside"
    passage = "".join("".join(text[start:end] for start, end in figure.pointer).split())
    return "" if hashlib.sha256(passage.encode()).hexdigest() == figure.passage_sha256 else "passage_changed"


def _before(text: str, characters: int) -> str:
    """The last characters of a text, from the beginning of a line on if one begins there."""
    if len(text) <= characters:
        return text
    window = text[len(text) - characters :]
    if text[len(text) - characters - 1] == "\n":
        return window
    _, found, rest = window.partition("\n")
    return rest if found and rest.strip() else window


def _after(text: str, characters: int) -> str:
    """The first characters of a text, to the end of a line if one ends there."""
    window = text[:characters]
    if len(text) <= characters or text[characters] == "\n":
        return window
    rest, found, _ = window.rpartition("\n")
    return rest if found and rest.strip() else window


def _shortened(text: str, characters: int) -> str:
    """What lies between two pieces of a passage, without its middle if it is long."""
    if len(text) <= 2 * characters:
        return text
    return _after(text, characters) + ELLIPSIS + _before(text, characters)
