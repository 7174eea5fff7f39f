"""CSV and other delimited text, in the encodings that Chinese spreadsheets write."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app.importers import limits
from app.importers.encodings import GUESSED, text_of
from app.importers.issues import DOUBTFUL, NOTE, QUARANTINED, Issue, issue, refusal
from app.importers.table import Table, named, points, require_size

DELIMITERS = (",", "\t", ";", "|", "，")
LONGITUDE = (
    "lon",
    "lng",
    "long",
    "longitude",
    "经度",
    "經度",
    "东经",
    "x",
    "lon_wgs84",
    "wgs84_lon",
    "坐标x",
    "x坐标",
    "point_x",
)
LATITUDE = ("lat", "latitude", "纬度", "緯度", "北纬", "y", "lat_wgs84", "wgs84_lat", "坐标y", "y坐标", "point_y")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read(path: Path) -> list[Table]:
    """The one layer of a delimited text.

    Raises
    ------
    RefusedError
        If it is no table, cut off within quotes, or beyond the limits.
    """
    text, encoding = text_of(path.read_bytes(), where=path.name)
    if found := CONTROL.search(text):
        raise refusal(code="import_broken", where=path.name, reason=f"it holds the control character {ord(found[0])}")
    cells = _cells(text, path.name)
    header: list[str] = next(cells, [])
    require_size(path.name, columns=len(header))
    names, issues = named(header)
    if encoding in GUESSED:
        issues.append(issue(0, "encoding_guessed", NOTE, encoding))
    table = of_cells(path.stem, names, cells)
    table.issues = issues + table.issues
    table.is_text = True
    return [table]


def of_cells(name: str, names: Sequence[str], cells: Iterable[Sequence[Any]]) -> Table:
    """A table of rows of cells: ragged rows are told, points are made of the columns of coordinates.

    Raises
    ------
    RefusedError
        If there are too many rows.
    """
    issues: list[Issue] = []
    kept: list[Sequence[Any]] = []
    rows: list[int] = []
    row = 0
    for row, line in enumerate(cells, start=1):
        require_size(name, rows=row)
        if len(line) > len(names):
            issues.append(issue(row, "row_long", QUARANTINED, len(line)))
            continue
        if len(line) < len(names):
            issues.append(issue(row, "row_short", DOUBTFUL, len(line)))
        rows.append(row)
        kept.append(line)
    width = len(names)
    columns = {
        column: [line[at] if at < len(line) else None for line in kept] for at, column in enumerate(names[:width])
    }
    numbered = np.array(rows, dtype=np.int64)
    geometry, report = _positions(columns, numbered)
    return Table(
        name=name, columns=columns, geometry=geometry, rows=numbered, rows_in=row, issues=issues + report,
    )  # fmt: skip


def _positions(columns: dict[str, list[Any]], rows: np.ndarray[Any, Any]) -> tuple[Any, list[Issue]]:
    lon, lat = _column(columns, LONGITUDE), _column(columns, LATITUDE)
    if lon and lat:
        return points(columns[lon], columns[lat], rows)
    report = issue(0, "no_position_columns", DOUBTFUL, " ".join(columns))
    return np.full(len(rows), None, dtype=object), [report]


def _column(columns: dict[str, list[Any]], spellings: Sequence[str]) -> str:
    """The column that has one of the names, which may carry a unit behind it: 经度(°)."""
    bare = {re.sub(r"[\s(（\[].*$", "", name.strip().lower()): name for name in reversed(columns)}
    return next((bare[spelling] for spelling in spellings if spelling in bare), "")


def _cells(text: str, where: str) -> Any:  # noqa: ANN401 - an iterator of rows
    csv.field_size_limit(limits.FILE_BYTES)
    head = text.split("\n", 1)[0]
    outside = re.sub(r'"[^"]*"', "", head)
    delimiter = max(DELIMITERS, key=outside.count)  # the first of equals
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if line:
                yield line
    except csv.Error as fault:
        code = "import_cut_off" if "unexpected end" in str(fault) else "import_broken"
        raise refusal(
            code=code, where=where, reason=f"no readable table ({fault})", hint="Check the quotes."
        ) from fault
