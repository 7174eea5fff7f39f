"""The rows that a view keeps. The browser applies the same rules to what it draws (app/static/atlas/filter.js)."""

from itertools import compress
from typing import Any

import geopandas as gpd

from app.core.atlas import Atlas
from app.core.view import View
from geo import select
from geo.select import BoolArray


def rows(atlas: Atlas, layer_id: str, view: View) -> gpd.GeoDataFrame:
    """Rows of a layer under the filters of a view, whether or not the layer is drawn.

    Rows of the region (the other corridor cities, Yangshan) lie in no district: any district or town
    filter leaves them out. The sector filter touches only the layers that declare it.
    """
    return atlas.frame(layer_id)[_mask(atlas, layer_id, view)]


def records(atlas: Atlas, layer_id: str, view: View) -> list[dict[str, Any]]:
    """The same rows as dictionaries, as they were laid out when the atlas was loaded. Not to be changed."""
    return list(compress(atlas.records(layer_id), _mask(atlas, layer_id, view)))


def shown(atlas: Atlas, view: View) -> dict[str, list[dict[str, Any]]]:
    """Rows of every drawn layer that could be loaded, by layer id in drawing order."""
    drawn = [layer.id for layer in atlas.places if layer.id in view.layers and layer.id in atlas.loaded]
    return {layer_id: records(atlas, layer_id, view) for layer_id in drawn}


def _mask(atlas: Atlas, layer_id: str, view: View) -> BoolArray:
    frame = atlas.frame(layer_id)
    keep = select.any_of(frame["district_codes"], view.districts)
    keep &= select.any_of(frame["towns"], view.towns)
    keep &= select.one_of(frame["location_method"], view.methods)
    if layer_id in atlas.loaded and atlas.loaded[layer_id].layer.sector_filtered:
        keep &= select.any_of(frame["sectors"], view.sectors)
    return keep
