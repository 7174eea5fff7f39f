"""The shifts of street maps agree with what is published, and their inverses give the place back."""

import json
import math
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.datum.gcj02 import EAST, NORTH, SOUTH, WEST, FloatArray, Pair, from_bd09, from_gcj02, to_bd09, to_gcj02
from geo.errors import ParameterError

GEOD = Geod(ellps="WGS84")
ROOT = Path(__file__).parents[2]
BOTH_WAYS = [(to_gcj02, from_gcj02), (to_bd09, from_bd09)]
EVERY = [to_gcj02, from_gcj02, to_bd09, from_bd09]
IN_CHINA = st.tuples(st.floats(WEST, EAST), st.floats(SOUTH, NORTH))
# github.com/googollee/eviltransform, go/transform_test.go: WGS-84 lat, lon, GCJ-02 lat, lon; it compares 5 decimals
EVILTRANSFORM = [
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
]
# github.com/wandergis/coordtransform, README.md, of 116.404 39.915
WANDERGIS_TO_GCJ = (116.41024449916938, 39.91640428150164)
WANDERGIS_GCJ_TO_BD = (116.41036949371029, 39.92133699351021)
WANDERGIS_BD_TO_GCJ = (116.39762729119315, 39.90865673957631)


def away_m(one: Pair, other: Pair) -> FloatArray:
    """Measure on the ellipsoid."""
    return np.asarray(GEOD.inv(*one, *other)[2])


def spread(count: int, *, west: float = 120.8, east: float = 122.3, south: float = 30.6, north: float = 31.9) -> Pair:
    """Places all over a box, Shanghai unless told."""
    chance = np.random.default_rng(3)
    return chance.uniform(west, east, count), chance.uniform(south, north, count)


def as_published(lon: float, lat: float) -> tuple[float, float, float, float]:
    """Compute GCJ-02 and BD-09 of one place term by term, as the formulae are printed."""
    x, y, pi = lon - 105.0, lat - 35.0, math.pi
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (20.0 * math.sin(6.0 * x * pi) + 20.0 * math.sin(2.0 * x * pi)) * 2.0 / 3.0
    north += (20.0 * math.sin(y * pi) + 40.0 * math.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * pi) + 320.0 * math.sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (20.0 * math.sin(6.0 * x * pi) + 20.0 * math.sin(2.0 * x * pi)) * 2.0 / 3.0
    east += (20.0 * math.sin(x * pi) + 40.0 * math.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * pi) + 300.0 * math.sin(x / 30.0 * pi)) * 2.0 / 3.0
    a, e2, phi = 6378245.0, 0.00669342162296594323, lat / 180.0 * pi
    bend = 1 - e2 * math.sin(phi) ** 2
    gcj_lat = lat + north * 180.0 / ((a * (1 - e2)) / (bend * math.sqrt(bend)) * pi)
    gcj_lon = lon + east * 180.0 / (a / math.sqrt(bend) * math.cos(phi) * pi)
    turn = pi * 3000.0 / 180.0
    radius = math.sqrt(gcj_lon**2 + gcj_lat**2) + 0.00002 * math.sin(gcj_lat * turn)
    angle = math.atan2(gcj_lat, gcj_lon) + 0.000003 * math.cos(gcj_lon * turn)
    return gcj_lon, gcj_lat, radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


@pytest.mark.parametrize("row", EVILTRANSFORM, ids=["Shanghai", "Shenzhen", "Beijing"])
def test_gcj02_is_that_of_eviltransform(row: tuple[float, float, float, float]) -> None:
    lat, lon, gcj_lat, gcj_lon = (np.array([each]) for each in row)
    np.testing.assert_allclose(to_gcj02(lon, lat), (gcj_lon, gcj_lat), rtol=0, atol=5e-10)
    np.testing.assert_allclose(from_gcj02(gcj_lon, gcj_lat), (lon, lat), rtol=0, atol=5e-9)


def test_gcj02_and_bd09_are_those_of_coordtransform() -> None:
    place = np.array([116.404]), np.array([39.915])
    np.testing.assert_allclose(np.ravel(to_gcj02(*place)), WANDERGIS_TO_GCJ, rtol=0, atol=1e-12)
    # its example takes 116.404 39.915 as GCJ-02; so does this one, on the way through WGS-84
    np.testing.assert_allclose(np.ravel(to_bd09(*from_gcj02(*place))), WANDERGIS_GCJ_TO_BD, rtol=0, atol=5e-9)
    # its way back is an estimate and misses by some decimetres
    back = to_gcj02(*from_bd09(*place))
    published = tuple(np.array([each]) for each in WANDERGIS_BD_TO_GCJ)
    assert away_m(back, published).max() < 0.1


@given(st.lists(IN_CHINA, min_size=1, max_size=30))
def test_both_shifts_are_the_printed_formulae(places: list[tuple[float, float]]) -> None:
    lon, lat = np.array(places).T
    gcj_lon, gcj_lat, bd_lon, bd_lat = np.array([as_published(*each) for each in places]).T
    np.testing.assert_allclose(to_gcj02(lon, lat), (gcj_lon, gcj_lat), rtol=0, atol=1e-11)
    np.testing.assert_allclose(to_bd09(lon, lat), (bd_lon, bd_lat), rtol=0, atol=1e-11)


