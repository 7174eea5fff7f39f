"""Rows of a frame as plain dictionaries: the one way to walk over them."""

from typing import Any

import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """One dictionary per row, column name to value, in the frame's order; geometry included."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
