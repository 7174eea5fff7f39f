"""What `stats proximity` answers, read and compared."""

import json
from typing import Any

import pytest


def same(one: Any, other: Any) -> None:
    """Integers, texts and extremes are equal; sums of weights to 1e-9."""
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            if key == "weight":
                assert one[key] == pytest.approx(other[key], rel=1e-9)
            elif key not in {"engine", "partitions"}:
                same(one[key], other[key])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for each, its in zip(one, other, strict=True):
            same(each, its)
    else:
        assert one == other


def answered(result: tuple[int, str, str]) -> dict[str, Any]:
    """Parse the one document on stdout."""
    code, out, err = result
    assert code == 0, err
    assert out.count("\n") == 1
    assert " s\n" in err
    found: dict[str, Any] = json.loads(out)
    return found
