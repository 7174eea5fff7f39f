"""`python -m app data check|compare`: prove the data; say what a change of data has moved."""

import argparse
import sys
from pathlib import Path

from app.cli.common import BAD_INPUT, DONE, respond
from app.core.atlas import data_folder, load_atlas
from app.service import cache, data_check
from geo.errors import ParameterError


def arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command understands."""
    command.add_argument("job", choices=("check", "compare"))
    command.add_argument(
        "--with", dest="other", type=Path, help="compare: another data folder, e.g. the last version's"
    )


def run(args: argparse.Namespace) -> int:
    """Print what is wrong with the data, or what differs from another data folder.

    Raises
    ------
    ParameterError
        If the other folder does not exist.
    """
    atlas = cache.atlas()
    if args.job == "compare":
        if args.other is None or not args.other.is_dir():
            msg = "compare needs --with and a data folder that exists"
            raise ParameterError(
                msg, code="unknown_value", where=str(args.other), hint="For example --with ../old/data"
            )
        respond(data_check.compare(load_atlas(args.other), atlas), args)
        return DONE
    findings = data_check.check(atlas, data_folder())
    respond(findings, args)
    if findings["ok"]:
        return DONE
    sys.stderr.write("\n".join(f"数据有误 | faulty data: {fault}" for fault in findings["faults"]) + "\n")
    return BAD_INPUT
