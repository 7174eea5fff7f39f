"""Points to the 16 districts: which one holds each, -1 for none."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from bench.engine import databases, scene
from bench.engine.model import FLOOR, OURS, Answer, Contender, Goal, Job, Limit, unlike
from bulk.polygon_grid import PolygonGrid


def frames(points: scene.Points) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Points and districts as geopandas wants them."""
    return databases.frame(points.shapes), databases.frame(scene.districts())


def sjoin(given: Any, predicate: str) -> gpd.GeoDataFrame:
    """Join by geopandas, points left."""
    points, districts = given
    return gpd.sjoin(points, districts, how="inner", predicate=predicate)


def of_frame(points: scene.Points, joined: gpd.GeoDataFrame) -> Answer:
    """District of each point from joined rows."""
    return placed(points, joined["place_left"].to_numpy(), joined["place_right"].to_numpy())


def of_table(points: scene.Points, table: Any) -> Answer:
    """District of each point from the rows of a database."""
    return placed(points, table.column(0).to_numpy(), table.column(1).to_numpy())


def placed(points: scene.Points, at: NDArray[Any], district: NDArray[Any]) -> Answer:
    """Positions of districts in the order of the points; a point in two districts is a fault."""
    assert len(np.unique(at)) == len(at), "a point lies in two districts"
    found = np.full(len(points.x), -1, dtype=np.int32)
    found[at] = district
    return {"district": found}


def prepared(points: scene.Points) -> NDArray[Any]:
    """Districts made ready for many questions."""
    del points
    shapes = scene.districts().copy()
    shapely.prepare(shapes)
    return shapes


def loop(points: scene.Points, districts: NDArray[Any]) -> NDArray[Any]:
    """Ask every district about every point."""
    found = np.full(len(points.x), -1, dtype=np.int32)
    for at, district in enumerate(districts):
        found[shapely.contains_xy(district, points.x, points.y)] = at
    return found


def differ(points: scene.Points, ours: Answer, peer: Answer) -> str:
    """Every point in the same district; the floor only reads and answers nothing."""
    del points
    return unlike("district", ours["district"], peer["district"]) if peer else ""


SQL = "SELECT p.place, d.place AS district FROM p JOIN d ON ST_Contains(d.geometry, p.geometry)"

JOB = Job(
    name="assign",
    title="Points to 16 districts",
    inputs=scene.points,
    differ=differ,
    beyond=10,
    contenders=(
        Contender(
            name=OURS,
            build=lambda _: PolygonGrid.build(scene.districts()),
            run=lambda points, grid: grid.locate(points.x, points.y),
            answer=lambda _, found: {"district": found},
        ),
        Contender(
            name=FLOOR,
            run=lambda points, _: float(points.x.sum() + points.y.sum()),
            answer=lambda *_: {},
        ),
        Contender(
            name="geopandas sjoin", give=frames, run=lambda given, _: sjoin(given, "intersects"), answer=of_frame
        ),
        Contender(
            name="geopandas sjoin within",
            give=frames,
            fresh=True,
            run=lambda given, _: sjoin(given, "within"),
            answer=of_frame,
        ),
        Contender(
            name="shapely contains_xy loop", build=prepared, run=loop, answer=lambda _, found: {"district": found}
        ),
        Contender(
            name="sedonadb",
            packages=("sedonadb",),
            give=lambda points: databases.sedona(p=points.shapes, d=scene.districts()),
            run=lambda session, _: databases.asked(session, SQL),
            answer=of_table,
        ),
        Contender(
            name="DuckDB spatial",
            most=1e5,
            packages=("duckdb",),
            give=lambda points: databases.duck_with_space(p=points.shapes, d=scene.districts()),
            run=lambda session, _: session.sql(SQL).to_arrow_table(),
            answer=of_table,
        ),
    ),
    goals=(
        Goal(peer="geopandas sjoin", least=700),
        Goal(peer="geopandas sjoin within", least=100),
        Goal(peer="shapely contains_xy loop", least=20),
        Goal(peer="sedonadb", least=25),
        Goal(peer="geopandas sjoin", least=100, cold=True),
        Goal(peer="geopandas sjoin within", least=15, cold=True),
    ),
    limits=(
        Limit(what="floors", most=20, words="times the floor: reading the coordinates once"),
        Limit(what="exponent", most=1.02, words="growth exponent up to the largest N"),
        Limit(what="index_MB", most=256, words="index, MB"),
        Limit(what="per_input", most=3, words="extra memory, times the input"),
    ),
    note="The floor is numpy's sum of both columns: no answer can be faster than reading the question.",
)
