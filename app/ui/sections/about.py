"""What the atlas says of itself: version, warnings, sources."""

import pandas as pd
import streamlit as st

from app.core.atlas import Atlas
from app.core.view import to_query
from app.i18n.texts import text
from app.ui.state import Session
from app.ui.widgets import render_table


def render(atlas: Atlas, session: Session) -> None:
    """Data version, warnings, sources and licences."""
    lang = session.view.lang
    st.write(text("data_version", lang).format(version=atlas.data_version, date=atlas.data_date))
    st.warning(text("breakfast_status", lang))
    st.warning(text("simulated", lang))
    st.write(text("method_link", lang))
    st.link_button(text("rp_download", lang), f"/export/report.pdf?{to_query(session.view)}")
    st.subheader(text("sources", lang))
    at = lang == "en"
    rows = [
        {
            text("col_layer", lang): (each.layer.title_zh, each.layer.title_en)[at],
            "n": len(each.frame),
            text("col_licence", lang): each.source.licence,
            text("col_producer", lang): each.source.producer,
            text("col_how", lang): (each.source.method_zh, each.source.method_en)[at],
            text("col_accuracy_words", lang): each.source.accuracy,
            "审图号": each.source.map_approval,
        }
        for each in atlas.loaded.values()
    ]
    render_table(pd.DataFrame(rows), {}, "t_sources")
