"""All stated figures, searched and filtered; a row opens its evidence."""

import pandas as pd
import streamlit as st

from app.core import figures
from app.core.atlas import Atlas
from app.core.view import FIGURE_KINDS, FIGURE_LAYERS
from app.documents.display_tables import figures_table
from app.i18n.texts import text
from app.ui.state import Session, on_widget
from app.ui.widgets import NOTHING, TABLE_HEIGHT, render_download
from layers import PLACES


def render(atlas: Atlas, session: Session) -> None:
    """Filters of the list, the list, exports."""
    view, lang = session.view, session.view.lang
    at = lang == "en"
    layers = {layer.id: (layer.title_zh, layer.title_en)[at] for layer in PLACES} | {"land": text("tab_land", lang)}
    kinds = {code: figures.KIND_NAMES[code][at] for code in FIGURE_KINDS}
    columns = st.columns([0.34, 0.26, 0.22, 0.18])
    with columns[0]:
        st.session_state["w_figure_search"] = view.figure_search
        st.text_input(
            text("search", lang), key="w_figure_search", on_change=on_widget, args=("figure_search", "w_figure_search")
        )
    for column, name, options in (
        (columns[1], "figure_layers", {code: layers[code] for code in FIGURE_LAYERS}),
        (columns[2], "figure_kinds", kinds),
        (columns[3], "figure_years", {year: year for year in figures.years(atlas)}),
    ):
        key = f"w_{name}"
        st.session_state[key] = [value for value in getattr(view, name) if value in options]
        column.multiselect(
            text(name, lang), list(options), key=key, format_func=options.__getitem__,
            placeholder=text("all", lang), on_change=on_widget, args=(name, key),
            select_all=False,
        )  # fmt: skip
    found = figures.figures(atlas, view)
    st.caption(text("figures_note", lang).format(n=len(found), all=len(atlas.evidence.figures)))
    verdicts = figures.checks(atlas)
    frame = figures_table(pd.DataFrame([figures.row(each, atlas, verdicts) for each in found]), atlas, lang)
    key = f"t_figures_{session.evidence_opened}"

    def chosen() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows:
            session.open_evidence(found[rows[0]].id)

    st.dataframe(
        frame, hide_index=True, height=TABLE_HEIGHT, placeholder=NOTHING, key=key, on_select=chosen,
        selection_mode="single-row",
    )  # fmt: skip
    left, right, _ = st.columns([0.16, 0.16, 0.68])
    with left:
        render_download("figures", view)
    with right:
        render_download("figures", view, kind="json")
