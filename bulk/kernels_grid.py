"""Compiled loops over a grid: who holds each point, and the tables that say so.

Numbers only: no geometry objects, no errors. The array code around each kernel checks what comes in.

numba keeps compiled code until the file of the *calling* function changes: after a change here, save
``kernels_tally.py`` anew.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bulk.compiled import fetch, kernel, leaf
from bulk.grid_frame import PAD, SPLIT, Frame, Tables
from geo.edges import FloatArray, IntArray

DOUBTFUL = -2  # too close to an edge for the rounding of doubles: GEOS decides
ROUNDING = 3.3306690738754716e-16  # Shewchuk (1997), error bound A of orient2d: (3 + 16e) e with e = 2**-53
UNDERFLOW = 1e-290  # below, products lose digits that the bound counts on
ONE = np.uint64(1)  # an index of one sign: numba asks of every other whether it counts from the end
LINE = 64  # bytes that a processor fetches at once
IN_LINE = np.uint64(LINE // 8 - 1)  # a mask: of a coordinate's place, 0 where it begins a line
MANY = -1  # more than one edge
CORNER = 0.49  # of a small cell, from its middle: its corners, drawn in so far that rounding keeps them in it
STEP = 1_024  # points whose cells are found before any is looked up: so the processor finds four at a time


@kernel
def locate(x: FloatArray, y: FloatArray, frame: Frame, tables: Tables) -> NDArray[np.int32]:
    """Position of the first polygon that holds each point, -1 for none, DOUBTFUL where GEOS must decide.

    Parameters
    ----------
    x, y
        Shape (n,), in the polygons' plane.
    frame, tables
        As built by ``bulk.polygon_grid``.
    """
    # every array named once: inside a loop numba would count who refers to it
    code, bordered = tables.code, tables.bordered
    found = np.empty(len(x), dtype=np.int32)
    at, aside = np.empty(STEP, dtype=np.uint32), np.empty(STEP + 1, dtype=np.uint32)
    for low in range(0, len(x), STEP):
        east, north, holder = x[low : low + STEP], y[low : low + STEP], found[low : low + STEP]
        cells(east, north, frame, np.uint32(0), at)  # the first cell of a grid is always empty
        held = np.uint64(0)
        ahead = np.uint64(low + STEP)
        for i in range(np.uint64(len(east))):
            if i & IN_LINE == 0:  # the next ones, while these are looked up
                fetch(x, ahead + i)
                fetch(y, ahead + i)
            what = code[at[i]]
            holder[i] = np.int32(what) - 1
            aside[held] = i
            held += np.uint64(what == bordered)
        held = _in_small_cells(aside[:held], at, east, north, frame, tables, holder)
        held = _beside_chords(aside[:held], east, north, frame, tables, holder)
        _in_border_cells(aside[:held], east, north, tables, holder)
    return found


@leaf
def cells(x: FloatArray, y: FloatArray, frame: Frame, elsewhere: np.uint32, at: NDArray[np.uint32]) -> None:
    """Cell of each point, and ``elsewhere`` for those in none. Written without a branch, with two comparisons.

    What is no number becomes the least integer, which is in no cell, or 0 on processors such as ARM: then it seems to
    lie in the first row or column. So does what lies less than a cell outside of the grid, whose first row and column
    are always empty.

    Parameters
    ----------
    x, y
        Shape (n,), in the grid's plane.
    frame
        Where the cells lie.
    elsewhere
        What stands for no cell.
    at
        Written, shape (n,) or more.
    """
    columns, rows = np.uint32(frame.columns), np.uint32(frame.rows)
    for i in range(len(x)):
        # as unsigned numbers those below 0 are beyond the last; 32 bits, because numba multiplies in 64 otherwise
        column = np.uint32(np.int32((x[i] - frame.x0) * frame.per_m))
        row = np.uint32(np.int32((y[i] - frame.y0) * frame.per_m))
        cell = np.uint32(row * columns + column)
        at[i] = cell if (column < columns) & (row < rows) else elsewhere


@leaf
def _in_small_cells(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    which: NDArray[np.uint32], at: NDArray[np.uint32], x: FloatArray, y: FloatArray, frame: Frame, tables: Tables,
    holder: NDArray[np.int32],
) -> np.uint64:  # fmt: skip
    """Who holds points of border cells whose small cell no edge touches. Moves the others to the front of ``which``.

    ``at``: cell of each point. Of the others, which are counted, ``holder`` gets the number of the border cell.
    """
    border, small, bordered, left = tables.border, tables.small, tables.bordered, np.uint64(0)
    divided = len(small) > 0
    for i in which:
        cell, what = border[at[i]], bordered
        if divided:
            what = int(small[np.uint64(cell), small_cell(x[i], y[i], frame)])
        undecided = what == bordered
        holder[i] = cell if undecided else what - 1
        which[left] = i
        left += np.uint64(undecided)
    return left


@leaf
def small_cell(x: float, y: float, frame: Frame) -> np.uint64:
    """Which small cell of its cell a point lies in.

    Parameters
    ----------
    x, y
        In a cell of the grid.
    frame
        Of the grid.
    """
    # a power of two more to the unit: both sizes round alike
    column, row = (x - frame.x0) * frame.per_m * SPLIT, (y - frame.y0) * frame.per_m * SPLIT
    step = np.uint64(SPLIT - 1)
    return (np.uint64(row) & step) * np.uint64(SPLIT) + (np.uint64(column) & step)


@leaf
def _beside_chords(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    which: NDArray[np.uint32], x: FloatArray, y: FloatArray, frame: Frame, tables: Tables, holder: NDArray[np.int32]
) -> np.uint64:
    """Who holds points whose small cell one edge divides: the side tells. Moves the others to the front of ``which``.

    ``holder`` has the numbers of the border cells, and keeps those of the others, which are counted.
    """
    chord, line, beside, left = tables.chord, tables.line, tables.beside, np.uint64(0)
    if len(chord) == 0:
        return np.uint64(len(which))
    for i in which:
        at = np.uint64(chord[np.uint64(holder[i]), small_cell(x[i], y[i], frame)])
        side = side_of(line[at, 0], line[at, 1], line[at, 2], line[at, 3], x[i], y[i])
        if side != 0:
            holder[i] = np.int32(beside[at, np.uint64(side < 0)]) - 1
        which[left] = i
        left += np.uint64(side == 0)
    return left


@leaf
def side_of(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> int:  # noqa: PLR0913, PLR0917 - one edge, one point
    """1 left of the line from a to b, -1 right of it, 0 if rounding hides it, and if a is b.

    Parameters
    ----------
    ax, ay, bx, by, x, y
        Two places on the line, and the point.
    """
    one, two = (bx - ax) * (y - ay), (by - ay) * (x - ax)
    sure = abs(one - two) > ROUNDING * (abs(one) + abs(two)) + UNDERFLOW
    return int(sure & (one > two)) - int(sure & (one < two))


@leaf
def _in_border_cells(
    which: NDArray[np.uint32], x: FloatArray, y: FloatArray, tables: Tables, holder: NDArray[np.int32]
) -> None:
    """Who holds points of border cells, whose numbers ``holder`` has: written over the numbers.

    The crossings of a ray to the right with the edges of every run tell inside from outside. One call for many points,
    with every array named once: inside the loop numba would count who refers to it, for every point, and this takes
    twice as long as all the rest.
    """
    firsts, candidate, rest = tables.first, tables.candidate, tables.rest
    runs, right, owner, ends = tables.run, tables.right, tables.owner, tables.ends
    for i in which:
        at, px, py = np.uint64(holder[i]), x[i], y[i]
        found = rest[at]
        for place in range(np.uint64(firsts[at]), np.uint64(firsts[at + ONE])):
            run = np.uint64(candidate[place])
            first, end = runs[run], runs[run + ONE]
            state, close = int(right[run]), False
            # no branch: which edge the ray crosses is chance, and a processor that guesses wrong loses more than this
            for e in range(np.uint64(first), np.uint64(end)):
                ax, ay, bx, by = ends[e, 0], ends[e, 1], ends[e, 2], ends[e, 3]
                one, two = (bx - ax) * (py - ay), (by - ay) * (px - ax)
                crosses = (ay > py) != (by > py)
                sure = abs(one - two) > ROUNDING * (abs(one) + abs(two)) + UNDERFLOW
                close |= (crosses & (not sure)) | (ay == py) | (by == py)
                state ^= int(crosses & ((one > two) == (by > ay)))
            if close:
                state = _in_run_closely(ends, first, end, right[run], px, py)
            if state != 0:
                found = owner[run] if state == 1 else DOUBTFUL
                break
        holder[i] = found


@leaf
def _in_run_closely(ends: FloatArray, first: int, end: int, right: int, x: float, y: float) -> int:  # noqa: PLR0913, PLR0917 - as above
    """The same for a point that may lie on an edge or on a line through its end."""
    inside = right
    for e in range(np.uint64(first), np.uint64(end)):
        side = _crossing(ends[e, 0], ends[e, 1], ends[e, 2], ends[e, 3], x, y)
        if side == 1:
            inside = 1 - inside
        elif side == 2:  # noqa: PLR2004 - on the edge
            return 1
        elif side == DOUBTFUL:
            return DOUBTFUL
    return inside


@leaf
def _crossing(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> int:  # noqa: PLR0913, PLR0917, PLR0911 - one edge, one point
    """1 if the ray from the point to the right crosses the edge, 0 if not, 2 if the point is on it, or DOUBTFUL."""
    if (x == ax and y == ay) or (x == bx and y == by):
        return 2
    if (ay > y) == (by > y):
        return 2 if ay == y and by == y and min(ax, bx) < x < max(ax, bx) else 0
    if ax < x and bx < x:
        return 0
    if ax > x and bx > x:
        return 1
    if ax == x and bx == x:
        return 2
    one, two = (bx - ax) * (y - ay), (by - ay) * (x - ax)
    if not abs(one - two) > ROUNDING * (abs(one) + abs(two)) + UNDERFLOW:
        return DOUBTFUL
    return 1 if (one > two) == (by > ay) else 0


class Spans(NamedTuple):
    """Cells that edges touch: edge by edge, row by row, ``low`` to ``high`` are columns, both included; shape (n,)."""

    edge: IntArray
    row: IntArray
    low: IntArray
    high: IntArray


@kernel
def spans(ends: FloatArray, frame: Frame) -> Spans:
    """Cells that edges touch or nearly touch: no other has a border.

    Parameters
    ----------
    ends
        Edges: x, y of the one end and of the other, shape (n, 4), none outside the frame.
    frame
        Where the cells lie.
    """
    many = np.int64(0)
    for e in range(len(ends)):
        lowest, highest = _rows(ends[e, 1], ends[e, 3], frame)
        many += highest - lowest + 1
    found, at = np.empty((4, many), dtype=np.int64), 0
    edge, row, low, high = found[0], found[1], found[2], found[3]
    for e in range(len(ends)):
        lowest, highest = _rows(ends[e, 1], ends[e, 3], frame)
        for each in range(lowest, highest + 1):
            edge[at], row[at] = e, each
            low[at], high[at] = _columns(ends[e, 0], ends[e, 1], ends[e, 2], ends[e, 3], each, frame)
            at += 1
    return Spans(edge, row, low, high)


@leaf
def _rows(ay: float, by: float, frame: Frame) -> tuple[np.int64, np.int64]:
    """First and last row that an edge passes."""
    # the very expression that finds a point's row: it never falls as y grows, so no point of an edge is in another row
    one, other = np.int64((ay - frame.y0) * frame.per_m), np.int64((by - frame.y0) * frame.per_m)
    return min(one, other), max(one, other)


@leaf
def _columns(  # noqa: PLR0913, PLR0917 - one edge, one row
    ax: float, ay: float, bx: float, by: float, row: int, frame: Frame
) -> tuple[np.int64, np.int64]:
    """First and last column that an edge touches in a row, padded against rounding."""
    left, right = min(ax, bx), max(ax, bx)
    lean = (bx - ax) / (by - ay) if ay != by else np.inf
    if np.isfinite(lean):  # else it is flat, or as good as flat: the smallest of numbers high
        bottom, top = min(ay, by), max(ay, by)
        low = min(max(frame.y0 + (row - PAD) / frame.per_m, bottom), top)
        high = min(max(frame.y0 + (row + 1 + PAD) / frame.per_m, bottom), top)
        one = min(max(ax + (low - ay) * lean, left), right)
        other = min(max(ax + (high - ay) * lean, left), right)
        left, right = min(one, other), max(one, other)
    return np.int64((left - frame.x0) * frame.per_m - PAD), np.int64((right - frame.x0) * frame.per_m + PAD)


@kernel
def sole_edges(
    touched: Spans, ends: FloatArray, border: NDArray[np.signedinteger], columns: int, blocks: int
) -> NDArray[np.int32]:
    """Which edge touches each small cell: its number and one more, 0 for none, MANY for several.

    Two polygons that share a border have the same edge there, in opposite directions: it counts once.

    Parameters
    ----------
    touched
        Small cells that edges touch.
    ends
        Edges, shape (n, 4).
    border
        Number of every border cell, less than 0 for the others, shape (cells,).
    columns
        Of (large) cells.
    blocks
        How many border cells there are.

    Returns
    -------
    numpy.ndarray
        Shape (blocks, SPLIT * SPLIT).
    """
    sole = np.zeros((blocks, SPLIT * SPLIT), dtype=np.int32)
    for s in range(len(touched.edge)):
        e, row = touched.edge[s], touched.row[s]
        for column in range(touched.low[s], touched.high[s] + 1):
            block = border[row // SPLIT * columns + column // SPLIT]
            if block < 0:  # a polygon that comes earlier covers the cell
                continue
            place = row % SPLIT * SPLIT + column % SPLIT
            known = sole[block, place]
            if known == 0:
                sole[block, place] = e + 1
            elif known != MANY and not _same(ends, known - 1, e):
                sole[block, place] = MANY
    return sole


@leaf
def _same(ends: FloatArray, one: int, other: int) -> bool:
    """Whether two edges are one, in opposite directions."""
    ax, ay, bx, by = ends[one]
    return bool((ax == ends[other, 2]) & (ay == ends[other, 3]) & (bx == ends[other, 0]) & (by == ends[other, 1]))


@kernel
def speakers(sole: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Who speaks for each small cell that no edge touches: neighbours that none touches lie in one polygon.

    Parameters
    ----------
    sole
        As of `sole_edges`.

    Returns
    -------
    speaker, cell
        The number of the speaker of each cell, -1 where an edge touches it, shape of ``sole``; and the place of each
        speaker in ``sole``, laid flat.
    """
    speaker, cell = np.full(sole.shape, -1, dtype=np.int32), np.empty(sole.size, dtype=np.int32)
    many = 0
    for block in range(len(sole)):
        for place in range(SPLIT * SPLIT):
            if sole[block, place] != 0:
                continue
            if place % SPLIT > 0 and sole[block, place - 1] == 0:
                speaker[block, place] = speaker[block, place - 1]
            elif place >= SPLIT and sole[block, place - SPLIT] == 0:
                speaker[block, place] = speaker[block, place - SPLIT]
            else:
                speaker[block, place] = many
                cell[many] = block * SPLIT * SPLIT + place
                many += 1
    return speaker, cell[:many].copy()


