"""What one session remembers: its View, what is picked, and the last word of its browser."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import streamlit as st

from app.core.atlas import Atlas
from app.core.view import Ignored, View, from_browser, from_query
from app.ui.map_mount import KEY
from app.workspace.session_layers import SessionLayers
from app.workspace.upload import Upload

SESSION = "atlas"


@dataclass
class Session:
    """State of one browser tab. The widgets are drawn from it and write back to it.

    Attributes
    ----------
    seq
        Number of the browser's last message about its view.
    id
        Tells the browser's map which session it speaks to: a new one has not heard what the user did before.
    session_layers
        The layers of the user.
    pending
        A file that was read and is not accepted yet.
    uploads, previewed
        How many files came, and how often their rows were drawn: they name the next uploader and drawing anew.
    notice, notice_is_fault
        What became of the last file, and whether that was a fault.
    evidence
        Id of the figure whose evidence is open.
    last_sent
        What the map was last given to draw, after the browser's number ``seq``.
    preview
        Declarations of foreign rows that wait to be accepted: drawn over everything, and counted nowhere.
    evidence_opened
        How often evidence was opened: names the table anew, so that it forgets its own selection.
    """

    view: View
    session_layers: SessionLayers = field(repr=False)
    id: str = field(default_factory=lambda: uuid4().hex)
    ignored: tuple[Ignored, ...] = ()
    seq: int = 0
    picked: dict[str, str] | None = None
    command: dict[str, Any] | None = None
    last_sent: tuple[int, tuple[object, ...]] | None = field(default=None, repr=False)
    preview: tuple[dict[str, Any], ...] = ()
    pending: Upload | None = field(default=None, repr=False)
    uploads: int = 0
    previewed: int = 0
    notice: str = ""
    notice_is_fault: bool = False
    evidence: str | None = None
    evidence_opened: int = 0

    def fit(self, district_code: str) -> None:
        """Let the map go to a district."""
        self._order({"kind": "fit", "district_code": district_code})

    def _order(self, command: dict[str, str]) -> None:
        """Give the map a command, to be carried out once."""
        self.command = {"n": (self.command or {"n": 0})["n"] + 1, **command}

    def tells_the_map(self, *drawing: object) -> bool:
        """Whether the map now gets to draw what it does not know yet: neither at the start, nor by its own control."""
        before, self.last_sent = self.last_sent, (self.seq, drawing)
        return before is not None and before[0] == self.seq and before[1] != drawing

    def open_evidence(self, figure: str) -> None:
        """Open the evidence of a stated figure."""
        self.evidence = figure
        self.evidence_opened += 1

    def show_section(self, section: str) -> None:
        """Go to a section below the map."""
        self.view = replace(self.view, section=section)

    def set_complete(self, declared: bool) -> None:  # noqa: FBT001 - a switch's own value
        """Take the user's word that the list of targets is complete, or take it back."""
        self.view = replace(self.view, complete="1" if declared else "")

    def set_best(self, wanted: bool) -> None:  # noqa: FBT001 - as above
        """Search for the best siting plan, or take the quick one."""
        self.view = replace(self.view, best="1" if wanted else "")

    def take(self, pending: Upload | None) -> None:
        """Look at a file, or at none any more."""
        self.pending, self.preview = pending, ()
        self.say("")
        self.session_layers.previews.clear()
        self.uploads += 1

    def say(self, notice: str, *, fault: bool = False) -> None:
        """Keep what the page shall say of the last file."""
        self.notice, self.notice_is_fault = notice, fault

    def accept(self, layer_id: str, notice: str) -> None:
        """Show a layer that was taken in; a file that holds more than one waits on."""
        several = self.pending is not None and len(self.pending.layers) > 1
        self.take(self.pending if several else None)
        self.say(notice)
        self.view = replace(self.view, layers=(*self.view.layers, layer_id), token=self.session_layers.token)

    def pick(self, layer: str, feature: str) -> None:
        """Pick a place from a table: the map goes there."""
        self.picked = {"layer": layer, "id": feature}
        self._order({"kind": "show", "layer": layer, "id": feature})

    def change(self, changed: View) -> None:
        """Take a new view."""
        self.view = changed


def current_session(atlas: Atlas) -> Session:
    """Session of this tab; a new one reads its View from the URL."""
    if SESSION not in st.session_state:
        view, ignored = from_query(st.query_params.to_dict(), towns=atlas.towns, own=atlas.added_layer_ids)
        st.session_state[SESSION] = Session(
            view=view, ignored=ignored, session_layers=SessionLayers(base=atlas, token=uuid4().hex)
        )
    session: Session = st.session_state[SESSION]
    return session


def on_browser_view() -> None:
    """The user used the control inside the map: take over its view."""
    session: Session = st.session_state[SESSION]
    message = st.session_state[KEY].get("view")
    if isinstance(message, Mapping) and isinstance(message.get("seq"), int):
        session.seq = message["seq"]
        known = session.session_layers.atlas
        session.view = from_browser(
            message.get("view"), view=session.view, towns=known.towns, own=known.added_layer_ids
        )


def on_browser_pick() -> None:
    """The user picked a place on the map, or closed its card."""
    session: Session = st.session_state[SESSION]
    message = st.session_state[KEY].get("pick")
    if not isinstance(message, Mapping):
        return
    layer, feature = message.get("layer"), message.get("id")
    session.picked = {"layer": str(layer), "id": str(feature)} if layer and feature else None


def on_browser_evidence() -> None:
    """The user asked, on a card, what a stated figure rests on."""
    message = st.session_state[KEY].get("evidence")
    if isinstance(message, Mapping):
        st.session_state[SESSION].open_evidence(str(message.get("id")))


def on_widget(field_name: str, key: str) -> None:
    """A widget of the sidebar changed: write its value into the View."""
    session: Session = st.session_state[SESSION]
    value = st.session_state[key]
    changed: dict[str, Any] = {field_name: tuple(value) if isinstance(value, list) else value}
    session.view = replace(session.view, **changed)
