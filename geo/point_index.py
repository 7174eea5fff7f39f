"""Distances from many points to many points: k nearest, how many in reach, any in reach."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.edges import FloatArray, planar
from geo.errors import ParameterError
from geo.metres import check_radius
from geo.pieces import Cloud, cloud, slack
from geo.shape_index import ShapeIndex, blocks

SIDE = 65_535  # steps along each side of the curve that orders the points
# Spreads the bits of a number so that those of another fit between: shift, and what to keep after it.
SPREAD = ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555))


@dataclass(frozen=True)
class PointIndex(ShapeIndex):
    """An index over points in a plane in metres; immutable. Use :meth:`build`.

    Attributes
    ----------
    spots
        The points, those without coordinates left out, along Morton's curve, so that what lies near lies near in
        memory too; ``at`` is the position that each was given with. 20 bytes per point.
    """

    spots: Cloud

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
        given = cloud(east, north, np.ones(len(east), dtype=np.bool_))
        order = _along_curve(given.x, given.y)
        return cls(Cloud(given.x[order], given.y[order], given.at[order]))

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
        from geo import kernels_points  # noqa: PLC0415 - numba takes half a second to import

        if k < 1:
            msg = "at least one neighbour must be asked for"
            raise ParameterError(msg, code="parameter", where=f"k {k}")
        east, north = planar(x, y)
        where = np.full((len(east), k), -1, dtype=np.int32)
        metres = np.full((len(east), k), np.inf)
        for block in blocks(len(east)):
            points = cloud(east[block], north[block], np.ones(block.stop - block.start, dtype=np.bool_))
            if len(points.at) and len(self.spots.at):
                kernels_points.k_nearest(points, self.spots, self._slack(points), where[block], metres[block])
        return where, metres

    def nearest(self, x: FloatArray, y: FloatArray) -> tuple[NDArray[np.int32], FloatArray]:
        """The nearest point of each point and its distance.

        Parameters
        ----------
        x, y
            Metres in the same plane, shape (n,).

        Returns
        -------
        position, distance
            Shape (n,) both; of equally near ones the lowest position. -1 and infinity where there is none.

        Raises
        ------
        ParameterError
            If x and y differ in shape.
        """
        where, metres = self.k_nearest(x, y, k=1)
        return where[:, 0], metres[:, 0]

    def count_bounds(
        self, x: FloatArray, y: FloatArray, radius_m: float, *, accuracy_m: FloatArray, own_accuracy_m: FloatArray
    ) -> NDArray[np.int64]:
        """How many points lie within a radius of each point at the worst, as drawn and at the best.

        Parameters
        ----------
        x, y
            Metres in the same plane, shape (n,).
        radius_m
            Metres, greater than 0 and finite; a point at exactly this distance counts.
        accuracy_m
            The true place of each point lies within so many metres, shape (n,).
        own_accuracy_m
            The same of the points of the index, in the order in which they were given, shape (m,).

        Returns
        -------
        numpy.ndarray
            Shape (n, 3): distance + both accuracies, distance, distance - both accuracies within the radius. 0 where a
            coordinate is not finite.

        Raises
        ------
        ParameterError
            If the radius is not one (`geo.metres.check_radius`), or the columns differ in shape.
        """
        from geo import kernels_bounds  # noqa: PLC0415 - numba takes half a second to import

        check_radius(radius_m)
        (east, north), (_, accuracy) = planar(x, y), planar(x, accuracy_m)
        vague = np.ascontiguousarray(own_accuracy_m, dtype=np.float64)[self.spots.at]
        counts = np.zeros((len(east), 3), dtype=np.int64)
        for block in blocks(len(east)):
            points = cloud(east[block], north[block], np.ones(block.stop - block.start, dtype=np.bool_))
            if len(points.at) and len(self.spots.at):
                limits = np.array([radius_m, self._slack(points)], dtype=np.float64)
                kernels_bounds.count_bounds(points, accuracy[block], self.spots, vague, limits, counts[block])
        return counts

    def least_bounds(self, x: FloatArray, y: FloatArray, *, own_accuracy_m: FloatArray) -> FloatArray:
        """How far the nearest point is at the worst, as drawn and at the best.

        Parameters
        ----------
        x, y
            Metres in the same plane, shape (n,).
        own_accuracy_m
            The true place of each point of the index lies within so many metres, in the order given, shape (m,).

        Returns
        -------
        numpy.ndarray
            Shape (n, 3): the least of distance + accuracy, of distance, of distance - accuracy. Infinite where there is
            no point, or a coordinate is not finite.

        Raises
        ------
        ParameterError
            If x and y differ in shape.
        """
        from geo import kernels_bounds  # noqa: PLC0415 - numba takes half a second to import

        east, north = planar(x, y)
        vague = np.ascontiguousarray(own_accuracy_m, dtype=np.float64)[self.spots.at]
        least = np.full((len(east), 3), np.inf)
        for block in blocks(len(east)):
            points = cloud(east[block], north[block], np.ones(block.stop - block.start, dtype=np.bool_))
            if len(points.at) and len(self.spots.at):
                kernels_bounds.least_bounds(points, self.spots, vague, self._slack(points), least[block])
        return least

    def _counted(self, x: FloatArray, y: FloatArray, radius_m: float, *, most: int | None) -> NDArray[np.int64]:
        from geo import kernels_points  # noqa: PLC0415 - numba takes half a second to import

        east, north = planar(x, y)
        counts = np.zeros(len(east), dtype=np.int64)
        for block in blocks(len(east)):
            points = cloud(east[block], north[block], np.ones(block.stop - block.start, dtype=np.bool_))
            if len(points.at) and len(self.spots.at):
                limits = np.array([radius_m, self._slack(points), most or len(self.spots.at)], dtype=np.float64)
                kernels_points.count_within(points, self.spots, limits, counts[block])
        return counts

    def _slack(self, points: Cloud) -> float:
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
