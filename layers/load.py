"""Declaration and file to checked rows, issues and source.

An unusable file raises a `DataError`. A doubtful row never raises and never disappears: it is an
issue row, and `rows_in == len(frame) + quarantined`.
"""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import assign, geojson, io
from geo.crs import WGS84
from geo.errors import ProvenanceError, SchemaError
from layers.model import Column, Issue, Layer, Loaded, Source

CITY_BOUNDS = (120.8, 30.6, 122.3, 31.95)  # the 16 districts with their waters, with a margin
REGION_BOUNDS = (117.0, 28.5, 123.0, 33.0)  # the nine G60 cities and Yangshan
FILE_KEYS = {"name", "rows", "columns", "sha256"}
KINDS: dict[str, type] = {"str": str, "number": float, "bool": bool, "list": tuple}


def load(layer: Layer, *, data: Path, districts: gpd.GeoDataFrame | None = None) -> Loaded:
    """Read a layer, check it against its declaration and its metadata.

    Parameters
    ----------
    layer
        The declaration.
    data
        The data folder.
    districts
        The 16 districts, uncut, EPSG:4326, with ``district_code``: for `district_codes`. None for base layers.

    Returns
    -------
    Loaded
        Place layers get a column ``district_codes``: the stated district of a point, the crossed ones of a line.

    Raises
    ------
    MissingFileError, SchemaError, ProvenanceError
        If the file or its metadata cannot be used.
    """
    path = data / layer.path
    source, entries = read_metadata(path.parent)
    check_metadata(path, entries)
    raw = geojson.from_geojson(io.read_text(path), where=path.name)
    _check_columns(raw, layer)
    issues = [*_row_issues(raw, layer), *_geometry_issues(raw, layer)]
    set_aside = {issue.feature for issue in issues if issue.severity == "quarantined"}
    frame = raw[~raw["id"].isin(set_aside)].reset_index(drop=True)
    frame = _typed(frame, layer)
    if districts is not None:
        frame, moved = _with_districts(frame, layer, districts)
        issues += moved
    if layer.prepare is not None:
        frame = layer.prepare(frame)
    return Loaded(
        layer=layer, frame=frame, issues=tuple(issues), source=source, rows_in=len(raw), sha256=io.sha256(path),
        complete=entries[path.name].get("complete") is True,
    )  # fmt: skip


def empty(layer: Layer) -> gpd.GeoDataFrame:
    """A layer without rows: what stands in for one that could not be loaded. EPSG:4326, all declared columns."""
    columns = {column.name: pd.Series(dtype=float if column.dtype == "number" else object) for column in layer.columns}
    columns["district_codes"] = pd.Series(dtype=object)
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=WGS84), crs=WGS84)


def read_metadata(folder: Path) -> tuple[Source, dict[str, dict[str, Any]]]:
    """The source of a data folder and its file entries by name.

    Raises
    ------
    MissingFileError, SchemaError, ProvenanceError
        If the metadata is missing, unreadable or incomplete.
    """
    metadata = io.read_toml(folder / "source.toml")
    entries = metadata.pop("files", [])
    if not isinstance(entries, list) or not all(
        isinstance(entry, dict) and entry.keys() >= FILE_KEYS for entry in entries
    ):
        msg = f"an entry of [[files]] lacks one of {sorted(FILE_KEYS)}"
        raise ProvenanceError(msg, code="metadata", where=f"{folder.name}/source.toml", hint="Run tools/metadata.py.")
    files = {str(entry["name"]): entry for entry in entries}
    wanted = set(Source.__dataclass_fields__)
    if set(metadata) != wanted:
        msg = f"the metadata lacks {sorted(wanted - set(metadata))} or has unknown {sorted(set(metadata) - wanted)}"
        raise ProvenanceError(msg, code="metadata", where=f"{folder.name}/source.toml", hint="Complete it.")
    return Source(**metadata), files


def check_metadata(path: Path, entries: dict[str, dict[str, Any]]) -> None:
    """Raise a ProvenanceError unless the metadata speaks of exactly this file."""
    where = f"{path.parent.name}/{path.name}"
    if path.name not in entries:
        msg = "the metadata does not name this file"
        raise ProvenanceError(msg, code="metadata", where=where, hint="Run tools/metadata.py.")
    if io.sha256(path) != entries[path.name]["sha256"]:
        msg = "the file is not the one its metadata speaks of (SHA-256 differs)"
        raise ProvenanceError(msg, code="metadata", where=where, hint="Check the change, then run tools/metadata.py.")


