"""A tally in words: one row per district, as the command line prints it."""

from typing import Any

import numpy as np

from app.scale.jobs import Question
from app.scale.tally import BINS, BOUNDS, MILLIMETRES, Tally, median_m

OUTSIDE = ("outside", "各区之外", "Outside all districts")
ALL = ("all", "全部", "All")


def table(tally: Tally, names: dict[str, tuple[str, str]], question: Question, *, measure: str) -> list[dict[str, Any]]:
    """Rows of all districts in their order, then what lies outside, then all together.

    Parameters
    ----------
    names
        District code to its names, in the order of the tally's groups.
    measure
        What the distances are called.
    """
    said = [(code, zh, en) for code, (zh, en) in names.items()]
    groups: list[Any] = [*range(1, len(said) + 1), 0, slice(None)]
    return [_row(tally, where, at, question, measure) for where, at in zip([*said, OUTSIDE, ALL], groups, strict=True)]


def _row(
    tally: Tally, where: tuple[str, str, str], at: int | slice, question: Question, measure: str
) -> dict[str, Any]:
    (code, zh, en), radii_m = where, question.radii_m
    n = int(tally.n[at].sum())
    row: dict[str, Any] = {"district_code": code, "name_zh": zh, "name_en": en, "n": n}
    if question.weighs:
        row["weight"] = float(tally.weight[at].sum())
    if not tally.bins.shape[1]:
        return row
    found = int(tally.found[at].sum())
    bins = tally.bins[at].reshape(-1, BINS + 1).sum(axis=0)
    row[measure] = {
        "n": found,
        "median": median_m(bins),
        "mean": int(tally.sum_mm[at].sum()) / MILLIMETRES / found if found else None,
        "min": float(np.min(tally.least[at])) if found else None,
        "max": float(np.max(tally.most[at])) if found else None,
    }
    # points from files have no accuracy: there is one share, by the points as given
    bounds = [(which, bound) for which, bound in enumerate(BOUNDS) if bound == "best" or not question.meets]
    within = tally.within[at].reshape(-1, len(radii_m), len(BOUNDS)).sum(axis=0)
    counted = tally.counted[at].reshape(-1, len(radii_m)).sum(axis=0)
    row["within"] = {
        f"{radius:g}": {
            **{f"share_{bound}": int(within[place, which]) / n if n else None for which, bound in bounds},
            **({"targets": int(counted[place])} if question.counts else {}),
        }
        for place, radius in enumerate(radii_m)
    }
    return row
