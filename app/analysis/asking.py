"""The places that ask: those of one group that the filters keep. What they ask about is always the whole city's."""

import geopandas as gpd

from app import selection
from app.analysis.question import Question
from app.atlas import Atlas
from app.groups import group, rows
from app.view import View


def asking(atlas: Atlas, asked: Question) -> gpd.GeoDataFrame:
    """The origins under the question's filters, in layer order."""
    frame = rows(atlas, asked.origins)
    view = View(districts=asked.districts, sectors=asked.sectors, towns=asked.towns, methods=asked.methods)
    kept = selection.rows(atlas, group(atlas, asked.origins).layer, view)
    return frame[frame["id"].isin(kept["id"])]
