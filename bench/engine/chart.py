"""The chart: how many times our time each peer needs, as bars on a logarithmic scale."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bench.engine.model import FLOOR, OURS
from bench.engine.result import JobResult, times

LEFT, WIDTH, RIGHT = 300, 520, 190
BAR, GAP, HEAD, TOP, FOOT = 17, 5, 30, 64, 34
MET, SHORT, PLAIN, INK, FAINT = "#2b7a5d", "#c2571a", "#7d8794", "#1d2430", "#d9dde3"


@dataclass(frozen=True)
class Bar:
    """One peer at its largest N."""

    peer: str
    n: int
    ratio: float
    goal: float | None

    @property
    def colour(self) -> str:
        """Green where the goal is met, orange where not, grey without a goal."""
        return PLAIN if self.goal is None else MET if self.ratio >= self.goal else SHORT


def bars(result: JobResult) -> list[Bar]:
    """Peers of one job, the slowest first."""
    aims = {goal.peer: goal.least for goal in result.job.goals if not goal.cold}
    found = []
    for contender in result.job.contenders:
        row = result.largest(contender.name)
        if row and contender.name not in {OURS, FLOOR}:
            found.append(Bar(contender.name, row.n, result.ratio(row), aims.get(contender.name)))
    return sorted(found, key=lambda bar: -bar.ratio)


def chart(results: Sequence[JobResult]) -> str:
    """The chart as an SVG document."""
    groups = [(result, found) for result in results if (found := bars(result))]
    ratios = [value for _, found in groups for bar in found for value in (bar.ratio, bar.goal or 1.0)]
    low, high = math.floor(math.log10(min([1.0, *ratios]))), math.ceil(math.log10(max([10.0, *ratios])))
    scale = Scale(low, high)
    parts, y = [], TOP
    for result, found in groups:
        parts.append(text(16, y + 18, result.job.title, weight="bold"))
        y += HEAD
        for bar in found:
            parts += drawn(bar, y, scale)
            y += BAR + GAP
        y += GAP * 2
    return "\n".join([*opening(y + FOOT), *axis(scale, y), *parts, "</g>", "</svg>"]) + "\n"


@dataclass(frozen=True)
class Scale:
    """Ratio to pixels, by powers of ten."""

    low: int
    high: int

    def x(self, ratio: float) -> float:
        """Where a ratio lies."""
        return LEFT + WIDTH * (math.log10(ratio) - self.low) / (self.high - self.low)


def opening(height: float) -> list[str]:
    """Frame, title, key."""
    wide = LEFT + WIDTH + RIGHT
    key = [
        (MET, "goal met"), (SHORT, "goal not met"), (PLAIN, "no goal set"),
    ]  # fmt: skip
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {height:g}" width="{wide}" height="{height:g}">',
        f'<g font-family="sans-serif" font-size="13" fill="{INK}">',
        "<title>Times of the peers as multiples of the atlas's time</title>",
        f'<rect width="{wide}" height="{height:g}" fill="#ffffff"/>',
        text(16, 24, "How many times our time each peer needs", weight="bold"),
    ]
    for place, (colour, words) in enumerate(key):
        x = 16 + place * 120
        parts += [f'<rect x="{x}" y="38" width="12" height="12" fill="{colour}"/>', text(x + 17, 49, words)]
    parts += [
        line(388, 36, 388, 52, INK, 2),
        text(395, 49, "goal"),
        text(440, 49, "at the largest N measured; log scale"),
    ]
    return parts


def axis(scale: Scale, bottom: float) -> list[str]:
    """Lines at the powers of ten; 1 is our own time."""
    parts = []
    for power in range(scale.low, scale.high + 1):
        x = scale.x(10.0**power)
        parts.append(line(x, TOP, x, bottom, INK if power == 0 else FAINT, 1))
        words = "1× (the atlas)" if power == 0 else f"{10.0**power:,g}×" if power < 0 else f"{10**power:,}×"
        parts.append(text(x, bottom + 18, words, anchor="middle"))
    return parts


def drawn(bar: Bar, y: float, scale: Scale) -> list[str]:
    """One bar with its labels and its goal."""
    ends = sorted((scale.x(1.0), scale.x(bar.ratio)))
    parts = [
        text(LEFT - 8, y + BAR - 4, bar.peer, anchor="end"),
        f'<rect x="{ends[0]:.1f}" y="{y}" width="{max(ends[1] - ends[0], 1):.1f}" height="{BAR}" fill="{bar.colour}"/>',
        text(LEFT + WIDTH + 62, y + BAR - 4, f"{times(bar.ratio)}×", anchor="end", weight="bold"),
        text(LEFT + WIDTH + RIGHT - 12, y + BAR - 4, f"{bar.n:,} points", anchor="end"),
    ]
    if bar.goal is not None:
        parts.append(line(scale.x(bar.goal), y - 2, scale.x(bar.goal), y + BAR + 2, INK, 2))
    return parts


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> str:  # noqa: PLR0913, PLR0917 - a line
    """A line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width:g}"/>'


def text(x: float, y: float, words: str, *, anchor: str = "start", weight: str = "normal") -> str:
    """Words at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'
