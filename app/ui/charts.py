"""Charts. Their labels are data and text of ours; Streamlit draws them without eval."""

from collections.abc import Collection
from datetime import date

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from app.analysis import proximity
from app.documents.display_tables import target_name
from app.i18n.texts import text

LAND_HEIGHT = 340
ROW_HEIGHT = 22
AXES_HEIGHT = 60


def render_land_chart(table: pd.DataFrame, districts: Collection[str], lang: str) -> None:
    """Published park extent by district in 亩, all 16 in code order, and in words why there is none.

    A district that the filter leaves out, parks that could not be loaded and parks of which none has a published area
    are no bars of length 0. ``districts`` are the codes that the filter keeps, empty for all.
    """
    name = "district_en" if lang == "en" else "district_zh"
    rows = table[[name, "park_extent_mu"]].rename(columns={"park_extent_mu": "mu"})
    outside = ~table["district_code"].isin(list(districts) or table["district_code"])
    reasons = {"filtered_out": outside, "not_loaded": table["parks"].isna(), "not_published": rows["mu"].isna()}
    rows["unknown"] = np.select(list(reasons.values()), [text(each, lang) for each in reasons], "")
    # a plain Vega-Lite object: it is drawn at every filter, and altair would check it against its schema each time
    spec = {
        "data": {"values": rows.fillna({"mu": 0}).to_dict("records")},
        # one specification for every filter: only the rows change then, and the chart is not built anew. Vega
        # says once in the console that an axis without rows has no extent: Streamlit hands them over afterwards
        "encoding": {
            "y": {
                "field": name, "type": "nominal", "title": None, "sort": table[name].to_list(),
                "axis": {"labelOverlap": False, "labelFlush": False},
            }
        },
        "layer": [
            {
                "mark": {"type": "bar", "color": "#0b6e4f"},
                "encoding": {
                    "x": {
                        "field": "mu", "type": "quantitative", "title": text("mu", lang), "stack": None,
                        # an axis from the left, also where nothing is to draw
                        "scale": {"domain": {"unionWith": [0, 1_000]}},
                    },
                    "tooltip": [
                        {"field": name, "type": "nominal", "title": text("col_district", lang)},
                        {"field": "mu", "type": "quantitative", "format": ",.0f", "title": text("mu", lang)},
                    ],
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "color": "#5b6660"},
                "encoding": {"x": {"value": 0}, "text": {"field": "unknown", "type": "nominal"}},
            },
        ],
    }  # fmt: skip
    st.vega_lite_chart(spec=spec, height=LAND_HEIGHT, key="c_land")


def render_distance_chart(sites: pd.DataFrame, lang: str) -> None:
    """Minimum to maximum as a bar, best as a point, for every measured site and target."""
    measured = sites[sites["measured"]]
    name = "name_en" if lang == "en" else "name_zh"
    parts = [
        pd.DataFrame(
            {
                "site": measured[name].astype(str) + " " + measured["id"].astype(str),
                "target": target_name(target, lang),
                "low": measured[f"{target}_min_m"] / 1_000, "best": measured[f"{target}_m"] / 1_000,
                "high": measured[f"{target}_max_m"] / 1_000,
            }
        )
        for target in proximity.TARGETS
    ]  # fmt: skip
    base = alt.Chart(pd.concat(parts)).encode(
        y=alt.Y("site:N", title=None, axis=alt.Axis(labelLimit=220, labelFlush=False)),
        color=alt.Color("target:N", title=text("col_target", lang)),
    )
    ranges = base.mark_rule(strokeWidth=3, opacity=0.35).encode(x=alt.X("low:Q", title="km"), x2="high:Q")
    points = base.mark_point(filled=True, size=45).encode(
        x="best:Q",
        tooltip=["site", "target", *(alt.Tooltip(f"{key}:Q", format=".1f") for key in ("low", "best", "high"))],
    )
    st.altair_chart(ranges + points, height=ROW_HEIGHT * len(measured) + AXES_HEIGHT, key="c_nearby")


def render_time_chart(table: pd.DataFrame, day: date, lang: str) -> None:
    """Targets (hollow) and achievements (solid) by valid time, one line a theme; a rule at the chosen day."""
    at = "en" if lang == "en" else "zh"
    shown = table.assign(is_target=table["kind"] == "target", end=pd.to_datetime(table["end"]))
    base = alt.Chart(shown).encode(
        x=alt.X("end:T", title=text("col_as_of", lang)),
        y=alt.Y(f"theme_{at}:N", title=None, axis=alt.Axis(labelLimit=200, labelFlush=False)),
        tooltip=[f"theme_{at}", f"label_{at}", f"kind_{at}", f"value_{at}", "end:T", "figure"],
    )
    # two marks, so that hollow and solid are told by shape and not by colour alone
    targets, reached = base.transform_filter("datum.is_target"), base.transform_filter("!datum.is_target")
    hollow = targets.mark_point(size=110, filled=False, strokeWidth=2, color="#b5541c")
    solid = reached.mark_point(size=110, filled=True, color="#0b6e4f")
    rule = alt.Chart(pd.DataFrame({"day": [pd.Timestamp(day)]})).mark_rule(strokeDash=[4, 3]).encode(x="day:T")
    height = ROW_HEIGHT * 2 * shown[f"theme_{at}"].nunique() + AXES_HEIGHT
    st.altair_chart(hollow + solid + rule, height=height, key="c_time")


def render_cover_chart(table: pd.DataFrame, lang: str) -> None:
    """Residents in reach by district: a bar from the sure to the possible share, a tick at the best."""
    name = "district_en" if lang == "en" else "district_zh"
    order = table[name].to_list()
    base = alt.Chart(table).encode(
        y=alt.Y(f"{name}:N", title=None, sort=order, axis=alt.Axis(labelOverlap=False, labelFlush=False))
    )
    share = alt.X("residents_sure:Q", title=text("col_residents_share", lang), axis=alt.Axis(format="%"))
    bars = base.mark_bar(color="#1d6fa5", opacity=0.45).encode(
        x=share,
        x2="residents_possible:Q",
        tooltip=[name, *(alt.Tooltip(f"residents_{each}:Q", format=".1%") for each in ("sure", "best", "possible"))],
    )
    ticks = base.mark_tick(color="#0d3b5c", thickness=2).encode(x="residents_best:Q")
    st.altair_chart(bars + ticks, height=LAND_HEIGHT, key="c_cover")
