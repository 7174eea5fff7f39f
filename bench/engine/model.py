"""What a contest is: one job, the same inputs, several who do it, and what was hoped for."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

Answer = dict[str, NDArray[Any]]
OURS = "atlas"
FLOOR = "floor: read the coordinates once"


class Gap(Exception):  # noqa: N818 - it is no error: a peer may be absent
    """A contender cannot take part here, and why."""


def as_is(inputs: Any) -> Any:
    """Give the inputs as they are: arrays."""
    return inputs


def no_index(given: Any) -> None:
    """Build nothing beforehand."""
    del given


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One way of doing a job.

    Attributes
    ----------
    run
        Does the job from what was given and the index; the timed part.
    answer
        Inputs and what `run` gave, to plain arrays in the order of the inputs; not timed.
    give
        The inputs in the form that this library takes (frames, tables in memory); not timed, which favours it.
    build
        What can be kept between questions; timed on its own.
    fresh
        Whether the inputs are given anew before every run, because the library keeps an index of the *points*
        inside its frame: points are new in every question, the polygons stay.
    packages
        Distributions that it needs.
    most
        Largest N that it is asked for; it is compared at that N with ours at the same N.
    """

    name: str
    run: Callable[[Any, Any], Any]
    answer: Callable[[Any, Any], Answer]
    give: Callable[[Any], Any] = as_is
    build: Callable[[Any], Any] = no_index
    fresh: bool = False
    packages: tuple[str, ...] = ()
    most: float = float("inf")

    def missing(self) -> str:
        """Say which packages are not installed, empty if none."""
        absent = []
        for package in self.packages:
            try:
                version(package)
            except PackageNotFoundError:
                absent.append(package)
        return f"not installed: {', '.join(absent)}" if absent else ""


@dataclass(frozen=True, kw_only=True)
class Goal:
    """How many times faster than a peer.

    Attributes
    ----------
    cold
        Whether building our index counts too.
    """

    peer: str
    least: float
    cold: bool = False


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A bound on one of our own numbers.

    Attributes
    ----------
    what
        `run_s`, `extra_MB`, `index_MB`, `exponent`, `per_input` (extra memory without the answer, by the input's)
        or `floors` (times the floor).
    """

    what: str
    most: float
    words: str


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job, and who does it.

    Attributes
    ----------
    inputs
        N to the inputs, the same in every process (seeded).
    differ
        Inputs, our answer, the peer's: where they differ, in words; empty where they agree.
    contenders
        Ours first.
    beyond
        Ours and the floor are also measured at so many times the largest N.
    """

    name: str
    title: str
    inputs: Callable[[int], Any]
    differ: Callable[[Any, Answer, Answer], str]
    contenders: tuple[Contender, ...]
    goals: tuple[Goal, ...] = ()
    limits: tuple[Limit, ...] = ()
    note: str = ""
    beyond: int = 1

    def named(self, name: str) -> Contender:
        """Find a contender."""
        return next(each for each in self.contenders if each.name == name)


def answer_of(contender: Contender, inputs: Any) -> Answer:
    """Do a job once, and give the answer as arrays."""
    given = contender.give(inputs)
    return contender.answer(inputs, contender.run(given, contender.build(given)))


def unlike(name: str, ours: NDArray[Any], peer: NDArray[Any], tolerance: float = 0.0) -> str:
    """Say how many values of two arrays differ by more than a tolerance, empty if none does."""
    if ours.shape != peer.shape:
        return f"{name}: {ours.shape} values, the peer has {peer.shape}"
    gap = np.abs(ours.astype(np.float64) - peer.astype(np.float64))
    wrong = ~(gap <= tolerance)  # NaN is never equal
    if not wrong.any():
        return ""
    at = int(np.argmax(np.where(np.isnan(gap), np.inf, gap)))
    return f"{name}: {int(wrong.sum())} of {wrong.size} differ, most at {at}: {ours.flat[at]} and {peer.flat[at]}"
