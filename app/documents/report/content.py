"""What the report says, as JSON values for the template: every text in one language, every number in words."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.core import filters, land
from app.core.atlas import Atlas
from app.core.land import supply_line
from app.core.view import MODELLED, View
from app.documents import exports
from app.documents.report import numbers, symbols, tables
from app.documents.report.glyphs import held, printable
from app.documents.report.map_svg import draw
from app.i18n.texts import text
from app.service.payload import DRAWN_BASE
from layers.model import Layer, Style
from layers.vocabulary import LOCATION_METHODS, value_name

LANGUAGES = {"zh": ("zh", "cn"), "en": ("en", "gb")}
STATES_SHOWN = ("surveyed", "site", "town", "schematic")
MODELLED_SHOWN = "modelled"
PLAIN = Style(marker_color="#4a5568")


@dataclass(frozen=True, kw_only=True)
class Content:
    """The values of a report, and the signs that its font lacks."""

    data: dict[str, Any]
    missing: tuple[str, ...]


def content(atlas: Atlas, view: View) -> Content:
    """Gather the report of a view."""
    lang, missing = view.lang, set[str]()
    places = tables.places(atlas, view)
    order = {row["id"]: number for number, row in enumerate(places, start=1)}
    title = _title(atlas, view)
    figures = exports.figure_rows(atlas, view)
    sources = tables.sources(figures, lang)
    said = {
        "lang": LANGUAGES[lang][0],
        "region": LANGUAGES[lang][1],
        "title": title,
        "atlas": text("title", lang),
        "version": text("data_version", lang).format(version=atlas.data_version, date=atlas.data_date),
        "filter": [text("rp_filter", lang), _filter(atlas, view)],
        "warnings": [text("breakfast_status", lang), *_simulated(view)],
        "page": text("rp_page", lang),
        "nothing": text("rp_nothing", lang),
        "map": _map(atlas, view, order, title),
        "land": _land(atlas, view),
        "counts": [text("rp_counts", lang), tables.counts_table(atlas, view)],
        "nearby": numbers.nearby_part(atlas, view),
        "own": [text("tab_own", lang), numbers.user_layer_parts(atlas, view)],
        "places": [text("rp_places", lang), tables.places_table(atlas, places, lang)],
        "figures": [
            text("rp_figures", lang),
            f"{text('rp_figures_note', lang)} {tables.check_signs(lang)}",
            tables.figures_table(figures, sources, lang),
        ],
        "conflicts": [text("rp_conflicts", lang), tables.conflicts_table(atlas, figures, places, lang)],
        "sources": [text("rp_sources", lang), list(sources)],
        "method": [text("rp_method", lang), _method(atlas, view)],
        "licences": [text("rp_licences", lang), tables.licences_table(atlas, view)],
    }
    data = printable(said, held(), missing)
    lacking = tuple(sorted(missing))
    codes = " ".join(f"U+{ord(sign):04X}" for sign in lacking)
    data["missing"] = text("rp_missing", lang).format(signs=codes) if lacking else ""
    return Content(data=data, missing=lacking)


def _title(atlas: Atlas, view: View) -> str:
    if len(view.districts) != 1:
        return text("rp_of_view", view.lang)
    return text("rp_of_district", view.lang).format(district=atlas.district_names[view.districts[0]][view.lang == "en"])


def _filter(atlas: Atlas, view: View) -> str:
    """The filters in words."""
    at, lang = view.lang == "en", view.lang
    named = {
        "districts": [atlas.district_names[code][at] for code in view.districts],
        "sectors": [value_name("sectors", code)[at] for code in view.sectors],
        "towns": list(view.towns),
        "methods": [value_name("location_method", code)[at] for code in view.methods],
    }
    parts = [f"{text(key, lang)}: {', '.join(names)}" for key, names in named.items() if names]
    parts += [text("coarse", lang)] if view.coarse else []
    return "; ".join(parts) or text("rp_no_filter", lang)


def _simulated(view: View) -> list[str]:
    return [text("simulated", view.lang)] if set(MODELLED) & set(view.layers) else []


def _map(atlas: Atlas, view: View, order: dict[str, int], title: str) -> dict[str, Any]:
    lang, at = view.lang, view.lang == "en"
    drawing = draw(atlas, view, order)
    drawn = [each for each in DRAWN_BASE if each in atlas.loaded] + list(filters.shown(atlas, view))
    credited = "; ".join(atlas.loaded[key].source.attribution for key in drawn)
    credits_ = dict.fromkeys(each.strip() for each in re.split("[;·]", credited) if each.strip())
    approvals = dict.fromkeys(atlas.loaded[key].source.map_approval for key in drawn)
    methods = {term.code: (term.name_zh, term.name_en)[at] for term in LOCATION_METHODS}
    shown = [*STATES_SHOWN, *([MODELLED_SHOWN] if _simulated(view) else [])]
    return {
        "heading": text("rp_map", lang),
        "svg": drawing.svg,
        "alt": text("rp_map_alt", lang).format(title=title, n=len(order)),
        "width": drawing.width_mm,
        "height": drawing.height_mm,
        "labels": list(drawing.labels),
        "scale_mm": drawing.scale_mm,
        "scale": text("rp_km", lang).format(n=f"{drawing.scale_km:g}"),
        "legend": [
            _entry(_picture(atlas.loaded[key].layer), f"{(layer.title_zh, layer.title_en)[at]} ({len(rows)})", lang)
            for key, rows in filters.shown(atlas, view).items()
            if rows and (layer := atlas.loaded[key].layer)
        ],
        "states_heading": text("rp_legend_state", lang),
        "states": [_entry(symbols.alone(PLAIN, code), methods[code], lang) for code in shown],
        "note": text("rp_map_note", lang).format(unlabelled=drawing.unlabelled, outside=drawing.outside),
        "credit": f"{text('rp_credit', lang)}: {' · '.join(credits_)}",
        "approval": " ".join(text("rp_approval", lang).format(number=each) for each in approvals if each),
    }


def _entry(svg: str, name: str, lang: str) -> dict[str, str]:
    return {"svg": svg, "name": name, "alt": text("rp_symbol_of", lang).format(name=name)}


def _picture(layer: Layer) -> str:
    return symbols.alone(layer.style, MODELLED_SHOWN if layer.role == "modelled" else "surveyed")


def _land(atlas: Atlas, view: View) -> dict[str, Any]:
    lang = view.lang
    sums = land.total(atlas, view)
    unknown = f"{np.nan_to_num(sums['gmp_unknown_m2']):,.0f}"
    notes = [text("supply_note", lang), text("extent_note", lang), text("floor_note", lang).format(unknown=unknown)]
    compared = land.outlines_compared(atlas, view)
    return {
        "heading": text("rp_land", lang),
        "supply": supply_line(atlas, lang),
        "kinds": text("rp_kinds", lang),
        "table": numbers.land_part(atlas, view, sums),
        "outlines": [text("tab_outlines", lang), numbers.outlines_part(atlas, compared, lang)],
        "notes": notes,
    }


def _method(atlas: Atlas, view: View) -> list[str]:
    lang = view.lang
    keys = ("rp_method_kinds", "rp_method_place", "rp_method_times", "outlines_note")
    report = [text(key, lang) for key in keys]
    failed = [f"{key}: {fault.message}" for key, fault in sorted(atlas.failed.items())]
    return [*report, text("method_link", lang), *failed]
