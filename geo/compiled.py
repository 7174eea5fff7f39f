"""How the kernels are compiled. Import it in ``geo/kernels*.py`` and ``geo/union_kernel.py`` only.

Without Python's lock, and kept on disk. A *leaf* makes no array and hands none back, so numba need not count who refers
to the arrays that it reads. That counting is atomic, and takes longer than most leaves do: with it, counting shapes
within a radius takes four times as long, and placing a point near a border twice as long.

numba refuses a leaf that makes an array. It cannot see one that hands back an array that it was given: write none.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])
KERNEL: dict[str, Any] = {"cache": True, "nogil": True}
# numba's own tests use this option, its manual does not name it: a test holds what we need of it
LEAF = KERNEL | {"_nrt": False}


def kernel(function: F) -> F:
    """Compile what Python calls, or what makes arrays.

    Parameters
    ----------
    function
        Numbers and arrays in and out; no objects, no errors.
    """
    compiled: F = njit(**KERNEL)(function)
    return compiled


def leaf(function: F) -> F:
    """Compile what a kernel calls for a point, a shape or an edge.

    Parameters
    ----------
    function
        The same, but it makes and returns no array.
    """
    compiled: F = njit(**LEAF)(function)
    return compiled
