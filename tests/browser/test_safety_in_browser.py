"""Values are text: nothing in the data runs, in the browser or on the server, and nobody else is asked."""

import csv
import json
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from atlas_page import AtlasPage
from playwright.sync_api import Route, expect

from app.core.atlas import DEFAULT_DATA
from bench.serving import ROOT, Server, atlas
from layers import REGISTRY

pytestmark = pytest.mark.browser

HOSTILE_LAYERS = ("parks", "enterprises", "breakfast")
MARK = "Ω{{7*7}}Ω"
CODE = (
    MARK + '{% raw %}${7*7}`7*7`<img src=x onerror="window.__hacked=1"></script><script>window.__hacked=1</script>'
    "![p](https://evil.example/p.png) :material/home: $x^2$ **b** "
    "{{ cycler.__init__.__globals__.os.system('touch PWNED') }}"
)
COLUMN = "![p](https://evil.example/p.png)<img src=x onerror=window.__hacked=1>{{7*7}}`"


def poisoned(tmp: Path, marker: Path) -> Path:
    """Copy of the data in which every free text of some layers, metadata and figures tries to become code."""
    data = tmp / "data"
    shutil.copytree(DEFAULT_DATA, data)
    code = CODE.replace("PWNED", str(marker))
    for layer in HOSTILE_LAYERS:
        poison_layer(data / layer / f"{layer}.geojson", layer, code)
        poison_metadata(data / layer / "source.toml", code)
    for name, columns in {
        "figures": ("subject_zh", "subject_en", "text_zh", "text_en", "source", "note_zh", "note_en", "as_of_note_zh"),
        "measures": ("label_zh", "label_en"),
        "conflicts": ("topic_zh", "topic_en", "statement_zh", "statement_en"),
    }.items():
        poison_table(data / "figures" / f"{name}.csv", columns, code)
    documents = (data / "documents.toml").read_text(encoding="utf-8").splitlines()
    (data / "documents.toml").write_text(
        "\n".join(
            f"{line.split('=')[0]}= {json.dumps(code)}" if line.startswith("title_") else line for line in documents
        ),
        encoding="utf-8",
    )
    metadata = load_tool("metadata")
    for folder in ("figures", *HOSTILE_LAYERS):
        metadata.reseal(data / folder)
    return data


