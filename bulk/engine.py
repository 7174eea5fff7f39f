"""What an engine is: it runs a job on many items, each with the indexes of the small side at hand."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import Protocol, TypeVar

from bulk import jobs
from bulk.geoparquet import Points
from bulk.jobs import Indexes, JobSpec
from bulk.partitions import Part, joined, read, read_all, read_to_count
from bulk.tally import Tally, merge_all

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

    def __init__(self, job_spec: JobSpec, *, threads: int | None = None) -> None:
        self.indexes = jobs.build(job_spec)
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
        waiting = deque(wanted)
        with ThreadPoolExecutor(self.threads) as pool:
            try:
                if self.indexes.counter is None:
                    found = pool.map(partial(answer_part, self.indexes), wanted)
                else:  # whole numbers: the same whoever counts what
                    found = pool.map(self._count, [waiting] * self.threads)
                return merge_all(chain([self.indexes.job_spec.nothing], found))
            finally:
                waiting.clear()

    def _count(self, waiting: deque[Part]) -> Tally:
        """Take parts while there are any: what is put aside is settled for many of them at once."""
        try:
            return jobs.answer_all(self.indexes, _taken(waiting, self.threads))
        finally:
            waiting.clear()  # nothing is left, or what failed stops the others, too


def _taken(waiting: deque[Part], threads: int) -> Iterator[Points]:
    """Points of the parts that nobody has taken yet: many parts while many wait, so that few files are opened."""
    while waiting:
        some = list(_first(waiting, max(1, len(waiting) // (2 * threads))))
        for part in joined(some):
            yield from read_to_count(part)


def _first(waiting: deque[Part], count: int) -> Iterator[Part]:
    for _ in range(count):
        try:
            yield waiting.popleft()
        except IndexError:  # another thread was faster
            return


def answer_part(indexes: Indexes, part: Part) -> Tally:
    """Tally of one part."""
    return jobs.answer_all(indexes, read(part) if indexes.counter is None else read_to_count(part))


def in_memory(job_spec: JobSpec, wanted: Sequence[Part]) -> Tally:
    """Read everything, then ask once: what the engines are compared with."""
    return merge_all([job_spec.nothing, jobs.build(job_spec).answer(read_all(wanted))])
