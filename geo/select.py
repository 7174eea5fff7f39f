"""Which rows a filter keeps. An empty set of wanted values means: no restriction."""

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]


def any_of(values: pd.Series, wanted: Collection[str]) -> BoolArray:
    """Rows whose list of values shares at least one with ``wanted``; all rows if nothing is wanted.

    Parameters
    ----------
    values
        Column of tuples of strings, shape (n,). An empty tuple matches nothing that is wanted.
    """
    if not wanted:
        return np.ones(len(values), dtype=np.bool_)
    kept = frozenset(wanted)
    return np.fromiter((not kept.isdisjoint(row) for row in values), dtype=np.bool_, count=len(values))


def one_of(values: pd.Series, wanted: Collection[str]) -> BoolArray:
    """Rows whose single value is wanted; all rows if nothing is wanted.

    Parameters
    ----------
    values
        Column of strings, shape (n,).

    Returns
    -------
    numpy.ndarray
        Booleans, shape (n,), in the column's order.
    """
    if not wanted:
        return np.ones(len(values), dtype=np.bool_)
    return np.asarray(values.isin(list(wanted)), dtype=np.bool_)
