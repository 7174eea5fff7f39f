"""The first answer: Streamlit's own page, with the map's addresses in it.

Streamlit needs about a second until its first component stands. The map needs nothing of it: the browser builds it at
once, at its later place, and hands it over (`app/static/atlas/ahead.js`).
"""

import json
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import streamlit

from app.core.atlas import Atlas
from app.core.view import View
from app.i18n.texts import text
from app.service import payload

TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
# The host's own start: its script, and what it wants beforehand. Our script brings them back (entry.js).
HOST = re.compile(r'<script type="module" crossorigin src="([^"]+)"></script>')
AHEAD_OF_HOST = re.compile(r'\s*<link rel="(modulepreload|stylesheet)" crossorigin href="([^"]+)">')
STYLES = ("page.css", "vendor/leaflet/leaflet.css", "vendor/fullscreen/Control.FullScreen.css", "atlas/atlas.css")
SCRIPTS = ("vendor/leaflet/leaflet.js", "vendor/fullscreen/Control.FullScreen.js")


def front_page(atlas: Atlas, view: View, facts: Mapping[str, Any]) -> str:
    """HTML of the page for a view.

    Parameters
    ----------
    facts
        What the map is given to start with (`app.ui.map_mount.map_facts`).
    """
    page = streamlit_page()
    host = HOST.search(page)
    if host is None:  # a Streamlit that starts in another way: then it starts first, and the map with it
        style = f'<link rel="stylesheet" href="{facts["assets"]}/{STYLES[0]}">'
        return page.replace("</head>", f"{style}</head>", 1)
    title = f"<title>{escape(text('title', view.lang))}</title>"
    given = {**facts, "host": {"script": host[1], "links": AHEAD_OF_HOST.findall(page)}}
    head = "\n".join([title, *_tags(given, drawn(atlas, view))])
    return TITLE.sub(lambda _: head, AHEAD_OF_HOST.sub("", HOST.sub("", page, count=1)), count=1)


def streamlit_page() -> str:
    """Streamlit's index.html as it is installed."""
    return (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")


def drawn(atlas: Atlas, view: View) -> list[str]:
    """Ids of what the map draws at first for this view."""
    ids = [
        layer.id
        for layer in payload.drawn_layers(atlas)
        if layer.id in view.layers or (layer.role == "base" and layer.on)
    ]
    return [*ids, payload.PARK_EXTENTS] if "parks" in ids else ids


def _tags(facts: Mapping[str, Any], layers: list[str]) -> list[str]:
    """Ask for everything at once, instead of one thing after the other."""
    opening = f"/opening.json?l={','.join(layers)}&v={facts['manifest'].partition('=')[2]}"
    given = json.dumps({**facts, "opening": opening}, ensure_ascii=False)
    assets = facts["assets"]
    return [
        *(f'<link rel="stylesheet" href="{assets}/{path}">' for path in STYLES),
        f'<link rel="preload" as="fetch" crossorigin href="{escape(opening)}">',
        *(f'<script defer src="{assets}/{path}"></script>' for path in SCRIPTS),
        f'<link rel="preload" as="script" href="{facts["map_script"]}">',
        f'<script type="module" id="atlas-ahead" src="{facts["script"]}" data-facts="{escape(given)}"></script>',
    ]
