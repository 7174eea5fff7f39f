"""Cells of imported rows: numbers, ids, districts, sectors and quantities that can be read, and what cannot is told."""

import math
import re
from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.importers.issues import DOUBTFUL, issue
from app.importers.limits import CELL_CHARACTERS
from app.importers.table import Table, number
from geo.errors import ParameterError
from geo.quantities import quantity
from layers.vocabulary import SECTORS

IDS = ("id", "编号", "代码", "gid", "objectid", "fid", "uuid")
DISTRICTS = (
    "district_code", "district", "adname", "district_name", "行政区", "行政区划代码", "所在区", "所属区", "区县", "区",
)  # fmt: skip
SECTORS_COLUMNS = ("sectors", "sector", "行业", "产业", "所属行业", "产业领域")
AMOUNTS = re.compile(
    r"(?:.*_)?(?:area|length|distance|investment|output)(?:_(?:m2|mu|ha|km2|m|km))?"
    r"|(?!.*(?:说明|备注|依据|来源|类型)).*(?:面积|亩数|长度|距离|投资|产值|规模).*"
)
SPELLINGS = {
    spelling: term.code for term in SECTORS for spelling in (term.code, term.name_zh, term.name_en.lower())
} | {part: term.code for term in SECTORS for part in term.name_zh.split("与")}
SEPARATORS = re.compile(r"[,，、;；|\n]+")
PLAIN_NUMBER = re.compile(r"\s*[+-]?(?:0|[1-9]\d{0,17})(?:\.\d+)?(?:[eE][+-]?\d{1,3})?\s*")
PLAIN_AMOUNT = re.compile(
    r"\d{1,15}(?:\.\d{1,6})?万?(?:亩|平方米|公顷|平方公里|米|公里|元)", re.ASCII
)  # what `quantity` reads
MOSTLY = 0.9  # a column is one of numbers from this share on


def check(table: Table, district_names: dict[str, str]) -> NDArray[np.str_]:
    """Check every cell, in place; gives the district that each row states ("" where none), nothing without a column."""
    for name, cells in list(table.columns.items()):
        if table.is_text and name.lower() not in IDS:
            _typed(table, name, cells)
        _plain(table, name)
    if column := _column(table, SECTORS_COLUMNS):
        _sectors(table, column)
    for name in table.columns:
        if AMOUNTS.fullmatch(name.strip().lower()):
            _amounts(table, name)
    column = _column(table, DISTRICTS)
    return _districts(table, column, district_names) if column else np.empty(0, dtype=np.str_)


def check_ids(table: Table) -> None:
    """Say which ids are missing, and which occur more than once."""
    column = _column(table, IDS)
    if not column:
        return
    cells = table.columns[column]
    counted = Counter(str(cell) for cell in cells if not _is_blank(cell))
    for row, cell in zip(table.rows, cells, strict=True):
        if _is_blank(cell):
            table.issues.append(issue(int(row), "missing_id", DOUBTFUL, column=column))
        elif counted[str(cell)] > 1:
            table.issues.append(issue(int(row), "duplicate_id", DOUBTFUL, cell, column=column))


def district_code(cell: Any, names: dict[str, str]) -> str:  # noqa: ANN401 - a cell may hold anything
    """The district that a cell names (松江区, 上海市松江区, 310117, 310117.0), empty if it names none."""
    if _is_blank(cell):
        return ""
    code = names.get(cell, "") if isinstance(cell, str) else ""
    return code or names.get(re.sub(r"^上海市?|\.0$", "", str(cell).strip()).lower(), "")


