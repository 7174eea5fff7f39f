"""Honest foreign files: every format comes back as it went in, in every encoding, and no row is lost in silence."""

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from foreign_files import FORMATS, KEPT, collection, feature, honest, packed, point, polygon, shapefile
from import_many import Ended, import_many

from app.core.atlas import Atlas

Run = Callable[..., tuple[int, str, str]]
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5")
SQUARE = polygon((121.4, 31.2), (121.41, 31.2), (121.41, 31.21), (121.4, 31.21))


@pytest.fixture(scope="module")
def parks(atlas: Atlas) -> gpd.GeoDataFrame:
    """Take the parks' own rows."""
    return gpd.GeoDataFrame(atlas.frame("parks")[KEPT]).reset_index(drop=True)


@pytest.fixture(scope="module")
def files(parks: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write the parks in every format."""
    return honest(parks, tmp_path_factory.mktemp("honest"))


@pytest.fixture(scope="module")
def read(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    """Read all of them."""
    content = {name: path.read_bytes() for name, path in files.items()}
    return import_many(content, tmp_path_factory.mktemp("read"))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_comes_back_with_its_ids_and_places(
    name: str, read: dict[str, Ended], parks: gpd.GeoDataFrame
) -> None:
    got = read[name].got
    assert (got.status, got.format) == ("accepted", name), got.message
    (layer,) = got.layers
    if name == "flatgeobuf":  # its spatial index puts the rows in an order of its own
        parks = parks.set_index("id").loc[layer.frame["id"]].reset_index()
        assert sorted(parks["id"]) == sorted(set(parks["id"]))
    ids = "name" if name == "gpx" else "id"
    assert layer.frame[ids].to_list() == parks["id"].to_list()
    assert shapely.equals_exact(layer.frame.geometry, parks.geometry, tolerance=1e-9).all()
    assert layer.report["set_aside"] == 0
    if name != "gpx":
        district = "district_c" if name == "shapefile" else "district_code"
        assert layer.frame[district].astype(str).to_list() == parks["district_code"].to_list()


def test_the_command_prints_one_document_and_says_0(run: Run, files: dict[str, Path]) -> None:
    code, out, err = run("import", str(files["geojson"]), "--datum", "wgs84", "--json")
    report = json.loads(out)
    assert (code, err, report["status"]) == (0, "", "accepted")
    assert [(each["features"], each["set_aside"], each["datum"]["by_user"]) for each in report["layers"]] == [
        (31, 0, True)
    ]


def test_a_datum_that_is_not_certain_is_asked_for_and_never_settled_in_silence(
    run: Run, files: dict[str, Path]
) -> None:
    code, out, _ = run("import", str(files["geojson"]), "--json")
    report = json.loads(out)
    assert (code, report["status"]) == (0, "accepted_with_issues")
    (layer,) = report["layers"]
    assert layer["datum"]["sure"] is False
    (params,) = [each for each in layer["issues"] if each["code"] == "datum_unsure"]
    assert "--datum" in params["message_zh"]
    assert "--datum" in params["message_en"]


def test_a_file_that_is_not_there_and_one_that_is_none_are_refused_with_2(run: Run, tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        code, out, err = run("import", str(path), "--json")
        report = json.loads(out)
        assert (code, err, report["status"], report["layers"]) == (2, "", "rejected", [])
        assert "文件不存在" in report["message"]


def test_an_unknown_datum_and_an_unknown_layer_are_refused(run: Run, files: dict[str, Path]) -> None:
    assert run("import", str(files["csv"]), "--datum", "mars", "--json")[0] == 2
    code, out, _ = run("import", str(files["csv"]), "--datum", "wgs84", "--layer", "nowhere", "--json")
    assert code == 2
    assert "没有这个图层" in json.loads(out)["message"]


def test_text_in_every_chinese_encoding_is_read(tmp_path: Path) -> None:
    lines = ["id,名稱,經度,緯度"]
    names = ["張江藥谷", "虹橋商務區", "臨港新片區"]  # traditional characters: GB18030 and Big5 both know them
    lines += [f"P{at},{name},121.{at + 3},31.2" for at, name in enumerate(names)]
    text = "\n".join(lines) + "\n"
    got = import_many({each: text.encode(each) for each in ENCODINGS}, tmp_path)
    for encoding, end in got.items():
        assert end.got.layers[0].frame["名稱"].to_list() == names, encoding
    assert {code(end) for end in got.values()} == {"", "encoding_guessed"}


def code(end: Ended) -> str:
    """Name the only issue about the encoding."""
    found = [each["code"] for each in end.got.layers[0].report["issues"] if each["code"] == "encoding_guessed"]
    return found[0] if found else ""


@pytest.mark.parametrize("with_cpg", [True, False])
def test_a_shapefile_in_gb18030_is_read_with_and_without_its_cpg(
    parks: gpd.GeoDataFrame, tmp_path: Path, *, with_cpg: bool
) -> None:
    parts = shapefile(parks, tmp_path, encoding="GB18030")
    if not with_cpg:
        parts.pop("parks.cpg")
        body = bytearray(parts["parks.dbf"])
        body[29] = 0  # its own mark of the code page
        parts["parks.dbf"] = bytes(body)
    end = import_many({"zip": packed(parts)}, tmp_path / "read")["zip"]
    assert end.got.layers[0].frame["name_zh"].to_list() == parks["name_zh"].to_list()


def test_all_sheets_and_all_folders_are_layers(parks: gpd.GeoDataFrame, tmp_path: Path) -> None:
    for name in ("north", "south"):
        parks.to_file(tmp_path / "two.gpkg", layer=name, driver="GPKG")
    got = import_many({"two": (tmp_path / "two.gpkg").read_bytes()}, tmp_path / "read")["two"].got
    assert [each.report["name"] for each in got.layers] == ["north", "south"]
    assert [len(each.frame) for each in got.layers] == [31, 31]


def test_every_rule_of_the_contract_has_its_issue_and_every_row_its_place(tmp_path: Path) -> None:
    bow = polygon((121.5, 31.2), (121.51, 31.21), (121.51, 31.2), (121.5, 31.21))
    rows = [
        feature(SQUARE, id="A", district="松江区", sectors=["biologics"], area="约2.6万亩"),
        feature(SQUARE, id="A", district="Songjiang", sectors="疫苗、中药", area="许多"),
        feature(bow, id="C", district="苏州市", sectors="占星", area=-3),
        feature(polygon((121.405, 31.205), (121.42, 31.205), (121.42, 31.22)), id="D", district="310117"),
        feature(None, id="E"),
        feature(point(2.35, 48.85), id="F"),
        feature({"type": "GeometryCollection", "geometries": [point(121.5, 31.2), SQUARE]}, id=""),
        feature({"type": "Polygon", "coordinates": [[[121.5, "north"]]]}, id="H"),
    ]
    (layer,) = import_many({"all": collection(*rows).encode()}, tmp_path)["all"].got.layers
    found = {(each["row"], each["code"]) for each in layer.report["issues"]}
    assert found >= {
        (1, "duplicate_id"), (2, "duplicate_id"), (2, "duplicate_footprint"), (2, "unparsable_quantity"),
        (3, "repaired"), (3, "unknown_district"), (3, "unknown_sector"), (3, "out_of_range"), (4, "overlap"),
        (5, "empty_geometry"), (6, "outside_region"), (7, "collection"), (7, "missing_id"), (8, "bad_geometry"),
        (0, "mixed_geometry"),
    }  # fmt: skip
    assert {each["row"] for each in layer.report["issues"] if each["severity"] == "quarantined"} == {5, 6, 8}
    assert layer.frame["import_row"].to_list() == [1, 2, 3, 4, 7]
    (mended,) = [each for each in layer.report["issues"] if each["code"] == "repaired"]
    before, after = mended["value"].removesuffix(" m²").split(" → ")
    assert float(before) == pytest.approx(0, abs=1000)
    assert float(after) == pytest.approx(528_700, rel=0.01)  # half of 0.01° by 0.01° there


def test_ragged_rows_and_bad_coordinates_are_set_aside_or_told(tmp_path: Path) -> None:
    text = "id,lon,lat,面积\nA,121.5,31.2,1.2万亩\nB,121.5,31.2\nC,121.5,31.2,3,4\nD,east,31.2,5\nE,NaN,31.2,5\n"
    (layer,) = import_many({"csv": text.encode()}, tmp_path)["csv"].got.layers
    found = {(each["row"], each["code"]) for each in layer.report["issues"] if each["row"]}
    assert found == {(2, "row_short"), (3, "row_long"), (4, "bad_coordinate"), (5, "bad_coordinate")}
    assert (layer.report["features"], layer.report["set_aside"]) == (2, 3)
