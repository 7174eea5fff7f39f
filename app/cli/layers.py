"""`python -m app layers`: what layers there are."""

import argparse

from app.cli.common import BAD_INPUT, DONE, respond, say_failed
from app.core.atlas import EVERY_LAYER
from app.service import cache


def arguments(_: argparse.ArgumentParser) -> None:
    """It takes no options of its own."""


def run(args: argparse.Namespace) -> int:
    """Print one row a layer."""
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
    say_failed(atlas)
    respond(rows, args)
    return BAD_INPUT if atlas.failed else DONE
