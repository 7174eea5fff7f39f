"""Land by district and sector, with the city's stated supply."""

import streamlit as st

from app.core import land, trees
from app.core.atlas import Atlas
from app.core.land import supply_line
from app.documents.display_tables import land_table, sector_table, tree_table
from app.i18n.texts import text
from app.ui.sections.user_layers import render_land as render_user_land
from app.ui.state import Session
from app.ui.widgets import render_download, render_table


def render(atlas: Atlas, session: Session) -> None:
    """Land by district, always all 16, and by sector."""
    view, lang = session.view, session.view.lang
    space = " " if lang == "en" else ""
    st.info(space.join((supply_line(atlas, lang), text("supply_note", lang), text("extent_note", lang))))
    st.subheader(text("land_by_district", lang))
    by_district = land.by_district(atlas, view)
    frame, config = land_table(by_district, land.total(atlas, view), lang)

    def chosen() -> None:
        rows = st.session_state["t_land"]["selection"]["rows"]
        if rows and rows[0] < len(by_district):  # the last row is the total
            session.fit(str(by_district["district_code"].iloc[rows[0]]))

    render_table(frame, config, "t_land", on_select=chosen)
    st.caption(text("fit_note", lang))
    render_download("land", view)
    chosen_tree = st.segmented_control(
        text("tree_choice", lang), trees.TREES, key="w_tree", format_func=lambda name: text(name, lang)
    )
    if chosen_tree:
        _render_tree(atlas, session, str(chosen_tree))
    st.subheader(text("land_by_sector", lang))
    frame, config = sector_table(land.by_sector(atlas, view), land.total(atlas, view), lang)
    render_table(frame, config, "t_sectors")
    render_download("sectors", view)
    render_user_land(atlas, session)


def _render_tree(atlas: Atlas, session: Session, name: str) -> None:
    """How a total is made: what was added, what was left out and why. A row opens the evidence of its figure."""
    view, lang = session.view, session.view.lang
    rows = trees.rows(trees.tree(atlas, name, view), atlas)
    key = f"t_{name}_{session.evidence_opened}"

    def chosen() -> None:
        picked = st.session_state[key]["selection"]["rows"]
        if picked and rows["figure"].iloc[picked[0]]:
            session.open_evidence(str(rows["figure"].iloc[picked[0]]))

    st.caption(text(f"{name}_note", lang))
    frame, config = tree_table(rows, lang)
    render_table(frame, config, key, on_select=chosen)
    render_download(name, view)
