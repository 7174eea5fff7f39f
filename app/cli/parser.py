"""The same jobs without a browser. One JSON document on stdout, messages on stderr.

Exit code 0: done. 2: bad input, with a clear message. 1: a fault of ours.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd

from app.analysis import proximity
from app.cli import analysis, figures, lists, project, report
from app.cli import export as formats
from app.cli import import_file as imports
from app.cli import standalone as single_file
from app.core import land, trees
from app.core.atlas import EVERY_LAYER, Atlas, data_folder, load_atlas
from app.core.view import View, district_code
from app.documents import exports
from app.i18n.messages import bilingual
from app.scale import command as scale
from app.service import cache, data_check
from geo import geojson
from geo.errors import AtlasError, ParameterError
from geo.frames import records
from layers.timeline import period, supply_as_of
from layers.vocabulary import METHOD_CODES, SECTORS

DONE, OUR_FAULT, BAD_INPUT = 0, 1, 2
MOST_PORT = 65_535
FRONT_DOOR = Path(__file__).parents[2] / "atlas_app.py"
# rooms that answer a command by themselves, for the places that the filters keep
ROOMS = {
    "analysis": ("邻近、覆盖、薄弱区域、选址 near, coverage, weak areas, siting", analysis),
    "export": ("导出图层或表格 export a layer or a table", formats),
    "figures": ("文献数据 the stated figures", figures),
    "lists": ("各区清单 a list of everything in each district", lists),
    "report": ("PDF 报告 the report as PDF", report),
    "standalone": ("单文件离线版 the atlas as one HTML file", single_file),
}


class Parser(argparse.ArgumentParser):
    """An argument parser that complains in both languages."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how the command is spelled; exit 2."""
        self.exit(BAD_INPUT, f"参数有误 | Bad arguments: {message}\n{self.format_usage()}")


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    asked = _parser().parse_args(arguments)
    try:
        code: int = asked.run(asked)
    except AtlasError as fault:
        sys.stderr.write(bilingual(fault) + "\n")
        return BAD_INPUT
    return code


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m app", description="上海生物医药产业规划图集 Shanghai Biomedical Planning Atlas")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)
    _command(commands, "layers", "列出图层 list the layers", run=_layers)
    stats = _command(commands, "stats", "统计 statistics", run=_stats)
    stats.add_argument("table", choices=("land", "proximity"))
    stats.add_argument("--as-of", metavar="DATE", help="land: what was known on a day of what was due by it")
    _filters(stats)
    scale.arguments(stats)
    _rooms(commands)
    imports.arguments(_command(commands, "import", "读入外来文件 read a foreign file", run=_import))
    project.arguments(_command(commands, "project", "项目文件 a project file", run=_project))
    data = _command(commands, "data", "检查或比较数据 check or compare the data", run=_data)
    data.add_argument("job", choices=("check", "compare"))
    data.add_argument("--with", dest="other", type=Path, help="compare: another data folder, e.g. the last version's")
    serve = _command(commands, "serve", "启动网页 start the atlas", run=_serve)
    serve.add_argument("--port", type=int, default=8501)
    return parser


def _rooms(commands: Any) -> None:  # noqa: ANN401 - argparse's own
    for name, (words, room) in ROOMS.items():
        command = _command(commands, name, words, run=_in_room)
        command.set_defaults(room=room)
        room.arguments(command)
        _filters(command)


