"""Lists that the deployer imports: credited, kept apart from the data, on everybody's map, and no only if declared."""

import json
import os
import tomllib
from pathlib import Path

import pytest
import shapely
from asgi_call import get
from list_files import HOSPITALS, OURS, SAID, Run, drawn, refused, taken, written
from shapely.geometry import box
from streamlit.testing.v1 import AppTest

from app.analysis.params import analysis_params
from app.core import groups
from app.core.atlas import DATA_VARIABLE, DEFAULT_DATA, Atlas, load_atlas
from app.core.view import LAYER_IDS, View, from_query, to_query
from app.documents import exports
from app.documents.single_file.document import document
from app.service import cache, payload
from layers import PLACES
from layers.reference import REFERENCE


def test_an_extract_of_openstreetmap_is_cut_credited_and_loaded(run: Run, lists: Path, tmp_path: Path) -> None:
    keep = ("--keep", "fclass=hospital", "--keep", "fclass=clinic")
    report = taken(run, written(tmp_path / "a.csv", HOSPITALS), "--as", "hospitals", *keep, *SAID)
    counted = ("rows", "left_out", "set_aside", "outside_the_city", "shapes_to_points")
    assert [report[key] for key in counted] == [3, 1, 0, 0, 0]
    assert (report["layer"], report["datum"], report["complete"]) == ("ref_hospitals", "wgs84", False)
    assert (report["attribution"], report["licence"]) == ("© OpenStreetMap contributors", "ODbL 1.0")
    atlas = cache.atlas()
    assert dict(atlas.failed) == {}
    assert atlas.issues == ()
    frame = atlas.frame("ref_hospitals")
    assert frame["name_zh"].to_list() == ["甲医院", "乙诊所", "丁医院"]
    assert frame["source_id"].to_list() == ["1", "2", "4"]
    assert frame["kind_text"].to_list() == ["hospital", "clinic;doctors", "hospital"]
    assert frame["id"].to_list() == ["ref_hospitals-1", "ref_hospitals-2", "ref_hospitals-4"]
    assert frame["district_code"].to_list() == ["310101", "310104", "310117"]
    assert set(frame["location_basis"]) == {"brought"}
    metadata = tomllib.loads((lists / "ref_hospitals" / "source.toml").read_text(encoding="utf-8"))
    assert metadata["accessed"] == "2026-11-20"
    assert "fclass=clinic" in metadata["method_en"]
    assert metadata["files"][0]["rows"] == 3


def test_a_list_is_in_the_switch_the_tables_the_exports_and_the_credits(run: Run, lists: Path, tmp_path: Path) -> None:
    taken(run, written(tmp_path / "a.csv", HOSPITALS), "--as", "metro", *SAID)
    atlas, plain = cache.atlas(), load_atlas(DEFAULT_DATA)
    assert lists.is_dir()
    assert [layer.id for layer in atlas.places] == ["ref_metro", *(layer.id for layer in PLACES)]
    assert atlas.signature != plain.signature
    view = View(layers=("ref_metro",), districts=("310117",))
    table = exports.places(atlas, view)
    assert table["name_zh"].to_list() == ["丁医院"]
    assert set(table["data_kind"]) == {"reference"}
    counts = exports.counts(atlas, view).set_index("layer")
    assert counts.loc["ref_metro", ["rows_kept", "rows_all", "data_kind"]].to_list() == [1, 4, "reference"]
    document_of = json.loads(exports.layer_geojson(atlas, "ref_metro", View()))
    assert document_of["sources"][0]["licence"] == "ODbL 1.0"
    assert len(document_of["features"]) == 4
    script = get(f"/maps/{cache.built_map().signature}.js").body
    assert "ref_metro" in script
    assert "OpenStreetMap contributors" in script
    assert len(get("/layers/ref_metro.geojson").json["features"]) == 4
    assert "ref_metro" in {row["id"] for row in json.loads(run("layers", "--json")[1])}
    assert to_query(View(layers=("ref_metro",))) == "l=ref_metro"


