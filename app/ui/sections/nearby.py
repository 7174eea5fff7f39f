"""Proximity of every place that the registry says is measured from."""

import streamlit as st

from app.analysis import proximity
from app.core import filters
from app.core.atlas import Atlas
from app.documents.display_tables import nearby_district_table, nearby_table
from app.i18n.texts import text
from app.service.cache import distances
from app.ui.charts import render_distance_chart
from app.ui.sections.user_layers import render_nearby as render_user_proximity
from app.ui.state import Session
from app.ui.widgets import render_download, render_pickable, render_table


def render(atlas: Atlas, session: Session) -> None:
    """Sites with their nearest known targets, a chart, and medians by district."""
    view, lang = session.view, session.view.lang
    sites = filters.of_table(atlas, distances(coarse=view.coarse), view)
    st.info(text("nearby_note", lang).format(known=proximity.known_in_words(atlas, lang, coarse=view.coarse)))
    left_out = int((~sites["measured"]).sum())
    if left_out:
        st.caption(text("nearby_left_out", lang).format(n=left_out))
    layers = ("、", ", ")[lang == "en"].join(proximity.origin_titles(lang))
    st.subheader(text("nearby_sites", lang).format(layers=layers))
    frame, config = nearby_table(sites, atlas, lang)
    render_pickable(session, "nearby", frame, config, list(zip(sites["layer"], sites["id"], strict=True)))
    render_download("nearby", view)
    st.caption(text("distance_chart", lang))
    render_distance_chart(sites, lang)
    st.subheader(text("nearby_districts", lang))
    frame, config = nearby_district_table(proximity.by_district(sites, atlas), lang)
    render_table(frame, config, "t_nearby_districts")
    render_download("nearby_districts", view)
    render_user_proximity(atlas, session)
