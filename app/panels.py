"""The numbers beside and below the map, for the current view."""

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from app import exports, land, nearby, selection
from app.atlas import Atlas
from app.cache import distances
from app.payload import cell
from app.state import Session
from app.tables import (
    land_table,
    nearby_district_table,
    nearby_table,
    outlines_table,
    places_table,
    sector_table,
)
from app.texts import text
from app.view import View, to_query
from geo.frames import records

SECTIONS = ("land", "nearby", "places", "outlines", "about")
CHART_HEIGHT = 340
NOTHING = "–"  # an empty cell: not measured or not stated
TABLE_HEIGHT = 430
ROW_HEIGHT = 22


def render_numbers(atlas: Atlas, session: Session) -> None:
    """Counts, land supply, park extent and floor area, with a chart of land by district."""
    view, lang = session.view, session.view.lang
    sums = land.total(atlas, view)
    shown = sum(len(frame) for frame in selection.shown(atlas, view).values())
    left, right = st.columns(2)
    left.metric(text("rows_shown", lang), f"{shown:,}")
    right.metric(text("extent", lang), f"{sums['park_extent_mu']:,.0f} 亩", help=text("extent_note", lang))
    left, right = st.columns(2)
    left.metric(
        text("floor", lang), f"{sums['gmp_floor_m2']:,.0f} m²",
        help=text("floor_note", lang).format(unknown=f"{sums['gmp_unknown_m2']:,.0f}"),
    )  # fmt: skip
    right.metric(text("supply", lang), _supply_latest(atlas, lang), help=text("supply_note", lang))
    if not shown:
        st.warning(text("empty", lang))
    st.caption(text("land_chart", lang))
    _land_chart(atlas, view)


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
    st.markdown(f"**{_plain(text('picked', lang).format(name=name))}**")
    columns = {column.name: column for column in loaded.layer.columns}
    facts = [cell(atlas, columns["location_method"], row["location_method"])[lang == "en"]]
    if not pd.isna(row["accuracy_m"]):
        facts.append(f"±{row['accuracy_m']:,.0f} m")
    st.caption(_plain(" · ".join(facts)))


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
        f"{text('supply', lang)}: {_supply_text(atlas, lang)}. {text('supply_note', lang)} {text('extent_note', lang)}"
    )
    st.subheader(text("land_by_district", lang))
    frame, config = land_table(land.by_district(atlas, view), land.total(atlas, view), lang)
    st.dataframe(frame, column_config=config, hide_index=True, height="content", placeholder=NOTHING, key="t_land")
    _download("land", view)
    st.subheader(text("land_by_sector", lang))
    frame, config = sector_table(land.by_sector(atlas, view), land.total(atlas, view), lang)
    st.dataframe(frame, column_config=config, hide_index=True, height="content", placeholder=NOTHING, key="t_sectors")
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
    _distance_chart(sites, lang)
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


def _render_outlines(atlas: Atlas, session: Session) -> None:
    view, lang = session.view, session.view.lang
    st.info(text("outlines_note", lang))
    frame, config = outlines_table(land.outlines_compared(atlas, view), atlas, lang)
    st.dataframe(frame, column_config=config, hide_index=True, height="content", placeholder=NOTHING, key="t_outlines")
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


def _download(name: str, view: View) -> None:
    """A link that carries the view; the map's script keeps it in step with the view of the click."""
    st.link_button(text("download_table", view.lang), f"/export/{name}.csv?{to_query(view)}")


def _land_chart(atlas: Atlas, view: View) -> None:
    lang = view.lang
    table = land.by_district(atlas, view)
    name = "district_en" if lang == "en" else "district_zh"
    bars = alt.Chart(table[[name, "park_extent_mu"]]).mark_bar(color="#0b6e4f").encode(
        x=alt.X("park_extent_mu:Q", title="亩"),
        y=alt.Y(f"{name}:N", sort=table[name].to_list(), title=None, axis=alt.Axis(labelOverlap=False)),
        tooltip=[alt.Tooltip(f"{name}:N"), alt.Tooltip("park_extent_mu:Q", format=",.0f", title="亩")],
    )  # fmt: skip
    st.altair_chart(bars, height=CHART_HEIGHT, key="c_land")


def _distance_chart(sites: pd.DataFrame, lang: str) -> None:
    """Minimum to maximum as a bar, best as a point, for every measured site and target."""
    measured = sites[sites["measured"]]
    name = "name_en" if lang == "en" else "name_zh"
    parts = [
        pd.DataFrame(
            {
                "site": measured[name].astype(str) + " " + measured["id"].astype(str),
                "target": text(f"target_{target}", lang),
                "low": measured[f"{target}_min_m"] / 1_000, "best": measured[f"{target}_m"] / 1_000,
                "high": measured[f"{target}_max_m"] / 1_000,
            }
        )
        for target in nearby.TARGETS
    ]  # fmt: skip
    base = alt.Chart(pd.concat(parts)).encode(
        y=alt.Y("site:N", title=None, axis=alt.Axis(labelLimit=220)),
        color=alt.Color("target:N", title=text("col_target", lang)),
    )
    ranges = base.mark_rule(strokeWidth=3, opacity=0.35).encode(x=alt.X("low:Q", title="km"), x2="high:Q")
    points = base.mark_point(filled=True, size=45).encode(
        x="best:Q",
        tooltip=["site", "target", *(alt.Tooltip(f"{key}:Q", format=".1f") for key in ("low", "best", "high"))],
    )
    st.altair_chart(ranges + points, height=ROW_HEIGHT * len(measured) + 60, key="c_nearby")


def _supply_text(atlas: Atlas, lang: str) -> str:
    parts = [
        f"{row['as_of'][:4]}: {row['value_mu']:,.0f} 亩" for row in land.supply(atlas) if row["value_mu"] is not None
    ]
    return " → ".join(parts) or text("not_published", lang)


def _supply_latest(atlas: Atlas, lang: str) -> str:
    """The latest cumulative figure: it includes the earlier ones."""
    stated = [row for row in land.supply(atlas) if row["value_mu"] is not None]
    if not stated:
        return text("not_published", lang)
    return f"{stated[-1]['value_mu']:,.0f} 亩 ({stated[-1]['as_of'][:4]})"


def _plain(value: str) -> str:
    """Text of data as text: nothing in it is Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()#+-.!|<>~$:" else sign for sign in value)
