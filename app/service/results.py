"""Results as the map draws them and as files: always marked as measured, modelled or proposed, never as places."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from app.analysis import proposed
from app.analysis.coverage import COLUMNS as COVER_COLUMNS
from app.analysis.lines import COLUMNS as LINE_COLUMNS
from app.analysis.origins import is_whole, left_out
from app.analysis.params import DETOUR, WALKING_SPEED_M_PER_MIN, AnalysisParams, analysis_params
from app.analysis.underserved import COLUMNS as UNDERSERVED_COLUMNS
from app.analysis.underserved import SUMS
from app.core.atlas import Atlas
from app.core.groups import GRID, group, title
from app.core.view import View, to_query
from app.service import cache
from geo import geojson
from geo.coverage import Share
from geo.frames import records
from geo.quantize import CORNER_ERROR_M
from layers.model import Column, Style, simplestyle

if TYPE_CHECKING:
    from app.analysis.siting import Proposal

UNDERSERVED, POSSIBLY, PROPOSALS, NEAR, COVERAGE = "weak", "possibly", "proposals", "near", "coverage"
JOBS = {UNDERSERVED: "weak", POSSIBLY: "weak", PROPOSALS: "exact", NEAR: "near", COVERAGE: "cover"}
FILES = (UNDERSERVED, PROPOSALS, NEAR, COVERAGE)  # as files; the underserved areas of both kinds are one
MOST_LINES = 2_000  # on the map; the file has all
LAYERS: dict[str, dict[str, Any]] = {
    UNDERSERVED: {
        "title_zh": "够不到已知点的土地（分析）", "title_en": "Land out of reach of known places (analysis)",
        "geometry": ["Polygon"],
        "style": Style(stroke="#9a4a16", stroke_width=0.8, fill="#c8702a", fill_opacity=0.32),
    },
    POSSIBLY: {
        "title_zh": "可能够得到的土地（分析）", "title_en": "Land possibly in reach (analysis)",
        "geometry": ["Polygon"],
        "style": Style(stroke="#a8873a", stroke_width=0.8, fill="#e6c65a", fill_opacity=0.25),
    },
    NEAR: {
        "title_zh": "到最近者的直线（分析）", "title_en": "Straight lines to the nearest (analysis)",
        "geometry": ["LineString"],
        "style": Style(stroke="#0b5c73", stroke_width=1.2, stroke_dasharray="4 3"),
    },
    PROPOSALS: {
        "title_zh": "建议点（分析）", "title_en": "Proposed points (analysis)", "geometry": ["Point"],
        "style": Style(marker_color="#7a1fa2", marker_symbol="triangle", marker_size=9.0),
    },
}  # fmt: skip


def frame(name: str, params: AnalysisParams) -> gpd.GeoDataFrame:
    """A result as a file holds it, one of `FILES`, EPSG:4326."""
    makers: dict[str, Callable[[], gpd.GeoDataFrame]] = {
        UNDERSERVED: lambda: cache.underserved(params), PROPOSALS: lambda: cache.plan(params).points,
        NEAR: lambda: cache.near_lines(params), COVERAGE: lambda: cache.cover_land(params),
    }  # fmt: skip
    return makers[name]()


def _layer(name: str, params: AnalysisParams) -> gpd.GeoDataFrame:
    """A result as the map draws it: land that may be in reach looks other than land that is not."""
    if name == PROPOSALS:
        return cache.plan(params).points
    if name == NEAR:
        return cache.near_lines(params).head(MOST_LINES)
    found = cache.underserved(params)
    return found[(found["status"] == POSSIBLY) == (name == POSSIBLY)]


def tables(atlas: Atlas, view: View) -> dict[str, Callable[[], pd.DataFrame]]:
    """Result tables by name."""
    params = analysis_params(view, atlas.complete_ids)

    # in the rows themselves: a CSV has no other place to say what "unknown" means and within what
    def report(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(
            targets=params.targets, radius_m=params.radius_m, list_declared_complete=params.complete,
            targets_left_out=left_out(atlas, params),
        )  # fmt: skip

    return {
        NEAR: lambda: report(cache.near(params)),
        COVERAGE: lambda: report(cache.cover(params)),
        UNDERSERVED: lambda: pd.DataFrame(cache.underserved(params).drop(columns="geometry")),
        PROPOSALS: lambda: with_place(cache.plan(params).points),
    }


def applied(view: View, params: AnalysisParams, name: str) -> View:
    """The view with those filters alone that a result follows, as its file states them."""
    of = params.of(JOBS[name])
    best = view.best if of.search_s else ""
    return replace(view, sectors=of.sectors, towns=of.towns, methods=of.methods, best=best)


def columns(name: str, params: AnalysisParams) -> tuple[Column, ...]:
    """Declarations of a result's columns, as far as there are any."""
    declared = {
        PROPOSALS: proposed.columns(params),
        UNDERSERVED: UNDERSERVED_COLUMNS,
        NEAR: LINE_COLUMNS,
        COVERAGE: COVER_COLUMNS,
    }
    return declared.get(name, ())


