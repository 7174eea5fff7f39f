"""Distances from many points to many points: k nearest, how many in reach, any in reach."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.edges import FloatArray, planar
from geo.errors import ParameterError
from geo.pieces import cloud, dots, slack
from geo.shape_index import ShapeIndex, blocks


@dataclass(frozen=True)
class PointIndex(ShapeIndex):
    """An index over points in a plane in metres; immutable. Use :meth:`build`.

    Attributes
    ----------
    pieces, shapes
        The points as edges of no length, those without coordinates left out: about 110 bytes per point.
    """

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
        return cls(*dots(*planar(x, y)))

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
        from geo import kernels_nearest  # noqa: PLC0415 - numba takes half a second to import

        if k < 1:
            msg = "at least one neighbour must be asked for"
            raise ParameterError(msg, code="parameter", where=f"k {k}")
        east, north = planar(x, y)
        where = np.full((len(east), k), -1, dtype=np.int32)
        metres = np.full((len(east), k), np.inf)
        for block in blocks(len(east)):
            points = cloud(east[block], north[block], np.ones(block.stop - block.start, dtype=np.bool_))
            if len(points.at) and len(self.pieces.owner):
                kernels_nearest.k_nearest(points, self.pieces, slack(points, self.pieces), where[block], metres[block])
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
