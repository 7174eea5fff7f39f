"""Real worker processes: equal answers, also when a worker is killed in the middle of every step."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bulk import jobs
from bulk.engine import Job, OneProcess, in_memory
from bulk.jobs import JobSpec
from bulk.partitioned_join import join_in_memory, join_points
from bulk.partitions import parts
from bulk.tally import Tally
from geo.errors import AtlasError, ParameterError

distributed = pytest.importorskip("distributed")
on_dask = pytest.importorskip("bulk.on_dask")

pytestmark = [
    pytest.mark.workers,
    # sockets of a process that was killed are closed by the collector
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


def gated(numbered: tuple[int, Any], job: Job, name: str, gate: str) -> Any:
    """Run a job, but all of them except the first only once the gate is open."""
    number, item = numbered
    if number:
        distributed.Event(gate).wait(timeout=60)
    return on_dask.run(item, job, name)


class Killing(on_dask.OnWorkers):
    """Kills a worker of every job: its first result is there, and both workers are at the next."""

    killed = 0

    def started(self, job: Job, items: Sequence[Any]) -> list[Any]:
        """Start, wait for the first result, kill a worker, let the others go on."""
        gate = distributed.Event(f"gate-{job.__name__}-{self.name}", client=self.client)
        numbered = list(enumerate(items))
        futures = list(self.client.map(gated, numbered, job=job, name=self.name, gate=gate.name, key=job.__name__))
        distributed.wait(futures[:1])
        self.client.wait_for_workers(2, timeout=120)  # a worker that dask does not start again fails the test
        assert sum(future.done() for future in futures) == 1 < len(futures)
        os.kill(next(iter(self.client.run(os.getpid).values())), signal.SIGKILL)
        self.killed += 1
        gate.set()
        return futures


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Two worker processes on this machine."""
    with on_dask.workers("local", count=2) as found:
        yield found


def assert_same(found: Tally, wanted: Tally) -> None:
    """All integers and extremes are equal, sums of weights to 1e-9."""
    for name, value in vars(wanted).items():
        if name == "weight":
            np.testing.assert_allclose(found.weight, value, rtol=1e-9)
        else:
            np.testing.assert_array_equal(getattr(found, name), value, err_msg=name)


@pytest.mark.parametrize("asked", ["--count-targets", "--districts-only"])
def test_points_are_counted_the_same_with_a_worker_killed(
    client: Any, write: Callable[..., str], ask: Callable[..., JobSpec], asked: str
) -> None:
    weight = None if asked == "--districts-only" else "staff"
    wanted = parts(write("a", 60_000, files=4, row_group=1_000), weight=weight, rows_per_part=1_000)
    assert len(wanted) == 60
    job_spec = ask(asked)
    with on_dask.asked(job_spec, client) as engine:
        calm = engine.tally(wanted)
        killing = Killing(client, engine.name)
        shaken = killing.tally(wanted[::-1])
    assert killing.killed == 1
    for found in (calm, shaken, OneProcess(job_spec).tally(wanted)):
        assert_same(found, in_memory(job_spec, wanted))


def test_points_meet_points_the_same_with_a_worker_killed_in_every_step(
    client: Any, write: Callable[..., str], ask: Callable[..., JobSpec], tmp_path: Path
) -> None:
    left = parts(write("a", 20_000, row_group=1_000), weight="staff", rows_per_part=1_000)
    right = parts(write("b", 20_000, row_group=1_000, seed=2), rows_per_part=1_000)
    job_spec = ask("--to", "-", "--radius", "300", "--radius", "1200")
    with on_dask.asked(job_spec, client) as engine:
        killing = Killing(client, engine.name)
        found = join_points(left, right, engine=killing, job_spec=job_spec, scratch=tmp_path, rows_per_tile=1_000)
    assert killing.killed == 3
    assert_same(found, join_in_memory(left, right, job_spec, jobs.build(job_spec)))


def take_the_worker_along(_: Any, item: int) -> int:
    """End the process that runs this."""
    os.kill(os.getpid(), signal.SIGKILL)
    return item


def test_a_part_that_takes_its_workers_along_is_said_so(ask: Callable[..., JobSpec]) -> None:
    def lose() -> None:
        with on_dask.workers("local", count=1) as client, on_dask.asked(ask("--districts-only"), client) as engine:
            client.cluster.scheduler.allowed_failures = 0
            engine.each(take_the_worker_along, [1])

    with pytest.raises(ParameterError) as caught:
        lose()
    assert caught.value.code == "workers_lost"


def test_an_error_on_a_worker_comes_home_whole(
    client: Any, write: Callable[..., str], ask: Callable[..., JobSpec]
) -> None:
    pattern = write("a", 1_000)
    wanted = parts(pattern)
    (Path(pattern).parent / "part-1.parquet").unlink()
    with pytest.raises(AtlasError) as caught, on_dask.asked(ask(), client) as engine:
        engine.tally(wanted)
    assert (caught.value.code, caught.value.where) == ("missing_file", "part-1.parquet")
