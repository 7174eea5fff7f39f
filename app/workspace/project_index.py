"""`atlas.json` of a project file: the view, and of every layer how it is read, whence it comes and what was told of it.

It may come from anybody. What is read is held against the shape that this file writes, and nothing else is taken.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.i18n.import_texts import ISSUES
from app.importers.issues import DOUBTFUL, NOTE, QUARANTINED, REPAIRED, RefusedError, issue, refusal
from app.workspace.session_layers import MOST_LAYERS
from app.workspace.user_layer import Origin
from geo.datum.systems import HYPOTHESES
from geo.errors import ParameterError

NAME = "atlas.json"
FORMAT, VERSION = "shanghai-atlas-project", 1
MOST_BYTES = 1 << 20
DEPTH = 8  # of brackets; the shape has 6
LONGEST = 1_000  # characters of a title, a file's name, an attribution
MOST_COUNTED, MOST_PARTS = 10**9, 50
MOST_ISSUES = 5_000  # of all layers together; the rest is counted
SEVERITIES = {NOTE, DOUBTFUL, REPAIRED, QUARANTINED}
STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')
IDS, VERSIONS, SHA256 = re.compile(r"own[1-9]\d{0,6}"), re.compile(r"[\w.-]{1,30}"), re.compile(r"[0-9a-f]{64}")
UNREADABLE = (json.JSONDecodeError, UnicodeDecodeError, ValueError)  # the last: a number of too many digits
WHOLE = {"format": str, "version": int, "data_version": str, "view": str, "layers": list}
LAYER = {"id": str, "parts": int, "row_column": str, "reading": dict, "origin": dict, "told": dict}
ORIGIN = {"file": str, "sha256": str, "datum": str, "by_user": bool, "attribution": str, "licence": str}
COUNTS = {"rows": int, "set_aside": int, "features": int, "issues_left_out": int}
REPORT = {"name": str, **COUNTS, "crs": str, "datum": dict, "issues": list}
CRS_GUESS = {"best": str, "margin": float, "sure": bool, "by_user": bool}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One layer.

    Attributes
    ----------
    id
        As it was in the session that saved it.
    row_column
        The column of its GeoJSON that holds the rows' first numbers.
    column_mapping
        To be held against its columns by `app.workspace.column_mapping.column_mapping`.
    report
        What was said when the file first came: as `Imported.report` of `app.importers.import_file`, and
        ``issues_left_out``.
    parts
        How many files its rows are in: the import takes no file of any size.
    """

    id: str
    row_column: str
    column_mapping: dict[str, Any]
    origin: Origin
    report: dict[str, Any]
    parts: int = 1

    @property
    def members(self) -> tuple[str, ...]:
        """Names of its GeoJSON in the project file."""
        more = tuple(f"layers/{self.id}-{part}.geojson" for part in range(2, self.parts + 1))
        return (f"layers/{self.id}.geojson", *more)


@dataclass(frozen=True, kw_only=True)
class Index:
    """All that ``atlas.json`` says.

    Attributes
    ----------
    view
        A URL query, without the session's token.
    """

    data_version: str
    view: str
    layers: tuple[Entry, ...]


def spelled(index: Index) -> bytes:
    """An index as JSON: of the issues as many rows as there is room for, the others counted.

    Raises
    ------
    ParameterError
        If it is too large, or would be refused when it comes back.
    """
    most = MOST_ISSUES // max(len(index.layers), 1)
    content = _spelled(index, most)
    while len(content) > MOST_BYTES and most:
        most //= 2
        content = _spelled(index, most)
    try:
        parsed(content)
    except RefusedError as fault:
        hint = "Give shorter names, or remove a layer."
        raise ParameterError(fault.message, code="own_project_large", where=NAME, hint=hint) from fault
    return content


def parsed(content: bytes) -> Index:
    """The index that a project file holds.

    Raises
    ------
    RefusedError
        If it is not exactly of the shape that `spelled` writes, or of another version.
    """
    if len(content) > MOST_BYTES:
        raise refusal(code="own_project", where=NAME, reason=f"{len(content)} bytes, at most {MOST_BYTES}")
    document = _json(content)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise refusal(code="own_project", where=NAME, reason="it is of no project of this atlas")
    if document.get("version") != VERSION:
        reason = f"this atlas reads version {VERSION}"
        raise refusal(code="own_project_version", where=document.get("version"), reason=reason)
    _require(document, WHOLE, "")
    _require_that(VERSIONS.fullmatch(document["data_version"]), "data_version")
    _require_that(0 < len(document["layers"]) <= MOST_LAYERS, "layers")
    layers = tuple(_entry(each, f"layers[{at}]") for at, each in enumerate(document["layers"]))
    _require_that(len({each.id for each in layers}) == len(layers), "layers: id")
    return Index(data_version=document["data_version"], view=document["view"], layers=layers)


