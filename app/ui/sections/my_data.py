"""What the user brings: a file comes in, is looked at, read as the user says, and accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from app.core.atlas import Atlas, data_folder
from app.core.view import without
from app.i18n.messages import in_words
from app.i18n.texts import text
from app.importers.import_file import Imported
from app.service.payload import cell
from app.ui.sections.user_layers import render_land
from app.ui.state import Session
from app.ui.widgets import as_text, render_download
from app.workspace.column_mapping import BASES, METHODS, UNITS, ColumnMapping
from app.workspace.project import ENDING, is_project, opened, save
from app.workspace.upload import PREVIEW, Upload, again, columns, issues, preview_declaration, preview_text, upload
from app.workspace.user_layer import Standards, user_layer
from geo.datum.systems import HYPOTHESES
from geo.errors import AtlasError
from geo.frames import records
from layers.vocabulary import LOCATION_METHODS

FIRST_ROWS = 5
DATUMS = {code: (each.name_zh, each.name_en) for code, each in HYPOTHESES.items()}


def render(atlas: Atlas, session: Session) -> None:
    """The import, what waits to be accepted, and what is in."""
    lang = session.view.lang
    st.caption(f"{text('own_intro', lang)} {text('own_private', lang)}")
    given = st.file_uploader(text("own_drop", lang), key=f"w_upload_{lang}_{session.uploads}")
    if given is not None:
        with st.spinner(text("own_reading_file", lang)):
            _take_in(session, given.name, given.getvalue())
        st.rerun()
    if session.notice:
        (st.error if session.notice_is_fault else st.success)(as_text(session.notice))
    if session.pending is not None:
        _pending(atlas, session, session.pending)
    _user_layer_source(atlas, session)


def _take_in(session: Session, name: str, content: bytes) -> None:
    """A project file is opened, any other waits to be accepted."""
    lang = session.view.lang
    if not is_project(content):
        session.take(upload(name, content, data=data_folder()))
        return
    session.take(None)
    try:
        got = opened(content, data=data_folder(), session_layers=session.session_layers)
    except AtlasError as fault:
        session.say(in_words(fault, lang), fault=True)
        return
    zh, _, en = got.message.partition(" | ")
    session.view, session.ignored = replace(got.view, lang=lang, section=session.view.section), got.ignored
    session.say(en if lang == "en" else zh)


def _pending(atlas: Atlas, session: Session, pending: Upload) -> None:
    """What was found in the file, how it shall be read, and the button that accepts it."""
    lang = session.view.lang
    _verdict(pending, lang)
    at = _which(pending, lang)
    chosen = _chosen(pending, at, lang)
    if chosen != (pending.datum, pending.x, pending.y):
        session.take(again(pending, data=data_folder(), datum=chosen[0], position=chosen[1:]))
        st.rerun()
    if at is not None:
        layer = pending.layers[at]
        _issues(layer, lang)
        if len(layer.frame):
            _accept(atlas, session, pending, at)
    st.button(text("own_drop_file", lang), key="w_own_discard", on_click=session.take, args=(None,))


def _verdict(pending: Upload, lang: str) -> None:
    """Whether the file can be taken in; what refuses it is said as the import says it."""
    got = pending.result
    if got.status == "rejected":
        zh, _, en = got.message.partition(" | ")
        st.error(as_text(f"{pending.name}: {en or zh if lang == 'en' else zh}"))
        return
    rows, aside = (sum(int(each.report[key]) for each in got.layers) for key in ("features", "set_aside"))
    said = text(f"own_status_{got.status}", lang).format(file=pending.name, n=f"{rows:,}", aside=f"{aside:,}")
    {"accepted": st.success, "accepted_with_issues": st.warning}[got.status](as_text(said))


def _which(pending: Upload, lang: str) -> int | None:
    """Position of the layer that is looked at; a file may hold several."""
    if not pending.layers:
        return None
    if len(pending.layers) == 1:
        return 0
    names = [f"{layer.report['name']} ({layer.report['features']:,})" for layer in pending.layers]
    return st.selectbox(text("own_layer", lang), range(len(names)), format_func=lambda at: names[at], key="w_own_layer")


def _chosen(pending: Upload, at: int | None, lang: str) -> tuple[str, str, str]:
    """Datum and columns of coordinates as the user names them, empty where the atlas shall find them."""
    if at is None:
        return pending.datum, pending.x, pending.y
    layer = pending.layers[at]
    report = layer.report["datum"]
    if layer.report["features"] and not pending.is_sure(at):
        st.warning(text("own_datum_unsure", lang).format(datum=_datum(report["best"], lang)))
    how = text("own_datum_user" if report["by_user"] else "own_datum_sure", lang)
    if pending.is_sure(at):
        st.caption(text("own_datum_said", lang).format(datum=_datum(report["best"], lang), how=how))
    left, middle, right = st.columns(3)
    with left:
        called = {code: names[lang == "en"] for code, names in DATUMS.items()}
        datum = _choose("own_datum", ("", *DATUMS), pending.datum, lang, {**called, "": text("own_datum_ask", lang)})
    names = columns(layer)
    if not names or (not pending.x and not _lost(layer)):
        return datum, pending.x, pending.y
    unnamed = {"": text("own_none", lang)}
    with middle:
        x = _choose("own_x", ("", *names), pending.x, lang, unnamed)
    with right:
        y = _choose("own_y", ("", *names), pending.y, lang, unnamed)
    return (datum, x, y) if x and y else (datum, pending.x, pending.y)


def _datum(code: str, lang: str) -> str:
    zh, en = DATUMS.get(code, (code, code))
    return en if lang == "en" else zh


def _lost(layer: Imported) -> bool:
    """Whether the columns of the coordinates were not found."""
    return any(each["code"] == "no_position_columns" for each in layer.report["issues"])


def _issues(layer: Imported, lang: str) -> None:
    """The issue log, row by row."""
    log = issues(layer)
    with st.expander(text("own_issues", lang).format(n=f"{len(log):,}"), expanded=len(log) > 0):
        if log.empty:
            return
        shown = pd.DataFrame(
            {
                text("own_row", lang): log["row"],
                text("own_severity", lang): [text(f"own_severity_{code}", lang) for code in log["severity"]],
                text("own_column", lang): log["column"],
                text("own_message", lang): log[f"message_{lang}"],
                text("own_value", lang): log["value"].astype(str),
            }
        )
        st.dataframe(shown, hide_index=True, height=220, key="t_own_issues")


def _accept(atlas: Atlas, session: Session, pending: Upload, at: int) -> None:
    """How the columns are read, how the first rows look then, and the button."""
    lang, layer = session.view.lang, pending.layers[at]
    mapping = _mapping(pending, at, lang)
    credit = st.text_input(text("own_attribution", lang), "", max_chars=120, key=f"w_own_credit_{pending.name}_{at}")
    _preview(session, layer, mapping)
    st.caption(text("own_first_rows", lang))
    st.dataframe(_first_rows(atlas, pending, at, mapping, lang), hide_index=True, key="t_own_first")
    st.caption(text("own_preview_note", lang))
    sure = pending.is_sure(at)

    def accept() -> None:
        try:
            layer_id = session.session_layers.add(pending.layer_source(at, mapping, attribution=credit.strip()))
        except AtlasError as fault:
            session.say(in_words(fault, lang), fault=True)
            return
        rows = len(session.session_layers.layers[layer_id].frame)
        session.accept(layer_id, text("own_accepted", lang).format(title=mapping.title, n=f"{rows:,}"))

    st.button(
        text("own_accept", lang), key="w_own_accept", type="primary", disabled=not sure, on_click=accept,
        help=None if sure else text("own_ask_datum", lang),
    )  # fmt: skip


def _mapping(pending: Upload, at: int, lang: str) -> ColumnMapping:
    """The widgets of a reading; they start from what the columns' names suggest."""
    guessed, names = pending.guessed(at), columns(pending.layers[at])
    key = f"{pending.name}_{at}"
    title = st.text_input(text("own_title", lang), guessed.title, max_chars=60, key=f"w_own_title_{key}")
    none, by_place = {"": text("own_none", lang)}, {"": text("own_district_none", lang)}
    first, second = st.columns(4), st.columns(4)
    chosen = {}
    for column, name, called in zip(
        (*first, second[0]), ("name", "name_en", "district", "sector", "amount"), (none, none, by_place, none, none),
        strict=True,
    ):  # fmt: skip
        with column:
            chosen[name] = _choose(f"own_{name}", ("", *names), getattr(guessed, name), lang, called)
    methods = {each.code: f"{(each.name_zh, each.name_en)[lang == 'en']} ±{each.accuracy_m:,.0f} m"
               for each in LOCATION_METHODS if each.code in METHODS}  # fmt: skip
    units = {code: text(f"own_unit_{code}", lang) for code in UNITS}
    bases = {code: text(f"own_basis_{code}", lang) for code in BASES}
    for column, name, options in zip(second[1:], ("unit", "basis", "method"), (units, bases, methods), strict=True):
        with column:
            chosen[name] = _choose(f"own_{name}", tuple(options), getattr(guessed, name), lang, options)
    return ColumnMapping(title=title.strip() or guessed.title, **chosen)


