"""GeoJSON by the letter of RFC 7946: WGS-84, right-hand rule, no crs member, no NaN, at most 7 decimals."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import GeometryCollection, mapping, shape
from shapely.geometry.base import BaseGeometry

from geo.crs import WGS84
from geo.errors import SchemaError

# what json, shapely and a foreign structure can raise on the way
UNREADABLE = (
    ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError, shapely.errors.ShapelyError,
)  # fmt: skip
DECIMALS = 7  # RFC 7946 section 11.2 speaks of 6 as about 10 cm; 7 keeps centimetres


def from_geojson(text: str, *, where: str) -> gpd.GeoDataFrame:
    """Parse a FeatureCollection without GDAL, which would follow links written inside the file.

    Parameters
    ----------
    text
        GeoJSON; every feature carries its ``id`` among its properties.
    where
        Name of the file, for the message.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326, one row per feature in file order; JSON lists become tuples.

    Raises
    ------
    SchemaError
        If the text is not a FeatureCollection or a feature cannot be read.
    """
    try:
        document = json.loads(text)
        features = document["features"]
        rows = [{key: _frozen(value) for key, value in feature["properties"].items()} for feature in features]
        geometry = np.array(
            [shape(feature["geometry"]) if feature["geometry"] else None for feature in features], dtype=object
        )
    except UNREADABLE as fault:
        msg = f"not a readable GeoJSON FeatureCollection ({fault.__class__.__name__}: {fault})"
        hint = "Restore the file from the last data version."
        raise SchemaError(msg, code="unreadable", where=where, hint=hint) from fault
    # object columns keep None, int and bool apart; pandas would turn None into NaN
    return gpd.GeoDataFrame(pd.DataFrame(rows, dtype=object), geometry=geometry, crs=WGS84)


def to_geojson(frame: gpd.GeoDataFrame, *, about: Mapping[str, Any]) -> str:
    """Write a frame as one FeatureCollection.

    Parameters
    ----------
    frame
        EPSG:4326, with a column ``id``; missing values become null.
    about
        Foreign members of the collection (RFC 7946 section 6.1): filter, licence, source, data version.

    Returns
    -------
    str
        JSON text; features in the frame's order.
    """
    head = {"type": "FeatureCollection", **about}
    body = ",\n".join(json.dumps(feature, ensure_ascii=False, allow_nan=False) for feature in features(frame))
    return f'{json.dumps(head, ensure_ascii=False, allow_nan=False)[:-1]}, "features": [\n{body}\n]}}\n'


def features(frame: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    """Yield the frame's rows as GeoJSON feature objects, right-hand rule, coordinates rounded."""
    columns = [column for column in frame.columns if column != frame.geometry.name]
    for row, geometry in zip(frame[columns].to_dict("records"), frame.geometry, strict=True):
        properties = {str(key): plain(value) for key, value in row.items()}
        yield {
            "type": "Feature",
            "id": properties.get("id"),
            "geometry": _geometry(geometry),
            "properties": properties,
        }


def plain(value: Any) -> Any:  # noqa: ANN401 - a JSON value is any of its kinds
    """Turn a cell into a JSON value: numpy scalars become Python's, NaN and infinity become null."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, tuple | list | frozenset):
        return [plain(item) for item in value]
    return value


def _geometry(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    if geometry is None or geometry.is_empty:
        return None
    if isinstance(geometry, GeometryCollection):
        return {"type": "GeometryCollection", "geometries": [_geometry(part) for part in geometry.geoms]}
    spelled = mapping(shapely.orient_polygons(geometry))
    return {"type": spelled["type"], "coordinates": _rounded(spelled["coordinates"])}


def _rounded(item: Any) -> Any:  # noqa: ANN401 - numbers, or lists of them as deep as the geometry's kind
    return round(item, DECIMALS) if isinstance(item, float) else [_rounded(part) for part in item]


def _frozen(value: Any) -> Any:  # noqa: ANN401
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
