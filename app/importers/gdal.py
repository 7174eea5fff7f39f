"""GDAL for the two formats that are left to it, told to know no other driver, no network and no neighbour files."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from app.importers.issues import refusal
from app.importers.limits import ROWS

ENVIRONMENT = {
    "GDAL_HTTP_PROXY": "http://127.0.0.1:9",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_HTTP_CONNECTTIMEOUT": "1",
    "CPL_CURL_ENABLE_VSIMEM": "NO",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_DRIVER_PATH": "disable",
    "OGR_DRIVER_PATH": "disable",
    "GDAL_PAM_ENABLED": "NO",
    "SHAPE_RESTORE_SHX": "NO",
    "GDAL_NUM_THREADS": "1",
    "GDAL_CACHEMAX": "32",
    "PROJ_NETWORK": "OFF",
}
DRIVERS = (
    "MEM", "PCIDSK", "PDS4", "VICAR", "PDF", "MBTiles", "EEDA", "EEDAI", "OGCAPI", "GDALG", "ESRI Shapefile",
    "MapInfo File", "LVBAG", "S57", "DGN", "OGR_VRT", "CSV", "GML", "GPX", "LIBKML", "KML", "GeoJSON", "GeoJSONSeq",
    "ESRIJSON", "TopoJSON", "OGR_GMT", "GPKG", "SQLite", "WAsP", "OpenFileGDB", "DXF", "FlatGeobuf", "GeoRSS", "VFK",
    "PGDUMP", "OSM", "GPSBabel", "OGR_PDS", "WFS", "OAPIF", "EDIGEO", "Idrisi", "ODS", "XLSX", "Elasticsearch",
    "Carto", "AmigoCloud", "SXF", "Selafin", "JML", "PLSCENES", "CSW", "VDV", "MVT", "NGW", "MapML", "GTFS",
    "PMTiles", "JSONFG", "MiraMonVector", "ADBC", "AVCBin", "AVCE00", "AIVector", "HTTP", "Memory", "TIGER", "CAD",
    "PostgreSQL", "MySQL", "ODBC", "PGeo", "Parquet", "Arrow", "netCDF", "HDF5", "XLS", "Geoconcept", "GMLAS",
    "NAS", "LIBERTIFF", "VRT", "WMS", "WMTS", "WCS", "DAAS", "STACIT", "STACTA", "RAW",
)  # fmt: skip


def read(path: Path, *, driver: str, encoding: str | None = None) -> tuple[dict[str, Any], Any, Any, Any]:
    """What pyogrio reads of a file: its words about the layer, row numbers, WKB, columns.

    Raises
    ------
    RefusedError
        If GDAL cannot read it, or would do so with a driver that was not asked for.
    """
    os.environ |= ENVIRONMENT | {"GDAL_SKIP": ",".join(name for name in DRIVERS if name != driver)}
    # the drivers are chosen when GDAL is loaded, so it is not loaded before
    import pyogrio  # noqa: PLC0415
    from pyogrio import raw  # noqa: PLC0415
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError  # noqa: PLC0415

    os.environ.pop("GDAL_SKIP")
    if extra := set(pyogrio.list_drivers()) - {driver}:
        raise refusal(code="import_died", where=driver, reason=f"GDAL knows {sorted(extra)} as well")
    faults = (DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError, ValueError, RuntimeError)
    try:
        found: tuple[dict[str, Any], Any, Any, Any] = raw.read(
            path, encoding=encoding, max_features=ROWS + 1, return_fids=True, force_2d=True
        )
    except faults as fault:
        raise refusal(code="import_broken", where=path.name, reason=f"{driver}: {str(fault)[:200]}") from fault
    return found


def plain(column: Any) -> list[Any]:  # noqa: ANN401 - an array of any kind
    """A column of pyogrio as Python's values, None where there is none."""
    if np.issubdtype(column.dtype, np.datetime64):
        return [None if np.isnat(cell) else str(cell) for cell in column]
    return [None if isinstance(cell, float) and np.isnan(cell) else cell for cell in column.tolist()]
