"""One HTML that holds map, layers, tables and evidence: it opens from a disk and asks nobody for anything."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from app.core.atlas import Atlas
from app.core.view import View, to_browser
from app.documents.single_file.evidence import evidence
from app.documents.single_file.tables import tables
from app.i18n.document_texts import SINGLE_FILE_TEXTS
from app.i18n.texts import TEXTS, text
from app.service import payload
from app.service.map_build import build_map
from app.service.map_facts import manifest_url
from app.service.script_bundle import bundle
from app.service.static_files import STATIC
from layers.model import REFERENCE_ROLE

STYLES = (
    "vendor/leaflet/leaflet.css", "vendor/fullscreen/Control.FullScreen.css", "atlas/atlas.css", "atlas/standalone.css",
)  # fmt: skip
SCRIPTS = ("vendor/leaflet/leaflet.js", "vendor/fullscreen/Control.FullScreen.js")
LINKED = re.compile(r"url\((?!#|data:)[\"']?([^)\"']+)[\"']?\)")
MEDIA_TYPES = {".png": "image/png", ".svg": "image/svg+xml"}
WORDS = ("title", "subtitle", "breakfast_status", "agreeing", "disagreeing", "evidence")


def document(atlas: Atlas, view: View) -> str:
    """The whole atlas as HTML, first shown under a view.

    Its policy allows the scripts inside by their hashes and no connection at all. Lists that the deployer imported
    stay with the server: their licences may not let them leave, and they would outgrow the file.
    """
    own = {key: each for key, each in atlas.loaded.items() if each.layer.role != REFERENCE_ROLE}
    atlas = replace(atlas, loaded=own)
    layers = payload.drawn_layers(atlas)
    built = build_map(layers, {layer.id: own[layer.id].source for layer in layers}, signature=atlas.signature)
    styles = [_style(STATIC / path) for path in STYLES]
    scripts = [*((STATIC / path).read_text(encoding="utf-8") for path in SCRIPTS), built.script]
    module = bundle(STATIC / "atlas", "standalone")
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(_hash(each) for each in (*scripts, module))}",
            "style-src 'unsafe-inline'",
            "img-src data: blob:",
            "form-action 'none'",
            "base-uri 'none'",
        )
    )
    # no tag may end within a text: what is data is written without any "<"
    data = json.dumps(_data(atlas, view), ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    parts = [
        "<!doctype html>",
        f'<html lang="{"en" if view.lang == "en" else "zh-CN"}"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(text('title', view.lang))}</title>",
        *(f"<style>{each}</style>" for each in styles),
        "</head><body>",
        f"<noscript><p>{escape(' '.join(TEXTS['sf_no_script']))}</p></noscript>",
        '<main class="sf-page"><header class="sf-head"></header>',
        f'<div class="atlas-root"><div class="folium-map atlas-map" id="{built.map_id}"></div></div>',
        '<section class="sf-tables"></section></main>',
        f'<script type="application/json" id="atlas-data">{data}</script>',
        *(f"<script>{_closed(each)}</script>" for each in scripts),
        f'<script type="module">{_closed(module)}</script>',
        "</body></html>\n",
    ]
    return "\n".join(parts)


def single_file_texts() -> dict[str, tuple[str, str]]:
    """Texts of the page round the map; the map brings its own."""
    return {key: pair for key, pair in TEXTS.items() if key in WORDS or key in SINGLE_FILE_TEXTS}


def _data(atlas: Atlas, view: View) -> dict[str, Any]:
    signature = atlas.signature
    ids = [layer.id for layer in payload.drawn_layers(atlas)]
    ids += [payload.PARK_EXTENTS] if "parks" in ids else []
    return {
        "lang": view.lang,
        "view": to_browser(view),
        "data_version": atlas.data_version,
        "data_date": atlas.data_date,
        "manifest": manifest_url(atlas),
        "content": {
            manifest_url(atlas): payload.manifest(atlas),
            **{payload.layer_url(each, signature): json.loads(payload.layer_features(atlas, each)) for each in ids},
        },
        "texts": single_file_texts(),
        "tables": tables(atlas, view),
        "evidence": evidence(atlas),
        "metadata": [
            {"layer": each.layer.id, "title": [each.layer.title_zh, each.layer.title_en],
             "producer": each.source.producer, "licence": each.source.licence}
            for each in atlas.loaded.values()
        ],
    }  # fmt: skip


def _style(path: Path) -> str:
    """A style sheet with its pictures inside."""

    def inside(match: re.Match[str]) -> str:
        linked = path.parent / match[1]
        content = base64.b64encode(linked.read_bytes()).decode()
        return f"url(data:{MEDIA_TYPES[linked.suffix]};base64,{content})"

    return LINKED.sub(inside, path.read_text(encoding="utf-8"))


def _closed(script: str) -> str:
    """A script that holds no closing tag of its own.

    Raises
    ------
    ValueError
        If it does: then it would end in the middle.
    """
    if "</script" in script.lower() or "<!--" in script:
        msg = "a script of the one-file atlas holds a tag that would end it"
        raise ValueError(msg)
    return script


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
