"""Parquet files as parts: every way of keeping points gives the same arrays, and a faulty file says what is wrong."""

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from app.i18n.messages import WORDS
from bulk.geoparquet import Layout, decode
from bulk.partitions import ROWS_PER_BATCH, parts, read, read_all
from geo.errors import AtlasError

LON = np.array([121.4, 121.5, np.nan, 120.9, 121.0])
LAT = np.array([31.2, 31.1, 31.0, 31.3, 30.9])
UTM = json.loads(__import__("pyproj").CRS("EPSG:32651").to_json())


def geo(encoding: str, **more: Any) -> dict[bytes, bytes]:
    """Metadata of a GeoParquet file."""
    column = {"encoding": encoding, "geometry_types": ["Point"], **more}
    said = {"version": "1.1.0", "primary_column": "where", "columns": {"where": column}}
    return {b"geo": json.dumps(said).encode()}


def wkb(**how: Any) -> list[bytes | None]:
    """The points as WKB, missing ones left out."""
    return [None if np.isnan(x) else shapely.to_wkb(shapely.Point(x, y), **how) for x, y in zip(LON, LAT, strict=True)]


def struct() -> pa.Array:
    """The points in the native encoding, the missing one as a null over what lies below."""
    fields = [pa.array(np.where(np.isnan(LON), 7.0, LON)), pa.array(LAT)]
    return pa.StructArray.from_arrays(fields, names=["x", "y"], mask=pa.array(np.isnan(LON)))


def table_of(way: str) -> pa.Table:
    """The same five points, kept in another way."""
    if way == "columns":
        return pa.table({"Latitude": LAT, "LNG": pa.array(LON), "note": list("abcde")})
    if way == "struct":
        return pa.table({"where": struct()}, metadata=geo("point"))
    if way == "heights":
        shapes = [None if np.isnan(x) else shapely.Point(x, y, 4) for x, y in zip(LON, LAT, strict=True)]
        kept = [None if each is None else shapely.to_wkb(each, output_dimension=3) for each in shapes]
        return pa.table({"where": pa.array(kept, pa.binary())}, metadata=geo("WKB", geometry_types=["Point Z"]))
    order = {"wkb": 1, "large": 1, "big-endian": 0}[way]
    kind = pa.large_binary() if way == "large" else pa.binary()
    return pa.table({"where": pa.array(wkb(byte_order=order), kind)}, metadata=geo("WKB"))


@pytest.mark.parametrize("way", ["columns", "struct", "wkb", "large", "big-endian", "heights"])
def test_every_way_of_keeping_points_gives_the_same_arrays(tmp_path: Path, way: str) -> None:
    pq.write_table(table_of(way), tmp_path / "a.parquet")
    points = read_all(parts(str(tmp_path / "a.parquet")))
    there = np.isfinite(points.lon) & np.isfinite(points.lat)
    assert there.tolist() == np.isfinite(LON).tolist()
    assert points.lon[there].tolist() == LON[there].tolist()
    assert points.lat[there].tolist() == LAT[there].tolist()


def test_plain_points_in_wkb_are_read_without_making_geometries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [each for each in wkb() if each]
    pq.write_table(pa.table({"where": kept}, metadata=geo("WKB")), tmp_path / "a.parquet", row_group_size=2)
    monkeypatch.setattr(shapely, "from_wkb", None)
    assert read_all(parts(str(tmp_path))).lon.tolist() == LON[np.isfinite(LON)].tolist()


def test_heights_and_missing_points_of_the_same_length_as_plain_ones_are_told_apart(tmp_path: Path) -> None:
    n, missing = 29, 8  # 21 points of 29 bytes are as long as 29 of 21 bytes
    shapes = [None if at < missing else shapely.to_wkb(shapely.Point(121 + at / 100, 31, 4)) for at in range(n)]
    assert sum(len(each or b"") for each in shapes) == 21 * n
    metadata = geo("WKB", geometry_types=["Point Z"])
    pq.write_table(pa.table({"where": pa.array(shapes, pa.binary())}, metadata=metadata), tmp_path / "a.parquet")
    lon = read_all(parts(str(tmp_path))).lon
    assert np.isnan(lon[:missing]).all()
    assert lon[missing:].tolist() == [121 + at / 100 for at in range(missing, n)]


def test_empty_points_with_heights_have_no_position(tmp_path: Path) -> None:
    shapes = [shapely.Point(121.4, 31.2, 4), shapely.from_wkt("POINT Z EMPTY"), None, shapely.Point()]
    kept = pa.array([None if each is None else shapely.to_wkb(each, output_dimension=3) for each in shapes])
    pq.write_table(pa.table({"where": kept}, metadata=geo("WKB")), tmp_path / "a.parquet")
    points = read_all(parts(str(tmp_path)))
    np.testing.assert_array_equal([points.lon, points.lat], [[121.4, *[np.nan] * 3], [31.2, *[np.nan] * 3]])


def test_a_batch_in_the_middle_of_a_column_has_its_own_bytes() -> None:
    column = pa.array([each for each in wkb() if each], pa.binary()).slice(1, 2)
    points = decode(pa.record_batch({"where": column}), Layout(encoding="WKB", names=("where",)), where="a")
    assert points.lon.tolist() == LON[np.isfinite(LON)][1:3].tolist()


