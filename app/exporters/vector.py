"""What the formats that GDAL writes in memory have in common."""

import io
from typing import Any

import geopandas as gpd

from app.exporters.export_table import ExportTable
from app.exporters.flat import flat
from geo.errors import ParameterError


def rows(export: ExportTable, *, format_name: str, lists: bool = False) -> gpd.GeoDataFrame:
    """The export table's rows as plain columns, with their geometry.

    Raises
    ------
    ParameterError
        If they have none.
    """
    frame = flat(export, lists=lists)
    if isinstance(frame, gpd.GeoDataFrame):
        return frame
    msg = f"{export.name} is a table without geometry, and {format_name} holds maps"
    raise ParameterError(msg, code="cannot_hold", where=f"{export.name}, {format_name}", hint="Take CSV or XLSX.")


def in_memory(
    frame: gpd.GeoDataFrame, *, driver: str, layer: str, options: dict[str, str], metadata: dict[str, str]
) -> bytes:
    """A file as bytes. GDAL writes to memory: on a full disk not all of its drivers notice."""
    import pyogrio  # noqa: PLC0415 - GDAL takes long to load, and only exports need it

    out = io.BytesIO()
    pyogrio.write_dataframe(
        frame, out, layer=layer, driver=driver, layer_options=options, layer_metadata=metadata,
        geometry_type=None if geometry_there(frame) else "Unknown",
    )  # fmt: skip
    return out.getvalue()


def geometry_there(frame: gpd.GeoDataFrame) -> bool:
    """Whether any row has a shape, from which a driver can tell the kind."""
    return bool(frame.geometry.notna().any())


def fixed_timestamp(about: dict[str, Any]) -> None:
    """Let GDAL date its files by the data, not by the clock: the same rows give the same bytes."""
    import pyogrio  # noqa: PLC0415 - as above

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{about.get('data_date', '2000-01-01')}T00:00:00.000Z"})
