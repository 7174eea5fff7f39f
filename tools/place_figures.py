"""Read and prove the place table's own figures: areas that the gazetteer states and no other fact holds.

`tools/curation/place_figures.csv` lists them (P001, P002, ...): place, number as stated, unit, publication. The
publication is one that the evidence base names for the place; the cell is empty where it names none.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

CURATION = Path(__file__).parent / "curation"
M2 = {"km2": 1_000_000, "ha": 10_000, "mu": 2000 / 3, "m2": 1}
TOLERANCE_M2 = 1.0  # the gazetteer rounds to the whole square metre
ID = re.compile(r"P\d{3}")
SAME_POINT = re.compile(r"as ([A-Z]{2}\w+)")  # a site drawn at its park's point: what is said of that park may name it
IN_NOTES = re.compile(r"(?P<about>about )?(?P<number>\d[\d,]*(?:\.\d+)?)(?P<times>) (?P<unit>km2|ha|mu|m2)\b")
IN_QUOTE = re.compile(r"(?P<about>约)?(?P<number>\d+(?:\.\d+)?)(?P<times>万?)(?P<unit>平方公里|公顷|亩|平方米)")
UNITS = {"平方公里": "km2", "公顷": "ha", "亩": "mu", "平方米": "m2"}
UNNAMED = "unnamed"  # the kind of source where no publication is named

Row = Mapping[str, str]
Amount = tuple[float, bool]  # a number in the unit of the row, and whether it is said to be about so many


def place_facts(facts: Path, curation: Path = CURATION) -> dict[str, dict[str, str]]:
    """Give the place table's figures by id, in the shape of facts, each of them proved.

    Parameters
    ----------
    facts
        Folder of the evidence base: gazetteer.csv and external_facts.csv.
    curation
        Folder of place_figures.csv and of figures.csv with one decision for each of its rows.

    Raises
    ------
    ValueError
        If a row has no decision or a decision no row, or if the evidence base does not state the number.
    """
    rows = _read(curation / "place_figures.csv")
    decisions = {row["id"]: row for row in _read(curation / "figures.csv") if row["id"].startswith("P")}
    ids = [row["id"] for row in rows]
    is_new = len(ids) == len(set(ids)) and all(map(ID.fullmatch, ids))
    _demand(is_new, f"place_figures.csv: an id is P and three digits, and its own: {ids}")
    single = sorted(set(ids) ^ set(decisions))
    _demand(not single, f"figures of the place table without decision, or decisions without figure: {single}")
    gazetteer = {row["id"]: row for row in _read(facts / "gazetteer.csv")}
    external = _read(facts / "external_facts.csv")
    return {row["id"]: prove(row, decisions[row["id"]], gazetteer=gazetteer, external=external) for row in rows}


def prove(row: Row, choice: Row, *, gazetteer: Mapping[str, Row], external: Sequence[Row]) -> dict[str, str]:
    """Give a row as a fact; its unit says 约 where the evidence says about. Refuse what the evidence does not state."""
    key, place = row["id"], gazetteer.get(row["gazetteer_id"], {})
    is_meant = bool(place) and choice["subject_id"] == place["id"]
    _demand(is_meant, f"{key}: {row['gazetteer_id']} is no place, or not that of the decision")
    is_same = row["unit"] == choice["unit"] and row["unit"] in M2
    _demand(is_same, f"{key}: the unit is {row['unit']}, that of the decision {choice['unit']}")
    _demand(row["unit"] == "m2" or choice["basis"] == "land", f"{key}: only land is told in {row['unit']}")
    quotes = _quotes(row, place, external)
    is_named = bool(quotes) or _bare(row["source"]) in _bare(f"{place['coord_source']} {place['notes']}")
    _demand(is_named, f"{key}: the evidence base does not name {row['source']!r} for {row['gazetteer_id']}")
    is_right = bool(row["source"]) != (choice["source_kind"] == UNNAMED)
    _demand(is_right, f"{key}: source {row['source']!r} is of the kind {choice['source_kind']}")
    stated = list(_amounts(place, quotes, unit=row["unit"], is_land=choice["basis"] == "land"))
    tolerance = TOLERANCE_M2 / M2[row["unit"]]
    found = [is_about for number, is_about in stated if abs(number - float(row["value"])) <= tolerance]
    told = ", ".join(f"{number:,.10g}" for number, _ in stated) or "none"
    _demand(found, f"{key}: {row['value']} {row['unit']} of {row['gazetteer_id']} is not stated, but {told}")
    return {**row, "unit": f"{row['unit']} (约)" if any(found) else row["unit"]}


def _quotes(row: Row, place: Row, external: Sequence[Row]) -> list[str]:
    """Quotes of the row's publication that speak of the place, or of the park at whose point it is drawn."""
    subjects = {row["gazetteer_id"], *SAME_POINT.findall(place["coord_source"])}
    return [fact["quote"] for fact in external if fact["source"] == row["source"] and fact["gazetteer_id"] in subjects]


def _amounts(place: Row, quotes: Sequence[str], *, unit: str, is_land: bool) -> Iterator[Amount]:
    """All areas stated of a place in a unit. The square metres of its row are land for a park, and else never."""
    if place["area_m2"] and is_land == (place["layer"] == "park"):
        yield float(place["area_m2"]) / M2[unit], False
    for text, pattern in ((place["notes"], IN_NOTES), *((quote, IN_QUOTE) for quote in quotes)):
        for match in pattern.finditer(text):
            if UNITS.get(match["unit"], match["unit"]) == unit:
                number = float(match["number"].replace(",", "")) * (10_000 if match["times"] else 1)
                yield number, bool(match["about"])


def _bare(text: str) -> str:
    return " ".join(text.replace(",", " ").split())


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def _demand(condition: object, message: str) -> None:
    if not condition:
        raise ValueError(message)
