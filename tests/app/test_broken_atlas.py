"""Whichever layer is broken, every number, route and table of the others still works."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.analysis import proximity
from app.analysis.origins import among
from app.analysis.params import analysis_params
from app.core import filters, land
from app.core.atlas import DEFAULT_DATA, Atlas, load_atlas
from app.core.view import View
from app.documents import exports
from app.service import data_check, payload
from app.service.map_build import build_map
from geo.errors import ParameterError
from layers import REGISTRY
from layers.vocabulary import DISTRICT_CODES


@pytest.fixture(scope="module", params=[layer.id for layer in REGISTRY])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the data folder without one layer's file."""
    (layer,) = [each for each in REGISTRY if each.id == request.param]
    copy = tmp_path_factory.mktemp("broken") / "data"
    shutil.copytree(DEFAULT_DATA, copy)
    (copy / layer.path).unlink()
    return copy


@pytest.fixture(scope="module")
def broken(folder: Path) -> Atlas:
    """Load an atlas that lacks one layer."""
    return load_atlas(folder)


def test_only_the_layer_whose_file_is_missing_fails(broken: Atlas) -> None:
    (missing,) = broken.failed
    assert set(broken.loaded) == {layer.id for layer in REGISTRY} - {missing}


def test_the_check_names_the_layer_that_is_missing(broken: Atlas, folder: Path) -> None:
    (missing,) = broken.failed
    assert missing in [fault.partition(":")[0] for fault in data_check.check(broken, folder)["faults"]]


def test_every_table_and_file_of_the_rest_is_made(broken: Atlas) -> None:
    (missing,) = broken.failed
    view = View()
    assert len(land.by_sector(broken, view).columns) == 8
    total = land.total(broken, view)
    for layer_id, names in {"parks": ("parks", "park_extent_m2"), "gmp": ("gmp_sites", "gmp_floor_m2")}.items():
        for name in names:
            # what could not be loaded is not 0
            assert np.isnan(total[name]) == (missing == layer_id)
            assert land.by_district(broken, view)[name].isna().all() == (missing in {layer_id, "districts"})
    assert len(land.by_district(broken, view)) == (0 if missing == "districts" else 16)
    assert "park_extent_m2" in land.by_district(broken, view)
    sites = filters.of_table(broken, proximity.distances(broken, coarse=False), view)
    assert proximity.by_district(sites, broken)["n"].iloc[-1] == sites["measured"].sum()
    assert missing not in {f["properties"]["layer"] for f in shown(broken)}
    assert len(exports.places(broken, view)) == len(shown(broken))


def test_of_a_layer_that_is_missing_nothing_is_near_and_nothing_far(broken: Atlas) -> None:
    (missing,) = broken.failed
    targets = [
        key for key, target in proximity.TARGETS.items() if proximity.target_layer(key) == missing and target.counted
    ]
    shares = proximity.by_district(proximity.distances(broken, coarse=False), broken).iloc[-1]
    for target in targets:
        assert np.isnan(shares[f"{target}_share_5000"])
        assert np.isnan(shares[f"{target}_sure_share_1000"])
    params = analysis_params(View(near_from="parks", near_to="hospitals"))
    if missing in {"parks", "institutions"}:
        with pytest.raises(ParameterError) as caught:
            among(broken, params)
        assert (caught.value.code, caught.value.where) == ("layer_failed", missing)
    else:
        assert among(broken, params) is broken


def test_the_map_of_the_rest_is_made(broken: Atlas) -> None:
    drawn = payload.drawn_layers(broken)
    built = build_map(drawn, {layer.id: broken.loaded[layer.id].source for layer in drawn}, signature="0")
    (missing,) = broken.failed
    assert f'"id": "{missing}"' not in built.script
    assert json.dumps(payload.manifest(broken))
    for layer in broken.loaded:
        assert json.loads(payload.layer_features(broken, layer))["features"]


def test_outlines_are_drawn_as_far_as_they_are_known(broken: Atlas) -> None:
    drawn = json.loads(payload.layer_features(broken, "parks_outlines"))["features"]
    methods = {feature["properties"]["method"] for feature in drawn}
    if "parks" in broken.failed:
        assert "area_circle" not in methods
    if not {"parks", "outlines"} & set(broken.failed):
        assert methods == {"area_circle", "text_limits", "chosen_rectangle"}


def shown(atlas: Atlas) -> list[dict[str, Any]]:
    """Export all that is shown."""
    features: list[dict[str, Any]] = json.loads(exports.layer_geojson(atlas, "shown", View()))["features"]
    return features


def test_without_parks_and_gmp_there_is_nothing_to_measure_from(data: Path) -> None:
    for name in ("parks", "gmp"):
        (data / name / f"{name}.geojson").unlink()
    assert len(proximity.distances(load_atlas(data), coarse=False)) == 0


def test_without_any_file_the_tables_are_empty_and_nothing_raises(tmp_path: Path) -> None:
    nothing = load_atlas(tmp_path)
    assert np.isnan(land.total(nothing, View())["park_extent_m2"])
    assert land.supply(nothing) == []
    assert shown(nothing) == []
    assert payload.manifest(nothing)["districts"] == []


def test_a_site_in_an_unknown_district_stops_no_summary(rewrite: Callable[..., Path], counts: dict[str, Any]) -> None:
    def move(features: list[dict[str, Any]]) -> None:
        for feature in features:
            feature["properties"]["district_code"] = "999999"

    atlas = load_atlas(rewrite("parks/parks.geojson", move))
    assert len(atlas.issues) == counts["layers"]["parks"]
    summed = proximity.by_district(proximity.distances(atlas, coarse=False), atlas)
    assert summed["district_code"].iloc[-1] == "all"
    assert land.by_district(atlas, View())["district_code"].to_list() == list(DISTRICT_CODES)
