"""A project file brings back what was saved, and nothing that somebody wrote into it."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import in_process_import
import pandas as pd
import pytest
from foreign_files import packed
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, box
from user_layer_samples import HOSTILE, HOSTILE_NAMES, ORIGIN, SONGJIANG, layer_source, points, session_layers_of

from app.cli import project
from app.core.atlas import DEFAULT_DATA, Atlas
from app.core.view import View, to_query
from app.documents import exports
from app.importers import limits
from app.importers.import_file import Imported
from app.workspace import project_index, project_rows
from app.workspace.column_mapping import ColumnMapping
from app.workspace.land import user_land
from app.workspace.project import Opened, is_project, opened, save
from app.workspace.session_layers import MOST_LAYERS, SessionLayers, UserLayerSource
from geo import geojson
from geo.errors import ParameterError

Run = Callable[..., tuple[int, str, str]]
VIEW = View(
    lang="en", districts=("310117",), layers=("parks", "own1", "own3"), near_from="own1", near_to="own3",
    candidates="own1", section="own", token="secret-token",
)  # fmt: skip


def with_gaps() -> UserLayerSource:
    """Give rows 2, 5 and 9 of a file of nine, of which the others were set aside, with hostile words everywhere."""
    cells = {name: list(HOSTILE[:3]) for name in (*HOSTILE_NAMES, "atlas_row", "file_import_row")}
    mixed: dict[str, list[Any]] = {
        "数": [1, 2.5, None],
        "混": ["", None, 3],
        "真": [True, False, None],
        "空": [None] * 3,
    }
    made = layer_source(
        cells | mixed | {"面积": ["120亩", "3-5公顷", None]}, points(3), name="card", amount="面积", basis="land"
    )
    issue = {"row": 1, "column": "面积", "code": "bad_coordinate", "severity": "quarantined", "value": HOSTILE[1]}
    report = {**made.imported.report, "rows": 9, "set_aside": 6, "issues": [issue]}
    frame = made.imported.frame.assign(import_row=[2, 5, 9])
    return UserLayerSource(imported=Imported(frame=frame, report=report), mapping=made.mapping, origin=made.origin)


def layers() -> list[UserLayerSource]:
    """Give layers of points, of outlines that overlap, and of everything else."""
    outlines = [box(121.3, 31.05, 121.36, 31.09), MultiPolygon([box(121.33, 31.07, 121.39, 31.11)])]
    others = [LineString([(121.2, 31), (121.3, 31.1)]), GeometryCollection([SONGJIANG, box(121.3, 31, 121.31, 31.01)])]
    return [
        with_gaps(),
        layer_source({"名": ["甲", "乙"]}, outlines, name="名"),
        layer_source({}, [*others, Point(1 / 3 + 121, 31)]),
    ]


@pytest.fixture
def session_layers(atlas: Atlas) -> SessionLayers:
    """Hold a session of three layers."""
    return session_layers_of(atlas, *layers(), token="secret-token")


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open without a process for each layer."""
    for module in (project_rows, project):
        monkeypatch.setattr(module, "import_file", in_process_import.import_in_process)


def fresh(atlas: Atlas, content: bytes) -> tuple[SessionLayers, Opened]:
    """Open a file in a new session."""
    new = SessionLayers(base=atlas, token="new")
    return new, opened(content, data=DEFAULT_DATA, session_layers=new)


def test_a_session_comes_back_whole_through_the_real_door(atlas: Atlas, session_layers: SessionLayers) -> None:
    content = save(session_layers, VIEW)
    assert content == save(session_layers, VIEW)
    assert b"secret-token" not in content
    new, got = fresh(atlas, content)
    assert got.layers == ("own1", "own2", "own3")
    for layer_id, old in session_layers.layers.items():
        loaded = new.layers[layer_id]
        assert_geodataframe_equal(loaded.frame, old.frame, normalize=True)
        assert (loaded.issues, loaded.source, loaded.rows_in, loaded.layer) == (
            old.issues, old.source, old.rows_in, old.layer
        )  # fmt: skip
    assert new.layers["own1"].frame["id"].to_list() == ["own1-2", "own1-5", "own1-9"]
    assert got.view == View(**{**vars(VIEW), "token": "new"})
    assert got.ignored == ()
    assert_frame_equal(user_land(new.atlas, got.view), user_land(session_layers.atlas, VIEW), rtol=1e-12)
    assert_frame_equal(exports.counts(new.atlas, got.view), exports.counts(session_layers.atlas, VIEW))
    assert save(new, got.view) == content, "what is opened and saved again is the same file"


@pytest.mark.usefixtures("fast")
def test_what_was_told_when_the_file_first_came_is_kept(atlas: Atlas, session_layers: SessionLayers) -> None:
    new, got = fresh(atlas, save(session_layers, VIEW))
    report = new.layer_sources["own1"].imported.report
    (issue,) = report["issues"]
    assert (issue["value"], issue["message_zh"] != "", report["set_aside"], report["rows"]) == (HOSTILE[1], True, 6, 9)
    assert new.layer_sources["own1"].origin == ORIGIN
    assert "3 个图层，8 行" in got.message
    assert "layers: 3, rows: 8" in got.message


