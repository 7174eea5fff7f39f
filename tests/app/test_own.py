"""What a reader brings: read as the reader says, counted as it is, seen by nobody else."""

import math
from fractions import Fraction

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box
from user_layer_samples import HOSTILE_NAMES, JIADING, MINHANG, SONGJIANG, layer_source, points, session_layers_of

from app.core import filters
from app.core.atlas import DEFAULT_DATA, Atlas
from app.core.view import View
from app.workspace import session_layers as sessions
from app.workspace.column_mapping import BASES, METHODS, UNITS, ColumnMapping, column_mapping, guess
from app.workspace.land import user_land
from app.workspace.upload import again, columns, harmless, upload
from app.workspace.user_layer import area_m2, has_shapes
from geo.errors import ParameterError

MU = Fraction(2000, 3)


def test_an_area_takes_its_own_unit_before_the_readers() -> None:
    read = {("120亩", "m2"): 80_000, ("约2.6万亩", "ha"): 52e6 / 3, ("1,200", "mu"): 800_000, (1200, "mu"): 800_000,
            ("2.6万", "mu"): 52e6 / 3, ("１２０亩", "m2"): 80_000, ("12.5公顷", "mu"): 125_000, (0, "mu"): 0,
            ("1.5平方公里", "m2"): 1_500_000, ("300平方米", "mu"): 300, (1.5, "ha"): 15_000}  # fmt: skip
    for (cell, unit), m2 in read.items():
        assert area_m2(cell, unit) == m2, cell


@pytest.mark.parametrize(
    "cell",
    ["3-5公顷", "30家", "5公里", "20%", True, "1_000", "-5亩", -5, -0.5, -0.001, "-0.5", "inf", "nan", "1e400", "约",
     "九成", "9" * 5_000, "9" * 90 + "亩", 1.7e308, "=120", "{{7*7}}", "2亿元", "120亩左右吧", [120], {"mu": 120}],
)  # fmt: skip
def test_what_is_no_area_is_not_read(cell: object) -> None:
    assert area_m2(cell, "m2") is None


@pytest.mark.parametrize(("cell", "is_read"), [(0, True), (0.5, True), (10**15 - 1, True), (10**15, False)])
def test_an_area_is_read_from_zero_up_to_more_than_there_is(cell: float, *, is_read: bool) -> None:
    assert area_m2(cell, "m2") == (cell if is_read else None)


def test_nothing_is_nothing_and_not_zero() -> None:
    for cell in ("", "  ", None, float("nan")):
        assert math.isnan(area_m2(cell, "mu") or 0)


@given(st.fractions(min_value=0, max_value=10**9, max_denominator=1000), st.sampled_from(["", "约", "近"]))
def test_mu_is_exact(amount: Fraction, before: str) -> None:
    decimals = Fraction(round(amount * 1000), 1000)
    words = f"{before}{float(decimals):.3f}亩"
    assert area_m2(words, "m2") == float(decimals * MU)


@given(st.text(max_size=200), st.sampled_from(UNITS))
def test_any_text_is_an_area_or_none(words: str, unit: str) -> None:
    found = area_m2(words, unit)
    assert found is None or math.isnan(found) or 0 <= found < math.inf


def test_an_area_that_cannot_be_read_is_an_issue_of_its_row(atlas: Atlas) -> None:
    cells = ["120亩", "3-5公顷", "", None]
    session_layers = session_layers_of(atlas, layer_source({"面积": cells}, points(4), amount="面积", basis="land"))
    loaded = session_layers.layers["own1"]
    assert [(each.feature, each.rule, each.value) for each in loaded.issues] == [
        ("own1-2", "unparsable_quantity", "'3-5公顷'")
    ]
    assert loaded.frame["area_m2"].fillna(-1).to_list() == [80_000, -1, -1, -1]
    assert loaded.frame["area_basis"].to_list() == ["land", "", "", ""]


def test_kinds_of_area_never_share_a_column(atlas: Atlas) -> None:
    layers = [layer_source({"面积": ["30亩"]}, [SONGJIANG], amount="面积", basis=basis) for basis in BASES]
    table = user_land(session_layers_of(atlas, *layers).atlas, View()).set_index(["layer", "district_code"])
    for number, basis in enumerate(BASES, start=1):
        for code in ("310117", "all"):
            row = table.loc[(f"own{number}", code)]
            stated = {kind: row[f"stated_{kind}_m2"] for kind in BASES}
            assert {kind for kind, m2 in stated.items() if pd.notna(m2)} == {basis}, "nothing stated is not zero"
            assert stated[basis] == 20_000
            assert pd.isna(row["outline_m2"])
            assert pd.isna(row["stated_land_mu"]) if basis != "land" else row["stated_land_mu"] == 30


