"""The page that one would write first: st_folium, everything rebuilt at every change. A yardstick only.

The same data, base map and filters; each place with its popup. No tables and charts: the atlas has those besides.
"""

import html
import json
from pathlib import Path
from typing import Any

import folium
import streamlit as st
from streamlit_folium import st_folium

DATA = Path(__file__).parents[1] / "data"
BASE = ("land/land", "neighbours/neighbours", "water/water", "districts/districts_land")
PLACES = ("context", "housing", "institutions", "services", "enterprises", "breakfast", "hub", "g60", "gmp", "parks")
SECTOR_FILTERED = ("parks", "gmp", "enterprises", "services")
COLOURS = ("#6b7480", "#8a5a44", "#4b5fae", "#0b7a75", "#3d6fb0", "#a86a00", "#8c4a6e", "#7a4fa3", "#b3541e", "#1f7a4d")


@st.cache_data
def collection(name: str) -> dict[str, Any]:
    """One GeoJSON file."""
    found: dict[str, Any] = json.loads((DATA / f"{name}.geojson").read_text(encoding="utf-8"))
    return found


def passes(own: dict[str, Any], layer: str, districts: list[str], sectors: list[str]) -> bool:
    """Whether a row passes the filters."""
    sectors_pass = layer not in SECTOR_FILTERED or not sectors or not set(sectors).isdisjoint(own["sectors"])
    return (not districts or own["district_code"] in districts) and sectors_pass


def popup(own: dict[str, Any]) -> folium.Popup:
    """All that is known of a row; braces would run as a template, so they are taken out."""
    rows = "".join(f"<tr><th>{key}</th><td>{html.escape(str(value))}</td></tr>" for key, value in own.items() if value)
    return folium.Popup(f"<table>{rows.replace('{', '(').replace('}', ')')}</table>", max_width=400)


def add_layer(built: folium.Map, layer: str, colour: str, chosen: tuple[list[str], list[str]]) -> int:
    """Draw the rows of a layer that pass; gives their number."""
    group = folium.FeatureGroup(layer).add_to(built)
    kept = [each for each in collection(f"{layer}/{layer}")["features"] if passes(each["properties"], layer, *chosen)]
    for feature in kept:
        if feature["geometry"]["type"] == "Point":
            lon, lat = feature["geometry"]["coordinates"]
            at = {"radius": 6, "color": colour, "fill": True}
            folium.CircleMarker((lat, lon), popup=popup(feature["properties"]), **at).add_to(group)
        else:
            folium.GeoJson(feature, style_function=lambda _, colour=colour: {"color": colour}).add_to(group)
    return len(kept)


def main() -> None:
    """Show widgets, number and map."""
    st.set_page_config(layout="wide")
    names = {each["properties"]["district_code"]: each["properties"]["name_zh"]
             for each in collection("districts/districts_land")["features"]}  # fmt: skip
    districts = st.sidebar.multiselect("行政区", names, format_func=lambda code: names[code])
    codes = {code for layer in SECTOR_FILTERED for each in collection(f"{layer}/{layer}")["features"]
             for code in each["properties"]["sectors"]}  # fmt: skip
    sectors = st.sidebar.multiselect("行业", sorted(codes))
    folium.Map.default_js = [("leaflet", "/vendor/leaflet/leaflet.js"), ("jquery", "/jquery.js")]
    folium.Map.default_css = [("leaflet_css", "/vendor/leaflet/leaflet.css")]
    built = folium.Map((31.2, 121.5), zoom_start=9, tiles=None, control_scale=True)
    for name in BASE:
        folium.GeoJson(collection(name), style_function=lambda _: {"weight": 1, "fillOpacity": 0.1}).add_to(built)
    counts = [
        add_layer(built, layer, colour, (districts, sectors)) for layer, colour in zip(PLACES, COLOURS, strict=True)
    ]
    st.metric("地点数", sum(counts))
    st_folium(built, key="map", width=900, height=640, returned_objects=[])


main()