def about(atlas: Atlas, name: str, params: AnalysisParams) -> dict[str, Any]:
    """What a file says of its analysis: the parameters, and what is true of the result as a whole."""
    report = params_of(atlas, params)
    if name == PROPOSALS:
        return {**report, "plan": quality(cache.plan(params))}
    if name == COVERAGE:
        (all_districts,) = records(cache.cover(params).tail(1))
        return {**report, "all": {key: geojson.plain(value) for key, value in all_districts.items()}}
    return {**report, **_underserved_land(params)} if JOBS[name] == "weak" else report


def params_of(atlas: Atlas, params: AnalysisParams) -> dict[str, Any]:
    """The question, as a file or an answer states it."""
    return {
        "origins": params.origins, "targets": params.targets, "radius_m": params.radius_m,
        "list_declared_complete": params.complete, "targets_left_out": left_out(atlas, params),
        "coarse_places": params.coarse, "districts": list(params.districts),
        "origins_filtered_by": {
            "sectors": list(params.sectors), "towns": list(params.towns), "location_methods": list(params.methods),
        },
        "data_kind": "modelled" if params.modelled else "measured from places as drawn",
        "bounds": "sure / best / possible from the accuracy of both ends",
        "none_in_reach_means": "no" if is_whole(atlas, params) else "unknown",
        "walking_minutes": round(params.walking_min, 1),
        "walking_assumption": f"{WALKING_SPEED_M_PER_MIN:g} m/min, detour {DETOUR:g}",
        "candidates": params.candidates, "search_for_the_best_s": params.search_s,
        "residents": "modelled: census residents of 2020, spread evenly over each district's land",
    }  # fmt: skip


def quality(found: "Proposal") -> dict[str, Any]:
    """A plan as a whole: what is in reach without and with it, and how near it is to the best possible for certain."""
    plan = found.plan
    return {
        "method": plan.method, "proven": plan.proven, "bound": geojson.plain(found.bound), "total": plan.total_weight,
        "covered_before": plan.covered_before, "covered_after": plan.covered_after,
        "covered_before_bounds": _weight_bounds(found.before), "covered_after_bounds": _weight_bounds(found.after),
        "in_reach_before": _share_bounds(found.before), "in_reach_after": _share_bounds(found.after),
        "worst_before_m": geojson.plain(plan.worst_before_m), "worst_after_m": geojson.plain(plan.worst_after_m),
        "worst_before_bounds_m": _worst_bounds(found, 0), "worst_after_bounds_m": _worst_bounds(found, -1),
        "at_least_share_of_best": found.certificate.share,
        "at_least_share_of_best_gain": found.certificate.share_added, "candidates": found.candidates,
    }  # fmt: skip


def _weight_bounds(share: Share) -> dict[str, float]:
    """Demand in reach by the accuracies of both ends."""
    return {bound: getattr(share, f"{bound}_weight") for bound in proposed.BOUNDS}


def _share_bounds(share: Share) -> dict[str, float]:
    """Shares of the demand by the accuracies of both ends."""
    return {bound: getattr(share, bound) for bound in proposed.BOUNDS}


def _worst_bounds(found: "Proposal", step: int) -> dict[str, float | None]:
    """Worst distance after a step (0: before, -1: the last), at the worst, as drawn, at the best; None: no point."""
    row = found.steps.worst_m[step].tolist()
    return {bound: geojson.plain(metres) for bound, metres in zip(proposed.BOUNDS, row, strict=True)}


def _underserved_land(params: AnalysisParams) -> dict[str, Any]:
    """How much land is in reach, and how truly it is drawn."""
    found = cache.underserved_land(params)
    total = found.by_district.iloc[-1]
    return {
        "targets_measured": found.facilities, "land_in_all": {each: round(float(total[each]), 1) for each in SUMS},
        "arc_error_m": round(found.arc_error_m, 2), "corner_error_m": CORNER_ERROR_M,
    }  # fmt: skip


