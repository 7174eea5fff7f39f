"""The datum guard on real lists: 7,513 hospitals whose rows state their district, if ATLAS_TEST_DATA names them."""

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from geo.datum.detection import judge
from geo.datum.gcj02 import FloatArray, to_bd09, to_gcj02

HOSPITALS = Path(os.environ.get("ATLAS_TEST_DATA", "/nowhere")) / "poi_2020" / "shanghai_hospital.csv"
DATA = Path(__file__).parents[2] / "data"
DATUMS = {"wgs84": lambda lon, lat: (lon, lat), "gcj02": to_gcj02, "bd09": to_bd09}
pytestmark = pytest.mark.skipif(not HOSPITALS.is_file(), reason="needs ATLAS_TEST_DATA")


@pytest.fixture(scope="module")
def districts() -> gpd.GeoDataFrame:
    return gpd.read_file(DATA / "districts" / "districts.geojson")


@pytest.fixture(scope="module")
def hospitals(districts: gpd.GeoDataFrame) -> tuple[FloatArray, FloatArray, NDArray[np.str_]]:
    rows = pd.read_csv(HOSPITALS)
    codes = rows["adname"].map(dict(zip(districts["name_zh"], districts["district_code"], strict=True))).fillna("")
    return rows["lon"].to_numpy(), rows["lat"].to_numpy(), codes.to_numpy(dtype=np.str_)


@pytest.mark.parametrize("datum", DATUMS)
def test_the_whole_list_tells_its_datum(
    datum: str, districts: gpd.GeoDataFrame, hospitals: tuple[FloatArray, FloatArray, NDArray[np.str_]]
) -> None:
    lon, lat, stated = hospitals
    found = judge(*DATUMS[datum](lon, lat), districts=districts, stated=stated, declared=None)
    assert (found.best, found.sure) == (datum, True)
    assert found.margin > 20
    labelled = judge(*DATUMS[datum](lon, lat), districts=districts, stated=stated, declared="EPSG:4326")
    assert (labelled.best, labelled.sure) == (datum, datum == "wgs84")


@pytest.mark.parametrize("datum", DATUMS)
@pytest.mark.parametrize("declared", [None, "EPSG:4326"])
def test_a_short_list_is_rather_asked_about_than_believed_wrongly(
    datum: str,
    declared: str | None,
    districts: gpd.GeoDataFrame,
    hospitals: tuple[FloatArray, FloatArray, NDArray[np.str_]],
) -> None:
    chance = np.random.default_rng(11)
    sure = 0
    for count in (10, 30, 100, 300):
        rows = chance.choice(len(hospitals[0]), count, replace=False)
        lon, lat, stated = (each[rows] for each in hospitals)
        found = judge(*DATUMS[datum](lon, lat), districts=districts, stated=stated, declared=declared)
        assert not found.sure or found.best == datum, count
        sure += found.sure
    # a label that is wrong never lets it be sure; without one, or with the right one, the longest list suffices
    assert (sure > 0) == (declared is None or datum == "wgs84")