def _choose(name: str, options: Sequence[str], value: str, lang: str, called: Mapping[str, str]) -> str:
    at = options.index(value) if value in options else 0
    picked = st.selectbox(
        text(name, lang), options, index=at, format_func=lambda code: called.get(code, code),
        key=f"w_{name}_{value}_{len(options)}",
    )  # fmt: skip
    return str(picked)


def _preview(session: Session, layer: Imported, mapping: ColumnMapping) -> None:
    """Put the rows on the map, over everything."""
    drawn = preview_text(layer, mapping)
    if session.session_layers.previews.get(PREVIEW) == drawn:
        return
    session.session_layers.previews[PREVIEW] = drawn
    session.previewed += 1
    title = text("own_preview", "zh"), text("own_preview", "en")
    session.preview = (preview_declaration(session.session_layers.token, layer, session.previewed, title),)
    st.rerun()


def _first_rows(atlas: Atlas, pending: Upload, at: int, mapping: ColumnMapping, lang: str) -> pd.DataFrame:
    """The first rows as they would stand in the atlas."""
    layer_source = pending.layer_source(at, mapping)
    first = replace(layer_source.imported, frame=layer_source.imported.frame.head(FIRST_ROWS))
    standards = Standards(districts=atlas.districts, district_names=atlas.accepted_district_names)
    made = user_layer(first, mapping, layer_source.origin, standards, layer_id="own0")
    wanted = [each for each in made.layer.columns if each.name in {
        "name_zh", "name_en", "district_code", "sectors", "area_m2", "area_basis", "location_method"}]  # fmt: skip
    names = atlas.district_names
    return pd.DataFrame(
        [
            {
                (column.label_zh, column.label_en)[lang == "en"]: names[row["district_code"]][lang == "en"]
                if column.name == "district_code" and row["district_code"]
                else cell(atlas, column, row[column.name])[lang == "en"]
                for column in wanted
            }
            for row in records(made.frame)
        ]
    )


