"""The filter inside the map at ever more synthetic points, without Streamlit: how far the drawing carries."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from bench import browser as clock
from bench.report import Report
from bench.serving import harness

SIZES = (226, 5_000, 50_000, 500_000)
CLICKS = 20
CODES = ("310117", "310116", "310120", "310113")


def run() -> None:
    """Measure and write."""
    report = Report(name="points", title="Filter inside the map at N synthetic points (static harness, no Streamlit)")
    report.notes.append(
        "own clock: event to drawn canvas (data-filter-ms); second frame: event until two frames have passed. "
        "Points come as one binary file of columns."
    )
    with tempfile.TemporaryDirectory() as folder, clock.chromium() as chromium:
        with harness(log=Path(folder) / "harness.txt") as server:
            for size in SIZES:
                measure(report, chromium, f"{server.url}/?points={size}", size)
        report.write(f"Chromium {chromium.version}")


def measure(report: Report, chromium: Browser, url: str, size: int) -> None:
    """Open with so many points, then click chips."""
    context = clock.new_context(chromium)
    page = context.new_page()
    report.add(f"{size:,} points: opening", [clock.opening_ms(page, url)])
    page.locator(".atlas-root[data-ready='1']").wait_for()
    toggle = page.locator(".atlas-panel-toggle")
    if toggle.get_attribute("aria-expanded") != "true":
        toggle.click()
    own, drawn = [], []
    for turn in range(CLICKS):
        clock.arm(page, ".atlas-chip")
        page.locator(f".atlas-chip[data-d='{CODES[turn % len(CODES)]}']").click()
        drawn.append(clock.elapsed_ms(page)[1])
        own.append(float(page.locator(".atlas-root").get_attribute("data-filter-ms") or "nan"))
    report.add(f"{size:,} points: filter, own clock", own)
    report.add(f"{size:,} points: filter, second frame", drawn)
    heap = page.evaluate("performance.memory?.usedJSHeapSize ?? 0")
    report.add(f"{size:,} points: browser heap", [heap / 1e6], unit="MB")
    context.close()
