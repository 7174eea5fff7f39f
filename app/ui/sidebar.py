"""Widgets in, View out. The widgets always show the session's View, wherever it was changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from app.core.atlas import Atlas
from app.core.view import LANGUAGES, View
from app.i18n.texts import text
from app.ui.state import Session, on_widget
from layers.vocabulary import LOCATION_METHODS, SECTORS

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


def render_language(view: View) -> None:
    """Head of the sidebar. It comes before the map, because a page with a sidebar puts its map elsewhere."""
    with st.sidebar:
        _choice("lang", text("language", view.lang), LANGUAGES, view.lang, LANGUAGE_NAMES.get)


def render_filters(atlas: Atlas, session: Session) -> None:
    """Filters and layers."""
    view = session.view
    lang = view.lang
    at = 1 if lang == "en" else 0
    with st.sidebar:
        st.header(text("filters", lang))
        districts = {code: names[at] for code, names in atlas.district_names.items()}
        _several("districts", text("districts", lang), districts, view)
        _several("sectors", text("sectors", lang), {s.code: (s.name_zh, s.name_en)[at] for s in SECTORS}, view)
        filtered = [(each.title_zh, each.title_en)[at] for each in atlas.places if each.sector_filtered]
        st.caption(text("sector_scope", lang).format(layers=("、", ", ")[at].join(filtered)))
        _several("methods", text("methods", lang), {m.code: (m.name_zh, m.name_en)[at] for m in LOCATION_METHODS}, view)
        _several("towns", text("towns", lang), {town: town for town in atlas.towns}, view)
        with st.expander(text("layers", lang)):
            titles = {each.id: (each.title_zh, each.title_en)[at] for each in atlas.places}
            _several("layers", text("layers", lang), titles, view)
        st.session_state["w_coarse"] = view.coarse
        st.toggle(text("coarse", lang), key="w_coarse", on_change=on_widget, args=("coarse", "w_coarse"))
        st.button(text("reset", lang), on_click=lambda: session.change(replace(View(), lang=lang)), width="stretch")


def _several(name: str, label: str, options: Mapping[str, str], view: View) -> None:
    """A multiselect that shows and writes one tuple of the View."""
    key = f"w_{name}"
    order = tuple(options)
    st.session_state[key] = [value for value in getattr(view, name) if value in order]
    st.multiselect(
        label, order, key=key, format_func=lambda code: options.get(code, code), on_change=on_widget, args=(name, key),
        placeholder=text("all", view.lang), select_all=False,
    )  # fmt: skip


def _choice(name: str, label: str, options: Sequence[str], value: str, named: Callable[[str], str | None]) -> None:
    key = f"w_{name}"
    st.session_state[key] = value
    st.segmented_control(
        label, options, key=key, required=True, format_func=lambda code: named(code) or code,
        on_change=on_widget, args=(name, key), label_visibility="collapsed",
    )  # fmt: skip
