"""The rules of the door one by one, in this process: where each of them begins to hold, and where it does not yet."""

import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from foreign_files import packed
from pyproj import CRS
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from app.core.atlas import Atlas
from app.importers import crs_detection, encodings, geometry_checks, limits, sniff, validate, values
from app.importers.issues import QUARANTINED, RefusedError, issue
from app.importers.table import Table
from geo.crs import LOCAL, WGS84
from layers.load import CITY_BOUNDS, REGION_BOUNDS
from layers.vocabulary import SECTORS, Term


def table_of(shapes: list[BaseGeometry | None], *, is_text: bool = False, **columns: list[Any]) -> Table:
    """Make a table as a reader does."""
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    rows = np.arange(1, len(shapes) + 1)
    return Table(
        name="t", columns=columns, geometry=geometry, rows=rows, rows_in=len(shapes), crs="EPSG:4326", is_text=is_text
    )


def column_of(name: str, *found: Any, is_text: bool = False) -> Table:
    """Make a table of points with one column."""
    return table_of([Point(121.5, 31.2)] * len(found), is_text=is_text, **{name: list(found)})


def report(table: Table) -> set[tuple[int, str]]:
    """List the issues as row and code."""
    return {(each.row, each.code) for each in table.issues}


def metres(*corners: tuple[float, float]) -> Polygon:
    """Draw a polygon of metres of the local plane in degrees."""
    (drawn,) = gpd.GeoSeries([Polygon(corners)], crs=LOCAL).to_crs(WGS84)
    return Polygon(drawn)


def rectangle(west: float, south: float, east: float, north: float) -> Polygon:
    """Draw a rectangle of metres."""
    return metres((west, south), (east, south), (east, north), (west, north))


@pytest.mark.parametrize("value", [-0.001, -0.5, -0.999, -1, -3, "-0.5"])
def test_an_amount_below_zero_is_out_of_range(value: Any) -> None:
    table = column_of("面积", 1.0, value)
    values.check(table, {})
    assert report(table) == {(2, "out_of_range")}


@pytest.mark.parametrize("value", [0, 0.0, 0.001, 0.5, "0", None, "", True])
def test_no_amount_from_zero_on_is_out_of_range(value: Any) -> None:
    table = column_of("面积", 1.0, value)
    values.check(table, {})
    assert report(table) == set()


def test_below_zero_is_told_of_amounts_only() -> None:
    table = column_of("温度", -0.5)
    values.check(table, {})
    assert report(table) == set()


@pytest.mark.parametrize(("numbers", "are_numbers"), [(9, True), (8, False)])
def test_a_column_of_text_is_one_of_numbers_from_nine_in_ten_on(numbers: int, *, are_numbers: bool) -> None:
    written = [str(at) for at in range(numbers)] + ["?"] * (10 - numbers)
    table = column_of("n", *written, "", is_text=True)  # what is blank is neither
    values.check(table, {})
    assert table.columns["n"] == ([*range(numbers), "?", None] if are_numbers else [*written, None])
    assert report(table) == ({(10, "wrong_type")} if are_numbers else set())


@pytest.mark.parametrize("code", ["007", "01", "+1_000", "0x10"])
def test_codes_stay_text(code: str) -> None:
    table = column_of("code", code, is_text=True)
    values.check(table, {})
    assert table.columns["code"] == [code]


def test_a_text_is_shortened_where_a_cell_can_hold_no_more() -> None:
    most = "长" * limits.CELL_CHARACTERS
    table = column_of("words", most, most + "了", "x" * (limits.CELL_CHARACTERS + 1))
    values.check(table, {})
    assert [len(cell) for cell in table.columns["words"]] == [limits.CELL_CHARACTERS] * 3
    assert report(table) == {(2, "text_shortened"), (3, "text_shortened")}


def test_ids_are_missing_where_they_are_blank_and_doubled_where_two_are_one() -> None:
    table = column_of("编号", "A", " ", None, 7, "7", "B")
    values.check_ids(table)
    assert report(table) == {(2, "missing_id"), (3, "missing_id"), (4, "duplicate_id"), (5, "duplicate_id")}


@pytest.mark.parametrize(
    "cell", ["松江区", " 松江区 ", "上海市松江区", "上海松江区", "310117", 310117, 310117.0, "310117.0"]
)
def test_a_district_is_known_in_every_spelling(cell: Any) -> None:
    assert values.district_code(cell, {"松江区": "310117", "310117": "310117"}) == "310117"