@pytest.mark.usefixtures("fast")
def test_many_issues_are_counted_where_there_is_no_room_for_them(atlas: Atlas) -> None:
    made = layer_source({}, points(2))
    row = {"row": 1, "column": "列" * 80, "code": "overlap", "severity": "doubtful", "value": "值" * 80}
    report = {**made.imported.report, "issues": [row] * 6_000}
    many = UserLayerSource(
        imported=Imported(frame=made.imported.frame, report=report), mapping=made.mapping, origin=made.origin
    )
    content = save(session_layers_of(atlas, many), View())
    new, _ = fresh(atlas, content)
    kept = new.layer_sources["own1"].imported.report
    assert len(kept["issues"]) + kept["issues_left_out"] == 6_000
    assert 0 < len(kept["issues"]) < 6_000
    assert len(zipfile.ZipFile(io.BytesIO(content)).read("atlas.json")) <= project_index.MOST_BYTES


@pytest.mark.usefixtures("fast")
def test_ids_are_given_anew_and_the_view_follows(atlas: Atlas, session_layers: SessionLayers) -> None:
    session_layers.remove("own2")
    content = save(session_layers, VIEW)
    busy = session_layers_of(atlas, layer_source({}, points(1)), token="busy")
    got = opened(content, data=DEFAULT_DATA, session_layers=busy)
    assert got.layers == ("own2", "own3")
    assert (got.view.layers, got.view.near_from, got.view.near_to, got.view.candidates, got.view.token) == (
        ("parks", "own2", "own3"), "own2", "own3", "own2", "busy"
    )  # fmt: skip
    assert busy.layers["own2"].frame["id"].to_list() == ["own2-2", "own2-5", "own2-9"]
    assert list(busy.layers) == ["own1", "own2", "own3"]