def test_a_list_is_in_the_lists_by_district_and_in_the_table_of_precision(
    run: Run, lists: Path, tmp_path: Path
) -> None:
    assert lists.name
    taken(run, written(tmp_path / "a.csv", HOSPITALS), "--as", "hospitals", *SAID)
    out = tmp_path / "out"
    assert run("lists", "--out", str(out), "--district", "松江区", "--format", "geojson", "--json")[0] == 0
    report = json.loads(next(out.glob("310117-*.geojson")).read_text(encoding="utf-8"))
    layer_source = [each["properties"] for each in report["features"] if each["properties"]["layer"] == "ref_hospitals"]
    assert [each["name_zh"] for each in layer_source] == ["丁医院"]
    metadata = next(each for each in report["sources"] if each["layer"] == "ref_hospitals")
    assert (metadata["licence"], metadata["data_kind"]) == ("ODbL 1.0", "reference")
    precision = exports.table(cache.atlas(), "precision", View()).set_index("layer")
    assert precision.at["ref_hospitals", "rows"] == len(cache.atlas().frame("ref_hospitals"))


def test_the_card_of_a_long_list_is_sent_when_it_is_opened(run: Run, lists: Path, tmp_path: Path) -> None:
    count = payload.CARDS_SENT + 1
    rows = [(at, "cafe", f"店{at}", 121.40 + at % 50 / 1_000, 31.20 + at // 50 / 1_000) for at in range(count)]
    assert taken(run, written(tmp_path / "a.csv", rows), "--as", "breakfast", *SAID)["rows"] == count
    assert (lists / "ref_breakfast").is_dir()
    sent = get("/layers/ref_breakfast.geojson").json["features"]
    assert len(sent) == count
    assert not any("card" in each["properties"] for each in sent)
    atlas = cache.atlas()
    cells = payload.card(atlas, atlas.loaded["ref_breakfast"], atlas.records("ref_breakfast")[7])
    assert get("/layers/ref_breakfast/card/7.json").json == list(cells)
    assert "cafe" in {each["value_zh"] for each in cells}
    for path in (f"ref_breakfast/card/{count}", "land/card/0", "nothing/card/0"):
        assert get(f"/layers/{path}.json").status == 404


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--as", "metro", *SAID), "--attribution"),
        (("--as", "metro", "--attribution", "we"), "--accessed"),
        (("--as", "metro", "--attribution", "we", "--accessed", "yesterday"), "--accessed"),
        (("--as", "metro", "--attribution", "we", "--accessed", "2026-11-20"), "--datum"),
        (("--as", "metro", *OURS, "--keep", "kind=x"), "--keep kind"),
        (("--as", "metro", *OURS, "--keep", "kind"), "COLUMN=VALUE"),
        (("--as", "metro", *OURS, "--keep", "name=nobody"), "--keep"),
        (("--as", "metro", *OURS, "--name", "titel"), "--name titel"),
        (("--as", "towns", *OURS), "none of them fits"),
        (("--complete",), "--as"),
        (("--as", "metro", *OURS, "--layer", "none"), ""),
    ],
)
def test_what_is_not_told_is_not_guessed_and_nothing_is_written(
    arguments: tuple[str, ...], said: str, run: Run, lists: Path, tmp_path: Path
) -> None:
    rows = [("甲", 121.4746, 31.2304), ("乙", 121.44, 31.19)]
    path = written(tmp_path / "a.csv", rows, "name,lon,lat")
    code, out, err = run("import", path, *arguments, "--json")
    assert code == 2
    assert said in err or json.loads(out)["status"] == "rejected"
    assert not lists.exists()


def test_a_list_is_replaced_whole_kept_when_the_next_is_refused_and_taken_out(
    run: Run, lists: Path, tmp_path: Path
) -> None:
    first, path = written(tmp_path / "a.csv", HOSPITALS), lists / "ref_metro" / "ref_metro.geojson"
    taken(run, first, "--as", "metro", *SAID)
    taken(run, first, "--as", "metro", "--keep", "fclass=clinic", *SAID)
    kept = path.read_bytes()
    assert len(json.loads(kept)["features"]) == 1
    refused(run, first, "--as", "metro", "--keep", "fclass=station", *SAID)
    assert path.read_bytes() == kept
    assert sorted(each.name for each in path.parent.iterdir()) == ["ref_metro.geojson", "source.toml"]
    assert taken(run, "--as", "metro", "--remove")["status"] == "removed"
    assert not path.parent.exists()
    assert "ref_metro" in refused(run, "--as", "metro", "--remove")
    assert "FILE" in refused(run)


