"""Cells of two sizes: what a cell is said to be, every place in it is."""

from collections.abc import Iterator

import numpy as np
import pytest
import shapely

from app.core.atlas import Atlas
from bulk import kernels_grid, kernels_tally, polygon_grid
from bulk.grid_frame import SPLIT, Frame
from bulk.polygon_grid import PolygonGrid
from geo.assign import first_holding


def pressed(districts: np.ndarray, how: str) -> np.ndarray:
    """The districts as they are, small and far from zero, or lying over each other."""
    if how == "far":
        return np.asarray(shapely.transform(districts, lambda at: 1e7 + (at - at.min(axis=0)) * 1e-3), dtype=object)
    if how == "overlapping":
        return np.asarray(shapely.buffer(districts, 0.05), dtype=object)
    return districts


def places(grid: PolygonGrid, which: np.ndarray, spots: np.ndarray) -> Iterator[tuple[np.ndarray, ...]]:
    """X, y and holder, by GEOS, of each spot in all of some small cells (block and place of each)."""
    frame, parent = grid.frame, np.flatnonzero(grid.tables.border >= 0)
    assert grid.tables.border[parent].tolist() == list(range(len(grid.tables.small)))
    block, small = which.T
    row = parent[block] // frame.columns * SPLIT + small // SPLIT
    column = parent[block] % frame.columns * SPLIT + small % SPLIT
    for east, north in spots:
        x = frame.x0 + (column + east) / frame.per_m / SPLIT
        y = frame.y0 + (row + north) / frame.per_m / SPLIT
        yield x, y, first_holding(np.asarray(shapely.points(x, y), dtype=object), grid.polygons)


@pytest.mark.parametrize("how", ["as they are", "far", "overlapping"])
@pytest.mark.parametrize("cells", [8, 64, 512])
def test_a_decided_small_cell_is_one_polygon_to_its_corners(atlas: Atlas, how: str, cells: int) -> None:
    grid = PolygonGrid.build(pressed(np.asarray(atlas.districts.geometry, dtype=object), how), cells=cells)
    chance = np.random.default_rng(11)
    decided = chance.permutation(np.argwhere(grid.tables.small <= len(grid.polygons)))[:20_000]
    for _, _, held in places(grid, decided, chance.uniform(0.001, 0.999, (3, 2))):
        assert (held + 1 == grid.tables.small[tuple(decided.T)]).all()


@pytest.mark.parametrize("how", ["as they are", "far", "overlapping"])
@pytest.mark.parametrize("cells", [8, 64, 512])
def test_on_either_side_of_a_chord_is_one_polygon(atlas: Atlas, how: str, cells: int) -> None:
    grid = PolygonGrid.build(pressed(np.asarray(atlas.districts.geometry, dtype=object), how), cells=cells)
    tables, chance, sides = grid.tables, np.random.default_rng(14), set()
    assert (tables.small[tables.chord > 0] == tables.bordered).all()
    divided = chance.permutation(np.argwhere(tables.chord > 0))[:10_000]
    chord = tables.chord[tuple(divided.T)]
    for x, y, held in places(grid, divided, chance.uniform(0, 1, (8, 2))):
        side = np.array([kernels_grid.side_of(*each) for each in np.stack([*tables.line[chord].T, x, y]).T.tolist()])
        sure = side != 0
        assert (held + 1 == tables.beside[chord, (side < 0).astype(int)])[sure].all()
        assert sure.sum() > 0.99 * len(sure)
        sides |= set(side.tolist())
    assert {-1, 1} <= sides


def test_where_edges_meet_cross_or_lie_on_each_other_no_chord_stands_for_them() -> None:
    # two squares that share a border in opposite directions, a third that begins in its middle, and one on top
    boxes = shapely.box([0, 4, 3, 0], [0, 0, 1.7, 0], [4, 8, 5, 4], [4, 4, 2.3, 4])
    polygons = np.asarray(shapely.transform(boxes, lambda at: at @ [[0.9, 0.3], [-0.3, 0.9]]), dtype=object)
    border = shapely.get_coordinates(polygons[0].intersection(polygons[1])).tolist()
    edges = PolygonGrid.build(polygons[:2], cells=16).tables.line.reshape(-1, 2, 2).tolist()
    assert border in edges or border[::-1] in edges, "the shared border is one edge"
    x, y = np.random.default_rng(16).uniform(-0.5, 8.5, (100_000, 2)).T
    points = np.asarray(shapely.points(x, y), dtype=object)
    for some in (polygons[:2], polygons[:3], polygons[[2, 1, 0]], polygons):
        found = PolygonGrid.build(some, cells=16).locate(x, y)
        assert found.tolist() == first_holding(points, some).tolist()
    doubled = PolygonGrid.build(polygons[[0, 3]], cells=16).tables
    assert not doubled.chord.any(), "edges in one direction are not one"


