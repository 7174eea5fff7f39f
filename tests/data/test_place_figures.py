"""A figure of the place table is refused unless the evidence base states that number for that place."""

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.place_figures import CURATION, place_facts

ROOT = Path(__file__).parents[2]
PAGE = "news.example/7.html"
GAZETTEER = (
    {"id": "PK90", "layer": "park", "area_m2": "133333", "coord_source": "bus stops", "notes": "200 mu (page 90)"},
    {
        "id": "GM90",
        "layer": "gmp",
        "area_m2": "146000",
        "coord_source": "as PK90",
        "notes": "on about 7,600 m2 of land",
    },
)
EXTERNAL = (
    {"id": "X990", "gazetteer_id": "PK90", "source": PAGE, "quote": "一期用地约100亩，建筑面积约14.6万平方米"},
    {"id": "X991", "gazetteer_id": "PK91", "source": "news.example/8.html", "quote": "用地300亩"},
)
FLOOR = {
    "id": "P001", "gazetteer_id": "GM90", "value": "146000", "unit": "m2", "source": PAGE,
    "basis": "floor", "source_kind": "press", "subject_id": "GM90",
}  # fmt: skip

Row = Mapping[str, str]


def write(path: Path, rows: tuple[Row, ...]) -> None:
    """Write rows as a table."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def read(path: Path) -> dict[str, dict[str, str]]:
    """Read a table by id."""
    with path.open(encoding="utf-8", newline="") as handle:
        return {row["id"]: row for row in csv.DictReader(handle)}


def proved(folder: Path, *rows: Row, decided: tuple[Row, ...] | None = None) -> dict[str, dict[str, str]]:
    """Prove rows against the small evidence base; they are their own decisions unless others are given."""
    listed = tuple({key: row[key] for key in ("id", "gazetteer_id", "value", "unit", "source")} for row in rows)
    choices = tuple(
        {key: row[key] for key in ("id", "subject_id", "unit", "basis", "source_kind")} for row in decided or rows
    )
    for name, table in (
        ("gazetteer", GAZETTEER), ("external_facts", EXTERNAL), ("place_figures", listed), ("figures", choices),
    ):  # fmt: skip
        write(folder / f"{name}.csv", table)
    return place_facts(folder, folder)


def test_what_the_evidence_states_is_given_as_a_fact(tmp_path: Path) -> None:
    fact = proved(tmp_path, FLOOR)["P001"]
    assert (fact["gazetteer_id"], fact["value"], fact["source"]) == ("GM90", "146000", PAGE)
    assert fact["unit"] == "m2 (约)", "the quote says about, so the decision must say it, too"


@pytest.mark.parametrize(
    ("changed", "unit"),
    [
        ({"value": "100", "unit": "mu", "basis": "land"}, "mu (约)"),  # in the quote about the park of the site
        ({"value": "7600", "basis": "land", "source": "", "source_kind": "unnamed"}, "m2 (约)"),  # in the notes
        ({"source": "", "source_kind": "unnamed"}, "m2"),  # the table's own square metres
        ({"gazetteer_id": "PK90", "subject_id": "PK90", "value": "200", "unit": "mu", "basis": "land",
          "source": "page, 90"}, "mu"),
    ],
)  # fmt: skip
def test_notes_quotes_and_square_metres_prove_a_number(tmp_path: Path, changed: Row, unit: str) -> None:
    assert proved(tmp_path, {**FLOOR, **changed})["P001"]["unit"] == unit


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"value": "146500"}, "146500 m2 of GM90 is not stated"),
        ({"value": "219", "unit": "mu", "basis": "land"}, "219 mu of GM90 is not stated"),  # floor area as if land
        ({"value": "300", "unit": "mu", "basis": "land"}, "300 mu of GM90 is not stated"),  # said of another place
        ({"value": "219", "unit": "mu"}, "only land is told in mu"),
        ({"source": "news.example/9.html"}, "does not name 'news.example/9.html'"),
        ({"source": "news.example/8.html"}, "does not name 'news.example/8.html'"),
        ({"source": ""}, "of the kind press"),
        ({"source_kind": "unnamed"}, "of the kind unnamed"),
        ({"gazetteer_id": "GM99"}, "GM99 is no place"),
        ({"subject_id": "PK90"}, "not that of the decision"),
        ({"id": "X001"}, "P and three digits"),
    ],
)
def test_what_the_evidence_does_not_state_is_refused(tmp_path: Path, changed: Row, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        proved(tmp_path, {**FLOOR, **changed})


def test_every_row_has_one_decision_of_the_same_unit_and_every_decision_its_row(tmp_path: Path) -> None:
    for decided in (({**FLOOR, "id": "P002"},), (FLOOR, {**FLOOR, "id": "P002"})):
        with pytest.raises(ValueError, match=r"without decision, or decisions without figure: .*'P002'"):
            proved(tmp_path, FLOOR, decided=decided)
    with pytest.raises(ValueError, match="its own"):
        proved(tmp_path, FLOOR, FLOOR)
    with pytest.raises(ValueError, match="that of the decision ha"):
        proved(tmp_path, FLOOR, decided=({**FLOOR, "unit": "ha"},))


def test_the_figures_of_the_place_table_are_those_of_the_atlas() -> None:
    listed = read(CURATION / "place_figures.csv")
    shown = {key: row for key, row in read(ROOT / "data/figures/figures.csv").items() if key.startswith("P")}
    assert list(shown) == list(listed) == [f"P{number:03}" for number in range(1, len(listed) + 1)]
    for key, row in listed.items():
        columns = (shown[key][name] for name in ("subject_id", "value", "unit", "source"))
        assert tuple(columns) == (row["gazetteer_id"], row["value"], row["unit"], row["source"]), key
