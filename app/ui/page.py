"""The page: read the view, show the map and the numbers. Streamlit runs this file for every change."""

from dataclasses import replace
from time import sleep

import streamlit as st

from app.core.atlas import Atlas
from app.core.view import to_browser
from app.i18n.messages import in_words
from app.i18n.texts import text
from app.service import cache
from app.service.payload import user_layer_declarations
from app.service.render_lock import render_lock
from app.service.results import shown as results_shown
from app.ui.evidence_dialog import render_evidence
from app.ui.map_mount import mount
from app.ui.panels import render_numbers, render_picked
from app.ui.sections import render_section
from app.ui.sidebar import render_filters, render_language
from app.ui.state import Session, current_session, on_browser_evidence, on_browser_pick, on_browser_view
from app.ui.widgets import as_text
from layers import REGISTRY

# Streamlit sends every 10 ms what it has, and the browser draws at one go what came together: the wait lets the map's
# command leave alone, so that the map need not wait for the drawing of forty widgets and tables. With 0.05 s these
# still overtook it now and then (the map changed after 189 ms and was on the screen after 318; now 169 and 200).
HEAD_START_S = 0.15


def render() -> None:
    """Everything on the page, top to bottom."""
    session = current_session(cache.atlas())
    atlas = session.session_layers.atlas
    session.view = replace(session.view, token=atlas.token)
    lang = session.view.lang
    # once in a run: the browser takes every call as news, ahead of the map's own
    st.set_page_config(page_title=text("title", lang), layout="wide", initial_sidebar_state="auto")
    render_language(session.view)
    st.markdown(f"#### {text('title', lang)}  :gray[:small[{text('subtitle', lang)}]]")
    render_warnings(atlas, session)
    left, right = st.columns([0.64, 0.36], gap="medium")
    results = [*results_shown(atlas, session.view), *session.preview]
    with left:
        mount(
            atlas,
            session.view,
            seq=session.seq,
            orders={
                "command": session.command,
                "picked": session.picked,
                "session": session.id,
                "results": results,
                "own": user_layer_declarations(atlas),
                "token": atlas.token,
            },
            on_message={"view": on_browser_view, "pick": on_browser_pick, "evidence": on_browser_evidence},
        )
        st.caption(text("breakfast_status", lang))
    if session.tells_the_map(lang, to_browser(session.view), session.command, results):
        sleep(HEAD_START_S)
    with render_lock(session.view.section):
        render_filters(atlas, session)
        with right:
            render_picked(atlas, session)
            render_numbers(atlas, session)
        render_section(atlas, session)
        render_evidence(atlas, session)
    cache.freeze_loaded(session.view.section, session.view.analysis)


def render_warnings(atlas: Atlas, session: Session) -> None:
    """What of the address was not understood, and what could not be loaded."""
    lang = session.view.lang
    if session.ignored:
        parts = ", ".join(f"{part.parameter}={part.value}" for part in session.ignored)
        st.warning(text("ignored", lang).format(parts=as_text(parts)))
    titles = {layer.id: (layer.title_zh, layer.title_en)[lang == "en"] for layer in REGISTRY}
    for layer_id, fault in atlas.failed.items():
        reason = as_text(in_words(fault, lang))
        st.error(text("layer_failed", lang).format(layer=titles.get(layer_id, layer_id), reason=reason))


render()
