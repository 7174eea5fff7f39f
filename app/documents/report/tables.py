"""Lists of the report: places, counts, stated figures with numbered sources, conflicts, licences.

A table is its heads, its rows of texts, and the widths of its columns in parts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core import filters
from app.core.atlas import Atlas
from app.core.figures import BASIS_NAMES, KIND_NAMES
from app.core.view import View
from app.documents import exports
from app.documents.display_tables import VERDICT_SIGNS
from app.i18n.texts import text
from app.service.payload import DRAWN_BASE
from geo.frames import records
from layers.claims import VERDICTS
from layers.vocabulary import value_name

Row = dict[str, Any]
Cells = list[list[str]]
OFF = "–"


def table(head: Sequence[str], rows: Cells, widths: Sequence[float]) -> dict[str, Any]:
    """A table for the template."""
    return {"head": list(head), "rows": rows, "widths": list(widths)}


def places(atlas: Atlas, view: View) -> list[Row]:
    """Every place that is drawn, layer by layer from the top, in the order of the report's list."""
    shown = filters.shown(atlas, view)
    return [{**row, "layer": key} for key in reversed(shown) for row in shown[key]]


def places_table(atlas: Atlas, rows: Sequence[Row], lang: str) -> dict[str, Any]:
    """Number, name, layer, district and town, location and accuracy, sectors, id."""
    at = lang == "en"
    names = {code: pair[at] for code, pair in atlas.district_names.items()}
    titles = {key: (each.layer.title_zh, each.layer.title_en)[at] for key, each in atlas.loaded.items()}
    keys = ("rp_number", "col_name", "col_layer", "col_district", "col_town", "col_method", "col_sector", "col_id")
    cells = [
        [
            str(number),
            _name(row, lang),
            titles[row["layer"]],
            "、".join(names[code] for code in row["district_codes"] if code in names) or OFF,
            "、".join(row["towns"]),
            located(row, lang),
            "、".join(value_name("sectors", code)[at] for code in row["sectors"]),
            row["id"],
        ]
        for number, row in enumerate(rows, start=1)
    ]
    return table([text(key, lang) for key in keys], cells, (0.6, 4, 1.8, 1.4, 1.6, 1.7, 2.6, 1.1))


def located(row: Row, lang: str) -> str:
    """How a place is known, how well, and whether by memory alone."""
    accuracy = row["accuracy_m"]
    near = "" if accuracy is None or accuracy != accuracy else f" ±{accuracy:,.0f} m"  # noqa: PLR0124 - not a number
    doubt = " ?" if row.get("location_basis") == "memory" else ""
    return f"{value_name('location_method', row['location_method'])[lang == 'en']}{near}{doubt}"


def counts_table(atlas: Atlas, view: View) -> dict[str, Any]:
    """Places of every layer under the filters, drawn or not; simulated ones only if they are asked for."""
    lang = view.lang
    keys = ("col_layer", "col_kind", "col_kept", "col_all")
    cells = [
        [row[f"layer_{lang}"], text(row["data_kind"], lang), str(row["rows_kept"]), str(row["rows_all"])]
        for row in records(exports.counts(atlas, view))
        if row["data_kind"] != "modelled" or row["drawn"]
    ]
    return table([text(key, lang) for key in keys], cells, (4, 2, 2, 2))


def sources(figures: Sequence[Row], lang: str) -> dict[str, int]:
    """Citations in the order of their first use, with their numbers."""
    return {
        said: number for number, said in enumerate(dict.fromkeys(row[f"source_{lang}"] for row in figures), start=1)
    }


def figures_table(figures: Sequence[Row], numbers: Mapping[str, int], lang: str) -> dict[str, Any]:
    """Stated figures, each with the number of its source."""
    at = lang == "en"
    keys = (
        "col_id",
        "col_subject",
        "col_measure",
        "col_value",
        "col_semantics",
        "col_as_of",
        "col_check",
        "col_source",
    )
    cells = [
        [
            row["id"],
            row[f"subject_{lang}"],
            row[f"measure_{lang}"],
            row[f"value_{lang}"],
            f"{KIND_NAMES[row['semantics']][at]} · {BASIS_NAMES[row['basis']][at]}",
            " ".join(part for part in (row["as_of"], row[f"as_of_note_{lang}"]) if part),
            VERDICT_SIGNS.get(row["check"], ""),
            f"[{numbers[row[f'source_{lang}']]}]",
        ]
        for row in figures
    ]
    return table([text(key, lang) for key in keys], cells, (0.9, 2.4, 2.3, 3, 1.6, 2.7, 0.7, 0.7))


def check_signs(lang: str) -> str:
    """What the signs of the checks mean."""
    return "; ".join(f"{VERDICT_SIGNS[term.code]} {(term.name_zh, term.name_en)[lang == 'en']}" for term in VERDICTS)


def conflicts_table(atlas: Atlas, figures: Sequence[Row], rows: Sequence[Row], lang: str) -> dict[str, Any]:
    """Known conflicts of what is listed, with the rule by which the atlas shows one of the numbers."""
    named = dict.fromkeys(
        key for row in (*figures, *rows) for key in row["conflicts"] if key in atlas.evidence.conflicts
    )
    found = [atlas.evidence.conflicts[key] for key in sorted(named)]
    cells = [[each["id"], each[f"statement_{lang}"], each[f"rule_{lang}"]] for each in found]
    return table([text(key, lang) for key in ("col_id", "head_statement", "head_rule")], cells, (0.8, 6, 6))


def licences_table(atlas: Atlas, view: View) -> dict[str, Any]:
    """Who made each drawn layer, under which terms, and how."""
    lang, at = view.lang, view.lang == "en"
    keys = ("col_layer", "col_producer", "col_licence", "col_how", "col_accuracy_words")
    found: dict[tuple[str, ...], list[str]] = {}
    for key in (*DRAWN_BASE, *filters.shown(atlas, view)):
        if each := atlas.loaded.get(key):
            source = each.source
            said = (source.producer, source.licence, (source.method_zh, source.method_en)[at], source.accuracy)
            found.setdefault(said, []).append((each.layer.title_zh, each.layer.title_en)[at])
    cells = [["、".join(names) if lang == "zh" else ", ".join(names), *said] for said, names in found.items()]
    return table([text(key, lang) for key in keys], cells, (1.6, 2.4, 1.3, 5, 3.4))


def _name(row: Row, lang: str) -> str:
    own, other = (row["name_en"], row["name_zh"]) if lang == "en" else (row["name_zh"], "")
    return f"{own} {other}".strip()
