"""The rows of a project's layers: written as GeoJSON, and read again by the import, part by part."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from app.importers.import_file import UNCONFINED, Imported, import_file
from app.importers.issues import QUARANTINED, REPAIRED, refusal
from app.workspace.column_mapping import column_mapping
from app.workspace.project_index import Entry
from app.workspace.session_layers import UserLayerSource
from app.workspace.user_layer import ROW
from geo import geojson
from geo.frames import records

# parsed JSON takes ten times its size, and the import's process has 512 MB and 10 s
PART_ROWS, PART_SIGNS = 50_000, 10_000_000
NAMED_ROWS = 5


def parts(layer_source: UserLayerSource, row_column: str) -> list[bytes]:
    """The accepted rows as GeoJSON, to the last digit: rounded corners could lie in another district.

    There is one file, or several of a size that the import surely takes.
    """
    frame = layer_source.imported.frame
    shapes = shapely.to_geojson(shapely.orient_polygons(frame.geometry.to_numpy()))
    cells = records(frame.drop(columns="geometry").rename(columns={ROW: row_column}))
    head = json.dumps({"type": "FeatureCollection", "name": layer_source.mapping.title}, ensure_ascii=False)
    return [
        f'{head[:-1]}, "features": [\n{body}\n]}}\n'.encode("utf-8", "replace")
        for body in map(",\n".join, _in_parts(_lines(cells, shapes)))
    ]


def layer_source(entry: Entry, contents: list[bytes], *, folder: Path, data: Path) -> UserLayerSource:
    """A layer of a project, every part of it read through the import in a process of its own.

    Raises
    ------
    RefusedError
        If a part does not pass the import, or the rows are not those that were saved.
    ParameterError
        If its reading names a column or a code that does not exist.
    """
    frames = [
        _frame(name, content, folder=folder, data=data) for name, content in zip(entry.members, contents, strict=True)
    ]
    frame = _numbered(_joined(frames), entry)
    columns = [str(name) for name in frame.columns if name not in {ROW, "geometry"}]
    return UserLayerSource(
        imported=Imported(frame=frame, report=entry.report),
        mapping=column_mapping(entry.column_mapping, columns),
        origin=entry.origin,
    )


def _lines(rows: list[dict[str, Any]], shapes: Any) -> Iterator[str]:  # noqa: ANN401 - an array of texts
    for row, shape in zip(rows, shapes, strict=True):
        plain = {name: geojson.plain(value) for name, value in row.items()}
        cells = json.dumps(plain, ensure_ascii=False, allow_nan=False)
        yield f'{{"type": "Feature", "properties": {cells}, "geometry": {shape}}}'


def _in_parts(lines: Iterable[str]) -> Iterator[list[str]]:
    kept: list[str] = []
    size = 0
    for line in lines:
        if kept and (len(kept) >= PART_ROWS or size + len(line) > PART_SIGNS):
            yield kept
            kept, size = [], 0
        kept.append(line)
        size += len(line)
    yield kept


def _frame(member: str, content: bytes, *, folder: Path, data: Path) -> gpd.GeoDataFrame:
    part = folder / Path(member).name
    part.write_bytes(content)
    got = import_file(part, data=data, datum="wgs84")
    part.unlink()
    if got.code == UNCONFINED:
        raise refusal(code=UNCONFINED, where=member, reason="the system offers no sandbox")
    if got.format not in {"", "geojson"}:
        raise refusal(code="own_project", where=member, reason=f"it is {got.format} and no GeoJSON")
    _require_rows(member, got.layers)
    if got.status == "rejected":
        raise refusal(code="own_project_rows", where=member, reason=got.message)
    return got.layers[0].frame


def _require_rows(member: str, layers: tuple[Imported, ...]) -> None:
    """Refuse rows that were accepted once and are not as they were."""
    worse = [
        each for layer in layers for each in layer.report["issues"] if each["severity"] in {QUARANTINED, REPAIRED}
    ]  # fmt: skip
    if worse:
        rows = ", ".join(str(each["row"]) for each in worse[:NAMED_ROWS]) + (" …" if len(worse) > NAMED_ROWS else "")
        said = "; ".join(dict.fromkeys(f"{each['message_zh']} {each['message_en']}" for each in worse[:NAMED_ROWS]))
        raise refusal(code="own_project_rows", where=f"{member} · {rows}", reason=said)


def _joined(frames: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Rows of all parts; the kinds of the columns are found anew, as if they had never been parted."""
    if len(frames) == 1:
        return frames[0]
    names = dict.fromkeys(name for frame in frames for name in frame.columns if name != "geometry")
    cells = {
        name: [
            cell
            for frame in frames
            for cell in (frame[name].to_list() if name in frame.columns else [None] * len(frame))
        ]
        for name in names
    }
    shapes = [shape for frame in frames for shape in frame.geometry.to_numpy()]
    return gpd.GeoDataFrame(cells, geometry=shapes, crs=frames[0].crs)


def _numbered(frame: gpd.GeoDataFrame, entry: Entry) -> gpd.GeoDataFrame:
    """Rows with the numbers that they had in their first file."""
    numbers = frame[entry.row_column].to_list() if entry.row_column in frame.columns else []
    are_whole = all(type(each) is int and 1 <= each <= entry.report["rows"] for each in numbers)
    if not are_whole or len(set(numbers)) != entry.report["features"] or len(numbers) != len(set(numbers)):
        reason = f"{entry.row_column}: not the numbers of {entry.report['features']} rows"
        raise refusal(code="own_project", where=entry.members[0], reason=reason)
    named = frame.assign(**{ROW: numbers})
    return gpd.GeoDataFrame(named if entry.row_column == ROW else named.drop(columns=entry.row_column))
