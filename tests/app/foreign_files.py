"""Foreign files for the tests of the import: honest ones made of the atlas's parks, and hostile ones."""

import io
import json
import struct
import warnings
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

KEPT = ["id", "name_zh", "district_code", "geometry"]


def honest(parks: gpd.GeoDataFrame, folder: Path) -> dict[str, Path]:
    """Write the parks in every format that is read; format name to file. Extensions lie on purpose."""
    rows = gpd.GeoDataFrame(parks[KEPT]).reset_index(drop=True)
    flat = pd.DataFrame(rows.drop(columns="geometry")).assign(lon=rows.geometry.x, lat=rows.geometry.y)
    made = {name: folder / f"{name}.dat" for name in FORMATS}
    made["geojson"].write_text(rows.to_json(), encoding="utf-8")
    flat.to_csv(made["csv"], index=False)
    flat.to_excel(folder / "book.xlsx", index=False)
    (folder / "book.xlsx").rename(made["xlsx"])
    rows.to_file(folder / "a.gpkg", layer="parks", driver="GPKG")
    (folder / "a.gpkg").rename(made["geopackage"])
    rows.to_file(folder / "a.fgb", driver="FlatGeobuf")
    (folder / "a.fgb").rename(made["flatgeobuf"])
    rows.to_parquet(made["geoparquet"])
    made["kml"].write_text(kml(rows), encoding="utf-8")
    made["kmz"].write_bytes(packed({"doc.kml": kml(rows).encode()}))
    made["gpx"].write_text(gpx(rows), encoding="utf-8")
    made["shapefile"].write_bytes(packed(shapefile(rows, folder)))
    return made


FORMATS = ("geojson", "csv", "xlsx", "geopackage", "flatgeobuf", "geoparquet", "kml", "kmz", "gpx", "shapefile")


def shapefile(rows: gpd.GeoDataFrame, folder: Path, *, encoding: str = "UTF-8") -> dict[str, bytes]:
    """Give the parts of a shapefile by name."""
    target = folder / f"shape-{encoding}"
    target.mkdir(exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names are cut to ten characters
        rows.to_file(target / "parks.shp", driver="ESRI Shapefile", encoding=encoding)
    return {path.name: path.read_bytes() for path in sorted(target.iterdir())}


def packed(members: dict[str, bytes]) -> bytes:
    """Zip members as they are named, whatever their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def linked(target: str) -> bytes:
    """Zip a symbolic link under a shapefile's name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo("parks.shp")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, target)
    return buffer.getvalue()


def kml(rows: gpd.GeoDataFrame) -> str:
    """Write placemarks with their columns as data."""
    marks = "".join(
        f'<Placemark><name>{row.name_zh}</name><ExtendedData><Data name="id"><value>{row.id}</value></Data>'
        f'<Data name="district_code"><value>{row.district_code}</value></Data></ExtendedData>'
        f"<Point><coordinates>{row.geometry.x!r},{row.geometry.y!r},0</coordinates></Point></Placemark>"
        for row in rows.itertuples()
    )
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>parks</name>{marks}</Document></kml>'


def gpx(rows: gpd.GeoDataFrame) -> str:
    """Write waypoints named by id."""
    points = "".join(
        f'<wpt lat="{row.geometry.y!r}" lon="{row.geometry.x!r}"><name>{row.id}</name></wpt>'
        for row in rows.itertuples()
    )
    return f'<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">{points}</gpx>'


def collection(*features: dict[str, Any]) -> str:
    """Write a FeatureCollection."""
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    """Give a feature."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def point(lon: float, lat: float) -> dict[str, Any]:
    """Give a point's geometry."""
    return {"type": "Point", "coordinates": [lon, lat]}


def polygon(*corners: tuple[float, float]) -> dict[str, Any]:
    """Give a polygon's geometry of its corners, closed."""
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}


def nested_collections(depth: int) -> bytes:
    """Give WKB of collections in collections."""
    return struct.pack("<BII", 1, 7, 1) * depth + struct.pack("<BIdd", 1, 1, 121.5, 31.2)
