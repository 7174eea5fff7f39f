"""The rows that a view keeps: the one filter in Python.

The browser has the other one (app/static/atlas/filter.js). tests/filter_cases.json holds both to the same answers.
"""

from itertools import compress
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

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


def of_table(atlas: Atlas, table: pd.DataFrame, view: View) -> pd.DataFrame:
    """Rows of a table of places that a view keeps, same order.

    Parameters
    ----------
    table
        With the columns of `kept`, and ``layer``: which layer a row's place is in.
    """
    of_sectors = {key for key, each in atlas.loaded.items() if each.layer.sector_filtered}
    return table[kept(table, view, of_sectors=table["layer"].isin(of_sectors))].reset_index(drop=True)


def kept(rows: pd.DataFrame, view: View, *, of_sectors: bool | pd.Series) -> BoolArray:
    """Which rows a view keeps, shape (n,): of each list that is not empty, a row must have at least one code.

    Parameters
    ----------
    rows
        With ``district_codes``, ``towns`` and ``sectors`` (tuples) and ``location_method``.
    of_sectors
        Whether the sector filter applies, to all rows or row by row.
    """
    in_place = select.any_of(rows["district_codes"], view.districts) & select.any_of(rows["towns"], view.towns)
    of_sector = select.any_of(rows["sectors"], view.sectors) | ~np.asarray(of_sectors, dtype=np.bool_)
    return in_place & of_sector & select.one_of(rows["location_method"], view.methods)


def _mask(atlas: Atlas, layer_id: str, view: View) -> BoolArray:
    of_sectors = layer_id in atlas.loaded and atlas.loaded[layer_id].layer.sector_filtered
    return kept(atlas.frame(layer_id), view, of_sectors=of_sectors)
