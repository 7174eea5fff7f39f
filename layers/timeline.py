"""Time in the evidence: when a figure holds, when it was known, and targets against what was reached."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from geo.errors import ParameterError, SchemaError
from geo.land.accounts import land_supply
from geo.land.entries import Node
from layers.figures import Evidence, Figure
from layers.passages import is_contested

SUPPLY_MEASURE = "land_supply_planned"  # a running total: its description says so
SUPPLY_SCOPE = "city"  # a district's supply is no part of the city's running total
KINDS = ("target", "achievement", "milestone")
# what the figures of a milestone may be: nobody has reached a target by stating it
SEMANTICS_OF_KIND = {
    "target": frozenset({"target", "projection"}),
    "achievement": frozenset({"stock", "annual", "cumulative", "event", "attribute"}),
    "milestone": frozenset({"stock", "annual", "cumulative", "event", "attribute"}),
}
_PERIOD = re.compile(r"(?P<year>\d{4})(?:-?Q(?P<quarter>[1-4])|-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """A figure on the time line.

    Attributes
    ----------
    kind
        One of ``KINDS``. A target is drawn hollow, the others solid.
    start, end
        First and last day of the period in which it holds.
    answers
        Id of the target that an achievement answers; empty if it answers none.
    reached_share
        Achieved value by target value where both are single, uncontested numbers of one unit, else None: where two
        reports differ, their ratio is no progress.
    """

    id: str
    figure: Figure
    kind: str
    theme_zh: str
    theme_en: str
    label_zh: str
    label_en: str
    start: date
    end: date
    answers: str
    reached_share: float | None


@dataclass(frozen=True, kw_only=True)
class Supply:
    """City-level land supply as it was stated: what was due by a day, of what was known on a day.

    Attributes
    ----------
    value_mu
        What was due, 亩; None if nothing was.
    figure
        The figure that says so; None if there is none.
    known
        All that had been published by then.
    ahead
        Of those, what was still to come.
    tree
        The total with what it left out and why.
    """

    as_of: date
    known_on: date
    value_mu: float | None
    figure: Figure | None
    known: tuple[Figure, ...]
    ahead: tuple[Figure, ...]
    tree: Node


def period(text: str) -> tuple[date, date]:
    """First and last day of a date, month, quarter or year, or of two of them with a stroke between.

    Parameters
    ----------
    text
        ISO 8601: ``2023-09-30``, ``2023-01``, ``2021``, ``2023-Q3``, ``2023-01/2023-09``.

    Raises
    ------
    ParameterError
        If it is no such date, or ends before it begins.

    Examples
    --------
    >>> period("2024-02")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    >>> period("2023-Q3")
    (datetime.date(2023, 7, 1), datetime.date(2023, 9, 30))
    """
    first, stroke, last = text.partition("/")
    start, end = _whole(first, text)
    if stroke:
        _, end = _whole(last, text)
    if end < start:
        raise _undated(text)
    return start, end


def known_on(figures: Iterable[Figure], day: date) -> tuple[Figure, ...]:
    """Figures published by a day, in their order. One published in some month or year is known at its end.

    An undated publication is never among them: nobody can say that it was known.
    """
    return tuple(figure for figure in figures if figure.published and period(figure.published)[1] <= day)


def holds_by(figures: Iterable[Figure], day: date) -> tuple[Figure, ...]:
    """Figures whose valid time has come by a day: what then was, and what then was to be. Undated ones are left out.

    A month or year must have ended: a target "by 2025" holds by 31 December.
    """
    return tuple(figure for figure in figures if figure.as_of and period(figure.as_of)[1] <= day)


def supply_figures(evidence: Evidence) -> tuple[Figure, ...]:
    """The city's land supply as stated, in the order of the days it holds by. Cumulative: never to be added."""
    stated = (figure for figure in evidence.figures.values() if figure.measure == SUPPLY_MEASURE)
    return tuple(sorted((each for each in stated if each.scope == SUPPLY_SCOPE), key=lambda each: each.as_of))


def supply_as_of(evidence: Evidence, day: date, *, known: date | None = None) -> Supply:
    """City-level land supply that was due by a day. Cumulative: the latest holds the earlier ones.

    Parameters
    ----------
    day
        The day by which land was to be supplied.
    known
        What was published by this day is looked at; the same day if None.

    Returns
    -------
    Supply
        Of the figures as stated; nothing is interpolated between two goals.
    """
    horizon = known or day
    seen = known_on(supply_figures(evidence), horizon)
    tree = land_supply(
        {figure.id: (figure.value, period(figure.as_of)[1]) for figure in seen if figure.value is not None},
        as_of=day,
    )
    due = next((node.key for node in tree.children if node.included), "")
    return Supply(
        as_of=day,
        known_on=horizon,
        value_mu=tree.value,
        figure=evidence.figures.get(due),
        known=seen,
        ahead=tuple(figure for figure in seen if figure not in holds_by(seen, day)),
        tree=tree,
    )


def milestones(evidence: Evidence) -> tuple[Milestone, ...]:
    """Targets, achievements and milestones in the order of their last day, then of their ids.

    Raises
    ------
    SchemaError
        If a row names an unknown figure, kind or target, an undated figure, or one of the wrong semantics.
    """
    rows = evidence.milestones
    found = (_milestone(row, rows, evidence) for row in rows.values())
    return tuple(sorted(found, key=lambda each: (each.end, each.id)))


def _milestone(row: dict[str, str], rows: dict[str, dict[str, str]], evidence: Evidence) -> Milestone:
    figure, goal = evidence.figures.get(row["figure"]), rows.get(row["of"])
    is_lost = row["of"] != "" and (goal is None or goal["kind"] != "target" or row["kind"] != "achievement")
    if figure is None or not figure.as_of or is_lost or figure.semantics not in SEMANTICS_OF_KIND.get(row["kind"], ()):
        msg = f"milestone {row['id']} names a figure, kind or target that does not fit"
        raise SchemaError(msg, code="unreadable", where="milestones.csv", hint="Mend that row.")
    start, end = period(figure.as_of)
    return Milestone(
        id=row["id"], figure=figure, kind=row["kind"], start=start, end=end, answers=row["of"],
        theme_zh=row["theme_zh"], theme_en=row["theme_en"], label_zh=row["label_zh"], label_en=row["label_en"],
        reached_share=_share(figure, evidence.figures.get(goal["figure"]), evidence) if goal else None,
    )  # fmt: skip


def _share(reached: Figure, target: Figure | None, evidence: Evidence) -> float | None:
    if target is None or not target.value or reached.value is None or reached.unit != target.unit:
        return None
    if is_contested(reached, evidence) or is_contested(target, evidence):
        return None
    return reached.value / target.value


def _whole(piece: str, text: str) -> tuple[date, date]:
    match = _PERIOD.fullmatch(piece)
    if match is None:
        raise _undated(text)
    year = int(match["year"])
    first, last = (int(match["month"]),) * 2 if match["month"] else (1, 12)
    if match["quarter"]:
        last = int(match["quarter"]) * 3
        first = last - 2
    try:
        if match["day"]:
            return (day := date(year, first, int(match["day"]))), day
        return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])
    except ValueError as fault:
        raise _undated(text) from fault


def _undated(text: str) -> ParameterError:
    msg = f"{text!r} is no date, month, quarter or year"
    return ParameterError(msg, code="undated", where=text, hint="Write 2022-12-31, 2022-12, 2022-Q4 or 2022.")
