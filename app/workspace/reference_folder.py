"""The folder of imported lists: written whole, taken out again."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.workspace.reference_list import List
from geo import geojson, io
from geo.errors import ParameterError
from layers.model import Layer

METADATA = "source.toml"


def write(listed: List, folder: Path) -> Path:
    """Lay a list and its metadata down; what was there is replaced.

    The rows come first: if the metadata does not follow, it speaks of other rows, and loading says so.

    Raises
    ------
    ParameterError
        If the folder cannot be written to.
    """
    path = folder / listed.layer.path
    content = geojson.to_geojson(
        listed.frame, about={"attribution": listed.source.attribution, "licence": listed.source.licence}
    )
    entry = {
        "name": path.name, "rows": len(listed.frame),
        "columns": [str(name) for name in listed.frame.columns if name != "geometry"],
        "sha256": hashlib.sha256(content.encode()).hexdigest(), "complete": listed.complete,
    }  # fmt: skip
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        io.write_text(path, content)
        io.write_text(path.with_name(METADATA), _toml(asdict(listed.source), entry))
    except OSError as fault:
        raise _unwritable(path, fault) from fault
    return path


def remove(layer: Layer, folder: Path) -> Path:
    """Take a list out.

    Raises
    ------
    ParameterError
        If it is not there, or cannot be removed.
    """
    path = folder / layer.path
    if not path.parent.is_dir():
        msg = "this list was not imported"
        raise ParameterError(msg, code="unknown_layer", where=layer.id, hint="There is nothing to remove.")
    try:
        for each in (path, path.with_name(METADATA)):
            each.unlink(missing_ok=True)
        path.parent.rmdir()
    except OSError as fault:
        raise _unwritable(path, fault) from fault
    return path


def _toml(metadata: dict[str, Any], entry: dict[str, Any]) -> str:
    """TOML; what JSON spells in one line is spelled alike there."""
    lines = [f"{key} = {_value(value)}" for key, value in metadata.items()]
    return "\n".join([*lines, "", "[[files]]", *(f"{key} = {_value(value)}" for key, value in entry.items()), ""])


def _value(value: Any) -> str:  # noqa: ANN401 - words, a number, yes or no, or a list of words
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _unwritable(path: Path, fault: OSError) -> ParameterError:
    where = f"{path.parent.name}/{path.name}"
    hint = "Name a folder that you may write to in ATLAS_REFERENCE."
    return ParameterError(str(fault.strerror), code="unwritable", where=where, hint=hint)
