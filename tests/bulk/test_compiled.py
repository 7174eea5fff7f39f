"""What the kernels count on in numba: a leaf keeps no account of who refers to its arrays, and cannot make one."""

from typing import Any, NamedTuple

import numpy as np
import pytest
from numba import njit
from numba.core.errors import NumbaError

from bulk.compiled import KERNEL, LEAF, fetch


class Row(NamedTuple):
    """Arrays under one name, as the kernels take them."""

    first: np.ndarray
    second: np.ndarray


def sought(row: Row, most: float) -> int:
    """Leave a loop at one of several places, as leaves do."""
    for i in range(len(row.first)):
        if row.first[i] > most:
            return i
        if row.second[i] > most:
            return -i
    return -1


def made(count: int) -> float:
    """Make an array."""
    return float(np.zeros(count).sum())


def summed(numbers: np.ndarray, ahead: int) -> float:
    """Ask for what comes later, also beyond the end."""
    total = 0.0
    for i in range(len(numbers)):
        fetch(numbers, i + ahead)
        total += numbers[i]
    return total


def compiled(function: Any, how: dict[str, Any]) -> Any:
    """Compile anew: what comes from the disk has no machine code to look at."""
    return njit(**{**how, "cache": False})(function)


def test_a_leaf_keeps_no_account_of_arrays_and_a_kernel_does() -> None:
    row = Row(np.arange(9.0), np.zeros(9))
    for how, counts in ((KERNEL, True), (LEAF, False)):
        ready = compiled(sought, how)
        assert ready(row, 4.0) == 5
        code = "".join(ready.inspect_llvm().values())
        assert ("call void @NRT_incref" in code or "call void @NRT_decref" in code) is counts


def test_a_leaf_that_makes_an_array_is_refused() -> None:
    assert compiled(made, KERNEL)(3) == 0.0
    with pytest.raises(NumbaError):
        compiled(made, LEAF)(3)


def test_what_comes_later_is_asked_for_and_nothing_else_changes() -> None:
    ready, numbers = compiled(summed, KERNEL), np.arange(1_000.0)
    assert ready(numbers, 64) == ready(numbers, 1 << 40) == numbers.sum()
    assert "call void @llvm.prefetch" in "".join(ready.inspect_llvm().values())
