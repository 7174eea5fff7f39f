"""Charts of the answers, drawn from the rows that the tables show."""

from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from app.analysis.near import VERDICTS
from app.analysis.proposed import BOUNDS, IN_REACH, WORST
from app.i18n.texts import text
from app.ui.charts import AXES_HEIGHT, ROW_HEIGHT

if TYPE_CHECKING:
    from app.analysis.siting import Proposal

FIRST = 30  # origins that are drawn
SITE_HEIGHT = 260
COLOURS = ("#0b6e4f", "#b58900", "#8a1c1c", "#5b6660")  # of the verdicts on what is measured, in their order


def near_rows(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The nearest 30 origins that have a distance: name, kilometres with their bounds, verdict in words."""
    first = table[table["distance_m"].notna()].sort_values("distance_m", kind="stable").head(FIRST)
    name = "name_en" if lang == "en" else "name_zh"
    return pd.DataFrame(
        {
            "origin": first[name].astype(str) + " " + first["id"].astype(str),
            "low": first["distance_min_m"].astype(float) / 1_000,
            "best": first["distance_m"].astype(float) / 1_000,
            "high": first["distance_max_m"].astype(float) / 1_000,
            "verdict": [text(f"verdict_{verdict}", lang) for verdict in first["verdict"]],
        }
    )


def render_near_chart(table: pd.DataFrame, radius_m: float, lang: str) -> None:
    """Minimum to maximum as a bar coloured by verdict, a tick as drawn, a dashed line at the radius."""
    rows = near_rows(table, lang)
    if rows.empty:
        return
    said = text("an_near_chart", lang).format(n=len(rows), m=f"{radius_m:,.0f}")
    st.caption(said)
    words = [text(f"verdict_{verdict}", lang) for verdict in VERDICTS[: len(COLOURS)]]
    base = alt.Chart(rows).encode(
        y=alt.Y(
            "origin:N", title=None, sort=rows["origin"].to_list(),
            axis=alt.Axis(labelLimit=220, labelOverlap=False, labelFlush=False),
        ),
        tooltip=[
            alt.Tooltip("origin:N", title=text("col_name", lang)),
            alt.Tooltip("verdict:N", title=text("col_verdict", lang)),
            *(
                alt.Tooltip(f"{key}:Q", title=f"{text(f'an_{key}', lang)} km", format=".2f")
                for key in ("low", "best", "high")
            ),
        ],
    )  # fmt: skip
    bars = base.mark_bar(opacity=0.5, height=10).encode(
        x=alt.X("low:Q", title="km"),
        x2="high:Q",
        color=alt.Color("verdict:N", title=text("col_verdict", lang), scale=alt.Scale(domain=words, range=[*COLOURS])),
    )
    ticks = base.mark_tick(color="#1f2a25", thickness=2).encode(x="best:Q")
    line = alt.Chart(pd.DataFrame({"radius": [radius_m / 1_000]})).mark_rule(strokeDash=[4, 3]).encode(x="radius:Q")
    drawn = (bars + ticks + line).properties(description=said)
    st.altair_chart(drawn, height=ROW_HEIGHT * len(rows) + AXES_HEIGHT, key="c_near")


def site_rows(found: "Proposal", *, center: bool) -> pd.DataFrame:
    """Before the first proposal and after each, in order: shares in reach, or worst distances in kilometres."""
    names, scale = (WORST, 1_000.0) if center else (IN_REACH, 1.0)
    after = found.points[["order", *names]].set_axis(["order", *BOUNDS], axis=1)
    first = found.steps.worst_m[0] if center else [getattr(found.before, bound) for bound in BOUNDS]
    before = pd.DataFrame([[0, *first]], columns=["order", *BOUNDS])
    rows = pd.concat([before, pd.DataFrame(after)], ignore_index=True).astype(float)
    rows[list(BOUNDS)] /= scale
    return rows.replace(np.inf, np.nan).dropna(ignore_index=True)  # without any point there is no distance


def render_site_chart(found: "Proposal", lang: str) -> None:
    """A line as drawn and a band from the sure to the possible, from step to step."""
    goal = "center" if found.plan.is_center else "cover"
    rows = site_rows(found, center=found.plan.is_center)
    if rows.empty:
        return
    said = text(f"an_site_chart_{goal}", lang)
    st.caption(said)
    shape, unit = (".2f", " km") if found.plan.is_center else (".1%", "")
    titles = {bound: f"{text(f'an_{goal}_{bound}', lang)}{unit}" for bound in BOUNDS}
    base = alt.Chart(rows).encode(
        x=alt.X("order:Q", title=text("an_steps", lang), axis=alt.Axis(format="d", tickMinStep=1)),
        tooltip=[
            alt.Tooltip("order:Q", title=text("col_order", lang), format="d"),
            *(alt.Tooltip(f"{bound}:Q", title=titles[bound], format=shape) for bound in BOUNDS),
        ],
    )
    share = alt.Y("sure:Q", title=titles["best"], axis=alt.Axis(format=shape))
    band = base.mark_area(color="#7a1fa2", opacity=0.2).encode(y=share, y2="possible:Q")
    line = base.mark_line(color="#7a1fa2", point=alt.OverlayMarkDef(color="#7a1fa2")).encode(
        y=alt.Y("best:Q", title=titles["best"])
    )
    st.altair_chart((band + line).properties(description=said), height=SITE_HEIGHT, key="c_site")
