"""What we do not know, as tables that can be taken away."""

from datetime import UTC, datetime

import streamlit as st

from app.core import quality
from app.core.atlas import Atlas
from app.documents.display_tables import in_language
from app.i18n.texts import text
from app.ui.state import Session
from app.ui.widgets import render_download, render_table


def render(atlas: Atlas, session: Session) -> None:
    """Precision, missing outlines, unchecked figures, conflicts, sources, issues."""
    view, lang = session.view, session.view.lang
    tables = {
        "precision": quality.precision(atlas),
        "parks_without_outline": quality.parks_without_outline(atlas),
        "figures_unchecked": quality.figures_unchecked(atlas),
        "claims": quality.claims(atlas),
        "conflicts": quality.conflicts(atlas),
        "sources": quality.sources(atlas, today=datetime.now(UTC).date()),
        "issues": quality.issues(atlas),
    }
    for name, table in tables.items():
        with st.expander(f"{text(f'quality_{name}', lang)} ({len(table)})", expanded=name == "precision"):
            render_table(in_language(table, lang), {}, f"t_quality_{name}")
            render_download(name, view)
