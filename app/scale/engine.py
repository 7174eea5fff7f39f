"""What an engine is: it runs a job on many items, each with the indexes of the small side at hand."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import Protocol, TypeVar

from app.scale import jobs
from app.scale.jobs import Indexes, Question
from app.scale.partitions import Part, read, read_all
from app.scale.tally import Tally, merge_all

A = TypeVar("A")
B = TypeVar("B")
Job = Callable[[Indexes, A], B]


class Engine(Protocol):
    """Runs jobs. Two engines differ in where, never in what comes out."""

    def each(self, job: Job[A, B], items: Sequence[A]) -> list[B]:
        """Run a job on every item; results in the items' order."""

    def merged(self, job: Job[A, B], items: Sequence[A], merge: Callable[[list[B]], B]) -> B:
        """Run a job on every item, at least one, and merge the results."""

    def tally(self, wanted: Sequence[Part]) -> Tally:
        """Answer the question for all points of some parts."""


class OneProcess:
    """One process: one item after the other: memory does not grow with the rows."""

    def __init__(self, question: Question, *, threads: int | None = None) -> None:
        self.indexes = jobs.build(question)
        self.threads = threads or os.cpu_count() or 1

    def each(self, job: Job[A, B], items: Sequence[A]) -> list[B]:
        """Run a job on every item; results in the items' order."""
        return [job(self.indexes, item) for item in items]

    def merged(self, job: Job[A, B], items: Sequence[A], merge: Callable[[list[B]], B]) -> B:
        """Run a job on every item, and merge as results come."""
        found = job(self.indexes, items[0])
        for item in items[1:]:
            found = merge([found, job(self.indexes, item)])
        return found

    def tally(self, wanted: Sequence[Part]) -> Tally:
        """Ask batch by batch, a thread for every core: reading and the kernels let each other run."""
        with ThreadPoolExecutor(self.threads) as pool:
            found = pool.map(partial(answer_part, self.indexes), wanted)
            return merge_all(chain([self.indexes.question.nothing], found))


def answer_part(indexes: Indexes, part: Part) -> Tally:
    """Tally of one part."""
    # the counter looks itself, and only at what lies in none of its cells
    return jobs.answer_all(indexes, read(part, check=indexes.counter is None))


def in_memory(question: Question, wanted: Sequence[Part]) -> Tally:
    """Read everything, then ask once: what the engines are compared with."""
    return merge_all([question.nothing, jobs.build(question).answer(read_all(wanted))])
