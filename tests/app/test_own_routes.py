"""User layers beyond the page: tables, exports, analyses and addresses; and never those of another session."""

import gc
import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import read_back
from asgi_call import get
from shapely.geometry import LineString
from user_layer_samples import (
    HOSTILE,
    HOSTILE_NAMES,
    JIADING,
    SONGJIANG,
    imported,
    layer_source,
    points,
    session_layers_of,
)

from app.analysis.params import analysis_params
from app.core import filters
from app.core.atlas import Atlas
from app.core.groups import candidate_ids, group
from app.core.view import View, from_query, to_query, without
from app.documents import exports
from app.exporters.catalogue import FORMATS
from app.service import cache, payload
from app.workspace import session_layers as sessions
from app.workspace.column_mapping import ColumnMapping
from app.workspace.session_layers import SessionLayers
from app.workspace.upload import preview_declaration, preview_text


@pytest.fixture(scope="module")
def known() -> Atlas:
    """Take the atlas that the server itself uses."""
    return cache.atlas()


@pytest.fixture(scope="module")
def hostile(known: Atlas) -> SessionLayers:
    """Bring hostile texts in every cell, under hostile names."""
    cells = {name: list(HOSTILE) for name in HOSTILE_NAMES}
    return session_layers_of(
        known, layer_source(cells, points(len(HOSTILE)), title=HOSTILE[1], name="card"), token="hostile"
    )


@pytest.mark.parametrize("code", FORMATS)
def test_own_rows_leave_in_every_format_with_the_ids_that_are_seen(
    code: str, hostile: SessionLayers, tmp_path: Path
) -> None:
    view = View(token=hostile.token, layers=("own1",))
    export = exports.layer_export(hostile.atlas, "own1", view)
    ids = filters.rows(hostile.atlas, "own1", view)["id"].to_list()
    content = FORMATS[code].to_bytes(export)
    assert len(ids) == len(HOSTILE)
    if code in read_back.MAPS:
        assert set(read_back.with_gdal(code, content, tmp_path) if code != "parquet" else
                   read_back.with_geopandas(code, content, tmp_path)) == set(ids)  # fmt: skip
    elif code == "geojson":
        assert [each["id"] for each in json.loads(content)["features"]] == ids
    elif code in {"csv", "xlsx"}:
        rows = read_back.sheet(content) if code == "xlsx" else pd.read_csv(io.BytesIO(content), dtype=str)
        assert rows["id"].to_list() == ids
        if code == "xlsx":
            assert {cell.data_type for cell in read_back.cells(content)} <= {"s", "n", "b"}
        else:
            assert not rows.map(lambda cell: str(cell).startswith(("=", "@"))).to_numpy().any()


def test_the_map_gets_hostile_texts_as_json_and_cards_with_every_word(hostile: SessionLayers) -> None:
    answer = get(f"/own/{hostile.token}/own1.geojson")
    (first, *_) = answer.json["features"]
    assert answer.headers["content-type"].startswith("application/geo+json")
    assert first["properties"]["name_zh"] == HOSTILE[0]
    shown = {entry["value_zh"] for entry in first["properties"]["card"]}
    assert HOSTILE[0] in shown


