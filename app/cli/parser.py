"""The same jobs without a browser. One JSON document on stdout, messages on stderr.

Exit code 0: done. 2: bad input, with a clear message. 1: a fault of ours.
"""

import argparse
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, NoReturn

from app.cli import (
    analysis,
    data,
    export,
    figures,
    import_file,
    layers,
    lists,
    project,
    report,
    serve,
    standalone,
    stats,
)
from app.cli.common import BAD_INPUT, DONE, filter_arguments, respond, say_failed, view_of
from app.i18n.messages import bilingual
from app.service import cache
from geo.errors import AtlasError

# Commands that answer for the places that the filters keep: `answer(args, view, atlas)` gives the JSON document.
FILTERED: dict[str, tuple[str, ModuleType]] = {
    "analysis": ("邻近、覆盖、薄弱区域、选址 near, coverage, weak areas, siting", analysis),
    "export": ("导出图层或表格 export a layer or a table", export),
    "figures": ("文献数据 the stated figures", figures),
    "lists": ("各区清单 a list of everything in each district", lists),
    "report": ("PDF 报告 the report as PDF", report),
    "standalone": ("单文件离线版 the atlas as one HTML file", standalone),
}
# Commands that do everything themselves: `run(args)` gives the exit code.
OTHERS: dict[str, tuple[str, ModuleType]] = {
    "layers": ("列出图层 list the layers", layers),
    "stats": ("统计 statistics", stats),
    "import": ("读入外来文件 read a foreign file", import_file),
    "project": ("项目文件 a project file", project),
    "data": ("检查或比较数据 check or compare the data", data),
    "serve": ("启动网页 start the atlas", serve),
}


class Parser(argparse.ArgumentParser):
    """An argument parser that complains in both languages."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how the command is spelled; exit 2."""
        self.exit(BAD_INPUT, f"参数有误 | Bad arguments: {message}\n{self.format_usage()}")


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    args = _parser().parse_args(arguments)
    try:
        code: int = args.run(args)
    except AtlasError as fault:
        sys.stderr.write(bilingual(fault) + "\n")
        return BAD_INPUT
    return code


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m app", description="上海生物医药产业规划图集 Shanghai Biomedical Planning Atlas")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)
    for name, (words, module) in FILTERED.items():
        command = _command(commands, name, words)
        module.arguments(command)
        filter_arguments(command)
        command.set_defaults(run=_run_filtered, module=module)
    for name, (words, module) in OTHERS.items():
        command = _command(commands, name, words)
        module.arguments(command)
        command.set_defaults(run=module.run)
    return parser


def _command(commands: Any, name: str, words: str) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse's own
    command: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
    command.add_argument("--json", action="store_true", help="print one JSON document")
    return command


def _run_filtered(args: argparse.Namespace) -> int:
    """Answer for the places that the filters keep."""
    atlas = cache.atlas()
    say_failed(atlas)
    document = args.module.answer(args, view_of(args, atlas), atlas)
    respond(document, args)
    return BAD_INPUT if atlas.failed or document.get("faults") else DONE
