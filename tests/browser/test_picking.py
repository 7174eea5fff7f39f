"""A place picked on the map is found in the table, and one picked in the table is shown on the map."""

import json
from collections import defaultdict
from typing import Any

import pytest
from atlas_page import AtlasPage
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

BADGE = (0x26, 0x36, 0x4A)
Row = tuple[str, str, dict[str, Any]]


def rows_by_place(tab: AtlasPage) -> dict[tuple[float, float], list[Row]]:
    """Shown point rows by their position: layer, id, properties."""
    found: dict[tuple[float, float], list[Row]] = defaultdict(list)
    for layer in tab.view["l"]:
        shown = set(tab.ids(layer))
        text = tab.page.evaluate("async layer => (await fetch(`/layers/${layer}.geojson`)).text()", layer)
        for feature in json.loads(text)["features"]:
            own = feature["properties"]
            if feature["geometry"]["type"] == "Point" and own["id"] in shown:
                found[tuple(feature["geometry"]["coordinates"])].append((layer, own["id"], own))
    return found


def test_a_place_picked_on_the_map_opens_its_card_and_stands_first_in_the_table(opened: AtlasPage) -> None:
    opened.section("地点清单")
    place, [(layer, row_id, row)] = next(
        (place, rows) for place, rows in rows_by_place(opened).items() if len(rows) == 1 and rows[0][0] == "gmp"
    )
    opened.look_at(*place)
    opened.page.mouse.move(*opened.point(*place))
    expect(opened.page.locator(".atlas-tip")).to_contain_text(row["name_zh"])
    opened.click(*place)
    expect(opened.root).to_have_attribute("data-picked", f"{layer}/{row_id}")
    expect(opened.card).to_contain_text(row["name_zh"])
    for line in row["card"]:
        expect(opened.card).to_contain_text(line["label_zh"])
    expect(opened.page.locator("[data-testid=stMain]")).to_contain_text(f"选中：{row['name_zh']}")
    expect(opened.cell("places", "选中", 0)).to_have_text("●")
    expect(opened.cell("places", "编号", 0)).to_have_text(row_id)
    expect(opened.cell("places", "选中", 1)).to_have_text("")
    opened.card.locator(".atlas-close").click()
    expect(opened.root).to_have_attribute("data-picked", "")
    expect(opened.page.locator("[data-testid=stMain]")).to_contain_text("在地图或表中点选一个地点")


@pytest.mark.parametrize("section", ["地点清单", "邻近"])
def test_a_row_picked_in_a_table_moves_the_map_and_opens_the_card(opened: AtlasPage, section: str) -> None:
    opened.section(section)
    table = {"地点清单": "places", "邻近": "nearby"}[section]
    before = opened.place
    name = opened.cell(table, "名称", 4).text_content() or ""
    opened.tick_row(table, 4)
    expect(opened.root).to_have_attribute("data-cmd", "1")
    expect(opened.card).to_contain_text(name)
    assert opened.place != before
    layer, row_id = (opened.root.get_attribute("data-picked") or "/").split("/")
    assert row_id in opened.ids(layer)
    expect(opened.cell(table, "选中", 0)).to_have_text("●")
    expect(opened.cell(table, "名称", 0)).to_have_text(name)
    opened.tick_row(table, 3)
    expect(opened.root).to_have_attribute("data-cmd", "2")


def test_a_place_found_by_name_inside_the_map_opens_its_card(opened: AtlasPage) -> None:
    opened.open_panel()
    opened.panel.get_by_role("searchbox").fill("松江枢纽")
    opened.panel.locator(".atlas-results button").first.click()
    expect(opened.card).to_contain_text("松江枢纽")
    expect(opened.page.locator("[data-testid=stMain]")).to_contain_text("选中：")


def test_places_at_one_position_show_a_count_and_a_list(opened: AtlasPage) -> None:
    by_place = rows_by_place(opened)
    place, rows = max(by_place.items(), key=lambda item: len(item[1]))
    assert len(rows) > 1
    opened.look_at(*place, zoom=15)
    assert any(opened.ink(*place, right=right, down=-11)[:3] == BADGE for right in (4, 5, 6, 7, 8, 9, 10)), (
        "no badge is drawn beside the symbol"
    )
    alone = next(place for place, rows in by_place.items() if len(rows) == 1 and rows[0][0] == "parks")
    opened.look_at(*alone, zoom=15)
    assert all(opened.ink(*alone, right=right, down=-11)[:3] != BADGE for right in range(2, 12))
    opened.look_at(*place, zoom=15)
    opened.page.mouse.move(*opened.point(*place))
    expect(opened.page.locator(".atlas-tip")).to_contain_text(f"此处共 {len(rows)} 个地点")
    opened.click(*place)
    expect(opened.card.locator("h3")).to_have_text(f"此处有 {len(rows)} 个地点")
    expect(opened.card.locator(".atlas-list li")).to_have_count(len(rows))
    opened.card.locator(".atlas-list li button").nth(1).click()
    expect(opened.card).to_contain_text(f"同一位置另有 {len(rows) - 1} 处")
    assert (opened.root.get_attribute("data-picked") or "").split("/")[1] in {row_id for _, row_id, _ in rows}
