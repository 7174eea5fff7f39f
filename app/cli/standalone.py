"""`python -m app standalone --out atlas.html`: the atlas as one file."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.core.atlas import Atlas
from app.core.view import LANGUAGES, View
from geo import io
from geo.errors import ParameterError


def arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command understands."""
    command.add_argument("--out", required=True, type=Path, help="HTML file to write")
    command.add_argument("--lang", choices=LANGUAGES, default=LANGUAGES[0], help="language at first")


def answer(asked: argparse.Namespace, view: View, atlas: Atlas) -> dict[str, Any]:
    """Write the file.

    Raises
    ------
    ParameterError
        If it cannot be written.
    """
    from app.documents.single_file.document import document  # noqa: PLC0415 - the page's tables bring Streamlit, 47 MB

    content = document(atlas, replace(view, lang=asked.lang))
    try:
        io.write_text(asked.out, content)
    except OSError as fault:
        msg = f"{fault.strerror}"
        hint = "Name a folder that exists and that you may write to."
        raise ParameterError(msg, code="unwritable", where=str(asked.out), hint=hint) from fault
    return {"out": str(asked.out), "bytes": len(content.encode()), "data_version": atlas.data_version}
