"""Opening and filtering: the atlas beside the naive st_folium page of the same data, in one run."""

import tempfile
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Page, WebSocket

from bench import browser as clock
from bench.report import Report
from bench.serving import ROOT, atlas, streamlit

OPENINGS = 7
CLICKS = 30
WIDGET_CLICKS = 12
DISTRICTS = ("松江区", "金山区", "奉贤区", "宝山区")
CODES = ("310117", "310116", "310120", "310113")
OPTION = "[role=option]"
OTHERS = {"naive": "naive_server.py", "floor": "floor_app.py"}
GOALS = {("atlas", "cold"): "2,500", ("atlas", "warm"): "800"}
OWN_DATA = ("/opening.json", "/layers/", "/manifest.json", "/maps/")


def run() -> None:
    """Measure and write."""
    report = Report(name="page", title="Opening and filtering: the atlas and a naive st_folium page of the same data")
    report.notes.append(
        "All by the page's own clock. Opening: from the start of the navigation until the places are drawn; cold is "
        "an empty browser cache, warm a filled one. The naive page has no tables and no charts, and its libraries come "
        "from this machine too. The floor is an empty Streamlit page with one widget and one line: what any page costs."
    )
    with tempfile.TemporaryDirectory() as folder, clock.chromium() as chromium:
        logs = Path(folder)
        with ExitStack() as stack:
            urls = {"atlas": stack.enter_context(atlas(log=logs / "atlas.txt")).url}
            for name, script in OTHERS.items():
                server = streamlit(ROOT / "bench" / script, log=logs / f"{name}.txt")
                urls[name] = stack.enter_context(server).url
            measure_opening(report, chromium, urls)
            measure_atlas(report, chromium, urls["atlas"])
            for name in OTHERS:
                measure_other(report, chromium, urls[name], name)
        report.write(f"Chromium {chromium.version}")


def measure_opening(report: Report, chromium: Browser, urls: Mapping[str, str]) -> None:
    """Open every page cold and warm, in turn, so that a busy moment of the machine strikes all alike."""
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    for turn in range(OPENINGS + 1):
        for name, url in urls.items():
            context = clock.new_context(chromium)
            for state in ("cold", "warm"):
                page = context.new_page()
                took = clock.opening_ms(page, url)
                page.wait_for_selector("[data-testid=stMetricValue]")  # what the browser keeps must all have arrived
                page.close()
                if turn:  # a fresh server's first answers are thrown away
                    times[name, state].append(took)
            context.close()
    for (name, state), found in times.items():
        report.add(f"{name}: opening, {state}", found, goal=GOALS.get((name, state), ""))


def measure_atlas(report: Report, chromium: Browser, url: str) -> None:
    """Weigh the map's data; filter inside the map and through the sidebar."""
    context = clock.new_context(chromium)
    page, sent = context.new_page(), []
    page.on("websocket", lambda channel: follow(channel, sent))
    clock.opening_ms(page, url)
    page.wait_for_selector("[data-testid=stMetricValue]")
    weigh(report, page)
    report.add("atlas: websocket at opening", [sum(sent) / 1_000], unit="kB")
    widget = measure_widget(page, sent)
    report.add("atlas: filter through the sidebar, map changed", widget["stopped"], goal="250")
    report.add("atlas: filter through the sidebar, on the screen", widget["drawn"])
    report.add("atlas: websocket per sidebar filter", widget["kB"], unit="kB")
    page.keyboard.press("Escape")  # an open list hides the rest of the page from a user's tools
    clear(page)
    if page.locator(".atlas-panel-toggle").get_attribute("aria-expanded") != "true":
        page.locator(".atlas-panel-toggle").click()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    inside = measure_chips(page)
    report.add("atlas: filter inside the map, its own clock (data-filter-ms)", inside["own"], goal="50")
    report.add("atlas: filter inside the map, click to the second frame", inside["drawn"])
    context.close()


def measure_other(report: Report, chromium: Browser, url: str, name: str) -> None:
    """Filter a page that is there for comparison."""
    context = clock.new_context(chromium)
    page, sent = context.new_page(), []
    page.on("websocket", lambda channel: follow(channel, sent))
    clock.opening_ms(page, url)
    page.wait_for_selector("[data-testid=stMetricValue]")
    report.add(f"{name}: websocket at opening", [sum(sent) / 1_000], unit="kB")
    widget = measure_widget(page, sent)
    report.add(f"{name}: filter through the sidebar, map changed", widget["stopped"])
    report.add(f"{name}: filter through the sidebar, on the screen", widget["drawn"])
    report.add(f"{name}: websocket per sidebar filter", widget["kB"], unit="kB")
    context.close()


def follow(channel: WebSocket, sent: list[int]) -> None:
    """Note the size of every message of the server."""
    channel.on("framereceived", lambda payload: sent.append(len(payload)))


def weigh(report: Report, page: Page) -> None:
    """Bytes that the opening page fetched, as they came over the wire."""
    got = page.evaluate(
        "performance.getEntriesByType('resource').map(r => [new URL(r.name).pathname, r.encodedBodySize])"
    )
    own = sum(size for path, size in got if path.startswith(OWN_DATA))
    report.add("atlas: the map's own data, compressed", [own / 1_000], unit="kB", goal="300")
    assets = sum(size for path, size in got if path.startswith(("/assets/", "/scripts/")))
    report.add("atlas: the map's scripts and styles, compressed", [assets / 1_000], unit="kB")
    report.add("whole page, compressed", [sum(size for _, size in got) / 1_000], unit="kB")


def measure_widget(page: Page, sent: list[int]) -> dict[str, list[float]]:
    """Choose districts in the sidebar, one after the other, and take them off again."""
    found: dict[str, list[float]] = {"stopped": [], "drawn": [], "kB": []}
    field = page.locator("[data-testid=stMultiSelect]").first.locator(".react-aria-ComboBox")
    for turn in range(WIDGET_CLICKS):
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        page.wait_for_timeout(400)  # a user does not click the moment the last answer arrives
        before, name = sum(sent), DISTRICTS[turn % len(DISTRICTS)]
        if turn % len(DISTRICTS) == 0 and turn:
            clear(page)
            before = sum(sent)
        field.locator("input").fill(name)
        option = page.get_by_role("option", name=name, exact=True)
        option.wait_for()
        clock.arm(page, OPTION)
        option.click()
        stopped, drawn = clock.elapsed_ms(page)
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        for key, value in (("stopped", stopped), ("drawn", drawn), ("kB", (sum(sent) - before) / 1_000)):
            found[key].append(value)
    return found


def clear(page: Page) -> None:
    """Take all values off the first widget."""
    tags = page.locator("[data-testid=stMultiSelect]").first.locator(".react-aria-ComboBox [data-tag] button")
    while tags.count():
        clock.arm(page, "button")
        tags.last.click()
        clock.elapsed_ms(page)
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def measure_chips(page: Page) -> dict[str, list[float]]:
    """Click chips inside the map; Python's answer comes after each and is waited for."""
    found: dict[str, list[float]] = {"own": [], "drawn": []}
    for turn in range(CLICKS):
        chip = page.locator(f".atlas-chip[data-d='{CODES[turn % len(CODES)]}']")
        clock.arm(page, ".atlas-chip")
        chip.click()
        _, drawn = clock.elapsed_ms(page)
        found["drawn"].append(drawn)
        found["own"].append(float(page.locator(".atlas-root").get_attribute("data-filter-ms") or "nan"))
        page.wait_for_timeout(300)
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    return found
