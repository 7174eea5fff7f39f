"""Where two large sides meet: square cells, joined to tiles of about equal weight, and the halo round each tile.

A cell is wider than the largest distance that is asked for. Whatever lies within that distance of a point
lies in its cell or one of the 8 round it; so a tile that is given the right side's points of its own cells, and of
the halo that its neighbours hold within that distance, can answer for all its left points alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

SMALLEST_CELL_M = 1_000.0
ROUNDING = 1e-6  # metres, and share of the distance: the halo reaches a little farther than the question
HALF = 32  # bits of a key for each of column and row

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Cells:
    """How many points every cell holds.

    Attributes
    ----------
    key
        Cells in ascending order, each once, shape (c,).
    left, right
        Points of each side, shape (c,).
    """

    key: IntArray
    left: IntArray
    right: IntArray


@dataclass(frozen=True, kw_only=True)
class Tiling:
    """Which tile every cell belongs to.

    Attributes
    ----------
    size_m, reach_m
        Width of a cell; how far the halo reaches.
    key, tile
        Cells in ascending order and the number of their tile, shape (c,).
    """

    size_m: float
    reach_m: float
    key: IntArray
    tile: IntArray

    @cached_property
    def count(self) -> int:
        """How many tiles there are."""
        return int(self.tile.max(initial=-1)) + 1

    def of(self, x: FloatArray, y: FloatArray) -> IntArray:
        """Tile of each position, -1 where no left point is near."""
        if not len(self.key):
            return np.full(len(x), -1, dtype=np.int64)
        key = cell_keys(x, y, self.size_m)
        at = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return np.where(self.key[at] == key, self.tile[at], -1)

    def with_halo(self, x: FloatArray, y: FloatArray) -> tuple[IntArray, IntArray]:
        """Every pair of a point's position in the arrays and a tile that needs it, tile by tile.

        The nine positions a reach away touch every cell that the square of that reach touches, because a cell is
        wider.
        """
        steps = (-self.reach_m, 0.0, self.reach_m)
        tiles = np.stack([self.of(x + east, y + north) for east in steps for north in steps], axis=1)
        pairs = tiles * np.int64(len(x)) + np.arange(len(x))[:, None]
        wanted = np.unique(pairs[tiles >= 0])
        return wanted % max(len(x), 1), wanted // max(len(x), 1)


def cell_size(reach_m: float) -> float:
    """Width of a cell for a largest distance: greater than the halo's reach by more than rounding, never tiny."""
    return max(SMALLEST_CELL_M, padded(padded(reach_m)))


def padded(reach_m: float) -> float:
    """The distance with what rounding may add."""
    return reach_m * (1 + ROUNDING) + ROUNDING


def cell_keys(x: FloatArray, y: FloatArray, size_m: float) -> IntArray:
    """A whole number for the cell of each position, shape (n,)."""
    column, row = np.floor(x / size_m).astype(np.int64), np.floor(y / size_m).astype(np.int64)
    return (column << HALF) + row + (1 << (HALF - 1))


def count_cells(x: FloatArray, y: FloatArray, *, size_m: float, side: str) -> Cells:
    """Count the points of one side by cell."""
    key, count = np.unique(cell_keys(x, y, size_m), return_counts=True)
    none = np.zeros_like(count)
    return Cells(key=key, left=count if side == "left" else none, right=none if side == "left" else count)


def merge_cells(found: Sequence[Cells]) -> Cells:
    """The counts of all."""
    key, at = np.unique(np.concatenate([each.key for each in found]), return_inverse=True)
    sums = [
        np.bincount(at, weights=np.concatenate(side), minlength=len(key)).astype(np.int64)
        for side in ([each.left for each in found], [each.right for each in found])
    ]
    return Cells(key=key, left=sums[0], right=sums[1])


def tiling(cells: Cells, *, reach_m: float, rows_per_tile: int) -> Tiling:
    """Join neighbouring cells to tiles of at most so many rows of both sides; one cell is never divided.

    Cells are taken along Morton's curve, so that a tile is compact and its halo small. Cells without left points
    belong to no tile: nothing is asked there.
    """
    asked = np.flatnonzero(cells.left > 0)
    key = cells.key[asked]
    rows = (cells.left + cells.right)[asked]
    tile = np.empty(len(key), dtype=np.int64)
    number, held = 0, 0
    for at in np.argsort(_morton(key), kind="stable").tolist():
        if held and held + rows[at] > rows_per_tile:
            number, held = number + 1, 0
        tile[at] = number
        held += int(rows[at])
    return Tiling(size_m=cell_size(reach_m), reach_m=padded(reach_m), key=key, tile=tile)


def _morton(key: IntArray) -> NDArray[np.uint64]:
    """Place of each cell on Morton's curve: the bits of column and row in turn."""
    if not len(key):
        return np.empty(0, dtype=np.uint64)
    column, row = key >> HALF, key & ((1 << HALF) - 1)
    return _spread(column - column.min()) << np.uint64(1) | _spread(row - row.min())


def _spread(number: IntArray) -> NDArray[np.uint64]:
    """Put a zero after every one of the lower 32 bits."""
    bits = number.astype(np.uint64)
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333), (1, 0x5555555555555555),
    ):  # fmt: skip
        bits = (bits | bits << np.uint64(shift)) & np.uint64(mask)
    return bits
