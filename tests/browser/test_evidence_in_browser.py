"""A reader clicks a number and sees the passage that says it; time and section live in the address."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from atlas_page import AtlasPage
from playwright.sync_api import Locator, expect

from app.core.atlas import DEFAULT_DATA, DOCUMENTS_VARIABLE, load_atlas
from bench.serving import ROOT, Server, streamlit

pytestmark = pytest.mark.browser

EVIDENCE = load_atlas(DEFAULT_DATA).evidence
HOSTILE = '<img src=x onerror="window.__hacked=1"><script>window.__hacked=1</script>{{7*7}}'
WINDOW = re.compile("^(依据|Evidence)$")
SUPPLY = "截至当天应推出的可供用地"


@pytest.fixture(scope="module")
def documents() -> Path:
    """Name the folder of the source documents, as the environment does."""
    named = os.environ.get(DOCUMENTS_VARIABLE)
    if not named:
        pytest.skip(f"{DOCUMENTS_VARIABLE} does not name the folder of the source documents")
    return Path(named)


@pytest.fixture(scope="module")
def reading(documents: Path, log_folder: Path) -> Iterator[Server]:
    """Serve the atlas with the documents at hand."""
    with served(log_folder / "reading.txt", documents) as running:
        yield running


@pytest.fixture(scope="module")
def bare(log_folder: Path) -> Iterator[Server]:
    """Serve the atlas without any document."""
    with served(log_folder / "bare.txt", "") as running:
        yield running


@pytest.fixture(scope="module")
def hostile(documents: Path, tmp_path_factory: pytest.TempPathFactory, log_folder: Path) -> Iterator[Server]:
    """Serve documents of which one holds markup just before the passage of F014, and data that accept it."""
    texts, data = (tmp_path_factory.mktemp("hostile") / name for name in ("documents", "data"))
    shutil.copytree(documents, texts)
    shutil.copytree(DEFAULT_DATA, data)
    figure = EVIDENCE.figures["F014"]
    document = EVIDENCE.documents[figure.document]
    text = (documents / document.file).read_bytes().decode("utf-8")
    start = figure.pointer[0][0]
    # as long as what it stands for: every later pointer keeps its place
    text = text[: start - len(HOSTILE)] + HOSTILE + text[start:]
    (texts / document.file).write_bytes(text.encode())
    register = data / "documents.toml"
    known = register.read_text(encoding="utf-8")
    changed = known.replace(document.sha256, hashlib.sha256(text.encode()).hexdigest())
    register.write_text(changed, encoding="utf-8")
    with served(log_folder / "hostile.txt", texts, ATLAS_DATA=str(data)) as running:
        yield running


def served(log: Path, documents: Path | str, **settings: str) -> Any:
    """Serve the atlas with a folder of documents, or with none."""
    environment = {DOCUMENTS_VARIABLE: str(documents), **settings}
    return streamlit(ROOT / "atlas_app.py", log=log, health="/healthz", settings=environment)


def dialog(tab: AtlasPage) -> Locator:
    """Wait for the window with the evidence."""
    window = tab.page.get_by_role("dialog", name=WINDOW)  # the card on the map is one, too
    expect(window).to_be_visible()
    return window


def expect_passage(tab: AtlasPage, figure: str) -> None:
    """Wait until exactly a figure's passage is highlighted in the open window."""
    window = dialog(tab)
    expect(window).to_contain_text(figure)
    expect(window.locator(".atlas-passage mark").first).to_be_visible()
    pieces = window.locator(".atlas-passage mark").all_text_contents()
    spans = EVIDENCE.figures[figure].pointer
    # on the page in the order of the document, in the hash in the order of the pointer
    shown = dict(zip(sorted(spans), pieces, strict=True))
    marked = "".join("".join(shown[span] for span in spans).split())
    assert hashlib.sha256(marked.encode()).hexdigest() == EVIDENCE.figures[figure].passage_sha256, figure
    assert len("".join(window.locator(".atlas-passage").inner_text().split())) > len(marked), "no context around it"


def open_card(tab: AtlasPage, layer: str, row_id: str) -> None:
    """Click a place on the map, with its layer alone on it."""
    said = tab.page.evaluate("async l => (await fetch(`/layers/${l}.geojson`)).text()", layer)
    (place,) = [each["geometry"]["coordinates"] for each in json.loads(said)["features"] if each["id"] == row_id]
    tab.root.evaluate("(root, layer) => root.atlas.setView({l: [layer]})", layer)
    tab.look_at(*place, zoom=16)
    tab.stands()
    tab.click(*place)
    expect(tab.card).to_be_visible()


def metric(tab: AtlasPage, label: str) -> Locator:
    """One of the large numbers, by its label."""
    return tab.page.locator("[data-testid=stMetric]", has_text=label).locator("[data-testid=stMetricValue]")


