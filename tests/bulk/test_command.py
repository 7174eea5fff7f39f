"""`stats proximity --input`: equal answers from every engine, and bad input said in both languages."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from scale_answers import answered, same

from app.cli.parser import main
from app.core.atlas import Atlas
from app.core.groups import FINE
from geo.crs import to_local_xy
from geo.errors import ParameterError

Run = Callable[..., tuple[int, str, str]]
Write = Callable[..., str]


def test_stream_and_memory_agree_on_parks(run: Run, write: Write) -> None:
    job_spec = [
        "--input",
        write("a", 5_000),
        "--radius",
        "2000",
        "--radius",
        "500",
        "--weight",
        "staff",
        "--count-targets",
    ]
    stream, memory = (answered(run("--engine", engine, *job_spec)) for engine in ("stream", "memory"))
    same(stream, memory)
    assert (stream["engine"], stream["partitions"], stream["rows"]) == ("stream", 3, 5_000)
    assert stream["rows_without_position"] == 100
    assert stream["by_district"][-1]["n"] == 4_900 == sum(row["n"] for row in stream["by_district"][:-1])
    assert list(stream["by_district"][-1]["within"]) == ["500", "2000"]


@pytest.mark.parametrize("coarse", [False, True])
def test_the_table_is_what_geopandas_finds(run: Run, write: Write, atlas: Atlas, *, coarse: bool) -> None:
    pattern = write("a", 3_000)
    frame = pd.concat([pq.read_table(path).to_pandas() for path in sorted(Path(pattern).parent.glob("*"))])
    frame = frame[frame["lon"].notna()].reset_index(drop=True)
    points = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs="EPSG:4326")
    held = points.sjoin(atlas.districts[["district_code", "geometry"]], how="left")
    code = held["district_code"].fillna("outside")
    answer = answered(run("--input", pattern, "--weight", "staff", "--count-targets", *["--coarse"] * coarse))
    parks = atlas.frame("parks").set_index("id")
    parks = parks[parks["accuracy_m"].notna() & (coarse | parks["location_method"].isin(FINE))]
    accuracy = parks["accuracy_m"].to_numpy()
    assert answer["to"]["parks"] == len(parks)
    shapes = parks.geometry.copy()
    shapes.update(atlas.measured_outlines)
    gap = _gaps(points, shapes)
    for row in answer["by_district"][:-1]:
        here = (code == row["district_code"]).to_numpy()
        assert row["n"] == here.sum()
        assert row["weight"] == pytest.approx(held["staff"][here].sum())
        if not row["n"]:
            continue
        # a park that is known coarsely may be in reach though another is nearer as drawn
        for bound, metres in (("sure", accuracy), ("best", 0), ("possible", -accuracy)):
            near = (gap[here] + metres).min(axis=1)
            report = row["nearest_park_m"] if bound == "best" else row["nearest_park_m"][bound]
            for name in ("mean", "min", "max"):
                real = getattr(near.clip(min=0), name)()
                assert report[name] == pytest.approx(real, abs=0.6, rel=1e-4)
            assert row["within"]["3000"][f"share_{bound}"] == pytest.approx((near <= 3_000).mean(), abs=2 / len(near))
            count = row["within"]["5000"]["targets" if bound == "best" else f"targets_{bound}"]
            assert abs(count - (gap[here] + metres <= 5_000).sum()) <= 2


def _gaps(points: gpd.GeoDataFrame, shapes: gpd.GeoSeries) -> np.ndarray:
    from geo.crs import to_local

    here = gpd.points_from_xy(*to_local_xy(points["lon"].to_numpy(), points["lat"].to_numpy()))
    plane = to_local(shapes)
    return np.stack([gpd.GeoSeries(here).distance(shape).to_numpy() for shape in plane], axis=1)


def test_districts_alone_measure_no_distance(run: Run, write: Write) -> None:
    pattern = write("a", 2_000)
    alone, full = answered(run("--input", pattern, "--districts-only")), answered(run("--input", pattern))
    assert [row["n"] for row in alone["by_district"]] == [row["n"] for row in full["by_district"]]
    same(alone, answered(run("--engine", "memory", "--input", pattern, "--districts-only")))
    assert alone["rows_without_position"] == 40
    assert not any("within" in row or "nearest_park_m" in row for row in alone["by_district"])


@pytest.mark.parametrize("row_groups", [0, 1])
def test_files_without_rows_give_a_table_of_zeros(run: Run, write: Write, row_groups: int) -> None:
    path = Path(write("a", 10, files=1)).parent / "part-0.parquet"
    nothing = pq.read_table(path).slice(0, 0)
    with pq.ParquetWriter(path, nothing.schema) as writer:
        for _ in range(row_groups):
            writer.write_table(nothing)
    assert pq.ParquetFile(path).num_row_groups == row_groups
    for engine in ("stream", "memory"):
        for more in ([], ["--to", str(path)]):
            answer = answered(run("--engine", engine, "--input", str(path), *more))
            assert answer["rows"] == 0
            assert {row["n"] for row in answer["by_district"]} == {0}
            kind = "point" if more else "park"
            assert answer["by_district"][0][f"nearest_{kind}_m"]["median"] is None


def test_without_input_the_command_is_what_it_was(run: Run) -> None:
    code, out, _ = run()
    assert code == 0
    assert "sites" in json.loads(out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--engine", "stream"],
        ["--radius", "500"],
        ["--input", "none/*.parquet"],
        ["--input", "GOOD", "--radius", "0"],
        ["--input", "GOOD", "--radius", "nan"],
        ["--input", "GOOD", "--weight", "nobody"],
        ["--input", "GOOD", "--district", "310117"],
        ["--input", "GOOD", "--scheduler", "local"],
        ["--input", "GOOD", "--districts-only", "--radius", "500"],
        ["--input", "GOOD", "--to", "none.parquet"],
        ["--input", "GOOD", "--k", "3"],
        ["--input", "GOOD", "--to", "GOOD", "--k", "0"],
        ["--k", "3"],
        ["--input", "GOOD", "--to", "GOOD", "--scratch", "no/such/folder"],
        ["--input", "GOOD", "--to", ""],
        ["--input", "GOOD", "--scratch", "anywhere"],
        ["--input", "GOOD", "--to", "GOOD", "--engine", "memory", "--scratch", "anywhere"],
        ["--input", "GOOD", "--radius", "1e300"],
        ["--input", "GOOD", "--engine", "dask", "--workers", "0"],
        ["--input", "GOOD", "--engine", "dask", "--workers", "-1"],
    ],
)
def test_bad_input_exits_2_and_says_so_in_both_languages(run: Run, write: Write, arguments: list[str]) -> None:
    pattern = write("a", 50)
    code, out, err = run(*[pattern if each == "GOOD" else each for each in arguments])
    assert (code, out) == (2, "")
    assert " | " in err
    assert any("\u4e00" <= sign <= "\u9fff" for sign in err)
    assert "Traceback" not in err


def test_land_takes_no_points(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "land", "--input", "a.parquet"]) == 2
    assert "stats proximity" in capsys.readouterr().err


def test_a_scheduler_that_is_not_there_is_named(run: Run, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    on_dask = pytest.importorskip("bulk.on_dask")
    monkeypatch.setattr(on_dask, "REACH_SECONDS", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    for asked in (address, "no://where", "tcp://"):
        code, out, err = run("--input", write(f"a{len(asked)}", 50), "--engine", "dask", "--scheduler", asked)
        assert (code, out) == (2, "")
        assert asked in err
        assert "调度器" in err


def test_without_dask_its_engine_says_what_to_install(run: Run, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "bulk.on_dask", raising=False)
    monkeypatch.delattr("bulk.on_dask", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    code, out, err = run("--input", write("a", 50), "--engine", "dask")
    assert (code, out) == (2, "")
    assert "requirements-scale.txt" in err
    assert "没有安装dask" in err


@pytest.mark.parametrize("missing", ["numba", "pyarrow"])
def test_without_its_packages_points_from_files_say_what_to_install(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    pattern = write("a", 50)
    monkeypatch.setitem(sys.modules, missing, None)
    code, out, err = run("--input", pattern)
    assert (code, out) == (2, "")
    assert f"没有安装：{missing}" in err
    assert "pip install -r requirements-scale.txt" in err


def test_dask_is_loaded_for_its_own_engine_alone(write: Write, root: Path) -> None:
    script = (
        "import sys\nfrom app.cli.parser import main\n"
        f"assert main(['stats', 'proximity', '--json', '--input', {write('a', 50)!r}]) == 0\n"
        "assert not {'dask', 'distributed'} & {name.partition('.')[0] for name in sys.modules}"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=root, env=os.environ, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_question_needs_districts(atlas: Atlas) -> None:
    from argparse import Namespace
    from dataclasses import replace

    from app.cli.bulk import job_spec

    lost = replace(atlas, districts=atlas.districts.iloc[:0])
    with pytest.raises(ParameterError, match="districts"):
        job_spec(Namespace(radius=[], coarse=False), lost)
