"""Tables and links that the sections share."""

from collections.abc import Callable
from typing import Any, Literal

import pandas as pd
import streamlit as st

from app.core.view import View, to_query
from app.documents.display_tables import NumberFormats
from app.exporters.catalogue import FORMATS, beside
from app.i18n.texts import text
from app.ui.state import Session

NOTHING = "–"  # an empty cell: not measured or not stated
TABLE_HEIGHT = 430
MOST_ROWS = 5_000  # of one table on the page: its rows travel with every run, and nobody reads more; files hold all


def render_pickable(
    session: Session, name: str, frame: pd.DataFrame, config: NumberFormats, keys: list[tuple[str, str]]
) -> None:
    """A table whose rows are places: picking one shows it on the map; the place picked there stands first, marked."""
    picked = (session.picked["layer"], session.picked["id"]) if session.picked else None
    order = sorted(range(len(keys)), key=lambda at: keys[at] != picked)[:MOST_ROWS]
    marked = frame.iloc[order].copy()
    marked.insert(0, text("col_picked", session.view.lang), ["●" if keys[at] == picked else "" for at in order])
    # a new key for every pick: the table forgets its own selection, which may be of another place
    key = f"t_{name}_{'-'.join(picked) if picked else 'none'}"

    def chosen() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows:
            session.pick(*keys[order[rows[0]]])

    if len(keys) > MOST_ROWS:
        st.caption(text("first_rows", session.view.lang).format(n=f"{MOST_ROWS:,}", all=f"{len(keys):,}"))
    st.dataframe(
        marked, column_config=_columns(config), hide_index=True, height=TABLE_HEIGHT, key=key, on_select=chosen,
        selection_mode="single-row",
        placeholder=NOTHING,
    )  # fmt: skip


def render_table(
    frame: pd.DataFrame,
    config: NumberFormats,
    key: str,
    *,
    on_select: Callable[[], None] | Literal["ignore"] = "ignore",
) -> None:
    """A sortable table at its full height."""
    st.dataframe(
        frame,
        column_config=_columns(config),
        hide_index=True,
        height="content",
        placeholder=NOTHING,
        key=key,
        on_select=on_select,
        selection_mode="single-row",
    )


def render_download(name: str, view: View, *, kind: str = "csv", label: str = "") -> None:
    """Links that carry the view; the map's script keeps them in step with the view of the click."""
    query = to_query(view)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.link_button(text(label or f"download_{kind}", view.lang), f"/export/{name}.{kind}?{query}")
        for form in beside(kind) if kind in FORMATS else ():  # JSON of a table is no format of files: it stands alone
            st.link_button(form.title, f"/export/{name}{form.endings[0]}?{query}", type="tertiary")


def _columns(config: NumberFormats) -> dict[str, Any]:
    """Number formats as Streamlit takes them."""
    return {name: st.column_config.NumberColumn(format=style) for name, style in config.items()}


def as_text(value: str) -> str:
    """Data as text: nothing in it is taken for Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()#+-.!|<>~$:" else sign for sign in value)
