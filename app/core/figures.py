"""The list of stated figures under a view: what every source says, filtered, in rows that can be exported."""

from collections.abc import Mapping
from datetime import date
from itertools import compress
from typing import Any

import pandas as pd

from app.core.atlas import Atlas
from app.core.view import View
from geo import select
from layers import PLACES
from layers.claims import check_claims
from layers.figures import Figure, citation, value_text
from layers.timeline import known_on

KIND_NAMES = {
    "stock": ("存量", "Stock"),
    "annual": ("年度", "Annual"),
    "cumulative": ("累计", "Cumulative"),
    "target": ("目标", "Target"),
    "projection": ("计划", "Planned"),
    "event": ("事件", "Event"),
    "rate": ("比率", "Rate"),
    "attribute": ("属性", "Attribute"),
}
BASIS_NAMES = {
    "land": ("用地", "Land"),
    "floor": ("建筑面积", "Floor area"),
    "unknown": ("性质未说明", "Kind not stated"),
    "count": ("数量", "Count"),
    "money": ("金额", "Money"),
    "share": ("比例", "Share"),
    "length": ("长度", "Length"),
    "time": ("时长", "Duration"),
    "date": ("日期", "Date"),
    "text": ("文字", "Statement"),
    "power": ("电力", "Power"),
}


def figures(atlas: Atlas, view: View) -> list[Figure]:
    """The stated figures that a view keeps, in id order.

    A district filter keeps figures of that district and of places in it; a sector filter keeps figures of
    places of that sector. City-wide figures belong to no district.
    """
    sectors = {
        row_id: tags
        for layer in PLACES
        if layer.sector_filtered
        for row_id, tags in zip(atlas.frame(layer.id)["id"], atlas.frame(layer.id)["sectors"], strict=True)
    }
    known = None
    if view.as_of:
        known = {each.id for each in known_on(atlas.evidence.figures.values(), date.fromisoformat(view.as_of))}
    every = list(atlas.evidence.figures.values())
    of_district = select.one_of(pd.Series([each.district_code for each in every], dtype=object), view.districts)
    of_sector = select.any_of(pd.Series([sectors.get(each.subject_id, ()) for each in every]), view.sectors)
    return [
        figure
        for figure in compress(every, of_district & of_sector)
        if (not view.figure_layers or figure.layer in view.figure_layers)
        and (not view.figure_kinds or figure.semantics in view.figure_kinds)
        and (not view.figure_years or figure.as_of[:4] in view.figure_years)
        and (known is None or figure.id in known)
        and _found(figure, atlas, view.figure_search)
    ]


def checks(atlas: Atlas) -> dict[str, str]:
    """Figure id to the verdict of its claims, the worst first: differs, pass, implied_only."""
    order = ("differs", "pass", "implied_only")
    found: dict[str, str] = {}
    for claim in check_claims(atlas.evidence):
        for key in {*claim.figures, claim.printed_id}:
            found[key] = min(found.get(key, claim.verdict), claim.verdict, key=order.index)
    return found


def row(figure: Figure, atlas: Atlas, verdicts: Mapping[str, str]) -> dict[str, Any]:
    """One figure as a row for table and export; ``check`` is the verdict of the claims it takes part in, or empty."""
    measure = atlas.evidence.measures[figure.measure]
    value_zh, value_en = value_text(figure)
    source_zh, source_en = citation(figure, atlas.evidence)
    return {
        "id": figure.id,
        "subject_id": figure.subject_id,
        "subject_zh": figure.subject_zh,
        "subject_en": figure.subject_en,
        "measure": figure.measure,
        "measure_zh": measure["label_zh"],
        "measure_en": measure["label_en"],
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "qualifier": figure.qualifier,
        "unit": figure.unit,
        "value_zh": value_zh,
        "value_en": value_en,
        "basis": figure.basis,
        "semantics": figure.semantics,
        "as_of": figure.as_of,
        "as_of_note_zh": figure.as_of_note_zh,
        "as_of_note_en": figure.as_of_note_en,
        "published": figure.published,
        "scope": figure.scope,
        "district_code": figure.district_code,
        "layer": figure.layer,
        "document": figure.document,
        "source_zh": source_zh,
        "source_en": source_en,
        "source_kind": figure.source_kind,
        "pointer": [list(span) for span in figure.pointer],
        "passage_sha256": figure.passage_sha256,
        "conflicts": list(figure.conflicts),
        "check": verdicts.get(figure.id, ""),
        "note_zh": figure.note_zh,
        "note_en": figure.note_en,
    }


def years(atlas: Atlas) -> tuple[str, ...]:
    """Years of valid time that occur, oldest first."""
    return tuple(sorted({figure.as_of[:4] for figure in atlas.evidence.figures.values() if figure.as_of}))


def _found(figure: Figure, atlas: Atlas, search: str) -> bool:
    if not search:
        return True
    measure = atlas.evidence.measures[figure.measure]
    texts = (
        figure.id, figure.subject_id, figure.subject_zh, figure.subject_en, measure["label_zh"], measure["label_en"],
        *value_text(figure), *citation(figure, atlas.evidence), figure.note_zh, figure.note_en,
    )  # fmt: skip
    return search.strip().lower() in "\n".join(texts).lower()