def shown(atlas: Atlas, view: View) -> list[dict[str, Any]]:
    """Declarations of the results that the browser's map draws for this view, with their addresses."""
    if view.section != "analysis" or (view.analysis == "site" and group(atlas, view.near_to).lines):
        return []
    names = {"near": [NEAR], "cover": [POSSIBLY, UNDERSERVED], "site": [PROPOSALS]}[view.analysis]
    plain = View(
        districts=view.districts, sectors=view.sectors, towns=view.towns, methods=view.methods, coarse=view.coarse,
        near_from=view.near_from, near_to=view.near_to, reach_m=view.reach_m, complete=view.complete,
        demand=view.demand, candidates=view.candidates, new_points=view.new_points, at_least=view.at_least,
        goal=view.goal, best=view.best, token=view.token,
    )  # fmt: skip
    params = analysis_params(view, atlas.complete_ids)
    return [
        {
            "id": f"result_{name}", "role": "result", "format": "geojson",
            # only the filters that it follows: it is not fetched anew for the others
            "url": f"/results/{name}.geojson?{to_query(applied(plain, params, name))}&v={atlas.signature}",
            **{key: value for key, value in LAYERS[name].items() if key != "style"},
            "style": simplestyle(LAYERS[name]["style"]),
        }
        for name in names
    ]  # fmt: skip


def drawn(atlas: Atlas, name: str, view: View) -> str:
    """GeoJSON of a result with a card for every row."""
    params = analysis_params(view, atlas.complete_ids)
    rows = _layer(name, params)
    cards = [_card(atlas, name, row, params) for row in records(rows)]
    kept = rows[["id", "name_zh", "name_en", "district_code", "data_kind", "geometry"]].assign(
        location_method="modelled",
        card=pd.Series(cards, index=rows.index, dtype=object),
    )
    return geojson.to_geojson(gpd.GeoDataFrame(kept), about={})


def _card(atlas: Atlas, name: str, row: dict[str, Any], params: AnalysisParams) -> tuple[dict[str, str], ...]:
    if name == NEAR:
        lines = _distance_lines(row)
    elif name != PROPOSALS:
        area = f"{row['area_mu']:,.0f} 亩 · {row['area_m2'] / 1e6:,.2f} km²"
        reach = " / ".join(f"{row[f'district_{each}_m2'] / 1e6:,.2f}" for each in ("sure", "best", "possible")) + " km²"
        lines = [
            ("面积", "Area", area, area),
            ("全区够得到：确定/按图/可能", "In reach, whole district: sure / as drawn / possible", reach, reach),
        ]
    else:
        _, unit_zh, unit_en = proposed.unit(params)
        lines = [
            ("新增", "Gain", f"{row['gain']:,.0f} {unit_zh}", f"{row['gain']:,.0f} {unit_en}"),
            (
                "按定位精度", "By accuracy",
                f"确定{row['gain_sure']:,.0f}，可能{row['gain_possible']:,.0f}",
                f"sure {row['gain_sure']:,.0f}, possibly {row['gain_possible']:,.0f}",
            ),
            ("性质", "What it is", *_what_it_is(atlas, row, params)),
        ]  # fmt: skip
    lines.append(("半径", "Radius", f"{params.radius_m:,.0f} m", f"{params.radius_m:,.0f} m"))
    kind = "modelled" if row["data_kind"] == "modelled" else "measured"
    return tuple(
        {
            "label_zh": zh,
            "label_en": en,
            "value_zh": value_zh,
            "value_en": value_en,
            "kind": kind,
            "source_zh": "",
            "source_en": "",
        }
        for zh, en, value_zh, value_en in lines
    )


def _distance_lines(row: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """The nearest, how far it is at the best, as drawn and at the worst, and whether one is in reach."""
    away = " - ".join(f"{row[key] / 1_000:,.2f}" for key in ("distance_min_m", "distance_m", "distance_max_m")) + " km"
    counts = f"{row['sure']:.0f} / {row['best']:.0f} / {row['possible']:.0f}"
    return [
        ("最近的", "Nearest", row["target_name_zh"], row["target_name_en"]),
        ("距离（最小-按图-最大）", "Distance (min - as drawn - max)", away, away),
        ("半径内（确定/按图/可能）", "In reach (sure / as drawn / possible)", counts, counts),
    ]


def _what_it_is(atlas: Atlas, row: dict[str, Any], params: AnalysisParams) -> tuple[str, str]:
    """What a proposed point is and how well its place is known, 中文 and English."""
    if params.candidates == GRID:
        return "建议，不是现有地点；约1公里见方", "A proposal, no existing place; a square of about 1 km"
    known = f"{row['accuracy_m']:,.0f}"
    here_zh, here_en, to_zh, to_en = (
        title(atlas, each, lang) for each in (params.candidates, params.targets) for lang in ("zh", "en")
    )
    return (
        f"建议，不是资料中的{to_zh}；取自候选“{row['candidate_name_zh']}”（{here_zh}，位置精度{known}米）",
        f"A proposal, not yet any of the {to_en}; from “{row['candidate_name_en']}” ({here_en}, known to {known} m)",
    )


def with_place(points: gpd.GeoDataFrame) -> pd.DataFrame:
    """Proposed points as a table with longitude and latitude."""
    return pd.DataFrame(points.drop(columns="geometry")).assign(
        lon=points.geometry.x.round(6), lat=points.geometry.y.round(6)
    )
