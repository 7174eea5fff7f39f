"""The import without its process, for tests that open many project files: the same reading, checks and result."""

import json
import tempfile
from functools import cache
from pathlib import Path

from app.i18n.messages import bilingual
from app.importers import child, import_file, worker
from app.importers.issues import RefusedError


@cache
def standards(data: Path, datum: str) -> worker.Standards:
    """Load the districts once."""
    return worker.standards(data, datum)


def import_in_process(
    path: Path, *, data: Path, datum: str = "", layer: str = "", position: tuple[str, str] = ("", "")
) -> import_file.ImportResult:
    """Read a file as the import does, in this process."""
    try:
        with tempfile.TemporaryDirectory() as private:
            folder = Path(private)
            report = worker.read(path, layer, standards(data, datum), into=folder, position=position)
            (folder / child.ANSWER).write_text(json.dumps(report, allow_nan=False), encoding="utf-8")
            return import_file.result(folder, path.name)
    except RefusedError as fault:
        return import_file.ImportResult(status="rejected", message=bilingual(fault), format="", layers=())
