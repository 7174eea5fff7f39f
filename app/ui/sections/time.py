"""Time: what was known on a day, what was to hold by it, and targets against achievements."""

from datetime import date

import pandas as pd
import streamlit as st

from app.core import timeline
from app.core.atlas import Atlas
from app.core.land import supply_words
from app.i18n.texts import text
from app.ui.charts import render_time_chart
from app.ui.state import Session, on_widget
from app.ui.widgets import NOTHING, TABLE_HEIGHT, render_download
from layers.timeline import supply_as_of


def render(atlas: Atlas, session: Session) -> None:
    """A day to look from, the land supply of that day, the chart and its table."""
    view, lang = session.view, session.view.lang
    today = atlas.data_date or timeline.days(atlas)[-1]
    wanted = view.as_of or today
    days = sorted({*timeline.days(atlas), wanted})
    key = "w_as_of"
    st.session_state[key] = wanted
    st.select_slider(
        text("as_of", lang), days, key=key, on_change=on_widget, args=("as_of", key), help=text("as_of_help", lang)
    )
    chosen_day = date.fromisoformat(st.session_state[key])
    supply = supply_as_of(atlas.evidence, chosen_day)
    left, right = st.columns(2)
    left.metric(text("supply_due", lang), supply_words(supply, lang), help=text("supply_note", lang))
    right.metric(text("figures_known", lang), f"{timeline.known(atlas, chosen_day):,}")
    rows = timeline.rows(atlas, known=chosen_day)
    st.caption(text("time_chart", lang))
    if rows:
        render_time_chart(pd.DataFrame(rows), chosen_day, lang)
    else:
        st.info(text("nothing_known", lang))
    frame = timeline.in_words(rows, lang)
    table_key = f"t_time_{session.evidence_opened}"

    def chosen() -> None:
        picked = st.session_state[table_key]["selection"]["rows"]
        if picked:
            session.open_evidence(rows[picked[0]]["figure"])

    st.dataframe(
        frame, hide_index=True, height=TABLE_HEIGHT, placeholder=NOTHING, key=table_key, on_select=chosen,
        selection_mode="single-row",
    )  # fmt: skip
    render_download("milestones", view)
