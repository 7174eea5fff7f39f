"""The nearest points are those of a walk over every pair."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from bulk.point_index import PointIndex
from geo.errors import ParameterError

Floats = NDArray[np.float64]
# few whole numbers: equal distances and equal points all the time
SPOTS = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), max_size=40).map(
    lambda each: np.array(each, dtype=np.float64).reshape(-1, 2)
)


def walk(targets: Floats, points: Floats, k: int) -> tuple[list[list[int]], Floats]:
    """Rank every target for every point, by distance, then by position."""
    square = ((points[:, None, :] - targets[None, :, :]) ** 2).sum(axis=2)
    square = np.where(np.isnan(square), np.inf, square)
    order = np.argsort(square, axis=1, kind="stable")[:, :k]
    least = np.take_along_axis(square, order, axis=1)
    short = k - order.shape[1]
    order = np.pad(np.where(np.isinf(least), -1, order), ((0, 0), (0, short)), constant_values=-1)
    return order.tolist(), np.sqrt(np.pad(least, ((0, 0), (0, short)), constant_values=np.inf))


@given(SPOTS, SPOTS, st.integers(1, 7))
def test_the_k_nearest_are_ranked_by_distance_and_then_by_position(targets: Floats, points: Floats, k: int) -> None:
    where, metres = PointIndex.build(*targets.T).k_nearest(*points.T, k=k)
    order, least = walk(targets, points, k)
    assert where.tolist() == order
    np.testing.assert_allclose(metres, least, rtol=1e-15)


@given(SPOTS, SPOTS, st.sampled_from([1.0, 2.0, 5.0, 0.5]))
def test_counts_hold_those_at_exactly_the_radius(targets: Floats, points: Floats, radius: float) -> None:
    index = PointIndex.build(*targets.T)
    square = ((points[:, None, :] - targets[None, :, :]) ** 2).sum(axis=2)
    counts = index.count_within(*points.T, radius)
    assert counts.tolist() == (square <= radius * radius).sum(axis=1).tolist()


@pytest.mark.parametrize("k", [1, 5, 40])
def test_thousands_of_points_are_ranked_as_by_a_kd_tree(k: int) -> None:
    chance = np.random.default_rng(k)
    targets = np.concatenate([chance.normal(0, 1_000, (3_000, 2)), chance.uniform(-9e4, 9e4, (3_000, 2))])
    points = np.concatenate([chance.normal(0, 2_000, (4_000, 2)), chance.uniform(-2e5, 2e5, (4_000, 2)), [[1e9, 1e9]]])
    where, metres = PointIndex.build(*targets.T).k_nearest(*points.T, k=k)
    far, at = cKDTree(targets).query(points, k=np.arange(1, k + 1))
    np.testing.assert_allclose(metres, far, rtol=1e-14)
    assert (where == at).all()
    counts = PointIndex.build(*targets.T).count_within(*points.T, 5_000.0)
    assert (counts == cKDTree(targets).query_ball_point(points, 5_000.0, return_length=True)).all()


def test_more_points_than_one_block_are_all_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bulk.edge_chunks.BLOCK", 100)
    chance = np.random.default_rng(1)
    targets, points = chance.uniform(0, 1, (50, 2)), chance.uniform(0, 1, (1_001, 2))
    where, _ = PointIndex.build(*targets.T).k_nearest(*points.T, k=3)
    assert where.tolist() == walk(targets, points, 3)[0]


def test_places_without_coordinates_are_neither_found_nor_answered() -> None:
    index = PointIndex.build(np.array([np.nan, 0.0, np.inf]), np.array([0.0, 0.0, 0.0]))
    where, metres = index.k_nearest(np.array([1.0, np.nan, 3.0]), np.array([0.0, 0.0, -np.inf]), k=2)
    assert where.tolist() == [[1, -1], [-1, -1], [-1, -1]]
    assert metres.tolist() == [[1.0, np.inf], [np.inf, np.inf], [np.inf, np.inf]]
    assert index.count_within(np.array([1.0, np.nan]), np.zeros(2), 2.0).tolist() == [1, 0]


def test_without_points_there_is_nothing_to_find() -> None:
    none = np.zeros(0)
    assert PointIndex.build(none, none).k_nearest(np.zeros(1), np.zeros(1), k=2)[0].tolist() == [[-1, -1]]
    assert PointIndex.build(np.zeros(1), np.zeros(1)).k_nearest(none, none, k=2)[0].shape == (0, 2)


def test_what_cannot_be_asked_is_refused() -> None:
    index = PointIndex.build(np.zeros(1), np.zeros(1))
    with pytest.raises(ParameterError, match="at least one"):
        index.k_nearest(np.zeros(1), np.zeros(1), k=0)
    with pytest.raises(ParameterError, match="radius"):
        index.count_within(np.zeros(1), np.zeros(1), -1.0)
    with pytest.raises(ParameterError, match="same length"):
        PointIndex.build(np.zeros(1), np.zeros(2))
