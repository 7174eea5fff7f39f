"""Every format holds the rows of the GeoJSON, says what it holds, and runs nothing."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import read_back
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from app.core import filters
from app.core.atlas import Atlas
from app.core.view import View
from app.documents import exports
from app.exporters import csv_writer, dbase, provenance, workbook
from app.exporters.catalogue import FORMATS
from app.exporters.export_table import ExportTable
from app.exporters.flat import flat, plain_text, unique
from geo.errors import ParameterError
from layers import PLACES, REGISTRY

HOSTILE = (
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "<script>alert(1)</script>", "]]>&amp;<b>", 'say "no"; it\'s, so',
    "two\nlines", "𠮷野家 🏭", "_x0041_", "#N/A", "%s %n {0} \\", "1e5", "TRUE", "x" * 1_000, "园区" * 300, "=",
)  # fmt: skip
ABOUT = {
    "title": "T", "data_version": "1", "data_date": "2026-11-21", "filter": {"districts": ["310117"]}, "rows": 1,
    "sources": [{"licence": "MIT <x>", "method": "by hand"}],
}  # fmt: skip
LAYERS = [layer.id for layer in REGISTRY]


def export_of(rows: dict[str, Any], shapes: list[Any]) -> ExportTable:
    frame = gpd.GeoDataFrame(pd.DataFrame(rows, dtype=object), geometry=shapes, crs="EPSG:4326")
    return ExportTable(name="rows", frame=frame, about=ABOUT)


def hostile() -> ExportTable:
    ids = [f"R{number}" for number in range(len(HOSTILE))]
    rows = {"id": ids, "text": list(HOSTILE), "sectors": [(text, "b") for text in HOSTILE]}
    return export_of(rows, [Point(121 + at / 100, 31) for at in range(len(ids))])


@pytest.mark.parametrize("code", read_back.MAPS)
@pytest.mark.parametrize("layer", LAYERS)
def test_a_map_read_back_has_the_rows_of_the_geojson(layer: str, code: str, atlas: Atlas, tmp_path: Path) -> None:
    export = exports.layer_export(atlas, layer, View())
    expected = read_back.expected(export)
    content = FORMATS[code].to_bytes(export)
    found = read_back.with_geopandas(code, content, tmp_path)
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        for column, value in row.items():
            if column == "geometry":
                assert read_back.same_shape(found[key][column], value), (key, column)
            else:
                assert read_back.plain(found[key][column]) == read_back.plain(value), (key, column)


@pytest.mark.parametrize("code", [code for code in read_back.MAPS if code != "parquet"])
@pytest.mark.parametrize("layer", ["g60", "districts_land", "water", "shown"])
def test_gdal_reads_the_same_ids_and_shapes(layer: str, code: str, atlas: Atlas, tmp_path: Path) -> None:
    view = View(districts=("310117",))
    export = exports.layer_export(atlas, layer, view)
    found = read_back.with_gdal(code, FORMATS[code].to_bytes(export), tmp_path)
    expected = read_back.expected(export)
    assert found.keys() == expected.keys()
    assert all(read_back.same_shape(found[key], row["geometry"]) for key, row in expected.items())
    if layer in {each.id for each in PLACES}:
        assert list(expected) == [row["id"] for row in filters.records(atlas, layer, view)]


@pytest.mark.parametrize("layer", LAYERS)
def test_a_sheet_and_a_csv_have_the_rows_of_the_geojson(layer: str, atlas: Atlas) -> None:
    export = exports.layer_export(atlas, layer, View())
    expected = read_back.expected(export)
    text = FORMATS["csv"].to_bytes(export).decode("utf-8-sig")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    cells = read_back.by_id(read_back.sheet(FORMATS["xlsx"].to_bytes(export)))
    assert list(rows) == list(cells) == list(expected)
    shapes = gpd.GeoSeries.from_wkt([row["wkt"] for row in rows.values()])
    for (key, row), shape in zip(expected.items(), shapes, strict=True):
        assert read_back.same_shape(shape, row["geometry"])
        for column in row.keys() - {"geometry"}:
            assert read_back.plain(cells[key][column]) == read_back.plain(row[column]), (key, column)
            assert (rows[key][column] == "") == (read_back.plain(row[column]) == ""), (key, column)
        if isinstance(row["geometry"], Point):
            assert (cells[key]["lon"], cells[key]["lat"]) == pytest.approx((row["geometry"].x, row["geometry"].y))


@pytest.mark.parametrize("code", read_back.MAPS)
def test_hostile_texts_stay_texts_on_a_map(code: str, tmp_path: Path) -> None:
    found = read_back.with_geopandas(code, FORMATS[code].to_bytes(hostile()), tmp_path)
    assert tuple(row["text"] for row in found.values()) == HOSTILE or code == "fgb"
    for number, text in enumerate(HOSTILE):
        assert found[f"R{number}"]["text"] == text
        assert read_back.plain(found[f"R{number}"]["sectors"]) == f"{text};b"


def test_no_cell_of_a_workbook_is_a_formula_and_no_text_is_lost() -> None:
    content = FORMATS["xlsx"].to_bytes(hostile())
    found = read_back.cells(content)
    assert {cell.data_type for cell in found} == {"s", "n"}
    texts = {cell.value.replace("_x005F_", "_") for cell in found if cell.data_type == "s"}
    assert texts >= set(HOSTILE)
    assert all(cell.quotePrefix for cell in found if isinstance(cell.value, str) and cell.value.startswith("="))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\n"])
def test_a_text_that_could_run_is_quoted_so_that_it_stays_a_text_when_it_is_edited(start: str) -> None:
    texts = [f"{start}1+1", f"1{start}1", start, "园区"]
    rows = pd.DataFrame({"id": ["a", "b", "c", "d"], "text": texts, "number": [-1.5, 2.0, -3.0, 4.0]})
    content = FORMATS["xlsx"].to_bytes(ExportTable(name="rows", frame=rows, about=ABOUT))
    data = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    found = {(cell.row, cell.column): cell for row in data.iter_rows() for cell in row}
    report = [(found[row, 2].value, bool(found[row, 2].quotePrefix)) for row in range(2, 6)]
    assert report == list(zip(texts, [True, False, True, False], strict=True))
    assert not any(found[row, 3].quotePrefix for row in range(2, 6)), "numbers stay numbers"
    assert [found[row, 3].data_type for row in range(2, 6)] == ["n"] * 4


def test_a_workbook_has_units_sources_widths_and_a_head_that_stays(atlas: Atlas) -> None:
    content = FORMATS["xlsx"].to_bytes(exports.layer_export(atlas, "parks", View(districts=("310117",))))
    book = openpyxl.load_workbook(io.BytesIO(content))
    data, sources, columns = book.worksheets
    head = [cell.value for cell in data[1]]
    assert {"accuracy_m [m]", "site_area_m2 [m²]", "lon [°]", "name_zh"} <= set(head)
    assert data.freeze_panes == "A2"
    assert data.column_dimensions["B"].width > data.column_dimensions["A"].width
    report = dict(sources.iter_rows(min_row=2, values_only=True))
    assert report["filter.districts"] == "310117"
    assert report["data_version"] == atlas.data_version
    assert report["sources.1.licence"]
    assert report["sources.1.method"]
    assert ("site_area_m2", "公布用地", "m²") in {
        (row[0], str(row[1])[:4], row[3]) for row in columns.iter_rows(values_only=True)
    }


@pytest.mark.parametrize("table", ["land", "nearby_districts", "figures", "sources", "supply_tree", "near"])
def test_a_table_is_a_workbook(table: str, atlas: Atlas) -> None:
    export = exports.table_export(atlas, table, View())
    found = read_back.sheet(FORMATS["xlsx"].to_bytes(export))
    assert list(found.columns) == [str(name) for name in export.frame.columns]
    assert len(found) == len(export.frame) > 0


@pytest.mark.parametrize("code", [code for code, form in FORMATS.items() if not form.takes_tables])
def test_a_table_is_no_map(code: str, atlas: Atlas) -> None:
    with pytest.raises(ParameterError) as caught:
        FORMATS[code].to_bytes(exports.table_export(atlas, "land", View()))
    assert caught.value.code == "cannot_hold"


def test_every_map_says_licence_source_filter_version_and_method(tmp_path: Path) -> None:
    report = provenance.lines(ABOUT)
    words = provenance.text(ABOUT)
    assert ("sources.1.licence", "MIT <x>") in report
    content = {code: FORMATS[code].to_bytes(hostile()) for code in read_back.MAPS}
    gpkg, fgb = (read_back.written(content[code], tmp_path, f".{code}") for code in ("gpkg", "fgb"))
    with closing(sqlite3.connect(gpkg)) as database:
        assert database.execute("SELECT key, value FROM about_this_file ORDER BY row").fetchall() == report
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert dict(report).items() <= pyogrio.read_info(gpkg, layer="rows")["layer_metadata"].items()
    assert pyogrio.list_layers(gpkg)[:, 0].tolist() == ["rows", "about_this_file"]
    assert pyogrio.read_info(fgb)["layer_metadata"]["DESCRIPTION"] == words
    assert json.loads(pq.read_schema(io.BytesIO(content["parquet"])).metadata[b"shanghai_atlas"]) == ABOUT
    assert "sources.1.licence: MIT &lt;x&gt;" in content["kml"].decode()
    read_back.unzipped(content["shp"], tmp_path)
    assert (tmp_path / "README.txt").read_text(encoding="utf-8") == words
    assert (tmp_path / "rows.cpg").read_text(encoding="ascii") == "UTF-8"


@pytest.mark.parametrize("code", FORMATS)
def test_the_same_rows_give_the_same_bytes(code: str) -> None:
    assert FORMATS[code].to_bytes(hostile()) == FORMATS[code].to_bytes(hostile())


@pytest.mark.parametrize("code", FORMATS)
def test_missing_and_endless_numbers_are_missing(code: str, tmp_path: Path) -> None:
    cells = {"id": list("abcd"), "n": [1.5, float("nan"), float("inf"), None], "k": [1, None, 2, 3], "no": [None] * 4}
    export = export_of(cells, [Point(121, 31), None, Polygon(), Point(122, 31)])
    content = FORMATS[code].to_bytes(export)
    assert not {"NaN", "nan", "Infinity", "inf"} & set(content.decode("utf-8", "replace").replace(",", " ").split())
    if code in read_back.MAPS:
        rows = read_back.with_geopandas(code, content, tmp_path)
        assert [read_back.plain(rows[key]["n"]) for key in "abcd"] == [1.5, "", "", ""]
        assert [rows[key]["geometry"] is None for key in "abcd"] == [False, True, True, False]


@pytest.mark.parametrize("code", FORMATS)
def test_a_view_that_keeps_nothing_gives_a_file_without_rows(code: str, atlas: Atlas, tmp_path: Path) -> None:
    content = FORMATS[code].to_bytes(exports.layer_export(atlas, "parks", View(methods=("modelled",))))
    if code in read_back.MAPS:
        assert read_back.with_geopandas(code, content, tmp_path) == {}


def test_a_zipped_shapefile_has_a_file_for_every_kind_of_shape(tmp_path: Path) -> None:
    square = box(0, 0, 1, 1)
    shapes = [Point(1, 2), LineString([(0, 0), (1, 1)]), square, MultiPolygon([square, box(2, 2, 3, 3)]), None]
    content = FORMATS["shp"].to_bytes(export_of({"id": list("abcde")}, shapes))
    names = sorted(path.name for path in read_back.unzipped(content, tmp_path))
    assert names == ["rows_areas.shp", "rows_lines.shp", "rows_points.shp"]
    assert read_back.with_geopandas("shp", content, tmp_path).keys() == set("abcde")
    mixed = GeometryCollection([Point(1, 2), square])
    with pytest.raises(ParameterError, match="points, lines and areas"):
        FORMATS["shp"].to_bytes(export_of({"id": ["a"]}, [mixed]))


@given(st.lists(st.text(), max_size=12))
def test_names_differ_whatever_their_case_and_fit_into_dbase(names: list[str]) -> None:
    given_names = unique([plain_text(name) for name in names])
    _, fields = dbase.fields(pd.DataFrame({name: [1] for name in given_names}), where="x")
    short = [field.name for field in fields]
    assert len({name.lower() for name in given_names}) == len({name.lower() for name in short}) == len(names)
    assert all(0 < len(name.encode()) <= dbase.NAME_BYTES for name in short)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=400), min_size=1, max_size=3))
def test_long_texts_go_on_in_the_next_field_and_nothing_is_lost(texts: list[str]) -> None:
    cells = pd.Series([plain_text(text) for text in texts], dtype="string")
    rows, fields = dbase.fields(pd.DataFrame({"text": cells}), where="x")
    assert [field.part for field in fields] == list(range(1, len(fields) + 1))
    assert rows.fillna("").agg("".join, axis=1).to_list() == cells.to_list()
    sizes = rows.fillna("").map(lambda text: len(text.encode())).to_numpy()
    assert np.max(sizes) <= dbase.TEXT_BYTES


@pytest.mark.parametrize(("size", "parts"), [(0, 1), (253, 1), (254, 1), (255, 2), (508, 2), (509, 3)])
def test_a_field_of_dbase_holds_254_bytes(size: int, parts: int) -> None:
    _, fields = dbase.fields(pd.DataFrame({"text": pd.Series(["x" * size], dtype="string")}), where="x")
    assert len(fields) == parts


def test_a_name_of_dbase_has_10_bytes() -> None:
    names = ["abcdefghij", "abcdefghijk", "abcdefghijl", "园区名称"]
    _, fields = dbase.fields(pd.DataFrame({name: [1] for name in names}), where="x")
    assert [field.name for field in fields] == ["abcdefghij", "abcdefgh_2", "abcdefgh_3", "园区名"]


@pytest.mark.parametrize(("columns", "fit"), [(255, True), (256, False)])
def test_a_shapefile_has_255_columns(columns: int, *, fit: bool) -> None:
    rows = pd.DataFrame({f"c{at}": [1] for at in range(columns)})
    if fit:
        assert len(dbase.fields(rows, where="x")[1]) == columns
        return
    with pytest.raises(ParameterError) as caught:
        dbase.fields(rows, where="x")
    assert caught.value.code == "cannot_hold"


@pytest.mark.parametrize(
    ("cells", "dtype"),
    [
        ([1, None, -(2**31) + 1], "Int32"), ([2**31 - 1], "Int32"), ([2**31], "Int64"), ([-(2**31)], "Int64"),
        ([2**63 - 1], "Int64"), ([2**63], "Float64"), ([1, 2.5], "Float64"), ([True, None], "boolean"),
        ([True, 1], "string"), (["1", 1], "string"), ([None], "string"),
    ],
)  # fmt: skip
def test_a_column_has_the_narrowest_kind_that_holds_all_its_cells(cells: list[Any], dtype: str) -> None:
    frame = pd.DataFrame({"n": pd.Series(cells, dtype=object)})
    rows = flat(ExportTable(name="rows", frame=frame, about=ABOUT))
    assert str(rows["n"].dtype) == dtype
    assert [None if pd.isna(cell) else cell for cell in rows["n"]] == [
        cell if cell is None or dtype != "string" else str(cell) for cell in cells
    ]


def test_a_cell_of_a_workbook_holds_32767_characters() -> None:
    longest = "x" * 32_767
    export = ExportTable(name="rows", frame=pd.DataFrame({"id": [longest]}), about=ABOUT)
    assert read_back.sheet(FORMATS["xlsx"].to_bytes(export)).at[0, "id"] == longest
    with pytest.raises(ParameterError) as caught:
        workbook._text(longest + "x")
    assert (caught.value.code, caught.value.where) == ("cannot_hold", "XLSX")


@pytest.mark.parametrize(("most", "fits"), [(22, True), (21, False)])
def test_a_sheet_holds_its_rows_and_one_for_the_head(most: int, monkeypatch: pytest.MonkeyPatch, *, fits: bool) -> None:
    assert workbook.SHEET_ROWS == 1_048_576
    monkeypatch.setattr(workbook, "SHEET_ROWS", most)
    export = ExportTable(name="rows", frame=pd.DataFrame({"id": range(21)}), about=ABOUT)
    if fits:
        assert len(read_back.sheet(FORMATS["xlsx"].to_bytes(export))) == 21
        return
    with pytest.raises(ParameterError) as caught:
        FORMATS["xlsx"].to_bytes(export)
    assert caught.value.code == "cannot_hold"


def test_a_column_of_a_workbook_is_as_wide_as_its_words_within_limits() -> None:
    frame = pd.DataFrame({"a": ["x"], "b": ["x" * 20], "c": ["园" * 10], "d": ["x" * 90], "e": ["x" * 20 + "\n" + "x"]})
    content = FORMATS["xlsx"].to_bytes(ExportTable(name="rows", frame=frame, about=ABOUT))
    data = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert [data.column_dimensions[letter].width for letter in "ABCDE"] == [8, 22, 22, 60, 22]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_of_a_csv_that_could_run_gets_an_apostrophe(start: str) -> None:
    frame = pd.DataFrame(
        {f"{start}a": [f"{start}1+1", f"1{start}", -1.5], "list": [(f"{start}x", "y"), (), None]}, dtype=object
    )
    head, *rows = csv.reader(io.StringIO(csv_writer.table_csv(frame).removeprefix("\ufeff"), newline=""))
    assert head == [f"'{start}a", "list"]
    assert rows == [[f"'{start}1+1", f"'{start}x; y"], [f"1{start}", ""], ["-1.5", ""]]
