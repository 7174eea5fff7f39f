"""Cells of two sizes: what a cell is said to be, every place in it is."""

import numpy as np
import pytest
import shapely

from app.atlas import Atlas
from geo import kernels_tally, small_cells
from geo.polygon_grid import PolygonGrid, first_holding
from geo.small_cells import SPLIT


def pressed(districts: np.ndarray, how: str) -> np.ndarray:
    """The districts as they are, small and far from zero, or lying over each other."""
    if how == "far":
        return np.asarray(shapely.transform(districts, lambda at: 1e7 + (at - at.min(axis=0)) * 1e-3), dtype=object)
    if how == "overlapping":
        return np.asarray(shapely.buffer(districts, 0.05), dtype=object)
    return districts


@pytest.mark.parametrize("how", ["as they are", "far", "overlapping"])
@pytest.mark.parametrize("cells", [8, 64, 512])
def test_a_decided_small_cell_is_one_polygon_to_its_corners(atlas: Atlas, how: str, cells: int) -> None:
    polygons = pressed(np.asarray(atlas.districts.geometry, dtype=object), how)
    grid = PolygonGrid.build(polygons, cells=cells)
    tables, frame = grid.tables, grid.frame
    decided = np.argwhere(tables.small <= len(polygons))
    chance = np.random.default_rng(11)
    block, small = chance.permutation(decided)[:20_000].T
    parent = np.flatnonzero(tables.border >= 0)
    assert tables.border[parent].tolist() == list(range(len(tables.small)))
    row, column = parent[block] // frame.columns * SPLIT, parent[block] % frame.columns * SPLIT
    row, column = row + small // SPLIT, column + small % SPLIT
    for east, north in chance.uniform(0.001, 0.999, (3, 2)):
        x = frame.x0 + (column + east) / frame.per_m / SPLIT
        y = frame.y0 + (row + north) / frame.per_m / SPLIT
        held = first_holding(np.asarray(shapely.points(x, y), dtype=object), polygons)
        assert (held + 1 == tables.small[block, small]).all()


def test_small_cells_leave_an_eighth_of_what_large_ones_leave(atlas: Atlas) -> None:
    grid = PolygonGrid.build(np.asarray(atlas.districts.geometry, dtype=object), cells=512)
    undecided = len(grid.polygons) + 1
    x, y = np.random.default_rng(12).uniform((120.9, 30.7), (122.0, 31.8), (400_000, 2)).T
    counts, rest = np.zeros(undecided + 1, dtype=np.int64), np.empty((2, len(x) + 1))
    end = kernels_tally.tally_large(x, y, grid.frame, grid.tables, counts, rest, 0)
    left = kernels_tally.tally_small(*rest[:, :end], grid.frame, grid.tables, counts, rest.copy())
    assert 0 < left < end / 6 < len(x) / 100


def test_where_border_cells_are_too_many_they_are_not_divided_and_all_is_the_same(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    polygons = np.asarray(atlas.districts.geometry, dtype=object)
    x, y = np.random.default_rng(13).uniform((120.9, 30.7), (122.0, 31.8), (100_000, 2)).T
    divided = PolygonGrid.build(polygons)
    monkeypatch.setattr(small_cells, "MOST_BLOCKS", 100)
    plain = PolygonGrid.build(polygons)
    assert len(plain.tables.small) == 0 < len(divided.tables.small)
    assert plain.locate(x, y).tolist() == divided.locate(x, y).tolist()
    counts, rest = np.zeros(len(polygons) + 2, dtype=np.int64), np.empty((2, len(x) + 1))
    end = kernels_tally.tally_large(x, y, plain.frame, plain.tables, counts, rest, 0)
    assert kernels_tally.tally_small(*rest[:, :end], plain.frame, plain.tables, counts, rest.copy()) == end
