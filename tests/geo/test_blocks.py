"""Blocks hold every place once, and hold together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.blocks import SIZE, blocks


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), max_size=60), st.integers(1, 9))
def test_every_place_stands_in_one_block_and_none_is_too_large(places: list[tuple[int, int]], size: int) -> None:
    x, y = np.array(places, dtype=np.float64).reshape(-1, 2).T
    found = list(blocks(x, y, size=size))
    assert sorted(at for block in found for at in block.tolist()) == list(range(len(places)))
    assert all(1 <= len(block) <= size for block in found)


def test_the_places_of_a_block_lie_together() -> None:
    x, y = np.random.default_rng(1).uniform(0, 1_000, (2, 6_400))
    spans = [(np.ptp(x[block]), np.ptp(y[block])) for block in blocks(x, y)]
    assert len(spans) == pytest.approx(6_400 / SIZE, abs=10)
    # 100 blocks of a square of 1,000 by 1,000: no side is much longer than that of a hundredth of it
    assert np.median(spans, axis=0) == pytest.approx((100, 100), abs=15)
