"""Land by district and sector, with the city's stated supply."""

import streamlit as st

from app import land
from app.atlas import Atlas
from app.panels import supply_text
from app.state import Session
from app.tables import land_table, sector_table
from app.texts import text
from app.widgets import render_download, render_table


def render(atlas: Atlas, session: Session) -> None:
    """Land by district, always all 16, and by sector."""
    view, lang = session.view, session.view.lang
    st.info(
        f"{text('supply', lang)}: {supply_text(atlas, lang)}. {text('supply_note', lang)} {text('extent_note', lang)}"
    )
    st.subheader(text("land_by_district", lang))
    by_district = land.by_district(atlas, view)
    frame, config = land_table(by_district, land.total(atlas, view), lang)

    def chosen() -> None:
        rows = st.session_state["t_land"]["selection"]["rows"]
        if rows and rows[0] < len(by_district):  # the last row is the total
            session.order("fit", district_code=str(by_district["district_code"].iloc[rows[0]]))

    render_table(frame, config, "t_land", on_select=chosen)
    st.caption(text("fit_note", lang))
    render_download("land", view)
    st.subheader(text("land_by_sector", lang))
    frame, config = sector_table(land.by_sector(atlas, view), land.total(atlas, view), lang)
    render_table(frame, config, "t_sectors")
    render_download("sectors", view)
