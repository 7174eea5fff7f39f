"""Outlines of imported rows: invalid rings are repaired, and equal and overlapping outlines are told."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.importers import limits
from app.importers.issues import DOUBTFUL, QUARANTINED, REPAIRED, issue
from app.importers.table import Geometries, Table
from geo.crs import to_local_xy

AREAL = 2  # dimension
LEAST_M2 = 1.0  # neighbours that share a border drawn twice overlap by slivers


def repair(table: Table) -> None:
    """Make every geometry valid, and say for outlines what their area was before and is after, in m²."""
    broken = ~shapely.is_valid(table.geometry)
    if not broken.any():
        return
    old = table.geometry[broken]
    new = shapely.make_valid(old)
    areal = shapely.get_dimensions(old) == AREAL
    new[areal] = [_polygons(shape) for shape in new[areal]]
    before, after = areas_m2(old), areas_m2(new)
    lost = shapely.is_empty(new)
    for row, is_lost, was, now in zip(table.rows[broken], lost, before, after, strict=True):
        code, severity = ("beyond_repair", QUARANTINED) if is_lost else ("repaired", REPAIRED)
        table.issues.append(issue(int(row), code, severity, f"{was:.1f} → {now:.1f} m²", column="geometry"))
    table.geometry[broken] = new
    kept = np.ones(len(table.rows), dtype=np.bool_)
    kept[np.flatnonzero(broken)[lost]] = False
    table.keep(kept)


def compare(table: Table) -> None:
    """Say which outlines equal or overlap an earlier one, and by how many m²."""
    at = np.flatnonzero(shapely.get_dimensions(table.geometry) == AREAL)
    if at.size < 2:  # noqa: PLR2004 - a pair
        return
    flat = local(table.geometry[at])
    tree = shapely.STRtree(flat)
    pairs, complete = _pairs(tree, flat)
    if not complete:
        table.issues.append(issue(0, "overlaps_not_all", DOUBTFUL, limits.PAIRS, column="geometry"))
    if not pairs.size:
        return
    first, second = flat[pairs[0]], flat[pairs[1]]
    shared = shapely.area(shapely.intersection(first, second))
    # equal to the last corner: a park pasted twice, not two that nearly coincide
    same = shapely.equals(first, second)
    for earlier, later, area, is_same in zip(*pairs, shared, same, strict=True):
        if is_same or area > LEAST_M2:
            code = "duplicate_footprint" if is_same else "overlap"
            words = f"{table.rows[at[earlier]]}: {area:.1f} m²"
            table.issues.append(issue(int(table.rows[at[later]]), code, DOUBTFUL, words, column="geometry"))


def areas_m2(shapes: Geometries) -> NDArray[np.float64]:
    """Areas in the local equal-area plane, m²."""
    areas: NDArray[np.float64] = shapely.area(local(shapes))
    return areas


def local(shapes: Geometries) -> Geometries:
    """WGS-84 geometries in metres of the local plane, corner by corner."""
    moved: Geometries = shapely.transform(
        shapes, lambda places: np.column_stack(to_local_xy(places[:, 0], places[:, 1]))
    )
    return moved


def _pairs(tree: shapely.STRtree, flat: Geometries) -> tuple[NDArray[np.int64], bool]:
    """Pairs of outlines that meet, earlier and later; False if there are more than the limit."""
    found: list[NDArray[np.int64]] = []
    number = 0
    for at in range(len(flat)):
        near = tree.query(flat[at])
        near = near[near < at]
        if number + near.size > limits.PAIRS:
            return _joined(found), False
        number += near.size
        found.append(np.vstack([near, np.full(near.size, at)]))
    return _joined(found), True


def _joined(found: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.hstack(found) if found else np.empty((2, 0), dtype=np.int64)


def _polygons(shape: BaseGeometry) -> BaseGeometry:
    """The areal parts of what a repair made; the lines it leaves have no area."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    areal = parts[shapely.get_dimensions(parts) == AREAL]
    if areal.size == 1:
        only: BaseGeometry = areal[0]
        return only
    return shapely.multipolygons(areal) if areal.size else shapely.Polygon()