@pytest.mark.parametrize("cell", ["苏州市", "上海", "", " ", None, 31011])
def test_what_names_no_district_is_none(cell: Any) -> None:
    assert values.district_code(cell, {"松江区": "310117", "310117": "310117"}) == ""


def test_a_district_that_does_not_exist_is_told_and_a_blank_one_is_not() -> None:
    table = column_of("区县", "松江区", "苏州市", " ", None)
    stated = values.check(table, {"松江区": "310117"})
    assert stated.tolist() == ["310117", "", "", ""]
    assert report(table) == {(2, "unknown_district")}


@pytest.mark.parametrize(
    ("cell", "codes", "unknown"),
    [
        ("中药", ("tcm",), ()), ("TCM", ("tcm",), ()), ("中药、疫苗", ("tcm", "vaccines"), ()),
        ("疫苗; tcm，疫苗", ("vaccines", "tcm"), ()),
        (["tcm", "占星"], ("tcm",), ("占星",)), ('["tcm","vaccines"]', ("tcm", "vaccines"), ()), ("", (), ()),
        (None, (), ()), ("占星", (), ("占星",)), (" , ", (), ()), ([], (), ()),
    ],
)  # fmt: skip
def test_sectors_are_known_by_code_and_by_name(cell: Any, codes: tuple[str, ...], unknown: tuple[str, ...]) -> None:
    assert values.sector_codes(cell) == (codes, unknown)


@pytest.mark.parametrize("sector", SECTORS)
def test_every_sector_is_known_by_its_code_and_by_its_names(sector: Term) -> None:
    for cell in (sector.code, sector.name_zh, sector.name_en, [sector.code]):
        assert values.sector_codes(cell) == ((sector.code,), ())


@pytest.mark.parametrize(
    ("written", "read"),
    [("12", 12), ("-3", -3), ("+4", 4), ("1.50", 1.5), ("0", 0), ("1e3", 1000.0), ("-2.5E-1", -0.25), (" 7 ", 7)],
)
def test_a_number_in_words_is_a_number_whole_if_it_is_written_so(written: str, read: float) -> None:
    table = column_of("n", written, is_text=True)
    values.check(table, {})
    (cell,) = table.columns["n"]
    assert (type(cell), cell) == (type(read), read)


def test_numbers_that_are_none_are_told_and_emptied_also_in_lists() -> None:
    table = column_of("n", 1.5, math.nan, math.inf)
    table.columns["deep"] = [[1.0, math.nan], {"a": (math.inf, "x")}, (2,)]
    values.check(table, {})
    assert table.columns["n"] == [1.5, None, None]
    assert table.columns["deep"] == [[1.0, None], {"a": [None, "x"]}, [2]]
    assert report(table) == {(2, "not_finite"), (3, "not_finite")}


@pytest.mark.parametrize("amount", ["120亩", "1.25万亩", "约2.6万亩", "3-5公顷", "1,200", "30家", "2亿元"])
def test_an_amount_in_words_is_understood(amount: str) -> None:
    table = column_of("用地面积", amount)
    values.check(table, {})
    assert report(table) == set()


@pytest.mark.parametrize("name", ["面积说明", "面积来源", "备注", "area_note", "类型"])
def test_words_about_an_amount_are_no_amount(name: str) -> None:
    table = column_of(name, "许多", -1)
    values.check(table, {})
    assert report(table) == set()


SIDE = 100.0


@pytest.mark.parametrize(("shared_m2", "is_told"), [(0.0, False), (0.95, False), (1.05, True), (50.0, True)])
def test_outlines_overlap_from_one_square_metre_on(shared_m2: float, *, is_told: bool) -> None:
    reach = shared_m2 / SIDE
    table = table_of([rectangle(0, 0, SIDE, SIDE), rectangle(SIDE - reach, 0, 2 * SIDE, SIDE)])
    geometry_checks.compare(table)
    assert report(table) == ({(2, "overlap")} if is_told else set())
    for each in table.issues:
        earlier, area = each.value.removesuffix(" m²").split(": ")
        assert (earlier, float(area)) == ("1", pytest.approx(shared_m2, abs=0.06))


def test_equal_outlines_are_duplicates_however_small_and_the_earlier_one_is_named() -> None:
    tiny, other = rectangle(0, 0, 0.5, 0.5), rectangle(50, 50, 60, 60)
    table = table_of([other, tiny, Point(121.5, 31.2), tiny, LineString([(121.4, 31.2), (121.5, 31.3)])])
    geometry_checks.compare(table)
    assert report(table) == {(4, "duplicate_footprint")}
    assert table.issues[0].value.startswith("2: ")


