"""GeoPackage by SQLite itself, read only: the tables that it lists, never a view, a trigger or a function."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from app.importers import limits
from app.importers.issues import DOUBTFUL, NOTE, QUARANTINED, Issue, issue, refusal
from app.importers.table import Table, from_wkb, require_size

ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
ENVELOPES = (0, 32, 48, 48, 64)  # bytes, by the code in the flags
EMPTY, EXTENDED = 0b0001_0000, 0b0010_0000
HEADER = 8
CRS_DEFAULTS = {"-1": "", "0": ""}  # undefined cartesian, undefined geographic


def read(path: Path) -> list[Table]:
    """The tables of features and attributes that `gpkg_contents` lists.

    Raises
    ------
    RefusedError
        If it is broken or cut off, lists a view, or is beyond the limits.
    """
    _require_whole(path)
    try:
        with _opened(path) as base:
            listed = _contents(base, path.name)
            require_layers(len(listed), path.name)
            return [_table(base, name, kind) for name, kind in listed]
    except (sqlite3.Error, OverflowError, ValueError) as fault:
        raise refusal(code="import_broken", where=path.name, reason=f"no readable GeoPackage ({fault})") from fault


def require_layers(number: int, where: str) -> None:
    """Refuse a file with too many layers.

    Raises
    ------
    RefusedError
        If there are more than the limit.
    """
    if number > limits.LAYERS:
        raise refusal(code="import_layers", where=where, reason=f"{number} layers, at most {limits.LAYERS} are read")


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
        base.text_factory = lambda content: content.decode("utf-8", "replace")
        base.execute("PRAGMA trusted_schema = OFF")
        base.execute("PRAGMA cell_size_check = ON")
        base.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in ALLOWED else sqlite3.SQLITE_DENY)
        yield base


def _require_whole(path: Path) -> None:
    """Refuse a database with fewer pages than its header states."""
    with path.open("rb") as file:
        head = file.read(100)
    page = int.from_bytes(head[16:18]) or 0
    page = 65_536 if page == 1 else page
    stated = page * int.from_bytes(head[28:32])
    if len(head) < 100 or path.stat().st_size < stated:  # noqa: PLR2004 - SQLite's header
        raise refusal(
            code="import_cut_off", where=path.name, reason=f"{path.stat().st_size} bytes, {stated} are stated"
        )


def _contents(base: sqlite3.Connection, where: str) -> list[tuple[str, str]]:
    kinds = {str(name).lower(): (kind, sql or "") for kind, name, sql in _all(base, "sqlite_master", "type, name, sql")}
    found = []
    for name, data_type in _all(base, "gpkg_contents", "table_name, data_type"):
        if data_type not in {"features", "attributes"}:
            continue
        kind, sql = kinds.get(str(name).lower(), ("", ""))
        if kind != "table" or "virtual" in str(sql)[:40].lower():
            reason = f"it is a {kind or 'name without a table'}, and only tables are read"
            raise refusal(
                code="import_view" if kind else "import_part",
                where=name,
                reason=reason,
                hint="Save the layer as a table.",
            )
        found.append((str(name), str(data_type)))
    if not found:
        raise refusal(
            code="import_nothing", where=where, reason="gpkg_contents lists no table of features or attributes"
        )
    return found


def _all(base: sqlite3.Connection, table: str, columns: str) -> list[tuple[Any, ...]]:
    return list(base.execute(f"SELECT {columns} FROM {_quoted(table)} LIMIT {limits.ROWS}"))  # noqa: S608 - quoted


def _table(base: sqlite3.Connection, name: str, kind: str) -> Table:
    shape, crs, report = _geometry_column(base, name) if kind == "features" else ("", "", [])
    cursor = base.execute(f"SELECT * FROM {_quoted(name)} LIMIT {limits.ROWS + 1}")  # noqa: S608 - quoted
    names = [str(each[0]) for each in cursor.description]
    require_size(name, columns=len(names))
    lines = cursor.fetchall()
    require_size(name, rows=len(lines))
    rows = np.arange(1, len(lines) + 1)
    cells = dict(zip(names, zip(*lines, strict=True) if lines else [()] * len(names), strict=True))
    blobs, bad = _shapes(cells.pop(shape, ()) if shape in cells else [None] * len(lines), rows)
    geometry, unread = from_wkb(blobs, rows)
    columns, binary = _columns(cells, rows)
    return Table(
        name=name, columns=columns, geometry=geometry, rows=rows, rows_in=len(lines), crs=crs,
        issues=[*report, *bad, *unread, *binary],
    )  # fmt: skip


def _geometry_column(base: sqlite3.Connection, name: str) -> tuple[str, str, list[Issue]]:
    columns = _all(base, "gpkg_geometry_columns", "table_name, column_name, srs_id")
    found = [(str(column), srs) for table, column, srs in columns if str(table).lower() == name.lower()]
    if not found:
        return "", "", [issue(0, "not_read", DOUBTFUL, "gpkg_geometry_columns")]
    systems = _all(base, "gpkg_spatial_ref_sys", "srs_id, organization, organization_coordsys_id, definition")
    for srs, organisation, code, definition in systems:
        if srs == found[0][1]:
            named = CRS_DEFAULTS.get(str(srs))
            wanted = f"EPSG:{code}" if str(organisation).upper() == "EPSG" else str(definition)
            return found[0][0], wanted if named is None else named, []
    return found[0][0], "", [issue(0, "crs_unknown", DOUBTFUL, found[0][1], column="geometry")]


def _shapes(blobs: Sequence[Any], rows: np.ndarray[Any, Any]) -> tuple[list[bytes | None], list[Issue]]:
    """Plain WKB out of GeoPackage's own, and an issue for what is none."""
    found: list[bytes | None] = []
    report = []
    for row, blob in zip(rows, blobs, strict=True):
        body = _body(blob)
        found.append(body or None)
        if body is None and blob is not None:
            report.append(issue(int(row), "bad_geometry", QUARANTINED, type(blob).__name__, column="geometry"))
    return found, report


def _body(blob: Any) -> bytes | None:  # noqa: ANN401 - a cell may hold anything
    """WKB behind GeoPackage's header; empty for an empty geometry, None for none."""
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < HEADER:
        return None
    flags = blob[3]
    envelope = (flags >> 1) & 0b111
    if flags & EXTENDED or envelope >= len(ENVELOPES):
        return None
    return b"" if flags & EMPTY else blob[HEADER + ENVELOPES[envelope] :] or None


def _columns(cells: dict[str, Any], rows: np.ndarray[Any, Any]) -> tuple[dict[str, list[Any]], list[Issue]]:
    columns: dict[str, list[Any]] = {}
    report = []
    for name, values in cells.items():
        columns[name] = [None if isinstance(value, bytes) else value for value in values]
        report += [
            issue(int(row), "binary_value", NOTE, f"{len(value)} bytes", column=name)
            for row, value in zip(rows, values, strict=True)
            if isinstance(value, bytes)
        ]
        report += [
            issue(int(row), "bad_text", DOUBTFUL, value, column=name)
            for row, value in zip(rows, values, strict=True)
            if isinstance(value, str) and "\ufffd" in value
        ]
    return columns, report


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
