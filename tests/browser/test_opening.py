"""The map opens before the host page is there, and is handed over as it is."""

from collections.abc import Callable
from typing import Any

import pytest
from atlas_page import AtlasPage
from playwright.sync_api import expect

from bench.serving import Server

pytestmark = pytest.mark.browser

HOST = "**/static/js/index.*.js"
FRAME = "root => { const r = root.getBoundingClientRect(); return [r.x, r.y, r.width, r.height] }"


def held(tab: AtlasPage, query: str = "") -> list[Any]:
    """Open the page and keep the host's own script back; gives the requests that wait."""
    waiting: list[Any] = []
    tab.page.route(HOST, lambda route: waiting.append(route))  # noqa: PLW0108 - playwright cannot wrap a built-in
    with tab.page.expect_request(lambda request: "/static/js/index." in request.url):
        tab.page.goto(f"{tab.url}/{query}", wait_until="commit")  # the page is not loaded before its host is
    expect(tab.page.locator(".atlas-ahead .atlas-root[data-ready='1']")).to_be_visible()
    return waiting


def release(tab: AtlasPage, waiting: list[Any]) -> None:
    """Let the host start, and wait until it has taken the map over."""
    for route in waiting:
        route.continue_()
    tab.wait()
    expect(tab.page.locator(".atlas-ahead")).to_have_count(0)


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (390, 844)])
def test_the_map_is_drawn_where_the_host_will_put_it(
    new_page: Callable[..., AtlasPage], server: Server, size: tuple[int, int]
) -> None:
    tab = new_page(server.url, viewport={"width": size[0], "height": size[1]})
    waiting = held(tab)
    root = tab.page.locator(".atlas-root")
    before, place, shown = root.evaluate(FRAME), root.get_attribute("data-map"), root.get_attribute("data-shown")
    release(tab, waiting)
    after = root.evaluate(FRAME)
    assert after[2:] == pytest.approx(before[2:], abs=1), "another size would draw another map"
    assert after[:2] == pytest.approx(before[:2], abs=40)
    assert (tab.place, str(tab.shown)) == (place, shown)
    tab.page.unroute(HOST)
    again = held(tab)
    assert root.evaluate(FRAME) == pytest.approx(after, abs=1), "the second time the place is remembered"
    release(tab, again)


def test_what_the_reader_did_before_the_host_came_is_taken_over(tab: AtlasPage) -> None:
    waiting = held(tab)
    tab.page.locator(".atlas-root").evaluate("root => root.atlas.setView({ d: ['310117'] })")
    release(tab, waiting)
    expect(tab.tags("行政区")).to_have_count(1)
    assert tab.view["d"] == ["310117"]
    assert tab.address["d"] == "310117"
    tab.choose("行政区", "金山区")
    expect(tab.chip("d", "310116")).to_have_attribute("aria-pressed", "true")
    assert tab.view["d"] == ["310116", "310117"]


def test_the_page_comes_without_the_opening_data(tab: AtlasPage, watch: Any) -> None:
    tab.page.route("**/opening.json*", lambda route: route.abort())
    tab.open()
    tab.expect_shown(134)
    watch.errors = [said for said in watch.errors if "net::ERR_FAILED" not in said]


def test_a_map_that_fails_lets_the_host_start_and_say_so(tab: AtlasPage, watch: Any) -> None:
    tab.page.route("**/maps/*.js", lambda route: route.abort())
    tab.page.goto(tab.url)
    expect(tab.page.locator(".atlas-failed")).to_be_visible()
    expect(tab.metrics.first).to_be_visible()
    expect(tab.page.locator(".atlas-ahead")).to_have_count(0)
    assert watch.errors
    watch.errors = []
