"""Compiled loops that count points while they pass by. Import it inside functions only: numba takes half a second.

Numbers only: no geometry objects, no errors. The array code around each kernel checks what comes in.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.compiled import kernel
from geo.edges import FloatArray, IntArray
from geo.grid_frame import Frame
from geo.polygon_grid import Tables
from geo.small_cells import SPLIT

STEP = 1_024  # points whose cells are found before any is looked up: so the processor finds four at a time
WAYS = 4  # counters side by side: the same one twice in a row would wait for itself
MILLIMETRES = 1_000.0


class Sums(NamedTuple):
    """What distances are added to, by group: see ``tally_distances``."""

    found: IntArray
    sum_mm: IntArray
    least: FloatArray
    most: FloatArray
    bins: IntArray
    within: IntArray
    counted: IntArray


@kernel
def tally_large(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    x: FloatArray, y: FloatArray, frame: Frame, tables: Tables, counts: IntArray, rest: FloatArray, end: int
) -> int:
    """Count points by the code of their cell, and put those aside whose cell is undecided.

    Parameters
    ----------
    x, y
        Shape (n,), in the grid's plane.
    frame, tables
        Of a grid.
    counts
        Shape (c,), for each code: what is counted is added.
    rest
        Shape (2, end + n + 1) or more: x and y of the points put aside are written, in order.
    end
        Where to begin writing.

    Returns
    -------
    int
        Where what was written ends.
    """
    # every array named once: inside a loop numba would count who refers to it
    code = tables.code
    beyond, last = len(code) - 1, len(counts) - 1
    # unsigned: numba asks of every other index whether it counts from the end
    at, aside = np.empty(STEP, dtype=np.uint32), np.empty(STEP + 1, dtype=np.uint32)
    ways = np.zeros((WAYS, len(counts)), dtype=np.int64)
    for low in range(0, len(x), STEP):
        east, north = x[low : low + STEP], y[low : low + STEP]
        for i in range(len(east)):
            # the very expressions of geo.kernels.locate, written without a branch
            column, row = (east[i] - frame.x0) * frame.per_m, (north[i] - frame.y0) * frame.per_m
            inside = (column >= 0) & (row >= 0) & (column < frame.columns) & (row < frame.rows)
            cell = np.int32(row) * np.int32(frame.columns) + np.int32(column)
            at[i] = np.uint32(cell if inside else beyond)
        held = np.uint64(0)
        for i in range(len(east)):
            what = code[at[i]]
            ways[i & (WAYS - 1), what] += 1
            aside[held] = i
            held += np.uint64(what == last)
        for i in aside[:held]:
            rest[0, end], rest[1, end] = east[i], north[i]
            end += 1
    for way in range(WAYS):
        counts += ways[way]
    return end


@kernel
def tally_small(  # noqa: PLR0913, PLR0917 - as above
    x: FloatArray, y: FloatArray, frame: Frame, tables: Tables, counts: IntArray, rest: FloatArray
) -> int:
    """The same by small cells, for points that lie in undecided cells, or in none: these are put aside again.

    Parameters
    ----------
    x, y, frame, tables, counts, rest
        As above, from 0 on. What was put aside before has been counted as undecided, and so it is here.
    """
    border, small = tables.border, tables.small
    last, step, end, divided = len(counts) - 1, np.uint64(SPLIT - 1), 0, len(small) > 0
    for i in range(len(x)):
        # a power of two more to the unit: both sizes round alike
        column, row = (x[i] - frame.x0) * frame.per_m * SPLIT, (y[i] - frame.y0) * frame.per_m * SPLIT
        code = last
        inside = (column >= 0) & (row >= 0) & (column < frame.columns * SPLIT) & (row < frame.rows * SPLIT)
        if inside & divided:
            east, north = np.uint64(column), np.uint64(row)
            cell = north // np.uint64(SPLIT) * np.uint64(frame.columns) + east // np.uint64(SPLIT)
            code = small[np.uint64(border[cell]), (north & step) * np.uint64(SPLIT) + (east & step)]
        counts[code] += 1
        rest[0, end], rest[1, end] = x[i], y[i]
        end += code == last
    return end


@kernel
def tally_distances(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    group: NDArray[np.int32], metres: FloatArray, counts: IntArray, radii_m: FloatArray, per_m: float, sums: Sums
) -> None:
    """Add distances to sums, bins, extremes and shares within radii, by group.

    Parameters
    ----------
    group
        Group of every point, shape (n,).
    metres
        Distances by bound, shape (b, n); a point of which the first is not finite adds its counts only.
    counts
        Targets within each radius by bound, shape (n, r, b), or (0, r, b) if not counted.
    radii_m
        Shape (r,).
    per_m
        Bins to the metre; the last bin holds what lies beyond.
    sums
        Added to in place: points found, shape (g,); sum of whole millimetres, extremes, shape (g, b); bins, shape
        (g, b, bins); points within each radius, and sums of counts, shape (g, r, b).
    """
    found, sum_mm, least, most = sums.found, sums.sum_mm, sums.least, sums.most
    bins, within, counted = sums.bins, sums.within, sums.counted
    top = float(bins.shape[2] - 1)
    for i in range(len(counts)):
        for place in range(len(radii_m)):
            for bound in range(len(metres)):
                counted[group[i], place, bound] += counts[i, place, bound]
    for i in range(len(group)):
        g = group[i]
        if not np.isfinite(metres[0, i]):
            continue
        found[g] += 1
        for bound in range(len(metres)):
            gap = metres[bound, i]
            sum_mm[g, bound] += np.int64(np.rint(gap * MILLIMETRES))
            least[g, bound] = min(least[g, bound], gap)
            most[g, bound] = max(most[g, bound], gap)
            bins[g, bound, np.int64(min(gap * per_m, top))] += 1
            for place in range(len(radii_m)):
                within[g, place, bound] += gap <= radii_m[place]
