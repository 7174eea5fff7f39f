"""What is near what: against pyproj by hand, with bounds that contain each other and unknown where nothing is known."""

from dataclasses import replace
from itertools import product
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import LineString

from app.analysis import proximity
from app.core import filters
from app.core.atlas import DEFAULT_DATA, Atlas, load_atlas
from app.core.view import View
from layers.vocabulary import DISTRICT_CODES, SECTOR_CODES

GEOD = Geod(ellps="WGS84")
ATLAS = load_atlas(DEFAULT_DATA)
TABLE = proximity.distances(ATLAS, coarse=False)
COARSE = proximity.distances(ATLAS, coarse=True)
VIEWS = st.builds(
    View,
    districts=st.lists(st.sampled_from(DISTRICT_CODES), max_size=4).map(tuple),
    sectors=st.lists(st.sampled_from(SECTOR_CODES), max_size=3).map(tuple),
    towns=st.lists(st.sampled_from(ATLAS.towns), max_size=2).map(tuple),
    methods=st.sampled_from([(), ("site",), ("site", "town", "schematic")]),
)
FINE = {"surveyed", "address", "site"}


def place(layer: str, key: str) -> tuple[float, float]:
    """Find where a place is drawn."""
    point = ATLAS.loaded[layer].frame.set_index("id").geometry[key]
    return point.x, point.y


@pytest.mark.parametrize("site", ["PK02A", "PK04", "PK22"])
def test_the_distance_to_the_hub_is_the_geodesic(site: str) -> None:
    row = TABLE.set_index("id").loc[site]
    by_hand = GEOD.inv(*place("parks", site), *place("hub", "HB01"))[2]
    assert row["hub_id"] == "HB01"
    assert row["hub_m"] == pytest.approx(by_hand, rel=1e-4)
    slack = row["accuracy_m"] + 200
    assert (row["hub_min_m"], row["hub_max_m"]) == pytest.approx((row["hub_m"] - slack, row["hub_m"] + slack))


# what the page promises of a facility: places of these kinds in this layer are what it measures to
FACILITIES = {
    "breakfast": ("breakfast", {"shop", "truck"}),
    "hospital": ("institutions", {"hospital"}),
    "university": ("institutions", {"university"}),
}


def require_nearest(atlas: Atlas, table: pd.DataFrame, target: str) -> None:
    """Walk over all known facilities of a kind from every measured park, and compare."""
    layer, kinds = FACILITIES[target]
    every = atlas.frame(layer)
    known = every[every["kind"].isin(kinds) & every["location_method"].isin(FINE)]
    measured = table[table["measured"] & (table["layer"] == "parks")]
    assert not known.empty
    assert not measured.empty
    for site in measured.to_dict("records"):
        gaps = [GEOD.inv(*place("parks", site["id"]), point.x, point.y)[2] for point in known.geometry]
        assert site[f"{target}_m"] == pytest.approx(min(gaps), rel=1e-4)
        assert site[f"{target}_id"] == known["id"].iloc[int(np.argmin(gaps))]


@pytest.mark.parametrize("target", FACILITIES)
def test_the_nearest_facility_is_the_least_of_all_known_ones_of_its_kind(target: str) -> None:
    require_nearest(ATLAS, TABLE, target)


def test_the_nearest_hospital_is_the_nearest_of_several_hospitals() -> None:
    loaded = ATLAS.loaded["institutions"]
    kinds = loaded.frame["kind"].replace("university", "hospital")
    turned = replace(loaded, frame=gpd.GeoDataFrame(loaded.frame.assign(kind=kinds)))
    atlas = replace(ATLAS, loaded={**ATLAS.loaded, "institutions": turned})
    table = proximity.distances(atlas, coarse=False)
    require_nearest(atlas, table, "hospital")
    assert len(set(table["hospital_id"].dropna())) > 1
    assert table["university_id"].isna().all()


def test_a_distance_to_the_motorway_takes_the_accuracy_of_its_nearest_stretch() -> None:
    stretches = ATLAS.loaded["g60"].frame.set_index("id")
    for site in TABLE[TABLE["measured"]].itertuples():
        slack = site.accuracy_m + stretches.at[site.g60_id, "accuracy_m"]
        assert site.g60_id in {"G601M", "G601S"}
        assert site.g60_max_m - site.g60_m == pytest.approx(slack)


def test_the_distance_to_the_motorway_is_that_of_its_nearest_piece() -> None:
    lines = ATLAS.loaded["g60"].frame.set_index("id").loc[["G601M", "G601S"]].geometry
    lon, lat = place("parks", "PK09")
    pieces = [part for line in lines for part in (line.geoms if hasattr(line, "geoms") else [line])]
    # walk along every piece in steps of about 5 m
    steps = [LineString(piece).segmentize(0.00005).coords for piece in pieces]
    walked = min(float(GEOD.inv(np.full(len(s), lon), np.full(len(s), lat), *np.array(s).T)[2].min()) for s in steps)
    assert TABLE.set_index("id").at["PK09", "g60_m"] == pytest.approx(walked, abs=5)


