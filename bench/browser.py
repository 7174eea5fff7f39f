"""A browser whose pages hold the stop-watch: every time is the page's own clock."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.serving import BROWSER_ARGUMENTS
from tools.find_browser import find

SIZE = {"width": 1440, "height": 900}
STOPWATCH = """(() => {
  if (window !== window.top) return
  const atlas = () => document.querySelector('.atlas-root[data-ready="1"]')
  const frame = () => document.querySelector('iframe[title*="folium"]')?.contentDocument
  const watch = window.__watch = {
    ready: null, started: null, stopped: null, drawn: null,
    // what the map shows: the atlas and the floor say it, the naive map is counted
    state: () => atlas()?.dataset.shownIdsHash ?? document.querySelector('.bench-floor')?.dataset.state
      ?? String(frame()?.querySelectorAll('path.leaflet-interactive').length ?? 0),
  }
  const look = () => {
    const state = watch.state()
    if (watch.ready === null && state !== '0') watch.ready = performance.now()
    if (watch.waiting && state !== '0' && state !== watch.before) {
      watch.waiting = false
      watch.stopped = performance.now()
      requestAnimationFrame(() => requestAnimationFrame(() => { watch.drawn = performance.now() }))
    }
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
  watch.arm = selector => {
    Object.assign(watch, { started: null, stopped: null, drawn: null, before: watch.state(), waiting: true })
    const start = event => {
      if (!event.target.closest?.(selector)) return
      watch.started = event.timeStamp
      for (const name of ['pointerup', 'click']) document.removeEventListener(name, start, true)
    }
    for (const name of ['pointerup', 'click']) document.addEventListener(name, start, true)
  }
})()"""
WAIT = """name => new Promise(done => {
  const look = () => window.__watch[name] === null ? setTimeout(look, 20) : done(window.__watch[name])
  look()
})"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser that finds no other host; a route of playwright would turn its cache off."""
    path = find()
    if path is None:
        msg = "there is no Chromium here: run `make browser`, or name one in ATLAS_CHROMIUM"
        raise RuntimeError(msg)
    with sync_playwright() as playwright:
        arguments = [*BROWSER_ARGUMENTS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


def new_context(browser: Browser) -> BrowserContext:
    """Make an empty browser memory."""
    context = browser.new_context(viewport=SIZE)
    context.add_init_script(STOPWATCH)
    return context


def opening_ms(page: Page, url: str) -> float:
    """Milliseconds from the start of the navigation until the map shows its places."""
    page.goto(url, wait_until="commit")
    return float(page.evaluate(WAIT, "ready"))


def arm(page: Page, selector: str) -> None:
    """Make the stop-watch start at the next click on such an element."""
    page.evaluate("selector => window.__watch.arm(selector)", selector)


def elapsed_ms(page: Page) -> tuple[float, float]:
    """Milliseconds from the click until the map shows other places, and until that frame is on the screen."""
    drawn = float(page.evaluate(WAIT, "drawn"))
    started, stopped = page.evaluate("[window.__watch.started, window.__watch.stopped]")
    return stopped - started, drawn - started