def poison_layer(path: Path, layer: str, code: str) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    keys = {
        "id",
        "district_code",
        "park_id",
        "parent_id",
        *(c.name for each in REGISTRY for c in each.columns if c.allowed),
    }
    columns = next(each for each in REGISTRY if each.id == layer).columns
    texts = [column.name for column in columns if column.dtype == "str" and column.name not in keys]
    for feature in document["features"]:
        own = feature["properties"]
        own.update({name: code for name in texts if own[name] is not None})
        own["towns"] = [code]
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def poison_table(path: Path, columns: tuple[str, ...], code: str) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row.update({name: code for name in columns if row[name]})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def poison_metadata(path: Path, code: str) -> None:
    metadata = tomllib.loads(path.read_text(encoding="utf-8"))
    texts = {
        key: code if isinstance(value, str) and key != "map_approval" else value for key, value in metadata.items()
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in texts.items() if isinstance(value, str)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def load_tool(name: str) -> Any:
    import importlib.util

    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def marker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Name a file that only code from the data would make."""
    return tmp_path_factory.mktemp("marker") / "pwned"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, log_folder: Path, marker: Path) -> Iterator[Server]:
    """Serve hostile data."""
    data = poisoned(tmp_path_factory.mktemp("hostile"), marker)
    with atlas(log=log_folder / "hostile.txt", data=data) as running:
        yield running


def test_hostile_data_is_shown_as_plain_text_in_both_languages(
    new_page: Callable[..., AtlasPage], hostile: Server, marker: Path
) -> None:
    tab = new_page(hostile.url).open()
    expect(tab.page.locator("[data-testid=stAlert]", has_text="未能载入")).to_have_count(0)
    expect(tab.page.locator(".leaflet-control-attribution")).to_contain_text(MARK)
    for layer in HOSTILE_LAYERS:
        open_card(tab, layer)
    look_everywhere(tab)
    tab.language("English")
    open_card(tab, "parks")
    tab.card.locator(".atlas-close").click()  # the card lies over the panel where there is little room
    tab.open_panel("towns", "export")
    tab.panel.get_by_role("searchbox").fill("{{7")
    expect(tab.panel.locator(".atlas-results button").first).to_contain_text(MARK)
    look_everywhere(tab)
    assert "Ω49Ω" not in tab.page.content()
    assert tab.page.evaluate("window.__hacked") is None
    assert not marker.exists(), "code from the data ran on the server"


def open_card(tab: AtlasPage, layer: str) -> None:
    """Hover over a row of a layer and click it."""
    lon, lat = alone(tab, layer)
    tab.root.evaluate("(root, layer) => root.atlas.setView({l: [layer]})", layer)
    tab.look_at(lon, lat, zoom=15)
    tab.page.mouse.move(*tab.point(lon, lat))
    expect(tab.page.locator(".atlas-tip strong")).to_contain_text(MARK)
    tab.click(lon, lat)
    expect(tab.card.locator("h3")).to_contain_text(MARK)
    expect(tab.card.locator("img, script")).to_have_count(0)
    expect(tab.page.locator("[data-testid=stMarkdownContainer] strong", has_text=MARK)).to_contain_text("![p]")


def alone(tab: AtlasPage, layer: str) -> tuple[float, float]:
    """Position of a row of a layer that shares it with none."""
    features = json.loads(tab.page.evaluate("async l => (await fetch(`/layers/${l}.geojson`)).text()", layer))[
        "features"
    ]
    places = [tuple(each["geometry"]["coordinates"]) for each in features]
    return next(place for place in places if places.count(place) == 1)


def look_everywhere(tab: AtlasPage) -> None:
    for radio in tab.page.locator(".st-key-w_section").get_by_role("radio").all():
        tab.turn_to(radio)
        if tab.address.get("tab") == "own":  # nothing was brought yet
            expect(tab.page.locator("[data-testid=stFileUploader]")).to_be_visible()
            continue
        expect(tab.page.locator("[data-testid=stDataFrame] table[role=grid] td").first).to_be_attached()
        for chart in tab.page.locator("[data-testid=stVegaLiteChart]").all():
            chart.scroll_into_view_if_needed()
            chart.hover()
    expect(tab.page.locator("[data-testid=stMain]").get_by_text("程序出了错")).to_have_count(0)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory, log_folder: Path) -> Iterator[Server]:
    """Serve data of which one file is cut off and one has a hostile column."""
    data = tmp_path_factory.mktemp("broken") / "data"
    shutil.copytree(DEFAULT_DATA, data)
    metadata = load_tool("metadata")
    path = data / "services" / "services.geojson"
    path.write_text(path.read_text(encoding="utf-8")[:-500], encoding="utf-8")
    path = data / "housing" / "housing.geojson"
    document = json.loads(path.read_text(encoding="utf-8"))
    for feature in document["features"]:
        feature["properties"][COLUMN] = 1
    path.write_text(json.dumps(document), encoding="utf-8")
    metadata.reseal(data / "housing")
    with atlas(log=log_folder / "broken.txt", data=data) as running:
        yield running


def test_a_broken_layer_is_said_in_a_sentence_and_the_others_draw(
    new_page: Callable[..., AtlasPage], broken: Server
) -> None:
    tab = new_page(broken.url).open()
    said = tab.page.locator("[data-testid=stAlert]")
    expect(said.filter(has_text="服务站点")).to_contain_text("未能载入")
    expect(said.filter(has_text="人才住房")).to_contain_text(COLUMN[:-1])
    assert tab.page.evaluate("window.__hacked") is None, "the name of a column is text"
    assert len(tab.ids("parks")) > 0
    assert tab.ids("services") == []
    tab.open_panel()
    tab.chip("d", "310117").click()
    expect(tab.tags("行政区")).to_have_count(1)
    tab.section("地点清单")
    expect(tab.table("places")).to_have_attribute("aria-rowcount", str(tab.shown + 1))


def test_every_answer_carries_the_policy(server: Server) -> None:
    for path in ("/", "/healthz", "/manifest.json", "/export/parks.geojson", "/export/none.csv"):
        try:
            with urlopen(server.url + path) as answer:  # noqa: S310 - our own server
                headers = answer.headers
        except HTTPError as refused:  # an error's answer carries it too
            headers = refused.headers
            refused.close()
        policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
        assert "'unsafe-eval'" not in policy["script-src"], path
        assert "'unsafe-inline'" not in policy["script-src"], path
        assert policy["frame-ancestors"] == "'none'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


def test_no_street_map_is_asked_for_until_one_is_picked(opened: AtlasPage, watch: Any) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(content_type="image/png", body=PIXEL)

    watch.hosts = ("tile.openstreetmap.org", ".is.autonavi.com", ".tianditu.gov.cn")
    opened.page.context.route(lambda url: "127.0.0.1" not in url, answer)
    opened.open_panel("basemap")
    opened.drag(40, 40)
    assert asked == []
    credit_line = opened.page.locator(".leaflet-control-attribution")
    expect(credit_line).to_contain_text("GS(2024)0650")
    for name, host in (("osm", "//tile.openstreetmap.org/"), ("amap", ".is.autonavi.com/")):
        asked.clear()
        with opened.page.expect_response(lambda got, host=host: host in got.url):
            opened.panel.locator(f"input[value={name}]").check()
        assert all(host in url for url in asked)
        # the one sheet with an approval number is not drawn now
        expect(credit_line).not_to_contain_text("GS(2024)0650")
    opened.panel.locator("input[value='']").check()
    expect(credit_line).to_contain_text("GS(2024)0650")
    asked.clear()
    opened.panel.locator("input[value=tianditu]").check()
    opened.drag(-40, -40)
    assert asked == [], "Tianditu waits for the reader's own key"
    with opened.page.expect_response(lambda got: ".tianditu.gov.cn/" in got.url and "tk=mine" in got.url):
        opened.panel.locator(".atlas-key input").fill("mine")
        opened.panel.locator(".atlas-key button").click()


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c636060606000000005"
    "0001a5f645400000000049454e44ae426082"
)
