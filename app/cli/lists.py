"""`python -m app lists`: one GeoJSON, CSV and XLSX per district of everything in it."""

import argparse
from pathlib import Path
from typing import Any

from app.cli.common import write
from app.core.atlas import Atlas
from app.core.view import View
from app.documents.lists import DistrictList, lists
from app.exporters.catalogue import FORMATS, LIST_FORMATS
from geo.errors import ParameterError


def arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command understands."""
    command.add_argument("--out", required=True, type=Path, help="folder to write to; made if it is not there")
    command.add_argument(
        "--format",
        nargs="+",
        action="extend",
        choices=tuple(FORMATS),
        metavar="FORMAT",
        help=f"{' '.join(FORMATS)}; may be repeated; {' '.join(LIST_FORMATS)} unless told",
    )
    command.add_argument("--modelled", action="store_true", help="simulated points, too; they are marked in every row")


def answer(args: argparse.Namespace, view: View, atlas: Atlas) -> dict[str, Any]:
    """One JSON document.

    Raises
    ------
    ParameterError
        If the folder or a file cannot be written.
    """
    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        msg = f"{fault.strerror}"
        raise ParameterError(
            msg, code="unwritable", where=str(args.out), hint="Name a folder that you may make."
        ) from fault
    made = lists(atlas, view, tuple(dict.fromkeys(args.format or LIST_FORMATS)), modelled=args.modelled)
    return {
        "out": str(args.out),
        "data_version": atlas.data_version,
        "districts": [_written(each, args.out) for each in made],
    }


def _written(each: DistrictList, folder: Path) -> dict[str, Any]:
    for name, content in each.files.items():
        write(folder / name, content)
    return {
        "district_code": each.code, "name_zh": each.name_zh, "name_en": each.name_en, "rows": each.rows,
        "files": list(each.files),
    }  # fmt: skip
