"""Longitude and latitude to metres of the local plane."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from bench.engine import scene
from bench.engine.model import OURS, Answer, Contender, Job, Limit, unlike
from bulk.projection import to_metres
from geo.crs import LOCAL, WGS84

TOLERANCE_M = 1e-5


def transformer(_: Any) -> Transformer:
    """The projection, made once."""
    return Transformer.from_crs(WGS84, LOCAL, always_xy=True)


def of_shapes(_: scene.Points, series: gpd.GeoSeries) -> Answer:
    """Columns of projected points."""
    return of_columns(_, shapely.get_coordinates(series.to_numpy()).T)


def of_columns(_: scene.Points, found: Any) -> Answer:
    """Columns as they come."""
    return {"x": np.asarray(found[0]), "y": np.asarray(found[1])}


def differ(_: scene.Points, ours: Answer, peer: Answer) -> str:
    """Both columns within 0.01 mm."""
    return unlike("x", ours["x"], peer["x"], TOLERANCE_M) or unlike("y", ours["y"], peer["y"], TOLERANCE_M)


JOB = Job(
    name="metres",
    title="Longitude and latitude to metres",
    inputs=scene.points,
    differ=differ,
    beyond=10,
    contenders=(
        Contender(name=OURS, run=lambda points, _: to_metres(points.x, points.y), answer=of_columns),
        Contender(
            name="geopandas to_crs",
            give=lambda points: gpd.GeoSeries(points.shapes, crs=WGS84),
            run=lambda series, _: series.to_crs(LOCAL),
            answer=of_shapes,
        ),
        Contender(
            name="pyproj arrays",
            build=transformer,
            run=lambda points, way: way.transform(points.x, points.y),
            answer=of_columns,
        ),
    ),
    limits=(Limit(what="per_input", most=3, words="extra memory, times the input"),),
)
