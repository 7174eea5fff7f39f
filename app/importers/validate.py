"""What every imported layer must keep: each row is accepted or set aside, and whatever was done to it is told."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from app.importers import geometry_checks, limits, values
from app.importers.crs_detection import CrsGuess, placed
from app.importers.issues import DOUBTFUL, NOTE, QUARANTINED, issue, refusal
from app.importers.table import Table, set_aside
from layers.load import CITY_BOUNDS, REGION_BOUNDS

KIND_OF = {0: "Point", 1: "LineString", 2: "LineString", 3: "Polygon", 4: "Point", 5: "LineString", 6: "Polygon"}
COLLECTION = 7


@dataclass(frozen=True, kw_only=True)
class Standards:
    """What foreign rows are held against.

    Attributes
    ----------
    districts
        The 16 districts, uncut, EPSG:4326, with ``district_code``.
    district_names
        Every accepted spelling, in lower case, to its code.
    datum
        The datum that the user named; empty if the atlas is to judge.
    """

    districts: gpd.GeoDataFrame
    district_names: dict[str, str]
    datum: str = ""


def check(table: Table, standards: Standards) -> CrsGuess:
    """Hold a table to the contract: it is changed in place, and tells so in its issues.

    Returns
    -------
    CrsGuess
        In which datum its coordinates are, and how sure that is. The geometry is in WGS-84 degrees then.

    Raises
    ------
    RefusedError
        If it has too many vertices.
    """
    _shapes(table)
    stated = values.check(table, standards.district_names)
    guess = placed(table, standards.districts, stated, standards.datum)
    geometry_checks.repair(table)
    _bounds(table)
    geometry_checks.compare(table)
    values.check_ids(table)
    table.issues.sort(key=lambda each: (each.row, each.code))
    return guess


def _shapes(table: Table) -> None:
    """Set aside what has no geometry, drop heights, and say which kinds are mixed."""
    total = int(shapely.get_num_coordinates(table.geometry).sum())
    if total > limits.VERTICES:
        raise refusal(
            code="import_vertices", where=table.name, reason=f"{total} vertices, at most {limits.VERTICES} are read"
        )
    report = {each.row for each in table.issues if each.severity == QUARANTINED}
    nothing = shapely.is_missing(table.geometry) | shapely.is_empty(table.geometry)
    table.issues += [
        issue(int(row), "empty_geometry", QUARANTINED, column="geometry")
        for row in table.rows[nothing]
        if int(row) not in report
    ]
    table.keep(~nothing)
    set_aside(table, shapely.get_num_coordinates(table.geometry) > limits.VERTICES_OF_ONE, "too_detailed")
    high = shapely.has_z(table.geometry) | shapely.has_m(table.geometry)
    if high.any():
        table.issues.append(issue(0, "flattened", NOTE, int(high.sum()), column="geometry"))
        table.geometry = shapely.force_2d(table.geometry)
    set_aside(table, ~_finite(table), "bad_geometry")
    kinds = shapely.get_type_id(table.geometry)
    table.issues += [
        issue(int(row), "collection", DOUBTFUL, column="geometry") for row in table.rows[kinds == COLLECTION]
    ]
    mixed = {KIND_OF[kind] for kind in set(kinds.tolist()) - {COLLECTION}}
    if len(mixed) > 1:
        table.issues.append(issue(0, "mixed_geometry", DOUBTFUL, " ".join(sorted(mixed)), column="geometry"))


def _finite(table: Table) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    coordinates, at = shapely.get_coordinates(table.geometry, return_index=True)
    good = np.ones(len(table.rows), dtype=np.bool_)
    good[at[~np.isfinite(coordinates).all(axis=1)]] = False
    return good


def _bounds(table: Table) -> None:
    """Say what lies outside the city; set aside what lies outside the region."""
    box = shapely.bounds(table.geometry).reshape(-1, 4)
    far, outside = (
        (box[:, 0] < limit[0]) | (box[:, 1] < limit[1]) | (box[:, 2] > limit[2]) | (box[:, 3] > limit[3])
        for limit in (REGION_BOUNDS, CITY_BOUNDS)
    )
    table.issues += [
        issue(int(table.rows[at]), "outside_area", DOUBTFUL, _corner(box[at]), column="geometry")
        for at in np.flatnonzero(outside & ~far)
    ]
    table.issues += [
        issue(int(table.rows[at]), "outside_region", QUARANTINED, _corner(box[at]), column="geometry")
        for at in np.flatnonzero(far)
    ]
    table.keep(~far)


def _corner(box: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    return f"{box[0]:.5f}, {box[1]:.5f}"
