"""The atlas as one file: small, whole, without a link to anything, and without the documents' sentences."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.cli.parser import main
from app.core.atlas import DOCUMENTS_VARIABLE, Atlas, documents_folder
from app.core.evidence import evidence_of
from app.core.view import View
from app.documents.single_file.document import document
from app.i18n.texts import TEXTS

MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def page(atlas: Atlas) -> str:
    """Write the file once."""
    return document(atlas, View())


@pytest.fixture(scope="module")
def data(page: str) -> Any:
    """Read what it holds."""
    found = re.search(r'<script type="application/json" id="atlas-data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_it_fits_on_any_stick_and_links_to_nothing(page: str) -> None:
    assert len(page.encode()) <= MOST_BYTES
    assert (
        re.findall(r'<(?:link|iframe|img|object)\b|<script[^>]*\bsrc=|@import|url\((?!["\']?(?:data:|#))', page) == []
    )


def test_every_layer_every_figure_and_every_table_is_inside(atlas: Atlas, data: Any) -> None:
    layers = {key.partition(".")[0].removeprefix("/layers/") for key in data["content"] if key.startswith("/layers/")}
    assert layers >= {key for key, each in atlas.loaded.items() if each.layer.role != "base"}
    for key, loaded in atlas.loaded.items():
        if loaded.layer.role != "base":
            rows = next(value for url, value in data["content"].items() if url.startswith(f"/layers/{key}.geojson"))
            assert [row["properties"]["id"] for row in rows["features"]] == loaded.frame["id"].to_list()
    assert set(data["evidence"]) == set(atlas.evidence.figures)
    assert [table["id"] for table in data["tables"]] == ["land", "nearby", "places", "figures", "conflicts"]
    for table in data["tables"]:
        for said in table["in"]:
            assert len(said["rows"]) == len(table["keys"]) > 0
            assert {len(row) for row in said["rows"]} == {len(said["head"])} == {len(said["formats"])}


def test_numbers_stay_numbers_and_say_how_they_are_shown(data: Any) -> None:
    land = data["tables"][0]["in"][0]
    total = dict(zip(land["head"], land["rows"][-1], strict=True))
    assert total[TEXTS["col_extent_mu"][0]] == pytest.approx(221_295)
    assert land["formats"][land["head"].index(TEXTS["col_extent_mu"][0])] == {
        "digits": 0, "sign": False, "percent": False,
    }  # fmt: skip
    assert "26,000" in data["tables"][0]["note"][1]


def test_both_languages_say_the_same_things(data: Any) -> None:
    for zh, en in data["evidence"].values():
        assert zh.keys() == en.keys()
        assert [len(zh[key]) for key in ("claims", "conflicts", "agreeing")] == [
            len(en[key]) for key in ("claims", "conflicts", "agreeing")
        ]
        assert zh["value"]
        assert en["value"]


def test_no_passage_of_a_document_is_inside(atlas: Atlas, page: str) -> None:
    folder = documents_folder()
    if folder is None:
        pytest.skip(f"{DOCUMENTS_VARIABLE} does not name the folder of the source documents")
    found = [evidence_of(atlas, key, documents=folder) for key in atlas.evidence.figures]
    passages = [piece for each in found if each for piece, is_passage in each.passage if is_passage and len(piece) > 30]
    assert len(passages) >= 10
    assert [piece for piece in passages if piece in page] == []


def test_the_command_writes_it_and_refuses_what_it_cannot_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "atlas.html"
    assert main(("standalone", "--out", str(out), "--district", "松江区", "--lang", "en", "--json")) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["bytes"] == out.stat().st_size
    assert '<html lang="en">' in out.read_text(encoding="utf-8")
    assert main(("standalone", "--out", str(tmp_path / "none" / "atlas.html"))) == 2
    assert str(tmp_path / "none" / "atlas.html") in capsys.readouterr().err
