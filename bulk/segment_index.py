"""Distances from many points to points, lines and polygons: the nearest, and how many in reach.

Everything is exact: bounds by circles only decide which edges are looked at.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from bulk import kernels_shapes
from bulk.edge_chunks import EdgeChunks, Shapes, blocks, edge_chunks, finite_points, shapes, slack
from bulk.polygon_grid import PolygonGrid
from bulk.projection import planar
from geo.crs import check_radius
from geo.edges import POLYGON, FloatArray, edges, single_parts

CELLS, FINE_CELLS, MANY_PARTS = 1_024, 4_096, 4_000  # measured at 20,000: finer halves the look-up, for 80 MB


@dataclass(frozen=True)
class SegmentIndex:
    """An index over geometries in a plane in metres; immutable. Use :meth:`build`.

    Attributes
    ----------
    edge_chunks, shapes
        The geometries' edges, and circles round them: about 60 bytes per edge.
    inside
        Grid that says which polygon part a point lies in.
    owner
        Position of the geometry of each polygon part; one more entry, never used, for "none".
    mixed
        Whether there are lines or points among the geometries.
    """

    edge_chunks: EdgeChunks
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
        cut = edge_chunks(edges(every))
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
        east, north = planar(x, y)
        where, metres = np.full(len(east), -1, dtype=np.int32), np.full(len(east), np.inf)
        for block in blocks(len(east)):
            part = self.inside.locate(east[block], north[block])
            held = part >= 0
            # only a line or a point can be as near as 0 to a point inside a polygon, and come before it
            points = finite_points(east[block], north[block], ~held | self.mixed)
            if len(points.at) and len(self.edge_chunks.owner):
                kernels_shapes.nearest(
                    points, self.edge_chunks, slack(points, self.edge_chunks.ends), where[block], metres[block]
                )
            earlier = (metres[block] == 0) & (where[block] < self.owner[part])
            at = np.flatnonzero(held & ~earlier) + block.start
            where[at], metres[at] = self.owner[part[at - block.start]], 0.0
        return where, metres

    def count_within(self, x: FloatArray, y: FloatArray, radius_m: float) -> NDArray[np.int64]:
        """How many geometries lie within a radius of each point, each counted once.

        Parameters
        ----------
        x, y
            Metres in the geometries' plane, shape (n,).
        radius_m
            Metres, greater than 0 and finite; a geometry at exactly this distance counts.

        Returns
        -------
        numpy.ndarray
            Shape (n,), order of the points; 0 where a coordinate is not finite.

        Raises
        ------
        ParameterError
            If the radius is not one (`geo.crs.check_radius`), or x and y differ in shape.
        """
        check_radius(radius_m)
        east, north = planar(x, y)
        counts = np.zeros(len(east), dtype=np.int64)
        for block in blocks(len(east)):
            points = finite_points(east[block], north[block], np.ones(block.stop - block.start, dtype=np.bool_))
            if len(points.at) and len(self.shapes.circle):
                limits = np.array([radius_m, slack(points, self.edge_chunks.ends)], dtype=np.float64)
                kernels_shapes.within(points, self.shapes, self.edge_chunks, limits, counts[block])
        return counts
