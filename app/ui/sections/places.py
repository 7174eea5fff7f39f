"""Every place on the map, and how many there are by layer."""

import streamlit as st

from app.core.atlas import Atlas
from app.documents import exports
from app.documents.display_tables import counts_table, places_table
from app.i18n.texts import text
from app.ui.state import Session
from app.ui.widgets import render_download, render_pickable, render_table


def render(atlas: Atlas, session: Session) -> None:
    """One row per place on the map."""
    view, lang = session.view, session.view.lang
    rows = exports.places(atlas, view)
    st.caption(text("places_note", lang))
    frame, config = places_table(rows, atlas, lang)
    render_pickable(session, "places", frame, config, list(zip(rows["layer"], rows["id"], strict=True)))
    render_download("places", view)
    render_download("shown", view, kind="geojson", label="download_shown")
    st.subheader(text("counts_by_layer", lang))
    render_table(*counts_table(exports.counts(atlas, view), lang), "t_counts")
    render_download("counts", view)