def test_a_list_that_is_not_what_its_paper_says_is_set_apart(run: Run, lists: Path, tmp_path: Path) -> None:
    taken(run, written(tmp_path / "a.csv", HOSPITALS), "--as", "hospitals", "--complete", *SAID)
    assert load_atlas(DEFAULT_DATA, lists).complete_ids == {"ref_hospitals"}
    path = lists / "ref_hospitals" / "ref_hospitals.geojson"
    path.write_text(path.read_text(encoding="utf-8").replace("甲医院", "别的"), encoding="utf-8")
    atlas = load_atlas(DEFAULT_DATA, lists)
    assert set(atlas.failed) == {"ref_hospitals"}
    assert atlas.complete_ids == frozenset()
    assert len(atlas.frame("ref_hospitals")) == 0
    assert "ref_hospitals" not in groups.group_ids(atlas)
    assert len(atlas.frame("parks")) == len(load_atlas(DEFAULT_DATA).frame("parks")) > 0


def test_only_a_list_that_was_declared_complete_says_no(run: Run, lists: Path, tmp_path: Path) -> None:
    path, near = written(tmp_path / "a.csv", HOSPITALS), ("analysis", "near", "--to", "ref_hospitals", "--json")
    taken(run, path, "--as", "hospitals", "--method", "surveyed", *SAID)
    open_answer = json.loads(run(*near)[1])
    assert open_answer["verdicts"]["no"] == 0
    assert open_answer["verdicts"]["unknown"] > 0
    taken(run, path, "--as", "hospitals", "--method", "surveyed", "--complete", *SAID)
    (tmp_path / "again").symlink_to(DEFAULT_DATA, target_is_directory=True)
    os.environ[DATA_VARIABLE] = str(tmp_path / "again")  # the process has read the first list already
    closed = json.loads(run(*near)[1])
    assert closed["analysis"]["list_declared_complete"] is True
    assert closed["verdicts"]["no"] == open_answer["verdicts"]["unknown"]
    assert closed["verdicts"]["unknown"] == 0
    atlas = load_atlas(DEFAULT_DATA, lists)
    assert analysis_params(View(near_to="ref_hospitals"), atlas.complete_ids).complete
    assert not analysis_params(View(near_from="ref_hospitals", near_to="parks"), atlas.complete_ids).complete


@pytest.mark.usefixtures("lists")
def test_the_page_says_how_many_places_beyond_the_city_do_not_ask(run: Run, tmp_path: Path, root: Path) -> None:
    beyond = [("1", "hospital", "甲", 120.872731, 31.135388), ("2", "hospital", "乙", 121.47, 31.23)]
    taken(run, written(tmp_path / "a.csv", beyond), "--as", "hospitals", *SAID)
    page = AppTest.from_file(str(root / "app" / "ui" / "page.py"), default_timeout=60)
    page.query_params.update({"tab": "analysis", "from": "ref_hospitals", "to": "hub", "lang": "en"})
    page.run()
    assert not page.exception
    assert any(each.value.startswith("1 more places of “From” lie beyond the city") for each in page.caption)


@pytest.mark.usefixtures("lists")
def test_a_place_across_the_border_of_the_city_is_as_near_as_it_is(run: Run, tmp_path: Path) -> None:
    beyond = [("1", "hospital", "甲", 120.872731, 31.135388), ("2", "hospital", "乙", 121.47, 31.23)]
    report = taken(
        run, written(tmp_path / "a.csv", beyond), "--as", "hospitals", "--method", "surveyed", "--complete", *SAID
    )
    assert report["outside_the_city"] == 1
    params = ("--to", "ref_hospitals", "--radius", "1000", "--json")
    rows = json.loads(run("analysis", "coverage", *params)[1])["by_district"]
    qingpu = next(row for row in rows if row["district_code"] == "310118")
    assert 0 < qingpu["land_sure"] <= qingpu["land_best"] < 3e6 / qingpu["land_total"]
    near = json.loads(run("analysis", "near", "--from", "ref_hospitals", *params)[1])
    assert [row["name_zh"] for row in near["origins"]] == ["乙"], "who asks is the city's own"


