"""The atlas in a real Chromium: one server and one browser for all tests, a fresh tab for each."""

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bench.serving import BROWSER_ARGUMENTS, ROOT, Server
from bench.serving import atlas as serve_atlas

WATCH = """
window.__violations = []
document.addEventListener('securitypolicyviolation', event => {
  window.__violation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)
})
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the slow tests last: everything else has spoken by then, and nothing runs beside their event loop."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@dataclass
class Watch:
    """What must not happen in any test.

    Attributes
    ----------
    hosts
        Other hosts that this test lets the page ask.
    """

    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    hosts: tuple[str, ...] = ()

    def asked(self, url: str) -> None:
        """Note a request to another host."""
        address = urlsplit(url)
        host = address.hostname or ""
        if address.scheme not in {"data", "blob", "about"} and not host.endswith(("127.0.0.1", *self.hosts)):
            self.elsewhere.append(url)

    def violated(self, text: str) -> None:
        """Note a violation; Streamlit's own protobuf library tries WebAssembly, and does without."""
        if not ("wasm-eval" in text and "/static/js/protobuf" in text):
            self.violations.append(text)

    def follow(self, context: Any) -> None:
        """Watch every tab of a browser context."""
        context.expose_binding("__violation", lambda _, text: self.violated(text))
        context.add_init_script(WATCH)
        context.on("request", lambda request: self.asked(request.url))
        context.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        context.on("weberror", lambda fault: self.errors.append(str(fault.error)))

    def check(self) -> None:
        """Nothing forbidden has happened."""
        assert self.elsewhere == [], "requests to other hosts"
        assert self.violations == [], "violations of the content security policy"
        assert self.errors == [], "errors in the browser's console"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start one Chromium for all tests; skip where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make setup")
    spec = importlib.util.spec_from_file_location("find_browser", ROOT / "tools" / "find_browser.py")
    assert spec is not None
    assert spec.loader is not None
    finder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(finder)
    path = finder.find()
    if path is None:
        pytest.skip("there is no Chromium here: run `make browser`, or name one in ATLAS_CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        sync_api.expect.set_options(timeout=15_000)
        browser = playwright.chromium.launch(executable_path=path, args=list(BROWSER_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the atlas with the project's own data."""
    with serve_atlas(log=tmp_path_factory.mktemp("server") / "log.txt") as running:
        yield running


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Watch the test's tabs; fail at its end if something forbidden happened in one."""
    watching = Watch()
    yield watching
    watching.check()


@pytest.fixture
def new_page(chromium: Any, watch: Watch) -> Iterator[Callable[..., Any]]:
    """Open further tabs, each with a browser memory of its own."""
    contexts = []

    def make(url: str, **options: Any) -> Any:
        from atlas_page import AtlasPage

        context = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        watch.follow(context)
        return AtlasPage(context.new_page(), url)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def tab(new_page: Callable[..., Any], server: Server) -> Any:
    """Give a tab, not opened yet."""
    return new_page(server.url)


@pytest.fixture
def opened(tab: Any) -> Any:
    """Give a tab that shows the atlas as it opens."""
    return tab.open()


@pytest.fixture(scope="session")
def log_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for what further servers say."""
    return tmp_path_factory.mktemp("servers")
