"""The atlas's page as a test speaks of it. Every wait is for a fact that the page states, never for a time."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Error, FloatRect, Locator, Page, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

OPENING_MS = 30_000
ROW_PX = 35  # of a row of a table and of its head


class AtlasPage:
    """One browser tab that shows the atlas.

    Attributes
    ----------
    frames
        Number of messages that the page has sent to the server so far: every rerun needs one.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url, self.frames = page, url, 0
        self.root = page.locator(".atlas-root[data-ready='1'][data-hosted='1']")
        self.card = page.locator(".atlas-card")
        self.legend = page.locator(".atlas-legend")
        self.panel = page.locator(".atlas-panel")
        self.sidebar = page.locator("[data-testid=stSidebar]")
        self.metrics = page.locator("[data-testid=stMetricValue]")
        self.apart = page.locator("[data-testid=stMetricDelta]")
        page.on("websocket", self._listen)

    def _listen(self, channel: WebSocket) -> None:
        self.channel = channel
        channel.on("framesent", self._count)

    def _count(self, _: str | bytes) -> None:
        self.frames += 1

    @contextmanager
    def rerun(self) -> Iterator[None]:
        """Wait until the script has run once more and the page has taken it in."""
        with self.channel.expect_event("framereceived", _is_end_of_run):
            yield
        self.at_rest()

    def open(self, query: str = "") -> "AtlasPage":
        """Open the page and wait until map and numbers stand."""
        self.page.goto(f"{self.url}/{query}")
        return self.wait()

    def reload(self) -> "AtlasPage":
        """Load the page again."""
        self.page.reload()
        return self.wait()

    def wait(self) -> "AtlasPage":
        """Wait until map and numbers stand."""
        expect(self.root).to_be_visible(timeout=OPENING_MS)
        expect(self.metrics.first).to_be_visible(timeout=OPENING_MS)
        self.at_rest()
        return self

    def at_rest(self) -> None:
        """Wait until no script runs for this page."""
        state = ("data-test-script-state", "notRunning")
        expect(self.page.locator("[data-testid=stApp]")).to_have_attribute(*state, timeout=OPENING_MS)

    # what the map says

    @property
    def shown(self) -> int:
        """Number of places that the map draws."""
        return int(self.root.get_attribute("data-shown") or -1)

    @property
    def place(self) -> str:
        """Where the map looks: zoom/lat/lon."""
        return self.root.get_attribute("data-map") or ""

    @property
    def view(self) -> dict[str, Any]:
        """The map's view."""
        found: dict[str, Any] = json.loads(self.root.get_attribute("data-view") or "{}")
        return found

    @property
    def address(self) -> dict[str, str]:
        """The parameters in the page's address."""
        return {key: values[0] for key, values in parse_qs(urlsplit(self.page.url).query).items()}

    def ids(self, layer: str) -> list[str]:
        """Ids of the rows of a layer that the map draws."""
        return list(self.root.evaluate("(root, layer) => root.atlas.shownIds(layer)", layer))

    def all_ids(self) -> set[tuple[str, str]]:
        """Layer and id of every row that the map draws."""
        return {(layer, each) for layer in self.view["l"] for each in self.ids(layer)}

    def expect_shown(self, number: int) -> None:
        """Wait until the map draws so many places and the numbers beside it agree."""
        expect(self.root).to_have_attribute("data-shown", str(number))
        expect(self.metrics.first).to_have_text(f"{number:,}")

    # the map as a thing to point at

    @property
    def box(self) -> FloatRect:
        """Where the map lies on the page."""
        found = self.page.locator(".folium-map").bounding_box()
        assert found is not None
        return found

    def look_at(self, lon: float, lat: float, zoom: float = 14) -> None:
        """Move the map at once, and the page so that the map is seen."""
        self.root.evaluate("root => root.scrollIntoView({block: 'nearest'})")
        self.root.evaluate(
            "(root, [lon, lat, zoom]) => { root.atlas.map.setView([lat, lon], zoom, {animate: false}) }",
            [lon, lat, zoom],
        )

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """Place on the page of a place on the earth."""
        at = self.root.evaluate("(root, [lon, lat]) => root.atlas.project(lon, lat)", [lon, lat])
        return self.box["x"] + at["x"], self.box["y"] + at["y"]

    def click(self, lon: float, lat: float) -> None:
        """Click a place of the map with the mouse."""
        self.page.mouse.click(*self.point(lon, lat))

    def drag(self, dx: float, dy: float) -> None:
        """Drag the map with the mouse and wait until it has moved."""
        before = self.place
        x, y = self.box["x"] + self.box["width"] / 2, self.box["y"] + self.box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + dx, y + dy, steps=4)
        self.page.mouse.up()
        expect(self.root).not_to_have_attribute("data-map", before)
        self.stands()

    def stands(self) -> None:
        """Wait until the map has come to rest: the address then holds its place."""
        self.root.evaluate(
            """root => new Promise(done => {
                let [last, calm] = [null, 0]
                const look = () => {
                  const { map } = root.atlas
                  const now = [root.dataset.map, map._animatingZoom, map._mapPane._leaflet_pos].join()
                  calm = now === last ? calm + 1 : 0
                  last = now
                  if (calm > 12) done()
                  else requestAnimationFrame(look)
                }
                look()
            })"""
        )

    def ink(self, lon: float, lat: float, *, right: float = 0, down: float = 0) -> tuple[int, int, int, int]:
        """Colour (RGBA) of the points' canvas beside a place, at an offset in CSS pixels."""
        found = self.root.evaluate(
            """(root, [lon, lat, right, down]) => {
                const canvas = root.querySelector('.leaflet-atlas-points-pane canvas')
                const { x, y } = root.atlas.project(lon, lat)
                const own = canvas.getBoundingClientRect()
                const map = root.atlas.map.getContainer().getBoundingClientRect()
                const device = offset => Math.round(offset * canvas.width / own.width)
                const at = [device(x + right + map.left - own.left), device(y + down + map.top - own.top)]
                return [...canvas.getContext('2d').getImageData(...at, 1, 1).data]
            }""",
            [lon, lat, right, down],
        )
        return tuple(found)

    # the control inside the map

    def open_panel(self, *sections: str) -> None:
        """Open the control inside the map, and sections of it."""
        toggle = self.panel.locator(".atlas-panel-toggle")
        if toggle.get_attribute("aria-expanded") != "true":
            toggle.click()
        for name in sections:
            section = self.panel.locator(f"details[data-section={name}]")
            if section.get_attribute("open") is None:
                section.locator("summary").click()

    def chip(self, kind: str, code: str) -> Locator:
        """A chip of the control inside the map: kind is d, s, p or t."""
        return self.panel.locator(f".atlas-chip[data-{kind}='{code}']")

    def layer_box(self, layer: str) -> Locator:
        """The switch of a layer."""
        return self.panel.locator(f"input[data-layer='{layer}']")

    # the page around it

    def tags(self, label: str) -> Locator:
        """The values that a widget of the sidebar holds."""
        return self._widget(label).locator(".react-aria-ComboBox [data-tag]")

    def choose(self, label: str, value: str) -> None:
        """Choose a value in a widget of the sidebar."""
        self._widget(label).locator(".react-aria-ComboBox input").fill(value)
        self.page.get_by_role("option", name=value, exact=True).click()
        self.page.keyboard.press("Escape")  # an open list hides the rest of the page from assistive technology

    def pick(self, label: str, option: str) -> None:
        """Pick from a list of one choice; one that the page closes while it settles is opened again."""
        box = self.page.get_by_role("combobox", name=label)
        wanted = self.page.get_by_role("option", name=option, exact=True)
        for _ in range(5):
            self.at_rest()
            box.press("ArrowDown")
            try:
                wanted.click(timeout=2_000)
            except Error:
                continue
            return
        pytest.fail(f"{label}: {option} cannot be picked")

    def _widget(self, label: str) -> Locator:
        named = self.page.locator("label", has_text=label)
        return self.sidebar.locator("[data-testid=stMultiSelect]").filter(has=named).first

    def language(self, name: str) -> None:
        """Switch the language."""
        with self.rerun():
            self.page.locator(".st-key-w_lang").get_by_role("radio", name=name, exact=True).click()
        expect(self.root).to_have_attribute("data-lang", "en" if name == "English" else "zh")

    def section(self, name: str) -> None:
        """Open a section below the map."""
        self.turn_to(self.page.locator(".st-key-w_section").get_by_role("radio", name=name, exact=True))

    def turn_to(self, radio: Locator) -> None:
        """Open a section, and wait until the address names it: the map writes it after the page has been told."""
        if radio.get_attribute("aria-checked") == "true":
            return
        before = self.address.get("tab")
        with self.rerun():
            radio.click()
        self.page.wait_for_function("tab => new URLSearchParams(location.search).get('tab') !== tab", arg=before)

    def table(self, name: str) -> Locator:
        """The cells of a table, as assistive technology reads them; they are drawn on a canvas."""
        return self.page.locator(f"[class*='st-key-t_{name}'] [data-testid=stDataFrame] table[role=grid]")

    def rows(self, name: str) -> int:
        """Number of rows of a table."""
        return int(self.table(name).get_attribute("aria-rowcount") or 0) - 1

    def heads(self, name: str) -> list[str]:
        """Column names of a table."""
        return self.table(name).locator("th").all_text_contents()

    def cell(self, name: str, column: str, row: int) -> Locator:
        """A cell of a table by the name of its column."""
        expect(self.table(name).locator("th", has_text=re.compile(f"^{re.escape(column)}$"))).to_be_attached()
        at = self.heads(name).index(column)
        return self.table(name).locator("tbody tr").nth(row).locator("td").nth(at)

    def tick_row(self, name: str, row: int) -> None:
        """Tick the box before a row of a table."""
        grid = self.page.locator(f"[class*='st-key-t_{name}'] [data-testid=stDataFrame]")
        expect(self.table(name)).to_be_attached()
        grid.evaluate("grid => grid.scrollIntoView({block: 'start'})")
        box = grid.bounding_box()
        assert box is not None
        self.page.mouse.click(box["x"] + 16, box["y"] + ROW_PX * (row + 1.5))


def _is_end_of_run(payload: str | bytes) -> bool:
    """Whether a message of the server says that the script has run to its end."""
    message = ForwardMsg()
    message.ParseFromString(payload if isinstance(payload, bytes) else payload.encode())
    return bool(message.WhichOneof("type") == "script_finished")
