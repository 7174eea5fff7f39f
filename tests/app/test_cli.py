"""The command line: one JSON document on stdout, words on stderr, and an exit code that says who erred."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.core.atlas import DATA_VARIABLE
from layers import REGISTRY

PROMISED = {
    "districts", "parks", "gmp", "g60", "hub", "breakfast", "breakfast_modelled", "enterprises", "services",
    "institutions", "housing", "context",
}  # fmt: skip
Run = Callable[..., tuple[int, str, str]]


def shell(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as people do."""
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, encoding="utf-8", check=False)


def answer(said: tuple[int, str, str]) -> Any:
    """Take the one JSON document of a command that succeeded in silence."""
    code, out, err = said
    assert (code, err) == (0, "")
    return json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def test_layers_prints_one_json_list_from_a_real_shell(root: Path) -> None:
    done = shell(root, "layers", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    rows = json.loads(done.stdout)
    assert len(done.stdout.splitlines()) == 1
    assert {row["id"] for row in rows} >= PROMISED
    assert [row["id"] for row in rows] == [layer.id for layer in REGISTRY]
    for row in rows:
        assert {"id", "title_zh", "title_en", "geometry", "rows"} <= set(row)
        assert row["rows"] > 0
        assert isinstance(row["geometry"], list)


def test_an_unknown_district_is_named_in_both_languages_from_a_real_shell(root: Path) -> None:
    done = shell(root, "stats", "land", "--district", "苏州", "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "没有这个行政区：苏州" in done.stderr
    assert "There is no such district: 苏州" in done.stderr
    assert "松江区" in done.stderr
    assert "Traceback" not in done.stderr


def test_land_has_sixteen_districts_and_the_known_total(run: Run) -> None:
    land = answer(run("stats", "land", "--json"))
    assert len(land["by_district"]) == 16
    assert land["total"]["park_extent_mu"] == pytest.approx(221_295)
    assert land["land_supply"]["cumulative"] is True
    assert [figure["value_mu"] for figure in land["land_supply"]["figures"]] == [12_500, 26_000]
    assert land["kinds"]["outline"] == "measured"


@pytest.mark.parametrize("district", ["松江区", "松江", "Songjiang", "Songjiang District", "310117"])
def test_a_district_may_be_named_in_any_way(district: str, run: Run) -> None:
    land = answer(run("stats", "land", "--district", district, "--json"))
    assert land["filter"]["districts"] == ["310117"]
    assert land["total"]["park_extent_mu"] == pytest.approx(86_655)


def test_filters_may_be_repeated_and_named_in_both_languages(run: Run) -> None:
    words = ("--district", "松江区", "--district", "Jinshan", "--sector", "中药", "--sector", "biologics")
    land = answer(run("stats", "land", *words, "--json"))
    assert land["filter"]["districts"] == ["310116", "310117"]
    assert land["filter"]["sectors"] == ["biologics", "tcm"]


def test_proximity_says_that_none_in_reach_is_unknown(run: Run) -> None:
    near = answer(run("stats", "proximity", "--json"))
    assert near["none_in_reach_means"] == "unknown"
    assert len(near["sites"]) == 40
    assert near["by_district"][-1]["district_code"] == "all"
    assert near["known_targets"]["hospital"] == 1


def test_proximity_of_a_filter_without_sites_has_no_medians_and_no_shares(run: Run) -> None:
    near = answer(run("stats", "proximity", "--district", "310101", "--json"))
    assert near["sites"] == []
    assert len(near["by_district"]) == 17
    for row in near["by_district"]:
        assert row["n"] == 0
        assert row["hub_median_m"] is None
        assert row["breakfast_share_1000"] is None


def test_proximity_keeps_the_sites_of_a_sector_and_no_others(run: Run) -> None:
    every = answer(run("stats", "proximity", "--json"))["sites"]
    near = answer(run("stats", "proximity", "--sector", "中药", "--json"))
    assert near["filter"]["sectors"] == ["tcm"]
    expected = [site["id"] for site in every if "tcm" in site["sectors"]]
    assert [site["id"] for site in near["sites"]] == expected
    assert 0 < len(expected) < len(every)
    assert near["by_district"][-1]["n"] == sum(site["measured"] for site in near["sites"])


def test_without_json_the_answer_is_indented_json(run: Run) -> None:
    code, out, _ = run("layers")
    assert code == 0
    assert len(out.splitlines()) > 100
    assert len(json.loads(out)) == len(REGISTRY)


def test_an_export_writes_the_rows_it_says(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "parks.geojson"
    said = answer(run("export", "parks", "--district", "松江区", "--out", str(out), "--json"))
    written = json.loads(out.read_text(encoding="utf-8"))
    assert said == {"out": str(out), "layer": "parks", "rows": 4, "format": "geojson"}
    assert [f["id"] for f in written["features"]] == ["PK11", "PK12", "PK13", "PK25"]


def test_all_that_is_shown_may_be_exported(run: Run, tmp_path: Path, counts: dict[str, Any]) -> None:
    said = answer(run("export", "shown", "--out", str(tmp_path / "all.geojson"), "--json"))
    assert said["rows"] == counts["places"]


BAD = {
    "an unknown sector": (("stats", "land", "--sector", "magic"), "没有这个行业：magic"),
    "an unknown town": (("stats", "land", "--town", "Nowhere"), "没有这个取值：Nowhere"),
    "an unknown layer": (("export", "moon", "--out", "/dev/null"), "没有这个图层：moon"),
    "an unknown method": (("stats", "land", "--method", "guess"), "参数有误"),
    "an unknown command": (("dance",), "参数有误"),
    "an unknown table": (("stats", "weather"), "参数有误"),
    "no command": ((), "参数有误"),
    "an export without a file": (("export", "parks"), "参数有误"),
    "a folder that is not there": (("export", "parks", "--out", "/nonexistent/x.geojson"), "无法写入"),
    "a folder for a file": (("export", "parks", "--out", "/proc"), "无法写入"),
    "a port that is none": (("serve", "--port", "99999"), "没有这个取值：--port 99999"),
    "a comparison with nothing": (("data", "compare"), "没有这个取值"),
}


@pytest.mark.parametrize("fault", BAD)
def test_bad_input_gives_exit_code_2_and_words_in_both_languages(fault: str, run: Run) -> None:
    arguments, words = BAD[fault]
    code, out, err = run(*arguments)
    assert code == 2
    assert out == ""
    assert words in err
    assert " | " in err
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [("--help",), ("stats", "--help"), ("export", "-h")])
def test_help_is_no_error(arguments: tuple[str, ...], run: Run) -> None:
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    assert "usage" in out


def test_the_data_proves_itself(run: Run) -> None:
    found = answer(run("data", "check", "--json"))
    assert found["ok"] is True
    assert found["faults"] == []
    assert {each["id"] for each in found["layers"]} == {layer.id for layer in REGISTRY}


def test_a_broken_layer_is_named_and_the_rest_is_listed(run: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "hub" / "hub.geojson").unlink()
    monkeypatch.setenv(DATA_VARIABLE, str(data))
    code, out, err = run("layers", "--json")
    assert code == 2
    assert {row["id"] for row in json.loads(out)} == {layer.id for layer in REGISTRY} - {"hub"}
    assert "hub: 文件不存在或不可读" in err
    assert "hub.geojson" in err
    code, out, err = run("data", "check", "--json")
    assert code == 2
    assert json.loads(out)["ok"] is False
    assert "hub" in err


def test_a_comparison_names_the_cells_that_a_change_of_data_moves(
    run: Run, data: Path, rewrite: Callable[..., Path]
) -> None:
    def widen(features: list[dict[str, Any]]) -> None:
        (park,) = [each for each in features if each["id"] == "PK09"]
        park["properties"]["site_area_m2"] = 2_000_000

    rewrite("parks/parks.geojson", widen)
    changed = answer(run("data", "compare", "--with", str(data), "--json"))["changed"]
    moved = {(each["table"], each["row"], each["column"]): each for each in changed}
    cell = moved["land", "310112", "park_extent_m2"]
    assert (float(cell["old"]), float(cell["new"])) == (2_000_000, 1_000_000)
    assert {each["row"] for each in changed if each["table"] == "land"} == {"310112"}


def test_a_comparison_with_itself_finds_nothing(run: Run, data: Path) -> None:
    assert answer(run("data", "compare", "--with", str(data), "--json"))["changed"] == []
