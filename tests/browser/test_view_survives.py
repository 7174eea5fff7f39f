"""The whole view is in the address, and the map's place belongs to the browser."""

import math
from collections.abc import Callable

import pytest
from atlas_page import AtlasPage
from playwright.sync_api import expect

from bench.serving import Server
from layers import PLACES

pytestmark = pytest.mark.browser


def off_by_px(place: str, other: str) -> float:
    """Distance between two places of the map, in pixels of their zoom; Leaflet itself rounds to whole ones."""
    (zoom, lat, lon), (zoom_2, lat_2, lon_2) = (map(float, each.split("/")) for each in (place, other))
    assert zoom == zoom_2
    return max(abs(lat - lat_2) / math.cos(math.radians(lat)), abs(lon - lon_2)) * 256 * 2**zoom / 360


def test_twenty_pans_and_zooms_cause_no_rerun_and_survive_a_filter(opened: AtlasPage) -> None:
    before = opened.frames
    for turn in range(10):
        opened.drag(*((60, 35), (-45, 50), (-70, -40), (50, -60))[turn % 4])
        place = opened.place
        opened.page.mouse.wheel(0, -240 if turn % 2 else 240)
        expect(opened.root).not_to_have_attribute("data-map", place)
        opened.stands()
    assert opened.frames == before, "a pan or a zoom has spoken to the server"
    place = opened.place
    opened.open_panel()
    opened.chip("d", "310117").click()
    expect(opened.tags("行政区")).to_have_count(1)
    opened.at_rest()
    assert opened.frames == before + 1, "a filter is one message"
    assert opened.place == place
    opened.choose("行政区", "金山区")
    expect(opened.chip("d", "310116")).to_have_attribute("aria-pressed", "true")
    assert opened.place == place


def test_pan_filter_reload_gives_the_same_view(opened: AtlasPage) -> None:
    opened.language("English")
    opened.open_panel()
    opened.drag(-120, -80)
    opened.chip("d", "310117").click()
    opened.chip("s", "biologics").click()
    opened.layer_box("breakfast_modelled").check()
    drawn = (layer.id for layer in PLACES if layer.on or layer.id == "breakfast_modelled")
    layers = ",".join(f'"{layer_id}"' for layer_id in drawn)
    expected = '{"d":["310117"],"s":["biologics"],"l":[' + layers + '],"p":[],"t":[],"coarse":false}'
    expect(opened.root).to_have_attribute("data-view", expected)
    expect(opened.tags("Sectors")).to_have_count(1)
    opened.at_rest()
    address, view, place, ids = opened.address, opened.view, opened.place, opened.all_ids()
    for _ in range(3):
        opened.reload()
    assert off_by_px(opened.place, place) < 2, "reload after reload, the map must not wander"
    assert {**opened.address, "m": ""} == {**address, "m": ""}
    assert opened.address["m"] == opened.place
    assert {key: sorted(value) if isinstance(value, list) else value for key, value in opened.view.items()} == {
        key: sorted(value) if isinstance(value, list) else value for key, value in view.items()
    }
    assert opened.all_ids() == ids
    expect(opened.root).to_have_attribute("data-lang", "en")
    expect(opened.tags("Sectors")).to_have_count(1)


def test_an_address_with_filters_opens_so(tab: AtlasPage) -> None:
    query = "?lang=en&d=310117,310116&s=devices&p=site,address&l=parks,gmp&coarse=1&m=11/31.05/121.25"
    tab.open(query)
    assert tab.view == {
        "d": ["310116", "310117"], "s": ["devices"], "l": ["gmp", "parks"], "p": ["address", "site"], "t": [],
        "coarse": True,
    }  # fmt: skip
    assert off_by_px(tab.place, "11/31.05/121.25") < 1
    expect(tab.root).to_have_attribute("data-lang", "en")
    expect(tab.tags("Districts")).to_have_count(2)
    expect(tab.sidebar.get_by_role("switch")).to_be_checked()


def test_what_the_address_says_wrongly_is_ignored_in_a_sentence(tab: AtlasPage) -> None:
    tab.open("?d=310117,999999&s=alchemy&m=here")
    said = tab.page.locator("[data-testid=stAlert]", has_text="网址中有无法识别的部分")
    expect(said).to_contain_text("999999")
    expect(said).to_contain_text("alchemy")
    assert tab.view["d"] == ["310117"]
    assert tab.shown > 0
    expect(tab.tags("行政区")).to_have_text(["松江区"])


def test_a_hostile_address_is_shown_as_text(tab: AtlasPage) -> None:
    tab.open("?d=a%60%0A%0A![p](https://evil.example/p.png)%0A%3Cimg%20src=x%20onerror=window.__hacked=1%3E&m=%3Cb%3E")
    expect(tab.page.locator("[data-testid=stAlert]", has_text="evil.example")).to_contain_text("![p]")
    assert tab.page.evaluate("window.__hacked") is None


def test_the_map_lives_on_from_rerun_to_rerun(opened: AtlasPage) -> None:
    opened.root.evaluate("root => { root.dataset.same = 'yes' }")
    opened.choose("行政区", "金山区")
    expect(opened.tags("行政区")).to_have_count(1)
    opened.section("邻近")
    opened.language("English")
    expect(opened.root).to_have_attribute("data-same", "yes")


def test_two_tabs_do_not_see_each_others_view(new_page: Callable[..., AtlasPage], server: Server) -> None:
    one, other = new_page(server.url).open(), new_page(server.url).open("?lang=en")
    whole = other.shown
    one.open_panel()
    one.chip("d", "310117").click()
    expect(one.tags("行政区")).to_have_count(1)
    other.choose("Sectors", "Vaccines")
    expect(other.root).not_to_have_attribute("data-shown", str(whole))
    assert (one.view["d"], one.view["s"]) == (["310117"], [])
    assert (other.view["d"], other.view["s"]) == ([], ["vaccines"])
    expect(one.root).to_have_attribute("data-lang", "zh")
    expect(one.tags("行业")).to_have_count(0)
    expect(other.tags("Districts")).to_have_count(0)
