"""The only file that caches. Everything kept here is a pure function of the data folder or of the program's files.

Answers about a session's user layers are kept under its token, which nobody else can name, and go with the oldest.
"""

import gc
from collections.abc import Callable
from functools import cache, lru_cache, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

import geopandas as gpd
import pandas as pd

from app.analysis import coverage as analysis_cover
from app.analysis import lines as analysis_lines
from app.analysis import near as analysis_near
from app.analysis import proximity
from app.analysis import underserved as analysis_underserved
from app.analysis.origins import among
from app.analysis.params import AnalysisParams
from app.core.atlas import Atlas, data_folder, load_atlas, reference_folder
from app.core.view import View
from app.service import payload, static_files
from app.service.script_bundle import bundle
from app.workspace.session_layers import session_layers

if TYPE_CHECKING:
    from app.analysis.siting import Proposal
    from app.service.map_build import BuiltMap
    from geo.demand import Demand

T = TypeVar("T")
# page and map ask for the same answer at the same moment: the second shall find it, not compute it again
ONE_AT_A_TIME = {job: Lock() for job in ("near", "cover", "weak", "proposal", "exact")}
UNDER_WAY: dict[tuple[str, AnalysisParams], float] = {}  # what is being computed, and how much of it is done, 0-1
FROZEN: set[tuple[str, ...]] = set()
ANSWERS = 64  # answers that are kept: what a few users go back and forth between
FEW_ANSWERS = 12  # of those that may be large: a hundred megabytes for 200,000 places


def atlas(token: str = "") -> Atlas:
    """The atlas of the current data folder, loaded once per process; with a session's layers if its token is given.

    A token that no living session has is none: the atlas itself is given, and its `token` is empty.
    """
    held = session_layers(token) if token else None
    return held.atlas if held else _atlas(data_folder())


def freeze_loaded(*part: str) -> None:
    """Take what a part of the page has loaded for ever out of the search for garbage, when it is first shown.

    Streamlit searches all objects after each run of the page: 75 ms for 150,000 objects of libraries and data, during
    which no session is served. What is frozen is still freed when nothing refers to it; cycles alone are not.
    """
    if part not in FROZEN:
        FROZEN.add(part)
        gc.collect()
        gc.freeze()


def distances(*, coarse: bool) -> pd.DataFrame:
    """Distances of every park and GMP site; a view only chooses rows of it."""
    return _distances(data_folder(), coarse=coarse)


def of_session(make: Callable[[Atlas, View], pd.DataFrame], known: Atlas, view: View) -> pd.DataFrame:
    """What `make` says of a session's user layers under the filters of a view; a session never gives an id twice."""
    filters = View(
        token=known.token, districts=view.districts, sectors=view.sectors, methods=view.methods, towns=view.towns,
        coarse=view.coarse,
    )  # fmt: skip
    return _of_session(data_folder(), make, known.user_layer_ids, filters)


def layer_text(layer_id: str) -> str:
    """GeoJSON of a layer as the map draws it."""
    return _layer_text(data_folder(), layer_id)


def near(params: AnalysisParams) -> pd.DataFrame:
    """Nearest and within reach for every origin of an analysis."""
    with ONE_AT_A_TIME["near"]:
        return _near(data_folder(), params.of("near"))


def near_lines(params: AnalysisParams) -> gpd.GeoDataFrame:
    """The same as lines from place to place."""
    return analysis_lines.lines(_among(data_folder(), params), params, near(params))


def cover(params: AnalysisParams) -> pd.DataFrame:
    """Shares in reach by district."""
    with ONE_AT_A_TIME["cover"]:
        return _cover(data_folder(), params.of("cover"))


def cover_land(params: AnalysisParams) -> gpd.GeoDataFrame:
    """The same with the land of each district."""
    return analysis_cover.on_land(_among(data_folder(), params), params, cover(params))


def underserved(params: AnalysisParams) -> gpd.GeoDataFrame:
    """Land out of reach."""
    return underserved_land(params).areas


def underserved_land(params: AnalysisParams) -> analysis_underserved.Underserved:
    """Land out of reach, and how much of each district is in reach."""
    with ONE_AT_A_TIME["weak"]:
        return _underserved(data_folder(), params.of("weak"))


