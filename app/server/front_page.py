"""The first answer: Streamlit's own page, with the map's addresses in it.

Streamlit needs about a second until its first component stands. The map needs nothing of it: the browser builds it at
once, at its later place, and hands it over (`app/static/atlas/entry.js`). This is done to a page that is known piece by
piece. Any other is Streamlit's own to serve, untouched; the map then opens with its component, half a second later.
"""

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from app.core.atlas import Atlas
from app.core.view import View
from app.i18n.texts import text
from app.service import payload
from app.service.static_files import STATIC

log = logging.getLogger("atlas")
TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
# The host's own start: its script, and what it wants beforehand. `host_start.js` brings them back.
HOST = re.compile(r'<script type="module" crossorigin src="([^"]+)"></script>')
AHEAD_OF_HOST = re.compile(r'\s*<link rel="(modulepreload|stylesheet)" crossorigin href="([^"]+)">')
ROOT = re.compile(r'<div id="root"></div>')
# Whatever else would start something, or be waited for: there must be none
OTHER_SCRIPT = re.compile(r"<script\b[^>]*\bsrc\b", re.IGNORECASE)
OTHER_LINK = re.compile(r"<link\b[^>]*\brel\s*=\s*[\"']?(?:modulepreload|stylesheet)", re.IGNORECASE)
UNTOUCHED = (
    "首页由 Streamlit 原样提供，地图稍晚打开 | Streamlit's page is served untouched, the map opens a little later: "
    "Streamlit %s, %s: %s"
)
START = STATIC / "host_start.js"
STYLES = ("page.css", "vendor/leaflet/leaflet.css", "vendor/fullscreen/Control.FullScreen.css", "atlas/atlas.css")
SCRIPTS = ("vendor/leaflet/leaflet.js", "vendor/fullscreen/Control.FullScreen.js")


class UnknownPageError(ValueError):
    """Streamlit's page is not the one that is known; the message names what is missing."""


@dataclass(frozen=True, kw_only=True)
class HostPage:
    """Streamlit's page, taken apart.

    Attributes
    ----------
    before, after
        The page without its title and its start; the title stood between them.
    script
        Address of its script.
    links
        ``rel`` and address of what it wants beforehand.
    """

    before: str
    after: str
    script: str
    links: tuple[tuple[str, str], ...]


@cache
def host_page() -> HostPage | None:
    """Streamlit's page as it is installed; None, and one warning, if it is none that is known."""
    try:
        return taken_apart(streamlit_page())
    except (OSError, UnicodeError, UnknownPageError) as fault:
        log.warning(UNTOUCHED, streamlit_version(), type(fault).__name__, fault)
        return None


def streamlit_page() -> str:
    """Streamlit's index.html as it is installed.

    Raises
    ------
    OSError, UnicodeError
        If it is not there, or cannot be read.
    """
    found = find_spec("streamlit")  # the library itself is not loaded for it
    if found is None or found.origin is None:
        msg = "streamlit is not installed"
        raise FileNotFoundError(msg)
    return (Path(found.origin).parent / "static" / "index.html").read_text(encoding="utf-8")


def streamlit_version() -> str:
    """Version of Streamlit, as its installer wrote it down."""
    try:
        return version("streamlit")
    except PackageNotFoundError:
        return "?"


def taken_apart(page: str) -> HostPage:
    """Take the title and the start out of Streamlit's page.

    Raises
    ------
    UnknownPageError
        If anything of it is not there once, or something else is that would start by itself.
    """
    for name, pattern in (("<title>", TITLE), ("module script", HOST), ('<div id="root">', ROOT)):
        if (count := len(pattern.findall(page))) != 1:
            msg = f"{count} × {name}, not 1: {pattern.pattern}"
            raise UnknownPageError(msg)
    links = AHEAD_OF_HOST.findall(page)
    if not links or len(links) != len(OTHER_LINK.findall(page)):
        msg = f"{len(links)} of {len(OTHER_LINK.findall(page))} links are known: {AHEAD_OF_HOST.pattern}"
        raise UnknownPageError(msg)
    if len(OTHER_SCRIPT.findall(page)) != 1:
        msg = f"there are other scripts: {OTHER_SCRIPT.pattern}"
        raise UnknownPageError(msg)
    script = HOST.findall(page)[0]
    before, after = TITLE.split(AHEAD_OF_HOST.sub("", HOST.sub("", page)))
    return HostPage(before=before, after=after, script=script, links=tuple(links))


@cache
def start_script() -> str:
    """The script that stands in the page itself."""
    return START.read_text(encoding="utf-8")


def front_page(host: HostPage, atlas: Atlas, view: View, facts: Mapping[str, Any]) -> str:
    """HTML of the page for a view.

    Parameters
    ----------
    facts
        What the map is given to start with (`app.ui.map_mount.map_facts`).
    """
    title = f"<title>{escape(text('title', view.lang))}</title>"
    given = {**facts, "host": {"script": host.script, "links": host.links}}
    head = "\n".join([title, *_tags(given, drawn(atlas, view)), f"<script>{start_script()}</script>"])
    return f"{host.before}{head}{host.after}"


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
