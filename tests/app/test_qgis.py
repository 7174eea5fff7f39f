"""QGIS as a real client: it sees in our files the rows, shapes, names and texts that we wrote."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import read_back
import shapely

from app.core.atlas import Atlas
from app.core.view import View
from app.documents import exports
from app.exporters.catalogue import FORMATS
from app.exporters.datum import in_datum

CLIENT = Path(__file__).with_name("qgis_client.py")
SYSTEM_PYTHON = "/usr/bin/python3"
# Debian's QGIS 3.22 comes without GDAL's GeoParquet driver
CODES = ("geojson", "gpkg", "shp", "kml", "fgb")


@cache
def has_qgis() -> bool:
    """Whether the system's own Python can load QGIS."""
    if not shutil.which(SYSTEM_PYTHON):
        return False
    probe = [SYSTEM_PYTHON, "-c", "import qgis.core"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def with_qgis(paths: list[Path]) -> list[dict[str, Any]]:
    """What QGIS sees in each file."""
    if not has_qgis():
        pytest.skip("QGIS is not installed for the system's Python: apt-get install python3-qgis")
    command = [SYSTEM_PYTHON, str(CLIENT), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def laid_down(code: str, content: bytes, folder: Path) -> list[Path]:
    folder.mkdir()
    if code == "shp":
        return read_back.unzipped(content, folder)
    return [read_back.written(content, folder, FORMATS[code].endings[0])]


def test_qgis_sees_the_same_rows_shapes_and_texts_in_every_format(atlas: Atlas, tmp_path: Path) -> None:
    """One run of QGIS for all files: it takes seconds to start."""
    exported = {layer: exports.layer_export(atlas, layer, View(districts=("310117",))) for layer in ("parks", "g60")}
    cases = [
        (layer, code, path)
        for layer, export in exported.items()
        for code in CODES
        for path in laid_down(code, FORMATS[code].to_bytes(export), tmp_path / f"{layer}_{code}")
    ]
    found = with_qgis([path for _, _, path in cases])
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for (layer, code, path), seen in zip(cases, found, strict=True):
        assert seen["valid"], path.name
        assert seen["crs"] in {"EPSG:4326", "OGC:CRS84"}, path.name
        rows.setdefault((layer, code), {}).update(seen["rows"])
    for (layer, code), by_id in rows.items():
        expected = read_back.expected(exported[layer])
        assert by_id.keys() == expected.keys(), (layer, code)
        for key, row in expected.items():
            assert read_back.same_shape(shapely.from_wkt(by_id[key]["wkt"]), row["geometry"]), (layer, code, key)
            cells = by_id[key]["cells"]
            assert cells["name_zh"] == row["name_zh"], (layer, code, key)
            for name, value in row.items():
                if isinstance(value, bool) and name in cells:
                    assert bool(cells[name]) == value, (layer, code, key, name)


def test_a_file_in_gcj02_does_not_tell_qgis_that_it_is_wgs84(atlas: Atlas, tmp_path: Path) -> None:
    export = in_datum(exports.layer_export(atlas, "parks", View()), "gcj02")
    paths = [laid_down(code, FORMATS[code].to_bytes(export), tmp_path / code)[0] for code in ("gpkg", "shp", "fgb")]
    for path, seen in zip(paths, with_qgis(paths), strict=True):
        assert seen["valid"], path.name
        assert seen["crs"] != "EPSG:4326", path.name
