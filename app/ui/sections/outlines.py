"""Measured extent beside the published one."""

import streamlit as st

from app.core import land
from app.core.atlas import Atlas
from app.documents.display_tables import outlines_table
from app.i18n.texts import text
from app.ui.state import Session
from app.ui.widgets import render_download, render_table


def render(atlas: Atlas, session: Session) -> None:
    """Outlines that do not come from the published area, compared with it."""
    view, lang = session.view, session.view.lang
    st.info(text("outlines_note", lang))
    frame, config = outlines_table(land.outlines_compared(atlas, view), atlas, lang)
    render_table(frame, config, "t_outlines")
    render_download("outlines", view)
