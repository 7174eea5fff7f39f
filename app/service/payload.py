"""What the browser is given: a manifest, and per layer a GeoJSON of rows with a card each. Values, never markup."""

from typing import Any

import geopandas as gpd
import pandas as pd

from app.core.atlas import Atlas
from app.exporters.catalogue import FORMATS
from app.exporters.datum import DATUMS
from app.i18n.texts import map_texts
from geo import geojson
from geo.frames import records
from layers import REGISTRY
from layers.basemap import WINDOW
from layers.figures import Figure, citation, value_text
from layers.model import Column, Layer, Loaded, simplestyle
from layers.parks import drawn_outlines
from layers.vocabulary import LOCATION_METHODS, SECTORS, value_name

SHANGHAI = (120.85, 30.68, 122.0, 31.88)
FILTER_COLUMNS = ("id", "name_zh", "name_en", "towns", "sectors", "extent", "location_method", "accuracy_m")
PARK_EXTENTS = "parks_outlines"
CARDS_SENT = 2_000  # a layer with more rows sends the card of a place when it is opened
DRAWN_BASE = tuple(layer.id for layer in REGISTRY if layer.role == "base" and layer.on)


def manifest(atlas: Atlas) -> dict[str, Any]:
    """Names, districts, towns and texts that the map's controls need."""
    return {
        "data_version": atlas.data_version,
        "districts": [
            {
                "code": row["district_code"],
                "name_zh": row["name_zh"],
                "name_en": row["name_en"],
                "bbox": [round(bound, 5) for bound in row["geometry"].bounds],
                "label": [row["label_lon"], row["label_lat"]],
            }
            for row in records(atlas.districts)
        ],
        "sectors": [{"code": term.code, "name_zh": term.name_zh, "name_en": term.name_en} for term in SECTORS],
        "methods": [
            {"code": term.code, "name_zh": term.name_zh, "name_en": term.name_en, "accuracy_m": term.accuracy_m}
            for term in LOCATION_METHODS
        ],
        "towns": list(atlas.towns),
        # what the server writes: the ending of the address, and its name; the first datum is the usual one
        "formats": [{"ending": form.endings[0], "title": form.title} for form in FORMATS.values()],
        "datums": [{"code": code, "title": datum.title} for code, datum in DATUMS.items()],
        "texts": map_texts(),
        "home": {"bbox": list(SHANGHAI), "mapped": list(WINDOW)},
    }


def layer_features(atlas: Atlas, layer_id: str) -> str:
    """GeoJSON of a layer as the map draws it.

    Raises
    ------
    KeyError
        If the layer does not exist or could not be loaded.
    """
    if layer_id == PARK_EXTENTS:
        return geojson.to_geojson(drawn_outlines(atlas.frame("parks"), atlas.frame("outlines")), about={})
    loaded = atlas.loaded[layer_id]
    if loaded.layer.role == "base":
        return geojson.to_geojson(loaded.frame, about={})
    frame = loaded.frame
    rows = frame[[*FILTER_COLUMNS, "district_codes", "geometry"]].assign(unverified=frame["location_basis"] == "memory")
    if len(frame) <= CARDS_SENT:
        rows["card"] = pd.Series([card(atlas, loaded, row) for row in records(frame)], index=frame.index, dtype=object)
    else:
        rows = gpd.GeoDataFrame(_slim(rows))
    return geojson.to_geojson(gpd.GeoDataFrame(rows), about={})


