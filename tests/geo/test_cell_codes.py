"""Cells of two sizes: what a cell is said to be, every place in it is."""

import numpy as np
import pytest
import shapely

from app.atlas import Atlas
from geo import kernels_tally
from geo.cell_codes import SPLIT, cell_codes
from geo.polygon_grid import PolygonGrid


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
    codes, frame = cell_codes(grid), grid.frame
    block, small = np.nonzero(codes.small <= len(polygons))
    parent = np.flatnonzero(codes.block >= 0)
    parent = parent[np.argsort(codes.block[parent])]
    assert codes.block[parent].tolist() == list(range(len(codes.small)))
    row, column = parent[block] // frame.columns * SPLIT, parent[block] % frame.columns * SPLIT
    row, column = row + small // SPLIT, column + small % SPLIT
    for east, north in np.random.default_rng(11).uniform(0.001, 0.999, (3, 2)):
        x = frame.x0 + (column + east) / frame.per_m / SPLIT
        y = frame.y0 + (row + north) / frame.per_m / SPLIT
        assert (grid.locate(x, y) + 1 == codes.small[block, small]).all()


def test_small_cells_leave_an_eighth_of_what_large_ones_leave(atlas: Atlas) -> None:
    grid = PolygonGrid.build(np.asarray(atlas.districts.geometry, dtype=object), cells=512)
    codes, undecided = cell_codes(grid), len(grid.polygons) + 1
    x, y = np.random.default_rng(12).uniform((120.9, 30.7), (122.0, 31.8), (400_000, 2)).T
    counts, rest = np.zeros(undecided + 1, dtype=np.int64), np.empty((2, len(x) + 1))
    end = kernels_tally.tally_large(x, y, codes, counts, rest, 0)
    left = kernels_tally.tally_small(rest[0, :end], rest[1, :end], codes, counts, rest.copy())
    assert 0 < left < end / 6 < len(x) / 100
