"""A reader's own file: in by the import, on the map, in every number, out again; and in nobody else's session."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from atlas_page import AtlasPage
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

MARKUP = '<img src=x onerror="document.title=1">{{7*7}}'
DISCARD, ACCEPT, SAVE = (f".st-key-w_own_{name}" for name in ("discard", "accept", "save"))
# name, district, longitude, latitude, area: two rows of plots, one in each district
PLACES = (("松江区", 121.22, 31.03), ("闵行区", 121.38, 31.11))
ROWS = [
    (f"地块 {at}", name, lon + at * 0.002, lat, f"{at + 1}0亩")
    for at in range(20)
    for name, lon, lat in [PLACES[at % 2]]
]
LAST = (f'"{MARKUP.replace(chr(34), 2 * chr(34))}"', "火星区", 121.23, 31.05, "很大")


@pytest.fixture
def plots(tmp_path: Path) -> Path:
    lines = [
        "名称,所在区,经度,纬度,用地面积",
        *(",".join(map(str, row)) for row in [*ROWS, LAST]),
    ]
    path = tmp_path / "plots.csv"
    path.write_bytes("\n".join(lines).encode("gb18030"))
    return path


def bring(tab: AtlasPage, path: Path) -> None:
    tab.page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(path)
    expect(tab.page.locator(DISCARD)).to_be_visible(timeout=20_000)
    tab.at_rest()


def alerts(tab: AtlasPage) -> str:
    return " ".join(tab.page.locator("[data-testid=stMain] [data-testid=stAlert]").all_inner_texts())


def accept(tab: AtlasPage) -> None:
    with tab.rerun():
        tab.page.locator(f"{ACCEPT} button").first.click()
    expect(tab.page.locator(DISCARD)).to_have_count(0)
    expect(tab.page.locator(SAVE)).to_be_visible()


def test_a_list_goes_through_the_door_onto_the_map_and_into_a_file(tab: AtlasPage, plots: Path) -> None:
    tab.open("?tab=own&lang=en")
    before = tab.shown
    bring(tab, plots)
    assert "21 rows can be accepted" in alerts(tab)
    assert "please name it" in alerts(tab), "twenty points on two lines tell no datum"
    expect(tab.page.locator(f"{ACCEPT} button").first).to_be_disabled()
    assert tab.shown == before, "a preview counts nowhere"
    expect(tab.root).to_have_attribute("data-results", "preview:21")
    tab.pick("Datum", "GCJ-02 degrees (AMap, Tencent)")
    expect(tab.page.locator(f"{ACCEPT} button").first).to_be_enabled(timeout=20_000)
    accept(tab)
    expect(tab.root).to_have_attribute("data-shown", str(before + 21))
    expect(tab.metrics.first).to_have_text(str(before))
    expect(tab.apart).to_have_text("+ 21 own")
    assert tab.ids("own1") == [f"own1-{row}" for row in range(1, 22)]
    assert "own1" in tab.address["l"]
    assert "own=" not in tab.page.url, "the address never holds what opens the session"
    with tab.rerun():
        tab.root.evaluate("root => root.atlas.setView({d: ['310117']})")
    songjiang = [row for row in range(1, 21) if row % 2] + [
        21
    ]  # the last one says no district that exists, and lies there
    assert tab.ids("own1") == [f"own1-{row}" for row in songjiang]
    with tab.page.expect_download() as got:
        tab.page.locator("a[href^='/export/own1.geojson?']").last.click()
    document = json.loads(Path(got.value.path()).read_text(encoding="utf-8"))
    assert [each["properties"]["id"] for each in document["features"]] == tab.ids("own1")
    assert document["features"][0]["properties"]["area_m2"] == pytest.approx(10 * 2000 / 3)
    assert document["features"][0]["geometry"]["coordinates"][0] < 121.22, "GCJ-02 lies east of WGS-84 here"
    assert "own=" not in json.dumps(document["filter"]), "nor does a file that is handed on"


def test_a_list_stands_in_the_tables_of_land_and_proximity_apart_from_the_atlass_own(
    tab: AtlasPage, plots: Path
) -> None:
    tab.open("?tab=own&lang=en&d=310117")
    bring(tab, plots)
    tab.pick("Datum", "WGS-84 degrees")
    expect(tab.page.locator(f"{ACCEPT} button").first).to_be_enabled(timeout=20_000)
    accept(tab)
    assert len(tab.ids("own1")) == 11
    tab.section("Land")
    own = tab.page.locator("[data-testid=stDataFrame] table[role=grid]", has_text="Land stated")
    expect(own).to_have_count(2)
    assert [table.get_attribute("aria-rowcount") for table in own.all()] == ["3", "2"], "district and all; sectors: all"
    expect(own.first.locator("tbody tr").first).to_contain_text("Songjiang11")
    assert tab.rows("land") == 17, "the atlas's own table is what it was"
    tab.section("Proximity")
    assert tab.rows("own_nearby_none") == 11
    with tab.rerun():
        tab.tick_row("own_nearby_none", 2)
    expect(tab.page.locator(".atlas-card h3")).to_have_text("地块 4")


def test_a_project_file_brings_everything_back_and_another_session_sees_nothing(
    tab: AtlasPage, new_page: Callable[..., AtlasPage], plots: Path, tmp_path: Path
) -> None:
    tab.open("?tab=own")
    bring(tab, plots)
    expect(tab.root).to_have_attribute("data-results", "preview:21")
    tab.pick("坐标基准", "WGS-84 经纬度")
    expect(tab.page.locator(f"{ACCEPT} button").first).to_be_enabled(timeout=20_000)
    accept(tab)
    with tab.rerun():
        tab.root.evaluate("root => root.atlas.setView({d: ['310112']})")
    with tab.page.expect_download() as got:
        tab.page.locator(f"{SAVE} button").click()
    project = tmp_path / "mine.atlas.zip"
    got.value.save_as(project)
    own, address = tab.ids("own1"), tab.page.url
    assert own
    other = new_page(tab.url)
    other.open("?" + address.partition("?")[2])
    assert "l=own1" in alerts(other), "what is not there is said"
    assert other.ids("own1") == []
    other.page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(project)
    expect(other.page.locator(SAVE)).to_be_visible(timeout=20_000)
    other.at_rest()
    assert other.ids("own1") == own
    assert other.view["d"] == ["310112"]


def test_what_cannot_be_read_is_a_sentence_and_markup_stays_text(tab: AtlasPage, plots: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.geojson"
    broken.write_text('{"type": "FeatureCollection", "features": [{"type":', encoding="utf-8")
    tab.open("?tab=own&lang=en")
    bring(tab, broken)
    assert "cut off" in alerts(tab)
    expect(tab.page.locator(ACCEPT)).to_have_count(0)
    with tab.rerun():
        tab.page.locator(f"{DISCARD} button").click()
    bring(tab, plots)
    expect(tab.root).to_have_attribute("data-results", "preview:21")
    tab.pick("Datum", "WGS-84 degrees")
    expect(tab.page.locator(f"{ACCEPT} button").first).to_be_enabled(timeout=20_000)
    accept(tab)
    with tab.rerun():
        tab.root.evaluate("root => root.atlas.setView({l: ['own1']})")
    with tab.rerun():
        tab.page.get_by_role("button", name="Remove").click()
    assert "own1" not in tab.view["l"]
    assert tab.page.title() != "1"