def sector_codes(cell: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:  # noqa: ANN401
    """The sectors that a cell names, in its order, and the words in it that name none."""
    whole = str(cell).strip().lower()
    if not isinstance(cell, list) and whole in SPELLINGS:
        return (SPELLINGS[whole],), ()
    listed = cell if isinstance(cell, list) else SEPARATORS.split(str(cell or "").strip("[]"))
    words = [part for each in listed if (part := str(each).strip().strip("\"'"))]
    known = dict.fromkeys(SPELLINGS[each.lower()] for each in words if each.lower() in SPELLINGS)
    return tuple(known), tuple(each for each in words if each.lower() not in SPELLINGS)


def _column(table: Table, spellings: tuple[str, ...]) -> str:
    found = {name.strip().lower(): name for name in reversed(table.columns)}
    return next((found[spelling] for spelling in spellings if spelling in found), "")


def _is_blank(cell: Any) -> bool:  # noqa: ANN401 - a cell may hold anything
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _typed(table: Table, name: str, cells: list[Any]) -> None:
    """Text that means numbers becomes numbers; codes with a leading zero stay text."""
    blank = [_is_blank(cell) for cell in cells]
    misses = 0
    filled = len(cells) - sum(blank)
    most = filled - MOSTLY * filled  # (1 - MOSTLY) * 10 is less than 1 in binary fractions
    for cell, is_blank in zip(cells, blank, strict=True):
        misses += not (is_blank or PLAIN_NUMBER.fullmatch(cell))
        if misses > most:
            break
    if misses > most or all(blank):
        table.columns[name] = [None if is_blank else cell for cell, is_blank in zip(cells, blank, strict=True)]
        return
    found: list[Any] = []
    for row, cell, is_blank in zip(table.rows, cells, blank, strict=True):
        if is_blank:
            found.append(None)
        elif PLAIN_NUMBER.fullmatch(cell):
            found.append(float(cell) if "." in cell or "e" in cell.lower() else int(cell))
        else:
            found.append(cell)
            table.issues.append(issue(int(row), "wrong_type", DOUBTFUL, cell, column=name))
    table.columns[name] = found


def _plain(table: Table, name: str) -> None:
    """Cells that JSON can carry: no NaN, no text without end, no halves of characters."""
    found: list[Any] = []
    for row, cell in zip(table.rows, table.columns[name], strict=True):
        kept = cell
        if isinstance(cell, str):
            kept = cell[:CELL_CHARACTERS] if cell.isascii() else _whole(cell[:CELL_CHARACTERS])
            if len(cell) > CELL_CHARACTERS:
                table.issues.append(issue(int(row), "text_shortened", DOUBTFUL, cell, column=name))
        elif isinstance(cell, float) and not math.isfinite(cell):
            table.issues.append(issue(int(row), "not_finite", DOUBTFUL, cell, column=name))
            kept = None
        elif isinstance(cell, list | dict | tuple):
            kept = _nested(cell)
        found.append(kept)
    table.columns[name] = found


def _whole(words: str) -> str:
    """Text without halves of surrogate pairs, which JSON can spell and nothing can write."""
    return words.encode("utf-8", "replace").decode("utf-8")


def _nested(cell: Any) -> Any:  # noqa: ANN401
    """Lists and objects with every number finite; the numbers that are not become empty."""
    if isinstance(cell, dict):
        return {str(key): _nested(value) for key, value in cell.items()}
    if isinstance(cell, list | tuple):
        return [_nested(value) for value in cell]
    if isinstance(cell, float) and not math.isfinite(cell):
        return None
    return _whole(cell) if isinstance(cell, str) else cell


def _districts(table: Table, column: str, names: dict[str, str]) -> NDArray[np.str_]:
    codes = []
    for row, cell in zip(table.rows, table.columns[column], strict=True):
        code = district_code(cell, names)
        if not code and not _is_blank(cell):
            table.issues.append(issue(int(row), "unknown_district", DOUBTFUL, cell, column=column))
        codes.append(code)
    return np.array(codes, dtype=np.str_)


def _sectors(table: Table, column: str) -> None:
    for row, cell in zip(table.rows, table.columns[column], strict=True):
        for part in sector_codes(cell)[1]:
            table.issues.append(issue(int(row), "unknown_sector", DOUBTFUL, part, column=column))


def _amounts(table: Table, name: str) -> None:
    for row, cell in zip(table.rows, table.columns[name], strict=True):
        if _is_blank(cell) or isinstance(cell, bool):
            continue
        value = number(cell)
        if math.isfinite(value):
            if value < 0:
                table.issues.append(issue(int(row), "out_of_range", DOUBTFUL, cell, column=name))
            continue
        if isinstance(cell, str) and not (PLAIN_AMOUNT.fullmatch(cell) or _is_quantity(cell)):
            table.issues.append(issue(int(row), "unparsable_quantity", DOUBTFUL, cell, column=name))


def _is_quantity(words: str) -> bool:
    try:
        quantity(words)
    except ParameterError:
        return False
    return True