@pytest.mark.skipif(shutil.which("node") is None, reason="node runs the map's own shift")
def test_the_maps_own_shift_gives_the_same_numbers() -> None:
    lon, lat = spread(200)
    module = (ROOT / "app/static/atlas/gcj.js").as_uri()
    places = json.dumps(np.column_stack([lon, lat]).tolist())
    script = f"import {{toGcj}} from '{module}'; console.log(JSON.stringify({places}.map((at) => toGcj(...at))));"
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True, timeout=60
    )
    np.testing.assert_allclose(np.column_stack(to_gcj02(lon, lat)), json.loads(ran.stdout), rtol=0, atol=1e-12)


@pytest.mark.parametrize(("there", "back"), BOTH_WAYS, ids=["gcj02", "bd09"])
def test_the_inverse_is_exact_to_a_tenth_of_a_millimetre_over_shanghai(
    there: Callable[[FloatArray, FloatArray], Pair], back: Callable[[FloatArray, FloatArray], Pair]
) -> None:
    places = spread(100_000)
    assert away_m(back(*there(*places)), places).max() < 1e-4
    # and the other way round: every shifted place is the shift of its inverse
    assert away_m(there(*back(*places)), places).max() < 1e-4


@pytest.mark.parametrize(("there", "back"), BOTH_WAYS, ids=["gcj02", "bd09"])
def test_the_inverse_is_exact_to_a_millimetre_in_all_the_box(
    there: Callable[[FloatArray, FloatArray], Pair], back: Callable[[FloatArray, FloatArray], Pair]
) -> None:
    places = spread(100_000, west=WEST, east=EAST, south=SOUTH, north=NORTH)
    assert away_m(back(*there(*places)), places).max() < 1e-3


def test_the_shifts_are_as_long_as_is_said() -> None:
    places = spread(20_000, west=120.86, east=122.0, south=30.69, north=31.86)
    gcj, bd = away_m(to_gcj02(*places), places), away_m(to_bd09(*places), places)
    assert 450 < gcj.min() < gcj.max() < 505
    assert 1_050 < bd.min() < bd.max() < 1_200


@pytest.mark.parametrize("place", [(139.7, 35.7), (60.0, 30.0), (103.8, 0.5), (100.0, 56.0)])
def test_outside_the_box_gcj02_is_wgs84(place: tuple[float, float]) -> None:
    lon, lat = (np.array([each]) for each in place)
    for shift in (to_gcj02, from_gcj02):
        assert [each.tolist() for each in shift(lon, lat)] == [lon.tolist(), lat.tolist()]
    assert away_m(from_bd09(*to_bd09(lon, lat)), (lon, lat)).max() < 1e-3


def test_a_place_just_inside_the_edge_comes_back_although_its_shift_lies_outside() -> None:
    lon, lat = np.array([EAST - 1e-5]), np.array([30.0])
    shifted = to_gcj02(lon, lat)
    assert shifted[0][0] > EAST
    assert away_m(from_gcj02(*shifted), (lon, lat)).max() < 1e-3


@pytest.mark.parametrize("shift", EVERY)
def test_order_and_kind_are_kept_and_nothing_is_changed_in_place(shift: Callable[..., Pair]) -> None:
    lon, lat = spread(40_001)  # more than two blocks
    before = lon.copy(), lat.copy()
    together = shift(lon, lat)
    assert [each.dtype for each in together] == [np.float64, np.float64]
    assert (lon == before[0]).all()
    assert (lat == before[1]).all()
    for at in (0, 16_384, 40_000):
        alone = shift(lon[at : at + 1], lat[at : at + 1])
        np.testing.assert_allclose([each[at] for each in together], np.ravel(alone), rtol=0, atol=1e-12)
    assert [each.shape for each in shift(np.zeros(0), np.zeros(0))] == [(0,), (0,)]
    whole = shift(np.array([121], dtype=np.int32), np.array([31], dtype=np.int32))
    np.testing.assert_array_equal(whole, shift(np.array([121.0]), np.array([31.0])))


@pytest.mark.parametrize("shift", EVERY)
def test_bad_columns_are_refused_with_their_reason(shift: Callable[..., Pair]) -> None:
    with pytest.raises(ParameterError, match="same length") as uneven:
        shift(np.zeros(2), np.zeros(3))
    assert uneven.value.code == "lengths"
    with pytest.raises(ParameterError, match="same length"):
        shift(np.zeros((2, 2)), np.zeros((2, 2)))
    for strange in (np.nan, np.inf):
        with pytest.raises(ParameterError, match="finite") as lost:
            shift(np.array([121.0, strange]), np.array([31.0, 31.0]))
        assert (lost.value.code, lost.value.where) == ("not_finite", "row 1, 1 in all")
