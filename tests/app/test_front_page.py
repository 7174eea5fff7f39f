"""The first answer: Streamlit's page, with what the map needs to open at once."""

import html
import json
import re
from typing import Any

import pytest
from asgi_call import get

from app.core.atlas import DATA_VARIABLE, Atlas
from app.core.view import View
from app.server import front_page
from app.service import cache
from app.service.map_facts import map_facts


def facts(page: str) -> Any:
    """Read what the page hands to the map."""
    found = re.search(r'id="atlas-ahead" [^>]*data-facts="([^"]*)"', page)
    assert found is not None
    return json.loads(html.unescape(found[1]))


def test_the_page_is_streamlits_with_our_script_before_it() -> None:
    answer = get("/")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"
    assert '<div id="root"></div>' in answer.body
    assert "<title>上海生物医药产业规划图集</title>" in answer.body
    assert re.findall(r'<script type="module"[^>]*src="([^"]+)"', answer.body) == [
        f"/scripts/{cache.assets_signature()}.js"
    ]
    assert "<title>Shanghai" in get("/", "lang=en").body


def test_nothing_of_streamlits_own_start_is_lost() -> None:
    host = facts(get("/").body)["host"]
    original = front_page.streamlit_page()
    assert f'src="{host["script"]}"' in original
    assert original.count('rel="modulepreload"') + original.count('rel="stylesheet"') == len(host["links"])
    for _, href in host["links"]:
        assert href in original


def test_the_map_opens_with_the_view_of_the_address(atlas: Atlas) -> None:
    given = facts(get("/", "d=310117&s=devices&l=parks,gmp&lang=en&tab=nearby").body)
    assert given["view"]["d"] == ["310117"]
    assert given["view"]["l"] == ["gmp", "parks"]
    assert given["lang"] == "en"
    assert given["page"]["tab"] == "nearby"
    known = map_facts(atlas, View(lang="en", districts=("310117",), sectors=("devices",), layers=("parks", "gmp")))
    assert {key: given[key] for key in known if key != "page"} == {key: known[key] for key in known if key != "page"}


def test_all_that_the_page_names_is_served() -> None:
    page = get("/").body
    named = [html.unescape(each) for each in re.findall(r'(?:src|href)="(/[^"]+)"', page)]
    given = facts(page)
    for url in [*named, given["script"], given["manifest"], given["map_script"], given["opening"]]:
        path, _, query = url.partition("?")
        assert get(path, query).status == 200, url


@pytest.mark.parametrize("query", ["", "l=parks,gmp", "l=none", "l=breakfast_modelled"])
def test_the_opening_data_are_just_what_the_first_drawing_asks_for(query: str) -> None:
    given = facts(get("/", query).body)
    path, _, wanted = given["opening"].partition("?")
    opening = get(path, wanted).json
    assert opening.pop(given["manifest"]) == get("/manifest.json").json
    ids = {url.removeprefix("/layers/").partition(".")[0] for url in opening}
    followers = {"parks_outlines"} if "parks" in given["view"]["l"] else set()
    assert ids == {"land", "neighbours", "water", "districts_land", *given["view"]["l"], *followers}
    for url, content in opening.items():
        layer_path, _, layer_query = url.partition("?")
        assert content == get(layer_path, layer_query).json


def test_hostile_words_of_an_address_stay_words() -> None:
    page = get("/", "fq=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&d=%22onload%3D&lang=%3Cb%3E").body
    assert "alert(1)<" not in page
    assert "<script>alert" not in page
    assert facts(page)["page"]["fq"] == '"><script>alert(1)</script>'


def test_the_opening_data_of_unknown_layers_are_none() -> None:
    answer = get("/opening.json", "l=moon,../../x,%00")
    assert [url for url in answer.json if not url.startswith("/manifest")] == []


def test_without_data_the_page_comes_all_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "nowhere"))
    given = facts(get("/").body)
    path, _, query = given["opening"].partition("?")
    assert list(get(path, query).json) == [given["manifest"]]


def test_an_unknown_streamlit_page_is_passed_on(monkeypatch: pytest.MonkeyPatch, atlas: Atlas) -> None:
    monkeypatch.setattr(front_page, "streamlit_page", lambda: "<title>x</title><script src=other.js></script>")
    assert front_page.front_page(atlas, View(), map_facts(atlas, View())) == front_page.streamlit_page()


def test_only_the_present_script_is_served() -> None:
    assert get("/scripts/000000000000.js").status == 404
    served = get(f"/scripts/{cache.assets_signature()}.js")
    assert "javascript" in served.headers["content-type"]
    assert "immutable" in served.headers["cache-control"]
    assert served.body.rstrip().endswith("export default __entry.mount;")
