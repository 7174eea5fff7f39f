"""`python -m app import FILE`: read a foreign file without a browser, and say what became of it."""

import argparse
from pathlib import Path
from typing import Any

from app.imports.door import Received, receive


def arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command understands."""
    command.add_argument(
        "file", type=Path, help="GeoJSON, CSV, XLSX, GPKG, zipped SHP, KML, KMZ, GPX, GeoParquet, FlatGeobuf"
    )
    command.add_argument("--datum", default="", metavar="CODE", help="wgs84, gcj02, bd09 ... if you know it")
    command.add_argument("--layer", default="", metavar="NAME", help="only this layer of the file")


def answer(asked: argparse.Namespace, data: Path) -> tuple[dict[str, Any], bool]:
    """One JSON document, and whether the file was accepted."""
    got = receive(asked.file, data=data, datum=asked.datum, layer=asked.layer)
    return told(got), got.status != "rejected"


def told(got: Received) -> dict[str, Any]:
    """What became of a file, in words and numbers."""
    return {
        "status": got.status, "format": got.format, "layers": [layer.told for layer in got.layers],
        "message": got.message,
    }  # fmt: skip
