"""How many points lie in each district, counted while they pass by: no list of districts by point is ever made.

Cells of two sizes answer for 99 points of 100. The others are put aside until there are many, so that what they need
stays in the processor's cache, and are then placed by ``PolygonGrid``, exactly.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scale.geoparquet import Points, check_degrees
from geo.polygon_grid import PolygonGrid

ROOM = 524_288  # points put aside: 8 MB

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many points were counted.

    Attributes
    ----------
    n
        Outside of all districts, then the districts in order, shape (d + 1,).
    rows, unplaced
        All rows; those without a position, which are in no group.
    """

    n: IntArray
    rows: int
    unplaced: int


@dataclass(frozen=True, kw_only=True)
class Counter:
    """Districts, polygons in WGS-84 degrees, ready to be counted in."""

    grid: PolygonGrid

    def count(self, batches: Iterable[Points]) -> Counts:
        """Count all points of all batches of one file, held one at a time.

        Raises
        ------
        SchemaError
            If a number is no degree.
        """
        from geo import kernels_tally  # noqa: PLC0415 - numba takes half a second to import

        counts, rest = np.zeros(len(self.grid.polygons) + 2, dtype=np.int64), np.empty((2, ROOM + 1))
        rows, unplaced, end, where = 0, 0, 0, ""
        for points in batches:
            rows, where = rows + len(points.lon), points.where
            for low in range(0, len(points.lon), ROOM):
                lon, lat = points.lon[low : low + ROOM], points.lat[low : low + ROOM]
                if end + len(lon) > ROOM:
                    unplaced += self._settle(rest[:, :end], counts, where)
                    end = 0
                end = kernels_tally.tally_large(lon, lat, self.grid.frame, self.grid.tables, counts, rest, end)
        unplaced += self._settle(rest[:, :end], counts, where)
        return Counts(n=counts[:-1], rows=rows, unplaced=unplaced)

    def _settle(self, aside: FloatArray, counts: IntArray, where: str) -> int:
        """Count what was put aside; say how many have no position."""
        from geo import kernels_tally  # noqa: PLC0415 - as above

        lon, lat = aside
        rest = np.empty((2, len(lon) + 1))
        lon, lat = rest[:, : kernels_tally.tally_small(lon, lat, self.grid.frame, self.grid.tables, counts, rest)]
        check_degrees(lon, lat, where=where)  # all cells lie in degrees: what does not is left here
        unplaced = int(np.count_nonzero(np.isnan(lon) | np.isnan(lat)))
        counts[:-1] += np.bincount(self.grid.locate(lon, lat) + 1, minlength=len(counts) - 1)
        counts[0] -= unplaced  # the grid finds them outside
        return unplaced
