"""Made-up lists of places, and the command that takes them in."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping

Run = Callable[..., tuple[int, str, str]]
HOSPITALS = [
    ("1", "hospital", "甲医院", 121.4746, 31.2304), ("2", "clinic;doctors", "乙诊所", 121.4400, 31.1900),
    ("3", "pharmacy", "丙药店", 121.4500, 31.2000), ("4", "hospital", "丁医院", 121.2300, 31.0300),
]  # fmt: skip
SAID = ("--datum", "wgs84", "--accessed", "2026-11-20")
OURS = ("--attribution", "A list of ours", *SAID)


def written(path: Path, rows: list[tuple[Any, ...]], head: str = "osm_id,fclass,name,lon,lat") -> str:
    """Write a CSV."""
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([head.split(","), *rows])
    return str(path)


def drawn(path: Path, *shapes: shapely.Geometry) -> str:
    """Write shapes as GeoJSON."""
    features = [{"type": "Feature", "properties": {"name": "某"}, "geometry": mapping(each)} for each in shapes]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return str(path)


def taken(run: Run, *arguments: str) -> dict[str, Any]:
    """Import a list, which must succeed."""
    code, out, err = run("import", *arguments, "--json")
    assert (code, err) == (0, "")
    report: dict[str, Any] = json.loads(out)
    return report


def refused(run: Run, *arguments: str) -> str:
    """Import a list, which must fail with a sentence in both languages."""
    code, out, err = run("import", *arguments, "--json")
    assert (code, out) == (2, "")
    assert " | " in err
    return err
