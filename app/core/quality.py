"""What we do not know: places by precision, parks without an outline, figures without a check, conflicts, sources."""

import re
from datetime import date
from typing import Any

import pandas as pd

from app.core.atlas import Atlas
from app.core.evidence import verdict_names
from layers.claims import check_claims
from layers.figures import citation, value_text
from layers.vocabulary import LOCATION_METHODS

DAYS_A_YEAR = 365.25
A_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def precision(atlas: Atlas) -> pd.DataFrame:
    """How many places of every layer are located how well; the last column counts those from memory."""
    rows = []
    for layer in reversed(atlas.places):
        frame = atlas.frame(layer.id)
        methods = frame["location_method"].value_counts()
        counts: dict[str, Any] = {method.code: int(methods.get(method.code, 0)) for method in LOCATION_METHODS}
        names: dict[str, Any] = {"layer": layer.id, "layer_zh": layer.title_zh, "layer_en": layer.title_en}
        unverified = int((frame["location_basis"] == "memory").sum())
        rows.append({**names, "rows": len(frame), **counts, "from_memory": unverified})
    return pd.DataFrame(rows)


def parks_without_outline(atlas: Atlas) -> pd.DataFrame:
    """Parks whose extent is no measured outline, with the published area if there is one."""
    parks = atlas.frame("parks")
    lone = parks[~parks["id"].isin(atlas.measured_outlines.index)]
    return pd.DataFrame(lone[["id", "name_zh", "name_en", "district_code", "kind", "site_area_m2"]])


def figures_unchecked(atlas: Atlas) -> pd.DataFrame:
    """Figures that cannot be walked back to a passage we hold: known from a citation only."""
    return pd.DataFrame(
        [
            {
                "id": figure.id,
                "subject_zh": figure.subject_zh,
                "subject_en": figure.subject_en,
                "measure_zh": atlas.evidence.measures[figure.measure]["label_zh"],
                "measure_en": atlas.evidence.measures[figure.measure]["label_en"],
                "value_zh": value_text(figure)[0],
                "value_en": value_text(figure)[1],
                "source": citation(figure, atlas.evidence)[0],
                "source_kind": figure.source_kind,
            }
            for figure in atlas.evidence.figures.values()
            if not figure.pointer
        ]
    )


def conflicts(atlas: Atlas) -> pd.DataFrame:
    """The known conflicts, both versions kept, with the rule for what is displayed."""
    return pd.DataFrame(list(atlas.evidence.conflicts.values()))


def claims(atlas: Atlas) -> pd.DataFrame:
    """Printed ratios and sums computed again: verdict, interval that rounding allows, what is printed."""
    return pd.DataFrame(
        [
            {
                "id": claim.id,
                "relation": claim.relation,
                "computed": claim.computed,
                "low": claim.low,
                "high": claim.high,
                "printed": claim.printed,
                "printed_id": claim.printed_id,
                "unit": claim.unit,
                "verdict": claim.verdict,
                "verdict_zh": verdict_names(claim)[0],
                "verdict_en": verdict_names(claim)[1],
                "note_zh": claim.note_zh,
                "note_en": claim.note_en,
            }
            for claim in check_claims(atlas.evidence)
        ]
    )


def sources(atlas: Atlas, *, today: date) -> pd.DataFrame:
    """All metadata and documents with licence and age in years; no age where no date is known."""
    rows = [
        {
            "source": layer_id,
            "title_zh": each.source.title_zh,
            "title_en": each.source.title_en,
            "producer": each.source.producer,
            "licence": each.source.licence,
            "published": each.source.published,
            "accessed": each.source.accessed,
            "age_years": _age(each.source.published, today),
        }
        for layer_id, each in atlas.loaded.items()
    ]
    rows += [
        {
            "source": document.id,
            "title_zh": document.title_zh,
            "title_en": document.title_en,
            "producer": document.publisher_en,
            "licence": "仅存指针 pointers only",
            "published": document.date,
            "accessed": "",
            "age_years": _age(document.date, today),
        }
        for document in atlas.evidence.documents.values()
    ]
    return pd.DataFrame(rows)


def issues(atlas: Atlas) -> pd.DataFrame:
    """Issue rows of all layers: what was set aside or is doubtful, and why."""
    columns = ["layer", "feature", "column", "rule", "value", "severity"]
    return pd.DataFrame([vars(issue) for issue in atlas.issues], columns=columns)


def _age(published: str, today: date) -> float | None:
    """Years since the first date, month or year that the metadata names; None where it names none."""
    found = A_DATE.search(published)
    if found is None:
        return None
    year, month, day = (int(part or 1) for part in found.groups())
    return round((today - date(year, month, day)).days / DAYS_A_YEAR, 1)
