"""Underserved areas 薄弱区: land beyond the reach of every known facility, as polygons with their areas."""

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.circles import Circles
from geo.crs import LOCAL, check_radius, to_local
from geo.edges import POLYGON, edges, single_parts
from geo.facilities import Facilities
from geo.quantize import areal, areas

FloatArray = NDArray[np.float64]
# Chords in a quarter of a circle. The time of joining circles grows with their corners: 20,000 circles of 128 corners
# take 6 to 11 s, of 32 corners 2 to 3 s.
FINE, PLAIN = 32, 8
MOST_FINE = 500  # circles; more of them are drawn plainly, or the borders of 3,000 would fill 20 MB
DUST_M2 = 0.01  # less than that between two reaches is rounding of their common border, not land


@dataclass(frozen=True, kw_only=True)
class _Buffers:
    """What is drawn, and how: all reaches alike, so that they differ by the accuracy of the places alone.

    A circle becomes the regular polygon of its area: not too large, not too small. Beside a line or polygon reach ends
    at the very radius, and its rounded ends are drawn from inside. ``owner`` is the facility of each stroke;
    ``points`` are given if there are many.
    """

    strokes: NDArray[np.object_]
    owner: NDArray[np.int64]
    quarter: int
    points: Facilities | None

    @property
    def inside(self) -> float:
        """Radius of the circle inside a polygon over that of its corners."""
        return float(np.cos(np.pi / (4 * self.quarter)))

    @property
    def same_area(self) -> float:
        """Radius of the corners over that of a circle of the same area."""
        half = np.pi / (4 * self.quarter)
        return float(np.sqrt(2 * half / np.sin(2 * half)))

    @property
    def widen(self) -> FloatArray:
        """Radius of the corners of each stroke's reach over the radius that is meant."""
        return np.where(shapely.length(self.strokes) > 0, 1.0, self.same_area)

    @property
    def error(self) -> float:
        """How far a drawn arc may lie from the true one, over the radius: a corner outside, a chord inside."""
        widen = self.widen
        return float(np.maximum(widen - 1, 1 - widen * self.inside).max(initial=0.0))


@dataclass(frozen=True, kw_only=True)
class _Reach:
    """Drawn reaches, and the circles they were chosen from, if they were."""

    tree: shapely.STRtree
    circles: Circles | None

    def without(self, whole: BaseGeometry) -> BaseGeometry:
        """What of a zone lies in no reach."""
        touching = np.sort(self.tree.query(whole, predicate="intersects"))
        joined = shapely.disjoint_subset_union_all(self.tree.geometries[touching])
        bare = shapely.difference(whole, joined) if len(touching) else whole
        if self.circles is None or bare.is_empty:
            return bare
        # where circles were left out, there are holes that are none
        parts = shapely.get_parts(bare)
        inner = shapely.point_on_surface(parts)
        return MultiPolygon(
            [each for each in parts[~self.circles.holds(shapely.get_x(inner), shapely.get_y(inner))] if each.area]
        )


@dataclass(frozen=True, kw_only=True)
class UnderservedAreas:
    """Land by how surely it is in reach, zone by zone, in the local plane.

    Attributes
    ----------
    radius_m, complete
        As asked for.
    beyond_status
        What land out of every reach is called: ``unknown``, or ``uncovered`` of a complete list.
    possibly
        Land that is in reach only at the best; index = position of the zone, CRS ``geo.crs.LOCAL``.
    beyond
        Land that no known facility reaches even at the best; same index. It does not overlap ``possibly``:
        both together are the land that is not surely in reach.
    table
        Index = position of the zone; square metres: ``land_m2``; in reach ``sure_m2``, ``best_m2``,
        ``possible_m2``; weak ``possibly_m2`` = possible - sure and ``beyond_m2`` = land - possible.
    error_m
        A drawn arc lies at most so far from the true one.
    """

    radius_m: float
    complete: bool
    beyond_status: str
    possibly: gpd.GeoSeries
    beyond: gpd.GeoSeries
    table: pd.DataFrame
    error_m: float


