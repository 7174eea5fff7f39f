"""Build `data/figures/` and `data/documents.toml`: the stated figures and the proof of where they stand.

Values and pointers come from the evidence base (`facts.csv`, `external_facts.csv`, what `place_figures.py` proves of
the gazetteer) and the untouched documents; what was decided of a figure (measure, unit, basis, date, words) from
`tools/curation/`. No sentence of a document is written: a pointer is a list of [start, end] spans in Unicode code
points of the untouched UTF-8 file, half open; `passage_sha256` hashes the spans' text, joined, without white space.

Run by hand: `python tools/build_figures.py --facts PATH --sources PATH`.
"""

import argparse
import csv
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from metadata import write_metadata
from place_figures import place_facts

ROOT = Path(__file__).parents[1]
CURATION = ROOT / "tools" / "curation"
FOLDER = ROOT / "data" / "figures"
NUMBER = re.compile(r"-?\d+(\.\d+)?")
RANGE = re.compile(r"(\d+)-(\d+)")
ISO_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
LOWER_BOUND_WORDS, ABOUT_WORD = re.compile(r"余|超|逾|多|以上|将突破|上百"), "约"
LINES_WITHOUT_A_PLACE_ROW = {"G601M"}  # the mapped part of the motorway: drawn, but not a row of the gazetteer

Row = dict[str, str]


def words(text: str) -> tuple[str, ...]:
    """Split a list of names that is easier to read as one line of text."""
    return tuple(text.split())


COLUMNS = words(
    "id subject_id subject_zh subject_en scope district_code layer measure value low high qualifier text_zh text_en"
    " unit basis semantics as_of as_of_note_zh as_of_note_en published document source source_kind pointer"
    " passage_sha256 conflicts note_zh note_en"
)
OTHER_COLUMNS = {
    "measures": words("measure label_zh label_en description_zh description_en"),
    "conflicts": words("id topic_zh topic_en statement_zh statement_en rule_zh rule_en figures subjects kind status"),
    "claims": words("id kind numerator denominator printed relation printed_rounding second_printed note_zh note_en"),
    "milestones": words("id figure kind theme_zh theme_en label_zh label_en of"),
}
ALLOWED = {
    "scope": words("place district city region nation"),
    "layer": words("parks gmp g60 hub breakfast enterprises services institutions housing context land"),
    "qualifier": ("", *words("about at_least more_than range")),
    "unit": words("count mu m2 ha km2 m km cny_100m percent year month minute second person date mw kv rank none"),
    "basis": words("land floor unknown count money share length time date text power"),
    "semantics": words("stock annual cumulative target projection event rate attribute"),
    "source_kind": words("official official_copy press encyclopedia listing company journal plan_copy unnamed"),
}

