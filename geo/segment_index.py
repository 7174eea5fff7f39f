"""Distances from many points to points, lines and polygons: nearest, how many in reach, any in reach.

Everything is exact: bounds by circles only decide which edges are looked at.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.edges import POLYGON, FloatArray, edges, planar, single_parts
from geo.pieces import Pieces, Shapes, cloud, pieces, shapes, slack
from geo.polygon_grid import PolygonGrid
from geo.shape_index import ShapeIndex, blocks

CELLS, FINE_CELLS, MANY_PARTS = 1_024, 4_096, 4_000  # measured at 20,000: finer halves the look-up, for 80 MB


@dataclass(frozen=True)
class SegmentIndex(ShapeIndex):
    """An index over geometries in a plane in metres; immutable. Use :meth:`build`.

    Attributes
    ----------
    pieces, shapes
        The geometries' edges, and circles round them: about 60 bytes per edge.
    inside
        Grid that says which polygon part a point lies in.
    owner
        Position of the geometry of each polygon part; one more entry, never used, for "none".
    mixed
        Whether there are lines or points among the geometries.
    """

    pieces: Pieces
    shapes: Shapes
    inside: PolygonGrid
    owner: NDArray[np.int32]
    mixed: bool

    @classmethod
    def build(cls, geometries: NDArray[np.object_]) -> "SegmentIndex":
        """Index geometries.

        Parameters
        ----------
        geometries
            Points, lines, valid polygons and collections of them in ``geo.crs.LOCAL`` metres (or another
            plane), shape (n,). Empty ones and None are never found.
        """
        every = np.asarray(geometries, dtype=object)
        cut = pieces(edges(every))
        parts, owner = single_parts(every)
        areal = shapely.get_type_id(parts) == POLYGON
        holder = np.append(owner[areal], -1).astype(np.int32)
        cells = FINE_CELLS if areal.sum() > MANY_PARTS else CELLS
        return cls(cut, shapes(cut, every), PolygonGrid.build(parts[areal], cells=cells), holder, not areal.all())

    def nearest(self, x: FloatArray, y: FloatArray) -> tuple[NDArray[np.int32], FloatArray]:
        """The nearest geometry of each point and its distance.

        Parameters
        ----------
        x, y
            Metres in the geometries' plane, shape (n,).

        Returns
        -------
        position, distance
            Shape (n,) both, order of the points. The distance in metres is 0 inside a polygon and on a
            border, and that to the border in a hole; of equally near ones the lowest position is taken.
            -1 and infinity where a coordinate is not finite or nothing is indexed.

        Raises
        ------
        ParameterError
            If x and y differ in shape.
        """
        from geo import kernels_nearest  # noqa: PLC0415 - numba takes half a second to import

        east, north = planar(x, y)
        where, metres = np.full(len(east), -1, dtype=np.int32), np.full(len(east), np.inf)
        for block in blocks(len(east)):
            part = self.inside.locate(east[block], north[block])
            held = part >= 0
            # only a line or a point can be as near as 0 to a point inside a polygon, and come before it
            points = cloud(east[block], north[block], ~held | self.mixed)
            if len(points.at) and len(self.pieces.owner):
                kernels_nearest.nearest(
                    points, self.pieces, slack(points, self.pieces.ends), where[block], metres[block]
                )
            earlier = (metres[block] == 0) & (where[block] < self.owner[part])
            at = np.flatnonzero(held & ~earlier) + block.start
            where[at], metres[at] = self.owner[part[at - block.start]], 0.0
        return where, metres

    def _counted(self, x: FloatArray, y: FloatArray, radius_m: float, *, most: int | None) -> NDArray[np.int64]:
        return counted(x, y, (self.shapes, self.pieces), radius_m=radius_m, most=most or len(self.pieces.owner))


def counted(
    x: FloatArray, y: FloatArray, among: tuple[Shapes, Pieces], *, radius_m: float, most: int
) -> NDArray[np.int64]:
    """Count the shapes within a radius of each point; counts of ``most`` and more may be cut at ``most``.

    Parameters
    ----------
    x, y
        Metres, shape (n,).
    among
        What to count.
    radius_m
        Metres, 0 or more and finite: 0 counts what a point lies in or on.
    most
        Where to stop counting; 1 asks whether there is any.

    Raises
    ------
    ParameterError
        If x and y differ in shape.
    """
    from geo import kernels_within  # noqa: PLC0415 - numba takes half a second to import

    east, north = planar(x, y)
    counts = np.zeros(len(east), dtype=np.int64)
    for block in blocks(len(east)):
        points = cloud(east[block], north[block], np.ones(block.stop - block.start, dtype=np.bool_))
        if len(points.at) and len(among[0].circle):
            limits = np.array([radius_m, slack(points, among[1].ends), most], dtype=np.float64)
            kernels_within.within(points, *among, limits, counts[block])
    return counts
