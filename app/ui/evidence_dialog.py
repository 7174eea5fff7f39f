"""The evidence of a stated figure in a window of its own."""

import html
import re

import pandas as pd
import streamlit as st

from app.core.atlas import Atlas, documents_folder
from app.core.evidence import FigureEvidence, Pair, claim_text, evidence_of, verdict_names
from app.i18n.texts import text
from app.ui.state import Session
from app.ui.widgets import as_text, render_table
from layers.figures import Figure, citation, value_text

BLANK_LINES = re.compile(r"\n\s*\n")


def render_evidence(atlas: Atlas, session: Session) -> None:
    """Open the window if the user asked for a figure's evidence."""
    if session.evidence is None:
        return
    lang = session.view.lang
    found = evidence_of(atlas, session.evidence, documents=documents_folder())

    def closed() -> None:
        session.evidence = None

    @st.dialog(text("evidence", lang), width="large", on_dismiss=closed)
    def window() -> None:
        if found is None:
            st.warning(text("no_such_figure", lang))
        else:
            _render(found, atlas, lang)

    window()


def _render(found: FigureEvidence, atlas: Atlas, lang: str) -> None:
    figure = found.figure
    st.markdown(f"### {as_text(_in(found.value, lang))}")
    st.markdown(f"**{as_text(_in(found.subject, lang))}** · {as_text(_in(found.measure, lang))} · `{figure.id}`")
    kinds = [text("stated", lang), _in(found.kind, lang), _in(found.basis, lang)]
    st.markdown(" ".join(f":green-badge[{as_text(kind)}]" for kind in kinds))
    step = f"{found.trust_step + 1} / 5 · {_in((found.trust.name_zh, found.trust.name_en), lang)}"
    st.markdown(f"{text('trust', lang)}: **{as_text(step)}**")
    when = [
        text("col_as_of", lang),
        figure.as_of or "–",
        figure.as_of_note_en if lang == "en" else figure.as_of_note_zh,
    ]
    st.caption(as_text(" · ".join(part for part in when if part)))
    note = figure.note_en if lang == "en" else figure.note_zh
    if note:
        st.info(as_text(note))
    _render_passage(found, atlas, lang)
    for claim in found.claims:
        line = f"{claim.id} · {claim_text(claim)} · {_in(verdict_names(claim), lang)}"
        st.caption(f"{text('claim', lang)} {as_text(line)}")
    at = "en" if lang == "en" else "zh"
    for conflict in found.conflicts:
        statement, rule = as_text(f"{conflict['id']} {conflict[f'statement_{at}']}"), as_text(conflict[f"rule_{at}"])
        st.warning(f"{statement}\n\n{rule}")
    for title, others in (("agreeing", found.agreeing), ("disagreeing", found.disagreeing)):
        if others:
            st.caption(text(title, lang))
            render_table(_others(others, atlas, lang), {}, f"t_{title}")


def _render_passage(found: FigureEvidence, atlas: Atlas, lang: str) -> None:
    """Citation, and the passage highlighted in its context where the document is at hand."""
    document = atlas.evidence.documents.get(found.figure.document)
    st.markdown(f"**{text('col_source', lang)}**: {as_text(_in(found.source, lang))}")
    if document is not None:
        basis = document.date_basis_en if lang == "en" else document.date_basis_zh
        st.caption(as_text(f"{document.file} · {basis}"))
    if found.passage:
        pieces = "".join(
            f"<mark>{_shown(piece)}</mark>" if is_passage else _shown(piece) for piece, is_passage in found.passage
        )
        st.html(f'<blockquote class="atlas-passage" lang="zh-CN">{pieces}</blockquote>')
        return
    st.caption(as_text(_in(found.reason, lang)))
    if document is not None:
        st.caption(text("add_documents", lang))


def _shown(piece: str) -> str:
    """A piece of a document as text for the page; empty lines between lines of print are left out."""
    return html.escape(BLANK_LINES.sub("\n", piece))


def _others(figures: tuple[Figure, ...], atlas: Atlas, lang: str) -> pd.DataFrame:
    at = lang == "en"
    return pd.DataFrame(
        {
            text("col_id", lang): [each.id for each in figures],
            text("col_subject", lang): [each.subject_en if at else each.subject_zh for each in figures],
            text("col_value", lang): [value_text(each)[at] for each in figures],
            text("col_as_of", lang): [each.as_of for each in figures],
            text("col_source", lang): [citation(each, atlas.evidence)[at] for each in figures],
        }
    )


def _in(pair: Pair, lang: str) -> str:
    return pair[lang == "en"]
