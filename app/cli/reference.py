"""`python -m app import FILE --as KIND`: a list that the deployer brings becomes a layer of the whole atlas."""

import argparse
import hashlib
from pathlib import Path
from typing import Any

from app.core.atlas import Atlas, load_atlas, reference_folder
from app.importers.import_file import Imported, ImportResult, import_file
from app.workspace import reference_folder as folder
from app.workspace.reference_list import List, made
from app.workspace.reference_terms import METHODS, Terms, day, pair, plain
from app.workspace.user_layer import Origin, Standards
from geo import io
from geo.errors import ParameterError
from layers.districts import DISTRICTS
from layers.reference import BY_KIND

RESTART = "重启图集后生效。", "Restart the atlas to see it."

CUT = (
    "好几个区恰好各有 {n} 行：名单很可能在此截断，并不完整。",
    " Several districts hold exactly {n} rows each: the list was probably cut there and is not complete.",
)


def arguments(command: argparse.ArgumentParser) -> None:
    """Say what goes with ``--as``."""
    args = command.add_argument_group("as a layer of the whole atlas, kept in $ATLAS_REFERENCE or reference/")
    args.add_argument("--as", dest="kind", choices=tuple(reversed(BY_KIND)), help="which of the lists it is")
    args.add_argument("--attribution", default="", metavar="TEXT", help="whose data it is: stands on the map")
    args.add_argument("--licence", default="", metavar="TEXT", help="on what terms")
    args.add_argument("--accessed", default="", metavar="DATE", help="the day on which it was fetched, 2026-11-21")
    args.add_argument("--osm", action="store_true", help="OpenStreetMap data (seen where the file shows it)")
    args.add_argument("--method", choices=METHODS, help="how well the places are known; site unless told")
    args.add_argument("--keep", action="append", default=[], metavar="COLUMN=VALUE", help="only these rows; repeatable")
    args.add_argument("--name", default="", metavar="COLUMN", help="column of names, if it is not found")
    args.add_argument("--complete", action="store_true", help="you declare the list complete: an answer may be no")
    args.add_argument("--remove", action="store_true", help="take the list out again; no FILE then")


def is_wanted(args: argparse.Namespace) -> bool:
    """Whether a list for everybody is meant.

    Raises
    ------
    ParameterError
        If options that speak of such a list stand without ``--as``.
    """
    if args.kind:
        return True
    only = ("attribution", "licence", "accessed", "osm", "method", "keep", "name", "complete", "remove")
    if alone := [f"--{name}" for name in only if getattr(args, name)]:
        msg = "it goes with --as hospitals|metro|breakfast|towns"
        raise ParameterError(msg, code="reference_terms", where=" ".join(alone), hint="Add --as, or leave it out.")
    return False


def answer(args: argparse.Namespace, data: Path) -> tuple[dict[str, Any], bool]:
    """One JSON document, and whether the list is in (or out, if that was requested).

    Raises
    ------
    ParameterError
        If the list cannot be taken as requested; nothing is written then.
    """
    layer = BY_KIND[args.kind]
    if args.remove:
        path = folder.remove(layer, reference_folder())
        return {
            "status": "removed",
            "layer": layer.id,
            "path": str(path),
            "message": _both("已移除。", "Removed."),
        }, True
    terms = _terms(args)
    got = import_file(args.file, data=data, datum=args.datum, layer=args.layer, position=(args.x, args.y))
    if got.status == "rejected":
        report = {"status": got.status, "layer": layer.id, "message": got.message}
        return {**report, "confinement": got.confinement}, False
    imported = _only(got)
    datum = imported.report["datum"]
    origin = Origin(
        file=plain(args.file.name), sha256=hashlib.sha256(io.read_bytes(args.file)).hexdigest(),
        datum=str(datum["best"]), by_user=bool(datum["by_user"]),
    )  # fmt: skip
    listed = made(layer, imported, terms, origin, _standards(load_atlas(data)))
    report = _report(listed, folder.write(listed, reference_folder()))
    return {**report, "confinement": got.confinement}, True


def _terms(args: argparse.Namespace) -> Terms:
    return Terms(
        accessed=day(args.accessed), attribution=args.attribution, licence=args.licence, osm=args.osm,
        method=args.method or "site", complete=args.complete, keep=tuple(pair(each) for each in args.keep),
        name=args.name,
    )  # fmt: skip


def _only(got: ImportResult) -> Imported:
    """The one layer that is meant.

    Raises
    ------
    ParameterError
        If the file holds several.
    """
    if len(got.layers) > 1:
        msg, names = "a list is one layer of a file", " ".join(str(each.report["name"]) for each in got.layers)
        raise ParameterError(msg, code="reference_rows", where="--layer", hint=f"The layers are: {names}")
    return got.layers[0]


def _standards(atlas: Atlas) -> Standards:
    """The districts of the data folder.

    Raises
    ------
    DataError
        If they could not be loaded.
    """
    if DISTRICTS.id in atlas.failed:
        raise atlas.failed[DISTRICTS.id]
    return Standards(districts=atlas.districts, district_names=atlas.accepted_district_names)


def _report(listed: List, path: Path) -> dict[str, Any]:
    rows, title_zh, title_en = len(listed.frame), listed.layer.title_zh, listed.layer.title_en
    cut_zh, cut_en = (each.format(n=listed.cut_at) if listed.cut_at else "" for each in CUT)
    return {
        "status": "accepted_with_issues" if listed.issues or listed.set_aside else "accepted",
        "layer": listed.layer.id, "rows": rows, "set_aside": listed.set_aside, "left_out": listed.left_out,
        "outside_the_city": listed.outside, "shapes_to_points": listed.turned, "issues": listed.issues,
        "looks_cut_at": listed.cut_at or None,
        "datum": listed.source.source_crs, "attribution": listed.source.attribution, "licence": listed.source.licence,
        "complete": listed.complete, "path": str(path),
        "message": _both(f"已导入 {rows} 行：{title_zh}。{cut_zh}", f"{rows} rows: {title_en}.{cut_en}"),
    }  # fmt: skip


def _both(zh: str, en: str) -> str:
    return f"{zh}{RESTART[0]} | {en} {RESTART[1]}"
