"""What the server answers: right content, right headers, and a sentence in both languages for what it does not have."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from asgi_call import get

from app.core.atlas import DATA_VARIABLE, Atlas
from app.core.view import View
from app.server.headers import content_security_policy
from app.service import cache, payload
from app.service.map_build import BASEMAP_HOSTS, BASEMAPS
from layers import PLACES


def directives() -> dict[str, list[str]]:
    """Take the policy apart."""
    parts = (part.split() for part in content_security_policy().split(";"))
    return {name: values for name, *values in parts}


def test_the_server_says_that_it_is_well(atlas: Atlas) -> None:
    assert get("/healthz").json == {"status": "ok", "data_version": atlas.data_version, "failed": {}}


@pytest.mark.parametrize("layer", [layer.id for layer in PLACES] + ["land", "water", "districts_land"])
def test_every_drawn_layer_is_served_as_geojson(layer: str, atlas: Atlas) -> None:
    answer = get(f"/layers/{layer}.geojson")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/geo+json")
    assert [f["id"] for f in answer.json["features"]] == atlas.loaded[layer].frame["id"].to_list()


def test_every_url_that_the_map_declares_is_served() -> None:
    script = get(f"/maps/{cache.built_map().signature}.js")
    assert script.status == 200
    assert script.headers["content-type"].startswith("text/javascript")
    declared = _layers_of(script.body)
    assert len(declared) >= len(PLACES)
    for layer in declared:
        path, _, query = layer["url"].partition("?")
        assert get(path, query).status == 200, path


def _layers_of(script: str) -> Any:
    """Read the declarations out of the map's script."""
    layers, _ = json.JSONDecoder().raw_decode(script[script.index('"layers": ') + len('"layers": ') :])
    return layers


def test_the_manifest_names_districts_sectors_and_texts() -> None:
    manifest = get("/manifest.json").json
    assert len(manifest["districts"]) == 16
    assert len(manifest["sectors"]) == 15
    assert manifest["texts"]["legend"] == ["图例", "Legend"]


def test_what_never_changes_may_be_kept_and_what_does_is_asked_for_again() -> None:
    assert "immutable" in get("/layers/parks.geojson").headers["cache-control"]
    assert get("/export/parks.geojson").headers["cache-control"] == "no-cache"


def test_assets_are_served_below_their_signature() -> None:
    answer = get(f"/assets/{cache.assets_signature()}/atlas/mount.js")
    assert answer.status == 200
    assert "javascript" in answer.headers["content-type"]
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["/assets/x/../../page.py", "/assets/x/../../../pyproject.toml", "/assets/x//etc/passwd"]
)
def test_nothing_outside_the_static_folder_is_served(path: str) -> None:
    assert get(path).status == 404


def test_an_export_is_a_file_of_the_rows_of_the_view() -> None:
    answer = get("/export/parks.geojson", "d=310117")
    assert answer.status == 200
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert [f["id"] for f in answer.json["features"]] == ["PK11", "PK12", "PK13", "PK25"]
    assert answer.json["filter"]["districts"] == ["310117"]


def test_a_table_is_a_csv_file_with_a_byte_order_mark() -> None:
    answer = get("/export/land.csv", "lang=en")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.body.startswith("\ufeff")
    lines = answer.body.splitlines()
    assert len(lines) == 18, "a head, 16 districts, and the union total, which the page shows, too"
    assert lines[-1].startswith("all,")
    assert "221295.0" in lines[-1]
    assert "221295.0" in get("/export/sectors.csv", "").body.splitlines()[-1]


@pytest.mark.parametrize("query", ["x=%00&coarse=maybe", "s=,,,&coarse=maybe", "lang=%3Cscript%3E"])
def test_a_bad_query_gives_the_whole_and_never_an_error(query: str, counts: dict[str, Any]) -> None:
    assert get("/export/parks.geojson", query).json["rows"] == counts["layers"]["parks"]


@pytest.mark.parametrize(("query", "named"), [("d=zzz", "d=zzz"), ("d=310117&l=moon", "l=moon"), ("t=nowhere", "t=no")])
@pytest.mark.parametrize("file", ["parks.geojson", "places.csv", "land.json", "shown.gpkg"])
def test_a_file_is_not_made_of_a_filter_that_means_nothing(file: str, query: str, named: str) -> None:
    answer = get(f"/export/{file}", query)
    assert answer.status == 404
    assert named in answer.body
    assert " | " in answer.body


def test_a_kind_of_file_that_is_not_made_is_a_sentence() -> None:
    answer = get("/export/parks.foo", "")
    assert (answer.status, "没有这个文件格式" in answer.body) == (404, True)


