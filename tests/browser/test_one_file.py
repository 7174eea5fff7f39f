"""The one-file atlas, opened from a disk in a real Chromium: it works, and asks nobody for anything."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.core import filters
from app.core.atlas import Atlas
from app.core.view import View
from app.documents.single_file.document import document

pytestmark = pytest.mark.browser
SONGJIANG = "310117"


@dataclass
class Opened:
    """A page from a disk, and what it said and asked for."""

    page: Page
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def file(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the atlas to a disk."""
    path = tmp_path_factory.mktemp("stick") / "atlas.html"
    path.write_text(document(atlas, View()), encoding="utf-8")
    return path


@pytest.fixture
def opened(chromium: Any, file: Path) -> Iterator[Opened]:
    """Open it as a double click does."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, offline=True, accept_downloads=True)
    found = Opened(context.new_page())
    found.page.on("request", lambda request: found.asked.append(request.url))
    found.page.on("console", lambda line: found.said.append(line.text))
    found.page.on("pageerror", lambda fault: found.said.append(str(fault)))
    found.page.goto(file.as_uri())
    found.page.locator(".atlas-root[data-ready='1']").wait_for()
    yield found
    asked = [url for url in found.asked if not url.startswith(("data:", "blob:"))]
    assert asked == [file.as_uri()]
    assert found.said == []
    context.close()


def rows(page: Page) -> int:
    """Count the rows of the table that is open."""
    return page.locator(".sf-sheet tbody tr").count()


def test_a_filter_in_the_map_filters_the_tables(opened: Opened, atlas: Atlas) -> None:
    page = opened.page
    every, some = (
        sum(map(len, filters.shown(atlas, view).values())) for view in (View(), View(districts=(SONGJIANG,)))
    )
    expect(page.locator(".atlas-root")).to_have_attribute("data-shown", str(every))
    page.get_by_role("tab", name="地点清单").click()
    assert rows(page) == every
    page.locator(".atlas-chip[data-d='310117']").click()
    expect(page.locator(".atlas-root")).to_have_attribute("data-shown", str(some))
    assert rows(page) == some
    assert "d=310117" in page.url
    page.reload()
    expect(page.locator(".atlas-root")).to_have_attribute("data-shown", str(some))
    opened.asked.pop()  # the page itself, once more


def test_a_row_goes_to_its_place_and_a_figure_shows_its_evidence(opened: Opened) -> None:
    page = opened.page
    page.get_by_role("tab", name="地点清单").click()
    page.get_by_role("button", name="东华大学松江校区").click()
    expect(page.locator(".atlas-root")).to_have_attribute("data-picked", "institutions/UN01")
    page.locator(".atlas-card .atlas-source").first.click()
    window = page.locator(".sf-proof")
    expect(window).to_contain_text("出处")
    page.keyboard.press("Escape")
    expect(window).to_be_hidden()
    page.get_by_role("tab", name="文献数据").click()
    page.get_by_role("button", name="F014", exact=True).click()
    expect(window).to_contain_text("26,000")


def test_both_languages_are_complete(opened: Opened) -> None:
    page = opened.page
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("tab", name="Stated figures")).to_be_visible()
    expect(page.locator(".atlas-panel-title")).to_have_text("Layers and filters")
    assert rows(page) == 17


def test_columns_sort_both_ways_and_what_is_missing_comes_last(opened: Opened) -> None:
    page = opened.page
    heading = page.get_by_role("columnheader").filter(has_text="公布用地（亩）").get_by_role("button")
    heading.click()
    heading.click()
    assert page.locator(".sf-sheet tbody tr").nth(1).locator("th").inner_text() == "松江区"


def test_the_rows_on_the_screen_can_be_taken_away(opened: Opened) -> None:
    page = opened.page
    page.locator(".atlas-chip[data-d='310117']").click()
    page.locator("summary", has_text="导出").click()
    with page.expect_download() as waiting:
        page.locator("a[data-export='parks']").click()
    taken = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    shown = page.locator(".atlas-root").evaluate("root => root.atlas.shownIds('parks')")
    assert [feature["properties"]["id"] for feature in taken["features"]] == shown
    assert taken["filter"]["districts"] == ["310117"]
    assert taken["sources"][0]["licence"]


def test_it_fits_a_phone(chromium: Any, file: Path) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    page.locator(".atlas-root[data-ready='1']").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
