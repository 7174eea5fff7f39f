"""What the browser's map starts with: its view, and the addresses of everything that it fetches."""

from typing import Any

from app.core.atlas import Atlas
from app.core.view import View, page_query, to_browser
from app.service.cache import assets_signature, built_map


def manifest_url(atlas: Atlas) -> str:
    """Address of names and texts; it changes with the data and with the program."""
    return f"/manifest.json?v={atlas.signature}-{assets_signature()}"


def map_facts(atlas: Atlas, view: View) -> dict[str, Any]:
    """What the map needs to start with: its view, and the addresses of everything it fetches."""
    built, signature = built_map(), assets_signature()
    return {
        "lang": view.lang,
        "view": to_browser(view),
        "page": page_query(view),
        "script": f"/scripts/{signature}.js",
        "assets": f"/assets/{signature}",
        "manifest": manifest_url(atlas),
        "map_script": f"/maps/{built.signature}.js",
        "map_id": built.map_id,
    }
