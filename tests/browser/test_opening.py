"""The map opens before the host page is there, and is handed over as it is."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from atlas_page import AtlasPage
from playwright.sync_api import expect

from app.server.front_page import streamlit_page
from bench.serving import ROOT, Server, streamlit

pytestmark = pytest.mark.browser

SCRIPT = "**/scripts/*.js*"
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


def test_the_page_comes_without_the_opening_data(tab: AtlasPage, watch: Any, counts: dict[str, Any]) -> None:
    tab.page.route("**/opening.json*", lambda route: route.abort())
    tab.open()
    tab.expect_shown(counts["places"])
    watch.errors = [said for said in watch.errors if "net::ERR_FAILED" not in said]


def test_a_map_that_fails_lets_the_host_start_and_say_so(tab: AtlasPage, watch: Any) -> None:
    tab.page.route("**/maps/*.js", lambda route: route.abort())
    tab.page.goto(tab.url)
    expect(tab.page.locator(".atlas-failed")).to_be_visible()
    expect(tab.metrics.first).to_be_visible()
    expect(tab.page.locator(".atlas-ahead")).to_have_count(0)
    assert watch.errors
    watch.errors = []


def test_a_script_that_fails_once_is_asked_for_again_by_the_page(tab: AtlasPage, watch: Any) -> None:
    tab.page.route(SCRIPT, lambda route: route.abort(), times=1)
    tab.open()
    tab.expect_shown(134)
    assert watch.errors
    watch.errors = []


def test_without_the_maps_script_the_rest_of_the_page_works(tab: AtlasPage, watch: Any) -> None:
    tab.page.route(SCRIPT, lambda route: route.abort())
    tab.page.goto(tab.url)
    expect(tab.metrics.first).to_be_visible(timeout=30_000)
    expect(tab.page.locator(".atlas-root")).to_have_count(0)
    expect(tab.page.get_by_role("alert").filter(has_text="地图未能加载")).to_be_visible()
    before = tab.metrics.all_inner_texts()
    tab.choose("行政区", "金山区")
    expect(tab.metrics.first).not_to_have_text(before[0])
    tab.page.close()  # every run of the page asks for the script again
    assert watch.errors
    watch.errors = []


@pytest.mark.parametrize("what", [SCRIPT, "**/maps/*.js", "**/manifest.json*"])
def test_what_never_answers_holds_the_page_up_for_a_few_seconds_only(tab: AtlasPage, what: str) -> None:
    tab.page.route(what, lambda _: None)
    tab.page.goto(tab.url, wait_until="commit")
    expect(tab.metrics.first).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("script", ["throw new Error('broken')", "const ="])
def test_a_script_that_breaks_lets_the_page_start_at_once(tab: AtlasPage, watch: Any, script: str) -> None:
    tab.page.clock.install(time=0)
    tab.page.clock.pause_at(1_000)  # no time passes, so that nothing starts because of a limit
    tab.page.route(SCRIPT, lambda route: route.fulfill(body=script, content_type="text/javascript"))
    tab.page.route(HOST, lambda _: None)
    with (
        tab.page.context.expect_event("weberror"),
        tab.page.expect_request(lambda request: "/static/js/index." in request.url),
    ):
        tab.page.goto(tab.url, wait_until="commit")
    assert len(watch.errors) == 1
    watch.errors = []


@pytest.fixture(scope="module")
def unknown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """Serve the atlas on a Streamlit whose page is written in other words; gives the server and what it says."""
    import streamlit as installed

    # in a folder of this name: elsewhere Streamlit takes itself for a developer's
    folder, copy = Path(installed.__file__).parent, tmp_path_factory.mktemp("unknown") / "site-packages" / "streamlit"
    (copy / "static").mkdir(parents=True)
    for source, target in ((folder, copy), (folder / "static", copy / "static")):
        for each in source.iterdir():
            if not (target / each.name).exists():
                (target / each.name).symlink_to(each)
    (copy / "static" / "index.html").unlink()
    page = streamlit_page().replace('type="module" crossorigin src', 'crossorigin type="module" src')
    marked = page.replace("</body>", "<script>window.other = 'yes'</script></body>")
    (copy / "static" / "index.html").write_text(marked, encoding="utf-8")
    log = copy.parent / "log.txt"
    settings = {"PYTHONPATH": str(copy.parent)}
    with streamlit(ROOT / "atlas_app.py", log=log, health="/healthz", settings=settings) as server:
        yield server, log


def test_a_streamlit_with_an_unknown_page_opens_the_atlas_all_the_same(
    new_page: Callable[..., AtlasPage], unknown: tuple[Server, Path]
) -> None:
    server, log = unknown
    for query in ("", "?d=310116&lang=en"):
        tab = new_page(server.url).open(query)
        assert tab.page.evaluate("window.other") == "yes", "it is that page"
        expect(tab.page.locator("#atlas-ahead")).to_have_count(0)
        assert tab.shown > 0
        margin = tab.page.locator("[data-testid=stMainBlockContainer]").evaluate("n => getComputedStyle(n).paddingLeft")
        assert margin == "22.4px", "the page's own style has come"
    said = log.read_text(encoding="utf-8")
    assert said.count("is served untouched") == 1
    assert "module script" in said
