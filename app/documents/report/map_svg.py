"""The map as SVG, drawn from the atlas's frames in the local plane: ground, districts, outlines, lines, places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from app.core import filters
from app.core.atlas import Atlas
from app.core.view import View
from app.documents.report.labels import Spot, placed
from app.documents.report.symbols import STATES, symbol
from app.service.payload import DRAWN_BASE, SHANGHAI
from geo.crs import WGS84, to_local
from layers.model import Style
from layers.parks import OUTLINES, drawn_outlines

WIDTH_MM, TALLEST_MM = 174.0, 165.0
MARGIN = 0.05  # of the wider side, round the districts
SEA = "#d9e8ef"
CHOSEN = 'fill="#ffffff" fill-opacity="0.75" stroke="#1f2d3d" stroke-width="0.45"'
SHRUNK = 0.2  # mm of a line for one pixel of a layer's style
FINEST_MM = 0.05
SCALE_SHARE = 0.3
STEPS_KM = (50, 20, 10, 5, 2, 1, 0.5, 0.2)
BAR_ROOM_MM = 10.0  # the scale bar stands in the lower left corner


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A drawn map.

    Attributes
    ----------
    labels
        Place numbers that found room, with x and y (mm) of their upper left corner.
    outside
        How many places lie outside the frame.
    scale_km, scale_mm
        Length of the scale bar on the ground and on paper.
    """

    svg: str
    width_mm: float
    height_mm: float
    labels: tuple[dict[str, Any], ...]
    unlabelled: int
    outside: int
    scale_km: float
    scale_mm: float


@dataclass(frozen=True)
class Frame:
    """From metres of the local plane to millimetres of paper."""

    west: float
    north: float
    mm_per_m: float
    width_mm: float
    height_mm: float

    def xy(self, x: float, y: float) -> tuple[float, float]:
        """Millimetres right and down of the frame's upper left corner."""
        return (x - self.west) * self.mm_per_m, (self.north - y) * self.mm_per_m

    def cut(self, geometry: BaseGeometry) -> BaseGeometry:
        """What of a geometry lies within the frame, without what the page cannot show."""
        south, east = self.north - self.height_mm / self.mm_per_m, self.west + self.width_mm / self.mm_per_m
        inside = geometry.intersection(box(self.west, south, east, self.north))
        return inside.simplify(FINEST_MM / self.mm_per_m)


def draw(atlas: Atlas, view: View, numbers: Mapping[str, int]) -> Drawing:
    """Draw the map of a view; ``numbers`` are the numbers of the places in the list, by id."""
    frame = _frame(atlas, view)
    parts = [f'<rect width="{frame.width_mm:.2f}" height="{frame.height_mm:.2f}" fill="{SEA}"/>']
    for layer_id in DRAWN_BASE:
        parts += _ground(atlas, view, frame, layer_id)
    parts += _extents(atlas, view, frame)
    points: list[Spot] = []
    outside = 0
    for layer_id, rows in filters.shown(atlas, view).items():
        style = atlas.loaded[layer_id].layer.style
        for row, geometry in zip(rows, _local(row["geometry"] for row in rows), strict=True):
            inside = frame.cut(geometry)
            outside += inside.is_empty
            if isinstance(geometry, Point) and not inside.is_empty:
                points.append(Spot(row, *frame.xy(geometry.x, geometry.y), style))
            elif not inside.is_empty:
                parts.append(_line(inside, frame, style, row["location_method"]))
    parts += [symbol(spot.style, spot.row["location_method"], spot.x, spot.y) for spot in points]
    size = f"{frame.width_mm:.2f} {frame.height_mm:.2f}"
    width, height = size.split()
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 {size}">'
    longest = SCALE_SHARE * frame.width_mm / frame.mm_per_m / 1_000
    scale_km = next((step for step in STEPS_KM if step <= longest), STEPS_KM[-1])
    scale_mm = scale_km * 1_000 * frame.mm_per_m
    bar = (0.0, frame.height_mm - BAR_ROOM_MM, scale_mm + BAR_ROOM_MM, frame.height_mm)
    labels, unlabelled = placed(points, numbers, (frame.width_mm, frame.height_mm), bar)
    return Drawing(
        svg=head + "".join(parts) + "</svg>", width_mm=frame.width_mm, height_mm=frame.height_mm,
        labels=labels, unlabelled=unlabelled, outside=outside,
        scale_km=scale_km, scale_mm=scale_mm,
    )  # fmt: skip


