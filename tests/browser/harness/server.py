"""A tiny server to try the map without Streamlit: `python server.py [port]`, on 127.0.0.1 only."""

from __future__ import annotations

import argparse
import json
import mimetypes
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import samples
from make_columns import columns_file

HERE = Path(__file__).resolve().parent
CSP = (
    "default-src 'self'; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; "
    "connect-src 'self' ws: wss:; frame-ancestors 'none'"
)
BASEMAPS = [
    {
        "id": "osm",
        "title_zh": "OpenStreetMap",
        "title_en": "OpenStreetMap",
        "url": "https://tile.example/{z}/{x}/{y}.png",
        "attribution": "© OpenStreetMap contributors",
        "max_zoom": 18,
        "datum": "wgs84",
        "subdomains": "abc",
        "needs_key": False,
    },
    {
        "id": "tianditu",
        "title_zh": "天地图",
        "title_en": "Tianditu",
        "url": "https://t{s}.example/{z}/{x}/{y}?tk={key}",
        "attribution": "天地图",
        "max_zoom": 18,
        "datum": "wgs84",
        "subdomains": "01234567",
        "needs_key": True,
    },
    {
        "id": "amap",
        "title_zh": "高德",
        "title_en": "AMap",
        "url": "https://amap{s}.example/{z}/{x}/{y}.png",
        "attribution": "高德",
        "max_zoom": 18,
        "datum": "gcj02",
        "subdomains": "1234",
        "needs_key": False,
    },
]


def map_script(sig: str) -> str:
    """Return a script of the kind that folium renders: an empty map, its controls, the declarations."""
    declared = json.dumps(samples.declarations(sig), ensure_ascii=True).replace("<", "\\u003c")
    return f"""{{
  var map_harness = L.map("map_harness", {{center: [31.2, 121.5], zoom: 9, maxZoom: 18, zoomControl: true}});
  L.control.scale({{imperial: false}}).addTo(map_harness);
  L.control.fullscreen({{position: "topleft", title: "全屏 Full screen"}}).addTo(map_harness);
  window.__atlas = {{map: map_harness, layers: {declared}, basemaps: {json.dumps(BASEMAPS)}}};
}}"""


@lru_cache(maxsize=4)
def synthetic(n: int) -> bytes:
    """Return a columns file; made once per size."""
    return columns_file(n)


def answer(path: str, query: str) -> tuple[bytes, str] | None:
    """Return body and type for a path, None where there is nothing."""
    name = path.rsplit("/", 1)[-1]
    if path == "/manifest.json":
        return dumped(samples.manifest())
    if path.startswith("/maps/"):
        return map_script(name.removesuffix(".js")).encode(), "text/javascript"
    if path.startswith("/layers/synthetic_"):
        return synthetic_answer(path, name)
    if path.startswith("/layers/"):
        return dumped(samples.layer(name.removesuffix(".geojson")))
    if path.startswith("/export/"):
        return dumped({"export": name, "query": query})
    return static(path)


def synthetic_answer(path: str, name: str) -> tuple[bytes, str]:
    """Return a columns file, or the card of one of its rows."""
    if "/card/" not in path:
        return synthetic(int(name.removeprefix("synthetic_").removesuffix(".bin"))), "application/octet-stream"
    names = {"name_zh": "合成点", "name_en": "Synthetic point"}
    row = {"label_zh": "行", "label_en": "Row", "value_zh": name, "value_en": name, "kind": "modelled"}
    return dumped({"id": f"SYN{name.removesuffix('.json')}", **names, "card": [row]})


def static(path: str) -> tuple[bytes, str] | None:
    """Return a file of the harness or of app/static, never one outside these two."""
    base, rest = (
        (samples.STATIC, path.removeprefix("/assets/dev/"))
        if path.startswith("/assets/dev/")
        else (HERE, path.lstrip("/"))
    )
    file = (base / (rest or "index.html")).resolve()
    if not file.is_relative_to(base) or not file.is_file():
        return None
    return file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def dumped(value: object) -> tuple[bytes, str]:
    """Return a value as JSON."""
    return json.dumps(value, ensure_ascii=False).encode(), "application/json"


class Handler(BaseHTTPRequestHandler):
    """Answers GET."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer one request."""
        url = urlsplit(self.path)
        found = answer(url.path, url.query)
        body, kind = found or (b"not found", "text/plain")
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CSP)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing: the browser's console is what a test reads."""


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int, nargs="?", default=8765)
    arguments = parser.parse_args()
    with ThreadingHTTPServer(("127.0.0.1", arguments.port), Handler) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
