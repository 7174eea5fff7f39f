"""Map, sidebar, numbers and tables show the same places."""

from typing import Any

import pytest
from atlas_page import AtlasPage
from playwright.sync_api import expect

from app.core import filters
from app.core.atlas import Atlas
from app.core.view import View

pytestmark = pytest.mark.browser


def count(atlas: Atlas, **view: Any) -> int:
    return len(rows(atlas, View(**view)))


def rows(atlas: Atlas, view: View) -> set[tuple[str, str]]:
    return {(layer, row) for layer in view.layers for row in filters.rows(atlas, layer, view)["id"]}


def test_opening_shows_every_row_of_the_layers_that_are_on(opened: AtlasPage, atlas: Atlas) -> None:
    opened.expect_shown(count(atlas))
    assert opened.all_ids() == rows(atlas, View())
    opened.section("地点清单")
    expect(opened.table("places")).to_have_attribute("aria-rowcount", str(count(atlas) + 1))


def test_a_chip_inside_the_map_filters_at_once_and_the_page_follows(opened: AtlasPage, atlas: Atlas) -> None:
    opened.open_panel()
    opened.chip("d", "310117").click()
    wanted = count(atlas, districts=("310117",))
    assert opened.shown == wanted, "the map has filtered before the click was over"
    assert opened.address["d"] == "310117"
    opened.expect_shown(wanted)
    expect(opened.tags("行政区")).to_have_text(["松江区"])
    opened.chip("s", "devices").click()
    opened.expect_shown(count(atlas, districts=("310117",), sectors=("devices",)))
    expect(opened.tags("行业")).to_have_count(1)
    assert opened.address["s"] == "devices"
    opened.section("地点清单")
    expect(opened.table("places")).to_have_attribute("aria-rowcount", str(opened.shown + 1))


def test_clicking_chips_fast_loses_none(opened: AtlasPage, atlas: Atlas) -> None:
    codes = ("310117", "310116", "310120", "310113", "310112")
    opened.open_panel()
    for code in codes:
        opened.chip("d", code).click(no_wait_after=True)
    opened.expect_shown(count(atlas, districts=codes))
    expect(opened.tags("行政区")).to_have_count(len(codes))
    assert set(opened.address["d"].split(",")) == set(codes)
    assert set(opened.view["d"]) == set(codes)


def test_layer_switches_precision_and_towns_filter_too(opened: AtlasPage, atlas: Atlas) -> None:
    opened.open_panel("precision", "towns")
    opened.layer_box("enterprises").uncheck()
    layers = tuple(layer for layer in View().layers if layer != "enterprises")
    opened.expect_shown(count(atlas, layers=layers))
    opened.chip("p", "address").click()
    opened.expect_shown(count(atlas, layers=layers, methods=("address",)))
    opened.chip("p", "address").click()
    town = next(each for each in atlas.towns if sum(other.startswith(each) for other in atlas.towns) == 1)
    opened.panel.locator(".atlas-towns input").fill(town)
    opened.expect_shown(count(atlas, layers=layers, towns=(town,)))
    assert opened.address["t"] == town
    expect(opened.tags("街镇")).to_have_text([town])


def test_a_widget_of_the_sidebar_filters_the_map(opened: AtlasPage, atlas: Atlas) -> None:
    opened.choose("行政区", "金山区")
    wanted = count(atlas, districts=("310116",))
    opened.expect_shown(wanted)
    assert opened.address["d"] == "310116"
    opened.open_panel()
    expect(opened.chip("d", "310116")).to_have_attribute("aria-pressed", "true")
    opened.chip("d", "310117").click()
    opened.expect_shown(count(atlas, districts=("310116", "310117")))
    opened.sidebar.get_by_role("button", name="清除筛选").click()
    opened.expect_shown(count(atlas))
    assert "d" not in opened.address


def test_an_empty_result_is_said_in_a_sentence_on_every_section(tab: AtlasPage) -> None:
    tab.open("?d=310101&s=vaccines&l=parks")
    tab.expect_shown(0)
    said = tab.page.locator("[data-testid=stAlert]", has_text="当前筛选没有匹配的地点")
    expect(said).to_be_visible()
    for section in ("邻近", "地点清单", "量测对照", "土地"):
        tab.section(section)
        expect(said).to_be_visible()
        expect(tab.page.locator("[data-testid=stAlert]", has_text="程序出了错")).to_have_count(0)


def test_no_layer_at_all_is_a_view_like_any_other(tab: AtlasPage) -> None:
    tab.open("?l=none")
    tab.expect_shown(0)
    expect(tab.legend).to_contain_text("未选择图层")


def test_the_land_table_always_has_all_districts_and_a_tick_fits_the_map_to_one(tab: AtlasPage) -> None:
    tab.open("?d=310117")
    expect(tab.table("land")).to_have_attribute("aria-rowcount", str(1 + 16 + 1))
    expect(tab.cell("land", "可供用地", 0)).to_have_text("未公布")
    before = tab.place
    tab.tick_row("land", 9)
    expect(tab.root).to_have_attribute("data-cmd", "1")
    assert tab.place != before
