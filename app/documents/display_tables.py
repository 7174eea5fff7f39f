"""Tables as people read them: columns named in one language, numbers rounded and formatted, still sortable."""

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from app.analysis import proximity
from app.core import land
from app.core.atlas import Atlas
from app.core.figures import BASIS_NAMES, KIND_NAMES
from app.i18n.texts import text
from layers.claims import VERDICTS
from layers.vocabulary import LOCATION_METHODS, value_name

NumberFormats = dict[str, str]  # heading of a column of numbers -> how it is printed: %,.0f  %.2f  %+.1f%%
Table = tuple[pd.DataFrame, NumberFormats]
FORMAT = re.compile(r"%(?P<sign>\+?),?\.(?P<digits>\d)f(?P<percent>%%)?")
WHOLE = "%,.0f"
LAND_COLUMNS = {
    "rows": "own_count", "stated_land_mu": "own_stated_land", "stated_floor_m2": "own_stated_floor",
    "stated_unknown_m2": "own_stated_unknown", "outlines": "own_outlines", "outline_mu": "own_outline_mu",
}  # fmt: skip
TENTHS = "%,.1f"
VERDICT_SIGNS = {"pass": "✓", "differs": "✗", "implied_only": "≈"}


@dataclass(frozen=True, kw_only=True)
class NumberFormat:
    """How a number is printed: decimals, whether a plus is shown, whether a percent sign follows."""

    digits: int
    sign: bool
    percent: bool


def number_format(given: str) -> NumberFormat:
    """Read a format of `NumberFormats`.

    Raises
    ------
    ValueError
        If it is none that the tables use.
    """
    match = FORMAT.fullmatch(given)
    if match is None:
        msg = f"no number format is written {given!r}"
        raise ValueError(msg)
    return NumberFormat(digits=int(match["digits"]), sign=bool(match["sign"]), percent=bool(match["percent"]))


def land_table(table: pd.DataFrame, total: dict[str, Any], lang: str) -> Table:
    """Land by district: always 16 rows, then the union total."""
    rows = land.with_total(table, total, of="district")
    rows["land_supply"] = rows["land_supply"].map({"not_published": text("not_published", lang)}).fillna("")
    rows["outline_mu"] = rows["outline_m2"] * 3 / 2_000
    return _named(
        rows, lang,
        {
            _name("district", lang): "col_district", "land_supply": "col_supply", "parks": "col_parks",
            "parks_counted": "col_counted", "park_extent_mu": "col_extent_mu", "park_extent_ha": "col_extent_ha",
            "park_extent_m2": "col_extent_m2", "outline_mu": "col_outline_mu", "gmp_sites": "col_gmp",
            "gmp_floor_m2": "col_floor", "gmp_floor_built_m2": "col_floor_built", "gmp_unknown_m2": "col_unknown",
        },
    )  # fmt: skip


def sector_table(table: pd.DataFrame, total: dict[str, Any], lang: str) -> Table:
    """Published extent by sector, then the union total: the rows overlap."""
    rows = land.with_total(table, total, of="sector")
    return _named(
        rows, lang,
        {
            _name("sector", lang): "col_sector", "parks": "col_parks", "parks_counted": "col_counted",
            "park_extent_mu": "col_extent_mu", "park_extent_ha": "col_extent_ha", "park_extent_m2": "col_extent_m2",
        },
    )  # fmt: skip


