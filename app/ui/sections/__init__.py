"""The tables below the map, one section at a time: only what is looked at is computed and sent."""

import streamlit as st

from app.core.atlas import Atlas
from app.core.view import SECTIONS
from app.i18n.texts import text
from app.ui.sections import about, analysis, figures, land, my_data, nearby, outlines, places, quality, time
from app.ui.state import Session, on_widget

RENDER = {
    "land": land.render,
    "nearby": nearby.render,
    "analysis": analysis.render,
    "figures": figures.render,
    "time": time.render,
    "places": places.render,
    "outlines": outlines.render,
    "own": my_data.render,
    "quality": quality.render,
    "about": about.render,
}


def render_section(atlas: Atlas, session: Session) -> None:
    """The section that the view names, under a switch of all."""
    lang, key = session.view.lang, "w_section"
    st.session_state[key] = session.view.section
    st.segmented_control(
        text("sections", lang), SECTIONS, key=key, required=True, label_visibility="collapsed",
        format_func=lambda name: text(f"tab_{name}", lang), on_change=on_widget, args=("section", key),
    )  # fmt: skip
    RENDER[session.view.section](atlas, session)
