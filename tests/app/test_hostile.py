"""Data is text, whatever it spells: nothing of it runs in a template, a script or a spreadsheet."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from app.core.atlas import Atlas, load_atlas
from app.core.view import View
from app.documents import exports
from app.documents.single_file.document import document
from app.exporters import csv_writer
from app.service import payload
from app.service.map_build import build_map
from layers.columns import text
from layers.enterprises import ENTERPRISES
from layers.load import load

EVIL = "{{7*7}} {% raw %}${1+1}`x` <img src=x onerror=alert(1)> </script><script>alert(2)</script> #{7*7} \u2028'\"\\"
EVIL_NAME = "=cmd {{7*7}}</script>"
CODED = {"id", "district_code", "extent", "location_method", "location_basis", "kind", "park_id"}
FILE = "enterprises/enterprises.geojson"


@pytest.fixture
def hostile(data: Path, rewrite: Callable[[str, Callable[..., object]], Path]) -> Atlas:
    """Load an atlas in which every text of a layer, a column's name and its metadata are hostile."""

    def spoil(features: list[dict[str, Any]]) -> None:
        for feature in features:
            own = feature["properties"]
            own.update({key: EVIL for key, value in own.items() if key not in CODED and not isinstance(value, list)})
            own.update({"accuracy_m": None, "towns": [EVIL], EVIL_NAME: EVIL})

    rewrite(FILE, spoil)
    atlas = load_atlas(data)
    assert set(atlas.failed) == {"enterprises"}, "the undeclared column stops the layer"
    layer = replace(
        ENTERPRISES,
        title_zh=EVIL,
        title_en=EVIL,
        columns=(*ENTERPRISES.columns, text(EVIL_NAME, EVIL, EVIL)),
        card=(*ENTERPRISES.card, EVIL_NAME),
    )
    loaded = load(layer, data=data, districts=atlas.districts)
    loaded = replace(loaded, source=replace(loaded.source, attribution=EVIL, map_approval=EVIL, title_en=EVIL))
    return replace(atlas, loaded={**atlas.loaded, "enterprises": loaded}, failed={}, towns=(*atlas.towns, EVIL))


def test_hostile_rows_are_rows_and_not_set_aside(hostile: Atlas, counts: dict[str, Any]) -> None:
    loaded = hostile.loaded["enterprises"]
    assert len(loaded.frame) == loaded.rows_in == counts["layers"]["enterprises"]
    assert set(loaded.frame["name_zh"]) == {EVIL}


def test_the_browser_is_given_every_hostile_text_unchanged(hostile: Atlas) -> None:
    features = json.loads(payload.layer_features(hostile, "enterprises"))["features"]
    assert {feature["properties"]["name_zh"] for feature in features} == {EVIL}
    assert {tuple(feature["properties"]["towns"]) for feature in features} == {(EVIL,)}
    cards = [entry for feature in features for entry in feature["properties"]["card"] if entry]
    assert (EVIL, EVIL) in {(entry["label_en"], entry["value_en"]) for entry in cards}
    assert "49" not in {entry["value_en"] for entry in cards}
    assert EVIL in json.loads(json.dumps(payload.manifest(hostile)))["towns"]


def test_an_export_carries_every_hostile_text_unchanged(hostile: Atlas) -> None:
    written = json.loads(exports.layer_geojson(hostile, "enterprises", View()))
    assert {feature["properties"][EVIL_NAME] for feature in written["features"]} == {EVIL}
    assert written["sources"][0]["attribution"] == EVIL


def test_a_table_carries_every_hostile_text_and_its_formulas_are_tamed(hostile: Atlas) -> None:
    frame = hostile.loaded["enterprises"].frame.drop(columns="geometry")
    table = csv_writer.table_csv(frame)
    assert f"'{EVIL_NAME}" in table
    assert EVIL.replace('"', '""') in table


def written(words: str) -> str:
    """Spell a text as the map's script does: JSON, without a sign that could end the script."""
    return json.dumps(words).replace("<", "\\u003c")


def test_the_maps_script_holds_no_row_and_evaluates_nothing(hostile: Atlas) -> None:
    drawn = payload.drawn_layers(hostile)
    drawn = [hostile.loaded[layer.id].layer for layer in drawn]
    sources = {layer.id: hostile.loaded[layer.id].source for layer in drawn}
    built = build_map(drawn, sources, signature="0")
    # titles and credits stand in it as JSON text, sign for sign; rows and column names not at all
    assert built.script.count(written(EVIL)) >= 4
    assert EVIL_NAME not in built.script
    rest = built.script.replace(written(EVIL), "")
    for sign in ("{{", "{%", "</script>", "onerror", "49", "alert", "${1+1}"):
        assert sign not in rest, sign
    assert "\u2028" not in built.script


def test_a_hostile_title_and_credit_change_nothing_but_themselves(atlas: Atlas) -> None:
    own = atlas.loaded["enterprises"]
    scripts = []
    for words in ("calm", EVIL):
        layer = replace(own.layer, title_zh=words, title_en=words)
        source = replace(own.source, attribution=words, map_approval=words)
        built = build_map([layer], {layer.id: source}, signature="0")
        scripts.append(built.script.replace(written(words), '"words"'))
    assert scripts[0] == scripts[1]


def test_the_map_is_the_same_in_every_process(atlas: Atlas) -> None:
    own = atlas.loaded["parks"]
    one, other = (build_map([own.layer], {"parks": own.source}, signature="0") for _ in range(2))
    assert one == other
    assert build_map([own.layer], {"parks": own.source}, signature="1").signature != one.signature


def test_the_one_file_atlas_holds_every_hostile_text_as_text(hostile: Atlas) -> None:
    page = document(hostile, View())
    tags = [tag for tag, _ in tags_of(page)]
    assert "img" not in tags
    assert tags.count("script") == 5, "two libraries, the map, the data, the atlas"
    data = re.search(r'<script type="application/json" id="atlas-data">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    content = json.loads(data[1])["content"]
    rows = next(value for key, value in content.items() if key.startswith("/layers/enterprises"))["features"]
    assert {row["properties"]["name_zh"] for row in rows} == {EVIL}


def tags_of(page: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """List the tags that a browser would see."""
    seen: list[tuple[str, list[tuple[str, str | None]]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append((tag, attrs))

    Reader().feed(page)
    return seen
