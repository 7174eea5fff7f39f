"""What is near the places of the user: the targets of parks and GMP sites, in tables of their own."""

from dataclasses import replace

import pandas as pd

from app.analysis import proximity
from app.core import filters
from app.core.atlas import Atlas
from app.core.view import View
from app.service.cache import distances, of_session


def user_proximity(atlas: Atlas, view: View) -> pd.DataFrame:
    """Distances and counts of all places of user layers under the filters of a view: columns as `nearby.distances`."""
    if not atlas.user_layers:
        return distances(coarse=view.coarse).head(0)
    table = of_session(_distances, atlas, replace(View(), coarse=view.coarse))
    return filters.of_table(atlas, table, view)


def user_proximity_districts(atlas: Atlas, view: View) -> pd.DataFrame:
    """Medians and shares of every own layer by district, where it has places: columns as `nearby.by_district`."""
    sites = user_proximity(atlas, view)
    parts = [proximity.by_district(sites.head(0), atlas).head(0).assign(layer="", layer_zh="", layer_en="")]
    for layer in atlas.user_layers:
        part = proximity.by_district(sites[sites["layer"] == layer.id], atlas)
        names = {"layer": layer.id, "layer_zh": layer.title_zh, "layer_en": layer.title_en}
        parts.append(part[part["n"] > 0].assign(**names))
    table = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    return table[["layer", "layer_zh", "layer_en", *table.columns.drop(["layer", "layer_zh", "layer_en"])]]


def _distances(atlas: Atlas, view: View) -> pd.DataFrame:
    return proximity.distances(atlas, coarse=view.coarse, layers=atlas.user_layer_ids)
