"""The stated figures: complete on paper, and every pointer proven against the untouched documents.

The documents are not part of the project. Where `ATLAS_DOCUMENTS` names their folder, every pointer is opened;
elsewhere those tests say why they were skipped, and the rest still runs.
"""

import csv
import hashlib
import json
import os
import re
import tomllib
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
FOLDER = DATA / "figures"
CURATION = ROOT / "tools" / "curation"
RUN = 20  # from this length on, shared characters count as a quotation
FIGURE_COLUMNS_THAT_MAY_BE_EMPTY = (
    "subject_id district_code value low high qualifier text_zh text_en as_of as_of_note_zh as_of_note_en published"
    " document source pointer passage_sha256 conflicts note_zh note_en"
)
MAY_BE_EMPTY: dict[str, set[str]] = {
    "figures": set(FIGURE_COLUMNS_THAT_MAY_BE_EMPTY.split()),
    "measures": set(),
    "conflicts": {"figures", "subjects"},
    "claims": {"numerator", "denominator", "printed", "printed_rounding", "second_printed"},
}
TERM = r"(?:[FX]\d{3}|\d+(?:\.\d+)?(?:\[(?:mu|km2|percent)\])?)"
RELATION = re.compile(rf"{TERM}(?: [-+/] {TERM})* = (?:[FX]\d{{3}}|implied [\w ]+)")

Row = dict[str, str]


def rows_of(name: str, folder: Path = FOLDER) -> list[Row]:
    """Read one table of a folder."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def documents() -> list[dict[str, Any]]:
    """Read what the project knows of the documents."""
    entries: list[dict[str, Any]] = tomllib.loads((DATA / "documents.toml").read_text(encoding="utf-8"))["documents"]
    return entries


def plain(text: str) -> str:
    """Reduce a text to what a copied sentence would keep: no white space, one width of letters, small letters."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def moment(text: str) -> date:
    """Read an ISO date, month or year as its first day."""
    year, month, day = (*(int(part) for part in text.split("-")), 1, 1)[:3]
    return date(year, month, day)


@pytest.fixture(scope="module")
def contents() -> dict[str, bytes]:
    """Read the untouched documents by id, from the folder that the environment names."""
    folder = os.environ.get("ATLAS_DOCUMENTS")
    if not folder:
        pytest.skip("ATLAS_DOCUMENTS does not name the folder of the source documents")
    return {entry["id"]: (Path(folder) / entry["file"]).read_bytes() for entry in documents()}


def test_the_documents_are_the_untouched_ones(contents: dict[str, bytes]) -> None:
    """Hash and length equal what documents.toml says."""
    for entry in documents():
        content = contents[entry["id"]]
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["file"]
        assert len(content.decode("utf-8")) == entry["characters"], entry["file"]


def test_every_pointer_leads_to_its_passage(contents: dict[str, bytes]) -> None:
    """Every span lies in range, starts and ends on a letter, and hashes to the stored value."""
    texts = {key: content.decode("utf-8") for key, content in contents.items()}
    for row in rows_of("figures"):
        if not row["document"]:
            continue
        text, passage = texts[row["document"]], ""
        for start, end in json.loads(row["pointer"]):
            assert 0 <= start < end <= len(text), row["id"]
            assert not text[start].isspace(), row["id"]
            assert not text[end - 1].isspace(), row["id"]
            passage += text[start:end]
        packed = "".join(passage.split())
        assert hashlib.sha256(packed.encode()).hexdigest() == row["passage_sha256"], row["id"]


def test_no_text_of_ours_quotes_the_documents(contents: dict[str, bytes]) -> None:
    """No cell shares a run of RUN characters with a document, in data or curation."""
    runs: set[str] = set()
    for content in contents.values():
        text = plain(content.decode("utf-8"))
        runs.update(text[i : i + RUN] for i in range(len(text) - RUN + 1))
    tables = [rows_of(name, folder) for name in MAY_BE_EMPTY for folder in (FOLDER, CURATION)]
    ours = [(row.get("id", ""), key, text) for table in tables for row in table for key, text in row.items()]
    ours += [(entry["id"], key, str(text)) for entry in documents() for key, text in entry.items()]
    for row_id, key, text in ours:
        own = plain(text)
        assert not any(own[i : i + RUN] in runs for i in range(len(own) - RUN + 1)), f"{row_id} {key}"


@pytest.mark.parametrize("name", MAY_BE_EMPTY)
def test_the_columns_are_complete(name: str) -> None:
    """Only columns that may be empty are, and Chinese never comes without English."""
    rows = rows_of(name)
    assert rows
    for row in rows:
        assert None not in row.values(), row
        empty = {key for key, text in row.items() if not text}
        assert empty <= MAY_BE_EMPTY[name], f"{next(iter(row.values()))}: {empty}"
        halves = {key.removesuffix("_zh") for key in row if key.endswith("_zh")}
        assert all(bool(row[f"{half}_zh"]) == bool(row[f"{half}_en"]) for half in halves), row


@pytest.mark.parametrize(
    ("name", "key"), [("figures", "id"), ("measures", "measure"), ("conflicts", "id"), ("claims", "id")]
)
def test_the_ids_are_unique(name: str, key: str) -> None:
    """No key occurs twice."""
    keys = [row[key] for row in rows_of(name)]
    assert len(keys) == len(set(keys))


