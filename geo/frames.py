"""Rows of a frame as plain dictionaries: the one way to walk over them."""

from typing import Any

import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """One dictionary per row, column name to value, in the frame's order; geometry included."""
    names = [str(name) for name in frame.columns]
    columns = [frame[name].to_list() for name in frame.columns]
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]
