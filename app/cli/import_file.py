"""`python -m app import FILE`: read a foreign file without a browser, and say what became of it."""

import argparse
from pathlib import Path
from typing import Any

from app.cli import reference
from app.cli.common import BAD_INPUT, DONE, respond
from app.core.atlas import data_folder
from app.importers.import_file import ImportResult, import_file
from geo.errors import ParameterError


def arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command understands."""
    command.add_argument(
        "file", type=Path, nargs="?", help="GeoJSON, CSV, XLSX, GPKG, zipped SHP, KML, KMZ, GPX, GeoParquet, FlatGeobuf"
    )
    command.add_argument("--datum", default="", metavar="CODE", help="wgs84, gcj02, bd09 ... if you know it")
    command.add_argument("--x", default="", metavar="COLUMN", help="column of longitude or easting, if it is not found")
    command.add_argument("--y", default="", metavar="COLUMN", help="column of latitude or northing")
    command.add_argument("--layer", default="", metavar="NAME", help="only this layer of the file")
    reference.arguments(command)


def run(args: argparse.Namespace) -> int:
    """Print what became of a file; exit 2 if it was rejected."""
    document, is_accepted = answer(args, data_folder())
    respond(document, args)
    return DONE if is_accepted else BAD_INPUT


def answer(args: argparse.Namespace, data: Path) -> tuple[dict[str, Any], bool]:
    """One JSON document, and whether the file was accepted.

    Raises
    ------
    ParameterError
        If no file is named, or a list for the whole atlas cannot be taken as requested.
    """
    if args.file is None and not (args.kind and args.remove):
        msg = "no file is named"
        raise ParameterError(msg, code="parameter", where="FILE", hint="For example: python -m app import list.csv")
    if reference.is_wanted(args):
        return reference.answer(args, data)
    got = import_file(args.file, data=data, datum=args.datum, layer=args.layer, position=(args.x, args.y))
    return report(got), got.status != "rejected"


def report(got: ImportResult) -> dict[str, Any]:
    """What became of a file, in words and numbers."""
    return {
        "status": got.status, "format": got.format, "layers": [layer.report for layer in got.layers],
        "message": got.message, "confinement": got.confinement,
    }  # fmt: skip
