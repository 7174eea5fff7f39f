"""The analysis panel: an answer on the map, in a table, in a file and in the address, and never among the places."""

import json
import re

import pytest
from atlas_page import AtlasPage
from playwright.sync_api import expect

from app.core.atlas import Atlas
from app.core.groups import measured_rows

pytestmark = pytest.mark.browser


def test_weak_areas_are_drawn_over_the_places_and_counted_nowhere(tab: AtlasPage) -> None:
    tab.open("?tab=analysis&an=cover&to=universities&d=310117")
    expect(tab.root).to_have_attribute("data-results", "result_possibly:1 result_weak:1")
    shown = tab.shown
    expect(tab.page.get_by_text("未知，不等于没有").first).to_be_visible()
    tab.page.get_by_text("我声明目标名单是完整的").click()
    expect(tab.page.get_by_text("名单由您声明完整").first).to_be_visible()
    assert tab.address["complete"] == "1"
    tab.at_rest()
    assert tab.shown == shown
    tab.page.get_by_role("radio", name="土地", exact=True).click()
    expect(tab.root).to_have_attribute("data-results", "")


def test_a_list_of_which_some_takes_no_part_says_so_however_complete_it_is_declared(tab: AtlasPage) -> None:
    tab.open("?tab=analysis&an=cover&d=310117&complete=1")
    expect(tab.page.get_by_text("其中1处位置太粗或不详")).to_be_visible()
    expect(tab.page.get_by_text("未知，不等于没有").first).to_be_visible()


def test_lines_to_the_nearest_are_drawn_and_in_a_file(tab: AtlasPage, atlas: Atlas) -> None:
    parks = len(measured_rows(atlas, "parks", coarse=False))
    tab.open("?tab=analysis&an=near&from=parks&to=hospitals&r=3000&lang=en")
    expect(tab.root).to_have_attribute("data-results", f"result_near:{parks}")
    expect(tab.legend).to_contain_text("Straight lines to the nearest")
    link = tab.page.get_by_role("link", name="Download GeoJSON")
    file = json.loads(tab.page.request.get(link.evaluate("a => a.href")).text())
    assert len(file["features"]) == parks
    tab.page.get_by_role("radio", name="Land", exact=True).click()
    expect(tab.root).to_have_attribute("data-results", "")


def test_proposals_have_a_card_a_table_and_a_file(tab: AtlasPage) -> None:
    tab.open("?tab=analysis&an=site&d=310105&r=1000&n=3&l=parks&lang=en")
    expect(tab.root).to_have_attribute("data-results", "result_proposals:3")
    expect(tab.legend).to_contain_text("Proposed points")
    link = tab.page.get_by_role("link", name="Download GeoJSON")
    file = json.loads(tab.page.request.get(link.evaluate("a => a.href")).text())
    lon, lat = file["features"][0]["geometry"]["coordinates"]
    spot = tab.root.evaluate("(root, [lon, lat]) => root.atlas.project(lon, lat)", [lon, lat])
    box = tab.page.locator(".atlas-map").bounding_box()
    assert box is not None
    tab.page.mouse.click(box["x"] + spot["x"], box["y"] + spot["y"])
    expect(tab.card).to_contain_text("no existing place")
    tab.reload()
    expect(tab.root).to_have_attribute("data-results", "result_proposals:3")


def test_a_question_without_an_answer_is_a_sentence(tab: AtlasPage) -> None:
    tab.open("?tab=analysis&an=site&to=g60&lang=en")
    expect(tab.page.locator("[data-testid=stAlert]", has_text="A new point cannot join a line")).to_be_visible()
    tab.open("?tab=analysis&an=site&cand=hospitals&lang=en")
    expect(tab.page.locator("[data-testid=stAlert]", has_text="fewer candidates than new points")).to_be_visible()
    tab.open("?tab=analysis&an=site&n=3&min=2&lang=en")
    expect(tab.page.locator("[data-testid=stAlert]", has_text="minimum per district cannot be met")).to_be_visible()


def test_candidates_of_a_layer_are_picked_drawn_and_kept_in_the_address(tab: AtlasPage) -> None:
    tab.open("?tab=analysis&an=site&r=3000&n=2&l=parks&lang=en")
    expect(tab.root).to_have_attribute("data-results", "result_proposals:2")
    with tab.rerun():
        tab.pick("Where they may stand", "Biomedical parks")
    assert tab.address["cand"] == "parks"
    expect(tab.page.get_by_text("places (Biomedical parks) known well enough")).to_be_visible()
    expect(tab.page.get_by_text("within a district equal gains say nothing about where")).to_be_visible()
    link = tab.page.get_by_role("link", name="Download GeoJSON")
    expect(link).to_have_attribute("href", re.compile("cand=parks"))
    file = json.loads(tab.page.request.get(link.evaluate("a => a.href")).text())
    assert {each["properties"]["candidate_layer"] for each in file["features"]} == {"parks"}
    assert all(each["properties"]["candidate_id"] for each in file["features"])
    tab.reload()
    expect(tab.root).to_have_attribute("data-results", "result_proposals:2")
    expect(tab.page.get_by_text("places (Biomedical parks) known well enough")).to_be_visible()


def test_a_bar_shows_how_long_the_search_runs_and_its_plan_is_drawn_filed_and_kept(tab: AtlasPage) -> None:
    tab.open("?tab=analysis&an=site&goal=center&cand=parks&demand=places&n=5&lang=en")
    link = tab.page.get_by_role("link", name="Download GeoJSON")
    quick = json.loads(tab.page.request.get(link.evaluate("a => a.href")).text())
    tab.page.locator("[data-testid=stCheckbox]", has_text="Search for the best").locator("label").click()
    expect(tab.page.locator("[data-testid=stAlert]", has_text="best p")).to_be_visible(timeout=60_000)
    expect(tab.page).to_have_url(re.compile("best=1"))
    expect(link).to_have_attribute("href", re.compile("best=1"))
    best = json.loads(tab.page.request.get(link.evaluate("a => a.href")).text())
    worst = [file["analysis"]["plan"]["worst_after_m"] for file in (quick, best)]
    assert worst[1] < worst[0]
    expect(tab.root).to_have_attribute("data-results", "result_proposals:5")
    tab.reload()
    expect(tab.page.locator("[data-testid=stAlert]", has_text="best p")).to_be_visible(timeout=60_000)


def test_a_bar_shows_how_long_a_long_search_runs_and_goes_with_the_answer(tab: AtlasPage) -> None:
    tab.open("?tab=analysis&an=site&d=310112&r=2000&n=15&lang=en")
    bar = tab.page.locator("[data-testid=stProgress]")
    expect(bar).to_have_count(0)
    tab.page.locator("[data-testid=stCheckbox]", has_text="Search for the best").locator("label").click()
    expect(bar).to_contain_text("s of at most 30 s")
    expect(tab.page.locator("[data-testid=stAlert]", has_text="best p")).to_be_visible(timeout=60_000)
    expect(bar).to_have_count(0)
