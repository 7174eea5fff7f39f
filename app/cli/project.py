"""`python -m app project FILE`: what a project file holds; with `--make OUT`, a project file of a foreign file."""

import argparse
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.cli.common import BAD_INPUT, DONE, respond, write
from app.core.atlas import Atlas, data_folder
from app.core.view import DEFAULT_LAYERS, View, to_query
from app.i18n.messages import bilingual
from app.importers import limits
from app.importers.import_file import Imported, ImportResult, import_file
from app.service import cache
from app.workspace.column_mapping import BASES, METHODS, UNITS, ColumnMapping, column_mapping, guess
from app.workspace.project import opened, save
from app.workspace.session_layers import SessionLayers, UserLayerSource
from app.workspace.upload import columns
from app.workspace.user_layer import Origin
from geo.errors import AtlasError, ParameterError

TOKEN = "command"  # noqa: S105 - no server is there that could be asked with it
COLUMNS = ("name", "name_en", "district", "sector", "amount")
REJECTED = "rejected"


def arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command understands."""
    command.add_argument("file", type=Path, help="project file (.atlas.zip); with --make a foreign file")
    command.add_argument("--make", type=Path, metavar="OUT", help="write a project file of FILE")
    command.add_argument("--layer", default="", metavar="NAME", help="only this layer of the file")
    command.add_argument("--datum", default="", metavar="CODE", help="wgs84, gcj02, bd09 ... if you know it")
    command.add_argument("--x", default="", metavar="COLUMN", help="column of longitude or easting, if it is not found")
    command.add_argument("--y", default="", metavar="COLUMN", help="column of latitude or northing")
    command.add_argument("--title", default="", help="of the layer")
    for name in COLUMNS:
        words = f"column of {name.replace('_', ' ')}; guessed from the columns' names unless told, - for none"
        command.add_argument(f"--{name.replace('_', '-')}", metavar="COLUMN", help=words)
    command.add_argument("--unit", choices=UNITS, help="of bare numbers in the column of amount")
    command.add_argument("--basis", choices=BASES, help="what the area is")
    command.add_argument("--method", choices=METHODS, help="how well the places are known")
    command.add_argument("--attribution", default="", help="whom to name")
    command.add_argument("--licence", default="", help="of the data")


def run(args: argparse.Namespace) -> int:
    """Print what a project file holds or was made of; exit 2 if it was rejected."""
    document = answer(args, cache.atlas(), data_folder())
    respond(document, args)
    return BAD_INPUT if document["status"] == REJECTED else DONE


def answer(args: argparse.Namespace, atlas: Atlas, data: Path) -> dict[str, Any]:
    """One JSON document: status, data_version, view, layers, message."""
    try:
        return _made(args, atlas, data) if args.make else _held(args.file, atlas, data)
    except AtlasError as fault:
        return {
            "status": REJECTED, "data_version": atlas.data_version, "view": "", "layers": [],
            "message": bilingual(fault),
        }  # fmt: skip


def _held(path: Path, atlas: Atlas, data: Path) -> dict[str, Any]:
    session_layers = SessionLayers(base=atlas, token=TOKEN)
    got = opened(_content(path), data=data, session_layers=session_layers)
    return {
        "status": "opened", "data_version": got.saved_version, "view": to_query(replace(got.view, token="")),
        "layers": _layers(session_layers), "message": got.message,
    }  # fmt: skip


def _made(args: argparse.Namespace, atlas: Atlas, data: Path) -> dict[str, Any]:
    content = _content(args.file)
    got = import_file(args.file, data=data, datum=args.datum, layer=args.layer, position=(args.x, args.y))
    wanted = [layer for layer in got.layers if len(layer.frame)]
    if got.status == REJECTED or not wanted:
        report = {"status": REJECTED, "data_version": atlas.data_version, "view": "", "layers": []}
        return {**report, "message": got.message, "confinement": got.confinement}
    session_layers = SessionLayers(base=atlas, token=TOKEN)
    for layer in wanted:
        session_layers.add(_user_layer_source(layer, args, hashlib.sha256(content).hexdigest(), alone=len(wanted) == 1))
    view = View(layers=(*DEFAULT_LAYERS, *session_layers.layers))
    write(args.make, save(session_layers, view))
    return {
        "status": got.status, "out": str(args.make), "data_version": atlas.data_version, "view": to_query(view),
        "layers": _layers(session_layers), "message": _message(got, session_layers), "confinement": got.confinement,
    }  # fmt: skip


def _content(path: Path) -> bytes:
    """Bytes of a file of bearable size.

    Raises
    ------
    ParameterError
        If it cannot be read, or is larger than the import takes.
    """
    try:
        if not path.is_file():
            msg = "it is no regular file"
            raise ParameterError(msg, code="import_missing", where=path.name)
        if path.stat().st_size > limits.FILE_BYTES:
            msg = f"more than {limits.FILE_BYTES} bytes"
            raise ParameterError(msg, code="import_large", where=path.name, hint="Cut it to the area.")
        return path.read_bytes()
    except (OSError, ValueError) as fault:
        if isinstance(fault, ParameterError):
            raise
        raise ParameterError(str(fault), code="import_missing", where=path.name) from fault


def _user_layer_source(layer: Imported, args: argparse.Namespace, sha256: str, *, alone: bool) -> UserLayerSource:
    """A layer as the command's options read it.

    Raises
    ------
    ParameterError
        If its datum is not certain, or it has no such column.
    """
    guess = layer.report["datum"]
    if not (guess["sure"] or guess["by_user"]):
        msg = f"{guess['best']} is likeliest"
        raise ParameterError(msg, code="own_datum", where=str(layer.report["name"]), hint="A wrong one is 500 m off.")
    origin = Origin(
        file=args.file.name, sha256=sha256, datum=str(guess["best"]), by_user=bool(guess["by_user"]),
        attribution=args.attribution, licence=args.licence,
    )  # fmt: skip
    return UserLayerSource(imported=layer, mapping=_mapping(layer, args, alone=alone), origin=origin)


def _mapping(layer: Imported, args: argparse.Namespace, *, alone: bool) -> ColumnMapping:
    names = columns(layer)
    title = args.title or args.file.stem
    guessed = guess(title if alone else f"{title} · {layer.report['name']}", names).to_dict()
    report = {name: getattr(args, name) for name in (*COLUMNS, "unit", "basis", "method")}
    chosen = {name: "" if value == "-" else value for name, value in report.items() if value is not None}
    return column_mapping({**guessed, **chosen}, names)


def _layers(session_layers: SessionLayers) -> list[dict[str, Any]]:
    return [
        {
            "id": layer_id, "title": each.mapping.title, "rows": len(each.imported.frame),
            "set_aside": each.imported.report["set_aside"], "origin": vars(each.origin),
            "reading": each.mapping.to_dict(), "doubts": len(session_layers.layers[layer_id].issues),
        }
        for layer_id, each in session_layers.layer_sources.items()
    ]  # fmt: skip


def _message(got: ImportResult, session_layers: SessionLayers) -> str:
    zh, _, en = got.message.partition(" | ")
    number = len(session_layers.layers)
    return f"{zh}；项目文件含 {number} 个图层 | {en}; layers in the project file: {number}"