def test_a_crs_that_means_degrees_of_wgs84_is_accepted(tmp_path: Path) -> None:
    from pyproj import CRS

    for name in ("OGC:CRS84", "EPSG:4326", "EPSG:4490"):
        metadata = geo("WKB", crs=json.loads(CRS(name).to_json()))
        pq.write_table(pa.table({"where": wkb()}, metadata=metadata), tmp_path / "a.parquet")
        assert len(parts(str(tmp_path / "a.parquet"))) == 1


def faulty(what: str) -> pa.Table:
    """A table that cannot be used."""
    good = pa.array(wkb(), pa.binary())
    return {
        "no_position": pa.table({"east": LON, "north": LAT}),
        "columns": pa.table({"lon": ["a"], "lat": ["b"]}),
        "wrong_crs": pa.table({"lon": [351_000.0], "lat": [3_450_000.0]}),
        "wrong_crs: stated": pa.table({"where": good}, metadata=geo("WKB", crs=UTM)),
        "wrong_crs: unknown": pa.table({"where": good}, metadata=geo("WKB", crs=None)),
        "no_position: polygons": pa.table({"where": good}, metadata=geo("WKB", geometry_types=["Polygon"])),
        "no_position: encoding": pa.table({"where": good}, metadata=geo("linestring")),
        "no_position: metadata": pa.table({"where": good}, metadata={b"geo": b"{}"}),
        "no_position: line inside": pa.table(
            {"where": [shapely.to_wkb(shapely.LineString([(0, 0), (1, 1)]))]}, metadata=geo("WKB", geometry_types=[])
        ),
        "unreadable": pa.table({"where": pa.array([b"\x01\x02\x03"])}, metadata=geo("WKB")),
    }[what]


@pytest.mark.parametrize(
    "what",
    [
        "no_position", "columns", "wrong_crs", "wrong_crs: stated", "wrong_crs: unknown", "no_position: polygons",
        "no_position: encoding", "no_position: metadata", "no_position: line inside", "unreadable",
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, what: str) -> None:
    pq.write_table(faulty(what), tmp_path / "points.parquet")
    with pytest.raises(AtlasError) as caught:
        read_all(parts(str(tmp_path)))
    assert caught.value.code == what.partition(":")[0]
    assert caught.value.where == "points.parquet"
    assert caught.value.hint


def test_a_file_that_is_no_parquet_is_unreadable_and_no_file_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_text("lon,lat\n121,31\n", encoding="utf-8")
    with pytest.raises(AtlasError, match="not readable Parquet") as caught:
        parts(str(tmp_path / "a.parquet"))
    assert caught.value.code == "unreadable"
    with pytest.raises(AtlasError) as caught:
        parts(str(tmp_path / "none*.parquet"))
    assert caught.value.code == "missing_file"


def test_a_file_that_breaks_off_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"lon": np.linspace(121, 122, 10_000), "lat": np.linspace(31, 32, 10_000)}), path)
    listed = parts(str(path))
    path.write_bytes(path.read_bytes()[:1_000])
    with pytest.raises(AtlasError) as caught:
        read_all(listed)
    assert caught.value.code == "unreadable"
    path.unlink()
    with pytest.raises(AtlasError) as caught:
        read_all(listed)
    assert caught.value.code == "missing_file"


def test_row_groups_are_gathered_to_parts_and_none_is_lost(tmp_path: Path) -> None:
    table = pa.table({"lon": np.linspace(121, 122, 1_000), "lat": np.full(1_000, 31.0)})
    pq.write_table(table, tmp_path / "b.parquet", row_group_size=100)
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=1_000)
    pq.write_table(table.slice(0, 0), tmp_path / "c.parquet")
    listed = parts(str(tmp_path), rows_per_part=300)
    assert [(Path(each.path).name, each.rows) for each in listed] == [
        ("a.parquet", 1_000), ("b.parquet", 300), ("b.parquet", 300), ("b.parquet", 300), ("b.parquet", 100),
    ] + ([("c.parquet", 0)] if pq.ParquetFile(tmp_path / "c.parquet").num_row_groups else [])  # fmt: skip
    assert read_all(listed).lon.tolist() == table["lon"].to_pylist() * 2


def test_one_large_row_group_is_read_in_batches(tmp_path: Path) -> None:
    n = 300_000
    pq.write_table(
        pa.table({"lon": np.full(n, 121.0), "lat": np.full(n, 31.0)}), tmp_path / "a.parquet", row_group_size=n
    )
    (part,) = parts(str(tmp_path))
    sizes = [len(points.lon) for points in read(part)]
    assert sum(sizes) == n
    assert max(sizes) <= ROWS_PER_BATCH < n


def test_an_error_travels_whole_between_processes(tmp_path: Path) -> None:
    with pytest.raises(AtlasError) as caught:
        parts(str(tmp_path))
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert (type(again), again.code, again.where, again.hint) == (
        type(caught.value), caught.value.code, caught.value.where, caught.value.hint,
    )  # fmt: skip
    assert again.code in WORDS
