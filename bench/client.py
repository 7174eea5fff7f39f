"""A browser tab without a browser: speaks Streamlit's own messages, so that many sessions cost little."""

import asyncio
import json
import time
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

MAP = "atlas_map"
PATIENCE_S = 120


class Took(NamedTuple):
    """Seconds from a widget's message until the map was told, and until the script had run to its end."""

    map: float
    page: float


class Tab:
    """One session.

    Attributes
    ----------
    map_data
        What the server last sent to the map of this tab.
    widgets
        Id of every widget by its key.
    """

    def __init__(self, socket: ClientConnection, query: str) -> None:
        self.socket, self.query = socket, query
        self.map_data: dict[str, Any] = {}
        self.widgets: dict[str, str] = {}
        self.values: dict[str, Any] = {}
        self.kept: dict[str, bytes] = {}
        self.received = 0
        self.told_at = 0.0

    async def run(self, **changes: Any) -> Took:
        """Change widgets (``{key: value}``) and wait for the end of the script's run."""
        self.values.update({self.widgets[key]: value for key, value in changes.items()})
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        for widget, value in self.values.items():
            _write(state.widget_states.widgets.add(id=widget), value)
        started = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        await asyncio.wait_for(self._read(), PATIENCE_S)
        return Took(self.told_at - started, time.perf_counter() - started)

    async def _read(self) -> None:
        """Take messages until the script has run to its end."""
        while True:
            payload = await self.socket.recv(decode=False)
            self.received += len(payload)
            message = ForwardMsg()
            message.ParseFromString(payload)
            if message.metadata.cacheable:
                self.kept[message.hash] = payload
            if message.WhichOneof("type") == "ref_hash":
                message.ParseFromString(self.kept[message.ref_hash])
            if message.WhichOneof("type") == "delta":
                self._take(message)
            if message.WhichOneof("type") == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                return

    def _take(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "bidi_component":
            self.widgets[MAP] = element.bidi_component.id
            self.told_at = time.perf_counter()
            self.map_data = json.loads(element.bidi_component.json or "{}") or self.map_data
        elif kind == "multiselect":
            key = element.multiselect.id.rsplit("-", 1)[-1]
            self.widgets[key] = element.multiselect.id
            if element.multiselect.set_value:
                self.values[element.multiselect.id] = list(element.multiselect.raw_values)


async def open_tab(url: str, query: str = "") -> Tab:
    """Open a session and let the page run to its end."""
    address = f"ws://{urlsplit(url).netloc}/_stcore/stream"
    socket = await connect(address, subprotocols=["streamlit"], origin=url, max_size=None)  # type: ignore[list-item, arg-type]
    tab = Tab(socket, query)
    await tab.run()
    return tab


def _write(state: Any, value: Any) -> None:
    if isinstance(value, bool):
        state.bool_value = value
    else:
        state.string_array_value.data.extend(value)