def test_overlaps_count_once_and_are_cut_at_the_districts_borders(atlas: Atlas) -> None:
    shapes = [box(121.30, 31.05, 121.36, 31.09), box(121.33, 31.07, 121.39, 31.11), box(121.33, 31.07, 121.39, 31.11)]
    table = user_land(session_layers_of(atlas, layer_source({}, shapes)).atlas, View()).set_index("district_code")
    flat = "+proj=laea +lat_0=31.08 +lon_0=121.35 +ellps=WGS84"
    union = gpd.GeoDataFrame(geometry=[gpd.GeoSeries(shapes).union_all()], crs="EPSG:4326")
    pieces = gpd.overlay(union, atlas.districts[["district_code", "geometry"]], how="intersection")
    expected = pieces.set_index("district_code").to_crs(flat).area
    assert len(expected) > 1, "the outlines must cross a border"
    for code, m2 in expected.items():
        assert table.at[code, "outline_m2"] == pytest.approx(m2, rel=1e-5), code
    assert table.at["all", "outline_m2"] == pytest.approx(union.to_crs(flat).area.sum(), rel=1e-5)
    assert table.at["all", "outlines"] == 3
    assert table[["stated_land_m2", "stated_floor_m2", "stated_unknown_m2"]].isna().to_numpy().all()


def test_filters_hold_for_own_land_too(atlas: Atlas) -> None:
    layer = layer_source({"面积": ["30亩", "60亩"]}, [SONGJIANG, JIADING], amount="面积", basis="land")
    table = user_land(session_layers_of(atlas, layer).atlas, View(districts=("310117",))).set_index("district_code")
    assert set(table.index) == {"310117", "all"}
    assert table.at["all", "stated_land_mu"] == 30


def test_a_stated_district_holds_and_a_point_elsewhere_is_told(atlas: Atlas) -> None:
    cells = {"行政区": ["上海市松江区", "嘉定", "火星区", None, "310112.0"]}
    shapes = [SONGJIANG, SONGJIANG, SONGJIANG, SONGJIANG, MINHANG]
    loaded = session_layers_of(atlas, layer_source(cells, shapes, district="行政区")).layers["own1"]
    assert loaded.frame["district_code"].to_list() == ["310117", "310114", "310117", "310117", "310112"]
    assert loaded.frame["district_codes"].to_list()[1] == ("310114",)
    assert [(each.feature, each.rule) for each in loaded.issues] == [("own1-2", "point in district")]


def test_an_outline_lies_in_every_district_that_it_touches(atlas: Atlas) -> None:
    loaded = session_layers_of(atlas, layer_source({}, [box(121.30, 31.05, 121.39, 31.11), SONGJIANG])).layers["own1"]
    assert len(loaded.frame["district_codes"].iloc[0]) > 1
    assert loaded.frame["district_code"].to_list() == ["", "310117"]
    assert has_shapes(loaded)


def test_sectors_are_understood_in_words(atlas: Atlas) -> None:
    cells = {"行业": ["医疗器械", "医疗器械、乱写", "", None]}
    view = View(sectors=("device",))
    session_layers = session_layers_of(atlas, layer_source(cells, points(4), sector="行业"))
    found = session_layers.layers["own1"].frame["sectors"].to_list()
    assert found[0] == found[1] != ()
    assert found[2:] == [(), ()]
    view = View(sectors=found[0])
    assert [row["id"] for row in filters.records(session_layers.atlas, "own1", view)] == ["own1-1", "own1-2"]
    unread = session_layers_of(atlas, layer_source(cells, points(4)))
    assert len(filters.rows(unread.atlas, "own1", view)) == 4, "without a column of sectors the filter leaves it alone"