@kernel
def chords(
    touched: Spans, ends: FloatArray, sole: NDArray[np.int32], border: NDArray[np.signedinteger], fine: Frame
) -> tuple[NDArray[np.int32], IntArray, FloatArray]:
    """Small cells that one edge alone divides: which chord it is, and a place on either side of it.

    The edge passes through the cell from side to side: had it an end there, the next edge of its ring would touch the
    cell, too. So its line divides the cell as the edge does. Neighbouring cells along an edge that has them for itself
    have the same polygons on either side: one chord stands for all of them.

    Parameters
    ----------
    touched, ends, sole, border
        As above.
    fine
        Where the small cells lie.

    Returns
    -------
    chord, edge, places
        The chord of each small cell, 0 for none, shape of ``sole``; the edge of each chord, the first of them, that
        stands for none, left out, shape (n,); x and y of a place left of it and of one right of it, shape (n, 4).
    """
    chord = np.zeros(sole.shape, dtype=np.int32)
    room = np.count_nonzero(sole > 0)
    edge, places = np.empty(room, dtype=np.int64), np.empty((room, 4))
    many, chain, before = 0, 0, -1
    for s in range(len(touched.edge)):
        e, row, low, high = touched.edge[s], touched.row[s], touched.low[s], touched.high[s]
        ax, ay, bx, by = ends[e]
        if e != before:
            before, chain = e, 0
        backwards = (bx < ax) != (by < ay)  # rows rise: along the edge columns fall
        for step in range(high - low + 1):
            column = high - step if backwards else low + step
            block = border[row // SPLIT * (fine.columns // SPLIT) + column // SPLIT]
            place = row % SPLIT * SPLIT + column % SPLIT
            if block < 0 or sole[block, place] != e + 1:
                chain = 0
                continue
            if chain == 0 and _both_sides(ax, ay, bx, by, row, column, fine, places[many]):
                edge[many] = e
                many += 1
                chain = many
            chord[block, place] = chain
    return chord, edge[:many].copy(), places[:many].copy()


@leaf
def _both_sides(  # noqa: PLR0913, PLR0917 - one edge, one cell
    ax: float, ay: float, bx: float, by: float, row: int, column: int, fine: Frame, places: FloatArray
) -> bool:
    """Write corners of a small cell on the left and on the right of an edge. False if it lies on one side alone."""
    left, right = False, False
    for corner in range(4):
        x = fine.x0 + (column + 0.5 + (CORNER if corner % 2 else -CORNER)) / fine.per_m
        y = fine.y0 + (row + 0.5 + (CORNER if corner // 2 else -CORNER)) / fine.per_m
        side = side_of(ax, ay, bx, by, x, y)
        if side > 0:
            places[0], places[1], left = x, y, True
        elif side < 0:
            places[2], places[3], right = x, y, True
    return left & right
