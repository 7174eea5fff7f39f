"""GeoParquet by pyarrow, FlatGeobuf by GDAL: both keep geometry as WKB."""

import datetime as dt
import decimal
import json
from pathlib import Path
from typing import Any

import numpy as np

from app.importers import gdal, limits
from app.importers.issues import NOTE, Issue, issue, refusal
from app.importers.table import Table, from_wkb, named, require_size

CRS84 = "EPSG:4326"  # what a file means that names none


def read_parquet(path: Path) -> list[Table]:
    """The one layer of a GeoParquet file.

    Raises
    ------
    RefusedError
        If it is broken, has no geometry in WKB, or is beyond the limits.
    """
    # pyarrow costs every other format its time and memory
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    try:
        with parquet.ParquetFile(path, memory_map=False, pre_buffer=False) as file:
            primary, about = _geo(file.schema_arrow.metadata or {}, path.name)
            require_size(path.name, rows=file.metadata.num_rows, columns=len(file.schema_arrow.names))
            groups = range(file.metadata.num_row_groups)
            if sum(file.metadata.row_group(at).total_byte_size for at in groups) > limits.UNPACKED_BYTES:
                raise refusal(
                    code="import_zip", where=path.name, reason=f"it unpacks to more than {limits.UNPACKED_BYTES} bytes"
                )
            read = file.read(use_threads=False)
    except (pa.lib.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError) as fault:
        raise refusal(
            code="import_broken", where=path.name, reason=f"no readable GeoParquet ({str(fault)[:200]})"
        ) from fault
    if primary not in read.column_names:
        raise refusal(code="import_part", where=primary, reason="the column of geometry that is named is not there")
    rows = np.arange(1, read.num_rows + 1)
    geometry, unread = from_wkb(_blobs(read.column(primary).to_pylist(), primary), rows)
    columns, report = {}, []
    for at, name in enumerate(named(read.column_names)[0]):
        if read.column_names[at] != primary:
            columns[name], binary = _plain(read.column(at).to_pylist(), name)
            report += binary
    return [
        Table(
            name=path.stem, columns=columns, geometry=geometry, rows=rows, rows_in=len(rows), crs=_crs(about),
            issues=[*unread, *report],
        )
    ]  # fmt: skip


def read_flatgeobuf(path: Path) -> list[Table]:
    """The one layer of a FlatGeobuf file.

    Raises
    ------
    RefusedError
        If it is broken, or beyond the limits.
    """
    target = path.with_name("part.fgb")
    path.rename(target)
    meta, fids, blobs, cells = gdal.read(target, driver="FlatGeobuf")
    target.rename(path)
    require_size(path.name, rows=len(blobs), columns=len(cells))
    rows = np.arange(1, len(fids) + 1)
    geometry, unread = from_wkb(blobs, rows)
    names, report = named(meta["fields"])
    columns = {}
    for name, column in zip(names, cells, strict=True):
        columns[name], binary = _plain(gdal.plain(column), name)
        report += binary
    return [
        Table(
            name=meta.get("layer_name") or path.stem, columns=columns, geometry=geometry, rows=rows,
            rows_in=len(rows), crs=str(meta["crs"] or ""), issues=[*unread, *report],
        )
    ]  # fmt: skip


def _geo(metadata: dict[bytes, bytes], where: str) -> tuple[str, dict[str, Any]]:
    """The primary column and what the file says of it."""
    try:
        document = json.loads(metadata[b"geo"])
        primary = document["primary_column"]
        about = document["columns"][primary]
        encoding = about["encoding"]
    except (KeyError, TypeError, ValueError, RecursionError) as fault:
        reason = "a Parquet file without GeoParquet's own words about its geometry"
        raise refusal(code="import_part", where=where, reason=reason, hint="Write it as GeoParquet.") from fault
    if encoding != "WKB" or not isinstance(about, dict) or not isinstance(primary, str):
        raise refusal(code="import_format", where=f"GeoParquet {encoding}", reason="of its encodings, WKB is read")
    return primary, about


def _crs(about: dict[str, Any]) -> str:
    if "crs" not in about:
        return CRS84
    named = about["crs"]
    code = named.get("id") if isinstance(named, dict) else None
    if isinstance(code, dict) and code.get("authority") == "OGC":
        return CRS84
    if isinstance(code, dict) and code.get("authority") == "EPSG":
        return f"EPSG:{code.get('code')}"
    return "" if named is None else json.dumps(named)


def _blobs(cells: list[Any], name: str) -> list[bytes | None]:
    if any(cell is not None and not isinstance(cell, bytes) for cell in cells):
        raise refusal(code="import_broken", where=name, reason="the column of geometry holds no WKB")
    return cells


def _plain(cells: list[Any], name: str) -> tuple[list[Any], list[Issue]]:
    """Cells as JSON's own kinds; bytes are not read, and that is told."""
    report = [
        issue(row, "binary_value", NOTE, f"{len(cell)} bytes", column=name)
        for row, cell in enumerate(cells, start=1)
        if isinstance(cell, bytes)
    ]
    return [_cell(cell) for cell in cells], report


def _cell(cell: Any) -> Any:  # noqa: ANN401
    if isinstance(cell, bytes):
        return None
    if isinstance(cell, dt.datetime | dt.date | dt.time):
        return cell.isoformat()
    if isinstance(cell, decimal.Decimal):
        return float(cell)
    return str(cell) if isinstance(cell, dt.timedelta) else cell
