"""The places that ask: those of one group that the filters keep. What they ask about is always the whole city's."""

import geopandas as gpd

from app import selection
from app.analysis.question import Question
from app.atlas import Atlas
from app.groups import group, rows
from app.view import View
from geo.errors import ParameterError


def among(atlas: Atlas, asked: Question) -> Atlas:
    """The atlas, if the layers that are asked about could be loaded: what was not read is neither far nor unknown.

    Raises
    ------
    ParameterError
        If one could not.
    """
    for layer_id in (group(atlas, each).layer for each in (asked.origins, asked.targets)):
        if layer_id not in atlas.loaded:
            msg = "the layer could not be loaded, so nothing can be said of what is near it"
            hint = "Choose another group, or restore the file: python -m app data check"
            raise ParameterError(msg, code="layer_failed", where=layer_id, hint=hint)
    return atlas


def asking(atlas: Atlas, asked: Question) -> gpd.GeoDataFrame:
    """The origins under the question's filters, in layer order."""
    frame = rows(atlas, asked.origins)
    view = View(districts=asked.districts, sectors=asked.sectors, towns=asked.towns, methods=asked.methods)
    kept = selection.rows(atlas, group(atlas, asked.origins).layer, view)
    return frame[frame["id"].isin(kept["id"])]