def test_places_known_only_to_town_or_district_are_left_out_unless_asked_for() -> None:
    assert set(TABLE[TABLE["measured"]]["location_method"]) <= FINE
    assert TABLE[~TABLE["measured"]]["hub_m"].isna().all()
    assert set(COARSE[COARSE["measured"]]["location_method"]) > FINE
    assert set(COARSE[~COARSE["measured"]]["location_method"]) == {"schematic"}


def test_every_park_and_gmp_site_has_a_row_in_layer_order() -> None:
    expected = [key for layer in ("parks", "gmp") for key in ATLAS.loaded[layer].frame["id"]]
    assert TABLE["id"].to_list() == COARSE["id"].to_list() == expected


@pytest.mark.parametrize("table", [TABLE, COARSE], ids=["fine", "coarse"])
@pytest.mark.parametrize("target", proximity.TARGETS)
def test_bounds_contain_the_best(table: pd.DataFrame, target: str) -> None:
    rows = table[table["measured"]]
    low, best, high = (rows[f"{target}{part}_m"] for part in ("_min", "", "_max"))
    assert ((low >= 0) & (low <= best) & (best <= high)).all()
    for radius in proximity.RADII_M if proximity.TARGETS[target].counted else ():
        sure, likely, possible = (rows[f"{target}_{part}_{radius}"] for part in ("sure", "best", "possible"))
        assert ((sure <= likely) & (likely <= possible)).all()
        assert ((likely > 0) == (best <= radius)).all()


def test_a_wider_radius_never_holds_fewer() -> None:
    rows = TABLE[TABLE["measured"]]
    for one, other in ((1000, 3000), (3000, 5000)):
        for part in ("sure", "best", "possible"):
            assert (rows[f"breakfast_{part}_{one}"] <= rows[f"breakfast_{part}_{other}"]).all()


def test_simulated_breakfast_points_are_no_targets(counts: dict[str, Any]) -> None:
    assert proximity.known(ATLAS, coarse=True)["breakfast"] == counts["layers"]["breakfast"]
    assert all(str(key).startswith("BF") for key in TABLE["breakfast_id"].dropna())
    assert set(TABLE["breakfast_id"].dropna()) <= set(ATLAS.loaded["breakfast"].frame["id"])


@given(VIEWS)
def test_a_view_chooses_rows_and_changes_none(view: View) -> None:
    chosen = filters.of_table(ATLAS, TABLE, view)
    whole = TABLE[TABLE["id"].isin(chosen["id"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(chosen, whole)


@given(VIEWS)
def test_a_view_keeps_the_sites_that_it_keeps_on_the_map(view: View) -> None:
    expected = [key for layer in proximity.ORIGINS for key in filters.rows(ATLAS, layer, view)["id"]]
    assert filters.of_table(ATLAS, TABLE, view)["id"].to_list() == expected


@pytest.mark.parametrize("sector", sorted({code for codes in TABLE["sectors"] for code in codes}))
def test_a_sector_keeps_its_own_sites_and_no_others(sector: str) -> None:
    expected = [site.id for site in TABLE.itertuples() if sector in site.sectors]
    kept = filters.of_table(ATLAS, TABLE, View(sectors=(sector,)))["id"].to_list()
    assert kept == expected
    assert 0 < len(kept) < len(TABLE)


@given(VIEWS)
def test_districts_are_summed_up_with_their_n(view: View) -> None:
    sites = filters.of_table(ATLAS, TABLE, view)
    summed = proximity.by_district(sites, ATLAS)
    measured = sites[sites["measured"]]
    assert summed["district_code"].to_list() == [*DISTRICT_CODES, "all"]
    last = summed.iloc[-1]
    assert last["n"] == len(measured) == summed["n"].iloc[:-1].sum()
    medians = summed[summed["n"] == 0].filter(regex="_median_|_share_")
    assert medians.isna().all(axis=None), "where nothing is measured nothing is said"
    if measured.empty:
        return
    assert last["hub_median_m"] == pytest.approx(float(np.median(measured["hub_m"])))
    shares = summed[summed["n"] > 0].filter(like="_share_")
    assert ((shares >= 0) & (shares <= 1)).all(axis=None)


def test_a_share_is_that_of_the_sites_with_a_known_facility_in_reach() -> None:
    summed = proximity.by_district(TABLE, ATLAS).set_index("district_code")
    measured = TABLE[TABLE["measured"]]
    for code, sites in [("all", measured), *measured.groupby("district_code")]:
        for target, radius in product(FACILITIES, proximity.RADII_M):
            near = [gap <= radius for gap in sites[f"{target}_m"]]
            sure = [gap <= radius for gap in sites[f"{target}_max_m"]]
            shares = (summed.at[code, f"{target}_{kind}_{radius}"] for kind in ("share", "sure_share"))
            assert tuple(shares) == pytest.approx((sum(near) / len(near), sum(sure) / len(sure)))


def test_shuffling_the_rows_of_a_layer_changes_no_distance(atlas: Atlas) -> None:
    for layer in ("parks", "institutions"):
        frame = atlas.loaded[layer].frame
        assert not frame["id"].duplicated().any()
    again = proximity.distances(atlas, coarse=False)
    pd.testing.assert_frame_equal(again, TABLE)