DOCUMENT_KEYS = words("id file date title_zh title_en publisher_zh publisher_en date_basis_zh date_basis_en")
# fmt: off
DOCUMENTS = (
    ("D000", "000_e56cffc8e1b154ce.txt", "2021-10-14",
     "上海某日报版面合集，2021年10月14日：临港签约、可用空间、早餐工程等",
     "Pages of a Shanghai daily, 14 October 2021: Lin-gang signing, usable space, breakfast programme and more",
     "未写明（由内容看是本市日报）", "not stated (a daily of the city, judging by its contents)",
     "推定：版面没有印日期；文中“昨天”的早餐工程会议，另有报道在10月13日",
     "inferred: no date on the page; 'yesterday's' breakfast meeting is dated 13 October by another report"),
    ("D001", "001_ec529398d460bb70.txt", "2023-11-16",
     "松江某报版面合集，2023年11月：松江经开区生物医药、松江枢纽、量子密码联盟、就业政策等",
     "Pages of a Songjiang newspaper, November 2023: biomedicine in the ETDZ, the hub, G60 alliance, jobs",
     "未写明（由内容看是松江区的报纸）", "not stated (a newspaper of Songjiang District, judging by its contents)",
     "推定：版面没有印日期；现场采访在11月15日上午，取次日",
     "inferred: no date on the page; a site visit took place on 15 November, the day after is taken"),
    ("D002", "002_28aba8b5db378640.txt", "2023-03-05",
     "某报营商环境特刊第21版，2023年3月5日：金山区",
     "Special page 21 of a newspaper on the business climate, 5 March 2023: Jinshan District",
     "未写明（版面上没有报名）", "not stated (no newspaper's name on the page)",
     "印在版面上",
     "printed on the page"),
    ("D003", "003_b047e08d96cb7109.txt", "2025-04-22",
     "长宁区科学技术委员会答复政协提案（2025年第8号）：中山西路生命健康集群",
     "Reply of Changning's Science and Technology Commission to a proposal (2025, No. 8): Zhongshan West Road",
     "长宁区科学技术委员会", "Changning District Science and Technology Commission",
     "印在落款处",
     "printed at the end of the letter"),
    ("D004", "004_aa5ec314dbbf3ad5.txt", "2019-10-30",
     "上海某日报版面合集，2019年10月30日：政务终端、G60科创云廊、金山生物医药方案等",
     "Pages of a Shanghai daily, 30 October 2019: service terminals, G60 Cloud Corridor, Jinshan's biomedical plan",
     "未写明（由内容看是本市日报）", "not stated (a daily of the city, judging by its contents)",
     "推定：版面没有印日期；文中论坛10月29日开幕，取次日",
     "inferred: no date on the page; a forum in it opened on 29 October, the day after is taken"),
)
# fmt: on

ABOUT = {
    "title_zh": "文件所述数字、量的说明、矛盾、自查式与时间线",
    "title_en": "Stated figures, their measures, conflicts, self-checking claims and the time line",
    "producer": "This project, from five documents and from published pages named row by row",
    "citation": "Five documents (data/documents.toml) and the publications in the column `source`",
    "url": "",
    "licence": "Numbers and own words: as the project; the documents' texts are not included",
    "licence_url": "",
    "published": "2019-10-30 to 2025-04-22",
    "accessed": "2026-11-21",
    "source_crs": "",
    "accuracy": "As printed; bounds and doubts are kept in low, high, qualifier, conflicts and notes",
    "method_zh": "数字照文件所印，相对日期按文件日期换算；指针为未改动文件中的码位区间，散列去掉空白后计算",
    "method_en": "Numbers as printed, relative dates resolved by the document's date; pointers are code-point spans of"
    " the untouched file, hashed without white space",
    "attribution": "Stated figures: own compilation",
    "map_approval": "",
    "tool": "tools/build_figures.py",
}


def documents() -> list[Row]:
    """Return the documents as rows: what is known of each, in our own words."""
    return [dict(zip(DOCUMENT_KEYS, row, strict=True)) for row in DOCUMENTS]


class Page:
    """A document's untouched text, and where its non-blank characters stand."""

    def __init__(self, content: bytes) -> None:
        """Decode without touching line ends, so that offsets hold for the file itself."""
        self.text = content.decode("utf-8")
        self.places = [i for i, letter in enumerate(self.text) if not letter.isspace()]
        self.packed = "".join(self.text[i] for i in self.places)

    def line_of(self, offset: int) -> int:
        """Return the 1-based line in which a character stands."""
        return self.text.count("\n", 0, offset) + 1

    def find(self, quote: str, lines: tuple[int, int]) -> tuple[int, int]:
        """Return the one span within `lines` that holds the quote, white space ignored on both sides."""
        needle, spans = "".join(quote.split()), []
        at = self.packed.find(needle)
        while at >= 0:
            start, end = self.places[at], self.places[at + len(needle) - 1] + 1
            if lines[0] <= self.line_of(start) and self.line_of(end - 1) <= lines[1]:
                spans.append((start, end))
            at = self.packed.find(needle, at + 1)
        if not needle or len(spans) != 1:
            msg = f"passage found {len(spans)} times in lines {lines}"
            raise ValueError(msg)
        return spans[0]

    def line(self, number: int) -> tuple[int, int]:
        """Return the span of a whole line without the blanks at its ends."""
        inside = [i for i in self.places if self.line_of(i) == number]
        return inside[0], inside[-1] + 1