def nearby_table(sites: pd.DataFrame, atlas: Atlas, lang: str) -> Table:
    """Every site with its nearest known targets: best, range, and how many lie within 1, 3 and 5 km."""
    names = _place_names(atlas, lang)
    out = pd.DataFrame({text("col_name", lang): sites[_name("name", lang)]})
    out[text("col_method", lang)] = [
        value_name("location_method", code)[lang == "en"] for code in sites["location_method"]
    ]
    out[text("col_accuracy", lang)] = sites["accuracy_m"]
    config = {text("col_accuracy", lang): WHOLE}
    for target, declared in proximity.TARGETS.items():
        called = target_name(target, lang)
        for key, column in (("col_best", "m"), ("col_least", "min_m"), ("col_most", "max_m")):
            name = text(key, lang).format(target=called)
            out[name] = sites[f"{target}_{column}"] / 1_000
            config[name] = "%.2f"
        if not declared.counted:
            continue
        out[text("col_nearest", lang).format(target=one_of(target, lang))] = [
            names.get(key, "") for key in sites[f"{target}_id"]
        ]
        for radius in proximity.RADII_M:
            out[text("col_within", lang).format(target=called, radius=radius // 1_000)] = [
                "" if pd.isna(best_count) else f"{sure:.0f} / {best_count:.0f} / {possible:.0f}"
                for sure, best_count, possible in sites[
                    [f"{target}_{kind}_{radius}" for kind in ("sure", "best", "possible")]
                ].itertuples(index=False)
            ]
    return out, config


def nearby_district_table(table: pd.DataFrame, lang: str) -> Table:
    """Medians and shares by district with n."""
    if table.empty:
        return pd.DataFrame(), {}
    out = pd.DataFrame({text("col_district", lang): table[_name("district", lang)], text("col_n", lang): table["n"]})
    config = {}
    for target, declared in proximity.TARGETS.items():
        called = target_name(target, lang)
        median = text("col_median", lang).format(target=called)
        out[median] = table[f"{target}_median_m"] / 1_000
        config[median] = "%.2f"
        for radius in proximity.RADII_M if declared.counted else ():
            share = text("col_share", lang).format(target=called, radius=radius // 1_000)
            out[share] = table[f"{target}_share_{radius}"] * 100
            config[share] = "%.0f%%"
    return out, config


def places_table(rows: pd.DataFrame, atlas: Atlas, lang: str) -> Table:
    """One row per place on the map."""
    at = lang == "en"
    titles = {key: (each.layer.title_zh, each.layer.title_en)[at] for key, each in atlas.loaded.items()}
    districts = {code: names[at] for code, names in atlas.district_names.items()}
    out = pd.DataFrame(
        {
            text("col_name", lang): rows[_name("name", lang)],
            text("col_layer", lang): [titles[key] for key in rows["layer"]],
            text("col_kind", lang): rows["data_kind"].map(_data_kinds(lang)),
            text("col_district", lang): [districts.get(code, "") for code in rows["district_code"]],
            text("col_town", lang): ["、".join(towns) for towns in rows["towns"]],
            text("col_sector", lang): [
                "、".join(value_name("sectors", code)[at] for code in codes) for codes in rows["sectors"]
            ],
            text("col_method", lang): [value_name("location_method", code)[at] for code in rows["location_method"]],
            text("col_accuracy", lang): pd.to_numeric(rows["accuracy_m"]),
            text("col_id", lang): rows["id"],
        }
    )
    return out, {text("col_accuracy", lang): WHOLE}


def counts_table(table: pd.DataFrame, lang: str) -> Table:
    """Places by layer under the filters; simulated points are marked as such."""
    rows = table.assign(kind=table["data_kind"].map(_data_kinds(lang)))
    columns = {
        _name("layer", lang): "col_layer",
        "kind": "col_kind",
        "rows_kept": "col_kept",
        "rows_all": "col_all",
        "drawn": "col_drawn",
    }
    return _named(rows, lang, columns)


def figures_table(rows: pd.DataFrame, atlas: Atlas, lang: str) -> pd.DataFrame:
    """Stated figures as people read them."""
    at = lang == "en"
    if rows.empty:
        return pd.DataFrame()
    districts = {code: names[at] for code, names in atlas.district_names.items()}
    return pd.DataFrame(
        {
            text("col_id", lang): rows["id"],
            text("col_subject", lang): rows[_name("subject", lang)],
            text("col_measure", lang): rows[_name("measure", lang)],
            text("col_value", lang): rows[_name("value", lang)],
            text("col_semantics", lang): [KIND_NAMES[code][at] for code in rows["semantics"]],
            text("col_basis", lang): [BASIS_NAMES[code][at] for code in rows["basis"]],
            text("col_as_of", lang): rows["as_of"],
            text("col_published", lang): rows["published"],
            text("col_district", lang): [districts.get(code, "") for code in rows["district_code"]],
            text("col_source", lang): rows[_name("source", lang)],
            text("col_check", lang): [_verdict_badge(code, lang) for code in rows["check"]],
            text("col_conflicts", lang): [", ".join(codes) for codes in rows["conflicts"]],
        }
    )


def _verdict_badge(code: str, lang: str) -> str:
    """A claim's verdict with a sign; empty where nothing was computed again."""
    names = {term.code: (term.name_zh, term.name_en)[lang == "en"] for term in VERDICTS}
    return f"{VERDICT_SIGNS[code]} {names[code]}" if code else ""


def tree_table(rows: pd.DataFrame, lang: str) -> Table:
    """A total as a tree: indented names, amounts, whether counted, why."""
    shown = rows.assign(sign=rows["counted"].map({True: "＋", False: "－"}))
    columns = {
        "sign": "col_counted_sign",
        _name("name", lang): "col_name",
        "value_mu": "col_extent_mu",
        "value_m2": "col_area_m2",
        _name("reason", lang): "col_reason",
        "figure": "col_source",
    }
    frame, config = _named(shown, lang, columns)
    return frame.dropna(axis="columns", how="all"), config


def in_language(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """A table without the columns of the other language, and with named columns."""
    other, own = ("_zh", "_en") if lang == "en" else ("_en", "_zh")
    names = {str(column) for column in table.columns}
    # a code whose words stand beside it is left out
    kept = table[[name for name in table.columns if not str(name).endswith(other) and f"{name}{own}" not in names]]
    methods = {term.code: (term.name_zh, term.name_en)[lang == "en"] for term in LOCATION_METHODS}
    return kept.rename(columns=lambda name: methods.get(name) or _heading(str(name).removesuffix(own), lang))


def _heading(name: str, lang: str) -> str:
    return text(f"head_{name}", lang)


def outlines_table(table: pd.DataFrame, atlas: Atlas, lang: str) -> Table:
    """Measured beside published extent, with the difference."""
    named = table.assign(name=[_place_names(atlas, lang).get(key, key) for key in table["park_id"]])
    named["difference"] = named["difference_share"] * 100
    frame, config = _named(
        named, lang,
        {
            "name": "col_name", "measured_mu": "col_measured_mu", "published_mu": "col_published_mu",
            "difference": "col_difference",
        },
    )  # fmt: skip
    return frame, {**config, text("col_difference", lang): "%+.1f%%"}


def land_sheet(table: pd.DataFrame, by: str, lang: str) -> Table:
    """Land of user layers by ``district`` or ``sector``."""
    at = "en" if lang == "en" else "zh"
    named = {f"layer_{at}": "col_layer", f"{by}_{at}": f"col_{by}", **LAND_COLUMNS}
    shown = table[list(named)].rename(columns={name: text(word, lang) for name, word in named.items()})
    styles = {name: "%,.0f" if name in {"rows", "outlines"} else TENTHS for name in LAND_COLUMNS}
    return shown, {text(LAND_COLUMNS[name], lang): style for name, style in styles.items()}


def medians_sheet(table: pd.DataFrame, atlas: Atlas, lang: str) -> Table:
    """Medians and shares of user layers by district."""
    titles = {layer.id: (layer.title_zh, layer.title_en)[lang == "en"] for layer in atlas.user_layers}
    shown, config = nearby_district_table(table, lang)
    if len(shown):
        shown.insert(0, text("col_layer", lang), [titles[layer] for layer in table["layer"]])
    return shown, config


def target_name(target: str, lang: str) -> str:
    """A target's name; of a list that may lack some, that it is known ones only."""
    name = one_of(target, lang)
    return text("known_target", lang).format(target=name) if proximity.TARGETS[target].counted else name


def one_of(target: str, lang: str) -> str:
    """One place of a target."""
    declared = proximity.TARGETS[target]
    return declared.name_en if lang == "en" else declared.name_zh


def _named(rows: pd.DataFrame, lang: str, columns: dict[str, str]) -> Table:
    """Choose, order and name columns; numbers are shown whole, with thousands."""
    out = rows[list(columns)].rename(columns={name: text(key, lang) for name, key in columns.items()})
    numbers = out.select_dtypes("number").columns
    return out, {str(name): WHOLE for name in numbers} if len(out) else {}


def _data_kinds(lang: str) -> dict[str, str]:
    return {kind: text(kind, lang) for kind in ("compiled", "modelled", "reference", "own")}


def _name(stem: str, lang: str) -> str:
    return f"{stem}_en" if lang == "en" else f"{stem}_zh"


def _place_names(atlas: Atlas, lang: str) -> dict[str, str]:
    column = _name("name", lang)
    frames = [each.frame for each in atlas.loaded.values() if each.layer.role != "base"]
    return {key: name for frame in frames for key, name in zip(frame["id"], frame[column], strict=True)}