def test_small_cells_and_chords_leave_a_fiftieth_of_what_large_ones_leave(atlas: Atlas) -> None:
    grid = PolygonGrid.build(np.asarray(atlas.districts.geometry, dtype=object), cells=512)
    codes = len(grid.polygons) + 2
    x, y = np.random.default_rng(12).uniform((120.9, 30.7), (122.0, 31.8), (400_000, 2)).T
    pairs, counts = np.zeros((codes, codes + 1), dtype=np.int64), np.zeros(codes, dtype=np.int64)
    rest = np.empty((2, len(x) + 1))
    end = kernels_tally.tally_large(x, y, grid.frame, grid.tables.code, pairs, rest, 0)
    left = kernels_tally.tally_small(*rest[:, :end], grid.frame, grid.tables, counts, rest.copy(), 0)
    assert 0 < left < end / 50 < len(x) / 1_000


def test_where_border_cells_are_too_many_they_are_not_divided_and_all_is_the_same(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    polygons = np.asarray(atlas.districts.geometry, dtype=object)
    x, y = np.random.default_rng(13).uniform((120.9, 30.7), (122.0, 31.8), (100_000, 2)).T
    divided = PolygonGrid.build(polygons)
    monkeypatch.setattr(polygon_grid, "MOST_BLOCKS", 100)
    plain = PolygonGrid.build(polygons)
    assert len(plain.tables.small) == 0 < len(divided.tables.small)
    assert plain.locate(x, y).tolist() == divided.locate(x, y).tolist()
    codes = len(polygons) + 2
    pairs, counts = np.zeros((codes, codes + 1), dtype=np.int64), np.zeros(codes, dtype=np.int64)
    rest = np.empty((2, len(x) + 1))
    end = kernels_tally.tally_large(x, y, plain.frame, plain.tables.code, pairs, rest, 0)
    assert kernels_tally.tally_small(*rest[:, :end], plain.frame, plain.tables, counts, rest.copy(), 0) == end


def test_a_cell_is_found_for_every_number_and_none_for_what_lies_elsewhere() -> None:
    frame, elsewhere = Frame(100.0, 20.0, 8.0, 5, 3), np.uint32(99)
    x = np.array([100.01, 100.13, 100.62, 100.63, 99.99, 90.0, 100.1, 1e300, -1e300, np.inf, -np.inf])
    y = np.array([20.01, 20.13, 20.37, 20.0, 20.2, 20.2, 20.38, 20.1, 20.1, 20.1, 20.1])
    at = np.zeros(len(x), dtype=np.uint32)
    kernels_grid.cells(x, y, frame, elsewhere, at)
    # less than a cell beside the grid seems to lie in its first column
    assert at.tolist() == [0, 6, 14, 99, 5, 99, 99, 99, 99, 99, 99]
    # what would come back into the grid if whole numbers were cut to 32 bits: in every place of a long array
    wrapped = frame.x0 + (np.array([2.0**32, -(2.0**32), 2.0**33, 2.0**40]) + 2.5) / frame.per_m
    far, near = np.resize(wrapped, 23), np.full(23, 20.2)
    at = np.zeros(23, dtype=np.uint32)
    kernels_grid.cells(far, near, frame, elsewhere, at)
    assert (at == elsewhere).all()
    kernels_grid.cells(np.full(23, 100.2), frame.y0 + far - frame.x0, frame, elsewhere, at)
    assert (at == elsewhere).all()
    lost = np.array([np.nan, 100.3, np.nan]), np.array([20.2, np.nan, np.nan])
    kernels_grid.cells(*lost, frame, elsewhere, at)
    first = [cell for cell in range(15) if cell < frame.columns or cell % frame.columns == 0]
    assert set(at[:3].tolist()) <= {99, *first}, "what the processor makes of it is its own choice"
