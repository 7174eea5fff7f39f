"""Shapes and points to try the engine with: real, random and awkward ones."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely.geometry import (
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    box,
)

DATA = Path(__file__).parents[2] / "data"
Objects = NDArray[np.object_]
Floats = NDArray[np.float64]


def objects(*shapes: object) -> Objects:
    """Put shapes into an array."""
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


def read(name: str) -> gpd.GeoSeries:
    """Read a layer's geometry, WGS 84."""
    return gpd.read_file(DATA / name).geometry


def blobs(count: int, seed: int, *, size: float = 400.0, extent: float = 5_000.0) -> Objects:
    """Make random parks that overlap: some with holes, some of several parts."""
    chance = np.random.default_rng(seed)
    middle = chance.uniform(-extent, extent, (count, 2))
    made = []
    for at in middle:
        shape = _blob(chance, at, size)
        if chance.random() < 0.3:
            shape = shape.difference(_blob(chance, at, size / 3))
        if chance.random() < 0.3:
            shape = shape.union(_blob(chance, at + 1.5 * size, size / 2))
        made.append(shape)
    return objects(*made)


def _blob(chance: np.random.Generator, at: Floats, size: float) -> Polygon:
    corners = chance.integers(4, 30)
    turn = np.sort(chance.uniform(0, 2 * np.pi, corners))
    reach = chance.uniform(0.3, 1.0, corners) * size
    star = Polygon(at + np.column_stack([np.cos(turn) * reach, np.sin(turn) * reach]))
    return Point(at).buffer(size * 0.2, quad_segs=4).union(shapely.make_valid(star).buffer(0))


def awkward_points(shapes: Objects, seed: int, count: int = 300) -> tuple[Floats, Floats]:
    """Corners, middles of edges, points a hair beside them, points anywhere, far away and without coordinates."""
    chance = np.random.default_rng(seed)
    corners = shapely.get_coordinates(shapes)
    corners = corners[chance.permutation(len(corners))[:count]]
    lines = shapely.get_parts(shapely.boundary(shapely.get_parts(shapes[~shapely.is_missing(shapes)])))
    on = shapely.get_coordinates(shapely.line_interpolate_point(lines, chance.random(len(lines)), normalized=True))
    low, high = corners.min(axis=0, initial=0), corners.max(axis=0, initial=1)
    some = chance.uniform(low - (high - low) / 3, high + (high - low) / 3, (count, 2))
    mixed = np.column_stack([chance.choice(corners[:, 0], count), chance.choice(corners[:, 1], count)])
    far = np.array([[1e9, -1e9], [0, 1e7], [np.nan, 0], [0, np.nan], [np.inf, 0]])
    near = np.nextafter(np.concatenate([corners, on]), np.inf)
    every = np.concatenate([corners, on, near, some, mixed, far])
    return np.ascontiguousarray(every[:, 0]), np.ascontiguousarray(every[:, 1])


# whole numbers of few values: shared corners, shared edges, points on both, all the time
STEP = st.integers(-4, 4).map(float)
SPOT = st.tuples(STEP, STEP)
SPOTS = st.lists(SPOT, max_size=25)
RING = st.lists(SPOT, min_size=3, max_size=7, unique=True)
AREAS = RING.map(lambda ring: shapely.make_valid(Polygon(ring))).map(
    lambda shape: MultiPolygon([p for p in shapely.get_parts([shape]) if p.geom_type == "Polygon"]).buffer(0)
)
POLYGONS = st.lists(st.one_of(AREAS, st.just(Polygon()), st.none()), max_size=8).map(lambda each: objects(*each))
ANY = st.one_of(
    AREAS,
    SPOT.map(Point),
    st.lists(SPOT, min_size=1, max_size=4).map(MultiPoint),
    st.lists(SPOT, min_size=2, max_size=6).map(LineString),
    st.lists(st.lists(SPOT, min_size=2, max_size=4).map(LineString), min_size=1, max_size=3).map(MultiLineString),
    st.tuples(AREAS, AREAS, SPOT.map(Point)).map(GeometryCollection),
    st.just(Point()),
    st.none(),
)
SHAPES = st.lists(ANY, max_size=8).map(lambda each: objects(*each))
CITY = box(120.85, 30.67, 122.25, 31.88)
