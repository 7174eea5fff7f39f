"""Border cells of a grid divided into small ones: where no edge passes, these answer at once, too.

A table of one code for every cell answers for 96 points of 100. A cell that a border crosses has a block of 64 small
ones, one line of the processor's cache, which answer for most of the others: one point in 175 is left. Nine of ten of
these lie in a small cell that one edge alone divides: the side that they lie on tells.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.edges import FloatArray
from geo.grid_frame import Frame

SPLIT = 8  # small cells along a side of a cell; a power of two, so that both sizes round alike
MOST_BLOCKS = 65_536  # 20 MB: more would not stay near the processor, and take long to make


class SmallCells(NamedTuple):
    """What border cells are divided into.

    Attributes
    ----------
    small
        Codes of the small cells, row by row, shape (border cells, SPLIT * SPLIT): undecided where an edge touches.
    chord
        Which chord divides a small cell, 0 where none does or more than one edge touches it; the same shape.
    line
        The edge that a chord is a piece of, shape (chords, 4). The first, which divides nothing, has no length.
    beside
        Codes left and right of a chord, shape (chords, 2).
    """

    small: NDArray[np.unsignedinteger]
    chord: NDArray[np.unsignedinteger]
    line: FloatArray
    beside: NDArray[np.unsignedinteger]


def no_small_cells(code: np.dtype[np.unsignedinteger]) -> SmallCells:
    """Of a grid without them.

    Parameters
    ----------
    code
        Type of a code.
    """
    none = np.empty((0, SPLIT * SPLIT), dtype=np.int32)
    return SmallCells(none.astype(code), none.astype(np.uint16), np.zeros((1, 4)), np.zeros((1, 2), dtype=code))


def small_cells(
    border: NDArray[np.signedinteger],
    frame: Frame,
    ends: FloatArray,
    undecided: np.unsignedinteger,
    code_at: Callable[[FloatArray, FloatArray], NDArray[np.int32]],
) -> SmallCells:
    """Divide all border cells; none if they are more than `MOST_BLOCKS`.

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
        Code of places, from their x and y.
    """
    from geo import kernels_small as kernels  # noqa: PLC0415 - numba takes half a second to import

    parent = np.flatnonzero(border >= 0)
    if not 0 < len(parent) <= MOST_BLOCKS:
        return no_small_cells(undecided.dtype)
    fine = Frame(frame.x0, frame.y0, frame.per_m * SPLIT, frame.columns * SPLIT, frame.rows * SPLIT)
    touched = kernels.spans(ends, fine)
    sole = kernels.sole_edges(touched, ends, border, frame.columns, len(parent))
    speaker, cell = kernels.speakers(sole)
    chord, edge, places = kernels.chords(touched, ends, sole, border, fine)
    block, at = np.divmod(cell, SPLIT * SPLIT)
    x = frame.x0 + (parent[block] % frame.columns + (at % SPLIT + 0.5) / SPLIT) / frame.per_m
    y = frame.y0 + (parent[block] // frame.columns + (at // SPLIT + 0.5) / SPLIT) / frame.per_m
    left, right = code_at(places[:, 0], places[:, 1]), code_at(places[:, 2], places[:, 3])
    return SmallCells(
        # the last one, that -1 names, is undecided
        small=np.append(code_at(x, y), undecided).astype(undecided.dtype)[speaker],
        chord=chord.astype(np.min_scalar_type(len(edge))),
        line=np.concatenate([np.zeros((1, 4)), ends[edge]]),
        beside=np.concatenate([np.zeros((1, 2)), np.stack([left, right], axis=1)]).astype(undecided.dtype),
    )
