"""The only file that caches. Everything kept here is a pure function of the data folder."""

from functools import cache
from pathlib import Path

import pandas as pd

from app import nearby
from app.atlas import Atlas, data_folder, load_atlas


def atlas() -> Atlas:
    """The atlas of the current data folder, loaded once per process."""
    return _atlas(data_folder())


@cache
def _atlas(data: Path) -> Atlas:
    return load_atlas(data)


def distances(*, coarse: bool) -> pd.DataFrame:
    """Distances of every park and GMP site; a view only chooses rows of it."""
    return _distances(data_folder(), coarse=coarse)


@cache
def _distances(data: Path, *, coarse: bool) -> pd.DataFrame:
    return nearby.distances(_atlas(data), coarse=coarse)
