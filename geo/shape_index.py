"""What indexes over shapes have in common: how many shapes lie within a radius, or whether any does."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from geo.edges import FloatArray
from geo.metres import check_radius

BLOCK = 1_048_576  # points at a time: working memory stays near 40 MB however many there are


class ShapeIndex(ABC):
    """Shapes in a plane in metres that can be counted within a radius."""

    @abstractmethod
    def _counted(self, x: FloatArray, y: FloatArray, radius_m: float, *, most: int | None) -> NDArray[np.int64]:
        """Count the shapes within a radius; counts of ``most`` and more may be cut at ``most``."""

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
            If the radius is not one (`geo.metres.check_radius`), or x and y differ in shape.
        """
        check_radius(radius_m)
        return self._counted(x, y, radius_m, most=None)

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
            If the radius is not one (`geo.metres.check_radius`), or x and y differ in shape.
        """
        check_radius(radius_m)
        return self._counted(x, y, radius_m, most=1) > 0


def blocks(count: int) -> Iterator[slice]:
    """Slices of at most BLOCK points that cover ``count`` of them.

    Parameters
    ----------
    count
        How many points there are.
    """
    for low in range(0, count, BLOCK):
        yield slice(low, min(low + BLOCK, count))
