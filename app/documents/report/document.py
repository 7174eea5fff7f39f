"""The report of a view: gathered, then set."""

from dataclasses import dataclass

from app.core.atlas import Atlas
from app.core.view import View
from app.documents.report.content import content
from app.documents.report.pdf import pdf


@dataclass(frozen=True, kw_only=True)
class Report:
    """A PDF, and the signs that its font lacks."""

    pdf: bytes
    missing: tuple[str, ...]


def report(atlas: Atlas, view: View) -> Report:
    """Make the report of a view. The same data and view give the same bytes.

    Raises
    ------
    DataError
        If the font is not there, or the report cannot be set.
    """
    said = content(atlas, view)
    return Report(pdf=pdf(said.data, atlas.data_date), missing=said.missing)
