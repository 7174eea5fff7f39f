"""Measuring, full screen, the modelled layer, the telephone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from atlas_page import AtlasPage
from playwright.sync_api import expect
from pyproj import Geod

from bench.serving import Server

pytestmark = pytest.mark.browser

GEOD = Geod(ellps="WGS84")
MU_M2 = 2_000 / 3
CORNERS = ((260, 300), (420, 310), (410, 430), (250, 420))


def test_two_clicks_give_the_distance_and_four_the_area(opened: AtlasPage) -> None:
    opened.page.locator("[data-tool=measure]").click()
    places = [
        opened.root.evaluate(
            "(root, at) => { const p = root.atlas.map.containerPointToLatLng(at); return [p.lng, p.lat] }", at
        )
        for at in map(list, CORNERS)
    ]
    out = opened.page.locator(".atlas-measure")
    for at in CORNERS[:2]:
        opened.page.mouse.click(opened.box["x"] + at[0], opened.box["y"] + at[1])
    metres = GEOD.inv(*places[0], *places[1])[2]
    expect(out).not_to_have_attribute("data-length-m", "0.00")
    assert float(out.get_attribute("data-length-m") or 0) == pytest.approx(metres, rel=0.002)
    expect(out.locator("[data-measure=length]")).to_contain_text(f"{metres / 1_000:.1f}"[:-2])
    for at in CORNERS[2:]:
        opened.page.mouse.click(opened.box["x"] + at[0], opened.box["y"] + at[1])
    area = abs(GEOD.polygon_area_perimeter(*zip(*places, strict=True))[0])
    expect(out.locator("[data-measure=area]")).to_contain_text("亩")
    assert float(out.get_attribute("data-area-m2") or 0) == pytest.approx(area, rel=0.002)
    said = re.search(r"([\d,]+) 亩", out.locator("[data-measure=area]").inner_text())
    assert said is not None
    assert float(said[1].replace(",", "")) == pytest.approx(area / MU_M2, rel=0.002)
    expect(opened.card).to_be_hidden()
    opened.page.keyboard.press("Escape")
    expect(out).to_be_hidden()


def test_the_map_fills_the_screen_and_comes_back(opened: AtlasPage) -> None:
    before = opened.box
    button = opened.page.get_by_role("button", name="全屏")
    button.click()
    expect(opened.page.locator(".folium-map.leaflet-fullscreen-on, .folium-map:fullscreen")).to_be_visible()
    assert opened.box["width"] > before["width"]
    opened.open_panel()
    opened.chip("d", "310117").click()
    expect(opened.root).to_have_attribute("data-view", re.compile("310117"))
    opened.page.get_by_role("button", name="全屏").click()
    expect(opened.page.locator(".folium-map.leaflet-fullscreen-on, .folium-map:fullscreen")).to_have_count(0)
    expect(opened.tags("行政区")).to_have_count(1)


def test_simulated_points_are_off_at_first_drawn_hollow_and_in_no_statistic(
    opened: AtlasPage, counts: dict[str, Any]
) -> None:
    fetch = "async name => (await fetch(`/export/${name}.csv${location.search}`)).text()"
    opened.open_panel()
    expect(opened.layer_box("breakfast_modelled")).not_to_be_checked()
    expect(opened.legend).not_to_contain_text("假想")
    before = opened.shown
    tables = {name: opened.page.evaluate(fetch, name) for name in ("nearby", "nearby_districts", "land", "sectors")}
    opened.layer_box("breakfast_modelled").check()
    expect(opened.root).to_have_attribute("data-shown", str(before + counts["modelled"]))
    expect(opened.legend).to_contain_text("虚线点为模型生成的假想点")
    expect(opened.legend).to_contain_text(str(counts["modelled"]))
    # apart from the number of real places, never in it
    expect(opened.metrics.first).to_have_text(str(before))
    expect(opened.apart).to_have_text(f"+ {counts['modelled']} 模拟")
    assert "breakfast_modelled" in opened.address["l"]
    assert {name: opened.page.evaluate(fetch, name) for name in tables} == tables
    opened.root.evaluate("root => root.atlas.setView({l: ['breakfast_modelled']})")
    layer = opened.page.evaluate("async () => (await fetch('/layers/breakfast_modelled.geojson')).json()")
    lon, lat = layer["features"][0]["geometry"]["coordinates"]
    opened.look_at(lon, lat, 16)
    red, green, blue, alpha = opened.ink(lon, lat)
    assert (alpha < 140, min(red, green, blue) > 200) == (True, True), "the middle of a simulated point is empty"
    opened.page.mouse.move(*opened.point(lon, lat))
    opened.click(lon, lat)
    expect(opened.card).to_contain_text("并非真实地点")


def test_a_telephone_can_read_the_map_and_filter_it(new_page: Callable[..., AtlasPage], server: Server) -> None:
    tab = new_page(server.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).open()
    expect(tab.sidebar).to_have_attribute("data-collapsed", "true")
    width = tab.page.evaluate(
        "Math.max(document.scrollingElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth)"
    )
    assert width <= 390, "the page can be pushed sideways"
    assert 300 <= tab.box["width"] <= 390
    assert tab.box["height"] >= 300
    toggle = tab.panel.locator(".atlas-panel-toggle")
    toggle.scroll_into_view_if_needed()
    toggle.tap()
    before = tab.shown
    chip = tab.chip("d", "310117")
    chip.scroll_into_view_if_needed()
    chip.tap()
    expect(tab.root).not_to_have_attribute("data-shown", str(before))
    frame, own = tab.panel.locator(".atlas-panel-body").bounding_box(), tab.box
    assert frame is not None
    assert frame["x"] >= own["x"] - 1
    assert frame["x"] + frame["width"] <= own["x"] + own["width"] + 1
    toggle.tap()
    expect(tab.panel.locator(".atlas-panel-body")).to_be_hidden()
    tab.expect_shown(tab.shown)