def test_the_readme_and_the_rows_can_be_read_without_the_atlas(session_layers: SessionLayers) -> None:
    with zipfile.ZipFile(io.BytesIO(save(session_layers, VIEW))) as held:
        assert held.namelist() == ["atlas.json", "README.txt", *(f"layers/own{n}.geojson" for n in (1, 2, 3))]
        assert {each.date_time for each in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        readme = held.read("README.txt").decode()
        rows = json.loads(held.read("layers/own1.geojson"))
        query = json.loads(held.read("atlas.json"))["view"]
    for word in (
        "项目文件",
        "project file",
        ORIGIN.file,
        ORIGIN.sha256,
        "gcj02",
        "9 = 接受 accepted 3 + 搁置 set aside 6",
    ):
        assert word in readme
    assert set(rows) == {"type", "name", "features"}
    assert [each["properties"]["atlas_row_"] for each in rows["features"]] == [2, 5, 9]
    assert rows["features"][0]["properties"]["id"] == HOSTILE[0], "the file's own columns are as they were"
    assert "own" not in parse_qs(query)


@pytest.mark.usefixtures("fast")
def test_many_rows_come_in_parts_and_are_one_layer_again(
    atlas: Atlas, session_layers: SessionLayers, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, _ = fresh(atlas, save(session_layers, VIEW))
    monkeypatch.setattr(project_rows, "PART_ROWS", 1)
    content = save(session_layers, VIEW)
    parted, _ = fresh(atlas, content)
    assert "layers/own1-3.geojson" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    for layer_id, loaded in whole.layers.items():
        assert_geodataframe_equal(parted.layers[layer_id].frame, loaded.frame)
    assert save(parted, VIEW) == content


NUMBERS = st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False)
CELLS = st.none() | st.booleans() | NUMBERS | st.text(max_size=20) | st.lists(st.integers(0, 9), max_size=3)


@settings(max_examples=20)
@given(st.dictionaries(st.text(max_size=9).filter(lambda name: name not in {"geometry", "import_row"}),
                       st.lists(CELLS, min_size=2, max_size=2), max_size=5))  # fmt: skip
def test_any_cells_come_back_as_they_were(atlas: Atlas, cells: dict[str, list[Any]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project_rows, "import_file", in_process_import.import_in_process)
        old = session_layers_of(atlas, layer_source(cells, points(2)))
        new, _ = fresh(atlas, save(old, View()))
    for name in cells:
        was, now = (each.layer_sources["own1"].imported.frame[name] for each in (old, new))
        assert [geojson.plain(cell) for cell in now] == [geojson.plain(cell) for cell in was]
    assert_frame_equal(pd.DataFrame(new.layers["own1"].frame), pd.DataFrame(old.layers["own1"].frame))


@pytest.mark.usefixtures("fast")
def test_another_data_version_opens_and_says_so(atlas: Atlas, session_layers: SessionLayers) -> None:
    content = altered(save(session_layers, VIEW), lambda report: report.update(data_version="2031.01"))
    _, got = fresh(atlas, content)
    assert got.saved_version == "2031.01"
    zh, _, en = got.message.partition(" | ")
    assert all(word in zh and word in en for word in ("2031.01", atlas.data_version))


@pytest.mark.parametrize(
    ("query", "ignored"),
    [("", 0), ("l=own7,parks&from=own7", 2), ("l=own1&own=stolen&x=1", 1), ("d=310117,999&lang=fr", 2), ("%00&&&=", 0),
     ("tab=<img>&asof=x", 2)],
)  # fmt: skip
@pytest.mark.usefixtures("fast")
def test_what_a_view_says_in_vain_is_ignored_and_told(
    query: str, ignored: int, atlas: Atlas, session_layers: SessionLayers
) -> None:
    _, got = fresh(atlas, altered(save(session_layers, VIEW), lambda report: report.update(view=query)))
    assert len(got.ignored) == ignored
    assert got.view.token == "new"
    assert "own7" not in to_query(got.view)
    assert ("看不懂" in got.message) == bool(ignored)


def test_a_project_is_told_from_other_files_by_what_it_holds(session_layers: SessionLayers) -> None:
    assert is_project(save(session_layers, VIEW))
    for other in (b"", b"PK", b"PK\x03\x04", packed({"parks.shp": b"", "parks.dbf": b""}), packed({}), b"{}",
                  packed({"x/atlas.json": b"{}"}), b"PK\x03\x04atlas.json"):  # fmt: skip
        assert not is_project(other)


def test_a_session_that_would_not_come_back_is_not_saved(
    atlas: Atlas, session_layers: SessionLayers, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = {f"c{number}": [1] for number in range(limits.COLUMNS)}
    long = layer_source({"n" * 400_000: [1]}, points(1), name="n" * 400_000)
    for session in (
        session_layers_of(atlas, layer_source(wide, points(1))),
        session_layers_of(atlas, long, long, long),
    ):
        with pytest.raises(ParameterError) as fault:
            save(session, View())
        assert fault.value.code == "own_project_large"
    with pytest.raises(ParameterError):
        save(SessionLayers(base=atlas, token="empty"), View())
    monkeypatch.setattr(limits, "FILE_BYTES", 2_000)
    with pytest.raises(ParameterError):
        save(session_layers, VIEW)


@pytest.mark.usefixtures("fast")
def test_rows_that_are_all_alike_are_no_bomb(atlas: Atlas) -> None:
    alike = layer_source({"x" * 250: ["y" * 2_000] * 1_500}, [SONGJIANG] * 1_500)
    new, _ = fresh(atlas, save(session_layers_of(atlas, alike), View()))
    assert len(new.layers["own1"].frame) == 1_500


@pytest.mark.usefixtures("fast")
def test_there_must_be_room_for_all_layers_or_none_comes(atlas: Atlas, session_layers: SessionLayers) -> None:
    full = session_layers_of(atlas, *[layer_source({}, points(1))] * (MOST_LAYERS - 1), token="full")
    before = (dict(full.layers), dict(full.layer_sources), full.atlas.user_layer_ids)
    with pytest.raises(ParameterError) as fault:
        opened(save(session_layers, VIEW), data=DEFAULT_DATA, session_layers=full)
    assert fault.value.code == "own_many"
    assert (full.layers, full.layer_sources, full.atlas.user_layer_ids) == before


@pytest.mark.usefixtures("fast")
def test_the_command_makes_and_reads_a_project(run: Run, tmp_path: Path) -> None:
    text = "名称,经度,纬度,占地面积\n甲,121.2257,31.0323,120亩\n乙,121.2357,31.3722,3-5公顷\n"
    (tmp_path / "名单.csv").write_text(text, encoding="utf-8")
    source, out = str(tmp_path / "名单.csv"), tmp_path / "out.atlas.zip"
    code, said, _ = run("project", source, "--make", str(out), "--json")
    assert (code, json.loads(said)["status"], out.exists()) == (2, "rejected", False), "a thin datum is asked for"
    options = ("--datum", "wgs84", "--title", "园区", "--basis", "floor", "--licence", "CC BY 4.0", "--name", "-")
    code, said, _ = run("project", source, "--make", str(out), *options, "--json")
    (layer,) = json.loads(said)["layers"]
    assert (code, layer["rows"], layer["doubts"]) == (0, 2, 1)
    code, said, _ = run("project", str(out), "--json")
    report = json.loads(said)
    assert (code, report["status"], report["layers"]) == (0, "opened", [layer])
    assert layer["reading"] == ColumnMapping(title="园区", amount="占地面积", basis="floor").to_dict()
    assert (layer["origin"]["licence"], layer["origin"]["by_user"]) == ("CC BY 4.0", True)
    code, said, _ = run("project", source, "--json")
    assert (code, json.loads(said)["status"]) == (2, "rejected")
    code, said, _ = run("project", source, "--make", str(out), "--datum", "wgs84", "--name", "没有", "--json")
    assert (code, "没有" in json.loads(said)["message"]) == (2, True)
    assert run("project", str(tmp_path), "--json")[0] == 2


def altered(content: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """Change atlas.json of a project file."""
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        members = {name: held.read(name) for name in held.namelist()}
    report = json.loads(members["atlas.json"])
    change(report)
    return packed({**members, "atlas.json": json.dumps(report).encode()})
