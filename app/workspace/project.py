"""A session in one file: its layers, its view and their metadata; and the way back, by the import as any file."""

import io
import struct
import tempfile
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl

from app.core.view import OF_SESSION, Ignored, View, from_query, is_user_layer, to_query
from app.exporters.packing import zipped
from app.importers import archive, limits
from app.importers.issues import refusal
from app.workspace import project_index, project_provenance, project_rows
from app.workspace.project_index import Entry, Index
from app.workspace.session_layers import SessionLayers, UserLayerSource
from geo.errors import AtlasError, ParameterError

ENDING = ".atlas.zip"
ROW_COLUMN = "atlas_row"
OF_LAYERS = ("l", "from", "to", "cand")  # parameters of a view that may name a layer
MOST_PARAMETERS = 100
NAMED_ROWS = 5
# the record at the end of a zip, and the mark of its 64-bit form, which a project never has
END, END_64, DIRECTORY_SIZE = b"PK\x05\x06", b"PK\x06\x07", struct.Struct("<12xL")
END_BYTES, LOCATOR_BYTES, DIRECTORY_BYTES = 22, 20, 1 << 20


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a project file brought into a session.

    Attributes
    ----------
    view
        As it was saved, with the layers' new ids and the session's token.
    layers
        Their ids in this session.
    ignored
        Parts of the view that mean nothing in this atlas.
    saved_version
        Data version of the atlas that saved it.
    message
        In both languages, divided by a bar.
    """

    view: View
    layers: tuple[str, ...]
    ignored: tuple[Ignored, ...]
    saved_version: str
    message: str


def save(session_layers: SessionLayers, view: View) -> bytes:
    """A session as a project file; the same session gives the same bytes.

    Parameters
    ----------
    view
        Of the session; its token stays out.

    Raises
    ------
    ParameterError
        If there is no layer, or the file would be larger than what can be opened again.
    """
    if not session_layers.layer_sources:
        msg = "the session has no layer"
        raise ParameterError(msg, code="own_project", where="-", hint="Bring a file first.")
    entries: list[Entry] = []
    rows: dict[str, bytes] = {}
    for layer_id, each in session_layers.layer_sources.items():
        entry = _entry(layer_id, each)
        parts = project_rows.parts(each, entry.row_column)
        entries.append(replace(entry, parts=len(parts)))
        rows |= dict(zip(entries[-1].members, parts, strict=True))
    index = Index(
        data_version=session_layers.base.data_version, view=to_query(replace(view, token="")), layers=tuple(entries),
    )  # fmt: skip
    report = {
        project_index.NAME: project_index.spelled(index),
        project_provenance.NAME: project_provenance.metadata(index),
    }
    files = report | rows
    _require_size("UTF-8", sum(len(each) for each in files.values()), limits.UNPACKED_BYTES)
    content = _zipped(files)
    _require_size("zip", len(content), limits.FILE_BYTES)
    return content


def is_project(content: bytes) -> bool:
    """Whether bytes are a project file, by what they hold: a zip with ``atlas.json`` in it."""
    if not content.startswith(b"PK\x03\x04") or not _is_plain(content):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            return project_index.NAME in held.namelist()
    except archive.BROKEN:
        return False


def opened(content: bytes, *, data: Path, session_layers: SessionLayers) -> Opened:
    """Add a project's layers to the session, all or none.

    Parameters
    ----------
    content
        Of the file: a foreign file like any other.
    data
        The atlas's data folder, for the import.

    Raises
    ------
    RefusedError
        If it is no project, not safe, of another version, or a layer does not pass the import as it once did.
    ParameterError
        If a reading names a column or a code that does not exist, or the session layers has no room.
    """
    if not is_project(content):
        raise refusal(code="own_project", where=ENDING, reason=f"it is no zip with {project_index.NAME} in it")
    with tempfile.TemporaryDirectory(prefix="atlas-project-") as folder:
        path = Path(folder) / "project.zip"
        path.write_bytes(content)
        members = {member.filename: member for member in archive.members(path)}
        index = project_index.parsed(_unpacked(path, members, project_index.NAME, project_index.MOST_BYTES))
        query = _query(index.view)
        layer_source = []
        for entry in index.layers:
            parts = [_unpacked(path, members, name, limits.FILE_BYTES) for name in entry.members]
            layer_source.append(project_rows.layer_source(entry, parts, folder=Path(folder), data=data))
    ids = _all_or_none(session_layers, layer_source)
    new_ids = {entry.id: new for entry, new in zip(index.layers, ids, strict=True)}
    view, ignored = _view(query, new_ids, session_layers)
    return Opened(
        view=view, layers=ids, ignored=ignored, saved_version=index.data_version,
        message=project_provenance.report(index, session_layers.base.data_version, ignored),
    )  # fmt: skip


def _entry(layer_id: str, layer_source: UserLayerSource) -> Entry:
    column = ROW_COLUMN
    while column in layer_source.imported.frame.columns:
        column = f"{column}_"
    if (
        len(layer_source.imported.frame.columns) > limits.COLUMNS + 1
    ):  # the numbers of the rows and the geometry are ours
        msg = f"{limits.COLUMNS} columns leave no room for the number of the row"
        hint = "Bring the file with fewer columns."
        raise ParameterError(msg, code="own_project_large", where=layer_source.mapping.title, hint=hint)
    return Entry(
        id=layer_id, row_column=column, column_mapping=layer_source.mapping.to_dict(), origin=layer_source.origin,
        report=layer_source.imported.report,
    )  # fmt: skip


def _zipped(files: dict[str, bytes]) -> bytes:
    """A zip that our own door takes: what would be packed as tightly as a bomb is packed not at all."""
    content = zipped(files)
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        tight = [each.filename for each in held.infolist() if archive.is_tight(each)]
    return zipped(files, stored=tight) if tight else content


def _require_size(what: str, size: int, most: int) -> None:
    if size > most:
        msg = f"{size} bytes, at most {most} can be opened again"
        raise ParameterError(msg, code="own_project_large", where=what, hint="Remove a layer first.")


def _is_plain(content: bytes) -> bool:
    """Whether a zip's directory is small: it is read in the server's own process."""
    at = content.rfind(END, -(1 << 16) - END_BYTES)
    if at < 0 or at + END_BYTES > len(content) or content[max(0, at - LOCATOR_BYTES) : at].startswith(END_64):
        return False
    return bool(DIRECTORY_SIZE.unpack_from(content, at)[0] <= DIRECTORY_BYTES)


def _unpacked(path: Path, members: dict[str, zipfile.ZipInfo], name: str, most: int) -> bytes:
    if name not in members:
        raise refusal(code="import_part", where=name, reason="the project does not hold it")
    if members[name].file_size > most:
        raise refusal(code="own_project", where=name, reason=f"{members[name].file_size} bytes, at most {most}")
    return archive.unpacked(path, members[name])


def _all_or_none(session_layers: SessionLayers, layer_source: list[UserLayerSource]) -> tuple[str, ...]:
    taken: list[str] = []
    try:
        for each in layer_source:
            taken.append(session_layers.add(each))  # noqa: PERF401 - what was taken in must be known when one is refused
    except AtlasError:
        for layer_id in taken:
            session_layers.remove(layer_id)
        raise
    return tuple(taken)


def _query(words: str) -> dict[str, str]:
    """The parameters of a view's query; a token in it is nobody's."""
    try:
        report = dict(parse_qsl(words, max_num_fields=MOST_PARAMETERS))
    except ValueError as fault:
        raise refusal(code="own_project", where="view", reason=str(fault)) from fault
    report.pop(OF_SESSION, None)
    return report


def _view(
    report: dict[str, str], new_ids: dict[str, str], session_layers: SessionLayers
) -> tuple[View, tuple[Ignored, ...]]:
    """The view of a project, speaking of its layers by their new ids."""
    lost: list[Ignored] = []
    for key in OF_LAYERS:
        named = report.get(key, "").split(",")
        lost += [Ignored(parameter=key, value=each) for each in named if is_user_layer(each) and each not in new_ids]
        report[key] = ",".join(new_ids.get(each, each) for each in named if each in new_ids or not is_user_layer(each))
    view, ignored = from_query(report, towns=session_layers.base.towns, own=session_layers.atlas.added_layer_ids)
    return replace(view, token=session_layers.token), (*lost, *ignored)