def _slim(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows without what the map takes for granted: nothing in a column, one name for both languages."""
    rows["name_en"] = rows["name_en"].where(rows["name_en"] != rows["name_zh"], "")
    empty = [name for name in ("towns", "sectors") if not rows[name].astype(bool).any()]
    return rows.drop(columns=[*empty, *([] if rows["unverified"].any() else ["unverified"])])


def card(atlas: Atlas, loaded: Loaded, row: dict[str, Any]) -> tuple[dict[str, str], ...]:
    """The rows of a feature's card: what the layer declares, how it was located, notes, stated figures."""
    columns = {column.name: column for column in loaded.layer.columns}
    kind = "stated" if loaded.layer.role == "place" else loaded.layer.role
    entries = [entry for name in loaded.layer.card if (entry := _declared(atlas, columns, name, row, kind))]
    entries += _located(columns, row)
    if row["note_zh"] or row["note_en"]:
        entries.append(_entry("说明", "Note", row["note_zh"], row["note_en"], kind="note"))
    entries += [_stated(atlas, key) for key in row["references"] if key in atlas.evidence.figures]
    entries += [_conflict(atlas, key) for key in row["conflicts"] if key in atlas.evidence.conflicts]
    return tuple(entries)


def cell(atlas: Atlas, column: Column, value: Any) -> tuple[str, str]:  # noqa: ANN401 - a checked cell of any dtype
    """A cell in words, in Chinese and English; empty strings where nothing is stated."""
    if value is None or value == "" or (not isinstance(value, tuple) and pd.isna(value)):
        return "", ""
    if isinstance(value, tuple):
        named = [value_name(column.name, item) for item in value]
        return "、".join(name for name, _ in named), ", ".join(name for _, name in named)
    if isinstance(value, bool):
        return ("是", "Yes") if value else ("否", "No")
    if column.dtype == "number":
        return f"{value:,.10g} {column.unit}".strip(), f"{value:,.10g} {column.unit}".strip()
    if column.name in {"park_id", "parent_id"}:
        return _park_name(atlas, value)
    return (value, value) if column.verbatim else value_name(column.name, value)


def _declared(atlas: Atlas, columns: dict[str, Column], name: str, row: dict[str, Any], kind: str) -> dict[str, str]:
    if name in columns:
        column = columns[name]
        value_zh, value_en = cell(atlas, column, row[name])
        label_zh, label_en = column.label_zh, column.label_en
        figure = atlas.evidence.figures.get(row[column.reference] or "") if column.reference else None
        if figure is not None and value_zh:
            return {**_entry(label_zh, label_en, value_zh, value_en, kind=kind), **_source(atlas, figure)}
    else:  # a bilingual pair of columns
        value_zh, value_en = row[f"{name}_zh"], row[f"{name}_en"]
        label_zh, label_en = columns[f"{name}_zh"].label_zh, columns[f"{name}_en"].label_en
        label_zh = label_zh.split("（")[0]
    return _entry(label_zh, label_en, value_zh, value_en, kind=kind) if value_zh or value_en else {}


def _located(columns: dict[str, Column], row: dict[str, Any]) -> list[dict[str, str]]:
    method_zh, method_en = value_name("location_method", row["location_method"])
    accuracy = "" if pd.isna(row["accuracy_m"]) else f" ±{row['accuracy_m']:,.0f} m"
    basis_zh, basis_en = value_name("location_basis", row["location_basis"])
    method, note = columns["location_method"], columns["location_note_en"]
    value_zh, value_en = f"{method_zh}{accuracy} · {basis_zh}", f"{method_en}{accuracy} · {basis_en}"
    entries = [_entry(method.label_zh, method.label_en, value_zh, value_en, kind="location")]
    if row["location_note_zh"]:
        notes = row["location_note_zh"], row["location_note_en"]
        entries.append(_entry(note.label_zh.split("（")[0], note.label_en, *notes, kind="location"))
    return entries


def _stated(atlas: Atlas, key: str) -> dict[str, str]:
    figure = atlas.evidence.figures[key]
    measure = atlas.evidence.measures[figure.measure]
    value_zh, value_en = value_text(figure)
    when_zh, when_en = (f"（{figure.as_of}）", f" ({figure.as_of})") if figure.as_of else ("", "")
    labels = measure["label_zh"], measure["label_en"]
    return {
        **_entry(*labels, value_zh + when_zh, value_en + when_en, kind="stated"),
        **_source(atlas, figure),
    }


def _source(atlas: Atlas, figure: Figure) -> dict[str, str]:
    """Who says it, and the figure by which the page opens its evidence."""
    source_zh, source_en = citation(figure, atlas.evidence)
    return {
        "figure": figure.id,
        "source_zh": f"{figure.id} · {source_zh}",
        "source_en": f"{figure.id} · {source_en}",
    }


def _conflict(atlas: Atlas, key: str) -> dict[str, str]:
    conflict = atlas.evidence.conflicts[key]
    report = [f"{conflict[f'statement_{lang}']} → {conflict[f'rule_{lang}']}" for lang in ("zh", "en")]
    return _entry(f"矛盾 {key}", f"Conflict {key}", *report, kind="note")


def _park_name(atlas: Atlas, park_id: str) -> tuple[str, str]:
    parks = atlas.frame("parks").set_index("id")
    if park_id not in parks.index:
        return park_id, park_id
    return str(parks.at[park_id, "name_zh"]), str(parks.at[park_id, "name_en"])


def _entry(label_zh: str, label_en: str, value_zh: str, value_en: str, *, kind: str) -> dict[str, str]:
    return {
        "label_zh": label_zh,
        "label_en": label_en,
        "value_zh": value_zh or value_en,
        "value_en": value_en or value_zh,
        "kind": kind,
        "source_zh": "",
        "source_en": "",
    }


def user_layer_declarations(atlas: Atlas) -> list[dict[str, Any]]:
    """The layers that a user brought, as the map declares them."""
    return [
        {
            "id": layer.id, "role": layer.role, "title_zh": layer.title_zh, "title_en": layer.title_en,
            "geometry": list(layer.geometry), "url": f"/own/{atlas.token}/{layer.id}.geojson", "format": "geojson",
            "sector_filtered": layer.sector_filtered, "on": False, "style": simplestyle(layer.style),
            "attribution": atlas.loaded[layer.id].source.attribution, "map_approval": "",
        }
        for layer in atlas.user_layers
    ]  # fmt: skip


def layer_url(layer_id: str, signature: str) -> str:
    """Address of a layer's GeoJSON; it changes with the data, so browsers may keep the answer for ever."""
    return f"/layers/{layer_id}.geojson?v={signature}"


def drawn_layers(atlas: Atlas) -> list[Layer]:
    """Layers that the map can draw, bottom first."""
    base = [atlas.loaded[layer_id].layer for layer_id in DRAWN_BASE if layer_id in atlas.loaded]
    return [*base, *(layer for layer in atlas.places if layer.id in atlas.loaded)]
