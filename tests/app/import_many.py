"""Many foreign files by the import in one go: each in a confined process of its own."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.core.atlas import DEFAULT_DATA
from app.i18n.messages import bilingual
from app.importers import child, import_file
from app.importers.issues import RefusedError

FORKS = Path(__file__).with_name("import_forks.py")


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How the import answered, and how the process ended."""

    got: import_file.ImportResult
    code: int
    seconds: float
    peak: int
    said: str


def import_many(files: Mapping[str, bytes], folder: Path, *, datum: str = "wgs84") -> dict[str, Ended]:
    """Read every file; name to answer. The datum is named, so that an issue is never about it."""
    folders = {}
    for at, (name, content) in enumerate(files.items()):
        private = folder / f"{at}"
        (private / "in").mkdir(parents=True)
        (private / "in" / "upload").write_bytes(content)
        ask = {"file": "in/upload", "datum": datum, "layer": "", "data": str(DEFAULT_DATA), "position": ["", ""]}
        (private / "ask.json").write_text(json.dumps(ask), encoding="utf-8")
        folders[name] = private
    done = subprocess.run(
        [sys.executable, str(FORKS), *map(str, folders.values())], cwd=import_file.PROJECT, check=True,
        env=import_file.environment() | child.FRUGAL | {"PYTHONPATH": str(import_file.PROJECT)},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    ends = zip(folders.items(), json.loads(done.stdout), strict=True)
    return {name: Ended(got=answered(private, end), **end) for (name, private), end in ends}


def answered(folder: Path, end: dict[str, object]) -> import_file.ImportResult:
    """Put the end of a process into words as the import does."""
    try:
        if end["code"] != 0:
            import_file.died(int(str(end["code"])), str(end["said"]), "upload")
        return import_file.result(folder, "upload")
    except RefusedError as fault:
        return import_file.ImportResult(status="rejected", message=bilingual(fault), format="", layers=())
