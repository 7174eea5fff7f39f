"""Distances from each point to the 5 nearest of 100,000 points."""

from typing import Any

import numpy as np

from bench.engine import databases, scene
from bench.engine.model import OURS, Answer, Contender, Goal, Job, Limit, unlike
from bulk.point_index import PointIndex

K = 5
TOLERANCE_M = 1e-6
MEAN_RADIUS_M = 6_371_008.8
SPHERE_ERROR = 0.006  # a sphere for the ellipsoid: 0.56 % at most
SQL = (
    "SELECT p.place, ST_Distance(p.geometry, t.geometry) AS metres FROM p JOIN t "
    "ON ST_KNN(p.geometry, t.geometry, 5, FALSE)"  # 5 is K
)


def targets() -> scene.Points:
    """The points that are looked for."""
    return scene.points_in_metres(scene.TARGETS, seed=9)


def scipy_tree(_: Any) -> Any:
    """Tree of scipy."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - only here

    return cKDTree(targets().pairs)


def ball_tree(_: Any) -> Any:
    """Tree of scikit-learn in the plane."""
    from sklearn.neighbors import BallTree  # noqa: PLC0415 - a peer may be absent

    return BallTree(targets().pairs)


def ball_tree_on_sphere(_: Any) -> Any:
    """Tree of scikit-learn on a sphere: latitude first, radians."""
    from sklearn.neighbors import BallTree  # noqa: PLC0415 - a peer may be absent

    degrees = scene.points(scene.TARGETS, seed=9)
    return BallTree(np.radians(degrees.pairs[:, ::-1]), metric="haversine")


def of_rows(points: scene.Points, rows: Any) -> Answer:
    """Sorted distances of each point from the rows of a database."""
    at, metres = rows.column(0).to_numpy(), rows.column(1).to_numpy()
    assert len(at) == K * len(points.x), "not every point has its five"
    return {"metres": metres[np.lexsort([metres, at])].reshape(-1, K)}


def differ(_: scene.Points, ours: Answer, peer: Answer) -> str:
    """All five distances agree; those on a sphere within what a sphere can say."""
    if "on_sphere" in peer:
        share = ours["metres"] / peer["on_sphere"]
        return unlike("share of the distance", share, np.ones_like(share), SPHERE_ERROR)
    return unlike("metres", ours["metres"], peer["metres"], TOLERANCE_M)


JOB = Job(
    name="k_nearest",
    title="5 nearest of 100,000 points",
    inputs=scene.points_in_metres,
    differ=differ,
    beyond=10,
    contenders=(
        Contender(
            name=OURS,
            build=lambda _: PointIndex.build(targets().x, targets().y),
            run=lambda points, index: index.k_nearest(points.x, points.y, k=K),
            answer=lambda _, found: {"metres": found[1]},
        ),
        Contender(
            name="scipy cKDTree",
            packages=("scipy",),
            give=lambda points: points.pairs,
            build=scipy_tree,
            run=lambda pairs, tree: tree.query(pairs, k=K),
            answer=lambda _, found: {"metres": found[0]},
        ),
        Contender(
            name="scikit-learn BallTree",
            most=1e5,
            packages=("scikit-learn",),
            give=lambda points: points.pairs,
            build=ball_tree,
            run=lambda pairs, tree: tree.query(pairs, k=K),
            answer=lambda _, found: {"metres": found[0]},
        ),
        Contender(
            name="scikit-learn BallTree, haversine",
            packages=("scikit-learn",),
            most=1e4,
            give=lambda points: np.radians(scene.points(len(points.x)).pairs[:, ::-1]),
            build=ball_tree_on_sphere,
            run=lambda pairs, tree: tree.query(pairs, k=K),
            answer=lambda _, found: {"on_sphere": found[0] * MEAN_RADIUS_M},
        ),
        Contender(
            name="sedonadb KNN",
            packages=("sedonadb",),
            give=lambda points: databases.sedona(p=points.shapes, t=targets().shapes),
            run=lambda session, _: databases.asked(session, SQL),
            answer=of_rows,
        ),
    ),
    goals=(Goal(peer="scipy cKDTree", least=2), Goal(peer="sedonadb KNN", least=30)),
    limits=(
        Limit(what="index_MB", most=256, words="index, MB"),
        Limit(what="per_input", most=3, words="extra memory, times the input"),
    ),
    note=(
        "Haversine takes the Earth for a sphere: its distances are only asked to agree within 0.6 %, and it is "
        "measured up to 10,000 points."
    ),
)
