"""GeoJSON by our own parser: no link is followed, no number is guessed, no key is overwritten."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from app.importers import limits
from app.importers.encodings import text_of
from app.importers.issues import NOTE, QUARANTINED, Issue, issue, refusal
from app.importers.table import Table, require_size
from geo.geojson import UNREADABLE

KINDS = {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"}
# what other JSON is: a key that tells it, and its name
OTHERS = {
    "gdal_streamed_alg": "GDALG", "arcs": "TopoJSON", "spatialReference": "Esri JSON", "fieldAliases": "Esri JSON",
    "landingPage": "OGC API", "links": "OGC API description", "tilejson": "TileJSON", "conformsTo": "JSON-FG",
    "stac_version": "STAC",
}  # fmt: skip
NUMBERS, INFINITE = (int, float), float("inf")
LINKED = {"GDALG", "OGC API", "OGC API description", "TileJSON", "STAC"}


def read(path: Path) -> list[Table]:
    """The one layer of a GeoJSON file.

    Raises
    ------
    RefusedError
        If it is no GeoJSON, cut off, or beyond the limits.
    """
    text, _ = text_of(path.read_bytes(), where=path.name)
    document = _parsed(text, path.name)
    features = _features(document, path.name)
    require_size(path.name, rows=len(features))
    name = document.get("name")
    table = _table(name if isinstance(name, str) and name else path.stem, features)
    table.crs, report = _crs(document)
    table.issues += report
    return [table]


def _parsed(text: str, where: str) -> Any:  # noqa: ANN401 - any JSON value
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(limits.JSON_DEPTH)
    try:
        return json.loads(text, object_pairs_hook=_object, parse_int=_whole)
    except RecursionError as fault:
        raise refusal(code="import_deep", where=where, reason=f"more than about {limits.JSON_DEPTH} levels") from fault
    except json.JSONDecodeError as fault:
        if fault.pos >= len(text.rstrip()) - 1 or fault.msg.startswith("Unterminated"):
            raise refusal(
                code="import_cut_off", where=where, reason=f"the JSON ends too early ({fault.msg})"
            ) from fault
        if text[:1] == "\x1e" or (fault.msg == "Extra data" and text[fault.pos : fault.pos + 1] == "{"):
            raise refusal(
                code="import_format", where="GeoJSON text sequence", reason="one FeatureCollection is read"
            ) from fault
        raise refusal(code="import_broken", where=where, reason=str(fault)) from fault
    finally:
        sys.setrecursionlimit(depth)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built = dict(pairs)
    if len(built) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise refusal(code="import_double_key", where=twice, reason="which of the two values holds is not told")
    return built


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= 18 else float(digits)  # noqa: PLR2004 - fits in 64 bits


def _features(document: Any, where: str) -> list[Any]:  # noqa: ANN401
    kind = document.get("type") if isinstance(document, dict) else type(document).__name__
    if not isinstance(kind, str):
        kind = ""
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        features: list[Any] = document["features"]
        return features
    if kind == "Feature":
        return [document]
    if kind in KINDS:
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    named = "TopoJSON" if kind == "Topology" else "GDALG" if kind == "gdal_streamed_alg" else ""
    if isinstance(document, dict):
        named = named or next((name for key, name in OTHERS.items() if key in document), "")
    code = "import_link" if named in LINKED else "import_format"
    raise refusal(
        code=code,
        where=named or f"JSON {kind}",
        reason=f"{where} is no FeatureCollection",
        hint="Export it as GeoJSON.",
    )


def _table(name: str, features: list[Any]) -> Table:
    rows = np.arange(1, len(features) + 1)
    properties = [_properties(feature) for feature in features]
    names = list(dict.fromkeys(key for each in properties for key in each))
    require_size(name, columns=len(names))
    geometry = np.full(len(features), None, dtype=object)
    issues: list[Issue] = []
    places: list[list[float]] = []
    lone: list[int] = []
    for at, feature in enumerate(features):
        member = feature.get("geometry") if isinstance(feature, dict) else "no feature"
        if member is None:
            continue
        if isinstance(member, dict) and member.get("type") == "Point" and _is_place(member.get("coordinates")):
            places.append(member["coordinates"][:2])
            lone.append(at)
            continue
        geometry[at] = _geometry(member)
        if geometry[at] is None:
            issues.append(issue(at + 1, "bad_geometry", QUARANTINED, member, column="geometry"))
    # one call for all points: one at a time costs thirty times as much
    geometry[lone] = shapely.points(np.array(places, dtype=np.float64).reshape(-1, 2))
    return Table(
        name=name, columns={key: [each.get(key) for each in properties] for key in names}, geometry=geometry,
        rows=rows, rows_in=len(features), issues=issues,
    )  # fmt: skip


def _properties(feature: Any) -> dict[str, Any]:  # noqa: ANN401
    given = feature.get("properties") if isinstance(feature, dict) else None
    properties = dict(given) if isinstance(given, dict) else {}
    if isinstance(feature, dict) and isinstance(feature.get("id"), str | int) and "id" not in properties:
        properties = {"id": feature["id"], **properties}
    return properties


def _geometry(member: Any) -> Any:  # noqa: ANN401 - a geometry, or None if it is none
    """A geometry of JSON; None if any of it is not what the standard asks for."""
    try:
        if member["type"] not in KINDS or member["type"] == "Point":
            return None  # points that are good were made together
        built = shape(member)
    except (*UNREADABLE, IndexError):
        return None
    if not np.isfinite(shapely.get_coordinates(built)).all():
        return None
    return built


def _is_place(place: Any) -> bool:  # noqa: ANN401
    if not isinstance(place, list) or len(place) < 2:  # noqa: PLR2004 - two axes
        return False
    x, y = place[:2]
    return type(x) in NUMBERS and type(y) in NUMBERS and abs(x) < INFINITE and abs(y) < INFINITE


def _crs(document: Any) -> tuple[str, list[Issue]]:  # noqa: ANN401
    """The declared system by its name; a link is told and left alone."""
    member = document.get("crs")
    if member is None:
        return "", []
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        return "", [issue(0, "link_ignored", NOTE, json.dumps(member), column="crs")]
    found = re.search(r"(?:EPSG|epsg)\D+(?:\d+\.\d+:)?(\d{4,6})$", name)
    return (f"EPSG:{found[1]}" if found else "EPSG:4326" if "CRS84" in name else name), []