def _spelled(index: Index, most: int) -> bytes:
    layers = [
        {
            "id": each.id, "parts": each.parts, "row_column": each.row_column, "reading": each.column_mapping,
            "origin": asdict(each.origin), "told": _shortened(each.report, most),
        }
        for each in index.layers
    ]  # fmt: skip
    document = {
        "format": FORMAT, "version": VERSION, "data_version": index.data_version, "view": index.view, "layers": layers,
    }  # fmt: skip
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode("utf-8", "replace")


def _shortened(report: dict[str, Any], most: int) -> dict[str, Any]:
    """What was told, with at most so many issues; their words are the program's own and are not kept."""
    kept = [[each[key] for key in ("row", "column", "code", "severity", "value")] for each in report["issues"][:most]]
    left_out = report.get("issues_left_out", 0) + len(report["issues"]) - len(kept)
    whole = {**report, "issues": kept, "issues_left_out": left_out}
    return {key: whole[key] for key in REPORT}


def _json(content: bytes) -> Any:  # noqa: ANN401 - any JSON value
    try:
        text = content.decode("utf-8")
        _require_shallow(text)
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except UNREADABLE as fault:
        raise refusal(code="import_broken", where=NAME, reason=f"it is no JSON ({fault})") from fault


def _require_shallow(text: str) -> None:
    """Refuse brackets in brackets without end before the parser follows them; the process is shared by all users."""
    depth = 0
    for sign in re.findall(r"[\[\]{}]", STRINGS.sub("", text)):
        depth += 1 if sign in "[{" else -1
        if depth > DEPTH:
            raise refusal(code="import_deep", where=NAME, reason=f"more than {DEPTH} levels")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built = dict(pairs)
    if len(built) < len(pairs):
        raise refusal(code="import_double_key", where=NAME, reason="which of the two values holds is not told")
    return built


def _no_number(word: str) -> float:
    raise refusal(code="import_broken", where=NAME, reason=f"{word} is no number")


def _entry(report: Any, where: str) -> Entry:  # noqa: ANN401 - a JSON value
    _require(report, LAYER, where)
    _require_that(IDS.fullmatch(report["id"]), f"{where}.id")
    _require_that(1 <= report["parts"] <= MOST_PARTS, f"{where}.parts")
    origin = report["origin"]
    _require(origin, ORIGIN, f"{where}.origin")
    _require_that(SHA256.fullmatch(origin["sha256"]), f"{where}.origin.sha256")
    _require_that(origin["datum"] in HYPOTHESES, f"{where}.origin.datum")
    words: dict[str, Any] = {key: _words(each) if isinstance(each, str) else each for key, each in origin.items()}
    column_mapping = {key: _words(value) if key == "title" else value for key, value in report["reading"].items()}
    return Entry(
        id=report["id"], row_column=report["row_column"], column_mapping=column_mapping, origin=Origin(**words),
        report=_report(report["told"], f"{where}.told"), parts=report["parts"],
    )  # fmt: skip


def _report(report: Any, where: str) -> dict[str, Any]:  # noqa: ANN401
    _require(report, REPORT, where)
    _require_that(all(0 <= report[key] <= MOST_COUNTED for key in COUNTS), where)
    _require_that(report["rows"] == report["features"] + report["set_aside"], f"{where}.rows")
    _require(report["datum"], CRS_GUESS, f"{where}.datum")
    _require_that(abs(report["datum"]["margin"]) <= MOST_COUNTED, f"{where}.datum.margin")
    issues = [_issue(each, report["rows"], f"{where}.issues") for each in report["issues"]]
    return {**report, "name": _words(report["name"]), "crs": _words(report["crs"]), "issues": issues}


def _issue(report: Any, rows: int, where: str) -> dict[str, Any]:  # noqa: ANN401
    _require_that(isinstance(report, list) and [type(each) for each in report] == [int, str, str, str, str], where)
    row, column, code, severity, value = report
    _require_that(0 <= row <= rows and code in ISSUES and severity in SEVERITIES, where)
    return asdict(issue(row, code, severity, value, column=column))


def _require(report: Any, shape: Mapping[str, type], where: str) -> None:  # noqa: ANN401
    """Refuse what is no object of exactly these keys and kinds."""
    _require_that(isinstance(report, dict) and set(report) == set(shape), where or NAME)
    for key, kind in shape.items():
        _require_that(type(report[key]) is kind or (kind is float and type(report[key]) is int), f"{where}.{key}")


def _require_that(holds: object, where: str) -> None:
    if not holds:
        raise refusal(code="own_project", where=where, reason="it is not as a project of this atlas has it")


def _words(value: Any) -> str:  # noqa: ANN401
    """A text of the file, printable."""
    _require_that(isinstance(value, str) and len(value) <= LONGEST, str(value))
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in value)
