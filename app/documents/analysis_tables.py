"""Answers as people read them: columns named in one language, bounds side by side, still sortable."""

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any

import geopandas as gpd
import pandas as pd

from app.analysis.coverage import KINDS
from app.analysis.params import AnalysisParams
from app.analysis.proposed import BOUNDS, GAINS, IN_REACH, WORST
from app.core.atlas import Atlas
from app.core.groups import GRID, rows, title
from app.documents.display_tables import Table
from app.i18n.texts import text


def near_table(table: pd.DataFrame, atlas: Atlas, params: AnalysisParams, lang: str) -> Table:
    """Every origin: nearest target, distance with its bounds, counts in reach, verdict."""
    name = "name_en" if lang == "en" else "name_zh"
    targets = rows(atlas, params.targets).set_index("id")[name].to_dict()
    best = text("col_best_km", lang)
    frame = pd.DataFrame(
        {
            text("col_name", lang): table[name],
            text("col_district", lang): [_district(atlas, code, lang) for code in table["district_code"]],
            text("col_verdict", lang): [text(f"verdict_{verdict}", lang) for verdict in table["verdict"]],
            text("col_nearest_plain", lang): [targets.get(key, "") for key in table["target_id"]],
            best: table["distance_m"] / 1_000,
            text("col_distance", lang): [
                "" if pd.isna(low) else f"{low / 1e3:.2f} - {mid / 1e3:.2f} - {high / 1e3:.2f}"
                for low, mid, high in zip(
                    table["distance_min_m"], table["distance_m"], table["distance_max_m"], strict=True
                )
            ],
            text("col_counts", lang): [
                "" if pd.isna(mid) else f"{low:.0f} / {mid:.0f} / {high:.0f}"
                for low, mid, high in zip(table["sure"], table["best"], table["possible"], strict=True)
            ],
        }
    )
    return frame, {best: "%.2f"}


def cover_table(table: pd.DataFrame, atlas: Atlas, params: AnalysisParams, lang: str) -> Table:
    """Shares by district, sure / best / possible, with what they are shares of."""
    labels = {
        "places": title(atlas, params.origins, lang),
        "residents": text("col_residents_share", lang),
        "land": text("col_land_share", lang),
    }
    columns: dict[str, Any] = {text("col_district", lang): table["district_en" if lang == "en" else "district_zh"]}
    for kind in KINDS:
        columns[labels[kind]] = [
            "–" if pd.isna(low) else f"{low:.1%} / {best:.1%} / {high:.1%}"
            for low, best, high in zip(*(table[f"{kind}_{bound}"] for bound in BOUNDS), strict=True)
        ]
        if kind == "places":
            columns[text("col_n", lang)] = table["places_total"].astype(int)
    return pd.DataFrame(columns), {}


def underserved_table(table: pd.DataFrame, lang: str) -> Table:
    """Land of every district by how surely it is in reach, km²; the row of all comes last."""
    frame = pd.DataFrame({text("col_district", lang): table["district_en" if lang == "en" else "district_zh"]})
    for name in ("land", *BOUNDS, "possibly", "beyond"):
        frame[text(f"col_weak_{name}", lang)] = table[f"{name}_m2"] / 1e6
    return frame, dict.fromkeys(frame.columns[1:], "%,.2f")


def proposal_table(points: gpd.GeoDataFrame, atlas: Atlas, params: AnalysisParams, lang: str) -> Table:
    """Proposed points in their order, with what each adds."""
    measure = "m" if params.goal == "center" else text(f"an_unit_{params.demand}", lang)
    gain = f"{text('col_gain', lang)} {measure}"
    reached, shown = (WORST, _km) if params.goal == "center" else (IN_REACH, _percent)
    frame = pd.DataFrame(
        {
            text("col_order", lang): points["order"],
            text("col_district", lang): [_district(atlas, code, lang) for code in points["district_code"]],
            **_candidate_columns(points, params, lang),
            gain: points["gain"],
            f"{text('col_gain_bounds', lang)} {measure}": _joined(points, GAINS[::2], _whole),
            text(f"col_after_{params.goal}", lang): _joined(points, reached, shown),
            "lon": points.geometry.x.round(4),
            "lat": points.geometry.y.round(4),
        }
    )
    return frame, {gain: "%,.0f"}


def _joined(points: gpd.GeoDataFrame, names: Sequence[str], shown: Callable[[float], str]) -> list[str]:
    """Some columns side by side as one text a row."""
    return [" / ".join(map(shown, row)) for row in zip(*(points[name] for name in names), strict=True)]


def _whole(value: float) -> str:
    return f"{value:,.0f}" if isfinite(value) else "–"


def _percent(value: float) -> str:
    return f"{value:.1%}"


def _km(metres: float) -> str:
    return f"{metres / 1_000:,.2f}" if isfinite(metres) else "–"


def _candidate_columns(points: gpd.GeoDataFrame, params: AnalysisParams, lang: str) -> dict[str, pd.Series]:
    """Columns on the places that proposals stand on; a square of a grid has no name."""
    if params.candidates == GRID:
        return {}
    name = "candidate_name_en" if lang == "en" else "candidate_name_zh"
    return {text("col_candidate", lang): points[name], text("col_accuracy", lang): points["accuracy_m"]}


def _district(atlas: Atlas, code: str | None, lang: str) -> str:
    names = atlas.district_names.get(code or "")
    return names[lang == "en"] if names else ""
