"""`python -m app serve`: start the atlas."""

import argparse
import subprocess
import sys
from pathlib import Path

from geo.errors import ParameterError

MOST_PORT = 65_535
ENTRY = Path(__file__).parents[2] / "atlas_app.py"


def arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command understands."""
    command.add_argument("--port", type=int, default=8501)


def run(args: argparse.Namespace) -> int:
    """Serve until stopped; the exit code is the server's.

    Raises
    ------
    ParameterError
        If the port is none.
    """
    if not 1 <= args.port <= MOST_PORT:
        msg = f"a port is a number from 1 to {MOST_PORT}"
        raise ParameterError(msg, code="unknown_value", where=f"--port {args.port}", hint="Leave it out for 8501.")
    command = [sys.executable, "-m", "streamlit", "run", str(ENTRY), "--server.port", str(args.port)]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - our own interpreter and file
