"""`python -m app report --district 松江区 --out songjiang.pdf`: the report as PDF, of a view or of every district."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.cli.common import write
from app.core.atlas import Atlas
from app.core.view import COMPILED, LANGUAGES, MODELLED, View
from app.documents.report.document import report
from geo.errors import ParameterError
from layers.districts import file_stem


def arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command understands."""
    command.add_argument("--out", required=True, type=Path, help="PDF file to write; with --all a folder")
    command.add_argument("--all", action="store_true", help="one report for each of the 16 districts")
    command.add_argument("--lang", choices=LANGUAGES, default=LANGUAGES[0], help="language of the report")
    command.add_argument("--modelled", action="store_true", help="simulated points, too; marked as such")


def answer(args: argparse.Namespace, view: View, atlas: Atlas) -> dict[str, Any]:
    """Write one report, or one for each district.

    Raises
    ------
    ParameterError
        If ``--all`` meets a choice of districts, or a file cannot be written.
    DataError
        If the font is not there.
    """
    layers = (*COMPILED, *MODELLED) if args.modelled else COMPILED
    wanted = replace(view, lang=args.lang, layers=layers)
    if not args.all:
        return {**_written(atlas, wanted, args.out), "data_version": atlas.data_version}
    if view.districts:
        msg = "--all makes a report of every district"
        raise ParameterError(msg, code="unknown_value", where="--district", hint="Leave --all or --district out.")
    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        msg, hint = f"{fault.strerror}", "Name a folder that you may make."
        raise ParameterError(msg, code="unwritable", where=str(args.out), hint=hint) from fault
    made = [
        _written(atlas, replace(wanted, districts=(code,)), args.out / f"{file_stem(code, name_en)}.pdf")
        for code, (_, name_en) in atlas.district_names.items()
    ]
    return {"out": str(args.out), "data_version": atlas.data_version, "reports": made}


def _written(atlas: Atlas, view: View, out: Path) -> dict[str, Any]:
    made = report(atlas, view)
    write(out, made.pdf)
    document = {"out": str(out), "districts": list(view.districts), "bytes": len(made.pdf)}
    return {**document, "missing_signs": list(made.missing)} if made.missing else document
