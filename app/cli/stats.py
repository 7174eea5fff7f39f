"""`python -m app stats land|proximity`: the statistics beside the map; `--input` counts points from files."""

import argparse
from typing import Any

from app.analysis import proximity
from app.cli import bulk
from app.cli.common import BAD_INPUT, DONE, filter_arguments, plain_records, respond, say_failed, view_of
from app.core import filters, land, trees
from app.core.atlas import Atlas
from app.documents import exports
from app.service import cache
from geo import geojson
from geo.errors import ParameterError
from layers.timeline import period, supply_as_of


def arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command understands."""
    command.add_argument("table", choices=("land", "proximity"))
    command.add_argument("--as-of", metavar="DATE", help="land: what was known on a day of what was due by it")
    filter_arguments(command)
    bulk.arguments(command)


def run(args: argparse.Namespace) -> int:
    """Print land or proximity of what the filters keep.

    Raises
    ------
    ParameterError
        If an option does not go with the table.
    """
    atlas = cache.atlas()
    if bulk.is_wanted(args):
        respond(bulk.answer(args, atlas), args)
        return DONE
    view = view_of(args, atlas)
    head = {"data_version": atlas.data_version, "filter": exports.filter_in_words(view)}
    answer: dict[str, Any]
    if args.as_of and args.table != "land":
        msg = "--as-of goes with `stats land`"
        raise ParameterError(msg, code="unknown_value", where="--as-of", hint="Leave it out.")
    if args.table == "land":
        supply = {"kind": "stated", "scope": "city", "cumulative": True, "figures": land.supply(atlas)}
        answer = {
            **head,
            "land_supply": supply | _supply_due(args.as_of, atlas),
            "kinds": {"park_extent": "stated, counted once", "outline": "measured", "gmp_floor": "stated, floor area"},
            "by_district": plain_records(land.by_district(atlas, view)),
            "by_sector": plain_records(land.by_sector(atlas, view)),
            "total": {key: geojson.plain(value) for key, value in land.total(atlas, view).items()},
            "outlines": plain_records(land.outlines_compared(atlas, view)),
        }
    else:
        sites = filters.of_table(atlas, cache.distances(coarse=view.coarse), view)
        answer = {
            **head,
            "kind": "measured: straight line, min / best / max from both places' accuracy",
            "known_targets": proximity.known(atlas, coarse=view.coarse),
            "none_in_reach_means": "unknown",
            "sites": plain_records(sites),
            "by_district": plain_records(proximity.by_district(sites, atlas)),
        }
    say_failed(atlas)
    respond(answer, args)
    return BAD_INPUT if atlas.failed else DONE


def _supply_due(day: str | None, atlas: Atlas) -> dict[str, Any]:
    """What was known on a day of the land that was due by it, with the tree of what was left out."""
    if day is None:
        return {}
    due = supply_as_of(atlas.evidence, period(day)[1])
    return {
        "as_of": due.as_of.isoformat(),
        "due_mu": due.value_mu,
        "figure": due.figure.id if due.figure else None,
        "known": [figure.id for figure in due.known],
        "ahead": [figure.id for figure in due.ahead],
        "tree": plain_records(trees.rows(due.tree, atlas)),
    }
