"""Many circles whose union is wanted: which of them can be seen in it at all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
CELLS_PER_RADIUS = 4
MOST_CELLS = 250_000
OFTEN = 3.0  # circles over a place, on average: with fewer, nearly all can be seen
HALF_DIAGONAL = float(np.sqrt(0.5))


@dataclass(frozen=True, kw_only=True)
class Circles:
    """Circles in a plane in metres.

    Attributes
    ----------
    x, y, radius
        Centres and radii, 0 or more; shape (n,).
    """

    x: FloatArray
    y: FloatArray
    radius: FloatArray

    def holds(self, x: FloatArray, y: FloatArray, *, depth_m: float = 0.0) -> NDArray[np.bool_]:
        """Whether each point lies in some circle, at least so deep.

        The cost grows with the number of different radii.

        Parameters
        ----------
        x, y
            Metres, shape (k,).
        depth_m
            Metres from the circle's rim.

        Returns
        -------
        numpy.ndarray
            Shape (k,).
        """
        from scipy.spatial import cKDTree  # noqa: PLC0415 - the app starts without scipy

        found = np.zeros(len(x), dtype=np.bool_)
        for radius in np.unique(self.radius[self.radius >= depth_m])[::-1]:
            same = self.radius == radius
            open_now = np.flatnonzero(~found)
            tree = cKDTree(np.column_stack([self.x[same], self.y[same]]))
            gap, _ = tree.query(
                np.column_stack([x[open_now], y[open_now]]), distance_upper_bound=radius - depth_m + 1e-6
            )
            found[open_now] = gap <= radius - depth_m
        return found

    def mattering(self, bounds: FloatArray) -> NDArray[np.bool_]:
        """Which circles touch anything within bounds that no single circle surely covers.

        The frame is cut into square cells. A cell that lies in one circle is covered; a circle that touches covered
        cells alone adds nothing to the border of the union. The union of the others has the same border, and holes
        beside: a hole is one in truth if `holds` says so of none of its points.

        Parameters
        ----------
        bounds
            West, south, east, north of what is looked at, metres, shape (4,).

        Returns
        -------
        numpy.ndarray
            Shape (n,). All of them where they lie over a place less than three times on average.
        """
        from scipy.spatial import cKDTree  # noqa: PLC0415 - the app starts without scipy

        west, south, east, north = bounds
        area = (east - west) * (north - south)
        if not area > 0 or np.pi * (self.radius**2).sum() < OFTEN * area:
            return np.ones(len(self.radius), dtype=np.bool_)
        side = max(float(np.median(self.radius)) / CELLS_PER_RADIUS, float(np.sqrt(area / MOST_CELLS)))
        columns, rows = np.arange(west + side / 2, east + side, side), np.arange(south + side / 2, north + side, side)
        x, y = np.tile(columns, len(rows)), np.repeat(rows, len(columns))
        bare = ~self.holds(x, y, depth_m=side * HALF_DIAGONAL)
        if not bare.any():
            return np.zeros(len(self.radius), dtype=np.bool_)
        gap, _ = cKDTree(np.column_stack([x[bare], y[bare]])).query(np.column_stack([self.x, self.y]))
        return np.asarray(gap <= self.radius + side * (HALF_DIAGONAL + 1e-6))