def test_an_outline_is_compared_with_every_earlier_one() -> None:
    table = table_of([rectangle(0, 0, 10, 10), rectangle(5, 0, 15, 10), rectangle(8, 0, 18, 10)])
    geometry_checks.compare(table)
    assert [(each.row, each.value) for each in table.issues] == [
        (2, "1: 50.0 m²"),
        (3, "1: 20.0 m²"),
        (3, "2: 70.0 m²"),
    ]


def test_more_pairs_than_are_looked_at_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    heap = [rectangle(at, 0, at + 10, 10) for at in range(4)]  # six pairs, of which the last outline makes three
    for most, is_whole in ((6, True), (5, False)):
        monkeypatch.setattr(limits, "PAIRS", most)
        table = table_of([*heap])
        geometry_checks.compare(table)
        assert ((0, "overlaps_not_all") in report(table)) is not is_whole
        assert [each.row for each in table.issues if each.code == "overlap"] == [2, 3, 3] + [4] * 3 * is_whole


def test_a_repair_tells_the_area_before_and_after_and_loses_what_has_none() -> None:
    bow = metres((0, 0), (100, 100), (100, 0), (0, 100))
    line = Polygon([(121.5, 31.2), (121.52, 31.2), (121.51, 31.2)])
    table = table_of([rectangle(0, 0, 1, 1), bow, line])
    geometry_checks.repair(table)
    assert report(table) == {(2, "repaired"), (3, "beyond_repair")}
    assert table.rows.tolist() == [1, 2]
    assert isinstance(table.geometry[1], MultiPolygon)
    (mended,) = [each for each in table.issues if each.code == "repaired"]
    before, after = map(float, mended.value.removesuffix(" m²").split(" → "))
    assert (before, after) == pytest.approx((0, 5_000), abs=0.2)


BIG5 = {
    "the first row of daily use": "上中下三小大人口",
    "the last row of daily use": "籲鑼鑽鑾鑿鸚",
    "names": "張江藥谷",
}
GB18030 = {"the first row": "阿爱安岸", "names": "泗泾", "rare characters": "漕河泾", "one of daily use": "佘山"}


@pytest.mark.parametrize("encoding", ["big5", "gb18030"])
def test_text_in_daily_and_in_rare_characters_is_taken_for_its_encoding(encoding: str) -> None:
    for what, words in (BIG5 if encoding == "big5" else GB18030).items():
        assert encodings.text_of(words.encode(encoding), where="t") == (words, encoding), what


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")]
)
def test_a_mark_is_believed_and_taken_off(encoding: str, mark: bytes) -> None:
    assert encodings.text_of(mark + "编号,名称\n".encode(encoding), where="t") == ("编号,名称\n", encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_text_without_a_mark_is_known_by_its_separators(encoding: str) -> None:
    assert encodings.text_of("编号,名称\n一,张江\n".encode(encoding), where="t") == ("编号,名称\n一,张江\n", encoding)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x81\xff\xff\x80", "import_unknown"),
        ("张江".encode()[:-1], "import_cut_off"),
        (b"\xef\xbb\xbfab\xff,c", "import_broken"),
        (b"a\0b\xff", "import_unknown"),
    ],
)
def test_bytes_that_are_no_text_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(RefusedError) as caught:
        encodings.text_of(content, where="t")
    assert caught.value.code == code


@pytest.fixture
def standards(atlas: Atlas) -> validate.Standards:
    """Hold rows against the atlas's districts, in a datum that is named."""
    return validate.Standards(districts=atlas.districts, district_names={}, datum="wgs84")


WEST, SOUTH, EAST, NORTH = CITY_BOUNDS
FAR_WEST, FAR_SOUTH, FAR_EAST, FAR_NORTH = REGION_BOUNDS
STEP = 1e-6


@pytest.mark.parametrize(
    "at", [(WEST, SOUTH), (EAST, NORTH), (WEST, NORTH), (EAST, SOUTH), ((WEST + EAST) / 2, (SOUTH + NORTH) / 2)]
)
def test_what_lies_in_the_city_or_on_its_frame_is_no_issue(
    at: tuple[float, float], standards: validate.Standards
) -> None:
    table = table_of([Point(at)])
    validate.check(table, standards)
    assert not report(table) & {(1, "outside_area"), (1, "outside_region")}
    assert table.rows.tolist() == [1]