def passage_hash(text: str, spans: Iterable[Sequence[int]]) -> str:
    """SHA-256 of the spans' text, joined, with all white space removed."""
    passage = "".join(text[start:end] for start, end in spans)
    return hashlib.sha256("".join(passage.split()).encode()).hexdigest()


def read_rows(path: Path) -> list[Row]:
    """Read a CSV file with a header."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def write_rows(path: Path, rows: Iterable[Mapping[str, str]], *, columns: Sequence[str]) -> None:
    """Write rows with exactly these columns; a missing or unknown column raises."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            if set(row) != set(columns):
                msg = f"{path.name} {row.get('id')}: columns differ: {sorted(set(row) ^ set(columns))}"
                raise ValueError(msg)
            writer.writerow([row[column] for column in columns])


def numbers(fact: Row, choice: Row) -> Row:
    """Give value, low and high as text; the evidence base holds the number, the curation how to read it."""
    printed = choice["value"] or fact["value"]
    if choice["value"] not in fact["value"]:
        msg = f"{choice['id']}: the chosen number {choice['value']} does not stand in the evidence"
        raise ValueError(msg)
    if choice["qualifier"] == "range" and (span := RANGE.fullmatch(printed)):
        return {"value": "", "low": span[1], "high": span[2]}
    is_number = NUMBER.fullmatch(printed) and choice["unit"] not in ("date", "none")
    value = printed if is_number else ""
    low = value if choice["qualifier"] in ("more_than", "at_least") else ""
    return {"value": value, "low": low, "high": ""}


def check(row: Row, fact: Row, *, measures: set[str], places: set[str]) -> None:
    """Refuse a row that uses a word outside the lists, loses a bound, or says nothing."""
    faults = [column for column, allowed in ALLOWED.items() if row[column] not in allowed]
    lower, about = LOWER_BOUND_WORDS.search(fact["unit"]), ABOUT_WORD in fact["unit"]
    if lower and row["qualifier"] not in ("more_than", "at_least"):
        faults.append("qualifier: the evidence says a lower bound")
    if about and row["qualifier"] != "about":
        faults.append("qualifier: the evidence says about")
    if row["measure"] not in measures or row["subject_id"] not in {"", *places}:
        faults.append("measure or subject_id")
    if not ISO_DATE.fullmatch(row["as_of"]) and (row["document"] or row["as_of"]):
        faults.append("as_of")
    if bool(row["value"] or row["low"]) == bool(row["text_zh"] and row["text_en"]):
        faults.append("needs a number or words, not both")
    if faults:
        msg = f"{row['id']}: {faults}"
        raise ValueError(msg)


def locate(fact: Row, choice: Row, *, page: Page) -> tuple[str, str]:
    """Return pointer (JSON) and hash of a fact's passage; `extra_lines` comes first where a layout split a sentence."""
    first, last = (int(number) for number in fact["source_lines"].split("-"))
    try:
        spans = [page.line(int(number)) for number in choice["extra_lines"].split()]
        spans.append(page.find(fact["quote_zh"], (first, last)))
    except ValueError as error:
        msg = f"{fact['id']}: {error}"
        raise ValueError(msg) from error
    return json.dumps([list(span) for span in spans], separators=(",", ":")), passage_hash(page.text, spans)


