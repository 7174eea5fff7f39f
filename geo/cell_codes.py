"""Cells of two sizes as codes, for counting points while they pass by.

A table of one byte for every large cell stays in the processor's own cache; it answers for 96 points of 100. A large
cell that a border crosses has a block of 64 small ones, which answer for most of the others: one point in 200 is left.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.edges import edges
from geo.grid_frame import Frame, cells_touched
from geo.polygon_grid import PolygonGrid

SPLIT = 8  # small cells along a side of a large one; a power of two, so that both sizes round alike


class CellCodes(NamedTuple):
    """What the kernel reads. Code 0: no polygon; then the polygons in order; the last code: undecided.

    ``frame``: of the large cells. ``large`` (cells + 1,): code of each, and "undecided" for what lies in no cell.
    ``block`` (cells,): block of each undecided cell, less than 0 for the others. ``small`` (blocks, SPLIT * SPLIT):
    codes of small cells, row by row.
    """

    frame: Frame
    large: NDArray[np.unsignedinteger]
    block: NDArray[np.signedinteger]
    small: NDArray[np.unsignedinteger]


def cell_codes(grid: PolygonGrid) -> CellCodes:
    """Codes of a grid's cells and of what they are divided into.

    Parameters
    ----------
    grid
        The large cells.
    """
    tables = grid.tables
    large = np.append(tables.code, tables.code.dtype.type(tables.bordered))
    return CellCodes(frame=grid.frame, large=large, block=tables.border, small=_small(grid))


def _small(grid: PolygonGrid) -> NDArray[np.unsignedinteger]:
    """Where no edge passes, neighbours in a row lie in one polygon: the middle of the first speaks for all of them."""
    frame, border, undecided = grid.frame, grid.tables.border, grid.tables.bordered
    fine = Frame(frame.x0, frame.y0, frame.per_m * SPLIT, frame.columns * SPLIT, frame.rows * SPLIT)
    parent = np.flatnonzero(border >= 0)
    row, column = cells_touched(edges(grid.polygons).ends, fine)
    block = border[row // SPLIT * frame.columns + column // SPLIT]
    inside = block >= 0  # elsewhere a polygon that comes earlier covers the large cell
    crossed = np.zeros((len(parent), SPLIT, SPLIT), dtype=np.bool_)
    crossed[block[inside], row[inside] % SPLIT, column[inside] % SPLIT] = True
    first = ~crossed
    first[:, :, 1:] &= crossed[:, :, :-1]
    place = np.flatnonzero(first)
    block, at = np.divmod(place, SPLIT * SPLIT)
    x = fine.x0 + (parent[block] % frame.columns * SPLIT + at % SPLIT + 0.5) / fine.per_m
    y = fine.y0 + (parent[block] // frame.columns * SPLIT + at // SPLIT + 0.5) / fine.per_m
    spoken_for = np.repeat(grid.locate(x, y) + 1, np.diff(place, append=first.size))
    codes = np.full(crossed.shape, undecided, dtype=grid.tables.code.dtype)
    codes.ravel()[first.size - len(spoken_for) :] = spoken_for
    codes[crossed] = undecided
    return codes.reshape(len(parent), -1)