def _command(commands: Any, name: str, words: str, *, run: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse's own
    command: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
    command.set_defaults(run=run)
    command.add_argument("--json", action="store_true", help="print one JSON document")
    return command


def _filters(command: argparse.ArgumentParser) -> None:
    command.add_argument("--district", action="append", default=[], help="松江区, Songjiang or 310117; may be repeated")
    command.add_argument("--sector", action="append", default=[], help="code or name; may be repeated")
    command.add_argument("--town", action="append", default=[], help="town name; may be repeated")
    command.add_argument("--method", action="append", default=[], choices=METHOD_CODES, help="location method")
    command.add_argument("--coarse", action="store_true", help="include town- and district-level places in distances")


def _view(asked: argparse.Namespace, atlas: Atlas) -> View:
    names = atlas.accepted_district_names
    sectors = {spelling: term.code for term in SECTORS for spelling in (term.code, term.name_zh, term.name_en.lower())}
    for name in asked.sector:
        if name.lower() not in sectors:
            msg = f"there is no sector {name!r}"
            raise ParameterError(
                msg, code="unknown_sector", where=name, hint="The codes are: " + " ".join(t.code for t in SECTORS)
            )
    for name in asked.town:
        if name not in atlas.towns:
            msg = f"no place lies in a town called {name!r}"
            raise ParameterError(msg, code="unknown_value", where=name, hint="The towns are: " + " ".join(atlas.towns))
    return View(
        districts=tuple(district_code(name, names=names) for name in asked.district),
        sectors=tuple(sectors[name.lower()] for name in asked.sector),
        towns=tuple(asked.town), methods=tuple(asked.method), coarse=asked.coarse,
    )  # fmt: skip


def _layers(asked: argparse.Namespace) -> int:
    atlas = cache.atlas()
    rows = [
        {
            "id": layer.id, "title_zh": layer.title_zh, "title_en": layer.title_en, "geometry": list(layer.geometry),
            "rows": len(atlas.loaded[layer.id].frame), "role": layer.role, "extent": layer.extent,
            "sector_filtered": layer.sector_filtered, "licence": atlas.loaded[layer.id].source.licence,
        }
        for layer in EVERY_LAYER
        if layer.id in atlas.loaded
    ]  # fmt: skip
    _say_failed(atlas)
    _answer(rows, asked)
    return BAD_INPUT if atlas.failed else DONE


def _stats(asked: argparse.Namespace) -> int:
    atlas = cache.atlas()
    if scale.is_asked(asked):
        _answer(scale.answer(asked, atlas), asked)
        return DONE
    view = _view(asked, atlas)
    head = {"data_version": atlas.data_version, "filter": exports.filter_in_words(view)}
    answer: dict[str, Any]
    if asked.as_of and asked.table != "land":
        msg = "--as-of goes with `stats land`"
        raise ParameterError(msg, code="unknown_value", where="--as-of", hint="Leave it out.")
    if asked.table == "land":
        supply = {"kind": "stated", "scope": "city", "cumulative": True, "figures": land.supply(atlas)}
        answer = {
            **head,
            "land_supply": supply | _supply_due(asked.as_of, atlas),
            "kinds": {"park_extent": "stated, counted once", "outline": "measured", "gmp_floor": "stated, floor area"},
            "by_district": _records(land.by_district(atlas, view)),
            "by_sector": _records(land.by_sector(atlas, view)),
            "total": {key: geojson.plain(value) for key, value in land.total(atlas, view).items()},
            "outlines": _records(land.outlines_compared(atlas, view)),
        }
    else:
        sites = proximity.for_view(cache.distances(coarse=view.coarse), view)
        answer = {
            **head,
            "kind": "measured: straight line, min / best / max from both places' accuracy",
            "known_targets": proximity.known(atlas, coarse=view.coarse),
            "none_in_reach_means": "unknown",
            "sites": _records(sites),
            "by_district": _records(proximity.by_district(sites, atlas)),
        }
    _say_failed(atlas)
    _answer(answer, asked)
    return BAD_INPUT if atlas.failed else DONE


def _in_room(asked: argparse.Namespace) -> int:
    """A command that its own room answers."""
    atlas = cache.atlas()
    _say_failed(atlas)
    answer = asked.room.answer(asked, _view(asked, atlas), atlas)
    _answer(answer, asked)
    return BAD_INPUT if atlas.failed or answer.get("faults") else DONE


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
        "tree": _records(trees.rows(due.tree, atlas)),
    }


def _import(asked: argparse.Namespace) -> int:
    told, is_accepted = imports.answer(asked, data_folder())
    _answer(told, asked)
    return DONE if is_accepted else BAD_INPUT


def _project(asked: argparse.Namespace) -> int:
    told = project.answer(asked, cache.atlas(), data_folder())
    _answer(told, asked)
    return BAD_INPUT if told["status"] == project.REJECTED else DONE


def _data(asked: argparse.Namespace) -> int:
    atlas = cache.atlas()
    if asked.job == "compare":
        if asked.other is None or not asked.other.is_dir():
            msg = "compare needs --with and a data folder that exists"
            raise ParameterError(
                msg, code="unknown_value", where=str(asked.other), hint="For example --with ../old/data"
            )
        _answer(data_check.compare(load_atlas(asked.other), atlas), asked)
        return DONE
    findings = data_check.check(atlas, data_folder())
    _answer(findings, asked)
    if findings["ok"]:
        return DONE
    sys.stderr.write("\n".join(f"数据有误 | faulty data: {fault}" for fault in findings["faults"]) + "\n")
    return BAD_INPUT


def _serve(asked: argparse.Namespace) -> int:
    if not 1 <= asked.port <= MOST_PORT:
        msg = f"a port is a number from 1 to {MOST_PORT}"
        raise ParameterError(msg, code="unknown_value", where=f"--port {asked.port}", hint="Leave it out for 8501.")
    command = [sys.executable, "-m", "streamlit", "run", str(FRONT_DOOR), "--server.port", str(asked.port)]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - our own interpreter and file


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{key: geojson.plain(value) for key, value in row.items()} for row in records(frame)]


def _say_failed(atlas: Atlas) -> None:
    for layer_id, fault in atlas.failed.items():
        sys.stderr.write(f"{layer_id}: {bilingual(fault)}\n")


def _answer(answer: Any, asked: argparse.Namespace) -> None:  # noqa: ANN401 - any JSON value
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=None if asked.json else 2) + "\n")
