"""The only file that caches. Everything kept here is a pure function of the data folder or of the program's files."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from app import nearby, payload, static_files
from app.atlas import Atlas, data_folder, load_atlas
from app.script_bundle import bundle

if TYPE_CHECKING:
    from app.map_build import BuiltMap


def atlas() -> Atlas:
    """The atlas of the current data folder, loaded once per process."""
    return _atlas(data_folder())


def distances(*, coarse: bool) -> pd.DataFrame:
    """Distances of every park and GMP site; a view only chooses rows of it."""
    return _distances(data_folder(), coarse=coarse)


def layer_text(layer_id: str) -> str:
    """GeoJSON of a layer as the map draws it."""
    return _layer_text(data_folder(), layer_id)


def built_map() -> "BuiltMap":
    """The rendered map of the current data."""
    return _built_map(data_folder())


@cache
def assets_signature() -> str:
    """Signature of app/static: part of the assets' URL."""
    return static_files.signature()


@cache
def atlas_script() -> str:
    """Our modules joined."""
    return bundle(static_files.STATIC / "atlas", "entry")


@cache
def _atlas(data: Path) -> Atlas:
    return load_atlas(data)


@cache
def _distances(data: Path, *, coarse: bool) -> pd.DataFrame:
    return nearby.distances(_atlas(data), coarse=coarse)


@cache
def _layer_text(data: Path, layer_id: str) -> str:
    return payload.layer_features(_atlas(data), layer_id)


@cache
def _built_map(data: Path) -> "BuiltMap":
    from app.map_build import build_map  # noqa: PLC0415 - folium takes long to import, and the command line draws nothing

    known = _atlas(data)
    drawn = payload.drawn_layers(known)
    sources = {layer.id: known.loaded[layer.id].source for layer in drawn}
    return build_map(drawn, sources, signature=known.signature)
