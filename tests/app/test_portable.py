"""A system without Unix's own modules and calls: the atlas starts, and foreign files are refused or held to limits."""

import ast
import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import hostile_files
import pytest
from foreign_files import collection, feature, point

from app.i18n.messages import WORDS
from app.importers import import_file, limits, sandbox
from app.importers.monitor import Monitor, end
from bench.serving import streamlit

ROOT = Path(__file__).parents[2]
ABSENT = Path(__file__).with_name("without_unix")
ROOMS = tuple(name for name in ("app", "layers", "geo", "bulk") if (ROOT / name).is_dir())
SURROUNDINGS = {"PYTHONPATH": os.pathsep.join([str(ABSENT), str(ROOT)]), "PYTHONUTF8": "1"}
FORBIDDEN_ON_WINDOWS = set('<>:"|?*\\')
WALK = """
import importlib, os, pkgutil, sys
assert not hasattr(os, "fork")
for room in sys.argv[1:]:
    package = importlib.import_module(room)
    for found in pkgutil.walk_packages(package.__path__, f"{room}."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
            sys.stdout.write(found.name + "\\n")
for name in ("resource", "fcntl", "pwd", "grp", "termios"):
    assert name not in sys.modules, name
"""
UPLOAD = """
import sys
from pathlib import Path
from app.core.atlas import DEFAULT_DATA
from app.workspace.upload import upload
path = Path(sys.argv[1])
got = upload(path.name, path.read_bytes(), data=DEFAULT_DATA, datum="wgs84")
sys.stdout.write(f"{got.result.status} {len(got.layers)} {got.result.message}")
"""
ROW = collection(feature(point(121.5, 31.2), id="A")).encode()


def without_unix(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run Python as on a system without Unix's modules and calls."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, check=False, capture_output=True, encoding="utf-8", timeout=120,
        env={**os.environ, **SURROUNDINGS, **settings},
    )  # fmt: skip


def imported(path: Path, **settings: str) -> tuple[int, dict[str, Any], str]:
    """Import a file there: exit code, answer, and what was said beside it."""
    done = without_unix("-m", "app", "import", str(path), "--datum", "wgs84", "--json", **settings)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout), done.stderr


def test_every_module_can_be_imported() -> None:
    done = without_unix("-c", WALK, *ROOMS)
    assert done.returncode == 0, done.stderr[-3_000:]
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if path.name != "__main__.py"
    }
    assert set(done.stdout.split()) == modules - set(ROOMS)


