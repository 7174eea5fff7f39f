"""中文 and English: the whole page, the map's controls too."""

import re

import pytest
from atlas_page import AtlasPage
from playwright.sync_api import expect

from app.exporters.catalogue import FORMATS

pytestmark = pytest.mark.browser

CHINESE = re.compile(r"[\u3400-\u9fff]+")
WORDS = re.compile(r"[A-Za-z]{3,}(?:[ -]+[A-Za-z]{3,})+|\b[a-z]{4,}\b")
CHROME = """() => {
  const parts = document.querySelectorAll(`
    [data-testid=stSidebar] *, [data-testid=stMain] [data-testid=stMarkdownContainer] *,
    .atlas-panel *, .atlas-legend *, .atlas-measure *, .leaflet-control-container button, .leaflet-control-container a,
    [data-testid=stDataFrame] th`)
  const found = new Set()
  for (const part of parts) {
    if (part.closest('template, .leaflet-control-attribution, datalist')) continue
    for (const name of ['title', 'aria-label', 'placeholder']) {
      if (part.getAttribute(name)) found.add(part.getAttribute(name))
    }
    for (const node of part.childNodes) if (node.nodeType === 3 && node.data.trim()) found.add(node.data.trim())
  }
  return [...found]
}"""
SECTIONS = {
    "zh": ("土地", "邻近", "地点清单", "量测对照", "自有数据", "说明与来源"),
    "en": ("Land", "Proximity", "Places", "Measured / published", "Your data", "Method and sources"),
}
# Names that stand in both languages, the switch itself, and the labels that are written in both on purpose.
CHINESE_ALLOWED = ("中文", "亩", "语言 Language", "天地图", "高德")
ENGLISH_ALLOWED = (
    *sorted((form.title for form in FORMATS.values()), key=len, reverse=True),  # "GeoJSON lines" before "GeoJSON"
    "English", "OpenStreetMap", "Language", "docs/method.md", "pyproj", "GMP",
    # Streamlit's own words, which it gives no way to translate
    "Open", "Select all", "Help for", "Show/hide columns", "Download as", "Search", "Fullscreen", "Clear", "Remove",
    "Show data", "Copy Vega-Lite spec", "Link to heading", "Close fullscreen", "Zoom in", "Zoom out", "Selected values",
    "Collapse sidebar", "Expand sidebar", "per file",  # the last is hidden, ours stands in its place
)  # fmt: skip


def chrome(tab: AtlasPage) -> list[str]:
    """Every text and name of the page's own words: the sources' names and texts are not among them."""
    expected = "[data-testid=stFileUploader]" if tab.address.get("tab") == "own" else "table[role=grid] th"
    expect(tab.page.locator(expected).first).to_be_attached()
    return list(tab.page.evaluate(CHROME))


def without(text: str, allowed: tuple[str, ...]) -> str:
    for each in allowed:
        text = text.replace(each, "")
    return text


def test_in_english_no_chinese_is_left_but_names(opened: AtlasPage) -> None:
    opened.language("English")
    opened.open_panel("precision", "towns", "basemap", "export")
    left: set[str] = set()
    for section in SECTIONS["en"]:
        opened.section(section)
        left |= {text for text in chrome(opened) if CHINESE.search(without(text, CHINESE_ALLOWED))}
    assert left == set()
    for part in (".atlas-root", "html"):
        expect(opened.page.locator(part)).to_have_attribute("lang", "en")
    expect(opened.page).to_have_title("Shanghai Biomedical Planning Atlas")
    opened.section("Land")
    expect(opened.cell("land", "Land supply", 0)).to_have_text("not published")


def test_in_chinese_no_english_phrase_is_left(opened: AtlasPage) -> None:
    opened.open_panel("precision", "towns", "basemap", "export")
    left: set[str] = set()
    for section in SECTIONS["zh"]:
        opened.section(section)
        left |= {text for text in chrome(opened) if WORDS.search(without(text, ENGLISH_ALLOWED)) and len(text) < 80}
    assert left == set()
    expect(opened.page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(opened.page).to_have_title("上海生物医药产业规划图集")


def test_a_table_offers_no_csv_but_the_safe_one(opened: AtlasPage) -> None:
    opened.page.get_by_test_id("stDataFrame").first.hover()
    toolbar = opened.page.get_by_test_id("stElementToolbar").last
    expect(toolbar.get_by_role("button", name="Search")).to_be_visible()
    expect(opened.page.get_by_role("button", name="Download as CSV")).to_have_count(0)


def test_the_switch_of_language_keeps_filters_card_and_place(opened: AtlasPage) -> None:
    opened.open_panel()
    opened.chip("d", "310117").click()
    expect(opened.tags("行政区")).to_have_count(1)
    shown, place = opened.shown, opened.place
    opened.language("English")
    assert (opened.shown, opened.place, opened.view["d"]) == (shown, place, ["310117"])
    assert opened.address["lang"] == "en"
    opened.open_panel()
    expect(opened.chip("d", "310117")).to_have_text("Songjiang")
    expect(opened.tags("Districts")).to_have_count(1)
    opened.language("中文")
    assert "lang" not in opened.address
    assert (opened.shown, opened.place) == (shown, place)