def proposal(params: AnalysisParams) -> "Proposal":
    """The greedy plan of an analysis."""
    with ONE_AT_A_TIME["proposal"]:
        return _proposal(data_folder(), params.of("proposal"))


def exact_plan(params: AnalysisParams) -> "Proposal":
    """The best plan that is found in the time that the parameters give."""
    with ONE_AT_A_TIME["exact"]:
        return _exact_plan(data_folder(), params.of("exact"))


def plan(params: AnalysisParams) -> "Proposal":
    """The plan that the parameters want: the best that a search finds in time, or the quick one."""
    return exact_plan(params) if params.search_s else proposal(params)


def share_done(job: str, params: AnalysisParams) -> float | None:
    """How much of ``near``, ``weak``, ``proposal`` or ``exact`` is done, 0-1; None if it is not being computed."""
    return UNDER_WAY.get((job, params.of(job)))


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
    return load_atlas(data, reference_folder())


@cache
def _distances(data: Path, *, coarse: bool) -> pd.DataFrame:
    return proximity.distances(_atlas(data), coarse=coarse)


@lru_cache(maxsize=FEW_ANSWERS)
def _of_session(
    data: Path, make: Callable[[Atlas, View], pd.DataFrame], layers: tuple[str, ...], filters: View
) -> pd.DataFrame:
    del data, layers  # parts of the key
    return make(atlas(filters.token), filters)


@lru_cache(maxsize=ANSWERS)
def _near(data: Path, params: AnalysisParams) -> pd.DataFrame:
    return _watched("near", params, lambda tell: analysis_near.near(_among(data, params), params, on_progress=tell))


@lru_cache(maxsize=ANSWERS)
def _cover(data: Path, params: AnalysisParams) -> pd.DataFrame:
    return analysis_cover.by_district(_among(data, params), params, grids(data))


@lru_cache(maxsize=ANSWERS)
def _underserved(data: Path, params: AnalysisParams) -> analysis_underserved.Underserved:
    return _watched(
        "weak", params, lambda tell: analysis_underserved.underserved(_among(data, params), params, on_progress=tell)
    )


@lru_cache(maxsize=ANSWERS)
def _proposal(data: Path, params: AnalysisParams) -> "Proposal":
    from app.analysis.siting import propose  # noqa: PLC0415 - scipy's solvers take long to import

    return _watched(
        "proposal", params, lambda tell: propose(_among(data, params), params, grids(data), on_progress=tell)
    )


@lru_cache(maxsize=ANSWERS)
def _exact_plan(data: Path, params: AnalysisParams) -> "Proposal":
    from app.analysis.siting import solve_exact  # noqa: PLC0415 - as above

    return _watched("exact", params, lambda _: solve_exact(_among(data, params), params, grids(data)))


def _among(data: Path, params: AnalysisParams) -> Atlas:
    """The atlas that the parameters are about. A session never gives an id twice, so its answers may be kept too."""
    return among(atlas(params.token) if params.token else _atlas(data), params)


def _watched(job: str, params: AnalysisParams, compute: Callable[[Callable[[float], None]], T]) -> T:
    """Compute, and let others see how far it is: page and map ask at the same moment, and one of them computes."""
    UNDER_WAY[job, params] = 0.0
    try:
        return compute(partial(UNDER_WAY.__setitem__, (job, params)))
    finally:
        del UNDER_WAY[job, params]


@cache
def grids(data: Path) -> "dict[str, Demand]":
    """Residents and land on a grid."""
    return analysis_cover.demands(_atlas(data))


@cache
def _layer_text(data: Path, layer_id: str) -> str:
    return payload.layer_features(_atlas(data), layer_id)


@cache
def _built_map(data: Path) -> "BuiltMap":
    from app.service.map_build import build_map  # noqa: PLC0415 - folium takes long to import, and the command line draws nothing

    known = _atlas(data)
    drawn = payload.drawn_layers(known)
    sources = {layer.id: known.loaded[layer.id].source for layer in drawn}
    return build_map(drawn, sources, signature=known.signature)
