"""Distance from each point to the nearest of 20,000 polygons, exact; 0 inside one."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from bench.engine import databases, scene
from bench.engine.model import OURS, Answer, Contender, Goal, Job, Limit, unlike
from bulk.segment_index import SegmentIndex

TOLERANCE_M = 1e-6
SQL = (
    "SELECT p.place, ST_Distance(p.geometry, t.geometry) AS metres FROM p JOIN t "
    "ON ST_KNN(p.geometry, t.geometry, 1, FALSE)"
)


def frames(points: scene.Points) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Points and parks as geopandas wants them."""
    return databases.frame(points.shapes), databases.frame(scene.parks())


def by_frame(given: Any, _: Any) -> gpd.GeoDataFrame:
    """Join by geopandas; ties give several rows of one point."""
    points, parks = given
    return gpd.sjoin_nearest(points, parks, distance_col="metres")


def of_rows(points: scene.Points, at: NDArray[Any], metres: NDArray[Any]) -> Answer:
    """Distances in the order of the points; of a tie every row must say the same."""
    least, most = np.full(len(points.x), np.inf), np.full(len(points.x), -np.inf)
    np.minimum.at(least, at, metres)
    np.maximum.at(most, at, metres)
    assert (most - least <= TOLERANCE_M).all(), "a point has two nearest distances"
    return {"metres": least}


def tree(points: scene.Points, index: Any) -> Any:
    """Ask shapely's tree of the parks."""
    return index.query_nearest(points, return_distance=True, all_matches=False)


def differ(points: scene.Points, ours: Answer, peer: Answer) -> str:
    """Distances agree, and the park that we name lies at that distance: of a tie any may be named."""
    wrong = unlike("metres", ours["metres"], peer["metres"], TOLERANCE_M)
    some = np.linspace(0, len(points.x) - 1, min(len(points.x), 10_000)).astype(int)
    named = shapely.distance(points.shapes[some], scene.parks()[ours["park"][some]])
    return wrong or unlike("metres to the park that is named", ours["metres"][some], named, TOLERANCE_M)


JOB = Job(
    name="nearest",
    title="Nearest of 20,000 polygons",
    inputs=scene.points_in_metres,
    differ=differ,
    beyond=10,
    contenders=(
        Contender(
            name=OURS,
            build=lambda _: SegmentIndex.build(scene.parks()),
            run=lambda points, index: index.nearest(points.x, points.y),
            answer=lambda _, found: {"park": found[0], "metres": found[1]},
        ),
        Contender(
            name="geopandas sjoin_nearest",
            give=frames,
            run=by_frame,
            answer=lambda points, rows: of_rows(points, rows["place_left"].to_numpy(), rows["metres"].to_numpy()),
        ),
        Contender(
            name="shapely STRtree.query_nearest",
            most=1e5,
            give=lambda points: points.shapes,
            build=lambda _: shapely.STRtree(scene.parks()),
            run=tree,
            answer=lambda points, found: of_rows(points, found[0][0], found[1]),
        ),
        Contender(
            name="sedonadb KNN",
            packages=("sedonadb",),
            give=lambda points: databases.sedona(p=points.shapes, t=scene.parks()),
            run=lambda session, _: databases.asked(session, SQL),
            answer=lambda points, rows: of_rows(points, rows.column(0).to_numpy(), rows.column(1).to_numpy()),
        ),
    ),
    goals=(
        Goal(peer="geopandas sjoin_nearest", least=30),
        Goal(peer="geopandas sjoin_nearest", least=4, cold=True),
        Goal(peer="sedonadb KNN", least=40),
    ),
    limits=(
        Limit(what="index_MB", most=256, words="index, MB"),
        Limit(what="per_input", most=3, words="extra memory, times the input"),
    ),
)