def test_a_list_without_some_of_its_rows_is_not_complete(run: Run, lists: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [*HOSPITALS, ("5", "hospital", "戊医院", "", "")])
    assert taken(run, path, "--as", "hospitals", *SAID)["set_aside"] == 1
    assert "--complete" in refused(run, path, "--as", "hospitals", "--complete", *SAID)
    assert load_atlas(DEFAULT_DATA, lists).complete_ids == frozenset()


def test_an_outline_of_a_place_is_a_point_in_it_known_no_better_than_its_reach(
    run: Run, lists: Path, tmp_path: Path
) -> None:
    outline = box(121.47, 31.22, 121.49, 31.24)  # about 1.9 km by 2.2 km
    path = drawn(tmp_path / "a.geojson", outline, shapely.Point(121.44, 31.19))
    assert taken(run, path, "--as", "hospitals", "--method", "address", *OURS)["shapes_to_points"] == 1
    frame = load_atlas(DEFAULT_DATA, lists).frame("ref_hospitals")
    assert outline.contains(frame.geometry.iloc[0])
    assert 1_400 < frame["accuracy_m"].iloc[0] < 1_600
    assert frame["accuracy_m"].iloc[1] == 200
    assert frame["location_note_en"].iloc[0]
    assert frame["location_note_en"].iloc[1] == ""


def test_towns_are_outlines_and_no_group_of_places(run: Run, lists: Path, tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.geojson", box(121.46, 31.22, 121.47, 31.23), shapely.Point(121.44, 31.19))
    report = taken(run, path, "--as", "towns", *OURS)
    assert (report["rows"], report["set_aside"]) == (1, 1)
    atlas = load_atlas(DEFAULT_DATA, lists)
    assert set(atlas.frame("ref_towns").geometry.geom_type) == {"Polygon"}
    assert "ref_towns" not in groups.group_ids(atlas)
    assert atlas.towns == load_atlas(DEFAULT_DATA).towns


def test_an_address_that_asks_for_a_list_works_where_it_is_and_is_said_where_it_is_not() -> None:
    params = {"to": "ref_hospitals", "l": "ref_hospitals,parks"}
    view, ignored = from_query(params, towns=(), own=("ref_hospitals",))
    assert (view.near_to, view.layers, ignored) == ("ref_hospitals", ("ref_hospitals", "parks"), ())
    away, (report,) = from_query(params, towns=())
    assert (report.parameter, report.value) == ("to", "ref_hospitals")
    assert away.layers == ("ref_hospitals", "parks")
    assert from_query({"to": "ref_towns"}, towns=(), own=("ref_towns",))[1]
    assert tuple(layer.id for layer in (*REFERENCE, *PLACES)) == LAYER_IDS


def test_an_analysis_of_a_list_that_was_not_imported_says_how_to_import_it(run: Run, lists: Path) -> None:
    code, _, err = run("analysis", "near", "--to", "ref_metro")
    assert (code, lists.exists()) == (2, False)
    assert "--as metro" in err


def test_the_page_shows_who_declared_the_list_complete(run: Run, lists: Path, tmp_path: Path, root: Path) -> None:
    path = written(tmp_path / "a.csv", HOSPITALS)
    taken(run, path, "--as", "hospitals", "--complete", "--licence", "ours", *SAID)
    assert lists.is_dir()
    page = AppTest.from_file(str(root / "app" / "ui" / "page.py"), default_timeout=60)
    page.query_params.update({"lang": "en", "tab": "analysis", "to": "ref_hospitals", "l": "ref_hospitals"})
    page.run()
    assert not page.exception
    switch = page.toggle(key="w_complete")
    assert (switch.value, switch.disabled) == (True, True)
    assert any("declared it complete (© OpenStreetMap contributors)" in each.value for each in page.caption)
    assert page.selectbox(key="w_near_to").value == "ref_hospitals"


def test_the_one_file_atlas_leaves_the_lists_with_the_server(run: Run, lists: Path, tmp_path: Path) -> None:
    taken(run, written(tmp_path / "a.csv", HOSPITALS), "--as", "hospitals", *SAID)
    atlas: Atlas = load_atlas(DEFAULT_DATA, lists)
    assert "ref_hospitals" in atlas.loaded
    words = document(atlas, View(layers=("ref_hospitals", "parks")))
    assert "甲医院" not in words
    assert '"id": "ref_hospitals"' not in words
