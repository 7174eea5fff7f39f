"""Land of parks by district as a table 园区用地分区表, in m², 亩 and ha."""

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.crs import WGS84
from geo.errors import ParameterError
from geo.overlay import land_by_zone
from geo.units import m2_to_ha, m2_to_mu


def land_table(parks: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, *, by: str | None = None) -> pd.DataFrame:
    """Land of parks by district, and by group, as a table in m², 亩 and ha; what overlaps counts once.

    Parameters
    ----------
    parks
        Polygons in EPSG:4326, which may overlap; other geometries hold no land.
    districts
        Polygons in EPSG:4326 that do not overlap.
    by
        Column of ``parks`` that holds a park's group, or a tuple of its groups (its sectors).

    Returns
    -------
    pandas.DataFrame
        Columns ``district`` (label in the districts' index, None for land outside all of them), ``group``
        (None for all parks together), ``m2``, ``mu``, ``ha``. All parks together come first, then the groups
        in their order; within them the districts in theirs, the outside last. Rows of groups do not add up
        to the rows of all parks together, for groups overlap.

    Raises
    ------
    ParameterError
        As ``land_by_zone``, or if a frame is not in EPSG:4326.
    """
    for name, frame in (("parks", parks), ("districts", districts)):
        if frame.crs is not None and not frame.crs.equals(WGS84):
            msg = f"the {name} must be in EPSG:4326"
            raise ParameterError(msg, code="wrong_crs", where=f"{name}: {frame.crs.name}")
    row, code, names = _memberships(parks, by)
    land = land_by_zone(parks.geometry.to_numpy()[row], districts.geometry.to_numpy(), groups=code)
    m2 = np.vstack([land.m2, land.by_group_m2])
    outside = np.append(land.outside_m2, land.outside_by_group_m2)
    area = np.hstack([m2, outside[:, np.newaxis]]).ravel()
    labels = [*districts.index, None]
    table = {
        "district": pd.Series(labels * (len(names) + 1), dtype=object),
        "group": pd.Series([name for name in (None, *names) for _ in labels], dtype=object),
    }
    return pd.DataFrame({**table, "m2": area, "mu": m2_to_mu(1.0) * area, "ha": m2_to_ha(1.0) * area})


def _memberships(parks: gpd.GeoDataFrame, by: str | None) -> tuple[NDArray[np.int64], NDArray[np.int32], list[object]]:
    """One entry per park and group of it: the park's position, the group's position, and the groups by name."""
    if by is None:
        return np.arange(len(parks)), np.full(len(parks), -1, dtype=np.int32), []
    each = pd.Series(parks[by].to_numpy(), dtype=object).explode()
    code, names = pd.factorize(each, sort=True)
    return each.index.to_numpy(dtype=np.int64), code.astype(np.int32), list(names)
