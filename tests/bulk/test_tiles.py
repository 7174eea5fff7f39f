"""Tiles and their halo: every tile alone knows what all points together know."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from bulk.partitioned_join import index_of, near
from bulk.spill_files import put, take
from bulk.tiles import SMALLEST_CELL_M, cell_size, count_cells, merge_cells, tiling
from geo.errors import AtlasError

places = st.lists(
    # many on the cells' very borders and corners, on both sides of zero
    st.tuples(*[st.integers(-4, 4).map(lambda step: step * 500.0) | st.floats(-6e3, 6e3)] * 2),
    min_size=1, max_size=40,
)  # fmt: skip


def columns(drawn: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Columns of drawn places."""
    return np.array([x for x, _ in drawn]), np.array([y for _, y in drawn])


@example([(0.0, 1_000.0)], [(0.0, -3.4e-25)], 1_000.0, 1)  # was missed while cells were exactly as wide as the halo
@given(places, places, st.sampled_from([1.0, 500.0, 1_000.0, 1_500.0]), st.integers(1, 30))
def test_a_tile_alone_finds_what_all_points_together_find(left: list, right: list, reach: float, rows: int) -> None:
    (lx, ly), (rx, ry) = columns(left), columns(right)
    size = cell_size(reach)
    cells = merge_cells([count_cells(lx, ly, size_m=size, side="left"), count_cells(rx, ry, size_m=size, side="right")])
    assert (cells.left.sum(), cells.right.sum()) == (len(left), len(right))
    grid = tiling(cells, reach_m=reach, rows_per_tile=rows)
    own = grid.of(lx, ly)
    assert own.min() >= 0
    at, tile = grid.with_halo(rx, ry)
    assert len({*zip(at.tolist(), tile.tolist(), strict=True)}) == len(at)
    gaps = np.hypot(lx[:, None] - rx, ly[:, None] - ry)
    for number in range(grid.count):
        known = at[tile == number]
        for row in np.flatnonzero(own == number):
            assert set(np.flatnonzero(gaps[row] <= reach)) <= set(known.tolist())


def test_tiles_hold_no_more_than_they_should_unless_one_cell_does() -> None:
    chance = np.random.default_rng(4)
    x, y = chance.uniform(-2e4, 2e4, 20_000), chance.uniform(-2e4, 2e4, 20_000)
    x[:900], y[:900] = 100.0, 100.0
    cells = count_cells(x, y, size_m=SMALLEST_CELL_M, side="left")
    grid = tiling(cells, reach_m=300.0, rows_per_tile=500)
    held = np.bincount(grid.of(x, y))
    assert sorted(held)[-2] <= 500
    assert held.max() >= 900
    assert grid.of(np.array([9e5]), np.array([0.0])).tolist() == [-1]


@given(places, places, st.sampled_from([1.0, 500.0, 1_000.0]))
def test_nearest_and_counts_are_those_of_a_tree(left: list, right: list, reach: float) -> None:
    (lx, ly), (rx, ry) = columns(left), columns(right)
    distance, counts = near((lx, ly), index_of(rx, ry), (reach / 2, reach))
    gaps = np.hypot(lx[:, None] - rx, ly[:, None] - ry)
    best = cKDTree(np.stack([rx, ry], axis=1)).query(np.stack([lx, ly], axis=1))[0]
    surely = np.abs(best - reach) > 1e-6
    assert (np.isfinite(distance) == (best <= reach))[surely].all()
    np.testing.assert_allclose(distance[np.isfinite(distance)], best[np.isfinite(distance)], atol=1e-6)
    for column, radius in enumerate((reach / 2, reach)):
        assert (counts[:, column] >= (gaps <= radius - 1e-6).sum(axis=1)).all()
        assert (counts[:, column] <= (gaps <= radius + 1e-6).sum(axis=1)).all()


def test_no_right_points_are_infinitely_far() -> None:
    none = np.empty(0)
    distance, counts = near((np.array([0.0]), np.array([0.0])), index_of(none, none), (10.0,))
    assert (distance.tolist(), counts.tolist()) == ([np.inf], [[0]])


def test_what_is_put_down_by_tile_is_taken_up_again(tmp_path: Path) -> None:
    spill_file = put(tmp_path / "a.parquet", {"x": np.array([1.0, 2.0, 3.0])}, np.array([2, 2, 7]))
    assert spill_file.tiles == (2, 7)
    assert [take(spill_file.path, row_group)["x"].tolist() for row_group in (0, 1)] == [[1.0, 2.0], [3.0]]
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]
    with pytest.raises(AtlasError):
        take(str(tmp_path / "b.parquet"), 0)
    with pytest.raises(AtlasError):
        put(tmp_path / "no folder" / "a.parquet", {"x": np.array([1.0])}, np.array([2]))
