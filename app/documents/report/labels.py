"""Numbers beside the map's symbols, put where they cover no symbol and no other number."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from layers.model import Style

Box = tuple[float, float, float, float]  # left, top, right, bottom, in mm
HEIGHT, DIGIT = 1.9, 1.0
SYMBOL, REACH = 1.5, 2.1  # half a symbol's side, and how far from its middle a number begins
SAME_MM = 1.0  # places nearer than that share one label
LEAST_RUN = 3


class Spot(NamedTuple):
    """A place on the page."""

    row: dict[str, Any]
    x: float
    y: float
    style: Style


def placed(
    spots: Sequence[Spot], numbers: Mapping[str, int], size: tuple[float, float], bar: Box
) -> tuple[tuple[dict[str, Any], ...], int]:
    """Labels with x and y (mm) of their upper left corners, and how many found no room.

    Parameters
    ----------
    spots
        Places on the page.
    numbers
        Number of a place by its id.
    size
        Width and height of the map, mm.
    bar
        Room of the scale bar, kept free.
    """
    taken: list[Box] = [bar, *((s.x - SYMBOL, s.y - SYMBOL, s.x + SYMBOL, s.y + SYMBOL) for s in spots)]
    groups = _together(spots)
    found: list[dict[str, Any]] = []
    for group in groups:
        x, y = group[0].x, group[0].y
        report = _spelled(group, numbers)
        wide = DIGIT * len(report)
        for left, top in _corners(x, y, wide):
            area = (left, top, left + wide, top + HEIGHT)
            if _is_inside(area, size) and not any(_meet(area, other) for other in taken):
                taken.append(area)
                found.append({"text": report, "x": round(left, 2), "y": round(top, 2)})
                break
    return tuple(found), len(groups) - len(found)


def _together(spots: Sequence[Spot]) -> list[list[Spot]]:
    groups: list[list[Spot]] = []
    for spot in spots:
        near = (each for each in groups if abs(each[0].x - spot.x) < SAME_MM and abs(each[0].y - spot.y) < SAME_MM)
        group = next(near, None)
        if group is None:
            groups.append([spot])
        else:
            group.append(spot)
    return groups


def _spelled(group: Sequence[Spot], numbers: Mapping[str, int]) -> str:
    """Numbers of places that share a spot, runs shortened: 2,7,22-34."""
    doubts = {numbers[spot.row["id"]]: spot.row["location_basis"] == "memory" for spot in group}
    runs: list[list[int]] = []
    for before, number in pairwise([None, *sorted(doubts)]):
        if runs and number == (before or 0) + 1 and not doubts[number] and not doubts[runs[-1][-1]]:
            runs[-1].append(number)
        elif number is not None:
            runs.append([number])
    words = [
        f"{run[0]}–{run[-1]}" if len(run) >= LEAST_RUN else ",".join(f"{each}{'?' * doubts[each]}" for each in run)
        for run in runs
    ]
    return ",".join(words)


def _corners(x: float, y: float, wide: float) -> list[tuple[float, float]]:
    right, left, middle = x + REACH, x - REACH - wide, x - wide / 2
    half, above, below = y - HEIGHT / 2, y - REACH - HEIGHT, y + REACH
    return [
        (right, half), (left, half), (middle, above), (middle, below),
        (right, above), (right, below), (left, above), (left, below),
    ]  # fmt: skip


def _is_inside(area: Box, size: tuple[float, float]) -> bool:
    return area[0] >= 0 and area[1] >= 0 and area[2] <= size[0] and area[3] <= size[1]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