def test_a_guess_names_only_columns_that_are_there() -> None:
    found = guess("t", ["企业名称", "行政区", "行业", "占地面积（亩）", "English"])
    assert (found.name, found.district, found.sector, found.name_en) == ("企业名称", "行政区", "行业", "English")
    assert (found.amount, found.unit, found.basis) == ("占地面积（亩）", "mu", "land")
    assert guess("t", ["建筑面积"]).basis == "floor"
    assert guess("t", ["面积"]).basis == "unknown"
    assert guess("t", []) == ColumnMapping(title="t")


@given(st.lists(st.text(max_size=12), unique=True, max_size=8))
def test_every_guess_is_a_reading(names: list[str]) -> None:
    found = guess("t", names)
    assert column_mapping(found.to_dict(), names) == found


@pytest.mark.parametrize(
    "changed",
    [{"name": "nope"}, {"unit": "acre"}, {"basis": "sea"}, {"method": "magic"}, {"amount": 3}, {"extra": ""}, {}],
)
def test_a_reading_with_an_unknown_column_or_code_is_refused(changed: dict[str, object]) -> None:
    report = {**ColumnMapping(title="t", name="名").to_dict(), **changed}
    with pytest.raises(ParameterError) as fault:
        column_mapping(report if changed else ["t"], ["名"])
    assert fault.value.code == "own_reading"


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_places_that_can_be_asked(method: str, atlas: Atlas) -> None:
    frame = session_layers_of(atlas, layer_source({}, points(1), method=method)).layers["own1"].frame
    assert frame["location_method"].to_list() == [method]
    assert frame["accuracy_m"].iloc[0] > 0


def test_columns_of_any_name_stand_beside_ours(atlas: Atlas) -> None:
    cells = {name: [f"{name[:9]}-{row}" for row in range(3)] for name in HOSTILE_NAMES}
    frame = session_layers_of(atlas, layer_source(cells, points(3))).layers["own1"].frame
    assert frame.columns.is_unique
    assert frame["id"].to_list() == ["own1-1", "own1-2", "own1-3"]
    assert frame["file_id"].to_list() == cells["id"]
    declared = session_layers_of(atlas, layer_source(cells, points(3))).layers["own1"].layer.columns
    assert {each.label_zh for each in declared if each.verbatim} == set(HOSTILE_NAMES)


def test_too_many_layers_or_rows_are_refused_and_nothing_changes(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    one = layer_source({}, points(2))
    session_layers = session_layers_of(atlas, *[one] * sessions.MOST_LAYERS)
    before = (dict(session_layers.layers), session_layers.atlas)
    with pytest.raises(ParameterError) as fault:
        session_layers.add(one)
    assert fault.value.code == "own_many"
    assert (session_layers.layers, session_layers.atlas) == before
    monkeypatch.setattr(sessions, "MOST_ROWS", 3)
    few = session_layers_of(atlas, one)
    with pytest.raises(ParameterError):
        few.add(one)
    assert list(few.layers) == ["own1"]


def test_no_id_is_given_twice(atlas: Atlas) -> None:
    one = layer_source({}, points(1))
    session_layers = session_layers_of(atlas, one, one)
    session_layers.remove("own2")
    session_layers.remove("own2")
    assert session_layers.add(one) == "own3"
    assert session_layers.atlas.user_layer_ids == ("own1", "own3")
    session_layers.remove("own1")
    session_layers.remove("own3")
    assert session_layers.atlas is atlas
    assert session_layers.add(one) == "own4"


def test_a_file_comes_in_through_the_door_and_its_name_does_no_harm() -> None:
    text = "名称,经度,纬度,行政区,占地面积\n甲,121.2257,31.0323,松江区,120亩\n乙,121.2357,31.3722,嘉定区,3-5公顷\n"
    taken = upload("../../名单 <b>.csv", text.encode("gb18030"), data=DEFAULT_DATA, datum="wgs84")
    assert taken.result.status == "accepted", taken.result.message
    assert taken.is_sure(0)
    assert again(taken, data=DEFAULT_DATA, datum="wgs84", position=("", "")) is taken
    guessed = taken.guessed(0)
    assert (guessed.name, guessed.district, guessed.amount) == ("名称", "行政区", "占地面积")
    made = taken.layer_source(0, guessed)
    assert made.origin.by_user
    assert columns(made.imported) == ("名称", "经度", "纬度", "行政区", "占地面积")
    assert [harmless(name) for name in ("../a/b.csv", "", "..", "名单.geojson")] == ["b", "file", "file", "名单"]
