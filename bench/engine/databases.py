"""The query engines among the peers: tables in memory, one thread."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from bench.engine.model import Gap


def frame(shapes: NDArray[Any], crs: str | None = None) -> gpd.GeoDataFrame:
    """A frame with the column `place`: the position."""
    return gpd.GeoDataFrame({"place": np.arange(len(shapes))}, geometry=shapes, crs=crs)


def sedona(**tables: NDArray[Any]) -> Any:
    """A sedonadb session with tables of geometries, held in memory. It takes its threads from the cores it may use."""
    import sedonadb  # noqa: PLC0415 - a peer may be absent

    session = sedonadb.connect()
    for name, shapes in tables.items():
        session.create_data_frame(frame(shapes)).to_memtable().to_view(name, overwrite=True)
    return session


def asked(session: Any, sql: str) -> Any:
    """Answer of sedonadb as an Arrow table."""
    import pyarrow as pa  # noqa: PLC0415 - only the database peers need it

    return pa.table(session.sql(sql))


def duck() -> Any:
    """A DuckDB session of one thread."""
    import duckdb  # noqa: PLC0415 - a peer may be absent

    session = duckdb.connect()
    session.sql("SET threads = 1")
    return session


def duck_with_space(**tables: NDArray[Any]) -> Any:
    """A DuckDB session with its spatial extension and tables of geometries.

    Raises
    ------
    Gap
        If the extension is not on this machine: neither installed nor as a package.
    """
    session = duck()
    load_space(session)
    for name, shapes in tables.items():
        raw = frame(shapes).to_wkb()
        session.register("raw", raw)
        session.sql(f"CREATE TABLE {name} AS SELECT place, ST_GeomFromWKB(geometry) AS geometry FROM raw")  # noqa: S608
        session.unregister("raw")
    return session


def load_space(session: Any) -> None:
    """Load DuckDB's spatial extension from where DuckDB keeps it, or from the package.

    Raises
    ------
    Gap
        If it is in neither place.
    """
    import duckdb  # noqa: PLC0415 - a peer may be absent

    inside = f"duckdb_extension_spatial/extensions/v{duckdb.__version__}/spatial.duckdb_extension"
    try:
        session.sql("LOAD spatial")
    except duckdb.Error as error:
        try:
            session.sql(f"LOAD '{distribution('duckdb-extension-spatial').locate_file(inside)}'")
        except (PackageNotFoundError, duckdb.Error):
            msg = f"spatial extension not installable here (DuckDB {duckdb.__version__})"
            raise Gap(msg) from error


def postgis() -> str:
    """Say whether PostGIS is here: it needs a server of its own, so it is named but never started."""
    found = list(Path("/usr/share").glob("postgresql/*/extension/postgis.control"))
    return "present, not measured (it needs a server of its own)" if found else "not present"
