"""The rows that a view keeps. The browser applies the same rules to what it draws (app/static/atlas/filter.js)."""

import geopandas as gpd

from app.atlas import Atlas
from app.view import View
from geo import select
from layers import PLACES

SECTOR_FILTERED = frozenset(layer.id for layer in PLACES if layer.sector_filtered)


def rows(atlas: Atlas, layer_id: str, view: View) -> gpd.GeoDataFrame:
    """Rows of a layer under the filters of a view, whether or not the layer is drawn.

    Rows of the region (the other corridor cities, Yangshan) lie in no district: any district or town
    filter leaves them out. The sector filter touches only the layers that declare it.
    """
    frame = atlas.frame(layer_id)
    keep = select.any_of(frame["district_codes"], view.districts)
    keep &= select.any_of(frame["towns"], view.towns)
    keep &= select.one_of(frame["location_method"], view.methods)
    if layer_id in SECTOR_FILTERED:
        keep &= select.any_of(frame["sectors"], view.sectors)
    return frame[keep]


def shown(atlas: Atlas, view: View) -> dict[str, gpd.GeoDataFrame]:
    """Rows of every drawn layer that could be loaded, by layer id in drawing order."""
    drawn = [layer.id for layer in PLACES if layer.id in view.layers and layer.id in atlas.loaded]
    return {layer_id: rows(atlas, layer_id, view) for layer_id in drawn}
