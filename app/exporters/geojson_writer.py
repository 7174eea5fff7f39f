"""GeoJSON: rows as features, what is said of them as foreign members."""

import geopandas as gpd

from app.exporters.export_table import ExportTable
from app.exporters.file_format import Format
from geo import geojson
from geo.errors import ParameterError


def to_bytes(export: ExportTable) -> bytes:
    """RFC 7946, but for coordinates that were asked for in another datum; ``coordinates`` says so.

    Raises
    ------
    ParameterError
        If the rows have no geometry.
    """
    frame = export.frame
    if not isinstance(frame, gpd.GeoDataFrame):
        msg = f"{export.name} is a table without geometry, and GeoJSON holds maps"
        raise ParameterError(msg, code="cannot_hold", where=f"{export.name}, GeoJSON", hint="Take CSV or XLSX.")
    return geojson.to_geojson(frame, about=export.about).encode("utf-8")


FORMAT = Format(
    code="geojson", title="GeoJSON", endings=(".geojson", ".json"), media_type="application/geo+json",
    to_bytes=to_bytes, in_lists=True,
)  # fmt: skip