def _check_columns(frame: gpd.GeoDataFrame, layer: Layer) -> None:
    declared = {column.name for column in layer.columns}
    found = set(frame.columns) - {"geometry"}
    if declared != found:
        msg = (
            f"columns differ from the declaration: missing {sorted(declared - found)}, extra {sorted(found - declared)}"
        )
        raise SchemaError(msg, code="columns", where=layer.path, hint="Mend the file or the declaration.")
    if not all(isinstance(feature, str) and feature for feature in frame["id"]):
        msg = "an id is empty or no text"
        raise SchemaError(msg, code="columns", where=layer.path, hint="Give every row its own id.")
    repeated = frame["id"][frame["id"].duplicated()]
    if not repeated.empty:
        msg = f"ids occur twice: {sorted(set(repeated))}"
        raise SchemaError(msg, code="columns", where=layer.path, hint="Give every row its own id.")


def _typed(frame: gpd.GeoDataFrame, layer: Layer) -> gpd.GeoDataFrame:
    """Numbers become float64, NaN where nothing is stated; what should be a list and is none (an issue) is empty."""
    typed = {
        column.name: pd.to_numeric(frame[column.name], errors="coerce")
        if column.dtype == "number"
        else frame[column.name].map(lambda cell: cell if isinstance(cell, tuple) else ())
        for column in layer.columns
        if column.dtype in {"number", "list"}
    }
    return frame.assign(**typed)


def _row_issues(frame: gpd.GeoDataFrame, layer: Layer) -> list[Issue]:
    return [
        Issue(
            layer=layer.id, feature=str(feature), column=column.name, rule=rule, value=repr(value), severity="doubtful"
        )
        for column in layer.columns
        for feature, value in zip(frame["id"], frame[column.name], strict=True)
        if (rule := _broken_rule(value, column))
    ]


def _broken_rule(value: Any, column: Column) -> str:  # noqa: ANN401 - a cell may hold anything until checked
    """Name the rule that a cell breaks, or the empty string."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return "required" if column.required else f"type {column.dtype}" * (column.dtype == "list")
    if column.dtype == "number" and isinstance(value, np.number | int | float) and not isinstance(value, bool):
        return ""
    if not isinstance(value, KINDS[column.dtype]):
        return f"type {column.dtype}"
    if column.required and value == "":
        return "required"
    cells = value if isinstance(value, tuple) else (value,)
    return "allowed values" if column.allowed and any(cell and cell not in column.allowed for cell in cells) else ""


def _geometry_issues(frame: gpd.GeoDataFrame, layer: Layer) -> list[Issue]:
    geometry = frame.geometry
    bounds = REGION_BOUNDS if layer.extent == "region" or layer.role == "base" else CITY_BOUNDS
    box = geometry.bounds
    outside = (box.minx < bounds[0]) | (box.miny < bounds[1]) | (box.maxx > bounds[2]) | (box.maxy > bounds[3])
    checks = (
        ("geometry missing", geometry.isna() | geometry.is_empty),
        ("geometry kind", ~geometry.isna() & ~geometry.geom_type.isin(layer.geometry)),
        ("geometry invalid", ~geometry.isna() & ~geometry.is_valid),
        ("outside the bounds", outside.fillna(value=False)),
    )
    return [
        Issue(layer=layer.id, feature=str(feature), column="geometry", rule=rule, value="", severity="quarantined")
        for rule, broken in checks
        for feature in frame["id"][broken]
    ]


def _with_districts(
    frame: gpd.GeoDataFrame, layer: Layer, districts: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Add `district_codes`, and say where a stated district is not the one that the point lies in."""
    codes = districts["district_code"].astype(str).to_list()
    found = [tuple(codes[at] for at in row) for row in assign.crossed(frame.geometry, districts.geometry)]
    stated = frame["district_code"].to_list()
    is_point = (frame.geometry.geom_type == "Point").to_list()
    listed, issues = [], []
    for at, (code, crossed) in enumerate(zip(stated, found, strict=True)):
        listed.append((code,) if is_point[at] and code else crossed)
        if is_point[at] and code and code not in crossed:
            issues.append(
                Issue(
                    layer=layer.id,
                    feature=str(frame["id"].iloc[at]),
                    column="district_code",
                    rule="point in district",
                    value=str(code),
                    severity="doubtful",
                )
            )
    return frame.assign(district_codes=pd.Series(listed, index=frame.index, dtype=object)), issues