def underserved_areas(
    land: gpd.GeoSeries,
    facilities: Facilities,
    *,
    radius_m: float,
    on_progress: Callable[[float], None] | None = None,
) -> UnderservedAreas:
    """Land minus the union of all reaches, for the sure and the possible reach.

    The reach of a facility has the radius r - accuracy where it is sure (none if that is below 0), r as drawn, and
    r + accuracy where it is possible. That of a point is a circle, that of a line or polygon all that lies within the
    radius. All three are drawn alike and differ by the accuracy alone: where every position is exact, nothing is
    possibly in reach.

    A circle is drawn as the regular polygon of the same area, of 128 corners, of 32 if there are more than 500 of
    them: it errs to neither side, corners lie outside the circle by 0.020 % or 0.32 % of the radius, the middles of
    its sides inside by 0.010 % or 0.16 %. Beside lines and polygons reach ends at the radius itself, but for the
    rounded ends, which lie inside by at most 0.031 %.

    Parameters
    ----------
    land
        (Multi)polygons in EPSG:4326, one per zone, that do not overlap.
    facilities
        All known ones, also those outside the zones.
    radius_m
        Metres, greater than 0.
    on_progress
        Told the share of the zones that are done, 0-1.

    Returns
    -------
    UnderservedAreas
        Zones in the order of ``land``, numbered from 0.

    Raises
    ------
    ParameterError
        If the radius is not greater than 0.
    """
    check_radius(radius_m)
    ground = areas(to_local(land).make_valid())
    slack, buffers = facilities.accuracy_m, _buffers(facilities)
    bounds = shapely.total_bounds(ground)
    # sure, best, possible; of exact positions the three are one
    reaches = [_reach(buffers, radius_m + side * slack, bounds) for side in ((-1, 0, 1) if slack.any() else (0,))]
    bare: list[list[BaseGeometry]] = []
    for position, whole in enumerate(ground):
        bare.append([areal(reach.without(whole)) for reach in reaches] * (3 // len(reaches)))
        if on_progress:
            on_progress((position + 1) / len(ground))
    possibly, beyond = areas(_between(zone[0], zone[2]) for zone in bare), areas(zone[2] for zone in bare)
    land_m2, bare_m2 = shapely.area(ground), shapely.area(np.array(bare, dtype=object).reshape(-1, 3)).T
    within = {f"{name}_m2": land_m2 - part for name, part in zip(("sure", "best", "possible"), bare_m2, strict=True)}
    underserved = {"possibly_m2": shapely.area(possibly), "beyond_m2": shapely.area(beyond)}
    return UnderservedAreas(
        radius_m=radius_m,
        complete=facilities.complete,
        beyond_status="uncovered" if facilities.complete else "unknown",
        possibly=gpd.GeoSeries(possibly, crs=LOCAL),
        beyond=gpd.GeoSeries(beyond, crs=LOCAL),
        table=pd.DataFrame({"land_m2": land_m2, **within, **underserved}),
        error_m=float((radius_m + slack.max(initial=0.0)) * buffers.error),
    )


def _buffers(facilities: Facilities) -> _Buffers:
    """The strokes of the facilities.

    Lines and borders are taken apart into their segments: the buffer of a whole line first straightens its small
    bends, by 1 % of the radius, and would draw sure reach too large.
    """
    if facilities.shapes is None:
        strokes = np.asarray(shapely.points(facilities.x, facilities.y), dtype=object)
        owner = np.arange(len(strokes))
    else:
        cut = edges(facilities.shapes)
        parts, of = single_parts(facilities.shapes)
        areal = shapely.get_type_id(parts) == POLYGON
        strokes = np.concatenate([shapely.linestrings(cut.ends.reshape(-1, 2, 2)), parts[areal]])
        owner = np.concatenate([cut.owner[cut.part[cut.piece]], of[areal]])
    many = facilities.shapes is None and len(owner) > MOST_FINE
    return _Buffers(strokes=strokes, owner=owner, quarter=PLAIN if many else FINE, points=facilities if many else None)


def _reach(buffers: _Buffers, radii: FloatArray, bounds: FloatArray) -> _Reach:
    """The drawn reach of all strokes; of many circles only those that can be seen."""
    drawn = radii >= 0
    circles = None
    if buffers.points is not None:
        # the circle inside the polygon that is drawn
        inner = np.maximum(radii, 0.0) * (buffers.same_area * buffers.inside)
        circles = Circles(x=buffers.points.x[drawn], y=buffers.points.y[drawn], radius=inner[drawn])
        seen = circles.mattering(bounds)
        circles = None if seen.all() else circles
        drawn[drawn] = seen
    used = drawn[buffers.owner]
    corners = radii[buffers.owner[used]] * buffers.widen[used]
    wide = shapely.buffer(buffers.strokes[used], corners, quad_segs=buffers.quarter)
    return _Reach(tree=shapely.STRtree(np.asarray(wide, dtype=object)), circles=circles)


def _between(larger: BaseGeometry, smaller: BaseGeometry) -> BaseGeometry:
    """The polygons of one geometry without the other that are more than rounding."""
    parts = shapely.get_parts(shapely.difference(larger, smaller))
    return MultiPolygon(list(parts[shapely.area(parts) > DUST_M2]))
