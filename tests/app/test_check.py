"""`data check` finds what is wrong with data that loads."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.core.atlas import DEFAULT_DATA, Atlas, load_atlas
from app.service.data_check import check

Rewrite = Callable[[str, Callable[[list[dict[str, Any]]], object]], Path]
PARKS = "parks/parks.geojson"


def setting(key: str, **values: Any) -> Callable[[list[dict[str, Any]]], None]:
    """Change cells of one feature."""

    def change(features: list[dict[str, Any]]) -> None:
        (feature,) = [each for each in features if each["id"] == key]
        feature["properties"].update(values)

    return change


def test_the_projects_own_data_has_no_fault(atlas: Atlas) -> None:
    found = check(atlas, DEFAULT_DATA)
    assert found["ok"]
    assert all(each["rows_in"] == each["rows"] + each["set_aside"] for each in found["layers"])


FAULTS = {
    "a parent that does not exist": (setting("PK05", parent_id="PK99"), "PK99"),
    "parents in a circle": (setting("PK11", parent_id="PK12"), "lies inside itself"),
    "a part larger than its whole": (setting("PK12", site_area_m2=99_000_000), "larger than PK11"),
    "a figure that does not exist": (setting("PK05", references=["X999"]), "X999"),
    "a conflict that does not exist": (setting("PK05", conflicts=["C99"]), "C99"),
    "a district that does not exist": (setting("PK09", district_code="999999"), "add up"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_said(fault: str, rewrite: Rewrite) -> None:
    change, words = FAULTS[fault]
    data = rewrite(PARKS, change)
    found = check(load_atlas(data), data)
    assert not found["ok"]
    assert any(words in each for each in found["faults"])


def test_a_park_that_a_gmp_site_names_must_exist(rewrite: Rewrite) -> None:
    data = rewrite("gmp/gmp.geojson", setting("GM04", park_id="PK99"))
    found = check(load_atlas(data), data)
    assert any("GM04" in each and "PK99" in each for each in found["faults"])


def test_a_row_set_aside_is_counted_and_named(rewrite: Rewrite) -> None:
    def lose(features: list[dict[str, Any]]) -> None:
        features[0]["geometry"] = None

    data = rewrite("housing/housing.geojson", lose)
    found = check(load_atlas(data), data)
    (housing,) = [each for each in found["layers"] if each["id"] == "housing"]
    assert (housing["rows_in"], housing["rows"], housing["set_aside"]) == (2, 1, 1)
    assert [issue["rule"] for issue in found["issues"]] == ["geometry missing"]


def test_tampered_figures_are_found(data: Path) -> None:
    path = data / "figures" / "figures.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("26000", "62000"), encoding="utf-8")
    assert not check(load_atlas(data), data)["ok"]
