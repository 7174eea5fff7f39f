"""`python -m app standalone --out atlas.html`: the atlas as one file."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.cli.common import write
from app.core.atlas import Atlas
from app.core.view import LANGUAGES, View


def arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command understands."""
    command.add_argument("--out", required=True, type=Path, help="HTML file to write")
    command.add_argument("--lang", choices=LANGUAGES, default=LANGUAGES[0], help="language at first")


def answer(args: argparse.Namespace, view: View, atlas: Atlas) -> dict[str, Any]:
    """Write the file."""
    from app.documents.single_file.document import document  # noqa: PLC0415 - folium takes 0.3 s to load, and only this draws

    content = document(atlas, replace(view, lang=args.lang)).encode()
    write(args.out, content)
    return {"out": str(args.out), "bytes": len(content), "data_version": atlas.data_version}