@pytest.mark.parametrize(
    "at", [(WEST - STEP, 31), (EAST + STEP, 31), (121.5, SOUTH - STEP), (121.5, NORTH + STEP), (FAR_WEST, FAR_SOUTH),
           (FAR_EAST, FAR_NORTH)],
)  # fmt: skip
def test_what_lies_outside_the_city_is_told_and_kept(at: tuple[float, float], standards: validate.Standards) -> None:
    table = table_of([Point(at)])
    validate.check(table, standards)
    assert (1, "outside_area") in report(table)
    assert table.rows.tolist() == [1]


@pytest.mark.parametrize(
    "at", [(FAR_WEST - STEP, 31), (FAR_EAST + STEP, 31), (121.5, FAR_SOUTH - STEP), (121.5, FAR_NORTH + STEP)]
)
def test_what_lies_outside_the_region_is_set_aside(at: tuple[float, float], standards: validate.Standards) -> None:
    table = table_of([Point(at), Point(121.5, 31.2), LineString([(121.5, 31.2), at])])
    validate.check(table, standards)
    found = report(table)
    assert {(1, "outside_region"), (3, "outside_region")} <= found
    assert not found & {(1, "outside_area"), (3, "outside_area")}
    assert table.rows.tolist() == [2]


@pytest.mark.parametrize(("vertices", "is_kept"), [(10, True), (11, False)])
def test_a_shape_of_more_vertices_than_one_may_have_is_set_aside(
    vertices: int, standards: validate.Standards, monkeypatch: pytest.MonkeyPatch, *, is_kept: bool
) -> None:
    monkeypatch.setattr(limits, "VERTICES_OF_ONE", 10)
    table = table_of([LineString([(121.4 + at / 1000, 31.2) for at in range(vertices)])])
    validate.check(table, standards)
    assert ((1, "too_detailed") in report(table)) is not is_kept
    assert table.rows.tolist() == [1] * is_kept


@pytest.mark.parametrize(("most", "is_read"), [(4, True), (3, False)])
def test_a_layer_of_more_vertices_than_are_read_is_refused(
    most: int, standards: validate.Standards, monkeypatch: pytest.MonkeyPatch, *, is_read: bool
) -> None:
    monkeypatch.setattr(limits, "VERTICES", most)
    table = table_of([Point(121.4, 31.2), LineString([(121.4, 31.2), (121.5, 31.2), (121.5, 31.3)])])
    if is_read:
        validate.check(table, standards)
        return
    with pytest.raises(RefusedError) as caught:
        validate.check(table, standards)
    assert caught.value.code == "import_vertices"


def test_nothing_is_set_aside_once_and_heights_are_dropped_and_counted(standards: validate.Standards) -> None:
    shapes = [None, Point(), Point(121.5, 31.2, 4.0), Point(121.5, 31.3), Point(121.5, np.inf)]
    table = table_of(shapes)
    validate.check(table, standards)
    assert report(table) == {
        (1, "empty_geometry"), (2, "empty_geometry"), (5, "bad_geometry"), (0, "flattened"), (0, "datum_shifted"),
    }  # fmt: skip
    (flattened,) = [each for each in table.issues if each.code == "flattened"]
    assert flattened.value == "1"
    assert not shapely.has_z(table.geometry).any()
    assert table.rows.tolist() == [3, 4]


def test_a_row_that_was_set_aside_while_it_was_read_is_not_told_again(standards: validate.Standards) -> None:
    table = table_of([None, None, Point(121.5, 31.2)])
    table.issues.append(issue(1, "bad_geometry", QUARANTINED))
    validate.check(table, standards)
    assert {each for each in report(table) if each[0]} == {(1, "bad_geometry"), (2, "empty_geometry")}


