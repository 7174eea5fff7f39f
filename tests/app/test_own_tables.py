"""User layers in the tables of land by sector and of proximity, beside the atlas's own numbers and never in them."""

import numpy as np
import pytest
from pandas.testing import assert_frame_equal
from shapely.geometry import box
from user_layer_samples import JIADING, layer_source, points, session_layers_of

from app.analysis import proximity
from app.core.atlas import Atlas
from app.core.view import View
from app.service.user_proximity import user_proximity, user_proximity_districts
from app.workspace.land import user_land, user_land_by_sector
from geo.area import geodesic_area_m2

NEAR, MEDIANS = "session-of-near", "session-of-medians"


def test_sectors_overlap_and_their_total_counts_every_row_and_piece_of_land_once(atlas: Atlas) -> None:
    shapes = [box(121.2, 31.0, 121.21, 31.01), box(121.2, 31.0, 121.22, 31.01), box(121.3, 31.0, 121.31, 31.01)]
    layer = layer_source(
        {"面积": ["30亩", "60亩", "15亩"], "行业": ["生物制品", "生物制品;医疗器械", "医疗器械"]}, shapes,
        amount="面积", basis="land", sector="行业",
    )  # fmt: skip
    held = session_layers_of(atlas, layer).atlas
    table = user_land_by_sector(held, View()).set_index("sector")
    parts = table.drop(index="all")
    assert table["stated_land_mu"].to_dict() == {"biologics": 90, "devices": 75, "all": 105}
    assert table["rows"].to_dict() == {"biologics": 2, "devices": 2, "all": 3}
    field = geodesic_area_m2(shapes[0])
    assert table["outline_m2"].to_dict() == pytest.approx(
        {"biologics": 2 * field, "devices": 3 * field, "all": 3 * field}, rel=1e-4
    )
    assert parts["outline_m2"].sum() > table.at["all", "outline_m2"], "sectors overlap"
    assert table.at["all", "outline_m2"] == pytest.approx(
        user_land(held, View()).set_index("district_code").at["all", "outline_m2"]
    )
    one = user_land_by_sector(held, View(sectors=("devices",))).set_index("sector")
    assert one.at["all", "stated_land_mu"] == 75
    assert user_land_by_sector(held, View(districts=("310151",))).empty


def test_a_place_that_is_brought_is_as_near_as_a_park_that_stands_there(atlas: Atlas) -> None:
    parks = proximity.distances(atlas, coarse=True, layers=("parks",))
    there = atlas.frame("parks").set_index("id").loc[parks["id"]]
    held = session_layers_of(
        atlas, layer_source({"名称": list(parks["id"])}, list(there.geometry), name="名称", method="site"), token=NEAR
    )
    own = user_proximity(held.atlas, View(token=NEAR, coarse=True))
    assert own["name_zh"].to_list() == parks["id"].to_list()
    measured = parks["measured"].to_numpy(dtype=bool)
    assert measured.sum() > 20
    for target in proximity.TARGETS:
        assert own.loc[measured, f"{target}_id"].to_list() == parks.loc[measured, f"{target}_id"].to_list()
        assert np.allclose(
            own.loc[measured, f"{target}_m"].astype(float), parks.loc[measured, f"{target}_m"].astype(float)
        )
    same = measured & (parks["accuracy_m"] == own["accuracy_m"]).to_numpy()
    assert same.any()
    counts = [f"breakfast_{kind}_{radius}" for kind in ("sure", "best", "possible") for radius in proximity.RADII_M]
    assert own.loc[same, counts].astype(float).equals(parks.loc[same, counts].astype(float))
    one = user_proximity(held.atlas, View(token=NEAR, coarse=True, districts=("310117",)))
    assert 0 < len(one) < len(own)


def test_medians_are_of_one_layer_each_and_never_of_parks_and_own_places_together(atlas: Atlas) -> None:
    layers = [layer_source({}, points(3)), layer_source({}, points(2, at=JIADING))]
    held = session_layers_of(atlas, *layers, token=MEDIANS)
    table = user_proximity_districts(held.atlas, View(token=MEDIANS))
    assert list(zip(table["layer"], table["district_code"], table["n"], strict=True)) == [
        ("own1", "310117", 3), ("own1", "all", 3), ("own2", "310114", 2), ("own2", "all", 2)
    ]  # fmt: skip
    sites = user_proximity(held.atlas, View(token=MEDIANS))
    first = sites[sites["layer"] == "own1"]
    assert table.at[0, "hub_median_m"] == pytest.approx(first["hub_m"].median())
    parks = proximity.by_district(proximity.distances(atlas, coarse=False), atlas)
    with_user_layers = proximity.by_district(proximity.distances(held.atlas, coarse=False), held.atlas)
    assert_frame_equal(parks, with_user_layers)


def test_without_own_layers_their_tables_are_empty_and_have_their_columns(atlas: Atlas) -> None:
    for make in (user_land, user_land_by_sector, user_proximity, user_proximity_districts):
        table = make(atlas, View())
        assert table.empty
        assert {"layer", "district_code"} & set(table.columns) or "sector" in table.columns
