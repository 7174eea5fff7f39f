"""The folium map as a live Leaflet map on the page: commands in, the browser's view and picks out.

The map is mounted without an iframe and lives on across reruns, so pan and zoom cost nothing. A rerun
carries one small command; layers, script and libraries are files that the browser keeps.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from app.core.atlas import Atlas
from app.core.view import View
from app.service.map_facts import map_facts

KEY = "atlas_map"
# Streamlit runs this as a blob: module. It only fetches ours, so that all code is a file under the policy.
LOADER = """
export default function (component) {
  const address = new URL(component.data.script, window.location.origin).href
  if (window.__atlasDoor?.address === address) return window.__atlasDoor.open(component)
  let cleanup = null
  let gone = false
  // a module that once failed to load stays failed under its address
  import(address).catch(() => import(`${address}?again`)).then((module) => {
    if (!gone) cleanup = module.default(component)
  }).catch((error) => {
    console.error("atlas:", error)
    const said = document.createElement("div")
    said.setAttribute("role", "alert")
    said.textContent = component.data.lang === "en" ? "The map could not be loaded." : "地图未能加载。"
    component.parentElement.replaceChildren(said)
  })
  return () => {
    gone = true
    if (typeof cleanup === "function") cleanup()
  }
}
"""


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
        analysis found, to be drawn over everything; ``own``: declarations of the layers that the user
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
