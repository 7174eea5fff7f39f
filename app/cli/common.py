"""What the commands share: filters, the view they make, exit codes, one JSON document on stdout."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from app.core.atlas import Atlas
from app.core.view import View, district_code
from app.i18n.messages import bilingual
from geo import geojson, io
from geo.errors import ParameterError
from geo.frames import records
from layers.vocabulary import METHOD_CODES, SECTORS

DONE, OUR_FAULT, BAD_INPUT = 0, 1, 2


def filter_arguments(command: argparse.ArgumentParser) -> None:
    """Add the filters that most commands take."""
    command.add_argument("--district", action="append", default=[], help="松江区, Songjiang or 310117; may be repeated")
    command.add_argument("--sector", action="append", default=[], help="code or name; may be repeated")
    command.add_argument("--town", action="append", default=[], help="town name; may be repeated")
    command.add_argument("--method", action="append", default=[], choices=METHOD_CODES, help="location method")
    command.add_argument("--coarse", action="store_true", help="include town- and district-level places in distances")


def view_of(args: argparse.Namespace, atlas: Atlas) -> View:
    """The view that the filters make.

    Raises
    ------
    ParameterError
        If there is no such district, sector or town.
    """
    names = atlas.accepted_district_names
    sectors = {spelling: term.code for term in SECTORS for spelling in (term.code, term.name_zh, term.name_en.lower())}
    for name in args.sector:
        if name.lower() not in sectors:
            msg = f"there is no sector {name!r}"
            raise ParameterError(
                msg, code="unknown_sector", where=name, hint="The codes are: " + " ".join(t.code for t in SECTORS)
            )
    for name in args.town:
        if name not in atlas.towns:
            msg = f"no place lies in a town called {name!r}"
            raise ParameterError(msg, code="unknown_value", where=name, hint="The towns are: " + " ".join(atlas.towns))
    return View(
        districts=tuple(district_code(name, names=names) for name in args.district),
        sectors=tuple(sectors[name.lower()] for name in args.sector),
        towns=tuple(args.town), methods=tuple(args.method), coarse=args.coarse,
    )  # fmt: skip


def plain_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as JSON values."""
    return [{key: geojson.plain(value) for key, value in row.items()} for row in records(frame)]


def say_failed(atlas: Atlas) -> None:
    """Tell on stderr which layers could not be loaded."""
    for layer_id, fault in atlas.failed.items():
        sys.stderr.write(f"{layer_id}: {bilingual(fault)}\n")


def respond(document: Any, args: argparse.Namespace) -> None:  # noqa: ANN401 - any JSON value
    """Print the one JSON document of a command: on one line with ``--json``, else indented."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=None if args.json else 2)
    sys.stdout.write(text + "\n")


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    ParameterError
        If it cannot be written.
    """
    try:
        io.write_bytes(path, content)
    except OSError as fault:
        msg = f"{fault.strerror}"
        hint = "Name a folder that exists and that you may write to."
        raise ParameterError(msg, code="unwritable", where=str(path), hint=hint) from fault
