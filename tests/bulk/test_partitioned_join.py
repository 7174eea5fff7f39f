"""Points to points: by tile as in memory, whatever the tiles, the row groups and k."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scale_answers import answered, same

from bulk import partitioned_join, spill_files
from geo.crs import to_local_xy

Run = Callable[..., tuple[int, str, str]]
Write = Callable[..., str]


@pytest.mark.parametrize("rows_per_tile", [100, 1_500, 10**6])
def test_points_to_points_by_tile_agree_with_memory(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rows_per_tile: int
) -> None:
    job_spec = ["--input", write("a", 3_000), "--to", write("b", 2_000, seed=2), "--radius", "1500", "--radius", "400"]
    memory = answered(run("--engine", "memory", *job_spec, "--weight", "staff"))
    join_points = partitioned_join.join_points
    monkeypatch.setattr(
        partitioned_join,
        "join_points",
        lambda *sides, **more: join_points(*sides, **more, rows_per_tile=rows_per_tile),
    )
    (tmp_path / "passing").mkdir()
    stream = answered(run(*job_spec, "--weight", "staff", "--scratch", str(tmp_path / "passing")))
    same(stream, memory)
    everywhere = stream["by_district"][-1]
    assert 0 < everywhere["nearest_point_m"]["n"] < everywhere["n"] == 2_940
    assert everywhere["nearest_point_m"]["max"] <= 1_500
    assert everywhere["within"]["1500"]["share_best"] * everywhere["n"] == pytest.approx(
        everywhere["nearest_point_m"]["n"]
    )
    assert list((tmp_path / "passing").iterdir()) == []


def test_the_kth_nearest_point_is_that_of_a_tree(run: Run, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    join_points = partitioned_join.join_points
    monkeypatch.setattr(
        partitioned_join, "join_points", lambda *sides, **more: join_points(*sides, **more, rows_per_tile=300)
    )
    monkeypatch.setattr(partitioned_join, "NUMBERS_AT_ONCE", 100)
    left, right = write("a", 3_000), write("b", 2_000, seed=2)
    job_spec = ["--input", left, "--to", right, "--radius", "2500", "--radius", "1000", "--k", "4"]
    memory, stream = (answered(run("--engine", engine, *job_spec)) for engine in ("memory", "stream"))
    same(stream, memory)
    assert stream["to"] == {"points": 2_000, "k": 4}
    here, there = (_metres(pattern) for pattern in (left, right))
    fourth = np.sort(np.hypot(*(here[axis][:, None] - there[axis] for axis in (0, 1))), axis=1)[:, 3]
    everywhere, found = stream["by_district"][-1], fourth[fourth <= 2_500]
    assert 0 < len(found) < len(fourth)
    assert everywhere["kth_nearest_point_m"]["n"] == len(found)
    assert everywhere["kth_nearest_point_m"]["mean"] == pytest.approx(found.mean(), abs=1e-3)
    assert everywhere["kth_nearest_point_m"]["max"] == pytest.approx(found.max(), abs=1e-3)
    assert everywhere["within"]["1000"]["share_best"] == pytest.approx((fourth <= 1_000).mean(), abs=1e-12)


def _metres(pattern: str) -> tuple[np.ndarray, np.ndarray]:
    points = pq.read_table(Path(pattern).parent).to_pandas().dropna(subset=["lon", "lat"])
    return to_local_xy(points["lon"].to_numpy(), points["lat"].to_numpy())


def test_more_neighbours_than_there_are_points_are_not_found_and_need_no_memory(run: Run, write: Write) -> None:
    job_spec = ["--input", write("a", 200), "--to", write("b", 100), "--radius", "5000", "--k", "99999999999"]
    for engine in ("stream", "memory"):
        row = answered(run(*job_spec, "--engine", engine))["by_district"][-1]
        assert row["kth_nearest_point_m"]["n"] == 0
        assert row["within"]["5000"]["targets"] > 0


def test_a_large_row_group_is_put_down_piece_by_piece(run: Run, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    job_spec = ["--input", write("a", 3_000), "--to", write("b", 2_000), "--radius", "1000"]
    whole = answered(run(*job_spec))
    monkeypatch.setattr("bulk.partitions.ROWS_PER_BATCH", 200)
    monkeypatch.setattr(partitioned_join, "ROWS_PER_SPILL_FILE", 300)
    written = []
    put = spill_files.put
    monkeypatch.setattr(spill_files, "put", lambda path, *rest: written.append(path.name) or put(path, *rest))
    same(answered(run(*job_spec)), whole)
    assert len(written) == len(set(written)) > 10


def test_points_without_any_position_meet_nobody(run: Run, write: Write) -> None:
    path = Path(write("a", 40, files=1)).parent / "part-0.parquet"
    lost = pq.read_table(path)
    pq.write_table(lost.set_column(0, "lon", pa.nulls(len(lost), pa.float64())), path)
    answer = answered(run("--input", str(path), "--to", write("b", 60)))
    assert (answer["rows"], answer["rows_without_position"], answer["by_district"][-1]["n"]) == (40, 40, 0)
    assert answered(run("--input", write("c", 60), "--to", str(path)))["by_district"][-1]["nearest_point_m"]["n"] == 0