def _user_layer_source(atlas: Atlas, session: Session) -> None:
    """The session's layers, their land, and the way to keep them."""
    view, lang = session.view, session.view.lang
    st.subheader(text("own_layers", lang))
    if not atlas.user_layers:
        st.caption(text("own_nothing", lang))
        return
    for layer in atlas.user_layers:
        loaded = session.session_layers.layers[layer.id]
        left, middle, right = st.columns([4, 4, 1])
        left.markdown(f"**{as_text(layer.title_zh)}**")
        middle.caption(
            as_text(f"{len(loaded.frame):,} · {(loaded.source.method_zh, loaded.source.method_en)[lang == 'en']}")
        )
        right.button(
            text("own_remove", lang), key=f"w_own_remove_{layer.id}", on_click=_remove, args=(session, layer.id)
        )
        render_download(layer.id, view, kind="geojson")
    st.caption(text("own_elsewhere", lang))
    render_land(atlas, session)
    st.subheader(text("own_project", lang))
    st.caption(text("own_project_note", lang))
    st.download_button(
        text("own_project_save", lang), lambda: save(session.session_layers, session.view), f"shanghai{ENDING}",
        "application/zip", key="w_own_save", on_click="ignore",
    )  # fmt: skip


def _remove(session: Session, layer_id: str) -> None:
    session.session_layers.remove(layer_id)
    session.view = without(session.view, layer_id)
