"""`python -m app analysis near|coverage|weak|site`: the panel's answers without a browser."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from app.analysis import near
from app.analysis.params import AnalysisParams, analysis_params
from app.core.atlas import Atlas
from app.core.groups import GROUP_IDS, REFERENCE_IDS
from app.core.view import CHOICES, View
from app.documents.exports import layer_geojson
from app.i18n.texts import text
from app.service import cache, results
from geo import geojson, io
from geo.coverage import walking_radius_m
from geo.crs import check_radius
from geo.errors import ParameterError
from geo.frames import records
from geo.siting.plan import Plan

JOBS = ("near", "coverage", "weak", "site")
ASKABLE = (*GROUP_IDS, *REFERENCE_IDS)
RESULTS = {"near": results.NEAR, "coverage": results.COVERAGE, "weak": results.UNDERSERVED, "site": results.PROPOSALS}


def arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command understands."""
    command.add_argument("job", choices=JOBS)
    command.add_argument("--from", dest="origins", default=CHOICES["from"][0], choices=ASKABLE, metavar="GROUP")
    command.add_argument("--to", dest="targets", default=CHOICES["to"][0], choices=ASKABLE, metavar="GROUP")
    command.add_argument("--radius", type=float, metavar="M", help="straight line, metres; 500 unless told")
    command.add_argument("--minutes", type=float, help="instead of --radius: minutes on foot (80 m/min, detour 1.3)")
    command.add_argument("--complete", action="store_true", help="you declare the list of targets complete")
    command.add_argument(
        "--demand", default=CHOICES["demand"][0], choices=CHOICES["demand"], help="site: whom to reach"
    )
    command.add_argument(
        "--candidates", default=CHOICES["cand"][0], choices=(*CHOICES["cand"], *REFERENCE_IDS), metavar="grid|GROUP",
        help="site: where new points may stand, a 1 km grid or the places of a group",
    )  # fmt: skip
    command.add_argument("--new", type=int, default=10, metavar="N", help="site: how many new points")
    command.add_argument(
        "--at-least", type=int, default=0, metavar="N", help="site: at least so many in every district"
    )
    command.add_argument("--goal", default=CHOICES["goal"][0], choices=CHOICES["goal"], help="site: cover, or center")
    command.add_argument("--exact", action="store_true", help="site: search for the optimum")
    command.add_argument("--time-limit", type=int, default=30, metavar="S", help="site --exact: seconds, all told")
    command.add_argument("--out", type=Path, help="write the GeoJSON there")


def answer(args: argparse.Namespace, view: View, atlas: Atlas) -> dict[str, Any]:
    """One JSON document.

    Raises
    ------
    ParameterError
        If the numbers make no sense, or ``--out`` cannot be written.
    """
    posed = _params(args, view, atlas)
    makers: dict[str, Callable[[], dict[str, Any]]] = {
        "near": lambda: _near(posed),
        "coverage": lambda: {"by_district": _rows(cache.cover(posed))},
        "weak": lambda: {
            "areas": _rows(cache.underserved(posed).drop(columns="geometry")),
            "by_district": _rows(cache.underserved_land(posed).by_district),
        },
        "site": lambda: _site(posed, args),
    }
    # the answer itself says of proposals what their file says in its head
    say = results.params_of if args.job == "site" else partial(results.about, name=RESULTS[args.job])
    report = {"data_version": atlas.data_version, "analysis": say(atlas, params=posed), **makers[args.job]()}
    if args.out is not None:
        report["out"] = _write(args, view, posed, atlas)
    return report


def _params(args: argparse.Namespace, view: View, atlas: Atlas) -> AnalysisParams:
    for name in (args.origins, args.targets, args.candidates):
        if name in REFERENCE_IDS and name not in atlas.loaded:
            msg = "this list was not imported, or could not be loaded"
            hint = f"Import it first: python -m app import FILE --as {name.removeprefix('ref_')}"
            raise ParameterError(msg, code="unknown_layer", where=name, hint=hint)
    if args.radius is not None and args.minutes is not None:
        msg = "--radius and --minutes say the same thing in two ways"
        raise ParameterError(msg, code="unknown_value", where="--minutes", hint="Leave one of them out.")
    radius = 500.0 if args.radius is None else args.radius
    if args.minutes is not None:
        radius = walking_radius_m(args.minutes)
    check_radius(radius)
    if args.exact:
        from geo.siting.exact import check_time_limit  # noqa: PLC0415 - scipy's solvers take long to import

        check_time_limit(args.time_limit)
    return replace(
        analysis_params(view), origins=args.origins, targets=args.targets, radius_m=radius,
        complete=args.complete or args.targets in atlas.complete_ids,
        demand=args.demand, candidates=args.candidates, new_points=args.new, at_least=args.at_least,
        goal=args.goal, search_s=args.time_limit if args.exact else 0,
    )  # fmt: skip


def _near(posed: AnalysisParams) -> dict[str, Any]:
    table = cache.near(posed)
    return {"verdicts": near.summary(table), "origins": _rows(table)}


def _site(posed: AnalysisParams, args: argparse.Namespace) -> dict[str, Any]:
    found = cache.plan(posed)
    report = {**results.quality(found), "proposals": _rows(results.with_place(found.points))}
    return {**(_search(found.plan) if args.exact else {}), **report}


def _search(plan: Plan) -> dict[str, str]:
    """How the search for the best ended; where it did not prove anything, a sentence on stderr says why."""
    ended = "proven" if plan.proven else "too_large" if plan.too_large else "time_ran_out"
    if not plan.proven:
        sys.stderr.write(" | ".join(text(f"an_search_{ended}", lang) for lang in ("zh", "en")) + "\n")
    return {"search": ended}


def _write(args: argparse.Namespace, view: View, posed: AnalysisParams, atlas: Atlas) -> str:
    try:
        io.write_text(args.out, layer_geojson(atlas, RESULTS[args.job], view, params=posed))
    except OSError as fault:
        msg = f"{fault.strerror}"
        hint = "Name a folder that exists and that you may write to."
        raise ParameterError(msg, code="unwritable", where=str(args.out), hint=hint) from fault
    return str(args.out)


def _rows(table: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a frame, with or without geometry
    rows: list[dict[str, Any]] = json.loads(
        json.dumps([{key: geojson.plain(value) for key, value in row.items()} for row in records(table)])
    )
    return rows
