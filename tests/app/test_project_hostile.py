"""A project file is a foreign file: whatever it holds, it is refused in words and the session stays as it was."""

import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import in_process_import
import pytest
from foreign_files import collection, feature, packed, point, polygon
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box
from user_layer_samples import ORIGIN, layer_source, points, session_layers_of

from app.core.atlas import DEFAULT_DATA, Atlas
from app.core.view import View
from app.i18n.messages import WORDS, in_words
from app.importers import limits
from app.service import cache
from app.workspace import project_rows
from app.workspace.project import is_project, opened, save
from app.workspace.session_layers import SessionLayers
from geo.errors import AtlasError

Members = dict[str, bytes]
Report = dict[str, Any]
ROWS = [feature(point(121.22 + at / 1000, 31.03), atlas_row=at + 1, 名="甲") for at in range(3)]


@pytest.fixture(scope="module")
def known() -> Atlas:
    """Take the atlas that the server itself uses."""
    return cache.atlas()


@pytest.fixture(scope="module")
def honest(known: Atlas) -> bytes:
    """Save a session of one layer."""
    made = layer_source({"名": ["甲", "乙", "丙"]}, points(3), name="名")
    return save(session_layers_of(known, made), View(layers=("own1",)))


@pytest.fixture(scope="module")
def members(honest: bytes) -> Members:
    """Take the honest file apart."""
    with zipfile.ZipFile(io.BytesIO(honest)) as held:
        return {name: held.read(name) for name in held.namelist()}


@contextmanager
def untouched(atlas: Atlas) -> Iterator[SessionLayers]:
    """Hold a session of one layer; afterwards it is as it was."""
    session_layers = session_layers_of(atlas, layer_source({}, points(1)), token="busy")
    before = (dict(session_layers.layers), dict(session_layers.layer_sources), session_layers.atlas)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project_rows, "import_file", in_process_import.import_in_process)
        yield session_layers
    assert (session_layers.layers, session_layers.layer_sources) == before[:2]
    assert session_layers.atlas is before[2]


def refused(atlas: Atlas, content: bytes) -> AtlasError:
    """Open a file that must be refused, and give the error; it has words in both languages."""
    with untouched(atlas) as session_layers, pytest.raises(AtlasError) as fault:
        opened(content, data=DEFAULT_DATA, session_layers=session_layers)
    assert fault.value.code in WORDS
    assert in_words(fault.value, "zh") != in_words(fault.value, "en")
    return fault.value


def with_index(members: Members, change: Callable[[Report], object]) -> bytes:
    """Change atlas.json."""
    report = json.loads(members["atlas.json"])
    change(report)
    return packed({**members, "atlas.json": json.dumps(report, ensure_ascii=False).encode()})


def with_rows(members: Members, *features: Any) -> bytes:
    """Change the rows."""
    return packed({**members, "layers/own1.geojson": collection(*features).encode()})


def first(report: Report) -> Report:
    """Give the index's first layer."""
    layer: Report = report["layers"][0]
    return layer


def issues_of(*issue: object) -> Callable[[Report], object]:
    """Give the first layer one issue."""
    return lambda report: first(report)["told"].update(issues=[list(issue)])


