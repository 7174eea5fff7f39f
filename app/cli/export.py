"""`python -m app export`: a layer or a table as a file."""

import argparse
from pathlib import Path
from typing import Any

from app.cli.common import write
from app.core.atlas import Atlas
from app.core.view import View
from app.documents import choice
from app.exporters import catalogue
from app.exporters.datum import DATUMS, in_datum


def arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command understands."""
    command.add_argument("layer", help="layer id, `shown` for all that is drawn at first, or a table (CSV, XLSX)")
    command.add_argument("--out", required=True, type=Path, help="file to write")
    command.add_argument(
        "--format", metavar="FORMAT", help=f"{' '.join(catalogue.FORMATS)}; unless told, what the name ends in"
    )
    command.add_argument("--datum", default="wgs84", choices=tuple(DATUMS), help="WGS-84 unless told")


def answer(args: argparse.Namespace, view: View, atlas: Atlas) -> dict[str, Any]:
    """One JSON document.

    Raises
    ------
    ParameterError
        If there is no such layer or format, the format cannot hold it, or ``--out`` cannot be written.
    """
    found = choice.export(atlas, args.layer, view)
    code = catalogue.format_of(args.out, args.format)
    export = in_datum(found, args.datum)
    write(args.out, catalogue.FORMATS[code].to_bytes(export))
    report = {"out": str(args.out), "layer": args.layer, "rows": export.about["rows"], "format": code}
    if export.datum_suffix:
        report |= {"datum": export.datum, "coordinates": export.about["coordinates"]}
        if export.datum not in args.out.name.lower():
            report["warning"] = (
                f"文件名未写明坐标系，建议加上 | the name does not say the datum, add: {export.datum_suffix}"
            )
    return report
