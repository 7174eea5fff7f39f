"""The analysis panel: two pickers and a radius; what is near, what is covered, where the next points would go."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from app.analysis.near import VERDICTS, summary
from app.analysis.origins import is_whole, left_out
from app.analysis.params import SEARCH_S, AnalysisParams, analysis_params, walking_min
from app.analysis.proposed import UNITS
from app.core.atlas import Atlas
from app.core.groups import GRID, candidate_ids, group, group_ids, measured_rows, rows, title
from app.core.view import CHOICES
from app.documents.analysis_tables import cover_table, near_table, proposal_table, underserved_table
from app.i18n.messages import in_words
from app.i18n.texts import text
from app.service import cache
from app.ui.analysis_charts import render_near_chart, render_site_chart
from app.ui.charts import render_cover_chart
from app.ui.progress import render_progress
from app.ui.state import Session, on_widget
from app.ui.widgets import as_text, render_download, render_pickable, render_table
from geo.errors import AtlasError

if TYPE_CHECKING:
    from app.analysis.siting import Proposal

RADII = tuple(sorted(CHOICES["r"], key=int))
NUMBERS = tuple(sorted(CHOICES["n"], key=int))


def render(atlas: Atlas, session: Session) -> None:
    """Ask, and answer what is looked at."""
    view, lang = session.view, session.view.lang
    _ask(atlas, session, lang)
    params = analysis_params(view, atlas.complete_ids)
    known = len(measured_rows(atlas, params.targets, coarse=params.coarse))
    st.info(text("an_note", lang).format(to=as_text(title(atlas, params.targets, lang)), n=known))
    if params.complete and not is_whole(atlas, params):
        st.warning(text("an_left_out", lang).format(n=left_out(atlas, params)))
    if params.modelled or (view.analysis == "site" and params.modelled_candidates):
        st.warning(text("an_modelled", lang))
    try:
        {"near": _near, "cover": _cover, "site": _site}[view.analysis](atlas, session, params)
    except AtlasError as fault:
        st.error(as_text(in_words(fault, lang)))


def _ask(atlas: Atlas, session: Session, lang: str) -> None:
    view = session.view
    key = "w_analysis"
    st.session_state[key] = view.analysis
    st.segmented_control(
        text("an_kind", lang), CHOICES["an"], key=key, required=True, label_visibility="collapsed",
        format_func=lambda kind: text(f"an_{kind}", lang), on_change=on_widget, args=("analysis", key),
    )  # fmt: skip
    called = dict.fromkeys(("near_from", "near_to"), lambda each: title(atlas, each, lang))
    options = {"near_from": group_ids(atlas), "near_to": group_ids(atlas), "reach_m": RADII}
    for column, name in zip(st.columns(3), options, strict=True):
        with column:
            _pick(session, name, options[name], called.get(name, lambda each: _radius(each, lang)))
    is_declared = view.near_to in atlas.complete_ids  # when the list was imported: not the user's to take back
    st.session_state["w_complete"] = bool(view.complete) or is_declared
    st.toggle(
        text("an_complete", lang), key="w_complete", help=text("an_complete_help", lang), on_change=_on_complete,
        args=(session,), disabled=is_declared,
    )  # fmt: skip
    if is_declared:
        source = as_text(atlas.loaded[view.near_to].source.attribution)
        st.caption(text("an_complete_imported", lang).format(source=source))


def _pick(session: Session, name: str, options: Sequence[str], named: Callable[[str], str]) -> None:
    """A box that shows and writes one choice of the View."""
    key, lang = f"w_{name}", session.view.lang
    value = st.session_state[key] = getattr(session.view, name)
    # an address may name what is not offered, as lines to stand on: then the answer is a sentence
    offered = options if value in options else (*options, value)
    st.selectbox(
        text(f"an_{name}", lang), offered, key=key, format_func=named, on_change=on_widget, args=(name, key),
        help=text("an_radius_help", lang) if name == "reach_m" else None,
    )  # fmt: skip


def _radius(metres: str, lang: str) -> str:
    return text("an_radius_option", lang).format(m=f"{int(metres):,}", min=f"{walking_min(float(metres)):.0f}")


def _on_complete(session: Session) -> None:
    session.set_complete(st.session_state["w_complete"])


def _near(atlas: Atlas, session: Session, params: AnalysisParams) -> None:
    """Every origin with its nearest target, and whether one surely lies in reach."""
    lang = session.view.lang
    table = render_progress("near", params, lambda: cache.near(params), lang=lang)
    counts = summary(table)
    for column, verdict in zip(st.columns(len(VERDICTS)), VERDICTS, strict=True):
        column.metric(text(f"verdict_{verdict}", lang), counts[verdict])
    if beyond := int((rows(atlas, params.origins)["extent"] != "city").sum()):
        st.caption(text("an_beyond", lang).format(n=f"{beyond:,}"))
    frame, config = near_table(table, atlas, params, lang)
    layer = group(atlas, params.origins).layer
    render_pickable(session, "near", frame, config, [(layer, key) for key in table["id"]])
    render_download("near", session.view)
    render_download("near", session.view, kind="geojson")
    render_near_chart(table, params.radius_m, lang)


def _cover(atlas: Atlas, session: Session, params: AnalysisParams) -> None:
    """Shares by district, with the underserved areas on the map."""
    lang = session.view.lang
    table = cache.cover(params)
    st.subheader(text("an_cover_table", lang))
    frame, config = cover_table(table, atlas, params, lang)
    render_table(frame, config, "t_cover")
    render_download("coverage", session.view)
    render_download("coverage", session.view, kind="geojson")
    whole = is_whole(atlas, params)
    truth = "an_cover_complete" if whole else "an_cover_unknown"
    st.caption(f"{text('an_cover_note', lang)} {text(truth, lang)}")
    st.caption(text("an_cover_chart", lang))
    render_cover_chart(table, lang)
    found = render_progress("weak", params, lambda: cache.underserved_land(params), lang=lang)
    underserved = found.areas
    status = "uncovered" if whole else "unknown"
    total, maybe = (underserved.loc[underserved["status"] == each, "area_mu"].sum() for each in (status, "possibly"))
    said = text("an_weak_drawn", lang)
    st.caption(said.format(status=text(f"an_weak_{status}", lang), mu=f"{total:,.0f}", maybe=f"{maybe:,.0f}"))
    st.caption(text("an_weak_table", lang))
    render_table(*underserved_table(found.by_district, lang), "t_weak")
    render_download("weak", session.view)
    render_download("weak", session.view, kind="geojson")


def _site(atlas: Atlas, session: Session, params: AnalysisParams) -> None:
    """The next points, how good they are for certain, and the best on request."""
    lang = session.view.lang
    options = {
        "demand": CHOICES["demand"], "candidates": candidate_ids(atlas), "new_points": NUMBERS,
        "at_least": CHOICES["min"], "goal": CHOICES["goal"],
    }  # fmt: skip
    for column, name in zip(st.columns([3, 3, 2, 2, 3]), options, strict=True):
        with column:
            _pick(session, name, options[name], partial(_called, atlas, name, lang))
    st.session_state["w_best"] = bool(session.view.best)
    st.toggle(text("an_prove", lang).format(s=SEARCH_S), key="w_best", on_change=_on_best, args=(session,))
    found = render_progress("proposal", params, lambda: cache.proposal(params), lang=lang)
    if params.search_s:
        found = _searched(params, found, lang)
    _quality(found, params, lang)
    st.caption(_site_note(atlas, found, params, lang))
    st.subheader(text("an_proposals", lang))
    frame, config = proposal_table(found.points, atlas, params, lang)
    if params.candidates == GRID:
        render_table(frame, config, "t_proposals")
    else:
        _render_places(session, found, frame, config)
    render_download("proposals", session.view)
    render_download("proposals", session.view, kind="geojson")
    render_site_chart(found, lang)


def _render_places(session: Session, found: "Proposal", frame: pd.DataFrame, config: dict[str, Any]) -> None:
    """Proposals on places of a layer: picking a row shows its place on the map."""
    # a new key for every pick: the table forgets its own selection, which may be of another place
    key = f"t_proposals_{session.picked['id'] if session.picked else 'none'}"

    def chosen() -> None:
        for row in st.session_state[key]["selection"]["rows"]:
            place = found.points.iloc[row]
            session.pick(place["candidate_layer"], place["candidate_id"])

    render_table(frame, config, key, on_select=chosen)


def _quality(found: "Proposal", params: AnalysisParams, lang: str) -> None:
    """Before, after, and how near to the best possible for certain."""
    plan, unit = found.plan, UNITS[params.demand][1 + (lang == "en")]
    left, middle, right = st.columns(3)
    if params.goal == "center":
        for column, name, row in ((left, "before", found.steps.worst_m[0]), (middle, "after", found.steps.worst_m[-1])):
            column.metric(text(f"an_worst_{name}", lang), _metres(row[1]))
            column.caption(text("an_worst_between", lang).format(low=_metres(row[0]), high=_metres(row[2])))
    else:
        for column, name, covered, share in (
            (left, "an_before", plan.covered_before, found.before),
            (middle, "an_after", plan.covered_after, found.after),
        ):
            column.metric(text(name, lang), _share(covered, plan.total_weight))
            between = text("an_between", lang).format(low=f"{share.sure:.1%}", high=f"{share.possible:.1%}")
            column.caption(f"{covered:,.0f} {unit} · {between}")
    right.metric(text(f"an_certified_{params.goal}", lang), f"{found.certificate.percent_added:.1f} %")


def _site_note(atlas: Atlas, found: "Proposal", params: AnalysisParams, lang: str) -> str:
    """What proposals are, and what their places rest on."""
    if params.candidates == GRID:
        return f"{text('an_site_note', lang)} {text('an_site_grid', lang)}"
    layer = text("an_site_layer", lang).format(group=as_text(title(atlas, params.candidates, lang)), n=found.candidates)
    return f"{text('an_site_note', lang)} {layer}"


def _called(atlas: Atlas, name: str, lang: str, value: str) -> str:
    if name == "candidates":
        return text("an_candidates_grid", lang) if value == GRID else title(atlas, value, lang)
    return text(f"{name}_{value}", lang) if name in {"demand", "goal"} else value


def _on_best(session: Session) -> None:
    session.set_best(st.session_state["w_best"])


def _searched(params: AnalysisParams, quick: "Proposal", lang: str) -> "Proposal":
    """Search for the best plan while the user sees how long it runs: HiGHS tells nothing on the way."""
    found = render_progress("exact", params, lambda: cache.exact_plan(params), lang=lang, limit_s=params.search_s)
    if found.plan.too_large:
        st.info(text("an_search_too_large", lang))
        return found
    # the quick plan's bound may have had more time than there was for the search
    bound = (max if found.plan.is_center else min)(found.bound, quick.bound)
    report = {"best": found.plan.objective, "fast": quick.plan.objective, "bound": bound}
    words = {name: _metres(value) if found.plan.is_center else f"{value:,.0f}" for name, value in report.items()}
    said = text("an_proven" if found.plan.proven else "an_not_proven", lang).format(**words, s=params.search_s)
    (st.success if found.plan.proven else st.info)(said)
    return found


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else "–"


def _metres(value: float) -> str:
    return "–" if pd.isna(value) or value == float("inf") else f"{value / 1_000:,.2f} km"
