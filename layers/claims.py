"""Claims that check themselves: printed ratios and sums are computed again from the figures that they relate."""

import math
import re
from dataclasses import dataclass

from geo.errors import SchemaError
from geo.quantities import M2_PER_UNIT
from layers.figures import Evidence, Figure
from layers.vocabulary import Term

VERDICTS = tuple(
    Term(code=code, name_zh=name_zh, name_en=name_en)
    for code, name_zh, name_en in (
        ("pass", "相符", "Agrees"),
        ("differs", "不符", "Differs"),
        ("implied_only", "仅为推算", "Implied only"),
    )
)
FLAGS = tuple(
    Term(code=code, name_zh=name_zh, name_en=name_en)
    for code, name_zh, name_en in (
        ("garbled", "原句有误", "Garbled in print"),
        ("doubtful", "存疑", "Doubtful"),
        ("lower_bound", "含下限数", "Built on a lower bound"),
        ("approximate", "含约数", "Built on an approximate number"),
    )
)
# a printed number is compared with a computed one to this share: binary fractions, nothing else
ROUND_OFF = 1e-9
_WORD = r"(?:[FX]\d{3}|\d+(?:\.\d+)?(?:\[\w+\])?)"
_RELATION = re.compile(rf"({_WORD}(?: [-+/] {_WORD})*) = ([FX]\d{{3}}|implied .+)", re.ASCII)
_TERM = re.compile(r"(?P<figure>[FX]\d{3})|(?P<number>\d+(?:\.\d+)?)(?:\[(?P<unit>\w+)\])?")
_WARNED = "displayed_with_warning"


@dataclass(frozen=True, kw_only=True)
class ClaimResult:
    """A claim, computed.

    Attributes
    ----------
    figures
        Ids of the figures in the relation, as written, the printed one last.
    unit
        Unit of all its numbers, a code of `layers.figures.UNITS`: that of the printed one, else of the first figure.
    computed
        What the printed terms give.
    low, high
        What they may give when the rounding of a printed percentage and lower bounds are allowed for; None where
        there is no bound. Equal to ``computed`` where nothing is rounded.
    printed, printed_id
        The number with which it is compared and its figure; None and empty where none is printed.
    verdict, flags
        Codes of ``VERDICTS`` and ``FLAGS``.
    """

    id: str
    kind: str
    relation: str
    figures: tuple[str, ...]
    unit: str
    computed: float
    low: float | None
    high: float | None
    printed: float | None
    printed_id: str
    verdict: str
    flags: tuple[str, ...]
    note_zh: str
    note_en: str

    @property
    def whole_numbers(self) -> tuple[int, int] | None:
        """First and last whole number in the interval; None if it holds none or is open."""
        if self.low is None or self.high is None:
            return None
        first, last = math.ceil(self.low - ROUND_OFF), math.floor(self.high + ROUND_OFF)
        return (first, last) if first <= last else None


@dataclass(frozen=True, kw_only=True)
class _Number:
    """A number with the bounds between which it may lie."""

    value: float
    low: float
    high: float
    unit: str = ""


def check_claims(evidence: Evidence) -> tuple[ClaimResult, ...]:
    """Compute every claim again and compare it with what is printed.

    A claim passes or differs where a second number is printed: the result itself (``printed``), or for an implied
    number the one in another report (``second_printed``). It passes if the interval of the computed number meets
    the interval of the printed one. Where no second number is printed it is ``implied_only``. The rounding of a
    claim belongs to the percentage among its terms, else to the printed result: a number printed to the step r lies
    within r / 2 of it, bounds included.

    Parameters
    ----------
    evidence
        With its claims and figures.

    Returns
    -------
    tuple of ClaimResult
        In the order of the table.

    Raises
    ------
    SchemaError
        If a relation cannot be read, or names a figure that does not exist or has no number.

    Examples
    --------
    226 demonstration points are printed as 113 % of the target. Whole percents allow 199.1 to 200.9, and another
    report says 200: the claim passes.
    """
    return tuple(_check(row, evidence) for row in evidence.claims.values())


