"""One process, a few threads: whoever takes which parts, the numbers are those of all points at once."""

from collections import deque
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.core.atlas import Atlas
from bulk import engine
from bulk.engine import OneProcess, answer_part, in_memory
from bulk.jobs import JobSpec
from bulk.partitions import Part, joined, parts
from geo.errors import SchemaError

ROWS = 3_000


@pytest.fixture
def job_spec(atlas: Atlas) -> JobSpec:
    """Districts alone."""
    return JobSpec(
        districts=np.asarray(atlas.districts.geometry, dtype=object),
        targets=np.empty(0, dtype=object),
        accuracy_m=np.empty(0),
    )


def written(folder: Path, *, files: int, wrong: int | None = None) -> list[Part]:
    """Points over the city in several files, ten parts each; one number of one file may be none of a degree."""
    for number in range(files):
        lon, lat = np.random.default_rng(number).uniform((120.8, 30.6), (122.1, 32.0), (ROWS, 2)).T
        if number == wrong:
            lon[ROWS // 2] = 500.0
        table = pa.table({"lon": lon, "lat": lat})
        pq.write_table(table, folder / f"{number}.parquet", row_group_size=ROWS // 10)
    return parts(str(folder), rows_per_part=ROWS // 10)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_take_every_part_once(job_spec: JobSpec, tmp_path: Path, threads: int) -> None:
    wanted = written(tmp_path, files=3)
    assert len(wanted) == 30
    found, every = OneProcess(job_spec, threads=threads).tally(wanted), in_memory(job_spec, wanted)
    assert found.n.tolist() == every.n.tolist()
    assert (found.rows, found.unplaced) == (every.rows, every.unplaced) == (3 * ROWS, 0)
    one = OneProcess(job_spec).indexes
    assert sum(answer_part(one, part).n for part in wanted).tolist() == every.n.tolist()


def test_no_part_is_left_for_nobody(job_spec: JobSpec) -> None:
    assert OneProcess(job_spec, threads=3).tally([]).rows == 0


@pytest.mark.parametrize("threads", [1, 3])
def test_a_wrong_number_ends_it_by_the_name_of_its_file(job_spec: JobSpec, tmp_path: Path, threads: int) -> None:
    wanted = written(tmp_path, files=4, wrong=2)
    with pytest.raises(SchemaError) as refused:
        OneProcess(job_spec, threads=threads).tally(wanted)
    assert (refused.value.code, refused.value.where) == ("wrong_crs", "2.parquet")


def test_a_thread_that_fails_leaves_nothing_to_the_others(job_spec: JobSpec, tmp_path: Path) -> None:
    wanted = written(tmp_path, files=2)
    (tmp_path / "0.parquet").write_bytes(b"no Parquet")
    waiting = deque(wanted)
    with pytest.raises(SchemaError):
        OneProcess(job_spec, threads=2)._count(waiting)
    assert not waiting


def test_many_parts_are_taken_while_many_wait_and_one_at_the_end(
    job_spec: JobSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, taken = written(tmp_path, files=2), []
    read = engine.read_to_count
    monkeypatch.setattr(engine, "read_to_count", lambda part: taken.append(part) or read(part))
    OneProcess(job_spec, threads=1).tally(wanted)
    assert [len(part.row_groups) for part in taken] == [10, 5, 2, 1, 1, 1]
    assert [part.path for part in taken] == [wanted[0].path] + [wanted[-1].path] * 5


def test_neighbours_of_one_file_are_joined_in_their_order(tmp_path: Path) -> None:
    wanted = written(tmp_path, files=2)
    few = joined([*wanted[8:13], wanted[3]])
    assert [(Path(each.path).name, each.row_groups, each.rows) for each in few] == [
        ("0.parquet", (8, 9), 600), ("1.parquet", (0, 1, 2), 900), ("0.parquet", (3,), 300),
    ]  # fmt: skip
    assert joined([]) == []
