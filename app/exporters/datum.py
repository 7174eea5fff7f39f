"""Coordinates in the datum of those who ask for it, always labelled: in the rows, the names, the metadata, the CRS."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from app.exporters.export_table import ExportTable
from geo.datum import gcj02
from geo.errors import ParameterError

FloatArray = NDArray[np.float64]
Shift = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]


@dataclass(frozen=True, kw_only=True)
class Datum:
    """A datum to write in.

    Attributes
    ----------
    title
        Its name in a menu.
    label
        What stands in every row and in the metadata.
    crs
        EPSG code, or WKT with the label as its name where no register knows the datum.
    shift
        From WGS-84; None where the coordinates stay as they are.
    """

    title: str
    label: str
    crs: str
    shift: Shift | None = None


def _unregistered(label: str) -> str:
    """WKT of degrees that no register knows: its name says that they are shifted."""
    degree = 'ANGLEUNIT["degree",0.0174532925199433]'
    return (
        f'GEOGCRS["{label}",DATUM["{label}",ELLIPSOID["WGS 84",6378137,298.257223563,LENGTHUNIT["metre",1]]],'
        f'PRIMEM["Greenwich",0,{degree}],CS[ellipsoidal,2],'
        f'AXIS["longitude",east,ORDER[1],{degree}],AXIS["latitude",north,ORDER[2],{degree}]]'
    )


GCJ02, BD09 = "GCJ-02 (shifted), not WGS-84", "BD-09 (shifted), not WGS-84"
DATUMS = {
    "wgs84": Datum(title="WGS-84", label="WGS-84 longitude, latitude (RFC 7946)", crs="EPSG:4326"),
    # the two differ by centimetres; our places are known to 50 m at best
    "cgcs2000": Datum(
        title="CGCS2000", label="CGCS2000 longitude, latitude (as WGS-84, to centimetres)", crs="EPSG:4490"
    ),
    "gcj02": Datum(title="GCJ-02", label=GCJ02, crs=_unregistered(GCJ02), shift=gcj02.to_gcj02),
    "bd09": Datum(title="BD-09", label=BD09, crs=_unregistered(BD09), shift=gcj02.to_bd09),
}


def in_datum(export: ExportTable, code: str) -> ExportTable:
    """The same rows in another datum: geometry and every pair of columns ``lon``/``lat`` or ``*_lon``/``*_lat``.

    Such pairs are renamed and a column ``coordinates`` says the datum in every row, because metadata get lost.

    Raises
    ------
    ParameterError
        If there is no such datum.
    """
    if code not in DATUMS:
        msg = f"there is no datum {code!r}"
        raise ParameterError(msg, code="unknown_value", where=code, hint="The datums are: " + " ".join(DATUMS))
    if code == export.datum:
        return export
    datum = DATUMS[code]
    about = {**export.about, "coordinates": datum.label, "datum": code}
    return replace(export, frame=_relabelled(_moved(export.frame, datum), code), about=about, datum=code)


def _moved(frame: pd.DataFrame, datum: Datum) -> pd.DataFrame:
    moved = frame
    if datum.shift is not None:
        for lon, lat in _pairs(frame):
            degrees = frame[[lon, lat]].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64, copy=True)
            there = np.isfinite(degrees).all(axis=1)
            degrees[there] = np.column_stack(datum.shift(*degrees[there].T))
            moved = moved.assign(**{lon: degrees[:, 0], lat: degrees[:, 1]})
    if not isinstance(frame, gpd.GeoDataFrame):
        return moved
    shapes = frame.geometry.to_numpy()
    if datum.shift is not None:
        shift = datum.shift
        shapes = shapely.transform(shapes, lambda xy: np.column_stack(shift(xy[:, 0], xy[:, 1])))
    return gpd.GeoDataFrame(moved.drop(columns=frame.geometry.name), geometry=shapes, crs=datum.crs)


def _relabelled(frame: pd.DataFrame, code: str) -> pd.DataFrame:
    names = {name: f"{name}_{code}" for pair in _pairs(frame) for name in pair}
    return frame.rename(columns=names).assign(coordinates=DATUMS[code].label)


def _pairs(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Columns that are a longitude and a latitude."""
    names = [str(name) for name in frame.columns]
    of = {name: f"{name.removesuffix('lon')}lat" for name in names if name == "lon" or name.endswith("_lon")}
    return [(lon, lat) for lon, lat in of.items() if lat in names]
