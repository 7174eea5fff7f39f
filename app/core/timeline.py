"""The time line as rows: targets hollow, achievements solid, seen from a day."""

from datetime import date
from typing import Any

import pandas as pd

from app.core.atlas import Atlas
from app.i18n.texts import text
from layers.figures import value_text
from layers.timeline import known_on, milestones

ISO_LENGTH = len("2021-10-14")
KINDS = {"target": ("目标", "Target"), "achievement": ("已实现", "Achieved"), "milestone": ("进展", "Milestone")}


def days(atlas: Atlas) -> tuple[str, ...]:
    """Days from which the atlas can look: every publication and valid time of the time line, and the data's own."""
    published = {f.published for f in atlas.evidence.figures.values() if len(f.published) == ISO_LENGTH}
    held = {each.end.isoformat() for each in milestones(atlas.evidence)}
    return tuple(sorted({*published, *held, *([atlas.data_date] if atlas.data_date else [])})) or ("2026-01-01",)


def known(atlas: Atlas, day: date) -> int:
    """How many stated figures had been published by a day."""
    return len(known_on(atlas.evidence.figures.values(), day))


def rows(atlas: Atlas, *, known: date | None = None) -> list[dict[str, Any]]:
    """The time line in order of valid time; only what had been published by a day, if one is given."""
    seen = None if known is None else {figure.id for figure in known_on(atlas.evidence.figures.values(), known)}
    return [
        {
            "id": each.id,
            "theme_zh": each.theme_zh,
            "theme_en": each.theme_en,
            "label_zh": each.label_zh,
            "label_en": each.label_en,
            "kind": each.kind,
            "kind_zh": KINDS[each.kind][0],
            "kind_en": KINDS[each.kind][1],
            "start": each.start.isoformat(),
            "end": each.end.isoformat(),
            "value": each.figure.value if each.figure.value is not None else each.figure.low,
            "unit": each.figure.unit,
            "value_zh": value_text(each.figure)[0],
            "value_en": value_text(each.figure)[1],
            "answers": each.answers,
            "reached_share": each.reached_share,
            "figure": each.figure.id,
            "published": each.figure.published,
            "document": each.figure.document,
        }
        for each in milestones(atlas.evidence)
        if seen is None or each.figure.id in seen
    ]


def in_words(rows: list[dict[str, Any]], lang: str) -> pd.DataFrame:
    """The rows as people read them."""
    at = "en" if lang == "en" else "zh"
    return pd.DataFrame(
        {
            text("col_theme", lang): [row[f"theme_{at}"] for row in rows],
            text("col_name", lang): [row[f"label_{at}"] for row in rows],
            text("col_kind", lang): [("○ " if row["kind"] == "target" else "● ") + row[f"kind_{at}"] for row in rows],
            text("col_value", lang): [row[f"value_{at}"] for row in rows],
            text("col_as_of", lang): [row["end"] for row in rows],
            text("col_reached", lang): [_percent(row["reached_share"]) for row in rows],
            text("col_published", lang): [row["published"] for row in rows],
            text("col_source", lang): [row["figure"] for row in rows],
        }
    )


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"
