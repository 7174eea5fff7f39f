"""`python -m app figures [list|check]`: the stated figures, and the proof of every pointer."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.core.atlas import DOCUMENTS_VARIABLE, Atlas, documents_folder
from app.core.figures import years
from app.core.view import FIGURE_KINDS, FIGURE_LAYERS, View
from app.documents.exports import figure_rows
from geo.errors import ParameterError
from layers.claims import check_claims
from layers.passages import check_pointers


def arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command understands."""
    command.add_argument("job", nargs="?", choices=("list", "check"), default="list")
    command.add_argument("--layer", action="append", default=[], choices=FIGURE_LAYERS)
    command.add_argument("--kind", action="append", default=[], choices=FIGURE_KINDS)
    command.add_argument("--year", action="append", default=[], help="year of valid time")
    command.add_argument("--search", default="", help="text in names, values, notes")
    command.add_argument("--documents", type=Path, help="check: folder of the source documents, else ATLAS_DOCUMENTS")


def answer(args: argparse.Namespace, view: View, atlas: Atlas) -> dict[str, Any]:
    """One JSON document; ``faults`` of pointers make it a failure.

    Raises
    ------
    ParameterError
        If no figure holds in a year, or the documents' folder does not exist.
    """
    if args.job == "check":
        return _checked(args.documents, atlas)
    known = years(atlas)
    for year in args.year:
        if year not in known:
            msg = f"no figure holds in {year!r}"
            raise ParameterError(msg, code="unknown_value", where=year, hint="The years are: " + " ".join(known))
    narrowed = replace(
        view,
        figure_layers=tuple(args.layer),
        figure_kinds=tuple(args.kind),
        figure_years=tuple(args.year),
        figure_search=args.search,
    )
    return {"data_version": atlas.data_version, "figures": figure_rows(atlas, narrowed)}


def _checked(documents: Path | None, atlas: Atlas) -> dict[str, Any]:
    """Prove every pointer against the documents, and compute every claim again."""
    folder = documents or documents_folder()
    if documents is not None and not documents.is_dir():
        msg = "there is no such folder"
        raise ParameterError(msg, code="missing_file", where=str(documents), hint="Name the documents' folder.")
    faults = check_pointers(atlas.evidence, folder) if folder else ()
    pointed = sum(bool(figure.pointer) for figure in atlas.evidence.figures.values())
    if not folder:
        sys.stderr.write(f"没有指定原文文件夹，指针未核 | no documents, pointers not proven: {DOCUMENTS_VARIABLE}\n")
    for fault in faults:
        sys.stderr.write(f"指针有误 | broken pointer: {fault.figure} {fault.document} {fault.reason}\n")
    return {
        "data_version": atlas.data_version,
        "figures": len(atlas.evidence.figures),
        "with_pointer": pointed,
        "proven": pointed - len(faults) if folder else 0,
        "faults": [vars(fault) for fault in faults],
        "claims": [{**vars(claim), "flags": list(claim.flags)} for claim in check_claims(atlas.evidence)],
    }
