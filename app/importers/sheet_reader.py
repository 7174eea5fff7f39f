"""XLSX: every sheet is a layer, formulas are the values that were saved with them."""

import datetime as dt
import mimetypes
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.importers import archive
from app.importers.csv_reader import of_cells
from app.importers.issues import refusal
from app.importers.limits import COLUMNS, ROWS
from app.importers.table import Table, named, require_size
from app.importers.xml_tree import require_plain

BROKEN = (
    KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, SyntaxError, EOFError, OSError,
    zipfile.BadZipFile, AssertionError,
)  # fmt: skip


def read(path: Path) -> list[Table]:
    """The sheets of a workbook that hold anything.

    Raises
    ------
    RefusedError
        If the archive is unsafe, a part of it is broken, or a sheet is beyond the limits.
    """
    for member in archive.members(path):
        content = archive.unpacked(path, member)
        if member.filename.lower().endswith((".xml", ".rels", ".vml")):
            require_plain(content, where=member.filename)
    mimetypes.knownfiles.clear()  # openpyxl would read the machine's own list of file types
    # a plain import at the top would cost every other format its time
    import openpyxl  # noqa: PLC0415

    try:
        # a path would be judged by its extension
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of styles and extensions, which are not read
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            found = [_sheet(sheet) for sheet in book.worksheets]
    except BROKEN as fault:
        raise refusal(
            code="import_broken", where=path.name, reason=f"no readable workbook ({type(fault).__name__})"
        ) from fault
    return [table for table in found if table is not None]


def _sheet(sheet: Any) -> Table | None:  # noqa: ANN401 - openpyxl has no types
    sheet.reset_dimensions()  # what a sheet states of its own size is not believed
    lines = _lines(sheet)
    header = next(lines, None)
    if header is None:
        return None
    while header and header[-1] is None:
        header.pop()
    require_size(sheet.title, columns=len(header))
    names, report = named(header)
    table = of_cells(sheet.title, names, (_fitted(line, len(names)) for line in lines))
    table.issues = report + table.issues
    return table


def _lines(sheet: Any) -> Iterator[list[Any]]:  # noqa: ANN401
    """Rows that hold anything; blank ones are no rows, however many a sheet claims."""
    for at, line in enumerate(sheet.iter_rows(values_only=True, max_col=COLUMNS + 1), start=1):
        if at > ROWS:
            raise refusal(
                code="import_rows", where=sheet.title, reason=f"more than {ROWS} rows", hint="Split the sheet."
            )
        if line.count(None) < len(line):
            yield [_plain(cell) for cell in line]


def _fitted(line: list[Any], width: int) -> list[Any]:
    """Blank cells beyond the header are none; blank ones within it are."""
    while len(line) > width and line[-1] is None:
        line.pop()
    return line + [None] * (width - len(line))


def _plain(cell: Any) -> Any:  # noqa: ANN401
    if isinstance(cell, dt.datetime | dt.date | dt.time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, dt.timedelta) else cell
