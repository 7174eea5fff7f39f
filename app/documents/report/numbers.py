"""Land and distances of the report as tables of texts, from the functions that serve the page."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from app.analysis import proximity
from app.core import filters, land
from app.core.atlas import Atlas
from app.core.view import View
from app.documents.display_tables import (
    WHOLE,
    NumberFormat,
    Table,
    land_sheet,
    land_table,
    medians_sheet,
    number_format,
    outlines_table,
    target_name,
)
from app.documents.report.tables import OFF, located, table
from app.i18n.texts import text
from app.service.cache import distances, of_session
from app.service.user_proximity import user_proximity_districts
from app.workspace.land import user_land, user_land_by_sector
from geo.frames import records

WIDE = 3  # up to so many districts a table reads better with its districts as columns


def land_part(atlas: Atlas, view: View, sums: dict[str, Any]) -> dict[str, Any]:
    """Land of the chosen districts, or of all 16, then the union total."""
    districts = land.by_district(atlas, view)
    if view.districts:
        districts = districts[districts["district_code"].isin(view.districts)].reset_index(drop=True)
    head, rows = in_texts(land_table(districts, sums, view.lang))
    if len(districts) == 1:
        rows = rows[:1]  # the total of one district is that district
    if len(rows) <= WIDE:
        columns = list(zip(head, *rows, strict=True))
        return table(columns[0], [list(column) for column in columns[1:]], (3, *[2] * len(rows)))
    return table(head, rows, (1.6, *[1] * (len(head) - 1)))


def outlines_part(atlas: Atlas, compared: pd.DataFrame, lang: str) -> dict[str, Any]:
    """Measured outlines beside the published areas."""
    head, rows = in_texts(outlines_table(compared, atlas, lang))
    return table(head, rows, (4, 2, 2, 2))


def nearby_part(atlas: Atlas, view: View) -> dict[str, Any]:
    """Every park and GMP site: distances to all targets, and known places within each radius."""
    lang = view.lang
    sites = records(filters.of_table(atlas, distances(coarse=view.coarse), view))
    measured = [row for row in sites if row["measured"]]
    layers = {proximity.target_layer(key) for key in proximity.TARGETS}
    names = {row["id"]: row[f"name_{lang}"] for layer_id in layers for row in atlas.records(layer_id)}
    targets = {key: target_name(key, lang) for key in proximity.TARGETS}
    counted = [key for key, declared in proximity.TARGETS.items() if declared.counted]
    name, method = text("col_name", lang), text("col_method", lang)
    rows = [
        [row[f"name_{lang}"], located(row, lang), *(_distance(row, key, names) for key in targets)] for row in measured
    ]
    within = [[row[f"name_{lang}"], *(_within(row, key) for key in counted)] for row in measured]
    known = proximity.known_in_words(atlas, lang, coarse=view.coarse)
    return {
        "heading": text("rp_nearby", lang),
        "note": text("nearby_note", lang).format(known=known),
        "cell": text("rp_nearby_cell", lang),
        "table": table([name, method, *targets.values()], rows, (2.6, 1.5, *[2] * len(targets))),
        "within_heading": text("rp_within", lang),
        "within_note": text("rp_within_note", lang),
        "within": table([name, *(targets[key] for key in counted)], within, (3, *[2] * len(counted))),
        "left_out": text("nearby_left_out", lang).format(n=len(sites) - len(measured)),
    }


def user_layer_parts(atlas: Atlas, view: View) -> list[dict[str, Any]]:
    """Land and medians of the layers of the user; none for an atlas without them."""
    if not atlas.user_layers:
        return []
    lang = view.lang
    medians, config = medians_sheet(user_proximity_districts(atlas, view), atlas, lang)
    shares = [name for name in medians.columns if config.get(str(name), "").endswith("%%")]
    made = {
        "own_land": (text("own_land_note", lang), land_sheet(of_session(user_land, atlas, view), "district", lang)),
        "own_sectors": (
            text("own_sectors_note", lang), land_sheet(of_session(user_land_by_sector, atlas, view), "sector", lang)
        ),
        "own_nearby_districts": (text("rp_own_medians", lang), (medians.drop(columns=shares), config)),
    }  # fmt: skip
    parts = []
    for name, (note, sheet) in made.items():
        head, rows = in_texts(sheet)
        widths = (2.4, 1.4, *[1] * (len(head) - 2))
        parts.append({"heading": text(name, lang), "note": note, "table": table(head, rows, widths)})
    return parts


def in_texts(made: Table) -> tuple[list[str], list[list[str]]]:
    """A table of the page with its numbers in words, by the page's own formats."""
    frame, config = made
    styles = [number_format(config.get(str(column), WHOLE)) for column in frame.columns]
    rows = [
        [_cell(value, style) for value, style in zip(row, styles, strict=True)]
        for row in frame.itertuples(index=False, name=None)
    ]
    return [str(column) for column in frame.columns], rows


def _cell(value: Any, style: NumberFormat) -> str:  # noqa: ANN401 - a cell of any dtype
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return OFF
    return f"{float(value):{'+' if style.sign else ''},.{style.digits}f}{'%' if style.percent else ''}"


def _distance(row: dict[str, Any], target: str, names: dict[str, str]) -> str:
    best, low, high = _km(row[f"{target}_{part}"] for part in ("m", "min_m", "max_m"))
    return OFF if best == OFF else f"{best} ({low}–{high}) {names.get(row[f'{target}_id'], '')}".strip()


def _km(metres: Iterable[Any]) -> list[str]:
    return [OFF if pd.isna(value) else f"{float(value) / 1_000:.2f}" for value in metres]


def _within(row: dict[str, Any], target: str) -> str:
    parts = []
    for radius in proximity.RADII_M:
        sure, best, possible = (row[f"{target}_{kind}_{radius}"] for kind in ("sure", "best", "possible"))
        parts.append(OFF if pd.isna(best) else f"{best:.0f} ({sure:.0f}–{possible:.0f})")
    return " / ".join(parts)