def test_all_188_facts_are_there_with_document_and_pointer() -> None:
    """F001 to F188, each with date, pointer and hash."""
    facts = {row["id"]: row for row in rows_of("figures") if row["id"].startswith("F")}
    assert sorted(facts) == [f"F{number:03}" for number in range(1, 189)]
    known = {entry["id"]: entry["date"] for entry in documents()}
    for row in facts.values():
        assert row["published"] == known[row["document"]], row["id"]
        assert json.loads(row["pointer"]), row["id"]
        assert re.fullmatch(r"[0-9a-f]{64}", row["passage_sha256"]), row["id"]


def test_external_figures_name_their_publication_and_no_document() -> None:
    """X and P rows cite a publication, or say that none is named, and never pretend to a pointer."""
    external = [row for row in rows_of("figures") if not row["id"].startswith("F")]
    assert {row["id"][0] for row in external} == {"X", "P"}
    for row in external:
        assert bool(row["source"]) != (row["source_kind"] == "unnamed"), row["id"]
        assert row["source"] or (row["id"][0] == "P" and "未写明" in row["note_zh"]), row["id"]
        assert not row["document"] + row["pointer"] + row["passage_sha256"], row["id"]


def test_every_measure_has_labels_and_is_used() -> None:
    """Measures and figures name the same set."""
    measures = {row["measure"] for row in rows_of("measures") if row["label_zh"] and row["label_en"]}
    assert measures == {row["measure"] for row in rows_of("figures")}


def test_a_figure_is_a_number_with_its_bounds_or_words() -> None:
    """Bounds follow the qualifier; a figure is numbers or words, never both."""
    for row in rows_of("figures"):
        given = {key: float(row[key]) for key in ("value", "low", "high") if row[key]}
        if row["qualifier"] == "range":
            assert set(given) == {"low", "high"}, row["id"]
            assert given["low"] < given["high"], row["id"]
        elif row["qualifier"] in ("at_least", "more_than"):
            assert given["low"] == given["value"], row["id"]
            assert "high" not in given, row["id"]
        else:
            assert not {"low", "high"} & set(given), row["id"]
        assert bool(given) != bool(row["text_zh"]), row["id"]


def test_iso_dates_parse_and_only_plans_lie_ahead_of_their_document() -> None:
    """What had already happened is not dated after its document."""
    for row in rows_of("figures"):
        if row["as_of"]:
            held = moment(row["as_of"])
            ahead = bool(row["published"]) and held > moment(row["published"])
            plan = row["semantics"] in ("target", "projection") or row["measure"] == "valid_until"
            assert not (ahead and row["document"] and not plan), row["id"]
        else:
            assert row["id"].startswith(("X", "P")), row["id"]
            assert row["as_of_note_zh"], row["id"]


def test_area_units_carry_an_area_basis_and_floors_are_never_in_mu() -> None:
    """Only land is counted in mu, hectares and square kilometres."""
    for row in rows_of("figures"):
        if row["unit"] in ("mu", "m2", "ha", "km2"):
            assert row["basis"] in ("land", "floor", "unknown"), row["id"]
            assert row["unit"] == "m2" or row["basis"] == "land", row["id"]
        else:
            assert row["basis"] not in ("land", "floor", "unknown"), row["id"]


def test_every_subject_is_a_drawn_place() -> None:
    """Subjects of figures and of conflicts exist as features."""
    drawn = {
        str(feature["properties"].get("id"))
        for path in sorted(DATA.glob("*/*.geojson"))
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]
    }
    subjects = {row["subject_id"] for row in rows_of("figures")}
    subjects |= {subject for row in rows_of("conflicts") for subject in row["subjects"].split("|")}
    assert sorted(subjects - {""} - drawn) == []


def test_conflicts_and_figures_point_at_each_other() -> None:
    """Both tables tell the same pairs."""
    figures = {row["id"]: set(row["conflicts"].split("|")) - {""} for row in rows_of("figures")}
    conflicts = {row["id"]: set(row["figures"].split("|")) - {""} for row in rows_of("conflicts")}
    assert sorted(conflicts) == [f"C{number:02}" for number in range(1, len(conflicts) + 1)]
    forth = {(figure, conflict) for figure, touching in figures.items() for conflict in touching}
    back = {(figure, conflict) for conflict, touched in conflicts.items() for figure in touched}
    assert forth == back


def test_claims_speak_a_small_language_and_name_known_figures() -> None:
    """A relation is terms joined by - + / and a figure or an implied number."""
    figures = {row["id"] for row in rows_of("figures")}
    for row in rows_of("claims"):
        assert row["kind"] in ("ratio", "sum", "implied"), row["id"]
        assert RELATION.fullmatch(row["relation"]), row["id"]
        named = set(re.findall(r"[FX]\d{3}", row["relation"]))
        columns = {row[key] for key in ("numerator", "denominator", "printed")} - {""}
        assert columns <= named <= figures, row["id"]
        right = row["relation"].split(" = ")[1]
        assert right == row["printed"] or (not row["printed"] and right.startswith("implied")), row["id"]
        assert row["second_printed"] in {"", *figures}, row["id"]


def test_the_paper_seals_every_table() -> None:
    """The hashes in source.toml are those of the files."""
    metadata = tomllib.loads((FOLDER / "source.toml").read_text(encoding="utf-8"))
    sealed = {entry["name"]: entry["sha256"] for entry in metadata["files"]}
    assert sealed == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.csv")}
