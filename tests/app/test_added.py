"""A new layer and a new format, added by their documents to the letter in a copy of the project: all takes them in."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LEFT_OUT = (".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "reference", "out")
BLOCK = re.compile(r"^`(?P<path>[\w./]+)`:\n\n```(?P<kind>python|diff)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = re.compile(r"^```sh\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
GUIDES = {"add-a-layer.md": "layers/laboratories.py", "add-a-format.md": "app/exporters/geojson_lines.py"}
TAKEN_IN = ("tests/app/test_registry.py", "tests/layers/test_contract.py", "tests/app/test_geojson_lines.py")


def edited(text: str, change: str) -> str:
    """A file with the lines marked with + put behind the one line that stands before them."""
    lines, (before, *added) = text.splitlines(), change.splitlines()
    assert before.startswith(" ")
    assert all(line.startswith("+") for line in added)
    assert lines.count(before[1:]) == 1, before
    at = lines.index(before[1:]) + 1
    return "\n".join([*lines[:at], *(line[1:] for line in added), *lines[at:]]) + "\n"


def follow(guide: Path, project: Path) -> list[str]:
    """Write the files and make the edits that a document shows; give the commands that it names."""
    words = guide.read_text(encoding="utf-8")
    for block in BLOCK.finditer(words):
        path = project / block["path"]
        if block["kind"] == "python":
            assert not path.exists(), path
            path.write_text(block["text"], encoding="utf-8")
        else:
            path.write_text(edited(path.read_text(encoding="utf-8"), block["text"]), encoding="utf-8")
    return [line for block in COMMANDS.finditer(words) for line in block["text"].splitlines()]


def run(project: Path, *command: str) -> str:
    """Run Python in the copy."""
    done = subprocess.run(
        [sys.executable, *command], cwd=project, check=False, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-2_000:]
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the project, and add the layer and the format of the documents to it."""
    if any((ROOT / path).exists() for path in GUIDES.values()):
        pytest.skip("the examples of the documents are in this project already")
    copy = tmp_path_factory.mktemp("project") / "atlas"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for guide in GUIDES:
        for line in follow(ROOT / "docs" / guide, copy):
            name, *rest = line.split("  #")[0].replace("/tmp/", f"{copy.parent}/").split()  # noqa: S108 - as it is written
            if name == "python":
                run(copy, *rest)
            else:
                assert [name, *rest] == ["make", "run"]
    return copy


def test_the_documents_show_all_that_is_to_be_written(project: Path) -> None:
    assert all((project / path).is_file() for path in GUIDES.values())
    golden = json.loads((project / "tests" / "golden" / "counts.json").read_text(encoding="utf-8"))
    assert golden["layers"]["laboratories"] == 1
    for name in ("README.md", "README.zh.md"):
        words = (project / name).read_text(encoding="utf-8")
        assert "| `laboratories` | 公共实验室 | Public laboratories | 1 |" in words
        assert "| GeoJSON lines | `geojsonl` | `.geojsonl` |" in words


def test_every_place_that_lists_layers_and_formats_has_the_new_ones(project: Path) -> None:
    chosen = ("-k", "laboratories or housing or geojsonl or fgb or geojson_lines", "-rA")
    said = run(project, "-m", "pytest", *TAKEN_IN, *chosen)
    passed = {line.split(" ")[1] for line in said.splitlines() if line.startswith("PASSED")}
    # all that is proven of a layer and of a format that were there before is proven of the new ones
    for new, old in (("laboratories", "housing"), ("geojsonl", "fgb")):
        proven = {name.replace(old, "NEW") for name in passed if re.search(rf"[\[-]{old}[\]-]", name)}
        assert len(proven) > 10
        assert {name.replace(new, "NEW") for name in passed if re.search(rf"[\[-]{new}[\]-]", name)} >= {
            name for name in proven if not re.search(r"housing|laboratories|fgb|geojsonl", name)
        }
    assert any("test_geojson_lines" in name for name in passed)


def test_what_was_added_is_written_by_the_rules_of_the_house(project: Path) -> None:
    run(project, "-m", "ruff", "check", ".")
    run(project, "-m", "ruff", "format", "--check", ".")


def test_the_new_layer_may_be_analysed_exported_and_listed_at_once(project: Path) -> None:
    def report(*command: str) -> Any:
        return json.loads(run(project, "-m", "app", *command, "--json"))

    found = report("analysis", "near", "--from", "laboratories", "--to", "hospitals", "--radius", "3000")
    (row,) = found["origins"]
    assert row["id"] == "LB01"
    assert row["distance_min_m"] < row["distance_m"] < row["distance_max_m"]
    out = project.parent / "laboratories.geojsonl"
    assert report("export", "laboratories", "--out", str(out)) | {"out": ""} == {
        "out": "", "layer": "laboratories", "rows": 1, "format": "geojsonl",
    }  # fmt: skip
    assert [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()] == ["LB01"]
    assert report("data", "check")["ok"]
