"""The first answer: Streamlit's page, with what the map needs to open at once."""

import base64
import hashlib
import html
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from asgi_call import get
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from app.core.atlas import DATA_VARIABLE, Atlas
from app.core.view import View
from app.server import front_page, headers
from app.server.headers import SecurityHeaders
from app.server.routes import ROUTES
from app.service import cache
from app.service.map_facts import map_facts

PAGE = front_page.streamlit_page()
HOST_TAG = re.findall(r'<script type="module"[^>]*></script>', PAGE)[0]


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


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Put a copy of Streamlit's page, to be changed, in the place of the installed one."""
    page = tmp_path / "streamlit" / "static" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE, encoding="utf-8")
    found = ModuleSpec("streamlit", None, origin=str(tmp_path / "streamlit" / "__init__.py"))
    monkeypatch.setattr(front_page, "find_spec", lambda _: found)
    front_page.host_page.cache_clear()
    yield page
    front_page.host_page.cache_clear()


def ask_the_server(times: int = 1) -> list[str]:
    """Ask for the page where Streamlit's own route stands behind ours, as it does in the server."""

    async def streamlits_own(_: Request) -> PlainTextResponse:
        return PlainTextResponse("untouched")

    server = Starlette(routes=[*ROUTES, Route("/", streamlits_own)], middleware=[Middleware(SecurityHeaders)])
    return [get("/", server=server).body for _ in range(times)]


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Read what the atlas has warned of."""
    return [each.getMessage() for each in caplog.records if each.name == "atlas" and each.levelname == "WARNING"]


def test_a_known_page_is_opened_ahead_and_nobody_is_warned(host: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert host.read_text(encoding="utf-8") == PAGE
    assert 'id="atlas-ahead"' in ask_the_server()[0]
    assert warned(caplog) == []


UNKNOWN = {
    "no title": ("<title>Streamlit</title>", "", "<title>"),
    "two titles": ("</head>", "<title>2</title></head>", "<title>"),
    "no script": (HOST_TAG, "", "module script"),
    "a script in other words": ('type="module" crossorigin src', 'crossorigin type="module" src', "module script"),
    "two module scripts": ("</head>", f"{HOST_TAG}</head>", "module script"),
    "a further script": ("</head>", "<script async src='x.js'></script></head>", "other scripts"),
    "no links": (re.compile(r"<link rel=.(?:modulepreload|stylesheet).[^>]*>"), "", "0 of 0 links"),
    "links in other words": ('<link rel="modulepreload" crossorigin', '<link crossorigin rel="modulepreload"', "links"),
    "a further style": ("</head>", "<link rel=stylesheet href='x.css'></head>", "links are known"),
    "no root": ('<div id="root"></div>', '<main id="root"></main>', "root"),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_page_that_is_not_known_piece_by_piece_is_left_to_streamlit(
    name: str, host: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old, new, missing = UNKNOWN[name]
    changed = PAGE.replace(old, new) if isinstance(old, str) else old.sub(new, PAGE)
    assert changed != PAGE
    host.write_text(changed, encoding="utf-8")
    assert ask_the_server(times=3) == ["untouched"] * 3
    (said,) = warned(caplog)
    assert f"Streamlit {version('streamlit')}" in said
    assert missing in said


@pytest.mark.parametrize("spoil", ["missing", "a folder", "no UTF-8", "not installed"])
def test_a_page_that_cannot_be_read_is_left_to_streamlit(
    spoil: str, host: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.unlink()
    if spoil == "a folder":
        host.mkdir()
    if spoil == "no UTF-8":
        host.write_bytes(b"\xff\xfe<html>")
    if spoil == "not installed":
        monkeypatch.setattr(front_page, "find_spec", lambda _: None)
    headers.content_security_policy.cache_clear()
    try:
        assert ask_the_server(times=3) == ["untouched"] * 3
    finally:
        headers.content_security_policy.cache_clear()
    assert len(warned(caplog)) == 1


def test_streamlit_is_found_without_loading_it() -> None:
    code = (
        "import sys; from app.server.front_page import host_page; assert host_page(); "
        "assert 'streamlit' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def inline(page: str) -> list[str]:
    """List the scripts that stand in a page itself."""
    return re.findall(r"<script\b(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)


def test_every_script_in_the_page_itself_is_allowed_by_its_hash_and_no_other() -> None:
    answer = get("/")
    policy = answer.headers["content-security-policy"]
    hashes = {base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in inline(answer.body)}
    assert len(hashes) == 2
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == hashes
    assert "'unsafe-inline'" not in policy.partition("style-src")[0]


def test_an_unknown_pages_own_scripts_are_allowed_too(host: Path) -> None:
    script = "window.started = 1"
    host.write_text(PAGE.replace(HOST_TAG, f'<script type="module">{script}</script>'), encoding="utf-8")
    headers.content_security_policy.cache_clear()
    policy = headers.content_security_policy()
    headers.content_security_policy.cache_clear()
    assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy


def test_a_script_is_served_as_one_whatever_the_system_calls_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("starlette.responses.guess_type", lambda *_, **__: ("text/plain", None))
    assets = f"/assets/{cache.assets_signature()}"
    assert get(f"{assets}/vendor/leaflet/leaflet.js").headers["content-type"] == "text/javascript; charset=utf-8"
    assert get(f"{assets}/atlas/atlas.css").headers["content-type"] == "text/css; charset=utf-8"


def test_only_the_present_script_is_served() -> None:
    assert get("/scripts/000000000000.js").status == 404
    served = get(f"/scripts/{cache.assets_signature()}.js")
    assert "javascript" in served.headers["content-type"]
    assert "immutable" in served.headers["cache-control"]
    assert served.body.rstrip().endswith("export default __entry.mount;")
