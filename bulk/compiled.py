"""How the kernels are compiled. Used by ``bulk/kernels_*.py`` and ``bulk/edge_chunks.py`` alone.

Without Python's lock, and kept on disk. A *leaf* makes no array and hands none back, so numba need not count who refers
to the arrays that it reads. That counting is atomic, and takes longer than most leaves do: with it, counting shapes
within a radius takes four times as long, and placing a point near a border twice as long.

numba refuses a leaf that makes an array. It cannot see one that hands back an array that it was given: write none.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

F = TypeVar("F", bound=Callable[..., Any])
KERNEL: dict[str, Any] = {"cache": True, "nogil": True}
# numba's own tests use this option, its manual does not name it: a test holds what we need of it
LEAF = KERNEL | {"_nrt": False}
TO_READ, ALL_CACHES, DATA = 0, 3, 1  # what LLVM's manual names rw, locality and cache type of llvm.prefetch


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


def _fetch(_context: Any, array: Any, place: Any) -> Any:  # noqa: ANN401 - numba's own types
    """Write the one instruction that `fetch` is."""

    def generate(target: Any, builder: Any, signature: Any, given: Any) -> Any:  # noqa: ANN401
        held: Any = target.make_array(signature.args[0])(target, builder, given[0])
        address, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        hint = builder.module.declare_intrinsic(
            "llvm.prefetch", [address], ir.FunctionType(ir.VoidType(), [address, *[number] * 3])
        )
        at = builder.bitcast(builder.gep(held.data, [given[1]]), address)
        builder.call(hint, [at, number(TO_READ), number(ALL_CACHES), number(DATA)])
        return target.get_dummy_value()

    return types.void(array, place), generate


fetch = cast("Callable[[NDArray[np.generic], np.uint64], None]", intrinsic(_fetch))
"""Ask the processor for what an array, contiguous, holds at a place, so that it is at hand when it is read or written.

The place is counted through all dimensions, as numpy's ``flat`` does.

A hint: nothing is read, and a place beyond the array's end does no harm.
"""
