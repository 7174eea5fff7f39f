"""The numbers beside the map, for the current view."""

import math
from datetime import date

import numpy as np
import pandas as pd
import streamlit as st

from app.analysis import proximity
from app.core import filters, land, trees
from app.core.atlas import Atlas
from app.core.land import supply_words
from app.documents.display_tables import one_of
from app.documents.exports import data_kind
from app.i18n.texts import text
from app.service.cache import distances
from app.service.payload import cell
from app.ui.charts import render_land_chart
from app.ui.state import Session
from app.ui.widgets import as_text
from geo.frames import records
from layers.timeline import supply_as_of


def render_numbers(atlas: Atlas, session: Session) -> None:
    """Counts, land supply, park extent and floor area, with a chart of land by district."""
    view, lang = session.view, session.view.lang
    sums = land.total(atlas, view)
    shown = {layer_id: len(rows) for layer_id, rows in filters.shown(atlas, view).items()}
    kinds = dict.fromkeys(("compiled", "reference", "own", "modelled"), 0)  # never one number
    for layer_id, count in shown.items():
        kinds[data_kind(atlas.loaded[layer_id].layer)] += count
    others = [kind for kind in kinds if kind != "compiled" and kinds[kind]]
    apart = ", ".join(f"+ {kinds[kind]:,} {text(f'{kind}_short', lang)}" for kind in others)
    left, right = st.columns(2)
    left.metric(
        text("rows_shown", lang), f"{kinds['compiled']:,}", delta=apart or None, delta_color="off", delta_arrow="off"
    )
    extent = _whole(sums["park_extent_mu"], text("mu", lang), lang, loaded=land.EXTENT in atlas.loaded)
    right.metric(text("extent", lang), extent, help=text("extent_note", lang))
    left, right = st.columns(2)
    left.metric(
        text("floor", lang), _whole(sums["gmp_floor_m2"], "m²", lang, loaded=land.FLOOR in atlas.loaded),
        help=text("floor_note", lang).format(unknown=f"{np.nan_to_num(sums['gmp_unknown_m2']):,.0f}"),
    )  # fmt: skip
    day = view.as_of or atlas.data_date
    supply = supply_as_of(atlas.evidence, date.fromisoformat(day)) if day else None
    figure = supply.figure if supply else None
    right.metric(text("supply", lang), supply_words(supply, lang), help=text("supply_note", lang))
    if figure is not None:
        right.button(
            f"{text('evidence', lang)} {figure.id} ({figure.as_of[:4]})",
            key="w_prove_supply",
            type="tertiary",
            on_click=session.open_evidence,
            args=(figure.id,),
        )
    left.button(text("how_made", lang), key="w_how_made", type="tertiary", on_click=_show_how_made, args=(session,))
    if view.as_of and view.as_of != atlas.data_date:
        st.caption(text("days_differ", lang))
    if not any(kinds.values()):
        st.warning(text("empty", lang))
    st.caption(text("land_chart", lang))
    render_land_chart(land.by_district(atlas, view), view.districts, lang)


def _whole(value: float, unit: str, lang: str, *, loaded: bool) -> str:
    """A number with its unit, or that it is not published, or that its layer could not be loaded."""
    if math.isnan(value):
        return text("not_published" if loaded else "not_loaded", lang)
    return f"{value:,.0f} {unit}"


def render_picked(atlas: Atlas, session: Session) -> None:
    """Name and distances of the picked place."""
    lang, picked = session.view.lang, session.picked
    if picked is None or picked["layer"] not in atlas.loaded:
        st.caption(text("pick_none", lang))
        return
    loaded = atlas.loaded[picked["layer"]]
    row = next((each for each in records(loaded.frame) if each["id"] == picked["id"]), None)
    if row is None:
        return
    name = row["name_en"] if lang == "en" else row["name_zh"]
    st.markdown(f"**{as_text(text('picked', lang).format(name=name))}**")
    columns = {column.name: column for column in loaded.layer.columns}
    facts = [cell(atlas, columns["location_method"], row["location_method"])[lang == "en"]]
    if not pd.isna(row["accuracy_m"]):
        facts.append(f"±{row['accuracy_m']:,.0f} m")
    st.caption(as_text(" · ".join([*facts, *_distances_of(atlas, row["id"], session)])))


def _distances_of(atlas: Atlas, site: str, session: Session) -> list[str]:
    """Distances of a measured park or GMP site to every target, in km: best (min-max)."""
    coarse, lang = session.view.coarse, session.view.lang
    table, known = distances(coarse=coarse), proximity.known(atlas, coarse=coarse)
    rows = records(table[(table["id"] == site) & table["measured"]])
    called = {
        target: text("nearest_of", lang).format(target=one_of(target, lang), n=known[target])
        if declared.counted
        else one_of(target, lang)
        for target, declared in proximity.TARGETS.items()
    }
    return [
        f"{called[target]} {row[f'{target}_m'] / 1_000:.1f} "
        f"({row[f'{target}_min_m'] / 1_000:.1f}-{row[f'{target}_max_m'] / 1_000:.1f}) km"
        for row in rows
        for target in proximity.TARGETS
        if not pd.isna(row[f"{target}_m"])
    ]


def _show_how_made(session: Session) -> None:
    """Go to the section of land, and open a tree there: the section may be open already."""
    session.show_section("land")
    st.session_state["w_tree"] = trees.EXTENT