def _frame(atlas: Atlas, view: View) -> Frame:
    districts = atlas.frame("districts_land")
    chosen = districts[districts["district_code"].isin(view.districts)].geometry
    shapes = chosen if len(chosen) else [box(*SHANGHAI)]
    west, south, east, north = gpd.GeoSeries(_local(shapes)).total_bounds
    margin = MARGIN * max(east - west, north - south)
    west, south, east, north = west - margin, south - margin, east + margin, north + margin
    mm_per_m = min(WIDTH_MM / (east - west), TALLEST_MM / (north - south))
    # a tall district leaves room at its sides: show its neighbours there
    spare = (WIDTH_MM / mm_per_m - (east - west)) / 2
    return Frame(float(west - spare), float(north), float(mm_per_m), WIDTH_MM, float((north - south) * mm_per_m))


def _local(shapes: Iterable[BaseGeometry]) -> list[BaseGeometry]:
    return list(to_local(gpd.GeoSeries(list(shapes), crs=WGS84)))


def _ground(atlas: Atlas, view: View, frame: Frame, layer_id: str) -> list[str]:
    if layer_id not in atlas.loaded:
        return []
    rows, style = atlas.frame(layer_id), atlas.loaded[layer_id].layer.style
    paint = (
        f'fill="{style.fill}" fill-opacity="{style.fill_opacity}" stroke="{style.stroke}" '
        f'stroke-width="{style.stroke_width * SHRUNK:.2f}"'
    )
    codes = rows["district_code"] if "district_code" in rows else [""] * len(rows)
    stroke = f'fill="none" stroke="{style.stroke}" stroke-width="{style.stroke_width * SHRUNK:.2f}"'
    shapes = [
        (str(code) in view.districts, path, stroke if isinstance(shape, LineString | MultiLineString) else paint)
        for code, shape in zip(codes, _local(rows.geometry), strict=True)
        if (path := _path(frame.cut(shape), frame))
    ]
    # the chosen ones last, so that their border is whole
    return [
        f'<path d="{path}" fill-rule="evenodd" {CHOSEN if chosen else own}/>' for chosen, path, own in sorted(shapes)
    ]


def _extents(atlas: Atlas, view: View, frame: Frame) -> list[str]:
    """Outlines and circles of the parks that are drawn."""
    if "parks" not in view.layers or "parks" not in atlas.loaded:
        return []
    kept = {row["id"] for row in filters.records(atlas, "parks", view)}
    extents = drawn_outlines(atlas.frame("parks"), atlas.frame("outlines"))
    shapes = _local(extents[extents["park_id"].isin(kept)].geometry)
    paint = (
        f'fill="{OUTLINES.style.fill}" fill-opacity="{OUTLINES.style.fill_opacity}" '
        f'stroke="{OUTLINES.style.stroke}" stroke-width="0.25" stroke-dasharray="1 0.6"'
    )
    return [
        f'<path d="{_path(inside, frame)}" {paint}/>' for each in shapes if not (inside := frame.cut(each)).is_empty
    ]


def _line(geometry: BaseGeometry, frame: Frame, style: Style, method: str) -> str:
    dash = "" if STATES[method] == "solid" else ' stroke-dasharray="1.4 0.9"'
    width = style.stroke_width * SHRUNK
    return f'<path d="{_path(geometry, frame)}" fill="none" stroke="{style.stroke}" stroke-width="{width:.2f}"{dash}/>'


def _path(geometry: BaseGeometry, frame: Frame) -> str:
    if isinstance(geometry, Polygon):
        rings = [] if geometry.is_empty else [geometry.exterior, *geometry.interiors]
        return "".join(f"{_path(LineString(ring.coords), frame)}Z" for ring in rings)
    if isinstance(geometry, LineString):
        points = [frame.xy(x, y) for x, y, *_ in geometry.coords]
        return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) if points else ""
    drawn = MultiPolygon | MultiLineString | Polygon | LineString
    return "".join(_path(part, frame) for part in getattr(geometry, "geoms", ()) if isinstance(part, drawn))
