"""Tallies: right beside pandas, and the same however the points are parted."""

from itertools import pairwise

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from bulk.tally import BINS, BOUNDS, Measured, Tally, by_group, median_m, merge_all, of_distances

GROUPS = 4
RADII = (10.0, 50.0)
rows = st.lists(
    st.tuples(st.integers(0, GROUPS - 1), st.floats(0, 2e5) | st.just(np.inf), st.integers(0, 9)), max_size=60
)


def tally(group: np.ndarray, gap: np.ndarray, counts: np.ndarray) -> Tally:
    """Distances of some points, with an accuracy of 5 m and the same counts within both radii."""
    both = np.broadcast_to(counts[:, None, None], (len(counts), len(RADII), len(BOUNDS)))
    measured = Measured(metres=np.stack([gap + 5.0, gap, np.maximum(gap - 5.0, 0)]), counts=both)
    return of_distances(group, measured, groups=GROUPS, radii_m=RADII)


def arrays(drawn: list[tuple[int, float, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Columns of drawn rows."""
    group, gap, counts = zip(*drawn, strict=True) if drawn else ((), (), ())
    return np.array(group, dtype=np.int64), np.array(gap, dtype=np.float64), np.array(counts, dtype=np.int64)


@given(rows, st.lists(st.integers(0, 60), max_size=4), st.randoms(use_true_random=False))
def test_parting_and_shuffling_change_nothing(drawn: list, cuts: list[int], chance: object) -> None:
    whole = tally(*arrays(drawn))
    chance.shuffle(drawn)  # type: ignore[attr-defined]
    edges = [0, *sorted(min(cut, len(drawn)) for cut in cuts), len(drawn)]
    edge_chunks = [tally(*arrays(drawn[low:high])) for low, high in pairwise(edges)]
    for name, value in vars(merge_all(edge_chunks)).items():
        np.testing.assert_array_equal(value, getattr(whole, name), err_msg=name)


@given(rows)
def test_the_numbers_are_those_of_pandas(drawn: list[tuple[int, float, int]]) -> None:
    group, gap, counts = arrays(drawn)
    found = tally(group, gap, counts)
    frame = pd.DataFrame({"group": group, "gap": gap, "counts": counts})
    for at in range(GROUPS):
        here = frame[frame["group"] == at]
        near = here[np.isfinite(here["gap"])]
        assert found.found[at] == len(near)
        assert (found.counted[at] == here["counts"].sum()).all()
        for place, radius in enumerate(RADII):
            bounds = [(near["gap"] + slack <= radius).sum() for slack in (5.0, 0.0, -5.0)]
            assert found.within[at, place].tolist() == bounds
        if len(near):
            for bound, slack in enumerate((5.0, 0.0, -5.0)):
                gaps = (near["gap"] + slack).clip(lower=0)
                assert abs(found.sum_mm[at, bound] / 1_000 - gaps.sum()) <= 0.0005 * len(near) + 1e-6
                assert (found.least[at, bound], found.most[at, bound]) == (gaps.min(), gaps.max())
                middle = float(np.sort(gaps)[(len(near) - 1) // 2])
                said = median_m(found.bins[at, bound])
                assert said is None if middle >= 100_000 else abs(said - middle) <= 5.0 + 1e-9


def test_the_median_of_known_bins_is_the_middle_of_a_bin() -> None:
    bins = np.zeros(BINS + 1, dtype=np.int64)
    assert median_m(bins) is None
    bins[[0, 3]] = [2, 3]
    assert median_m(bins) == 35.0
    bins[BINS] = 100
    assert median_m(bins) is None


def test_weights_that_are_missing_add_nothing_and_are_counted() -> None:
    found = by_group(np.array([0, 0, 2]), groups=GROUPS, weight=np.array([1.5, np.nan, np.inf]))
    assert found.n.tolist() == [2, 0, 1, 0]
    assert found.weight.tolist() == [1.5, 0, 0, 0]
    assert found.unweighted == 2
