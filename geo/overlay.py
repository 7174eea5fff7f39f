"""Land by zone 分区用地: what polygons cover in each district, where they overlap counted once.

Polygons inside one zone are taken whole and only those that cross a border are cut. The pieces of a zone are
projected to the local equal-area plane and united there, those that hang together by themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from geo.crs import to_local_xy
from geo.edges import POLYGON, FloatArray, IntArray, single_parts
from geo.errors import ParameterError

LONGEST_EDGE_DEGREES = 0.005  # a parallel of that length bends by 3 mm; longer edges are cut before projecting
ROUNDING = 1e-9  # share of an area that cutting may gain or lose by rounding
NEIGHBOURHOOD_DEGREES = 0.02  # measured: finer makes many boxes to unite, coarser leaves long borders to cut at
MARGIN = 1e-6  # degrees, so that no corner of a shape lies on the edge of its box
TWICE = 1e-4  # share of a polygon that zones may hold twice, as digitised borders do

Shapes = NDArray[np.object_]


@dataclass(frozen=True, kw_only=True)
class ZoneLand:
    """Square metres on the ellipsoid, what overlaps counted once.

    Attributes
    ----------
    m2
        Shape (zones,): land that the polygons of any group, or of none, cover in each zone.
    outside_m2
        Land outside all zones.
    by_group_m2
        Shape (groups, zones): the same for the polygons of one group. Groups may overlap, so that a
        column adds up to more than ``m2``. No rows if no groups were given.
    outside_by_group_m2
        Shape (groups,).
    """

    m2: FloatArray
    outside_m2: float
    by_group_m2: FloatArray
    outside_by_group_m2: FloatArray


def land_by_zone(polygons: Shapes, zones: Shapes, *, groups: NDArray[np.int32] | None = None) -> ZoneLand:
    """Land that polygons cover in each zone, and per group and zone; what overlaps counts once.

    Edges are straight lines of longitude and latitude, as RFC 7946 has them. Areas agree with the geodesic
    ones within 0.01 % in and round the city (within 120 km of 31.2N 121.5E).

    Parameters
    ----------
    polygons
        Shape (n,), WGS-84 degrees, valid. They may overlap. None, empty ones, points and lines hold no land.
    zones
        Shape (z,), WGS-84 degrees, valid. They may touch but not overlap.
    groups
        Shape (n,): each polygon's group, 0 to g - 1, or -1 for none. A polygon of several groups is given
        several times: in all it still counts once.

    Returns
    -------
    ZoneLand
        In the order of ``zones``.

    Raises
    ------
    ParameterError
        If a polygon or zone is invalid, if zones hold part of a polygon twice (overlaps that no
        polygon shows stay unseen), or if ``groups`` does not fit.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> field, zone = box(121.0, 31.0, 121.01, 31.01), box(120.0, 30.0, 121.005, 32.0)
    >>> land = land_by_zone(np.array([field, field]), np.array([zone]))
    >>> land.m2.round().tolist(), round(land.outside_m2)
    ([529398.0], 529398)
    """
    of_polygon = _checked_groups(groups, len(polygons))
    for name, shapes in (("polygons", polygons), ("zones", zones)):
        _require_valid(shapes, name)
    slots, number = len(zones) + 1, int(of_polygon.max(initial=-1)) + 1
    total, by_group = np.zeros(slots), np.zeros((number, slots))
    for zone, pieces, owner in _cut(polygons, zones):
        plane, group = _in_metres(pieces), of_polygon[owner]
        total[zone] = _union_area(plane)
        by_group[:, zone] = [_union_area(plane[group == each]) for each in range(number)]
    return ZoneLand(
        m2=total[:-1],
        outside_m2=float(total[-1]),
        by_group_m2=by_group[:, :-1],
        outside_by_group_m2=by_group[:, -1],
    )


def _checked_groups(groups: NDArray[np.int32] | None, count: int) -> IntArray:
    if groups is None:
        return np.full(count, -1, dtype=np.int64)
    if groups.shape != (count,):
        msg = "there must be one group per polygon"
        raise ParameterError(msg, code="lengths", where=f"groups {groups.shape}, polygons ({count},)")
    if not np.issubdtype(groups.dtype, np.integer) or groups.min(initial=0) < -1:
        msg = "groups are whole numbers from -1 upwards"
        raise ParameterError(msg, code="parameter", where="groups")
    return groups.astype(np.int64)


def _require_valid(shapes: Shapes, name: str) -> None:
    # a bow-tie or a doubled ring has no area to speak of: whoever reads the data mends it, and says so
    faulty = ~(shapely.is_valid(shapes) | shapely.is_missing(shapes))
    if faulty.any():
        first = int(np.flatnonzero(faulty)[0])
        msg = f"{faulty.sum()} invalid geometries, the first at position {first}"
        hint = shapely.is_valid_reason(shapes[first])
        raise ParameterError(msg, code="parameter", where=f"{name} {first}", hint=hint)


def _cut(polygons: Shapes, zones: Shapes) -> Iterator[tuple[int, Shapes, IntArray]]:
    """Zone by zone its pieces and the position of the polygon of each; what lies outside comes last.

    Few polygons cross a border, and only these are cut. The pieces of one zone are held at a time.
    """
    single, owner = _polygons(polygons)
    # the tree prepares the side that asks: here the few zones of many vertices
    of_whole, whole = STRtree(single).query(zones, predicate="contains_properly")
    # degrees will do here: both sides of the comparison lie in one place
    area, held = shapely.area(single), np.zeros(len(single))
    np.add.at(held, whole, area[whole])
    crossing = np.flatnonzero(held == 0)
    tree, tiles = STRtree(single[crossing]), []
    for zone, border in enumerate(zones):
        tiles.append(_tiles(tree, border))
        tile, at = tree.query(tiles[-1], predicate="intersects")
        inner, of_inner = _polygons(shapely.intersection(single[crossing[at]], tiles[-1][tile]))
        part = crossing[at[of_inner]]
        np.add.at(held, part, shapely.area(inner))
        own = whole[of_whole == zone]
        yield zone, np.concatenate([single[own], inner]), owner[np.concatenate([own, part])]
    if (held > area * (1 + TWICE)).any():
        msg = "zones must not overlap"
        raise ParameterError(msg, code="parameter", where="zones")
    beyond = crossing[held[crossing] < area[crossing] * (1 - ROUNDING)]
    outer, of_outer = _polygons(_without(single[beyond], tiles))
    yield len(zones), outer, owner[beyond[of_outer]]


def _tiles(tree: STRtree, zone: BaseGeometry) -> Shapes:
    """What of a zone lies near the shapes that reach into it: a small shape is cut at this, not at all of a border."""
    near = tree.geometries[tree.query(zone, predicate="intersects")]
    if not len(near):
        return near
    around = shapely.disjoint_subset_union_all(_neighbourhoods(shapely.bounds(near)))
    return _polygons(np.array([shapely.intersection(zone, around)], dtype=object))[0]


def _neighbourhoods(box: FloatArray) -> Shapes:
    """Boxes round the boxes, shape (n, 4), of each neighbourhood: a few to unite where there were many."""
    cell = np.floor((box[:, :2] + box[:, 2:]) / 2 / NEIGHBOURHOOD_DEGREES)
    order = np.lexsort(cell.T)
    box, cell = box[order], cell[order]
    start = np.flatnonzero(np.append(True, (cell[1:] != cell[:-1]).any(axis=1)))
    low, high = np.minimum.reduceat(box[:, :2], start) - MARGIN, np.maximum.reduceat(box[:, 2:], start) + MARGIN
    return np.asarray(shapely.box(*low.T, *high.T), dtype=object)


def _without(shapes: Shapes, tiles: list[Shapes]) -> Shapes:
    """Shapes less the tiles that they reach into."""
    left, every = shapes.copy(), np.concatenate([np.empty(0, dtype=object), *tiles])
    at, tile = STRtree(every).query(shapes, predicate="intersects")
    for shape, cut in zip(at, tile, strict=True):
        left[shape] = shapely.difference(left[shape], every[cut])
    return left


def _polygons(shapes: Shapes) -> tuple[Shapes, IntArray]:
    """Single polygons, and the position of the shape that each came from."""
    parts, owner = single_parts(shapes)
    areal = (shapely.get_type_id(parts) == POLYGON) & (shapely.area(parts) > 0)
    return parts[areal], owner[areal]


def _in_metres(shapes: Shapes) -> Shapes:
    """Polygons in the local plane; an edge stays the line of longitude and latitude that it was, within 3 mm."""
    short = shapely.segmentize(shapes, LONGEST_EDGE_DEGREES)
    plane: Shapes = shapely.transform(short, lambda corners: np.column_stack(to_local_xy(*corners.T)))
    # where two borders touched, one may now cross the other by those millimetres
    faulty = ~shapely.is_valid(plane)
    plane[faulty] = shapely.make_valid(plane[faulty])
    return plane


def _union_area(shapes: Shapes) -> float:
    """Square metres that polygons cover together."""
    return float(shapely.area(shapely.disjoint_subset_union_all(shapes)))