INDEX: dict[str, tuple[Callable[[Report], object], str]] = {
    "another format": (lambda report: report.update(format="x"), "own_project"),
    "a later version": (lambda report: report.update(version=2), "own_project_version"),
    "a version in words": (lambda report: report.update(version="1"), "own_project_version"),
    "no layers": (lambda report: report.update(layers=[]), "own_project"),
    "too many layers": (lambda report: report.update(layers=report["layers"] * 21), "own_project"),
    "an id twice": (lambda report: report.update(layers=report["layers"] * 2), "own_project"),
    "one key more": (lambda report: report.update(more=1), "own_project"),
    "one key less": (lambda report: report.pop("view"), "own_project"),
    "a list for a layer": (lambda report: report.update(layers=[[1]]), "own_project"),
    "a path for an id": (lambda report: first(report).update(id="../../etc/passwd"), "own_project"),
    "own0": (lambda report: first(report).update(id="own0"), "own_project"),
    "no such member": (lambda report: first(report).update(id="own7"), "import_part"),
    "no such row column": (lambda report: first(report).update(row_column="名"), "own_project"),
    "an unknown column": (lambda report: first(report)["reading"].update(name="没有"), "own_reading"),
    "an unknown unit": (lambda report: first(report)["reading"].update(unit="acre"), "own_reading"),
    "a number for a title": (lambda report: first(report)["reading"].update(title=3), "own_project"),
    "an endless title": (lambda report: first(report)["reading"].update(title="x" * 2_000), "own_project"),
    "half a reading": (lambda report: first(report).update(reading={"title": "t"}), "own_reading"),
    "a hash that is none": (lambda report: first(report)["origin"].update(sha256="../x"), "own_project"),
    "an unknown datum": (lambda report: first(report)["origin"].update(datum="mars"), "own_project"),
    "1 for true": (lambda report: first(report)["origin"].update(by_user=1), "own_project"),
    "more rows": (lambda report: first(report)["told"].update(rows=4), "own_project"),
    "fewer rows": (lambda report: first(report)["told"].update(rows=2, features=2), "own_project"),
    "rows below nothing": (lambda report: first(report)["told"].update(rows=2, set_aside=-1), "own_project"),
    "an unknown issue": (issues_of(1, "", "xss", "note", ""), "own_project"),
    "an issue of no row": (issues_of(9, "", "overlap", "note", ""), "own_project"),
    "an issue in other words": (issues_of({"message_zh": "<b>"}), "own_project"),
    "rows without end": (
        lambda report: first(report)["told"].update(rows=10**400, set_aside=10**400 - 3),
        "own_project",
    ),
    "a margin without end": (lambda report: first(report)["told"]["datum"].update(margin=10**400), "own_project"),
    "a bad data version": (lambda report: report.update(data_version="<img>"), "own_project"),
    "too many parameters": (lambda report: report.update(view="&".join("d=1" for _ in range(200))), "own_project"),
}  # fmt: skip