def build_row(fact: Row, choice: Row, *, pages: Mapping[str, Page], conflicts: Sequence[Row]) -> Row:
    """Join evidence and decision to one figure."""
    document = next((each for each in documents() if each["file"] == fact.get("source_file")), None)
    touching = [row["id"] for row in conflicts if choice["id"] in row["figures"].split("|")]
    row = {key: text for key, text in choice.items() if key in COLUMNS}
    row |= numbers(fact, choice) | {"conflicts": "|".join(touching)}
    row |= {"document": "", "source": fact.get("source", ""), "pointer": "", "passage_sha256": ""}
    if document:
        pointer, digest = locate(fact, choice, page=pages[document["file"]])
        row |= {"document": document["id"], "published": document["date"]}
        row |= {"pointer": pointer, "passage_sha256": digest}
    return row


def check_links(figures: set[str], places: set[str], *, curated: Mapping[str, Sequence[Row]]) -> None:
    """Refuse a conflict, claim or milestone that names a figure, place or target we do not have."""
    conflicts, milestones = curated["conflicts"], curated["milestones"]
    named = {each for row in conflicts for each in row["figures"].split("|")} | {row["figure"] for row in milestones}
    columns = ("numerator", "denominator", "printed", "second_printed")
    named |= {row[column] for row in curated["claims"] for column in columns}
    named |= {each for row in curated["claims"] for each in re.findall(r"\b[FX]\d{3}\b", row["relation"])}
    subjects = {each for row in conflicts for each in row["subjects"].split("|")}
    wrong = {row["of"] for row in milestones} - {row["id"] for row in milestones if row["kind"] == "target"}
    if unknown := (named - figures | subjects - places | wrong) - {""}:
        msg = f"unknown figures, places or targets: {sorted(unknown)}"
        raise ValueError(msg)


def write_documents(path: Path, pages: Mapping[str, Page], contents: Mapping[str, bytes]) -> None:
    """Write `documents.toml`: what the documents are, and the hash that proves an untouched copy."""
    lines = []
    for document in documents():
        digest = hashlib.sha256(contents[document["file"]]).hexdigest()
        entry = {**document, "sha256": digest, "characters": len(pages[document["file"]].text)}
        lines += [
            "[[documents]]",
            *(f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in entry.items()),
            "",
        ]
    path.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")


def main() -> None:
    """Build everything, then seal the folder with its metadata."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=Path, required=True, help="folder of the evidence base: facts and gazetteer")
    parser.add_argument("--sources", type=Path, required=True, help="folder of the five untouched documents")
    paths = parser.parse_args()
    facts = {row["id"]: row for name in ("facts", "external_facts") for row in read_rows(paths.facts / f"{name}.csv")}
    facts |= place_facts(paths.facts)
    contents = {each["file"]: (paths.sources / each["file"]).read_bytes() for each in documents()}
    pages = {name: Page(content) for name, content in contents.items()}
    curated = {name: read_rows(CURATION / f"{name}.csv") for name in ("figures", *OTHER_COLUMNS)}
    measures = {each["measure"] for each in curated["measures"]}
    places = {row["id"] for row in read_rows(paths.facts / "gazetteer.csv")} | LINES_WITHOUT_A_PLACE_ROW
    figures = [
        build_row(facts[row["id"]], row, pages=pages, conflicts=curated["conflicts"]) for row in curated["figures"]
    ]
    for row in figures:
        check(row, facts[row["id"]], measures=measures, places=places)
    ids = [row["id"] for row in figures]
    left_out = sorted(set(facts) - set(ids))
    if len(ids) != len(set(ids)) or any(each.startswith("F") for each in left_out):
        msg = f"every fact needs exactly one decision; without: {left_out}"
        raise ValueError(msg)
    check_links(set(ids), places, curated=curated)
    write_rows(FOLDER / "figures.csv", figures, columns=COLUMNS)
    for name, columns in OTHER_COLUMNS.items():
        write_rows(FOLDER / f"{name}.csv", curated[name], columns=columns)
    write_metadata(FOLDER, ABOUT)
    write_documents(ROOT / "data" / "documents.toml", pages, contents)
    print({name: len(rows) for name, rows in curated.items()}, "left out:", left_out)


if __name__ == "__main__":
    main()
