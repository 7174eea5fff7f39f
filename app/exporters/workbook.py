"""XLSX: one sheet of rows, one of sources, one of columns. No cell is a formula, whatever stands in it."""

import io
import re
import zipfile
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from app.exporters import provenance
from app.exporters.csv_writer import with_coordinates
from app.exporters.export_table import ExportTable
from app.exporters.file_format import Format
from app.exporters.flat import flat, plain_text
from app.exporters.packing import zipped
from app.exporters.units import header, unit_of
from geo import geojson
from geo.errors import ParameterError

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
CELL_CHARACTERS = 32_767
SHEET_ROWS = 1_048_576
NARROW, WIDE = 8, 60
LOOKED_AT = 200  # rows by which a column's width is chosen
CORE = "docProps/core.xml"
ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # _x0041_ stands for A in these files


def to_bytes(export: ExportTable, *, more: tuple[ExportTable, ...] = ()) -> bytes:
    """A workbook of an export table, with further tables on sheets of their own.

    Lines and areas have no place in a sheet: their kind is named, their shape is in the other formats.

    Raises
    ------
    ParameterError
        If there are more rows or longer texts than a sheet holds.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - takes long to load, and only this needs it

    book = Workbook(write_only=True)
    try:
        return _undated(_filled(book, export, more), export.about)
    except ParameterError:
        _close_sheets(book)
        raise
    except OSError as fault:
        _close_sheets(book)
        msg = f"the parts of the workbook could not be written for the time being ({fault.strerror})"
        hint = "Make room on the disk for temporary files."
        raise ParameterError(msg, code="unwritable", where=export.stem, hint=hint) from fault


def _close_sheets(book: "Workbook") -> None:
    """Let go of the temporary files in which openpyxl lays its sheets down."""
    for sheet in book.worksheets:
        with suppress(OSError):
            sheet.close()


def _filled(book: "Workbook", export: ExportTable, more: tuple[ExportTable, ...]) -> bytes:
    """The workbook with all its sheets, as openpyxl saves it."""
    for title, each in [("数据 data", export), *((each.name, each) for each in more)]:
        rows = with_coordinates(each, wkt=False) if each.is_map else flat(each)
        names = [str(name) for name in rows.columns]
        cells = [[geojson.plain(cell) for cell in row] for row in rows.astype(object).itertuples(index=False)]
        _sheet(book, title, [header(name, each.columns) for name in names], cells)
    _sheet(book, "来源 sources", ["key", "value"], [list(line) for line in provenance.lines(export.about)])
    _sheet(book, "列 columns", ["column", "中文", "English", "unit"], _columns(export))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _columns(export: ExportTable) -> list[list[Any]]:
    declared = {column.name: column for column in export.columns}
    rows = []
    for name in map(str, export.frame.columns):
        column = declared.get(name)
        labels = [column.label_zh, column.label_en] if column else ["", ""]
        rows.append([name, *labels, unit_of(name, export.columns)])
    return rows


def _sheet(book: "Workbook", title: str, head: list[str], rows: list[list[Any]]) -> None:
    if len(rows) >= SHEET_ROWS:
        msg = f"{len(rows):,} rows, a sheet holds {SHEET_ROWS - 1:,}"
        raise ParameterError(msg, code="cannot_hold", where=f"{title}, XLSX", hint="Take GeoPackage or CSV.")
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number, width in enumerate(_widths([head, *rows[:LOOKED_AT]]), start=1):
        sheet.column_dimensions[_letters(number)].width = width
    sheet.append([_cell(sheet, name, bold=True) for name in head])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: "WriteOnlyWorksheet", value: Any, *, bold: bool = False) -> Any:  # noqa: ANN401 - any JSON value
    """A number, a truth value or a text; a text stays one when it is edited, too."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - as above
    from openpyxl.styles import Font  # noqa: PLC0415

    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    cell = WriteOnlyCell(sheet, value=_text(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl takes "=..." for a formula and "#N/A" for an error
        cell.quotePrefix = value.startswith(FORMULA_STARTS)
    if bold:
        cell.font = Font(bold=True)
    return cell


def _text(value: str) -> str:
    text = ESCAPE.sub("_x005F_", plain_text(value))
    if len(text) > CELL_CHARACTERS:
        msg = f"a text of {len(text):,} characters, a cell holds {CELL_CHARACTERS:,}"
        raise ParameterError(msg, code="cannot_hold", where="XLSX", hint="Take GeoPackage or CSV.")
    return text


def _widths(rows: list[list[Any]]) -> list[int]:
    """Widths in which most of the cells can be read; a Chinese character takes two places."""
    longest = [max(map(_places, column)) for column in zip(*rows, strict=True)]
    return [min(max(width + 2, NARROW), WIDE) for width in longest]


def _places(cell: Any) -> int:  # noqa: ANN401
    words = "" if cell is None else str(cell)
    return max((sum(2 if ord(sign) > 0xFF else 1 for sign in line) for line in words.split("\n")), default=0)  # noqa: PLR2004


def _letters(number: int) -> str:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - as above

    return str(get_column_letter(number))


def _undated(content: bytes, about: dict[str, Any]) -> bytes:
    """The same workbook, dated by the data and not by the clock."""
    from openpyxl.packaging.core import DocumentProperties  # noqa: PLC0415 - as above
    from openpyxl.xml.functions import tostring  # noqa: PLC0415

    day = datetime.fromisoformat(str(about.get("data_date", "2000-01-01")))
    said = DocumentProperties(title=str(about.get("title", "")), creator="", created=day, modified=day)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**files, CORE: tostring(said.to_tree())})


FORMAT = Format(
    code="xlsx", title="XLSX", endings=(".xlsx",),
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    to_bytes=to_bytes, takes_tables=True, in_lists=True,
)  # fmt: skip
