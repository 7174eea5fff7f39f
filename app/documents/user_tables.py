"""Tables of own layers as people read them, for the page and the report."""

import pandas as pd
import streamlit as st

from app.core.atlas import Atlas
from app.documents.display_tables import Table, nearby_district_table
from app.i18n.texts import text

LAND_COLUMNS = {
    "rows": "own_count", "stated_land_mu": "own_stated_land", "stated_floor_m2": "own_stated_floor",
    "stated_unknown_m2": "own_stated_unknown", "outlines": "own_outlines", "outline_mu": "own_outline_mu",
}  # fmt: skip
TENTHS = "%,.1f"


def land_sheet(table: pd.DataFrame, by: str, lang: str) -> Table:
    """Land of own layers by ``district`` or ``sector``."""
    at = "en" if lang == "en" else "zh"
    named = {f"layer_{at}": "col_layer", f"{by}_{at}": f"col_{by}", **LAND_COLUMNS}
    shown = table[list(named)].rename(columns={name: text(word, lang) for name, word in named.items()})
    styles = {name: "%,.0f" if name in {"rows", "outlines"} else TENTHS for name in LAND_COLUMNS}
    return shown, {
        text(LAND_COLUMNS[name], lang): st.column_config.NumberColumn(format=style) for name, style in styles.items()
    }


def medians_sheet(table: pd.DataFrame, atlas: Atlas, lang: str) -> Table:
    """Medians and shares of own layers by district."""
    titles = {layer.id: (layer.title_zh, layer.title_en)[lang == "en"] for layer in atlas.own}
    shown, config = nearby_district_table(table, lang)
    if len(shown):
        shown.insert(0, text("col_layer", lang), [titles[layer] for layer in table["layer"]])
    return shown, config
