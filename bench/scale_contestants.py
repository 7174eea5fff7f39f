# ruff: noqa: PLC0415 - every contestant loads its own libraries, and no other's
"""Who takes part in `python -m bench scale`: each prepares itself, and gives a function from a folder to its answer."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

WORKERS = 2
PLAIN_ROWS = 65_536  # what pyarrow gives if nobody says how many; so did we before reading was tuned

Run = Callable[[Path], Any]


def _question(*, parks: bool) -> Any:
    import argparse

    from app.cli import bulk as command
    from app.service import cache

    parser = argparse.ArgumentParser()
    parser.set_defaults(coarse=False)
    command.arguments(parser)
    more = [] if parks else ["--districts-only"]
    return command.job_spec(parser.parse_args(["--input", "-", *more]), cache.atlas())


def _said(tally: Any) -> dict[str, Any]:
    found = {"n": [*map(int, tally.n[1:]), int(tally.n[0])]}
    return found | {"near": [*map(int, tally.sum_mm.ravel())]} if tally.bins.size else found


@contextlib.contextmanager
def reading(*, threads: int, rows: int | None = None) -> Iterator[Run]:
    """Only read in the way we read: batches of all columns, decoded, nothing done with them; a file is one thread's."""
    from concurrent.futures import ThreadPoolExecutor

    import pyarrow.parquet as pq

    from bulk.partitions import READ_AHEAD_BYTES, ROWS_PER_BATCH, ROWS_TO_COUNT

    def read(path: Path) -> None:
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=READ_AHEAD_BYTES) as file:
            ours = ROWS_TO_COUNT if "lon" in file.schema_arrow.names else ROWS_PER_BATCH
            for _ in file.iter_batches(batch_size=rows or ours, use_threads=False):
                pass

    def run(folder: Path) -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(read, sorted(folder.glob("*.parquet"))))

    yield run


@contextlib.contextmanager
def reading_as_given(*, threads: bool) -> Iterator[Run]:
    """Only read, as pyarrow does if nobody tells it how: whole row groups ahead, by threads of its own or not."""
    import pyarrow.parquet as pq

    def run(folder: Path) -> None:
        for path in sorted(folder.glob("*.parquet")):
            with pq.ParquetFile(path) as file:
                for _ in file.iter_batches(use_threads=threads):
                    pass

    yield run


@contextlib.contextmanager
def stream(*, parks: bool, threads: int = 2) -> Iterator[Run]:
    """One process of ours; the index is built within the time."""
    from bulk.engine import OneProcess
    from bulk.partitions import parts

    job_spec = _question(parks=parks)
    yield lambda folder: _said(OneProcess(job_spec, threads=threads).tally(parts(str(folder))))


@contextlib.contextmanager
def on_workers(*, parks: bool) -> Iterator[Run]:
    """Two worker processes of ours."""
    from bulk import on_dask
    from bulk.partitions import parts

    job_spec = _question(parks=parks)
    with on_dask.workers("local", count=WORKERS) as client, on_dask.asked(job_spec, client) as engine:
        yield lambda folder: _said(engine.tally(parts(str(folder))))


@contextlib.contextmanager
def dask_geopandas() -> Iterator[Run]:
    """dask-geopandas' own sjoin on two worker processes, part by part with the districts, counted by district."""
    import dask.dataframe as dd
    import dask_geopandas
    import geopandas as gpd
    from distributed import Client, LocalCluster

    from app.service import cache

    districts = cache.atlas().districts[["district_code", "geometry"]]

    def to_points(frame: Any) -> Any:
        return gpd.GeoDataFrame(geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs="EPSG:4326")

    def run(folder: Path) -> dict[str, Any]:
        table = dd.read_parquet(str(folder / "*.parquet"), split_row_groups=True)
        points = dask_geopandas.from_dask_dataframe(
            table.map_partitions(to_points, meta=to_points(table.head(0))), geometry="geometry"
        )
        counts = points.sjoin(districts, how="inner", predicate="intersects").groupby("district_code").size().compute()
        inside = [int(counts.get(code, 0)) for code in districts["district_code"]]
        return {"n": [*inside, len(table) - sum(inside)]}

    with LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster):
        yield run


@contextlib.contextmanager
def sedona() -> Iterator[Run]:
    """The same join by sedonadb, on all cores."""
    import pyarrow as pa
    import sedonadb

    from app.service import cache

    districts = cache.atlas().districts[["district_code", "geometry"]]
    session = sedonadb.connect()
    session.create_data_frame(districts).to_memtable().to_view("districts", overwrite=True)
    sql = (
        "SELECT d.district_code AS code, count(*) AS n FROM "
        "(SELECT ST_SetSRID(ST_Point(lon, lat), 4326) AS geometry FROM points) p "
        "JOIN districts d ON ST_Intersects(d.geometry, p.geometry) GROUP BY d.district_code"
    )

    def run(folder: Path) -> dict[str, Any]:
        paths = [str(path) for path in sorted(folder.glob("*.parquet"))]
        session.read_parquet(paths).to_view("points", overwrite=True)
        found = {row["code"]: row["n"] for row in pa.table(session.sql(sql)).to_pylist()}
        rows = pa.table(session.sql("SELECT count(*) AS n FROM points")).to_pylist()[0]["n"]
        inside = [int(found.get(code, 0)) for code in districts["district_code"]]
        return {"n": [*inside, rows - sum(inside)]}

    yield run


CONTESTANTS: dict[str, Callable[[], Any]] = {
    "reading-by-default": lambda: reading_as_given(threads=True),
    "reading-by-default-1-thread": lambda: reading_as_given(threads=False),
    "reading-1-thread": lambda: reading(threads=1),
    "stream-districts-1-thread": lambda: stream(parks=False, threads=1),
    "reading-2-threads": lambda: reading(threads=2),
    "stream-districts": lambda: stream(parks=False),
    "reading-65536-rows-1-thread": lambda: reading(threads=1, rows=PLAIN_ROWS),
    "reading-65536-rows-2-threads": lambda: reading(threads=2, rows=PLAIN_ROWS),
    "stream-parks": lambda: stream(parks=True),
    "dask-districts": lambda: on_workers(parks=False),
    "dask-parks": lambda: on_workers(parks=True),
    "sedonadb": sedona,
    "dask-geopandas": dask_geopandas,
}
PEERS = ("sedonadb", "dask-geopandas")
