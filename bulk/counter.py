"""How many points lie in each district, counted while they pass by: no list of districts by point is ever made.

Large cells answer for 96 points of 100. What they leave is put aside until there is much of it, so that what comes next
stays in the processor's cache: small cells and the chords that divide them. What these leave, one point in 1,700, is
put aside again, until ``PolygonGrid`` places it exactly.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bulk import kernels_tally
from bulk.geoparquet import Points, check_degrees
from bulk.polygon_grid import PolygonGrid

ROOM = 393_216  # points put aside: 6 MB
PIECE = ROOM // 3  # of them that are looked at more closely at a time

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
        """Count all points of all batches, held one at a time.

        Raises
        ------
        SchemaError
            If a number is no degree.
        """
        passing = _Passing(self.grid)
        for points in batches:
            passing.add(points)
        return passing.counted()


class _Passing:
    """Points that pass by: those counted, those put aside by the large cells, those put aside by the small ones."""

    def __init__(self, grid: PolygonGrid) -> None:
        self.grid = grid
        self.code = _edge_undecided(grid)
        codes = len(grid.polygons) + 2
        self.pairs, self.counts = np.zeros((codes, codes + 1), dtype=np.int64), np.zeros(codes, dtype=np.int64)
        self.rows, self.unplaced = 0, 0
        self.aside, self.end = np.empty((2, ROOM + 1)), 0
        self.files: list[tuple[str, int]] = []  # whose those put aside are, from where on
        self.close, self.close_end = np.empty((2, 2 * PIECE + 1)), 0

    def add(self, points: Points) -> None:
        """Count what lies in a large cell that no border crosses."""
        self.rows += len(points.lon)
        for low in range(0, len(points.lon), ROOM):
            lon, lat = points.lon[low : low + ROOM], points.lat[low : low + ROOM]
            if self.end + len(lon) > ROOM:
                self._settle()
            if not self.files or self.files[-1][0] != points.where:
                self.files.append((points.where, self.end))
            self.end = kernels_tally.tally_large(lon, lat, self.grid.frame, self.code, self.pairs, self.aside, self.end)

    def counted(self) -> Counts:
        """All of them, by district."""
        self._settle()
        self._place()
        every = self.counts + self.pairs.sum(axis=1) + self.pairs[:, :-1].sum(axis=0)
        return Counts(n=every[:-1], rows=self.rows, unplaced=self.unplaced)

    def _settle(self) -> None:
        """Count by small cells and chords what was put aside."""
        for (where, low), (_, high) in pairwise([*self.files, ("", self.end)]):
            # what is no degree lies in no cell: it is here
            check_degrees(*self.aside[:, low:high], where=where)
        for low in range(0, self.end, PIECE):
            lon, lat = self.aside[:, low : min(low + PIECE, self.end)]
            if self.close_end + len(lon) > 2 * PIECE:
                self._place()
            self.close_end = kernels_tally.tally_small(
                lon, lat, self.grid.frame, self.grid.tables, self.counts, self.close, self.close_end
            )
        self.end, self.files = 0, []

    def _place(self) -> None:
        """Place what the small cells put aside."""
        lon, lat = self.close[:, : self.close_end]
        nowhere = int(np.count_nonzero(np.isnan(lon) | np.isnan(lat)))
        self.counts[:-1] += np.bincount(self.grid.locate(lon, lat) + 1, minlength=len(self.counts) - 1)
        self.counts[0] -= nowhere  # the grid finds them outside
        self.unplaced += nowhere
        self.close_end = 0


def _edge_undecided(grid: PolygonGrid) -> NDArray[np.unsignedinteger]:
    """Codes of the cells, the first row and column undecided: what is no number may seem to lie there."""
    code = grid.tables.code.copy()
    cells = code[:-1].reshape(grid.frame.rows, grid.frame.columns)
    cells[0], cells[:, 0] = code[-1], code[-1]
    return code
