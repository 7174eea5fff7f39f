"""Compiled loops that unpack and count points while they pass by.

Numbers only: no geometry objects, no errors. The array code around each kernel checks what comes in.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bulk.compiled import fetch, kernel
from bulk.grid_frame import SPLIT, Frame, Tables
from bulk.kernels_grid import IN_LINE, LINE, ONE, STEP, cells, side_of, small_cell
from geo.edges import FloatArray, IntArray

MILLIMETRES = 1_000.0
LITTLE_ENDIAN, POINT = 1, 1


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
    x: FloatArray, y: FloatArray, frame: Frame, code: NDArray[np.unsignedinteger], pairs: IntArray, rest: FloatArray,
    end: int,
) -> int:  # fmt: skip
    """Count points by the codes of their cells, two at a time, and put those aside whose cell is undecided.

    A counter for every pair of codes: half as many additions, and seldom one that waits for the one before.

    Parameters
    ----------
    x, y
        Shape (n,), in the grid's plane.
    frame
        Of a grid.
    code
        Of its cells, the first row and column undecided: what is no number may seem to lie there.
    pairs
        Shape (c, c + 1), by the codes of a point and of the next one, the last column for one that has none: what is
        counted is added.
    rest
        Shape (2, end + n + 1) or more: x and y of the points put aside are written, in order.
    end
        Where to begin writing.

    Returns
    -------
    int
        Where what was written ends.
    """
    beyond, alone = np.uint32(len(code) - 1), len(pairs)
    last = code[beyond]
    for line in range(0, len(code), LINE):
        # looked through in order, the table comes into the processor's cache several times faster than point by point
        last = max(last, code[line])
    # unsigned: numba asks of every other index whether it counts from the end
    at, aside = np.empty(STEP, dtype=np.uint32), np.empty(STEP + 1, dtype=np.uint32)
    for low in range(0, len(x), STEP):
        east, north = x[low : low + STEP], y[low : low + STEP]
        cells(east, north, frame, beyond, at)
        held, many, ahead = np.uint64(0), np.uint64(len(east)), np.uint64(low + STEP)
        for pair in range(many >> ONE):
            i = pair + pair
            if i & IN_LINE == 0:  # the next ones, while these are counted
                fetch(x, ahead + i)
                fetch(y, ahead + i)
            one, other = code[at[i]], code[at[i + ONE]]
            pairs[one, other] += 1
            aside[held] = i
            held += np.uint64(one == last)
            aside[held] = i + ONE
            held += np.uint64(other == last)
        if many & ONE:
            one = code[at[many - ONE]]
            pairs[one, alone] += 1
            aside[held] = many - ONE
            held += np.uint64(one == last)
        for i in aside[:held]:
            rest[0, end], rest[1, end] = east[i], north[i]
            end += 1
    return end


@kernel
def tally_small(  # noqa: PLR0913, PLR0917 - as above
    x: FloatArray, y: FloatArray, frame: Frame, tables: Tables, counts: IntArray, rest: FloatArray, end: int
) -> int:
    """The same by small cells and chords for points that lie in undecided cells, or in none: these are put aside again.

    Parameters
    ----------
    x, y, frame, rest, end
        As above.
    tables
        Of the grid.
    counts
        Shape (c,), by code: what is counted is added, and what is put aside is counted as undecided.
    """
    border, line, beside = tables.border, tables.line, tables.beside
    small, chord = tables.small.ravel(), tables.chord.ravel()
    last, divided = len(counts) - 1, len(small) > 0
    at, aside = np.empty(STEP, dtype=np.uint32), np.empty(STEP + 1, dtype=np.uint32)
    for low in range(0, len(x), STEP):
        east, north = x[low : low + STEP], y[low : low + STEP]
        cells(east, north, frame, np.uint32(0), at)  # the first cell of a grid has no border
        held = np.uint64(0)
        for i in range(np.uint64(len(east))):
            block = border[at[i]]
            if divided & (block >= 0):
                at[i] = np.uint64(block) * np.uint64(SPLIT * SPLIT) + small_cell(east[i], north[i], frame)
                code = small[at[i]]
                counts[code] += 1
                aside[held] = i
                held += np.uint64(code == last)
            else:
                counts[last] += 1
                rest[0, end], rest[1, end] = east[i], north[i]
                end += 1
        # not in the loop above: a processor that guesses wrong which cells are divided loses more than all this takes
        for i in aside[:held]:
            which = np.uint64(chord[at[i]])
            side = side_of(line[which, 0], line[which, 1], line[which, 2], line[which, 3], east[i], north[i])
            counts[last] -= side != 0
            counts[beside[which, np.uint64(side < 0)]] += side != 0
            rest[0, end], rest[1, end] = east[i], north[i]
            end += side == 0
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


@kernel
def unpack(offsets: NDArray[np.int32], rows: NDArray[Any], x: FloatArray, y: FloatArray) -> bool:
    """Write the coordinates of points in WKB; say whether all of them are plain little-endian points.

    Parameters
    ----------
    offsets
        Where each one's bytes begin and the last one's end, shape (n + 1,).
    rows
        The bytes, shape (n,), with fields ``order``, ``kind``, ``x``, ``y``.
    x, y
        Results, shape (n,); worth something only if the answer is True.
    """
    plain = True
    for i in range(len(rows)):
        plain &= offsets[i + 1] - offsets[i] == rows.itemsize
    for i in range(len(rows)):
        plain &= (rows[i].order == LITTLE_ENDIAN) & (rows[i].kind == POINT)
        x[i], y[i] = rows[i].x, rows[i].y
    return plain


@kernel
def all_within(lon: FloatArray, lat: FloatArray, most_lon: float, most_lat: float) -> bool:
    """Say whether no coordinate is farther from zero than allowed; what is NaN is not.

    Parameters
    ----------
    lon, lat
        Shape (n,).
    most_lon, most_lat
        Limits, which are allowed themselves.
    """
    beyond = False
    for i in range(len(lon)):
        beyond |= (abs(lon[i]) > most_lon) | (abs(lat[i]) > most_lat)
    return not beyond