@pytest.mark.parametrize("name", INDEX)
def test_an_index_that_is_not_as_ours_is_refused(name: str, known: Atlas, members: Members) -> None:
    change, code = INDEX[name]
    assert refused(known, with_index(members, change)).code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "import_broken"), (b"[]", "own_project"), (b"null", "own_project"), (b"{", "import_broken"),
        (b"[" * 100_000, "import_deep"), (b'{"a":' * 50_000, "import_deep"), (b"\xff\xfe{", "import_broken"),
        (b'{"format": 1, "format": 2}', "import_double_key"), (b'{"format": NaN}', "import_broken"),
        (b'{"version": ' + b"9" * 5_000 + b"}", "import_broken"), (b'"' + b"[" * 500 + b'"', "own_project"),
        (" ".join(map(str, range(200_000))).encode(), "own_project"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_index_is_refused(text: bytes, code: str, known: Atlas, members: Members) -> None:
    assert refused(known, packed({**members, "atlas.json": text})).code == code


ROW_FAULTS: dict[str, tuple[list[Any], str]] = {
    "a row that is gone": (ROWS[:2], "own_project"),
    "a row twice": ([ROWS[0], ROWS[1], ROWS[1]], "own_project"),
    "row 0": ([feature(point(121.2, 31), atlas_row=number, 名="") for number in range(3)], "own_project"),
    "row true": ([feature(point(121.2, 31), atlas_row=number, 名="") for number in (True, 2, 3)], "own_project"),
    "rows in words": ([feature(point(121.2, 31), atlas_row=f"<{at}>", 名="") for at in range(3)], "own_project"),
    "no numbers": ([feature(point(121.2, 31), 名="")] * 3, "own_project"),
    "a bow tie": ([*ROWS[:2], feature(polygon((121.2, 31), (121.3, 31.1), (121.3, 31), (121.2, 31.1)), atlas_row=3)],
                  "own_project_rows"),
    "a place in Paris": ([*ROWS[:2], feature(point(2.3, 48.8), atlas_row=3, 名="")], "own_project_rows"),
    "no place": ([*ROWS[:2], feature(None, atlas_row=3, 名="")], "own_project_rows"),
    "nothing at all": ([], "own_project_rows"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROW_FAULTS)
def test_rows_that_are_not_those_that_were_saved_are_refused(name: str, known: Atlas, members: Members) -> None:
    rows, code = ROW_FAULTS[name]
    fault = refused(known, with_rows(members, *rows))
    assert fault.code == code
    if name in {"a bow tie", "a place in Paris", "no place"}:
        assert fault.where == "layers/own1.geojson · 3", "the row is named"


@pytest.mark.parametrize(
    "content",
    [b"a,b\n1,2\n", b"<kml/>", b"", b"{}", b'{"type": "FeatureCollection"}', b"[" * 9_999, b"PK\x03\x04", b"\x00" * 99,
     b'{"gdal_streamed_alg": "x"}', b"OGRVRT", b"http://localhost/x"],
)  # fmt: skip
def test_a_layer_that_is_no_geojson_is_refused(content: bytes, known: Atlas, members: Members) -> None:
    refused(known, packed({**members, "layers/own1.geojson": content}))


def test_archives_that_are_not_safe_are_refused(known: Atlas, members: Members) -> None:
    unsafe = {
        "traversal": packed({**members, "../../x": b"x"}),
        "absolute": packed({**members, "/etc/x": b"x"}),
        "bomb": packed({**members, "layers/own1.geojson": b" " * 20_000_000}),
        "bomb elsewhere": packed({**members, "other": b"\0" * 20_000_000}),
        "members": packed({**members, **{f"m{number}": b"" for number in range(limits.MEMBERS)}}),
        "inner": packed({**members, "layers/own1.geojson": packed({"x": b"x"})}),
    }
    for name, content in unsafe.items():
        assert refused(known, content).code == "import_zip", name


def test_locked_linked_and_doubled_members_are_refused(known: Atlas, members: Members) -> None:
    plain = packed(members)
    locked = bytearray(plain)
    at = locked.rfind(b"PK\x01\x02")
    locked[at + 8] |= 1
    linked = io.BytesIO(plain)
    with zipfile.ZipFile(linked, "a") as held:
        entry = zipfile.ZipInfo("layers/own2.geojson")
        entry.external_attr = 0o120777 << 16
        held.writestr(entry, "/etc/passwd")
    doubled = io.BytesIO(plain)
    with zipfile.ZipFile(doubled, "a") as held, pytest.warns(UserWarning, match="Duplicate"):
        held.writestr("atlas.json", members["atlas.json"])
    for content in (bytes(locked), linked.getvalue(), doubled.getvalue()):
        assert refused(known, content).code == "import_zip"


def test_a_directory_without_end_is_not_even_read(honest: bytes) -> None:
    at = honest.rfind(b"PK\x05\x06")
    large = honest[: at + 12] + struct.pack("<L", 2_000_000) + honest[at + 16 :]
    wide = honest[:at] + b"PK\x06\x07" + b"\0" * 16 + honest[at:]
    assert [is_project(content) for content in (honest, large, wide)] == [True, False, False]


@settings(max_examples=20)
@given(st.integers(0, 5_000), st.binary(max_size=4))
def test_a_file_that_was_cut_or_changed_is_refused_or_whole(known: Atlas, honest: bytes, at: int, noise: bytes) -> None:
    at %= len(honest)
    for content in (honest[:at], honest[:at] + noise + honest[at + len(noise) :]):
        session_layers = SessionLayers(base=known, token="noise")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(project_rows, "import_file", in_process_import.import_in_process)
            try:
                opened(content, data=DEFAULT_DATA, session_layers=session_layers)
            except AtlasError as error:
                said = error.code
            else:
                said = ""
        assert said in ({"", *WORDS} if content == honest or noise else WORDS)
        assert [len(each.frame) for each in session_layers.layers.values()] == ([] if said else [3])


def test_what_a_project_says_of_itself_is_shown_as_plain_words(known: Atlas, members: Members) -> None:
    def change(report: Report) -> None:
        first(report)["origin"].update(file="a\x1b[31m\u202eb | c", attribution="<img src=x>")
        first(report)["reading"].update(title="t\x00\n| Fake")

    session_layers = SessionLayers(base=known, token="plain")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project_rows, "import_file", in_process_import.import_in_process)
        got = opened(with_index(members, change), data=DEFAULT_DATA, session_layers=session_layers)
    assert session_layers.layers["own1"].layer.title_zh.isprintable()
    assert session_layers.layer_sources["own1"].origin.file.isprintable()
    assert got.message.count(" | ") == 1


def test_a_layer_beyond_the_process_is_refused_by_the_real_door(known: Atlas, members: Members) -> None:
    session_layers = session_layers_of(known, layer_source({}, [box(121.3, 31, 121.4, 31.1)]), token="real")
    deep = b'{"type": "FeatureCollection", "features": ' + b"[" * 50_000
    with pytest.raises(AtlasError) as fault:
        opened(packed({**members, "layers/own1.geojson": deep}), data=DEFAULT_DATA, session_layers=session_layers)
    assert fault.value.code == "own_project_rows"
    assert "嵌套过深" in str(fault.value)
    assert list(session_layers.layers) == ["own1"]
    assert session_layers.layer_sources["own1"].origin == ORIGIN
