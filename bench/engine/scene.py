"""Synthetic but lifelike inputs: seeded points and parks over the real districts, near the real places."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geo.crs import LOCAL, WGS84, to_local_xy

DATA = Path(__file__).parents[2] / "data"
PLACES = ("parks/parks", "enterprises/enterprises", "gmp/gmp", "services/services", "institutions/institutions")
PARKS = 20_000
TARGETS = 100_000
SPREAD_M = 2_500.0
DEGREE_M = 111_320.0
FINER = 8
LONGEST_EDGE = 0.02  # degrees

FloatArray = NDArray[np.float64]
Shapes = NDArray[Any]


@dataclass(frozen=True)
class Points:
    """Points as two columns, degrees or metres."""

    x: FloatArray
    y: FloatArray

    @property
    def shapes(self) -> Shapes:
        """The same as point geometries, shape (n,)."""
        return np.asarray(shapely.points(self.x, self.y), dtype=object)

    @property
    def pairs(self) -> FloatArray:
        """The same as rows, shape (n, 2)."""
        return np.column_stack([self.x, self.y])


def _shapes(name: str) -> Shapes:
    found = json.loads((DATA / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    return shapely.from_geojson([json.dumps(feature["geometry"]) for feature in found])


@cache
def districts() -> Shapes:
    """The 16 districts in WGS-84 degrees, in the file's order."""
    return _shapes("districts/districts")


def in_metres(shapes: Shapes) -> Shapes:
    """Shapes of degrees in the local plane; long edges are cut first, or a border at sea would move by metres."""
    return shapely.transform(
        shapely.segmentize(shapes, LONGEST_EDGE), lambda pairs: np.column_stack(to_local_xy(pairs[:, 0], pairs[:, 1]))
    )


def in_degrees(shapes: Shapes) -> Shapes:
    """Shapes of the local plane in WGS-84 degrees."""
    back = Transformer.from_crs(LOCAL, WGS84, always_xy=True)
    return shapely.transform(shapes, lambda pairs: np.column_stack(back.transform(pairs[:, 0], pairs[:, 1])))


@cache
def places() -> FloatArray:
    """Where the atlas's real places are: degrees, shape (n, 2)."""
    return np.vstack([shapely.get_coordinates(shapely.centroid(_shapes(name))) for name in PLACES])


def points(n: int, seed: int = 1) -> Points:
    """Half over the box round the districts, half near real places; WGS-84 degrees."""
    chance = np.random.default_rng([seed, n])
    west, south, east, north = shapely.total_bounds(districts())
    near = places()[chance.integers(len(places()), size=n)]
    spread = chance.normal(scale=SPREAD_M / DEGREE_M, size=(n, 2))
    loose = chance.random(n) < 0.5
    x = np.where(loose, chance.uniform(west, east, n), near[:, 0] + spread[:, 0])
    y = np.where(loose, chance.uniform(south, north, n), near[:, 1] + spread[:, 1])
    return Points(x, y)


def points_in_metres(n: int, seed: int = 1) -> Points:
    """The same points in the local plane."""
    degrees = points(n, seed)
    return Points(*to_local_xy(degrees.x, degrees.y))


@cache
def parks(n: int = PARKS) -> Shapes:
    """Park-like polygons in the local plane: 5-12 vertices, 100-800 m wide, overlapping where places are dense."""
    chance = np.random.default_rng([7, n])
    middle = points_in_metres(n, seed=8).pairs
    corners = chance.integers(5, 13, size=n)
    of = np.repeat(np.arange(n), corners)
    turn = np.arange(of.size) - np.repeat(np.cumsum(corners) - corners, corners)
    angle = 2 * np.pi * (turn + chance.uniform(0.1, 0.9, of.size)) / corners[of]
    reach = chance.uniform(50.0, 400.0, n)[of] * chance.uniform(0.6, 1.0, of.size)
    ring = middle[of] + np.column_stack([np.cos(angle), np.sin(angle)]) * reach[:, None]
    return np.asarray(shapely.polygons(shapely.linearrings(ring, indices=of)), dtype=object)


def finer(shapes: Shapes, times: int = FINER) -> Shapes:
    """The same outlines with so many times the vertices."""

    def ring(line: Any) -> FloatArray:
        pairs = shapely.get_coordinates(line)
        steps = np.arange(times) / times
        between = pairs[:-1, None] + (pairs[1:] - pairs[:-1])[:, None] * steps[None, :, None]
        return np.vstack([between.reshape(-1, 2), pairs[-1:]])

    def polygon(one: Any) -> Any:
        return shapely.Polygon(ring(one.exterior), [ring(hole) for hole in one.interiors])

    return np.array(
        [shapely.multipolygons([polygon(part) for part in shapely.get_parts(shape)]) for shape in shapes], dtype=object
    )
