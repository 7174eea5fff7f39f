"""Lists by district and the commands that write files: what is in them, what they are called, what is refused."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import read_back
from asgi_call import get

from app.core.atlas import Atlas
from app.core.view import View
from app.documents import exports
from app.exporters.catalogue import FORMATS
from app.exporters.datum import DATUMS, in_datum
from geo.datum import gcj02
from geo.errors import ParameterError
from layers import PLACES

Run = Callable[..., tuple[int, str, str]]


def ids_of(atlas: Atlas, district: str) -> set[tuple[str, str]]:
    """What lies in a district, looked up row by row."""
    return {
        (layer.id, row["id"])
        for layer in PLACES
        if layer.role != "modelled"
        for row in atlas.records(layer.id)
        if district in row["district_codes"]
    }


def said(answer: tuple[int, str, str]) -> Any:
    code, out, err = answer
    assert (code, err) == (0, "")
    return json.loads(out)


def test_every_district_has_its_three_lists_with_everything_in_it(run: Run, atlas: Atlas, tmp_path: Path) -> None:
    report = said(run("lists", "--out", str(tmp_path / "new" / "lists"), "--json"))
    assert [each["district_code"] for each in report["districts"]] == sorted(atlas.districts["district_code"])
    for each in report["districts"]:
        names = [tmp_path / "new" / "lists" / name for name in each["files"]]
        assert [path.suffix for path in names] == [".geojson", ".csv", ".xlsx"]
        rows = json.loads(names[0].read_text(encoding="utf-8"))["features"]
        found = {(row["properties"]["layer"], row["id"]) for row in rows}
        assert found == ids_of(atlas, each["district_code"])
        assert len(rows) == each["rows"]
        table = csv.DictReader(io.StringIO(names[1].read_text(encoding="utf-8-sig"), newline=""))
        assert {(row["layer"], row["id"]) for row in table} == found
        sheet = read_back.sheet(names[2].read_bytes())
        assert set(zip(sheet["layer"], sheet["id"], strict=True)) == found


def test_a_list_may_be_of_one_district_one_format_and_with_simulated_points(run: Run, tmp_path: Path) -> None:
    params = ("lists", "--out", str(tmp_path), "--district", "松江区", "--format", "geojson", "--modelled", "--json")
    (each,) = said(run(*params))["districts"]
    assert each["files"] == ["310117-songjiang.geojson"]
    document = json.loads((tmp_path / each["files"][0]).read_text(encoding="utf-8"))
    modelled = [row for row in document["features"] if row["properties"]["layer"] == "breakfast_modelled"]
    assert modelled
    assert {row["properties"]["location_method"] for row in modelled} == {"modelled"}
    assert "modelled" in {metadata["data_kind"] for metadata in document["sources"]}


def test_a_list_as_a_workbook_has_land_and_figures_of_the_district(run: Run, tmp_path: Path) -> None:
    said(run("lists", "--out", str(tmp_path), "--district", "松江区", "--format", "xlsx", "--json"))
    content = (tmp_path / "310117-songjiang.xlsx").read_bytes()
    land, figures = read_back.sheet(content, 1), read_back.sheet(content, 2)
    assert land["district_code"].to_list() == ["310117"]
    assert len(figures) > 0


def test_formats_may_be_named_together_or_one_by_one(run: Run, tmp_path: Path) -> None:
    params = ("lists", "--out", str(tmp_path), "--district", "松江区", "--json")
    together = said(run(*params, "--format", "geojson", "csv"))
    assert said(run(*params, "--format", "geojson", "--format", "csv")) == together
    assert [Path(name).suffix for name in together["districts"][0]["files"]] == [".geojson", ".csv"]


@pytest.mark.parametrize(
    "name", ["a.geojson", "a.gpkg", "a.shp.zip", "a.zip", "a.KML", "a.parquet", "a.fgb", "a.csv", "a.xlsx", "a"]
)
def test_the_format_is_what_the_name_ends_in(name: str, run: Run, tmp_path: Path) -> None:
    report = said(run("export", "parks", "--district", "松江区", "--out", str(tmp_path / name), "--json"))
    form = FORMATS[report["format"]]
    assert name == "a" or name.lower().endswith(form.endings)
    assert report["rows"] == 4
    assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("parks", "--out", "a.docx"), "gpkg"),
        (("parks", "--out", "a.shp"), "parks.shp.zip"),
        (("parks", "--format", "dwg", "--out", "a.dwg"), "gpkg"),
    ],
)
def test_an_unknown_format_is_named_with_those_that_exist(words: tuple[str, ...], hint: str, run: Run) -> None:
    code, out, err = run("export", *words)
    assert (code, out) == (2, "")
    assert "没有这种文件格式" in err
    assert "There is no such file format" in err
    assert hint in err


def test_a_table_may_be_exported_as_a_sheet_and_not_as_a_map(run: Run, tmp_path: Path) -> None:
    assert said(run("export", "nearby", "--out", str(tmp_path / "n.xlsx"), "--json"))["rows"] == 40
    code, _, err = run("export", "nearby", "--out", str(tmp_path / "n.gpkg"))
    assert code == 2
    assert "装不下" in err


@pytest.mark.parametrize("code", ["gcj02", "bd09"])
def test_a_shifted_file_says_so_in_its_name_its_rows_its_columns_and_its_papers(
    code: str, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / f"places_{code}.geojson"
    report = said(run("export", "shown", "--datum", code, "--out", str(out), "--json"))
    document = json.loads(out.read_text(encoding="utf-8"))
    label = f"{DATUMS[code].label}"
    assert label.endswith("(shifted), not WGS-84")
    assert document["coordinates"] == report["coordinates"] == label
    assert {row["properties"]["coordinates"] for row in document["features"]} == {label}
    answer = get("/export/places.csv", f"datum={code}")
    assert f"_{code}.csv" in answer.headers["content-disposition"]
    assert {f"lon_{code}", f"lat_{code}"} <= set(answer.body.splitlines()[0].split(","))
    code_unnamed = said(run("export", "parks", "--datum", code, "--out", str(tmp_path / "x.geojson"), "--json"))
    assert f"_{code}" in code_unnamed["warning"]


@pytest.mark.parametrize(("code", "back"), [("gcj02", gcj02.from_gcj02), ("bd09", gcj02.from_bd09)])
@pytest.mark.parametrize("form", read_back.MAPS)
def test_shifted_maps_go_back_to_where_they_were(form: str, code: str, back: Any, atlas: Atlas, tmp_path: Path) -> None:
    export = exports.layer_export(atlas, "parks", View())
    content = FORMATS[form].to_bytes(in_datum(export, code))
    found = read_back.with_geopandas(form, content, tmp_path)
    keys = list(read_back.expected(export))
    shapes = gpd.GeoSeries([found[key]["geometry"] for key in keys])
    lon, lat = back(shapes.x.to_numpy(), shapes.y.to_numpy())
    old = gpd.GeoDataFrame(export.frame).geometry
    assert np.allclose(lon, old.x, atol=1e-7, rtol=0)
    assert np.allclose(lat, old.y, atol=1e-7, rtol=0)
    assert float(np.abs(shapes.x.to_numpy() - old.x.to_numpy()).min()) > 0.003
    if form in {"gpkg", "shp", "fgb"}:
        path = read_back.unzipped(content, tmp_path)[0] if form == "shp" else tmp_path / f"file.{form}"
        assert "WGS-84" in gpd.read_file(path, layer=0).crs.name or "not_WGS" in gpd.read_file(path, layer=0).crs.name


def test_cgcs2000_keeps_the_numbers_and_names_the_system(atlas: Atlas) -> None:
    export = exports.layer_export(atlas, "districts", View())
    moved = in_datum(export, "cgcs2000")
    frame = gpd.GeoDataFrame(moved.frame)
    assert frame.crs.to_epsg() == 4490
    assert frame.geometry.geom_equals(gpd.GeoDataFrame(export.frame).geometry.set_crs(4490, allow_override=True)).all()
    assert {"label_lon_cgcs2000", "label_lat_cgcs2000"} <= set(frame.columns)


def test_an_unknown_datum_is_named(atlas: Atlas) -> None:
    with pytest.raises(ParameterError) as caught:
        in_datum(exports.layer_export(atlas, "parks", View()), "mars")
    assert "gcj02" in caught.value.hint
    assert get("/export/parks.gpkg", "datum=mars").status == 404


@pytest.mark.parametrize("code", FORMATS)
def test_the_page_gives_every_layer_in_every_format(code: str, atlas: Atlas) -> None:
    ending = FORMATS[code].endings[0]
    answer = get(f"/export/parks{ending}", "d=310117")
    assert answer.status == 200
    assert answer.headers["content-type"] == FORMATS[code].media_type
    assert answer.headers["content-disposition"].endswith(f"shanghai-atlas-parks-{atlas.data_version}{ending}")
    assert get(f"/export/moon{ending}").status == 404
