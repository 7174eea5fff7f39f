"""Lists that look cut, and real lists of places: they come in whole, and what is doubtful is said."""

import os
from pathlib import Path

import pytest
from list_files import OURS, Run, refused, taken, written

from app.core.atlas import DEFAULT_DATA, load_atlas

TEST_DATA = Path(os.environ.get("ATLAS_TEST_DATA", "nowhere"))


def test_a_list_that_holds_equally_many_rows_of_several_districts_looks_cut(
    run: Run, lists: Path, tmp_path: Path
) -> None:
    centres = (121.4746, 31.2304), (121.4400, 31.1900), (121.2300, 31.0300)
    rows = [
        (at, "cafe", f"店{at}", x + at % 10 / 10_000, y + at // 10 / 10_000) for at in range(100) for x, y in centres
    ]
    path = written(tmp_path / "a.csv", rows)
    report = taken(run, path, "--as", "breakfast", *OURS)
    assert (report["rows"], report["looks_cut_at"]) == (300, 100)
    assert "100" in report["message"]
    assert "exactly 100 rows" in refused(run, path, "--as", "breakfast", "--complete", *OURS)
    assert load_atlas(DEFAULT_DATA, lists).complete_ids == frozenset()
    uneven = taken(run, written(tmp_path / "b.csv", rows[1:]), "--as", "breakfast", "--complete", *OURS)
    assert (uneven["rows"], uneven["looks_cut_at"], uneven["complete"]) == (299, None, True)


@pytest.mark.skipif(not TEST_DATA.is_dir(), reason="ATLAS_TEST_DATA names no folder")
@pytest.mark.parametrize(
    ("kind", "name", "rows"),
    [
        ("hospitals", "poi_2020/shanghai_hospital.csv", 7_513),
        ("breakfast", "poi_2020/shanghai_food.csv", 14_398),
        ("breakfast", "poi_2020/breakfast_poi_2020.csv", 596),
        ("metro", "poi_2020/metro_stations_2020_wgs84.csv", 299),
        ("metro", "osm/metro_stations.geojson", 476),
        ("towns", "osm/towns.geojson", 117),
    ],
)
def test_real_lists_come_in_whole(kind: str, name: str, rows: int, run: Run, lists: Path) -> None:
    report = taken(run, str(TEST_DATA / name), "--as", kind, *OURS)
    assert (report["rows"], report["set_aside"], report["left_out"]) == (rows, 0, 0)
    assert report["looks_cut_at"] == (900 if rows == 14_398 else None)
    atlas = load_atlas(DEFAULT_DATA, lists)
    assert dict(atlas.failed) == {}
    loaded = atlas.loaded[f"ref_{kind}"]
    assert len(loaded.frame) == loaded.rows_in == rows
