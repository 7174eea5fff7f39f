"""Border cells of a grid divided into small ones: where no edge passes, these answer at once, too.

A table of one code for every cell answers for 97 points of 100. A cell that a border crosses has a block of 64 small
ones, one line of the processor's cache, which answer for most of the others: one point in 200 is left.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from geo.edges import FloatArray
from geo.grid_frame import Frame, cells_touched

SPLIT = 8  # small cells along a side of a cell; a power of two, so that both sizes round alike
MOST_BLOCKS = 65_536  # 4 MB: more would not stay near the processor, and take long to make


def small_codes(
    border: NDArray[np.signedinteger],
    frame: Frame,
    ends: FloatArray,
    undecided: np.unsignedinteger,
    code_at: Callable[[FloatArray, FloatArray], NDArray[np.int32]],
) -> NDArray[np.unsignedinteger]:
    """Codes of the small cells of all border cells.

    Parameters
    ----------
    border
        Number of every border cell, less than 0 for the others, shape (cells,): numbers rise with the cells.
    frame
        Where the cells lie.
    ends
        All edges, shape (n, 4).
    undecided
        Code of a small cell that an edge touches; the codes have its type.
    code_at
        Code of places in no such cell, from their x and y.

    Returns
    -------
    numpy.ndarray
        Shape (border cells, SPLIT * SPLIT), row by row; (0, SPLIT * SPLIT) if they are more than `MOST_BLOCKS`.
    """
    parent = np.flatnonzero(border >= 0)
    if not 0 < len(parent) <= MOST_BLOCKS:
        return np.empty((0, SPLIT * SPLIT), dtype=undecided.dtype)
    crossed = _crossed(border, frame, ends, len(parent))
    # no edge passes between neighbours that none touches: they lie in one polygon, and the first speaks for all
    first = ~crossed
    first[:, :, 1:] &= crossed[:, :, :-1]
    place = np.flatnonzero(first)
    block, at = np.divmod(place, SPLIT * SPLIT)
    x = frame.x0 + (parent[block] % frame.columns + (at % SPLIT + 0.5) / SPLIT) / frame.per_m
    y = frame.y0 + (parent[block] // frame.columns + (at // SPLIT + 0.5) / SPLIT) / frame.per_m
    spoken_for = np.repeat(code_at(x, y), np.diff(place, append=first.size))
    codes = np.full(crossed.shape, undecided)
    codes.ravel()[first.size - len(spoken_for) :] = spoken_for
    codes[crossed] = undecided
    return codes.reshape(len(parent), -1)


def _crossed(border: NDArray[np.signedinteger], frame: Frame, ends: FloatArray, blocks: int) -> NDArray[np.bool_]:
    """Whether an edge touches a small cell, shape (blocks, SPLIT, SPLIT)."""
    fine = Frame(frame.x0, frame.y0, frame.per_m * SPLIT, frame.columns * SPLIT, frame.rows * SPLIT)
    row, column = cells_touched(ends, fine)
    block = border[row // SPLIT * frame.columns + column // SPLIT]
    inside = block >= 0  # elsewhere a polygon that comes earlier covers the cell
    crossed = np.zeros((blocks, SPLIT, SPLIT), dtype=np.bool_)
    crossed[block[inside], row[inside] % SPLIT, column[inside] % SPLIT] = True
    return crossed
