"""The folium map as a live Leaflet map on the page: commands in, the browser's view and picks out.

The map is mounted without an iframe and lives on across reruns, so pan and zoom cost nothing. A rerun
carries one small command; layers, script and libraries are files that the browser keeps.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from app.core.atlas import Atlas
from app.core.view import View, page_query, to_browser
from app.service.cache import assets_signature, built_map

KEY = "atlas_map"
# Streamlit runs this as a blob: module. It only fetches ours, so that all code is a file under the policy.
LOADER = """
export default function (component) {
  const address = new URL(component.data.script, window.location.origin).href
  if (window.__atlasDoor?.address === address) return window.__atlasDoor.open(component)
  let cleanup = null
  let gone = false
  import(address).then((module) => {
    if (!gone) cleanup = module.default(component)
  })
  return () => {
    gone = true
    if (typeof cleanup === "function") cleanup()
  }
}
"""


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


def mount(
    atlas: Atlas,
    view: View,
    *,
    seq: int,
    orders: Mapping[str, Any],
    on_message: Mapping[str, Callable[[], None]],
) -> None:
    """Put the map on the page, or hand a command to the one that is there.

    Parameters
    ----------
    seq
        Number of the last message of the browser that this run has seen: an older run's view is ignored there.
    orders
        ``command``: what the map shall do once, ``{n, kind: show|fit|home, ...}`` or None; ``picked``: the
        ``{layer, id}`` to highlight, or None; ``session``: which session speaks; ``results``: declarations of what an
        analysis found, to be drawn over everything; ``own``: declarations of the layers that the session's reader
        brought, and ``token``, by which their files are asked for.
    on_message
        Called for ``view`` (the browser changed it), ``pick`` (a place was picked) and ``evidence`` (a figure's
        evidence is asked for).
    """
    component = st.components.v2.component("atlas_map", js=LOADER, html="<div></div>", isolate_styles=False)
    component(
        key=KEY,
        data={**map_facts(atlas, view), "seq": seq, **orders},
        on_view_change=on_message["view"],
        on_pick_change=on_message["pick"],
        on_evidence_change=on_message["evidence"],
    )
