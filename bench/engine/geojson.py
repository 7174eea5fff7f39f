"""Points with their columns as one GeoJSON document on disk."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.engine import databases, scene
from bench.engine.model import OURS, Answer, Contender, Gap, Goal, Job, Limit, unlike
from geo.crs import WGS84
from geo.point_geojson import points_geojson
from layers.vocabulary import SECTORS

DIGITS = 6  # of a degree: 0.1 m, as the atlas's own files have them


@dataclass(frozen=True)
class Places:
    """Positions in degrees, and columns as an imported table has them."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    columns: dict[str, NDArray[Any]]


def places(n: int) -> Places:
    """Seeded places: a code, a name in Chinese with quotes in some, a sector, whole and decimal numbers."""
    chance = np.random.default_rng([11, n])
    where = scene.points(n)
    number = np.arange(n)
    sectors = np.array([sector.code for sector in SECTORS], dtype=object)
    columns = {
        "code": np.array([f"P{at:07d}" for at in number], dtype=object),
        "name": np.array([f'园区"{at}"' if at % 10 == 0 else f"园区 {at}" for at in number], dtype=object),
        "sector": sectors[chance.integers(len(sectors), size=n)],
        "staff": chance.integers(1, 5_000, size=n),
        "area_mu": chance.uniform(1, 900, n).round(2),
    }
    return Places(where.x.round(DIGITS), where.y.round(DIGITS), columns)


def input_bytes(found: Places) -> int:
    """Numbers as they lie in memory, words as they are written."""
    columns = [column for column in found.columns.values() if column.dtype != object]
    words = [word for column in found.columns.values() if column.dtype == object for word in column]
    return sum(each.nbytes for each in (found.lon, found.lat, *columns)) + len("".join(words).encode())


def frame(found: Places) -> gpd.GeoDataFrame:
    """A frame as geopandas wants it."""
    points = gpd.points_from_xy(found.lon, found.lat)
    return gpd.GeoDataFrame(pd.DataFrame(found.columns), geometry=points, crs=WGS84)


def by_atlas(found: Places, path: Path) -> Path:
    """Lay out by our own writer."""
    with path.open("wb") as file:
        file.writelines(points_geojson(found.lon, found.lat, found.columns, about={}))
    return path


def by_file(given: gpd.GeoDataFrame, path: Path, *, arrow: bool = False) -> Path:
    """Write by GDAL."""
    given.to_file(path, driver="GeoJSON", engine="pyogrio", use_arrow=arrow)
    return path


def by_text(given: gpd.GeoDataFrame, path: Path) -> Path:
    """Lay out by geopandas itself, then write."""
    path.write_text(given.to_json(), encoding="utf-8")
    return path


def table(found: Places) -> Any:
    """A DuckDB session with the places, where it writes GeoJSON by itself."""
    import duckdb  # noqa: PLC0415 - a peer may be absent

    if int(duckdb.__version__.partition(".")[0]) < 2:
        msg = f"DuckDB {duckdb.__version__} writes no GeoJSON by itself, 2.0 does"
        raise Gap(msg)
    session = databases.duck()
    session.register("raw", pd.DataFrame({**found.columns, "lon": found.lon, "lat": found.lat}))
    point = "('POINT (' || lon || ' ' || lat || ')')::GEOMETRY"
    session.sql(f"CREATE TABLE t AS SELECT * EXCLUDE (lon, lat), {point} AS geometry FROM raw")  # noqa: S608
    return session


def by_duck(session: Any, path: Path) -> Path:
    """Write by DuckDB's own writer."""
    session.sql(f"COPY t TO '{path}' (FORMAT geojson)")
    return path


def new_path(_: Any) -> Path:
    """A file in a folder that is gone with the process."""
    return Path(_KEPT.name) / "points.geojson"


_KEPT = tempfile.TemporaryDirectory()


def read(found: Places, path: Path) -> Answer:
    """All coordinates and properties, parsed again."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    path.unlink()
    pairs = np.array([feature["geometry"]["coordinates"] for feature in features])
    read_back = {name: np.array([feature["properties"][name] for feature in features]) for name in found.columns}
    return {"lon": pairs[:, 0], "lat": pairs[:, 1], **read_back}


def differ(_: Places, ours: Answer, peer: Answer) -> str:
    """Numbers and words, feature by feature."""
    if ours.keys() != peer.keys():
        return f"columns {sorted(ours)} and {sorted(peer)}"
    return "; ".join(wrong for name in ours if (wrong := unlike_column(name, ours[name], peer[name])))


def unlike_column(name: str, ours: NDArray[Any], peer: NDArray[Any]) -> str:
    """Where two columns differ; words by the letter."""
    if ours.dtype.kind == "U":
        return "" if np.array_equal(ours, peer) else f"{name} differs"
    return unlike(name, ours, peer)


JOB = Job(
    name="geojson",
    title="Points as GeoJSON",
    inputs=places,
    differ=differ,
    contenders=(
        Contender(name=OURS, build=new_path, run=by_atlas, answer=read),
        Contender(name="geopandas to_file", give=frame, build=new_path, run=by_file, answer=read),
        Contender(
            name="geopandas to_file, Arrow",
            give=frame,
            build=new_path,
            run=lambda given, path: by_file(given, path, arrow=True),
            answer=read,
        ),
        Contender(name="geopandas to_json", give=frame, build=new_path, run=by_text, answer=read),
        Contender(name="DuckDB COPY", packages=("duckdb",), give=table, build=new_path, run=by_duck, answer=read),
    ),
    limits=(Limit(what="per_input", most=3, words="extra memory, times the input"),),
    input_bytes=input_bytes,
    goals=(Goal(peer="geopandas to_file", least=5), Goal(peer="geopandas to_json", least=10)),
    note="All write a file in a temporary folder; nothing is asked of the disk but its cache.",
)
