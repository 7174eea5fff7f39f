"""Stated figures: what a source says, one number or statement each, with the way back to its passage."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from geo import io
from geo.errors import SchemaError
from layers.load import check_metadata, read_metadata

# code -> (中文, English); the counted thing is said by the measure's label, so a count has no unit word
UNITS = {
    "count": ("", ""), "none": ("", ""), "date": ("", ""), "rank": ("", ""),
    "mu": ("亩", "mu"), "m2": ("平方米", "m²"), "ha": ("公顷", "ha"), "km2": ("平方公里", "km²"),
    "m": ("米", "m"), "km": ("公里", "km"), "cny_100m": ("亿元", "× 100 million yuan"), "percent": ("%", "%"),
    "year": ("年", "years"), "month": ("个月", "months"), "minute": ("分钟", "minutes"), "second": ("秒", "seconds"),
    "person": ("人", "persons"), "mw": ("兆瓦", "MW"), "kv": ("千伏", "kV"), "ratio": ("倍", "times"),
}  # fmt: skip
QUALIFIERS = {
    "": ("", ""), "about": ("约", "about "), "at_least": ("至少", "at least "),
    "more_than": ("超过", "more than "), "range": ("", ""), "less_than": ("不到", "less than "),
    "at_most": ("至多", "at most "),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One stated figure. ``as_of`` is valid time, ``published`` the day of the document.

    Attributes
    ----------
    low, high
        Bounds where the text gives a range or only a lower bound; None where it gives none.
    source
        The publication outside the documents; empty for a figure of a document, and where none is named.
    pointer
        Character spans in the untouched document, half-open; empty for external sources.
    """

    id: str
    subject_id: str
    subject_zh: str
    subject_en: str
    scope: str
    district_code: str
    layer: str
    measure: str
    value: float | None
    low: float | None
    high: float | None
    qualifier: str
    text_zh: str
    text_en: str
    unit: str
    basis: str
    semantics: str
    as_of: str
    as_of_note_zh: str
    as_of_note_en: str
    published: str
    document: str
    source: str
    source_kind: str
    pointer: tuple[tuple[int, int], ...]
    passage_sha256: str
    conflicts: tuple[str, ...]
    note_zh: str
    note_en: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """A source document. Its text stays with whoever deploys the atlas."""

    id: str
    file: str
    title_zh: str
    title_en: str
    publisher_zh: str
    publisher_en: str
    date: str
    date_basis_zh: str
    date_basis_en: str
    sha256: str
    characters: int


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All stated figures with the labels of their measures, the documents and the known conflicts.

    ``claims`` are relations between figures (`layers.claims`), ``milestones`` those on the time line
    (`layers.timeline`); both are rows of their tables, by id.
    """

    figures: dict[str, Figure]
    measures: dict[str, dict[str, str]]
    documents: dict[str, Document]
    conflicts: dict[str, dict[str, str]]
    claims: dict[str, dict[str, str]] = field(default_factory=dict)
    milestones: dict[str, dict[str, str]] = field(default_factory=dict)


def load_evidence(data: Path) -> Evidence:
    """Read ``figures/`` and ``documents.toml`` of a data folder.

    Raises
    ------
    MissingFileError, SchemaError, ProvenanceError
        If a file is missing or not the one its metadata speaks of, a row cannot be read, or a figure names an unknown
        unit, measure or document.
    """
    folder = data / "figures"
    _, metadata = read_metadata(folder)
    for name in ("figures", "measures", "conflicts", "claims", "milestones"):
        check_metadata(folder / f"{name}.csv", metadata)
    documents = _documents(data / "documents.toml")
    measures = _table(folder / "measures.csv", key="measure")
    figures = [_figure(row) for row in io.read_table(folder / "figures.csv")]
    for figure in figures:
        if figure.unit not in UNITS or figure.measure not in measures or figure.document not in {"", *documents}:
            msg = f"{figure.id} names an unknown unit, measure or document"
            raise SchemaError(msg, code="unreadable", where="figures.csv", hint="Mend that row.")
    return Evidence(
        figures={figure.id: figure for figure in figures},
        measures=measures,
        documents=documents,
        **{name: _table(folder / f"{name}.csv", key="id") for name in ("conflicts", "claims", "milestones")},
    )


def _documents(path: Path) -> dict[str, Document]:
    try:
        return {entry["id"]: Document(**entry) for entry in io.read_toml(path)["documents"]}
    except (KeyError, TypeError) as fault:
        msg = f"an entry of [[documents]] lacks a key or has one too many ({fault})"
        raise SchemaError(msg, code="unreadable", where=path.name, hint="Mend that entry.") from fault


def _table(path: Path, *, key: str) -> dict[str, dict[str, str]]:
    """Rows of a table by one of its columns."""
    try:
        return {row[key]: row for row in io.read_table(path)}
    except KeyError as fault:
        msg = f"the table has no column {fault}"
        raise SchemaError(msg, code="columns", where=path.name, hint="Restore the header.") from fault


def value_text(figure: Figure) -> tuple[str, str]:
    """A figure's value in words, in Chinese and in English, with its unit and qualifier."""
    if figure.value is None and figure.low is None:
        return figure.text_zh, figure.text_en
    unit_zh, unit_en = UNITS[figure.unit]
    before_zh, before_en = QUALIFIERS[figure.qualifier]
    if figure.high is not None and figure.low is not None and figure.high != figure.low:
        amount = f"{figure.low:,.10g}-{figure.high:,.10g}"
    else:
        amount = f"{figure.low if figure.value is None else figure.value:,.10g}"
    space = "" if unit_en in {"", "%"} else " "
    return f"{before_zh}{amount}{unit_zh}", f"{before_en}{amount}{space}{unit_en}"


def citation(figure: Figure, evidence: Evidence) -> tuple[str, str]:
    """Who says it and when, in Chinese and in English."""
    document = evidence.documents.get(figure.document)
    if document is None:
        return (
            f"{figure.source or '出处未写明'}（{figure.published or '日期不详'}）",
            f"{figure.source or 'no publication named'} ({figure.published or 'undated'})",
        )
    return (
        f"{document.id} {document.title_zh}（{document.date}）",
        f"{document.id} {document.title_en} ({document.date})",
    )


def _figure(row: dict[str, str]) -> Figure:
    try:
        numbers = {key: float(row[key]) if row[key] else None for key in ("value", "low", "high")}
        pointer = tuple((int(start), int(end)) for start, end in json.loads(row["pointer"] or "[]"))
        conflicts = tuple(code for code in row["conflicts"].split("|") if code)
        texts = {key: cell for key, cell in row.items() if key not in {*numbers, "pointer", "conflicts"}}
        return Figure(pointer=pointer, conflicts=conflicts, **numbers, **texts)  # type: ignore[arg-type]
    except (ValueError, TypeError, KeyError) as fault:
        msg = f"figure {row.get('id')} cannot be read ({fault})"
        raise SchemaError(msg, code="unreadable", where="figures.csv", hint="Mend that row.") from fault
