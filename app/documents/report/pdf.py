"""The template set by typst: data in, PDF/A out. No network, no package, no font but ours, no clock."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import typst

from app.documents.report.glyphs import FONT_FOLDER
from geo.errors import DataError

TEMPLATE = Path(__file__).parent / "report.typ"
FAMILY = "Atlas Sans"
NO_DATE = "1970-01-01"  # of data without a version
# PDF/A-2a: fonts inside, tagged; PDF/UA-1: a screen reader can follow it
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]


def pdf(data: dict[str, Any], date: str) -> bytes:
    """Set the report.

    Parameters
    ----------
    data
        JSON values that the template reads. They are values only: nothing in a text is markup.
    date
        ISO date of the data or empty: the PDF's date, so that the same data give the same bytes.

    Raises
    ------
    DataError
        If the font is not there, or the report cannot be set.
    """
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_FOLDER)])
    if fonts.families() != [FAMILY]:
        msg = f"the report is set in {FAMILY!r} alone, and found {fonts.families()}"
        hint = "Restore the folder, or run tools/font_subset.py."
        raise DataError(msg, code="no_font", where="app/report/font", hint=hint)
    compiler = typst.Compiler(
        input=str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, allow_nan=False)},
    )
    day = datetime.fromisoformat(date or NO_DATE).replace(tzinfo=UTC)
    try:
        content = compiler.compile(format="pdf", pdf_standards=[*STANDARDS], timestamp=day)
    except typst.TypstError as fault:
        hint = "Report it with the data folder that was used."
        raise DataError(fault.message, code="report_failed", where=TEMPLATE.name, hint=hint) from fault
    if not isinstance(content, bytes):
        msg = "typst answered with no PDF"
        raise DataError(msg, code="report_failed", where=TEMPLATE.name, hint="Report it.")
    return content
