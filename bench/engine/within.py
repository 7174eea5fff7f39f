"""How many of 20,000 polygons lie within 1 km of each point."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from bench.engine import databases, scene
from bench.engine.model import OURS, Answer, Contender, Goal, Job, Limit, unlike
from bench.engine.nearest import frames
from bulk.segment_index import SegmentIndex

RADIUS_M = 1_000.0
SQL = f"SELECT p.place, COUNT(*) AS n FROM p JOIN t ON ST_DWithin(p.geometry, t.geometry, {RADIUS_M}) GROUP BY p.place"  # noqa: S608


def by_frame(given: Any, _: Any) -> NDArray[Any]:
    """Join by geopandas and count the pairs."""
    points, parks = given
    pairs = gpd.sjoin(points, parks, predicate="dwithin", distance=RADIUS_M)
    return np.bincount(pairs["place_left"].to_numpy(), minlength=len(points))


def tree(points: Any, index: Any) -> NDArray[Any]:
    """Ask shapely's tree for the pairs and count them."""
    return np.bincount(index.query(points, predicate="dwithin", distance=RADIUS_M)[0], minlength=len(points))


def of_rows(points: scene.Points, rows: Any) -> Answer:
    """Counts in the order of the points; a point without a park has no row."""
    found = np.zeros(len(points.x), dtype=np.int64)
    found[rows.column(0).to_numpy()] = rows.column(1).to_numpy()
    return {"count": found}


JOB = Job(
    name="within",
    title="Polygons of 20,000 within 1 km",
    inputs=scene.points_in_metres,
    differ=lambda _, ours, peer: unlike("count", ours["count"], peer["count"]),
    beyond=10,
    contenders=(
        Contender(
            name=OURS,
            build=lambda _: SegmentIndex.build(scene.parks()),
            run=lambda points, index: index.count_within(points.x, points.y, RADIUS_M),
            answer=lambda _, found: {"count": found},
        ),
        Contender(name="geopandas sjoin dwithin", give=frames, run=by_frame, answer=lambda _, found: {"count": found}),
        Contender(
            name="shapely STRtree dwithin",
            most=1e5,
            give=lambda points: points.shapes,
            build=lambda _: shapely.STRtree(scene.parks()),
            run=tree,
            answer=lambda _, found: {"count": found},
        ),
        Contender(
            name="sedonadb ST_DWithin",
            packages=("sedonadb",),
            give=lambda points: databases.sedona(p=points.shapes, t=scene.parks()),
            run=lambda session, _: databases.asked(session, SQL),
            answer=of_rows,
        ),
        Contender(
            name="DuckDB spatial ST_DWithin",
            packages=("duckdb",),
            most=1e5,
            give=lambda points: databases.duck_with_space(p=points.shapes, t=scene.parks()),
            run=lambda session, _: session.sql(SQL).to_arrow_table(),
            answer=of_rows,
        ),
    ),
    goals=(Goal(peer="geopandas sjoin dwithin", least=20), Goal(peer="sedonadb ST_DWithin", least=12)),
    limits=(
        Limit(what="extra_MB", most=100, words="extra memory, MB"),
        Limit(what="per_input", most=3, words="extra memory, times the input"),
        Limit(what="index_MB", most=256, words="index, MB"),
    ),
    note="A buffer drawn round a point is no peer here: it miscounts 40-65 % of the parks near its rim.",
)