def test_a_foreign_file_is_refused_in_words_and_the_advice_stays_off_the_page(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(b"id,lon,lat\nA,121.5,31.2\n")
    code, report, said = imported(tmp_path / "list.csv")
    assert (code, report["status"], report["layers"]) == (2, "rejected", [])
    zh, en = (words.format(where="list") for words in WORDS["import_unconfined"])
    assert report["message"].startswith(f"{zh} | {en}")
    assert "ATLAS_" not in report["message"]  # the page shows it to everybody
    assert f"{import_file.SETTING}=1" in said
    assert report["confinement"]["kind"] == "plain_process"


def test_only_a_clear_yes_is_leave_to_read_it(tmp_path: Path) -> None:
    (tmp_path / "list.geojson").write_bytes(ROW)
    assert imported(tmp_path / "list.geojson", **{import_file.SETTING: "0"})[0] == 2
    code, report, said = imported(tmp_path / "list.geojson", **{import_file.SETTING: "1"})
    assert (code, report["status"], said) == (0, "accepted", "")
    assert report["confinement"] == {
        "kind": "plain_process", "time": "watched", "memory": "watched", "output": "watched", "processes": "python",
        "network": report["confinement"]["network"],
    }  # fmt: skip


def test_the_pages_upload_is_refused_and_allowed_as_the_commands_is(tmp_path: Path) -> None:
    (tmp_path / "list.geojson").write_bytes(ROW)
    refused = without_unix("-c", UPLOAD, str(tmp_path / "list.geojson")).stdout
    assert refused.startswith(f"rejected 0 {WORDS['import_unconfined'][0].format(where='list')}")
    allowed = without_unix("-c", UPLOAD, str(tmp_path / "list.geojson"), **{import_file.SETTING: "1"}).stdout
    assert allowed.startswith("accepted 1 ")


def test_a_project_file_is_refused_in_the_same_words(tmp_path: Path) -> None:
    (tmp_path / "list.geojson").write_bytes(ROW)
    made = without_unix(
        "-m", "app", "project", str(tmp_path / "list.geojson"), "--make", str(tmp_path / "list.atlas.zip"), "--datum",
        "wgs84", "--json", **{import_file.SETTING: "1"},
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    opened = without_unix("-m", "app", "project", str(tmp_path / "list.atlas.zip"), "--json")
    assert opened.returncode == 2
    report = json.loads(opened.stdout)
    assert report["status"] == "rejected"
    assert report["message"].startswith(WORDS["import_unconfined"][0].partition("{")[0])


def test_the_server_starts(tmp_path: Path) -> None:
    with (
        streamlit(ROOT / "atlas_app.py", log=tmp_path / "log", health="/healthz", settings=SURROUNDINGS) as server,
        urllib.request.urlopen(server.url, timeout=30) as page,  # noqa: S310 - our own address
    ):
        assert 'id="atlas-ahead"' in page.read().decode("utf-8")


@pytest.mark.parametrize(("content", "refused"), [("greedy", "import_memory"), ("endless", "import_time")])
def test_a_file_that_takes_too_much_is_ended_all_the_same(content: str, refused: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.geojson"
    path.write_bytes(getattr(hostile_files, content)())
    code, report, _ = imported(path, **{import_file.SETTING: "1"})
    assert code == 2
    assert report["message"].startswith(WORDS[refused][0].partition("{")[0]), report["message"]
    assert report["confinement"]["memory"] == "watched"


def test_hostile_files_are_refused_by_the_same_names_in_a_plain_process(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("id,lon,lat\nSECRET,121.5,31.2\n", encoding="utf-8")
    cases = hostile_files.texts(secret)
    for name in ("vrt", "xxe", "deep json", "many rows"):
        content, code = cases[name]
        (tmp_path / "hostile").write_bytes(content)
        _, report, _ = imported(tmp_path / "hostile", **{import_file.SETTING: "1"})
        assert report["message"].startswith(WORDS[code][0].partition("{")[0]), (name, report["message"])


def test_an_import_says_what_held_it(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    (tmp_path / "list.geojson").write_bytes(ROW)
    done = subprocess.run(
        [sys.executable, "-m", "app", "import", str(tmp_path / "list.geojson"), "--datum", "wgs84", "--json"], cwd=ROOT,
        check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    report = json.loads(done.stdout)["confinement"]
    assert report.pop("network") in {"system", "python"}  # a container may forbid networks of one's own
    assert report == dict.fromkeys(("time", "memory", "output", "processes"), "system") | {"kind": "sandbox"}


@pytest.mark.parametrize("lacking", ["time", "memory", "output", "processes"])
def test_a_system_that_keeps_all_limits_but_one_offers_no_sandbox(lacking: str) -> None:
    whole = dict.fromkeys(("time", "memory", "output", "processes"), True)
    assert sandbox.Confinement(**whole, network=False).is_sandbox
    partial = sandbox.Confinement(**{**whole, lacking: False}, network=True)
    assert not partial.is_sandbox
    assert partial.report()["kind"] == "plain_process"


def test_a_limit_of_memory_that_is_taken_and_not_kept_is_found_out() -> None:
    """As on macOS: the system takes the limits of memory, and nothing ends there."""
    code = """
import sys
from app.importers import sandbox
resource = sandbox.resource
class Lax:
    def __getattr__(self, name):
        return getattr(resource, name)
    def setrlimit(self, what, most):
        if what not in (resource.RLIMIT_DATA, resource.RLIMIT_AS):
            resource.setrlimit(what, most)
sandbox.resource = Lax()
held = sandbox.limit()
sys.stdout.write(f"{held.time} {held.memory} {held.is_sandbox}")
"""
    pytest.importorskip("resource")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == "True False False"


def test_the_monitor_ends_a_process_that_writes_without_end(tmp_path: Path) -> None:
    wait = "import sys; open(sys.argv[1], 'wb').truncate(int(sys.argv[2])); sys.stdin.read()"
    for size, code in ((limits.OUTPUT_BYTES + 1, "import_died"), (limits.OUTPUT_BYTES, "")):
        with subprocess.Popen(
            [sys.executable, "-c", wait, str(tmp_path / "big"), str(size)], stdin=subprocess.PIPE
        ) as child:
            with Monitor(child, tmp_path) as monitor:
                assert child.stdin is not None
                if code:
                    child.wait(timeout=30)
                else:
                    child.communicate(timeout=30)
            end(child)
        assert monitor.exceeded == code
        assert (child.returncode == 0) is (code == "")


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii"])
def test_the_command_line_answers_in_utf8_whatever_the_system_writes(encoding: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "import", str(tmp_path / "无.csv"), "--json"], cwd=ROOT, check=False,
        capture_output=True, env={**os.environ, "PYTHONIOENCODING": encoding},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, b"")
    assert "文件不存在或不可读：无.csv" in json.loads(done.stdout.decode("utf-8"))["message"]
    refused = subprocess.run(
        [sys.executable, "-m", "app", "export", "moon", "--out", "x.csv"], cwd=ROOT, check=False, capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )  # fmt: skip
    assert "没有这个图层" in refused.stderr.decode("utf-8")


@pytest.mark.parametrize("name", ["con.csv", "NUL", "com1.geojson", "LPT9.zip", "Aux.tar"])
def test_a_file_called_like_a_device_of_windows_is_copied_under_another_name(name: str) -> None:
    assert import_file.file_stem(name) == f"{Path(name).stem}_"
    assert import_file.file_stem(f"my{name}") == Path(f"my{name}").stem


def test_no_text_is_read_or_written_in_the_systems_own_encoding() -> None:
    """`open`, `read_text` and `write_text` name an encoding; our own `io.read_text` is UTF-8 by itself."""
    for path in (each for room in ROOMS for each in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                assert encoding_is_named(node), f"{path.name}:{node.lineno}"


def encoding_is_named(node: ast.Call) -> bool:
    """Say whether a call opens no text, or says in which encoding."""
    bare, method = getattr(node.func, "id", ""), getattr(node.func, "attr", "")
    owner = getattr(getattr(node.func, "value", None), "id", "")
    ours = owner in {"io", "os", "archive"}  # geo.io, descriptors, members of a zip
    if bare != "open" and (ours or method not in {"open", "read_text", "write_text"}):
        return True
    modes = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return any("b" in mode for mode in modes) or any(each.arg == "encoding" for each in node.keywords)


def test_every_file_can_have_its_name_on_windows() -> None:
    folders = [ROOT / name for name in (*ROOMS, "data", "docs", "tests", "tools", "bench")]
    names = [path.relative_to(ROOT).as_posix() for folder in folders for path in folder.rglob("*")]
    assert [name for name in names if FORBIDDEN_ON_WINDOWS & set(name) or name.endswith((".", " "))] == []
    assert len({name.casefold() for name in names}) == len(names)


def test_git_leaves_the_bytes_of_every_file_alone() -> None:
    """Git for Windows turns line ends unless told not to; the hashes in the data's metadata would not hold then."""
    assert "\n* -text\n" in (ROOT / ".gitattributes").read_text(encoding="utf-8")
