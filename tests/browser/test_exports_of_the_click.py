"""A file holds exactly the rows that were on the screen at the click."""

import csv
import io
import json
from itertools import pairwise
from typing import Any

import pytest
from atlas_page import AtlasPage
from playwright.sync_api import Download, expect

pytestmark = pytest.mark.browser

FILTER_AND_FETCH = """async (root, [chip, name]) => {
  document.querySelector(chip).click()
  const link = document.querySelector(`.atlas-exports a[data-export='${name}']`)
  const view = root.atlas.view()
  const ids = Object.fromEntries(view.l.map(layer => [layer, root.atlas.shownIds(layer)]))
  return { ids, text: await (await fetch(link.href)).text() }
}"""


def check_rfc_7946(document: dict[str, Any]) -> None:
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document
    for feature in document["features"]:
        assert feature["type"] == "Feature"
        assert set(feature) >= {"geometry", "properties"}
        check_numbers(feature["geometry"]["coordinates"])
        if feature["geometry"]["type"] == "Polygon":
            check_winding(feature["geometry"]["coordinates"])


def check_numbers(coordinates: Any) -> None:
    if isinstance(coordinates[0], list):
        for each in coordinates:
            check_numbers(each)
        return
    lon, lat = coordinates
    assert -180 <= lon <= 180
    assert -90 <= lat <= 90
    assert all(round(value, 7) == value for value in coordinates)


def check_winding(rings: list[list[list[float]]]) -> None:
    for number, ring in enumerate(rings):
        twice = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring))
        assert (twice > 0) == (number == 0), "the outer ring runs counterclockwise, holes clockwise"


def strict(text: str) -> dict[str, Any]:
    def refuse(word: str) -> None:
        msg = f"{word} is no JSON"
        raise AssertionError(msg)

    document: dict[str, Any] = json.loads(text, parse_constant=refuse)
    return document


@pytest.mark.parametrize("name", ["shown", "parks", "g60"])
def test_filter_and_export_at_once_gives_the_rows_on_the_screen(opened: AtlasPage, name: str) -> None:
    opened.open_panel("export")
    got = opened.root.evaluate(FILTER_AND_FETCH, [".atlas-chip[data-d='310117']", name])
    document = strict(got["text"])
    check_rfc_7946(document)
    rows = {(each["properties"]["layer"], each["properties"]["id"]) for each in document["features"]}
    layers = got["ids"] if name == "shown" else [name]
    assert rows == {(layer, row) for layer in layers for row in got["ids"][layer]}
    assert len(rows) == len(document["features"]) > 0
    assert document["filter"]["districts"] == ["310117"]
    assert {"data_version", "sources", "coordinates"} <= set(document)
    assert all(metadata["licence"] for metadata in document["sources"])


def downloaded(download: Download) -> str:
    return download.path().read_text(encoding="utf-8-sig")


def test_the_csv_link_of_the_table_carries_the_filter_of_the_click(opened: AtlasPage) -> None:
    opened.section("地点清单")
    opened.open_panel()
    link = opened.page.locator("a[href^='/export/places.csv?']")
    link.scroll_into_view_if_needed()
    opened.root.evaluate("() => document.querySelector(\".atlas-chip[data-d='310116']\").click()")
    with opened.page.expect_download() as waiting:
        link.click(no_wait_after=True)
    rows = list(csv.DictReader(io.StringIO(downloaded(waiting.value))))
    assert {(row["layer"], row["id"]) for row in rows} == opened.all_ids()
    expect(opened.tags("行政区")).to_have_text(["金山区"])
    with opened.page.expect_download() as waiting:
        opened.page.locator("[data-testid=stMain] a[href^='/export/shown.geojson?']").last.click(no_wait_after=True)
    document = strict(downloaded(waiting.value))
    assert {
        (each["properties"]["layer"], each["properties"]["id"]) for each in document["features"]
    } == opened.all_ids()
