"""Numbers of the layers of the user, under the sections that show the same of the atlas's own."""

import streamlit as st

from app.core.atlas import Atlas
from app.documents.display_tables import land_sheet, medians_sheet, nearby_table
from app.i18n.texts import text
from app.service.cache import of_session
from app.service.user_proximity import user_proximity, user_proximity_districts
from app.ui.state import Session
from app.ui.widgets import MOST_ROWS, render_download, render_pickable, render_table
from app.workspace.land import user_land, user_land_by_sector


def render_land(atlas: Atlas, session: Session) -> None:
    """Land of user layers by district and by sector; nothing where there are none."""
    if not atlas.user_layers:
        return
    view, lang = session.view, session.view.lang
    st.subheader(text("own_land", lang))
    st.caption(text("own_land_note", lang))
    frame, config = land_sheet(of_session(user_land, atlas, view), "district", lang)
    render_table(frame, config, "t_own_land")
    render_download("own_land", view)
    st.subheader(text("own_sectors", lang))
    st.caption(text("own_sectors_note", lang))
    frame, config = land_sheet(of_session(user_land_by_sector, atlas, view), "sector", lang)
    render_table(frame, config, "t_own_sectors")
    render_download("own_sectors", view)


def render_nearby(atlas: Atlas, session: Session) -> None:
    """What is near the places of user layers; nothing where there are none."""
    if not atlas.user_layers:
        return
    view, lang = session.view, session.view.lang
    sites = user_proximity(atlas, view)
    titles = {layer.id: (layer.title_zh, layer.title_en)[lang == "en"] for layer in atlas.user_layers}
    st.subheader(text("own_nearby", lang))
    left_out = int((~sites["measured"].astype(bool)).sum())
    if left_out:
        st.caption(text("nearby_left_out", lang).format(n=left_out))
    if len(sites) > MOST_ROWS:
        st.caption(text("first_rows", lang).format(n=f"{MOST_ROWS:,}", all=f"{len(sites):,}"))
    first = sites.head(MOST_ROWS)
    frame, config = nearby_table(first, atlas, lang)
    frame.insert(1, text("col_layer", lang), [titles[layer] for layer in first["layer"]])
    render_pickable(session, "own_nearby", frame, config, list(zip(first["layer"], first["id"], strict=True)))
    render_download("own_nearby", view)
    st.subheader(text("own_nearby_districts", lang))
    frame, config = medians_sheet(user_proximity_districts(atlas, view), atlas, lang)
    render_table(frame, config, "t_own_nearby_districts")
    render_download("own_nearby_districts", view)
