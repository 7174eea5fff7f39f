"""How many points lie in each district, counted while they pass by: no list of districts by point is ever made.

A table of one byte for every cell of a coarse grid stays in the processor's own cache; it answers for 96 points of 100.
The others, near a border, are put aside until there are many, so that what they need stays in the cache too: then a
finer table answers for most, and the last one in a hundred is placed by ``PolygonGrid``, exactly.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scale.geoparquet import Points, check_degrees
from geo.polygon_grid import Frame, PolygonGrid

COARSE, FINE = 512, 2_048  # cells along the longer side: tables of 0.2 and 4 MB
ROOM = 131_072  # points put aside: 2 MB

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Level:
    """A grid as codes.

    Attributes
    ----------
    codes
        0 for no district, then the districts in order, then "undecided"; an entry for every cell, and one more, which
        is undecided too: for what lies in no cell.
    """

    frame: Frame
    codes: NDArray[np.unsignedinteger]

    @classmethod
    def of(cls, grid: PolygonGrid) -> "Level":
        """Codes of a grid's cells."""
        cell, undecided = grid.tables.cell, len(grid.polygons) + 1
        codes = np.full(len(cell) + 1, undecided, dtype=np.min_scalar_type(undecided))
        np.add(cell, 1, out=codes[:-1], where=cell >= -1, casting="unsafe")
        return cls(frame=grid.frame, codes=codes)


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
    """Districts, ready to be counted in. Use :meth:`build`."""

    coarse: Level
    fine: Level
    grid: PolygonGrid

    @classmethod
    def build(cls, districts: NDArray[np.object_]) -> "Counter":
        """Index districts, polygons in WGS-84 degrees, shape (d,)."""
        grid = PolygonGrid.build(districts, cells=COARSE)
        return cls(coarse=Level.of(grid), fine=Level.of(PolygonGrid.build(districts, cells=FINE)), grid=grid)

    def count(self, batches: Iterable[Points]) -> Counts:
        """Count all points of all batches, held one at a time.

        Raises
        ------
        SchemaError
            If a number is no degree.
        """
        from geo import kernels_tally  # noqa: PLC0415 - numba takes half a second to import

        counts, rest = np.zeros(len(self.grid.polygons) + 2, dtype=np.int64), np.empty((2, ROOM + 1))
        rows, unplaced, end = 0, 0, 0
        for points in batches:
            rows += len(points.lon)
            for low in range(0, len(points.lon), ROOM):
                lon, lat = points.lon[low : low + ROOM], points.lat[low : low + ROOM]
                if end + len(lon) > ROOM:
                    unplaced += self._settle(rest[:, :end], counts)
                    end = 0
                start = end
                end = kernels_tally.tally_cells(lon, lat, self.coarse.frame, self.coarse.codes, counts, rest, start)
                check_degrees(rest[0, start:end], rest[1, start:end], where=points.where)  # all cells lie in degrees
        unplaced += self._settle(rest[:, :end], counts)
        return Counts(n=counts[:-1], rows=rows, unplaced=unplaced)

    def _settle(self, aside: FloatArray, counts: IntArray) -> int:
        """Count what was put aside; say how many have no position."""
        from geo import kernels_tally  # noqa: PLC0415 - as above

        rest = np.empty((2, aside.shape[1] + 1))
        end = kernels_tally.tally_cells(aside[0], aside[1], self.fine.frame, self.fine.codes, counts, rest, 0)
        lon, lat = rest[:, :end]
        unplaced = int(np.count_nonzero(np.isnan(lon) | np.isnan(lat)))
        counts[:-1] += np.bincount(self.grid.locate(lon, lat) + 1, minlength=len(counts) - 1)
        counts[0] -= unplaced  # the grid finds them outside
        return unplaced
