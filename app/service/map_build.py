"""Layers to a folium map, built once per data version. The only file that knows folium.

folium never sees data: branca renders its templates twice, and a value that reaches them can run on
the server. folium is given an empty map and its controls; the declarations of the layers join the
finished script. Features travel as files of their own, and the browser writes them as text.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import folium
from folium.plugins import Fullscreen

from app.service.payload import PARK_EXTENTS, layer_url
from layers.model import Layer, Source, Style, simplestyle

CENTRE = (31.2, 121.5)
ZOOM = 9
# All off at first: nothing is asked of another host until the user picks one.
BASEMAPS = (
    {
        "id": "osm", "title_zh": "OpenStreetMap", "title_en": "OpenStreetMap", "datum": "wgs84", "max_zoom": 18,
        "url": "https://tile.openstreetmap.org/{z}/{x}/{y}.png", "subdomains": "", "needs_key": False,
        "attribution": "© OpenStreetMap contributors",
    },
    {
        "id": "tianditu", "title_zh": "天地图", "title_en": "Tianditu", "datum": "wgs84", "max_zoom": 18,
        "url": "https://t{s}.tianditu.gov.cn/vec_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=vec"
        "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}",
        "subdomains": "01234567", "needs_key": True, "attribution": "天地图",
    },
    {
        "id": "amap", "title_zh": "高德地图", "title_en": "AMap", "datum": "gcj02", "max_zoom": 18,
        "url": "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}",
        "subdomains": "1234", "needs_key": False, "attribution": "高德地图",
    },
)  # fmt: skip
BASEMAP_HOSTS = (
    "https://tile.openstreetmap.org", "https://*.tianditu.gov.cn", "https://*.is.autonavi.com",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class BuiltMap:
    """A rendered map: the id of its div, its script, and a signature of both."""

    map_id: str
    script: str
    signature: str


def build_map(layers: list[Layer], sources: Mapping[str, Source], *, signature: str) -> BuiltMap:
    """Build and render the map.

    Parameters
    ----------
    layers
        Layers to declare, bottom first.
    sources
        The metadata of every layer by id: for the attribution on the map.
    signature
        Data signature, part of the layers' URLs so that browsers may keep them for ever.
    """
    figure = folium.Figure()
    built = folium.Map(location=CENTRE, zoom_start=ZOOM, tiles=None, maxZoom=18, control_scale=True, prefer_canvas=True)
    built._id = "atlas"  # noqa: SLF001 - the same name in every process, so that the script can be cached
    built.add_to(figure)
    Fullscreen(position="topleft", title="全屏 Full screen", title_cancel="退出全屏 Exit full screen").add_to(built)
    declared = [declaration(layer, sources[layer.id], signature=signature) for layer in layers]
    figure.render()
    handover = {"layers": [each for layer in declared for each in layer], "basemaps": BASEMAPS}
    # In a block, so that it can run again after an unmount. The declarations join after the last template has run:
    # an attribution comes from metadata, and metadata is data.
    # Written without any "<", so that the script may also stand inside a page.
    given = json.dumps(handover).replace("<", "\\u003c")
    script = f"{{\n{figure.script.render()}\nwindow.__atlas = {{map: {built.get_name()}, ...{given}}};\n}}\n"
    digest = hashlib.sha256(script.encode()).hexdigest()[:12]
    return BuiltMap(map_id=built.get_name(), script=script, signature=digest)


def declaration(layer: Layer, source: Source, *, signature: str) -> list[dict[str, Any]]:
    """Declare one layer to the browser; parks bring their outlines along."""
    own = {
        "id": layer.id, "role": layer.role, "title_zh": layer.title_zh, "title_en": layer.title_en,
        "geometry": list(layer.geometry), "url": layer_url(layer.id, signature), "format": "geojson",
        "sector_filtered": layer.sector_filtered, "on": layer.on, "style": simplestyle(layer.style),
        "attribution": source.attribution, "map_approval": source.map_approval,
    }  # fmt: skip
    if layer.id != "parks":
        return [own]
    outline = Style(
        stroke=layer.style.marker_color, stroke_dasharray="6 4", fill=layer.style.marker_color, fill_opacity=0.08
    )
    follower = {
        **own, "id": PARK_EXTENTS, "role": "base", "follows": "parks", "geometry": ["Polygon"],
        "title_zh": "园区轮廓与示意圆（按公布面积）",
        "title_en": "Park outlines, and schematic circles of published area",
        "url": layer_url(PARK_EXTENTS, signature), "style": simplestyle(outline),
    }  # fmt: skip
    return [follower, own]
