"""What indexes over shapes have in common: how many shapes lie within a radius, or whether any does."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.edges import FloatArray, planar
from geo.errors import ParameterError
from geo.pieces import Pieces, Shapes, cloud, slack

BLOCK = 1_048_576  # points at a time: working memory stays near 40 MB however many there are


@dataclass(frozen=True)
class ShapeIndex:
    """Shapes in a plane in metres, cut into pieces; immutable.

    Attributes
    ----------
    pieces, shapes
        The shapes' edges, and circles round them.
    """

    pieces: Pieces
    shapes: Shapes

    def count_within(self, x: FloatArray, y: FloatArray, radius_m: float) -> NDArray[np.int64]:
        """How many shapes lie within a radius of each point, each counted once.

        Parameters
        ----------
        x, y
            Metres in the shapes' plane, shape (n,).
        radius_m
            Metres, greater than 0 and finite; a shape at exactly this distance counts.

        Returns
        -------
        numpy.ndarray
            Shape (n,), order of the points; 0 where a coordinate is not finite.

        Raises
        ------
        ParameterError
            If the radius is not greater than 0, or x and y differ in shape.
        """
        return counted(x, y, (self.shapes, self.pieces), radius_m=checked_radius(radius_m), most=len(self.pieces.owner))

    def any_within(self, x: FloatArray, y: FloatArray, radius_m: float) -> NDArray[np.bool_]:
        """Whether any shape lies within a radius of each point; stops at the first.

        Parameters
        ----------
        x, y, radius_m
            As for :meth:`count_within`.

        Returns
        -------
        numpy.ndarray
            Shape (n,), order of the points; False where a coordinate is not finite.

        Raises
        ------
        ParameterError
            If the radius is not greater than 0, or x and y differ in shape.
        """
        return counted(x, y, (self.shapes, self.pieces), radius_m=checked_radius(radius_m), most=1) > 0


def checked_radius(radius_m: float) -> float:
    """A radius as it was given, if it is one.

    Parameters
    ----------
    radius_m
        Metres.

    Raises
    ------
    ParameterError
        If it is not greater than 0 and finite.
    """
    if not 0 < radius_m < np.inf:
        msg = "a radius must be greater than 0 m"
        raise ParameterError(msg, code="radius", where=str(radius_m))
    return radius_m


def blocks(count: int) -> Iterator[slice]:
    """Slices of at most BLOCK points that cover ``count`` of them.

    Parameters
    ----------
    count
        How many points there are.
    """
    for low in range(0, count, BLOCK):
        yield slice(low, min(low + BLOCK, count))


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
            limits = np.array([radius_m, slack(points, among[1]), most], dtype=np.float64)
            kernels_within.within(points, *among, limits, counts[block])
    return counts
