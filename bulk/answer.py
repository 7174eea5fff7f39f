"""A tally in words: one row per district, as the command line prints it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bulk.jobs import JobSpec
from bulk.tally import BINS, MILLIMETRES, Tally, median_m

OUTSIDE = ("outside", "各区之外", "Outside all districts")
ALL = ("all", "全部", "All")


def table(tally: Tally, names: dict[str, tuple[str, str]], job_spec: JobSpec, *, measure: str) -> list[dict[str, Any]]:
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
    return [_row(tally, where, at, job_spec, measure) for where, at in zip([*said, OUTSIDE, ALL], groups, strict=True)]


def _row(tally: Tally, where: tuple[str, str, str], at: int | slice, job_spec: JobSpec, measure: str) -> dict[str, Any]:
    (code, zh, en), radii_m = where, job_spec.radii_m
    n = int(tally.n[at].sum())
    row: dict[str, Any] = {"district_code": code, "name_zh": zh, "name_en": en, "n": n}
    if job_spec.weighs:
        row["weight"] = float(tally.weight[at].sum())
    if not job_spec.bounds:
        return row
    row[measure] = {"n": int(tally.found[at].sum()), **_distances(tally, at, job_spec.bounds)}
    within, counted = (each[at].reshape(-1, *each.shape[1:]).sum(axis=0) for each in (tally.within, tally.counted))
    row["within"] = {
        f"{radius:g}": {
            **{
                f"share_{bound}": int(within[place, which]) / n if n else None
                for which, bound in enumerate(job_spec.bounds)
            },
            **(_counted(counted[place], job_spec.bounds) if job_spec.counts else {}),
        }
        for place, radius in enumerate(radii_m)
    }
    return row


def _distances(tally: Tally, at: int | slice, bounds: tuple[str, ...]) -> dict[str, Any]:
    """Median, mean and extremes as drawn, and under their names those at the worst and at the best."""
    found, report = int(tally.found[at].sum()), {}
    for which, bound in enumerate(bounds):
        report[bound] = {
            "median": median_m(tally.bins[at].reshape(-1, len(bounds), BINS + 1)[:, which].sum(axis=0)),
            "mean": int(tally.sum_mm[at, which].sum()) / MILLIMETRES / found if found else None,
            "min": float(np.min(tally.least[at, which])) if found else None,
            "max": float(np.max(tally.most[at, which])) if found else None,
        }
    return {**report.pop("best"), **report}


def _counted(counts: NDArray[np.int64], bounds: tuple[str, ...]) -> dict[str, int]:
    """Targets in reach as drawn, and surely and possibly."""
    named = {"best": "targets"}
    return {named.get(bound, f"targets_{bound}"): int(count) for bound, count in zip(bounds, counts, strict=True)}
