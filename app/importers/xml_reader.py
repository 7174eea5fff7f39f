"""KML, KMZ and GPX by our own parser: no style, no picture, no network link is followed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from app.importers import archive
from app.importers.issues import NOTE, QUARANTINED, Issue, issue
from app.importers.table import Table, require_size
from app.importers.xml_tree import Node, tree

WGS84 = "EPSG:4326"  # both standards know no other
CONTAINERS = {"kml", "Document", "Folder"}
LINKS = {"NetworkLink", "GroundOverlay", "PhotoOverlay", "ScreenOverlay", "Model"}
UNFIT = (ValueError, IndexError, shapely.errors.ShapelyError)
PLAIN = ("name", "description", "address", "phoneNumber")
GPX_TEXTS = ("name", "cmt", "desc", "type", "sym", "time", "ele", "src")


def read_kml(path: Path) -> list[Table]:
    """The layers of a KML file, one for each folder that holds placemarks.

    Raises
    ------
    RefusedError
        If the XML is unsafe or broken, or beyond the limits.
    """
    return _kml(path.read_bytes(), path.name, path.stem)


def read_kmz(path: Path) -> list[Table]:
    """The layers of every KML in a KMZ.

    Raises
    ------
    RefusedError
        If the archive or the XML is unsafe or broken, or beyond the limits.
    """
    found = [member for member in archive.members(path) if member.filename.lower().endswith(".kml")]
    return [
        table
        for member in found
        for table in _kml(archive.unpacked(path, member), member.filename, Path(archive.readable_name(member)).stem)
    ]


def read_gpx(path: Path) -> list[Table]:
    """Waypoints, routes and tracks of a GPX file, a layer each where there are any.

    Raises
    ------
    RefusedError
        If the XML is unsafe or broken, or beyond the limits.
    """
    root = tree(path.read_bytes(), where=path.name)
    makers: dict[str, tuple[str, Callable[[Node], Any]]] = {
        "wpt": ("waypoints", _gpx_point),
        "rte": ("routes", lambda node: shapely.LineString([_gpx_place(each) for each in node.all("rtept")])),
        "trk": ("tracks", _gpx_track),
    }
    tables = []
    for tag, (name, maker) in makers.items():
        nodes = [child for child in root.children if child.tag == tag]
        if nodes:
            texts = [{key: node.first(key) or None for key in GPX_TEXTS} for node in nodes]
            tables.append(_table(name, texts, nodes, maker))
    return tables


def _kml(content: bytes, where: str, stem: str) -> list[Table]:
    root = tree(content, where=where)
    tables = []
    for folder in _folders(root):
        marks = [child for child in folder.children if child.tag == "Placemark"]
        links = [child for child in folder.children if child.tag in LINKS]
        report = [issue(0, "link_ignored", NOTE, link.first("name") or link.tag, column=link.tag) for link in links]
        if marks or report:
            table = _table(folder.first("name") or stem, [_kml_texts(mark) for mark in marks], marks, _kml_shape)
            table.issues += report
            tables.append(table)
    return tables


def _folders(node: Node) -> Iterator[Node]:
    if node.tag in CONTAINERS:
        yield node
        for child in node.children:
            yield from _folders(child)


def _table(name: str, texts: list[dict[str, Any]], nodes: list[Node], maker: Callable[[Node], Any]) -> Table:
    require_size(name, rows=len(nodes))
    names = list(dict.fromkeys(key for each in texts for key, value in each.items() if value is not None))
    require_size(name, columns=len(names))
    geometry = np.full(len(nodes), None, dtype=object)
    issues: list[Issue] = []
    for at, node in enumerate(nodes):
        try:
            geometry[at] = maker(node)
        except UNFIT as fault:
            issues.append(issue(at + 1, "bad_geometry", QUARANTINED, fault, column="geometry"))
    return Table(
        name=name, columns={key: [each.get(key) for each in texts] for key in names}, geometry=geometry,
        rows=np.arange(1, len(nodes) + 1), rows_in=len(nodes), crs=WGS84, issues=issues,
    )  # fmt: skip


def _kml_texts(mark: Node) -> dict[str, Any]:
    texts: dict[str, Any] = {"id": mark.attributes["id"]} if "id" in mark.attributes else {}
    texts |= {key: mark.first(key) or None for key in PLAIN}
    for data in mark.all("Data"):
        texts[data.attributes.get("name", "data")] = data.first("value") or None
    for simple in mark.all("SimpleData"):
        texts[simple.attributes.get("name", "data")] = simple.text.strip() or None
    return texts


def _kml_shape(mark: Node) -> Any:  # noqa: ANN401 - a geometry, or None if there is none
    parts = [shape for child in mark.children for shape in _kml_parts(child)]
    if len(parts) < 2:  # noqa: PLR2004 - one or none
        return parts[0] if parts else None
    return _together(parts)


def _kml_parts(node: Node) -> Iterator[Any]:
    if node.tag == "Point":
        yield shapely.Point(_kml_places(node.first("coordinates"))[0])
    elif node.tag in {"LineString", "LinearRing"}:
        yield shapely.LineString(_kml_places(node.first("coordinates")))
    elif node.tag == "Polygon":
        shells = [ring for child in node.children if child.tag == "outerBoundaryIs" for ring in child.children]
        holes = [ring for child in node.children if child.tag == "innerBoundaryIs" for ring in child.children]
        yield shapely.Polygon(
            _kml_places(shells[0].first("coordinates")), [_kml_places(hole.first("coordinates")) for hole in holes]
        )
    elif node.tag == "MultiGeometry":
        for child in node.children:
            yield from _kml_parts(child)


def _kml_places(words: str) -> list[tuple[float, ...]]:
    places = [tuple(float(number) for number in place.split(",")[:2]) for place in words.split()]
    if not np.isfinite(np.array(places)).all() or any(len(place) < 2 for place in places):  # noqa: PLR2004
        msg = "a coordinate is not finite"
        raise ValueError(msg)
    return places


def _together(parts: list[Any]) -> Any:  # noqa: ANN401
    kinds = {part.geom_type for part in parts}
    makers: dict[str, Any] = {
        "Point": shapely.MultiPoint, "LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon,
    }  # fmt: skip
    return makers[kinds.pop()](parts) if len(kinds) == 1 else shapely.GeometryCollection(parts)


def _gpx_place(node: Node) -> tuple[float, float]:
    place = float(node.attributes.get("lon", "nan")), float(node.attributes.get("lat", "nan"))
    if not np.isfinite(place).all():
        msg = "a coordinate is not finite"
        raise ValueError(msg)
    return place


def _gpx_point(node: Node) -> Any:  # noqa: ANN401
    return shapely.Point(_gpx_place(node))


def _gpx_track(node: Node) -> Any:  # noqa: ANN401
    pieces = [[_gpx_place(point) for point in piece.all("trkpt")] for piece in node.all("trkseg")]
    if not any(pieces):
        return None
    lines = [shapely.LineString(piece) for piece in pieces if piece]
    return lines[0] if len(lines) == 1 else _together(lines)
