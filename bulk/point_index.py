"""Distances from many points to many points: k nearest, how many in reach."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bulk import kernels_points
from bulk.edge_chunks import Points, blocks, finite_points, slack
from bulk.projection import planar
from geo.crs import check_radius
from geo.edges import FloatArray
from geo.errors import ParameterError

SIDE = 65_535  # steps along each side of the curve that orders the points
# Spreads the bits of a number so that those of another fit between: shift, and what to keep after it.
SPREAD = ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555))


@dataclass(frozen=True)
class PointIndex:
    """An index over points in a plane in metres; immutable. Use :meth:`build`.

    Attributes
    ----------
    spots
        The points, those without coordinates left out, along Morton's curve, so that what lies near lies near in
        memory too; ``at`` is the position that each was given with. 20 bytes per point.
    """

    spots: Points

    @classmethod
    def build(cls, x: FloatArray, y: FloatArray) -> "PointIndex":
        """Index points.

        Parameters
        ----------
        x, y
            Metres in ``geo.crs.LOCAL`` (or another plane), shape (n,). A point with a coordinate that is
            not finite keeps its position and is never found.

        Raises
        ------
        ParameterError
            If x and y differ in shape.
        """
        east, north = planar(x, y)
        given = finite_points(east, north, np.ones(len(east), dtype=np.bool_))
        order = _along_curve(given.x, given.y)
        return cls(Points(given.x[order], given.y[order], given.at[order]))

    def k_nearest(self, x: FloatArray, y: FloatArray, *, k: int) -> tuple[NDArray[np.int32], FloatArray]:
        """The k nearest points of each point, Euclidean.

        Parameters
        ----------
        x, y
            Metres in the same plane, shape (n,).
        k
            At least 1.

        Returns
        -------
        position, distance
            Shape (n, k) both, rows in the order of the points, by distance and then by position.
            -1 and infinity where there are fewer than k, or a coordinate is not finite.

        Raises
        ------
        ParameterError
            If k is less than 1, or x and y differ in shape.
        """
        if k < 1:
            msg = "at least one neighbour must be asked for"
            raise ParameterError(msg, code="parameter", where=f"k {k}")
        east, north = planar(x, y)
        where = np.full((len(east), k), -1, dtype=np.int32)
        metres = np.full((len(east), k), np.inf)
        for block in blocks(len(east)):
            points = finite_points(east[block], north[block], np.ones(block.stop - block.start, dtype=np.bool_))
            if len(points.at) and len(self.spots.at):
                kernels_points.k_nearest(points, self.spots, self._slack(points), where[block], metres[block])
        return where, metres

    def count_within(self, x: FloatArray, y: FloatArray, radius_m: float) -> NDArray[np.int64]:
        """How many points of the index lie within a radius of each point.

        Parameters
        ----------
        x, y
            Metres in the same plane, shape (n,).
        radius_m
            Metres, greater than 0 and finite; a point at exactly this distance counts.

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
            if len(points.at) and len(self.spots.at):
                limits = np.array([radius_m, self._slack(points)], dtype=np.float64)
                kernels_points.count_within(points, self.spots, limits, counts[block])
        return counts

    def _slack(self, points: Points) -> float:
        return slack(points, self.spots.x, self.spots.y)


def _along_curve(x: FloatArray, y: FloatArray) -> NDArray[np.int64]:
    """Order of points along Morton's curve (Z-order, Morton 1966)."""
    if not len(x):
        return np.zeros(0, dtype=np.int64)
    code = np.zeros(len(x), dtype=np.uint32)
    for place, values in enumerate((x, y)):
        low = float(values.min())
        wide = float(values.max()) / 2 - low / 2  # halves: the difference of two large numbers may overflow
        step = ((values / 2 - low / 2) / wide * SIDE if wide > 0 else np.zeros(len(values))).astype(np.uint32)
        for shift, kept in SPREAD:
            step = (step | (step << np.uint32(shift))) & np.uint32(kept)
        code |= step << np.uint32(place)
    return np.argsort(code, kind="stable")
