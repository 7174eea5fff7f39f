"""The tables below the map, one section at a time: only what is looked at is computed and sent."""

from collections.abc import Callable
from typing import Any, Literal

import pandas as pd
import streamlit as st

from app import exports, land, nearby
from app.atlas import Atlas
from app.cache import distances
from app.charts import render_distance_chart
from app.panels import supply_text
from app.state import Session
from app.tables import (
    counts_table,
    land_table,
    nearby_district_table,
    nearby_table,
    outlines_table,
    places_table,
    sector_table,
)
from app.texts import text
from app.view import View, to_query

SECTIONS = ("land", "nearby", "places", "outlines", "about")
NOTHING = "–"  # an empty cell: not measured or not stated
TABLE_HEIGHT = 430


def render_section(atlas: Atlas, session: Session) -> None:
    """The chosen table below the map."""
    lang = session.view.lang
    key = "w_section"
    st.session_state.setdefault(key, SECTIONS[0])
    section = st.segmented_control(
        text("tab_land", lang), SECTIONS, key=key, required=True, label_visibility="collapsed",
        format_func=lambda name: text(f"tab_{name}", lang),
    )  # fmt: skip
    {
        "land": _render_land, "nearby": _render_nearby, "places": _render_places, "outlines": _render_outlines,
        "about": _render_about,
    }[str(section)](atlas, session)  # fmt: skip


def _render_land(atlas: Atlas, session: Session) -> None:
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

    _plain_table(frame, config, "t_land", on_select=chosen)
    st.caption(text("fit_note", lang))
    _download("land", view)
    st.subheader(text("land_by_sector", lang))
    frame, config = sector_table(land.by_sector(atlas, view), land.total(atlas, view), lang)
    _plain_table(frame, config, "t_sectors")
    _download("sectors", view)


def _render_nearby(atlas: Atlas, session: Session) -> None:
    view, lang = session.view, session.view.lang
    sites = nearby.for_view(distances(coarse=view.coarse), view)
    st.info(text("nearby_note", lang).format(**nearby.known(atlas, coarse=view.coarse)))
    left_out = int((~sites["measured"]).sum())
    if left_out:
        st.caption(text("nearby_left_out", lang).format(n=left_out))
    st.subheader(text("nearby_sites", lang))
    frame, config = nearby_table(sites, atlas, lang)
    _pickable(session, "nearby", frame, config, list(zip(sites["layer"], sites["id"], strict=True)))
    _download("nearby", view)
    st.caption(text("distance_chart", lang))
    render_distance_chart(sites, lang)
    st.subheader(text("nearby_districts", lang))
    frame, config = nearby_district_table(nearby.by_district(sites, atlas), lang)
    st.dataframe(
        frame, column_config=config, hide_index=True, height="content", placeholder=NOTHING, key="t_nearby_districts"
    )
    _download("nearby_districts", view)


def _render_places(atlas: Atlas, session: Session) -> None:
    view, lang = session.view, session.view.lang
    rows = exports.places(atlas, view)
    st.caption(text("places_note", lang))
    frame, config = places_table(rows, atlas, lang)
    _pickable(session, "places", frame, config, list(zip(rows["layer"], rows["id"], strict=True)))
    _download("places", view)
    st.link_button(text("download_shown", lang), f"/export/shown.geojson?{to_query(view)}")
    st.subheader(text("counts_by_layer", lang))
    _plain_table(*counts_table(exports.counts(atlas, view), lang), "t_counts")
    _download("counts", view)


def _render_outlines(atlas: Atlas, session: Session) -> None:
    view, lang = session.view, session.view.lang
    st.info(text("outlines_note", lang))
    frame, config = outlines_table(land.outlines_compared(atlas, view), atlas, lang)
    _plain_table(frame, config, "t_outlines")
    _download("outlines", view)


def _render_about(atlas: Atlas, session: Session) -> None:
    lang = session.view.lang
    st.write(text("data_version", lang).format(version=atlas.data_version, date=atlas.data_date))
    st.warning(text("breakfast_status", lang))
    st.warning(text("simulated", lang))
    st.write(text("method_link", lang))
    st.subheader(text("sources", lang))
    at = lang == "en"
    st.dataframe(
        pd.DataFrame(
            [
                {
                    text("col_layer", lang): (each.layer.title_zh, each.layer.title_en)[at], "n": len(each.frame),
                    "licence": each.source.licence, "producer": each.source.producer,
                    "method": (each.source.method_zh, each.source.method_en)[at], "accuracy": each.source.accuracy,
                    "审图号": each.source.map_approval,
                }
                for each in atlas.loaded.values()
            ]
        ),
        hide_index=True, height="content", placeholder=NOTHING, key="t_sources",
    )  # fmt: skip


def _pickable(
    session: Session, name: str, frame: pd.DataFrame, config: dict[str, Any], keys: list[tuple[str, str]]
) -> None:
    """A table whose rows are places: picking one shows it on the map; the place picked there stands first, marked."""
    picked = (session.picked["layer"], session.picked["id"]) if session.picked else None
    order = sorted(range(len(keys)), key=lambda at: keys[at] != picked)
    marked = frame.iloc[order].copy()
    marked.insert(0, text("col_picked", session.view.lang), ["●" if keys[at] == picked else "" for at in order])
    # a new key for every pick: the table forgets its own selection, which may be of another place
    key = f"t_{name}_{'-'.join(picked) if picked else 'none'}"

    def chosen() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows:
            session.pick(*keys[order[rows[0]]])

    st.dataframe(
        marked, column_config=config, hide_index=True, height=TABLE_HEIGHT, key=key, on_select=chosen,
        selection_mode="single-row",
        placeholder=NOTHING,
    )  # fmt: skip


def _plain_table(
    frame: pd.DataFrame,
    config: dict[str, Any],
    key: str,
    *,
    on_select: Callable[[], None] | Literal["ignore"] = "ignore",
) -> None:
    st.dataframe(
        frame,
        column_config=config,
        hide_index=True,
        height="content",
        placeholder=NOTHING,
        key=key,
        on_select=on_select,
        selection_mode="single-row",
    )


def _download(name: str, view: View) -> None:
    """A link that carries the view; the map's script keeps it in step with the view of the click."""
    st.link_button(text("download_table", view.lang), f"/export/{name}.csv?{to_query(view)}")
