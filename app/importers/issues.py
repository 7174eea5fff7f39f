"""Issue rows: where, what, how grave, in both languages; and the refusal of a whole file."""

from dataclasses import dataclass
from typing import Any

from app.i18n.import_texts import ISSUES
from app.importers.limits import SHOWN
from geo.errors import DataError

NOTE, DOUBTFUL, REPAIRED, QUARANTINED = "note", "doubtful", "repaired", "quarantined"


class RefusedError(DataError):
    """The whole file is refused."""


@dataclass(frozen=True, kw_only=True)
class Issue:
    """One row of the issue log.

    Attributes
    ----------
    row
        Number of the row in its layer, the first is 1; 0 speaks of the layer.
    severity
        ``note`` (only told), ``doubtful`` (kept, to be looked at), ``repaired`` (kept, changed) or
        ``quarantined`` (set aside).
    """

    row: int
    column: str
    code: str
    severity: str
    value: str
    message_zh: str
    message_en: str


def issue(row: int, code: str, severity: str, value: object = "", *, column: str = "") -> Issue:
    """An issue in words; the value is shortened."""
    zh, en = ISSUES[code]
    return Issue(
        row=row, column=shown(column), code=code, severity=severity, value=shown(value), message_zh=zh, message_en=en
    )


def refusal(*, code: str, where: object, reason: str, hint: str = "") -> RefusedError:
    """The error that refuses a file."""
    return RefusedError(reason, code=code, where=shown(where), hint=hint)


def shown(value: Any) -> str:  # noqa: ANN401 - a cell may hold anything
    """A value as short, printable text."""
    words = "".join(sign if sign.isprintable() else "\ufffd" for sign in str(value)[: SHOWN + 1])
    return words if len(words) <= SHOWN else words[: SHOWN - 1] + "…"