def test_the_evidence_of_land_supply_opens_with_its_passage(
    new_page: Callable[..., AtlasPage], reading: Server
) -> None:
    tab = new_page(reading.url).open()
    tab.page.get_by_role("button", name="依据 F014").click()
    expect_passage(tab, "F014")
    expect(dialog(tab)).to_contain_text("26,000亩")
    expect(dialog(tab)).to_contain_text("原文已核")


def test_a_figure_on_a_card_opens_with_its_passage(new_page: Callable[..., AtlasPage], reading: Server) -> None:
    tab = new_page(reading.url).open()
    open_card(tab, "gmp", "GM01")
    tab.card.locator(".atlas-source", has_text="F061").first.click()
    expect_passage(tab, "F061")
    # it is in conflict C08: the statement, the rule, and the lowest step of the ladder
    expect(dialog(tab)).to_contain_text("C08")
    expect(dialog(tab)).to_contain_text("1 / 5")


def test_a_row_of_the_list_opens_and_opens_again(new_page: Callable[..., AtlasPage], reading: Server) -> None:
    tab = new_page(reading.url).open("?tab=figures&fq=F001")
    expect(tab.cell("figures", "编号", 0)).to_have_text("F001")
    for _ in range(2):
        tab.tick_row("figures", 0)
        expect_passage(tab, "F001")
        with tab.rerun():
            tab.page.keyboard.press("Escape")
        expect(tab.page.get_by_role("dialog", name=WINDOW)).to_have_count(0)


def test_a_passage_in_two_pieces_is_highlighted_in_both(new_page: Callable[..., AtlasPage], reading: Server) -> None:
    tab = new_page(reading.url).open("?tab=figures&fq=F006&lang=en")
    tab.tick_row("figures", 0)
    expect_passage(tab, "F006")
    expect(dialog(tab).locator(".atlas-passage mark")).to_have_count(2)
    expect(dialog(tab).locator(".atlas-passage")).to_have_attribute("lang", "zh-CN")


@pytest.mark.parametrize(
    ("lang", "button", "how"), [("zh", "依据 F014", "用环境变量"), ("en", "Evidence F014", "environment variable")]
)
def test_without_documents_the_citation_stands_and_how_to_add_them(
    new_page: Callable[..., AtlasPage], bare: Server, lang: str, button: str, how: str
) -> None:
    tab = new_page(bare.url).open(f"?lang={lang}")
    tab.page.get_by_role("button", name=button).click()
    document = EVIDENCE.documents["D000"]
    window = dialog(tab)
    expect(window).to_contain_text(document.title_en if lang == "en" else document.title_zh)
    expect(window).to_contain_text("2021-10-14")
    expect(window).to_contain_text(how)
    expect(window).to_contain_text(DOCUMENTS_VARIABLE)
    expect(window.locator(".atlas-passage")).to_have_count(0)


def test_markup_in_a_document_stays_text(new_page: Callable[..., AtlasPage], hostile: Server) -> None:
    tab = new_page(hostile.url).open()
    tab.page.get_by_role("button", name="依据 F014").click()
    expect_passage(tab, "F014")
    shown = dialog(tab).locator(".atlas-passage")
    expect(shown).to_contain_text(HOSTILE)
    expect(shown.locator("img, script")).to_have_count(0)
    assert tab.page.evaluate("window.__hacked") is None


def test_section_and_day_are_in_the_address_and_survive_a_reload(
    new_page: Callable[..., AtlasPage], bare: Server
) -> None:
    tab = new_page(bare.url).open("?tab=time&asof=2022-12-31")
    for _ in range(2):
        expect(metric(tab, SUPPLY)).to_have_text("12,500亩")
        expect(tab.page.get_by_role("slider")).to_have_attribute("aria-valuetext", "2022-12-31")
        assert (tab.address["tab"], tab.address["asof"]) == ("time", "2022-12-31")
        tab.reload()
    tab.section("数据质量")
    counted = tab.page.locator("[data-testid=stExpander]", has_text="地点按定位方式").locator(
        "[data-testid=stDataFrame]"
    )
    expect(counted).to_be_visible()
    expect(tab.page).to_have_url(re.compile("tab=quality"))
    tab.reload()
    assert tab.address["tab"] == "quality"
    expect(counted).to_be_visible()


def test_the_slider_changes_what_was_due(new_page: Callable[..., AtlasPage], bare: Server) -> None:
    tab = new_page(bare.url).open("?tab=time&asof=2022-12-31")
    expect(metric(tab, SUPPLY)).to_have_text("12,500亩")
    known = int(metric(tab, "当时已发布的文献数据").inner_text())
    slider = tab.page.get_by_role("slider")
    slider.focus()
    slider.press("ArrowLeft")
    expect(metric(tab, SUPPLY)).to_have_text("尚未到期")
    expect(metric(tab, "当时已发布的文献数据")).not_to_have_text(str(known))
    expect(tab.page).to_have_url(re.compile("asof=2022-10-24"))
    slider.press("End")
    expect(metric(tab, SUPPLY)).to_have_text("约26,000亩")
