"""KML for Google Earth and its kin: typed data, the metadata as the document's description.

Spelled here, not by GDAL: its driver writes a text with "]]>" as a file that no reader can parse.
"""

from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from app.exporters import provenance, vector
from app.exporters.export_table import ExportTable
from app.exporters.file_format import Format

ID = "id"  # the placemark's own attribute; and a column, because not every reader shows that (GDAL 3.6, QGIS 3.22)
SPACE = "http://www.opengis.net/kml/2.2"
TYPES = {"boolean": "bool", "Int32": "int", "Float64": "double"}  # KML has no long integer: that becomes a text
# names that users take for parts of KML itself
TAKEN = frozenset({
    "name", "description", "timestamp", "begin", "end", "altitudemode", "tessellate", "extrude", "visibility",
    "draworder", "icon", "snippet", "model", "heading", "tilt", "roll", "id",
})  # fmt: skip


def to_bytes(export: ExportTable) -> bytes:
    """Rows as placemarks with their names in both languages; a column that is called as a part of KML gets a "_".

    Raises
    ------
    ParameterError
        If the rows have no geometry.
    """
    frame = vector.rows(export, format_name="KML")
    root = ET.Element("kml", xmlns=SPACE)
    document = _child(root, "Document")
    _child(document, "name", text=export.stem)
    _child(document, "description", text=provenance.text(export.about))
    columns = [name for name in frame.columns if name != frame.geometry.name]
    schema = _child(document, "Schema", has={"name": export.stem, "id": "columns"})
    for name in columns:
        _child(schema, "SimpleField", has={"name": _free(name), "type": TYPES.get(str(frame[name].dtype), "string")})
    names = [_free(name) for name in columns]
    folder = _child(document, "Folder")
    _child(folder, "name", text=export.stem)
    ids = frame[ID].astype("string") if ID in frame.columns else [None] * len(frame)
    rows = frame[columns].itertuples(index=False, name=None)
    for key, cells, shape in zip(ids, rows, frame.geometry, strict=True):
        _placemark(folder, key, dict(zip(names, cells, strict=True)), shape)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _placemark(folder: ET.Element, key: str | None, row: dict[str, Any], shape: BaseGeometry | None) -> None:
    known = not pd.isna(key)
    place = _child(folder, "Placemark", has={ID: str(key)} if known else {})
    called = [row[name] for name in ("name_zh", "name_en") if name in row] or [key]
    _child(place, "name", text=" ".join(str(name) for name in called if not pd.isna(name)))
    data = _child(_child(place, "ExtendedData"), "SchemaData", has={"schemaUrl": "#columns"})
    for name, cell in row.items():
        if not pd.isna(cell):
            # 0 and 1 are read by everybody, "true" is not
            text = str(int(cell)) if isinstance(cell, bool | np.bool_) else str(cell)
            _child(data, "SimpleData", text=text, has={"name": name})
    if shape is not None:
        _shape(place, shape)


def _shape(into: ET.Element, shape: BaseGeometry) -> None:
    if hasattr(shape, "geoms"):
        parts = _child(into, "MultiGeometry")
        for part in shape.geoms:
            _shape(parts, part)
    elif isinstance(shape, Polygon):
        polygon = _child(into, "Polygon")
        _ring(_child(polygon, "outerBoundaryIs"), shape.exterior)
        for hole in shape.interiors:
            _ring(_child(polygon, "innerBoundaryIs"), hole)
    else:
        _ring(into, shape, tag="Point" if shape.geom_type == "Point" else "LineString")


def _ring(into: ET.Element, line: BaseGeometry, *, tag: str = "LinearRing") -> None:
    spelled = " ".join(",".join(repr(float(number)) for number in place[:2]) for place in line.coords)
    _child(_child(into, tag), "coordinates", text=spelled)


def _child(into: ET.Element, tag: str, *, text: str | None = None, has: dict[str, str] | None = None) -> ET.Element:
    child = ET.SubElement(into, tag, has or {})
    child.text = text
    return child


def _free(name: str) -> str:
    return f"{name}_" if name.lower() in TAKEN else name


FORMAT = Format(
    code="kml", title="KML", endings=(".kml",), media_type="application/vnd.google-earth.kml+xml", to_bytes=to_bytes
)  # fmt: skip
