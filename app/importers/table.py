"""What every reader makes of a layer: columns, geometry, and what had to be said about its rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from app.importers.issues import DOUBTFUL, QUARANTINED, Issue, issue, refusal
from app.importers.limits import CELL_CHARACTERS, COLUMNS, ROWS

Geometries = NDArray[np.object_]


@dataclass(kw_only=True)
class Table:
    """One layer of a foreign file.

    Attributes
    ----------
    columns
        Name to cells, each as long as ``geometry``.
    geometry
        Shape (n,): shapely geometries or None, in the file's own coordinates.
    crs
        What the file declares (``EPSG:4490`` or WKT), empty if it is silent.
    rows
        Shape (n,): the rows' numbers in the file, the first is 1.
    rows_in
        Rows of the file; what is missing among ``rows`` has an issue of severity ``quarantined``.
    is_text
        True if cells are text that may mean numbers (CSV).
    """

    name: str
    columns: dict[str, list[Any]]
    geometry: Geometries
    rows: NDArray[np.int64]
    rows_in: int
    crs: str = ""
    is_text: bool = False
    issues: list[Issue] = field(default_factory=list)

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Take rows out; whoever calls has said why."""
        flags = kept.tolist()
        self.columns = {
            name: [cell for cell, flag in zip(cells, flags, strict=True) if flag]
            for name, cells in self.columns.items()
        }
        self.geometry, self.rows = self.geometry[kept], self.rows[kept]


def from_wkb(blobs: Sequence[bytes | None], rows: NDArray[np.int64]) -> tuple[Geometries, list[Issue]]:
    """Geometries of WKB, and an issue for each one that cannot be read."""
    found: Geometries = np.array(shapely.from_wkb(np.array([*blobs, None], dtype=object)[:-1], on_invalid="ignore"))
    unread = [
        int(row) for row, blob, shape in zip(rows, blobs, found, strict=True) if blob is not None and shape is None
    ]
    return found, [issue(row, "bad_geometry", QUARANTINED, column="geometry") for row in unread]


def points(x: Sequence[Any], y: Sequence[Any], rows: NDArray[np.int64]) -> tuple[Geometries, list[Issue]]:
    """Points of two columns; a coordinate that is no finite number gives none, and an issue."""
    east, north = numbers(x), numbers(y)
    good = np.isfinite(east) & np.isfinite(north)
    found: Geometries = np.full(len(rows), None, dtype=object)
    found[good] = shapely.points(east[good], north[good])
    report = [
        issue(int(rows[at]), "bad_coordinate", QUARANTINED, f"{x[at]}, {y[at]}", column="geometry")
        for at in np.flatnonzero(~good).tolist()
        if not (_is_blank(x[at]) and _is_blank(y[at]))
    ]
    return found, report


def positioned(table: Table, position: tuple[str, str]) -> Table:
    """The same table with points of two columns that the user names; what was found before does not count.

    Raises
    ------
    RefusedError
        If it has no such column.
    """
    for name in position:
        if name not in table.columns:
            raise refusal(
                code="import_position", where=name or "?", reason=f"in {table.name}", hint="Name two columns of it."
            )
    table.geometry, report = points(table.columns[position[0]], table.columns[position[1]], table.rows)
    table.issues = [
        each for each in table.issues if each.code not in {"no_position_columns", "bad_coordinate"}
    ] + report
    return table


def numbers(cells: Sequence[Any]) -> NDArray[np.float64]:
    """Cells as floats, NaN for what is none."""
    return np.array([number(cell) for cell in cells], dtype=np.float64)


def number(cell: Any) -> float:  # noqa: ANN401 - a cell may hold anything
    """A cell as a float, NaN if it is none."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return float("nan")
    if isinstance(cell, str) and "_" in cell:  # Python reads 1_000
        return float("nan")
    try:
        return float(cell)
    except (ValueError, OverflowError):
        return float("nan")


def named(header: Sequence[Any]) -> tuple[list[str], list[Issue]]:
    """Unique names of columns, and an issue for each one that had to be given another."""
    taken: set[str] = set()
    names, report = [], []
    for at, cell in enumerate(header, start=1):
        wanted = "" if cell is None else str(cell).strip()[:CELL_CHARACTERS]
        name = wanted or f"column_{at}"
        while name in taken:
            name = f"{name}_{at}"
        if name != wanted:
            report.append(issue(0, "column_unnamed", DOUBTFUL, wanted, column=name))
        taken.add(name)
        names.append(name)
    return names, report


def require_size(name: str, *, rows: int = 0, columns: int = 0) -> None:
    """Refuse a layer with too many rows or columns.

    Raises
    ------
    RefusedError
        If there are more than the limits allow.
    """
    if rows > ROWS:
        reason = f"{rows} rows or more, at most {ROWS} are read"
        raise refusal(code="import_rows", where=name, reason=reason, hint="Split the file, or cut it to the area.")
    if columns > COLUMNS:
        reason = f"{columns} columns, at most {COLUMNS} are read"
        raise refusal(code="import_columns", where=name, reason=reason, hint="Keep the columns that are needed.")


def set_aside(table: Table, at: NDArray[np.bool_], code: str, *, column: str = "geometry") -> None:
    """Take rows out of a table, with an issue for each."""
    table.issues += [issue(int(row), code, QUARANTINED, column=column) for row in table.rows[at]]
    table.keep(~at)


def _is_blank(cell: Any) -> bool:  # noqa: ANN401
    return cell is None or (isinstance(cell, str) and not cell.strip())
