"""What was measured of a job, and what follows: ratios, growth, goals met."""

import math
import statistics
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from bench.engine.model import FLOOR, OURS, Goal, Job, Limit

GOALS_ARE_FOR = 1_000_000  # points; at fewer a ratio is measured but not judged


@dataclass(frozen=True, kw_only=True)
class Row:
    """One contender at one N."""

    who: str
    n: int
    wall_s: list[float]
    cpu_s: list[float]
    build_wall_s: float
    build_cpu_s: float
    first_call_s: float
    extra_MB: float  # noqa: N815 - the unit is written so
    index_MB: float  # noqa: N815
    answer_MB: float  # noqa: N815
    input_MB: float  # noqa: N815

    @property
    def wall(self) -> float:
        """Median wall seconds."""
        return statistics.median(self.wall_s)

    @property
    def cpu(self) -> float:
        """Median CPU seconds."""
        return statistics.median(self.cpu_s)

    def line(self) -> str:
        """The row in words, for the one who waits."""
        return (
            f"{self.who}, {self.n:,}: {seconds(self.wall)} ({seconds(min(self.wall_s))}-{seconds(max(self.wall_s))}), "
            f"CPU {seconds(self.cpu)}, index {seconds(self.build_wall_s)}, +{self.extra_MB:.0f} MB, "
            f"{len(self.wall_s)} runs"
        )

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "wall_median_s": self.wall, "cpu_median_s": self.cpu, "runs": len(self.wall_s)}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A goal and what came of it; `met` is None where the peer is absent or N is smaller than the goal's."""

    job: str
    words: str
    asked: str
    found: str
    met: bool | None
    n: int = 0


@dataclass(kw_only=True)
class JobResult:
    """All that was measured of one job."""

    job: Job
    rows: list[Row] = field(default_factory=list)
    gaps: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def ours(self, n: int) -> Row | None:
        """Our row at one N."""
        return next((row for row in self.rows if row.who == OURS and row.n == n), None)

    def ratio(self, row: Row, *, cold: bool = False) -> float:
        """How many times a row's time is ours at the same N: the lesser of wall and CPU."""
        ours = self.ours(row.n)
        assert ours is not None, "without our own time there is no ratio"
        index = (ours.build_wall_s, ours.build_cpu_s) if cold else (0.0, 0.0)
        return min(row.wall / (ours.wall + index[0]), row.cpu / (ours.cpu + index[1]))

    def largest(self, peer: str) -> Row | None:
        """A peer's row at its largest N."""
        return max((row for row in self.rows if row.who == peer), key=lambda row: row.n, default=None)

    @property
    def exponent(self) -> float:
        """Slope of log CPU time over log N, least squares, ours."""
        ours = [row for row in self.rows if row.who == OURS]
        if len(ours) < 2:
            return float("nan")
        slope, _ = np.polyfit(np.log([row.n for row in ours]), np.log([row.cpu for row in ours]), 1)
        return float(slope)

    def verdicts(self) -> list[Verdict]:
        """Every goal and limit of the job."""
        return [*(self._goal(goal) for goal in self.job.goals), *(self._limit(limit) for limit in self.job.limits)]

    def _judged(self, met: bool, n: int) -> bool | None:  # noqa: FBT001 - a verdict
        return met if n >= GOALS_ARE_FOR else None

    def _goal(self, goal: Goal) -> Verdict:
        words = f"{goal.peer}{', our index built anew' if goal.cold else ''}"
        asked = f"≥ {goal.least:g}×"
        row = self.largest(goal.peer)
        if row is None:
            return Verdict(job=self.job.name, words=words, asked=asked, found=self.gaps.get(goal.peer, "-"), met=None)
        ratio = self.ratio(row, cold=goal.cold)
        return Verdict(
            job=self.job.name, words=words, asked=asked, found=f"{times(ratio)}×",
            met=self._judged(ratio >= goal.least, row.n), n=row.n,
        )  # fmt: skip

    def _limit(self, limit: Limit) -> Verdict:
        # seconds and megabytes are asked of the goals' own N, all else holds at any
        goal = self.ours(GOALS_ARE_FOR) if limit.what in {"run_s", "extra_MB"} else None
        row = goal or self.largest(OURS)
        assert row is not None, "ours was not measured"
        floor = self.largest(FLOOR)
        value = {
            "exponent": self.exponent, "run_s": row.cpu, "extra_MB": row.extra_MB, "index_MB": row.index_MB,
            "per_input": max(row.extra_MB - row.answer_MB, 0.0) / row.input_MB,
            "floors": 1 / self.ratio(floor) if floor else float("nan"),
        }[limit.what]  # fmt: skip
        asked_for = row.n if goal else row.n // self.job.beyond
        return Verdict(
            job=self.job.name, words=limit.words, asked=f"≤ {limit.most:g}", found=f"{value:.3g}",
            # a value that was not measured is no verdict
            met=None if math.isnan(value) else self._judged(value <= limit.most, asked_for), n=row.n,
        )  # fmt: skip


def seconds(value: float) -> str:
    """A time with three digits and its unit."""
    return f"{value:.3g} s" if value >= 1 else f"{value * 1e3:.3g} ms"


def times(value: float) -> str:
    """A ratio with three digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
