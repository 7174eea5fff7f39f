"""The places that ask: those of the city in one group that the filters keep. What they ask about is the whole group."""

import geopandas as gpd

from app.analysis.params import AnalysisParams
from app.core import filters
from app.core.atlas import Atlas
from app.core.groups import group, measured_rows, rows
from app.core.view import View
from geo.errors import ParameterError


def among(atlas: Atlas, params: AnalysisParams) -> Atlas:
    """The atlas, if the layers that are asked about could be loaded: what was not read is neither far nor unknown.

    Raises
    ------
    ParameterError
        If one could not.
    """
    for layer_id in (group(atlas, each).layer for each in (params.origins, params.targets)):
        if layer_id not in atlas.loaded:
            msg = "the layer could not be loaded, so nothing can be said of what is near it"
            hint = "Choose another group, or restore the file: python -m app data check"
            raise ParameterError(msg, code="layer_failed", where=layer_id, hint=hint)
    return atlas


def origins_of(atlas: Atlas, params: AnalysisParams) -> gpd.GeoDataFrame:
    """The origins under the parameters' filters, in layer order."""
    frame = rows(atlas, params.origins)
    frame = frame[frame["extent"] == "city"]
    view = View(districts=params.districts, sectors=params.sectors, towns=params.towns, methods=params.methods)
    kept = filters.rows(atlas, group(atlas, params.origins).layer, view)
    return frame[frame["id"].isin(kept["id"])]


def left_out(atlas: Atlas, params: AnalysisParams) -> int:
    """How many targets take no part, because nobody knows well enough where they are."""
    return len(rows(atlas, params.targets)) - len(measured_rows(atlas, params.targets, coarse=params.coarse))


def is_whole(atlas: Atlas, params: AnalysisParams) -> bool:
    """Whether what is out of reach is bare: the list is declared complete, and all of it takes part."""
    return params.complete and not left_out(atlas, params)
