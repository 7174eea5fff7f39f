"""Hostile files: each is refused in both languages, within the limits, and nothing outside is touched."""

import random
from pathlib import Path

import geopandas as gpd
import hostile_files
import pytest
from foreign_files import KEPT, honest, linked
from import_many import Ended, import_many

from app.core.atlas import DEFAULT_DATA, Atlas
from app.i18n.messages import WORDS
from app.importers import limits
from app.importers.import_file import import_file

CUTS = (0.02, 0.3, 0.5, 0.9, 0.999)
FLIPS = 15


@pytest.fixture(scope="module")
def parks(atlas: Atlas) -> gpd.GeoDataFrame:
    """Take the parks' own rows."""
    return gpd.GeoDataFrame(atlas.frame("parks")[KEPT]).reset_index(drop=True)


def require_orderly(ends: dict[str, Ended]) -> None:
    """Look that no process broke a limit or left without words."""
    for name, end in ends.items():
        assert end.got.status in {"accepted", "accepted_with_issues", "rejected"}, name
        assert "Traceback" not in end.got.message, name
        assert end.seconds < limits.SECONDS, name
        assert end.peak < limits.MEMORY_BYTES + 200 * limits.MIB, name  # with the libraries


def test_hostile_files_are_refused_each_by_its_own_name(parks: gpd.GeoDataFrame, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("id,lon,lat\nSECRET,121.5,31.2\n", encoding="utf-8")
    cases = {
        **hostile_files.texts(secret),
        **hostile_files.archives(parks, tmp_path),
        **hostile_files.databases(parks, tmp_path),
        "symlink": (linked(str(secret)), "import_zip"),
    }
    ends = import_many({name: content for name, (content, _) in cases.items()}, tmp_path / "read")
    require_orderly(ends)
    for name, (_, code) in cases.items():
        got = ends[name].got
        words = WORDS[code][0].split("{")[0]
        assert got.status == "rejected", (name, got.message)
        assert got.message.startswith(words), (name, got.message)
        assert "SECRET" not in got.message, name


def test_what_must_not_be_followed_is_told_and_the_good_row_is_kept(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("SECRET", encoding="utf-8")
    ends = import_many(hostile_files.accepted_with_care(secret), tmp_path / "read")
    require_orderly(ends)
    for name, end in ends.items():
        assert sum(len(layer.frame) for layer in end.got.layers) == 1, (name, end.got.message)
    issues = {name: {each["code"] for each in end.got.layers[0].report["issues"]} for name, end in ends.items()}
    assert "link_ignored" in issues["crs link"]
    assert "link_ignored" in issues["network link"]
    assert issues["huge numbers"] >= {"bad_geometry"}
    assert ends["huge numbers"].got.layers[0].report["set_aside"] == 2


def test_a_geometry_that_kills_the_reader_costs_the_file_and_nothing_else(
    parks: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    content = hostile_files.deep_geometry(parks, tmp_path)
    ends = import_many({"deep": content}, tmp_path / "read")
    require_orderly(ends)
    (tmp_path / "deep.gpkg").write_bytes(content)
    got = import_file(tmp_path / "deep.gpkg", data=DEFAULT_DATA, datum="wgs84")
    assert got.status == ends["deep"].got.status
    assert sum(layer.report["set_aside"] + len(layer.frame) for layer in got.layers) in {0, 31}


def test_two_hundred_cut_and_flipped_files_are_answered_in_order(parks: gpd.GeoDataFrame, tmp_path: Path) -> None:
    spoil = random.Random(5)  # noqa: S311 - the same files on every run
    cases = {}
    for name, path in honest(parks, tmp_path).items():
        whole = path.read_bytes()
        cases |= {f"{name} cut {share}": whole[: int(len(whole) * share)] for share in CUTS}
        for at in range(FLIPS):
            bent = bytearray(whole)
            for _ in range(8):
                bent[spoil.randrange(len(bent))] ^= 1 << spoil.randrange(8)
            cases[f"{name} flip {at}"] = bytes(bent)
    assert len(cases) == 200
    ends = import_many(cases, tmp_path / "read")
    require_orderly(ends)
    for name in ("geojson", "xlsx", "geopackage", "geoparquet", "kml", "gpx", "shapefile", "kmz"):
        for share in CUTS:
            assert ends[f"{name} cut {share}"].got.status == "rejected", (name, share)
