"""The page's tables as plain rows: cells that sort, and what a click on a row opens."""

from dataclasses import asdict
from typing import Any

import pandas as pd

from app.analysis import proximity
from app.core import land, quality
from app.core.atlas import Atlas
from app.core.land import supply_line
from app.core.view import View
from app.documents import exports
from app.documents.display_tables import (
    WHOLE,
    NumberFormats,
    Table,
    figures_table,
    in_language,
    land_table,
    nearby_table,
    number_format,
    places_table,
)
from app.i18n.texts import text
from geo.geojson import plain
from layers import PLACES

LANGUAGES = ("zh", "en")
LAND_NOTES = ("supply_note", "extent_note")


def tables(atlas: Atlas, view: View) -> list[dict[str, Any]]:
    """All tables of the file.

    A table has an id, a ``note`` in both languages, ``live`` (its rows follow the map's filters), ``keys`` (what
    each row opens: a place, a district, a figure, or nothing) and for each language head, rows and number formats.
    """
    # every place, switched on or not: the file's user may switch them
    everything = View(layers=tuple(layer.id for layer in PLACES), coarse=view.coarse)
    by_district, total = land.by_district(atlas, everything), land.total(atlas, everything)
    sites = exports.nearby(atlas, everything)
    places = exports.places(atlas, everything)
    figures = pd.DataFrame(exports.figure_rows(atlas, everything))
    conflicts = quality.conflicts(atlas)
    notes = {
        "land": [" ".join((supply_line(atlas, lang), *(text(key, lang) for key in LAND_NOTES))) for lang in LANGUAGES],
        "nearby": [
            text("nearby_note", lang).format(known=proximity.known_in_words(atlas, lang, coarse=view.coarse))
            for lang in LANGUAGES
        ],
        "places": [text("places_note", lang) for lang in LANGUAGES],
    }
    found = [
        _table("land", [{"district": code} for code in by_district["district_code"]] + [{}], live=False,
               both=[land_table(by_district, total, lang) for lang in LANGUAGES]),
        _table("nearby", _places(sites), live=True, both=[nearby_table(sites, atlas, lang) for lang in LANGUAGES]),
        _table("places", _places(places), live=True, both=[places_table(places, atlas, lang) for lang in LANGUAGES]),
        _table("figures", [{"figure": key} for key in figures["id"]], live=False,
               both=[(figures_table(figures, atlas, lang), {}) for lang in LANGUAGES]),
        _table("conflicts", [{}] * len(conflicts), live=False,
               both=[(in_language(conflicts, lang), {}) for lang in LANGUAGES]),
    ]  # fmt: skip
    return [{**table, "note": notes.get(table["id"], ["", ""])} for table in found]


def _places(rows: pd.DataFrame) -> list[dict[str, str]]:
    return [{"layer": layer, "id": key} for layer, key in zip(rows["layer"], rows["id"], strict=True)]


def _table(name: str, keys: list[dict[str, str]], *, live: bool, both: list[Table]) -> dict[str, Any]:
    return {"id": name, "live": live, "keys": keys, "in": [_in_words(frame, config) for frame, config in both]}


def _in_words(frame: pd.DataFrame, config: NumberFormats) -> dict[str, Any]:
    rows = [[_cell(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    return {"head": [str(name) for name in frame.columns], "rows": rows, "formats": [
        _format(config.get(str(name), WHOLE), [row[at] for row in rows]) for at, name in enumerate(frame.columns)
    ]}  # fmt: skip


def _cell(value: Any) -> Any:  # noqa: ANN401 - a cell of any dtype
    kept = plain(value)
    return ", ".join(str(each) for each in kept) if isinstance(kept, list) else kept


def _format(style: str, cells: list[Any]) -> dict[str, Any] | None:
    """Digits, sign and percent of a number column; None for text."""
    return asdict(number_format(style)) if any(isinstance(cell, int | float) for cell in cells) else None