def _check(row: dict[str, str], evidence: Evidence) -> ClaimResult:
    relation = _RELATION.fullmatch(row["relation"])
    if relation is None:
        raise _unreadable(row, f"{row['relation']!r} is no relation")
    words, right = relation[1].split(" "), relation[2]
    figures = [_figure(word, evidence, row) for word in words if word[0] in "FX"]
    printed_id = row["printed"] or row["second_printed"]
    printed = _figure(printed_id, evidence, row) if printed_id else None
    unit = next((figure.unit for figure in [printed, *figures] if figure), "none")
    step = float(row["printed_rounding"] or 0)
    terms = [_term(word, evidence, row, step=step, unit=unit) for word in words[::2]]
    rounded_left = any(term.unit == "percent" for term in terms)
    found = terms[0]
    for sign, term in zip(words[1::2], terms[1:], strict=True):
        found = _join(sign, found, term)
    if unit == "percent":
        found = _Number(value=found.value * 100, low=found.low * 100, high=found.high * 100)
    shown = None if printed is None else _bounds(printed, step=0 if rounded_left else step)
    return ClaimResult(
        id=row["id"], kind=row["kind"], relation=row["relation"], unit=unit, computed=_tidy(found.value),
        figures=tuple(dict.fromkeys([figure.id for figure in figures] + [right] * (right == row["printed"]))),
        low=_tidy(found.low) if math.isfinite(found.low) else None,
        high=_tidy(found.high) if math.isfinite(found.high) else None,
        printed=None if printed is None else printed.value, printed_id=printed_id, verdict=_verdict(found, shown),
        flags=_flags([*figures, *([printed] if printed else [])], evidence),
        note_zh=row["note_zh"], note_en=row["note_en"],
    )  # fmt: skip


def _tidy(number: float) -> float:
    """Without the last bits that binary fractions add."""
    return float(f"{number:.12g}")


def _verdict(found: _Number, shown: _Number | None) -> str:
    if shown is None:
        return "implied_only"
    slack = ROUND_OFF * max(1.0, abs(found.value))
    return "pass" if found.low <= shown.high + slack and shown.low <= found.high + slack else "differs"


def _join(sign: str, left: _Number, right: _Number) -> _Number:
    """Interval arithmetic; a divisor is greater than 0."""
    if sign == "+":
        return _Number(value=left.value + right.value, low=left.low + right.low, high=left.high + right.high)
    if sign == "-":
        return _Number(value=left.value - right.value, low=left.low - right.high, high=left.high - right.low)
    return _Number(value=left.value / right.value, low=left.low / right.high, high=left.high / right.low)


def _term(word: str, evidence: Evidence, row: dict[str, str], *, step: float, unit: str) -> _Number:
    """A figure or a number, in the unit of the result; percentages as shares, as wide as their rounding."""
    match = _TERM.fullmatch(word)
    if match is None or match["figure"]:
        figure = _figure(word, evidence, row)
        own, number = figure.unit, _bounds(figure, step=step if figure.unit == "percent" else 0)
    else:
        value, own = float(match["number"]), match["unit"] or ""
        half = step / 2 if own == "percent" else 0.0
        number = _Number(value=value, low=value - half, high=value + half)
    factor = 1.0
    if own == "percent":
        factor = 0.01
    elif own in M2_PER_UNIT and unit in M2_PER_UNIT:
        factor = float(M2_PER_UNIT[own] / M2_PER_UNIT[unit])
    return _Number(value=number.value * factor, low=number.low * factor, high=number.high * factor, unit=own)


def _bounds(figure: Figure, *, step: float) -> _Number:
    """A figure's number with its printed bounds, or with those that its rounding allows."""
    value = figure.value if figure.value is not None else ((figure.low or 0.0) + (figure.high or 0.0)) / 2
    open_end = math.inf if figure.qualifier in {"more_than", "at_least"} else value + step / 2
    return _Number(
        value=value,
        low=value - step / 2 if figure.low is None else figure.low,
        high=open_end if figure.high is None else figure.high,
    )


def _figure(key: str, evidence: Evidence, row: dict[str, str]) -> Figure:
    figure = evidence.figures.get(key)
    if figure is None or (figure.value is None and figure.low is None):
        raise _unreadable(row, f"{key} does not exist or has no number")
    return figure


def _flags(figures: list[Figure], evidence: Evidence) -> tuple[str, ...]:
    """What a user must know of the figures, in the order of ``FLAGS``."""
    warned = [evidence.conflicts[key] for figure in figures for key in figure.conflicts if key in evidence.conflicts]
    kinds = {row["kind"] for row in warned if row["status"] == _WARNED}
    qualifiers = {figure.qualifier for figure in figures}
    found = {
        "garbled": "garbled" in kinds,
        "doubtful": bool(kinds - {"garbled"}),
        "lower_bound": bool(qualifiers & {"more_than", "at_least"}),
        "approximate": "about" in qualifiers,
    }
    return tuple(flag.code for flag in FLAGS if found[flag.code])


def _unreadable(row: dict[str, str], why: str) -> SchemaError:
    msg = f"claim {row['id']}: {why}"
    return SchemaError(msg, code="unreadable", where="claims.csv", hint="Mend that row.")