def test_many_rows_send_their_cards_one_by_one(hostile: SessionLayers, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = get(f"/own/{hostile.token}/own1.geojson").json["features"][2]["properties"]["card"]
    monkeypatch.setattr(payload, "CARDS_SENT", 1)
    assert "card" not in get(f"/own/{hostile.token}/own1.geojson").json["features"][2]["properties"]
    assert get(f"/own/{hostile.token}/own1/card/2.json").json == whole
    assert get(f"/own/{hostile.token}/own1/card/{len(HOSTILE)}.json").status == 404
    assert get(f"/own/{hostile.token}/parks/card/0.json").status == 404


def test_the_token_dies_with_the_session(known: Atlas) -> None:
    session_layers = session_layers_of(known, layer_source({}, points(3)), token="dies")
    view = View(token="dies", near_from="own1", near_to="own1", layers=("own1",))
    cache.near(analysis_params(view))
    query = to_query(view)
    assert get("/own/dies/own1.geojson").status == get("/export/own1.geojson", query).status == 200
    del session_layers
    gc.collect()
    assert sessions.session_layers("dies") is None
    assert get("/own/dies/own1.geojson").status == get("/export/own1.geojson", query).status == 404
    assert "会话已经结束" in get("/export/own1.csv", query).body
    assert get("/results/weak.geojson", f"to=own1&{query}").json["features"] == []


def test_a_session_never_sees_what_another_brought(known: Atlas) -> None:
    mine = session_layers_of(known, layer_source({"名称": ["甲"]}, [SONGJIANG], name="名称"), token="mine")
    other = session_layers_of(known, layer_source({"名称": ["乙"]}, [JIADING], name="名称"), token="other")
    for token, name, code in (("mine", "甲", "310117"), ("other", "乙", "310114")):
        query = f"own={token}&l=own1"
        (row,) = get("/export/own1.geojson", query).json["features"]
        assert (row["properties"]["name_zh"], row["properties"]["district_code"]) == (name, code)
        assert name in get("/export/shown.csv", query).body
        (near,) = get("/export/near.json", f"own={token}&from=own1&to=g60").json["near"]
        assert near["name_zh"] == name
    for query in ("", "own=", "own=nobody", "own=mine2", "l=own1"):
        answer = get("/export/own1.geojson", query)
        assert (answer.status, "甲" in answer.body) == (404, False), query
    assert get("/own/nobody/own1.geojson").status == get("/layers/own1.geojson").status == 404
    assert "own1" not in get("/manifest.json").body
    assert "own1" not in get("/opening.json", "l=own1,parks&own=mine").body
    assert (mine.atlas.token, other.atlas.token, known.user_layer_ids) == ("mine", "other", ())


def test_the_token_stands_in_no_file(known: Atlas) -> None:
    token = "c0ffee" * 5
    session_layers = session_layers_of(known, layer_source({}, points(2)), token=token)
    view = View(token=token, layers=("own1",))
    for name in ("own1", "shown"):
        for form in FORMATS.values():
            content = form.to_bytes(exports.layer_export(session_layers.atlas, name, view))
            if form.endings[0].endswith((".zip", ".xlsx")):
                with zipfile.ZipFile(io.BytesIO(content)) as held:
                    content = b"".join(held.read(each) for each in held.namelist())
            assert token.encode() not in content
    assert token not in exports.table_json(session_layers.atlas, "places", view)


def test_own_rows_stand_in_the_tables_and_say_whose_they_are(known: Atlas) -> None:
    session_layers = session_layers_of(
        known, layer_source({"名称": ["甲", "乙"]}, points(2), name="名称"), token="tables"
    )
    view = View(token="tables", layers=("parks", "own1"))
    places = exports.places(session_layers.atlas, view)
    own = places[places["layer"] == "own1"]
    assert (own["name_zh"].to_list(), set(own["data_kind"])) == (["甲", "乙"], {"own"})
    counted = exports.counts(session_layers.atlas, view).set_index("layer").loc["own1"]
    assert (counted["rows_kept"], counted["rows_all"], bool(counted["drawn"])) == (2, 2, True)
    assert "own1" not in set(exports.counts(known, View())["layer"])
    assert len(exports.table(session_layers.atlas, "own_land", view)) == 2
    assert exports.table(known, "own_land", View()).empty


def test_own_layers_are_origins_targets_and_candidates(known: Atlas) -> None:
    cells = {"行政区": ["松江区"] * 6}
    lines = [LineString([(121.20, 31.0), (121.25, 31.05)])]
    session_layers = session_layers_of(
        known, layer_source(cells, points(6), district="行政区"), layer_source({}, lines), token="asks"
    )
    view = View(token="asks", districts=("310117",), near_from="parks", near_to="own1")
    near = cache.near(analysis_params(view))
    assert set(near["target_id"].dropna()) <= {f"own1-{row}" for row in range(1, 7)}
    back = cache.near(analysis_params(View(token="asks", near_from="own1", near_to="own2")))
    assert (back["id"].to_list(), set(back["target_id"])) == ([f"own1-{row}" for row in range(1, 7)], {"own2-1"})
    assert "no" not in set(near["verdict"]) | set(back["verdict"])
    cover = cache.cover(analysis_params(view))
    assert cover["district_code"].to_list() == ["310117", "all"]
    assert 0 < cover["land_best"].iloc[0] < 1
    site = View(
        token="asks", districts=("310117",), near_to="breakfast", candidates="own1", new_points="2", analysis="site"
    )  # fmt: skip
    made = cache.proposal(analysis_params(site)).points
    assert set(made["candidate_id"]) <= {f"own1-{row}" for row in range(1, 7)}
    assert set(made["status"]) == {"proposal"}
    assert group(session_layers.atlas, "own2").lines
    assert "own1" in candidate_ids(session_layers.atlas)
    assert "own2" not in candidate_ids(session_layers.atlas)


def test_a_view_speaks_of_own_layers_only_where_they_are() -> None:
    query = {"l": "parks,own2,own11", "from": "own2", "to": "own11", "cand": "own2"}
    view, ignored = from_query(query, towns=(), own=("own2", "own11"))
    assert (view.layers, view.near_from, view.near_to, view.candidates) == (
        ("parks", "own2", "own11"), "own2", "own11", "own2"
    )  # fmt: skip
    assert ignored == ()
    assert from_query(query, towns=())[0].layers == ("parks",)
    assert len(from_query(query, towns=())[1]) == 5
    gone = without(view, "own2")
    assert (gone.layers, gone.near_from, gone.near_to) == (("parks", "own11"), "parks", "own11")


def test_a_preview_is_drawn_and_counted_nowhere(known: Atlas) -> None:
    session_layers = session_layers_of(known, token="looks")
    layer = imported({"名称": [HOSTILE[1], None]}, points(2))
    session_layers.previews["preview"] = preview_text(layer, ColumnMapping(title="t", name="名称"))
    drawn = get("/own/looks/preview.geojson").json["features"]
    assert [each["id"] for each in drawn] == ["1", "2"]
    assert drawn[0]["properties"]["name_zh"] == HOSTILE[1]
    assert drawn[1]["properties"]["name_zh"] == "2"
    report = preview_declaration(session_layers.token, layer, 3, ("预览", "Preview"))
    assert report["url"] == "/own/looks/preview.geojson?n=3"
    assert (session_layers.atlas, get("/export/preview.geojson", "own=looks").status) == (known, 404)
    assert get("/own/other/preview.geojson").status == 404
