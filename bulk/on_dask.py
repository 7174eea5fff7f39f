"""Many processes or machines: dask.distributed runs our jobs part by part, and again what a lost worker took along.

The question with its small side travels to every worker once, as a plug-in, also to workers that join later or are
started again. A worker builds its indexes when its first part arrives, and keeps them. Tallies are merged in a tree.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from dask import config
from dask.base import tokenize
from distributed import Client, KilledWorker, LocalCluster, Worker, WorkerPlugin, get_worker

from bulk import jobs
from bulk.engine import Job, answer_part
from bulk.jobs import Indexes, JobSpec
from bulk.partitions import Part
from bulk.tally import Tally, merge_all
from geo.errors import AtlasError, ParameterError

LOCAL = "local"
REACH_SECONDS = 10
MERGED_AT_ONCE = 3  # more wait longer: with 16, what waits to be merged took 60 MB more
KEPT_BYTES = 64 * 2**20
# dask tells glibc to give all free memory back at once: then each array of a batch costs fresh pages, twice the time
SETTINGS = {
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": KEPT_BYTES,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": KEPT_BYTES // 2,
}

A = TypeVar("A")
B = TypeVar("B")


class SmallSide(WorkerPlugin):
    """A question, kept by every worker with the indexes that are built from it."""

    idempotent = True

    def __init__(self, job_spec: JobSpec) -> None:
        self.job_spec = job_spec
        self.name: str = f"atlas-{tokenize(job_spec)}"

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 - given by dask
        """Make room; nothing is built before it is needed."""
        self.built: Indexes | None = None
        self.lock = threading.Lock()

    @property
    def indexes(self) -> Indexes:
        """The indexes, built once per worker."""
        with self.lock:
            if self.built is None:
                self.built = jobs.build(self.job_spec)
        return self.built


@contextmanager
def workers(scheduler: str, *, count: int | None = None) -> Iterator[Client]:
    """A client of a scheduler: an address, or ``local`` for processes on this machine.

    Raises
    ------
    ParameterError
        If the scheduler cannot be reached, or its workers are lost again and again.
    """
    try:
        with config.set(SETTINGS), _client(scheduler, count) as client:
            yield client
    except KilledWorker as fault:
        msg = f"a part was lost with its worker several times ({fault})"
        hint = "Give the workers more memory, or read fewer rows per part."
        raise ParameterError(msg, code="workers_lost", where=scheduler, hint=hint) from fault
    except (OSError, CancelledError, ModuleNotFoundError) as fault:
        msg = f"the scheduler or its workers do not answer ({type(fault).__name__}: {str(fault).splitlines()[0]})"
        hint = "Name it as tcp://host:8786; its workers need this project, its packages and the same disk."
        raise ParameterError(msg, code="no_scheduler", where=scheduler, hint=hint) from fault


class OnWorkers:
    """The workers of a scheduler, with a question at hand. See `asked`."""

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.name = name

    def each(self, job: Job[A, B], items: Sequence[A]) -> list[B]:
        """Run a job on every item; results in the items' order."""
        found: list[B] = self.client.gather(self.started(job, items))
        return found

    def merged(self, job: Job[A, B], items: Sequence[A], merge: Callable[[list[B]], B]) -> B:
        """Run a job on every item, merge on the workers, a few results at a time, and fetch the last."""
        level = self.started(job, items)
        while len(level) > 1:
            few = [level[at : at + MERGED_AT_ONCE] for at in range(0, len(level), MERGED_AT_ONCE)]
            level = [self.client.submit(merge, each) for each in few]
        found: B = level[0].result()
        return found

    def tally(self, wanted: Sequence[Part]) -> Tally:
        """Answer the question for all points of some parts."""
        return self.merged(answer_part, wanted, merge_all)

    def started(self, job: Job[A, B], items: Sequence[A]) -> list[Any]:
        """Futures of a job on every item."""
        return list(self.client.map(run, items, job=job, name=self.name, key=job.__name__))


@contextmanager
def asked(job_spec: JobSpec, client: Client) -> Iterator[OnWorkers]:
    """Hand the question to all workers for as long as it is asked."""
    side = SmallSide(job_spec)
    client.register_plugin(side, name=side.name)
    try:
        yield OnWorkers(client, side.name)
    finally:
        # a scheduler that is gone needs no clearing up
        with suppress(OSError, CancelledError):
            client.unregister_worker_plugin(side.name)


def run(item: A, job: Job[A, B], name: str) -> B:
    """Run a job on a worker, with the worker's own indexes."""
    side: Any = get_worker().plugins[name]
    return job(side.indexes, item)


@contextmanager
def _client(scheduler: str, count: int | None) -> Iterator[Client]:
    if scheduler != LOCAL:
        with _at(scheduler) as client:
            yield client
        return
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # a lost worker is what the engine is for
    with _local(count or os.cpu_count() or 1) as cluster, Client(cluster) as client:
        yield client


def _local(count: int) -> LocalCluster:
    try:
        return LocalCluster(
            n_workers=count, threads_per_worker=1, processes=True, silence_logs=logging.CRITICAL,
            dashboard_address="127.0.0.1:0",  # any free port, and nobody else's business
        )  # fmt: skip
    except RuntimeError as fault:
        msg = f"the processes of this machine do not start ({fault})"
        raise ParameterError(msg, code="no_scheduler", where=LOCAL, hint="Try --engine stream.") from fault


def _at(address: str) -> Client:
    try:
        return Client(address, timeout=REACH_SECONDS)
    except (ValueError, AtlasError) as fault:
        msg = f"this is no address of a scheduler ({fault})"
        raise ParameterError(msg, code="no_scheduler", where=address, hint="Name it as tcp://host:8786.") from fault
