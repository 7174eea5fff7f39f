"""The datum guard finds the system where the places tell it, and asks where they do not."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer

from app.i18n.messages import WORDS
from geo.datum.detection import HYPOTHESES, REASONS, Verdict, convert, judge
from geo.datum.gcj02 import FloatArray, Pair, to_bd09, to_gcj02
from geo.datum.systems import declared_code
from geo.errors import ParameterError, SchemaError

DATA = Path(__file__).parents[2] / "data"
GEOD = Geod(ellps="WGS84")
TO_SHIFT = {"": lambda lon, lat: (lon, lat), "gcj02": to_gcj02, "bd09": to_bd09}
RIVALS = [code for code, each in HYPOTHESES.items() if each.family == code]
NEAR = ["wgs84", "gcj02", "bd09"]


@pytest.fixture(scope="module")
def districts() -> gpd.GeoDataFrame:
    frame = gpd.read_file(DATA / "districts" / "districts.geojson")
    return frame.sort_values("district_code").reset_index(drop=True)


@pytest.fixture(scope="module")
def survey(districts: gpd.GeoDataFrame) -> tuple[FloatArray, FloatArray, NDArray[np.str_]]:
    """Lay places on a grid over the whole city, each with its own district."""
    lon, lat = (each.ravel() for each in np.meshgrid(np.arange(120.85, 122.0, 0.02), np.arange(30.7, 31.9, 0.02)))
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat, crs=4326))
    held = points.sjoin(districts[["district_code", "geometry"]]).sort_index()
    return held.geometry.x.to_numpy(), held.geometry.y.to_numpy(), held["district_code"].to_numpy(dtype=np.str_)


@pytest.fixture(scope="module")
def inland(districts: gpd.GeoDataFrame) -> tuple[FloatArray, FloatArray, NDArray[np.str_]]:
    """Take one place deep inside each district: there no shift changes a district."""
    at = districts.to_crs(32651).geometry.buffer(-1_500)
    deep = districts.assign(geometry=at.representative_point().to_crs(4326))[~at.is_empty]
    return deep.geometry.x.to_numpy(), deep.geometry.y.to_numpy(), deep["district_code"].to_numpy(dtype=np.str_)


def written(lon: FloatArray, lat: FloatArray, code: str) -> Pair:
    """WGS-84 as a file in that system holds it."""
    system = HYPOTHESES[code]
    x, y = TO_SHIFT[system.shift](lon, lat)
    if system.epsg:
        x, y = Transformer.from_crs(4326, system.epsg, always_xy=True).transform(x, y)
    return (y, x) if system.swapped else (x, y)


@pytest.mark.parametrize("code", HYPOTHESES)
def test_what_is_written_in_a_system_comes_back_to_a_millimetre(
    code: str, survey: tuple[FloatArray, FloatArray, NDArray[np.str_]]
) -> None:
    lon, lat, _ = survey
    back = convert(*written(lon, lat, code), code)
    assert np.max(GEOD.inv(*back, lon, lat)[2]) < 1e-3


@pytest.mark.parametrize(
    ("code", "meridian", "east", "scale"),
    [
        ("gk3_120", 120, 500_000, 1.0),
        ("gk3_120z", 120, 40_500_000, 1.0),
        ("gk3_123z", 123, 41_500_000, 1.0),
        ("gk6_123", 123, 500_000, 1.0),
        ("gk6_123z", 123, 21_500_000, 1.0),
        ("utm51", 123, 500_000, 0.9996),
    ],
)
def test_on_its_meridian_a_plane_measures_the_arc_from_the_equator(
    code: str, meridian: float, east: float, scale: float
) -> None:
    arc = GEOD.inv(meridian, 0, meridian, 31.2)[2]
    lon, lat = convert(np.array([east]), np.array([arc * scale]), code)
    assert lon[0] == pytest.approx(meridian, abs=1e-9)
    assert lat[0] == pytest.approx(31.2, abs=1e-8)


@pytest.mark.parametrize("code", RIVALS)
def test_every_system_is_found_from_stated_districts_alone(
    code: str, districts: gpd.GeoDataFrame, survey: tuple[FloatArray, FloatArray, NDArray[np.str_]]
) -> None:
    lon, lat, stated = survey
    found = judge(*written(lon, lat, code), districts=districts, stated=stated, declared=None)
    assert (found.best, found.sure, found.reason, found.convertible) == (code, True, "", True)
    assert found.margin >= 2
    assert found.shares[code].in_stated == 1
    assert sum(found.scores[each] for each in RIVALS) == pytest.approx(1)


def test_without_evidence_the_margin_is_thin_and_the_guard_asks(
    districts: gpd.GeoDataFrame, inland: tuple[FloatArray, FloatArray, NDArray[np.str_]]
) -> None:
    lon, lat, stated = inland
    found = judge(lon, lat, districts=districts, stated=stated, declared=None)
    assert (found.sure, found.reason, found.telling) == (False, "thin_margin", 0)
    assert found.margin == pytest.approx(0)
    assert [found.scores[code] for code in NEAR] == pytest.approx([1 / 3] * 3, rel=1e-6)
    labelled = judge(lon, lat, districts=districts, stated=stated, declared="EPSG:4326")
    assert (labelled.best, labelled.sure, labelled.reason) == ("wgs84", False, "thin_margin")
    assert labelled.margin == pytest.approx(1)


@pytest.mark.parametrize("answer", ["wgs84", "cgcs2000", "gcj02", "bd09"])
def test_where_nothing_speaks_against_it_a_persons_answer_decides(
    answer: str, districts: gpd.GeoDataFrame, inland: tuple[FloatArray, FloatArray, NDArray[np.str_]]
) -> None:
    lon, lat, stated = inland
    found = judge(lon, lat, districts=districts, stated=stated, declared=answer)
    assert (found.best, found.sure) == (answer, True)


@pytest.mark.parametrize("code", ["gcj02", "bd09", "gk3_120z", "swapped"])
def test_a_label_that_the_places_contradict_is_never_followed_in_silence(
    code: str, districts: gpd.GeoDataFrame, survey: tuple[FloatArray, FloatArray, NDArray[np.str_]]
) -> None:
    lon, lat, stated = survey
    found = judge(*written(lon, lat, code), districts=districts, stated=stated, declared="EPSG:4549")
    assert (found.best, found.sure, found.reason) == (code, False, "contradicts_declared")


def test_cgcs2000_is_the_class_of_wgs84_and_keeps_the_name_that_was_declared(
    districts: gpd.GeoDataFrame, survey: tuple[FloatArray, FloatArray, NDArray[np.str_]]
) -> None:
    lon, lat, stated = survey
    found = judge(lon, lat, districts=districts, stated=stated, declared="EPSG:4490")
    assert (found.best, found.sure, found.runner_up) == ("cgcs2000", True, "gcj02")
    assert found.scores["cgcs2000"] == found.scores["wgs84"]
    np.testing.assert_array_equal(convert(lon, lat, "cgcs2000"), convert(lon, lat, "wgs84"))


@pytest.mark.parametrize("declared", ["EPSG:4326", "EPSG:4490", "gcj02"])
def test_metres_that_are_called_degrees_are_refused_and_the_likely_plane_is_named(
    declared: str, districts: gpd.GeoDataFrame, survey: tuple[FloatArray, FloatArray, NDArray[np.str_]]
) -> None:
    lon, lat, stated = survey
    found = judge(*written(lon, lat, "gk3_120z"), districts=districts, stated=stated, declared=declared)
    assert (found.best, found.convertible, found.reason) == ("metres_as_degrees", False, "metres_as_degrees")
    assert found.likely == "gk3_120z"
    with pytest.raises(ParameterError, match="metres") as refused:
        convert(lon, lat, found.best)
    assert refused.value.code == "metres_as_degrees"


def test_what_no_system_puts_into_the_city_is_not_believed(districts: gpd.GeoDataFrame) -> None:
    own_plane = np.array([-12_000.0, 3_500.0]), np.array([8_000.0, -21_000.0])
    found = judge(*own_plane, districts=districts, stated=None, declared=None)
    assert (found.best, found.sure, found.convertible, found.reason) == ("unknown", False, False, "nowhere")
    beijing = np.array([116.4, 116.3]), np.array([39.9, 40.0])
    found = judge(*beijing, districts=districts, stated=None, declared="EPSG:4326")
    assert (found.best, found.sure, found.reason) == ("wgs84", False, "nowhere")


def test_an_old_datum_is_not_mistaken_for_the_new_one_in_silence(
    districts: gpd.GeoDataFrame, survey: tuple[FloatArray, FloatArray, NDArray[np.str_]]
) -> None:
    lon, lat, stated = survey
    found = judge(*written(lon, lat, "gk3_120"), districts=districts, stated=stated, declared="EPSG:2437")
    assert (found.best, found.declared, found.sure) == ("gk3_120", "unknown", False)
    assert found.reason == "declared_unknown"


def test_wrong_districts_are_a_poor_fit(
    districts: gpd.GeoDataFrame, survey: tuple[FloatArray, FloatArray, NDArray[np.str_]]
) -> None:
    lon, lat, stated = survey
    some = np.where(np.arange(len(lon)) % 3, stated, "310101")
    found = judge(lon, lat, districts=districts, stated=some, declared=None)
    assert (found.sure, found.reason) == (False, "poor_fit")
    # a code that no district has states nothing
    foreign = judge(lon, lat, districts=districts, stated=np.full(len(lon), "320500"), declared=None)
    assert foreign.shares["wgs84"].in_stated is None


def test_neighbours_are_one_witness(
    districts: gpd.GeoDataFrame, survey: tuple[FloatArray, FloatArray, NDArray[np.str_]]
) -> None:
    lon, lat, stated = survey

    def report(times: int) -> Verdict:
        many = (np.repeat(each, times) for each in written(lon[:40], lat[:40], "bd09"))
        return judge(*many, districts=districts, stated=np.repeat(stated[:40], times), declared=None)

    assert report(1).telling > 0
    assert report(50).margin == pytest.approx(report(1).margin)
    assert report(50).witnesses == report(1).witnesses == 40


def test_of_a_great_many_rows_enough_are_looked_at(
    districts: gpd.GeoDataFrame, survey: tuple[FloatArray, FloatArray, NDArray[np.str_]]
) -> None:
    lon, lat, stated = (np.resize(each, 200_000) for each in survey)
    found = judge(*to_gcj02(lon, lat), districts=districts, stated=stated, declared=None)
    assert (found.best, found.sure) == ("gcj02", True)


def test_land_is_shown_and_changes_no_verdict(
    districts: gpd.GeoDataFrame, survey: tuple[FloatArray, FloatArray, NDArray[np.str_]]
) -> None:
    lon, lat, stated = survey
    land = districts.iloc[:5]
    bare = judge(lon, lat, districts=districts, stated=stated, declared=None)
    shown = judge(lon, lat, districts=districts, stated=stated, declared=None, land=land)
    expected = gpd.GeoSeries(gpd.points_from_xy(lon, lat)).within(land.geometry.union_all()).mean()
    assert shown.shares["wgs84"].on_land == pytest.approx(expected)
    assert (bare.shares["wgs84"].on_land, bare.margin) == (None, shown.margin)


PLANES = [code for code, each in HYPOTHESES.items() if each.epsg and not each.swapped and not each.shift]


@pytest.mark.parametrize("code", ["wgs84", "cgcs2000", *PLANES])
def test_a_files_own_words_are_understood(code: str) -> None:
    crs = CRS.from_epsg(HYPOTHESES[code].epsg or {"wgs84": 4326, "cgcs2000": 4490}[code])
    for words in (crs.to_string(), *(crs.to_wkt(kind) for kind in ("WKT1_ESRI", "WKT1_GDAL", "WKT2_2019"))):
        assert declared_code(words) == code


def test_words_that_name_no_system_of_ours_are_unknown() -> None:
    assert declared_code("OGC:CRS84") == "wgs84"
    assert declared_code("EPSG:4550") == "gk6_123"
    assert {declared_code(each) for each in ("EPSG:2437", "EPSG:32650", "EPSG:4978", "no such thing")} == {"unknown"}
    shifted = 'GEOGCS["GCS_GCJ-02_shifted_not_WGS-84",DATUM["D_GCJ_02",SPHEROID["WGS_1984",6378137.0,298.257223563]]]'
    assert declared_code(shifted) == declared_code("GCJ02") == "gcj02"
    assert declared_code(shifted.replace("GCJ-02", "BD-09").replace("GCJ_02", "BD_09")) == "bd09"
    assert declared_code(f"PROJCS[{shifted}]") == "unknown"
    assert declared_code(None) == declared_code("") == ""


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)), min_size=1, max_size=20),
    st.sampled_from([None, "EPSG:4326", "EPSG:4528", "gcj02", "???"]),
)
def test_whatever_the_numbers_a_verdict_is_honest(rows: list[tuple[float, float]], declared: str | None) -> None:
    square = gpd.GeoDataFrame({"district_code": ["310000"]}, geometry=[shapely.box(120.8, 30.6, 122.2, 31.9)], crs=4326)
    x, y = np.array(rows).T
    found = judge(x, y, districts=square, stated=None, declared=declared)
    assert found.margin >= 0
    assert sum(found.scores[each] for each in RIVALS) == pytest.approx(1)
    assert found.sure == (found.reason in {"", "metres_as_degrees"})
    assert found.reason or (found.margin >= 2 and found.convertible)


def test_bad_input_is_refused_with_its_reason(districts: gpd.GeoDataFrame) -> None:
    one = np.array([121.5]), np.array([31.2])
    cases = [
        ("no_points", (np.zeros(0), np.zeros(0)), None),
        ("lengths", (np.zeros(2), np.zeros(3)), None),
        ("lengths", one, np.array(["310101", "310101"])),
        ("not_finite", (np.array([np.nan]), np.array([31.2])), None),
    ]
    for code, (x, y), stated in cases:
        with pytest.raises(ParameterError) as refused:
            judge(x, y, districts=districts, stated=stated, declared=None)
        assert refused.value.code == code
    with pytest.raises(SchemaError, match="code"):
        judge(*one, districts=districts[["geometry"]], stated=None, declared=None)


@pytest.mark.parametrize(
    ("code", "x", "y", "expected"),
    [
        ("mars", 121.5, 31.2, "unknown_datum"),
        ("unknown", 121.5, 31.2, "unknown_datum"),
        ("wgs84", 642_775.0, 3_454_000.0, "not_in_datum"),
        ("bd09", 31.2, 121.5, "not_in_datum"),
        ("gk3_120", 1e12, 1e12, "not_in_datum"),
        ("gcj02", np.nan, 31.2, "not_finite"),
    ],
)
def test_what_cannot_be_converted_is_refused_with_its_reason(code: str, x: float, y: float, expected: str) -> None:
    with pytest.raises(ParameterError) as refused:
        convert(np.array([x]), np.array([y]), code)
    assert refused.value.code == expected
    assert expected in WORDS


def test_no_rows_convert_to_no_rows() -> None:
    for code in HYPOTHESES:
        assert [each.shape for each in convert(np.zeros(0), np.zeros(0), code)] == [(0,), (0,)]


def test_systems_and_reasons_have_names_in_both_languages() -> None:
    names = [(each.name_zh, each.name_en) for each in HYPOTHESES.values()]
    assert all(len(set(column)) == len(names) for column in zip(*names, strict=True))
    for zh, en in [*names, *REASONS.values()]:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in zh)
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in en)
    assert "no_points" in WORDS
