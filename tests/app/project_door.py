"""The door without its process, for tests that open many project files: the same reading, contract and proof."""

import json
import tempfile
from functools import cache
from pathlib import Path

from app.i18n.messages import bilingual
from app.imports import child, door, work
from app.imports.issues import RefusedError


@cache
def standards(data: Path, datum: str) -> work.Standards:
    """Load the districts once."""
    return work.standards(data, datum)


def receive(
    path: Path, *, data: Path, datum: str = "", layer: str = "", position: tuple[str, str] = ("", "")
) -> door.Received:
    """Read a file as the door does, in this process."""
    try:
        with tempfile.TemporaryDirectory() as private:
            folder = Path(private)
            told = work.read(path, layer, standards(data, datum), into=folder, position=position)
            (folder / child.ANSWER).write_text(json.dumps(told, allow_nan=False), encoding="utf-8")
            return door.received(folder, path.name)
    except RefusedError as fault:
        return door.Received(status="rejected", message=bilingual(fault), format="", layers=())