def test_outlines_and_circles_of_parks_are_a_file_of_their_own() -> None:
    every, some = (get("/export/parks_outlines.geojson", query).json for query in ("", "d=310117"))
    assert {feature["geometry"]["type"] for feature in every["features"]} == {"Polygon"}
    assert {feature["properties"]["method"] for feature in every["features"]} > {"area_circle"}
    kept = {feature["id"] for feature in get("/export/parks.geojson", "d=310117").json["features"]}
    assert {feature["properties"]["park_id"] for feature in some["features"]} <= kept
    assert 0 < len(some["features"]) < len(every["features"])


def test_the_map_is_given_no_circle_round_a_park_whose_position_is_schematic(atlas: Atlas) -> None:
    loaded = atlas.loaded["parks"]
    before = json.loads(payload.layer_features(atlas, payload.PARK_EXTENTS))["features"]
    park = next(each["properties"]["park_id"] for each in before if each["properties"]["method"] == "area_circle")
    frame = loaded.frame.copy()
    frame.loc[frame["id"] == park, "location_method"] = "schematic"
    moved = replace(atlas, loaded={**atlas.loaded, "parks": replace(loaded, frame=frame)})
    after = json.loads(payload.layer_features(moved, payload.PARK_EXTENTS))["features"]
    assert [each["id"] for each in before if each["properties"]["park_id"] != park] == [each["id"] for each in after]
    assert len(after) == len(before) - 1


NOT_THERE = ("/layers/moon.geojson", "/export/moon.geojson", "/export/moon.csv", "/maps/0.js", "/layers/<b>.geojson")


@pytest.mark.parametrize("path", NOT_THERE)
def test_what_is_not_there_is_said_in_both_languages_as_plain_text(path: str) -> None:
    answer = get(path)
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/plain")
    assert "没有" in answer.body
    assert " | There is no " in answer.body


@pytest.mark.parametrize(
    "path", ["/healthz", "/layers/parks.geojson", "/export/moon.csv", "/assets/x/nothing.js", "/x"]
)
def test_every_answer_carries_the_safety_headers(path: str) -> None:
    headers = get(path).headers
    assert headers["content-security-policy"] == content_security_policy()
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] in {"no-referrer", "same-origin", "strict-origin-when-cross-origin"}
    assert "geolocation=()" in headers["permissions-policy"]


def test_only_reading_is_allowed() -> None:
    assert get("/layers/parks.geojson", method="POST").status == 405


def test_the_policy_lets_no_script_run_but_ours() -> None:
    policy = directives()
    assert policy["default-src"] == ["'self'"]
    assert policy["object-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["base-uri"] == ["'self'"]
    scripts = set(policy["script-src"])
    assert scripts.isdisjoint({"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:", "data:"})
    assert {source for source in scripts if not source.startswith("'sha256-")} == {"'self'", "blob:"}


def test_only_pictures_may_come_from_other_hosts_and_only_from_the_base_maps() -> None:
    for name, sources in directives().items():
        hosts = [source for source in sources if "//" in source]
        assert hosts == (list(BASEMAP_HOSTS) if name == "img-src" else []), name
    for base in BASEMAPS:
        assert any(host.removeprefix("https://*") in base["url"].removeprefix("https://") or host in base["url"]
                   for host in BASEMAP_HOSTS), base["id"]  # fmt: skip


def test_a_broken_layer_is_told_and_the_others_are_served(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "parks" / "parks.geojson").unlink()
    monkeypatch.setenv(DATA_VARIABLE, str(data))
    health = get("/healthz").json
    assert health["status"] == "degraded"
    assert list(health["failed"]) == ["parks"]
    assert get("/layers/parks.geojson").status == 404
    assert get("/layers/parks_outlines.geojson").status in {200, 404}
    assert get("/layers/gmp.geojson").status == 200
    assert get("/export/parks.geojson").status == 404
    for table in ("land", "sectors", "nearby", "nearby_districts", "outlines", "places"):
        assert get(f"/export/{table}.csv").status == 200, table


def test_the_front_door_holds_page_routes_and_headers(root: Path) -> None:
    code = (root / "atlas_app.py").read_text(encoding="utf-8")
    for word in ("st.App(", "routes=ROUTES", "Middleware(SecurityHeaders)", "on_script_error=on_fault"):
        assert word in code


def test_a_view_in_the_url_and_in_an_export_are_the_same(counts: dict[str, Any]) -> None:
    rows = get("/export/shown.geojson", "l=parks,gmp&d=310117").json["features"]
    assert {f["properties"]["layer"] for f in rows} == {"parks", "gmp"}
    assert get("/export/shown.geojson").json["rows"] == counts["places"]
    assert View().layers