@pytest.mark.parametrize(
    ("shapes", "mixed"),
    [
        ([Point(121.5, 31.2), shapely.MultiPoint([(121.5, 31.2)])], ""),
        ([rectangle(0, 0, 9, 9), MultiPolygon([rectangle(20, 0, 29, 9)])], ""),
        ([LineString([(121.5, 31.2), (121.6, 31.2)]), MultiLineString([[(121.5, 31.2), (121.6, 31.3)]])], ""),
        ([Point(121.5, 31.2), LineString([(121.5, 31.2), (121.6, 31.2)])], "LineString Point"),
        ([Point(121.5, 31.2), shapely.GeometryCollection([Point(121.5, 31.2)])], ""),
    ],
)
def test_kinds_are_mixed_where_points_lines_and_outlines_meet(
    shapes: list[BaseGeometry], mixed: str, standards: validate.Standards
) -> None:
    table = table_of([*shapes])
    validate.check(table, standards)
    assert [each.value for each in table.issues if each.code == "mixed_geometry"] == [mixed] * bool(mixed)
    collections = {
        (at, "collection") for at, each in enumerate(shapes, start=1) if each.geom_type.endswith("Collection")
    }
    assert {each for each in report(table) if each[1] == "collection"} == collections


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"PAR1....", "geoparquet"),
        (b"fgb\x03fgb\x00", "flatgeobuf"), (b' {"type": 1}', "geojson"), (b"[1]", "geojson"),
        (b'\x1e{"type": 1}', "geojson"), (b"\xef\xbb\xbf{}", "geojson"), ('{"a": 1}'.encode("utf-16"), "geojson"),
        (b"<kml/>", "kml"), (b"<?xml version='1.0'?><gpx><a/></gpx>", "gpx"), (b'<k:kml xmlns:k="u"/>', "kml"),
        (b"id,lon,lat\n1,121,31\n", "csv"), (b"id\n", "csv"), (b"https://a.b/c\nd\n", "csv"),
        (b"SQLite format 3\0" + bytes(52) + b"GPKG", "geopackage"),
        (b"SQLite format 3\0" + bytes(52) + b"GP11", "geopackage"),
    ],
)  # fmt: skip
def test_the_format_is_that_of_the_content(content: bytes, found: str, tmp_path: Path) -> None:
    path = tmp_path / "file.zip"  # its name is never asked
    path.write_bytes(content)
    assert sniff.format_of(path) == found


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import_empty"), (b" \r\n\t\0", "import_empty"), (b"%PDF-1.7", "import_format"),
        (b"a,b\0c\n", "import_unknown"),
        (b"https://a.b/c", "import_link"), (b"/vsicurl/x", "import_link"), (b"PG:dbname=a", "import_link"),
        (b"SQLite format 3\0" + bytes(56), "import_format"), (b"<html/>", "import_format"), (b"<", "import_format"),
        (b"<OGRVRTDataSource/>", "import_link"),
    ],
)  # fmt: skip
def test_what_is_no_map_and_no_table_is_refused_by_what_it_is(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(RefusedError) as caught:
        sniff.format_of(path)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("members", "found"),
    [
        (("xl/workbook.xml",), "xlsx"), (("a/B.SHP", "a/b.dbf"), "shapefile"), (("doc.kml",), "kmz"),
        (("__MACOSX/a.shp", "doc.kml"), "kmz"), (("a.zip",), "import_zip"), (("a.txt",), "import_format"),
    ],
)  # fmt: skip
def test_a_zip_is_what_is_in_it(members: tuple[str, ...], found: str, tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(packed(dict.fromkeys(members, b"1")))
    if not found.startswith("import_"):
        assert sniff.format_of(path) == found
        return
    with pytest.raises(RefusedError) as caught:
        sniff.format_of(path)
    assert caught.value.code == found


@pytest.mark.parametrize("code", ["", "wgs84", "gcj02"])
def test_a_datum_that_exists_may_be_named(code: str) -> None:
    crs_detection.require_datum(code)


def test_a_datum_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(RefusedError) as caught:
        crs_detection.require_datum("mars")
    assert "gcj02" in caught.value.hint


def declaring(crs: str) -> Table:
    """Make a table whose file declares a system."""
    table = table_of([Point(121.5, 31.2)])
    table.crs = crs
    return table


@pytest.mark.parametrize(
    ("crs", "declared"),
    [
        ("", ""), ("EPSG:4490", "EPSG:4490"), (CRS.from_epsg(4490).to_wkt(), "EPSG:4490"),
        (f" {CRS.from_epsg(4549).to_wkt('WKT1_ESRI').lower()}", "EPSG:4549"),
        (CRS.from_epsg(4326).to_json(), "EPSG:4326"),
        (LOCAL.to_wkt(), "unknown"),
    ],
)  # fmt: skip
def test_a_declared_system_is_known_by_its_number_or_its_name(
    crs: str, declared: str, standards: validate.Standards
) -> None:
    table = declaring(crs)
    assert crs_detection.placed(table, standards.districts, np.empty(0, dtype=np.str_), "wgs84").declared == declared
    assert (0, "crs_unknown") not in report(table)


@pytest.mark.parametrize(
    "crs", ["EPSG:12", "GEOGCS[", "{", "/vsicurl/x", "+proj=longlat", "urn:ogc:def:crs:EPSG::4490"]
)
def test_a_declared_system_that_is_none_is_told_and_not_followed(crs: str, standards: validate.Standards) -> None:
    table = declaring(crs)
    assert crs_detection.placed(table, standards.districts, np.empty(0, dtype=np.str_), "wgs84").declared == ""
    assert (0, "crs_unknown") in report(table)
