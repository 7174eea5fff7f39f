"""Rows and tables on their way into files, each with what it says of itself; GeoJSON by RFC 7946."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from app.analysis import proximity
from app.analysis.params import AnalysisParams, analysis_params
from app.core import figures, filters, land, quality, timeline, trees
from app.core.atlas import Atlas
from app.core.groups import group
from app.core.view import View, to_query
from app.exporters.export_table import ExportTable
from app.service import results
from app.service.cache import distances, of_session
from app.service.payload import PARK_EXTENTS
from app.service.user_proximity import user_proximity, user_proximity_districts
from app.workspace.land import user_land, user_land_by_sector
from geo import geojson
from geo.errors import ParameterError
from geo.frames import records
from layers import REGISTRY
from layers.model import REFERENCE_ROLE, USER_ROLE, Layer
from layers.parks import drawn_outlines

SHOWN = "shown"
DISTRICTS_LAND = "districts_land"
BASE_IDS = tuple(layer.id for layer in REGISTRY if layer.role == "base")
FIGURES_NOTE = "stated figures: the citations are in the tables `figures` and `sources`"


def layer_geojson(atlas: Atlas, layer_id: str, view: View, *, params: AnalysisParams | None = None) -> str:
    """A layer's rows under a view as GeoJSON, with filter, licence, source and version inside."""
    export = layer_export(atlas, layer_id, view, params=params)
    return geojson.to_geojson(gpd.GeoDataFrame(export.frame), about=export.about)


def layer_export(atlas: Atlas, layer_id: str, view: View, *, params: AnalysisParams | None = None) -> ExportTable:
    """A layer's rows under a view, or all drawn layers (``shown``), with what a file says of them.

    ``near``, ``coverage``, ``underserved`` and ``proposals`` are what an analysis found, for the view's question unless
    another is ``params``.

    Raises
    ------
    ParameterError
        If there is no such layer.
    """
    if layer_id == SHOWN:
        return _shown(atlas, view)
    if layer_id in atlas.loaded:
        return _rows(atlas, layer_id, view)
    if layer_id == PARK_EXTENTS and "parks" in atlas.loaded:
        return _extents(atlas, view)
    if layer_id in results.FILES:
        return _result(atlas, layer_id, view, params or analysis_params(view, atlas.complete_ids))
    raise unknown_layer(atlas, layer_id)


def _shown(atlas: Atlas, view: View) -> ExportTable:
    """All drawn layers in one."""
    frames = {each: filters.rows(atlas, each, view).assign(layer=each) for each in filters.shown(atlas, view)}
    empty = gpd.GeoDataFrame({"id": []}, geometry=[], crs="EPSG:4326")
    joined = gpd.GeoDataFrame(pd.concat(frames.values(), ignore_index=True), crs="EPSG:4326") if frames else empty
    columns = {column.name: column for each in frames for column in atlas.loaded[each].layer.columns}
    report = about(atlas, view, [layer_metadata(atlas, each) for each in frames], rows=len(joined))
    return ExportTable(name=SHOWN, frame=joined, about=report, columns=tuple(columns.values()))


def _rows(atlas: Atlas, layer_id: str, view: View) -> ExportTable:
    """One layer; the ground is not filtered."""
    loaded = atlas.loaded[layer_id]
    frame = loaded.frame if layer_id in BASE_IDS else filters.rows(atlas, layer_id, view)
    report = about(atlas, view, [layer_metadata(atlas, layer_id)], rows=len(frame))
    return ExportTable(name=layer_id, frame=frame.assign(layer=layer_id), about=report, columns=loaded.layer.columns)


def _extents(atlas: Atlas, view: View) -> ExportTable:
    """What is drawn as the extent of the parks that the view keeps: outlines, and circles that are schematic."""
    drawn = drawn_outlines(atlas.frame("parks"), atlas.frame("outlines"))
    frame = drawn[drawn["park_id"].isin(filters.rows(atlas, "parks", view)["id"])].assign(layer=PARK_EXTENTS)
    metadata = [layer_metadata(atlas, each) for each in ("parks", "outlines") if each in atlas.loaded]
    return ExportTable(name=PARK_EXTENTS, frame=frame, about=about(atlas, view, metadata, rows=len(frame)))


def _result(atlas: Atlas, name: str, view: View, params: AnalysisParams) -> ExportTable:
    """An analysis's result, with the parameters that it answers inside."""
    frame = results.frame(name, params)
    between = {group(atlas, each).layer for each in (params.origins, params.targets)}
    of = {results.NEAR: between, results.COVERAGE: between | {DISTRICTS_LAND}}.get(name, {DISTRICTS_LAND})
    metadata = [layer_metadata(atlas, each) for each in sorted(of)]
    report = about(atlas, results.applied(view, params, name), metadata, rows=len(frame))
    params = params.of(results.JOBS[name])
    report = {**report, "analysis": results.about(atlas, name, params)}
    return ExportTable(name=name, frame=frame.assign(layer=name), about=report, columns=results.columns(name, params))


def data_kind(layer: Layer) -> str:
    """What a layer's rows are: ``compiled`` from sources, ``modelled``, an imported list, or ``own``, a user's."""
    return layer.role if layer.role in {"modelled", REFERENCE_ROLE, USER_ROLE} else "compiled"


def unknown_layer(atlas: Atlas, layer_id: str) -> ParameterError:
    """The error for a layer that does not exist or could not be loaded."""
    msg = str(atlas.failed[layer_id]) if layer_id in atlas.failed else f"there is no layer {layer_id!r}"
    hint = "The layers are: " + " ".join([*atlas.loaded, PARK_EXTENTS, SHOWN])
    return ParameterError(msg, code="unknown_layer", where=layer_id, hint=hint)


def about(atlas: Atlas, view: View, metadata: list[dict[str, Any]], *, rows: int) -> dict[str, Any]:
    """What every export says of itself."""
    return {
        "title": "Shanghai Biomedical Planning Atlas 上海生物医药产业规划图集",
        "data_version": atlas.data_version,
        "data_date": atlas.data_date,
        "filter": filter_in_words(view),
        "rows": rows,
        "coordinates": "WGS-84 longitude, latitude (RFC 7946)",
        "sources": metadata,
    }


def filter_in_words(view: View) -> dict[str, Any]:
    """Spell the filter of a view with the names of its parts."""
    return {
        "districts": list(view.districts),
        "sectors": list(view.sectors),
        "location_methods": list(view.methods),
        "towns": list(view.towns),
        "coarse_places_in_distances": view.coarse,
        "query": to_query(replace(view, token="")),
    }


def layer_metadata(atlas: Atlas, layer_id: str) -> dict[str, Any]:
    """The metadata of a layer, as an export carries it."""
    loaded = atlas.loaded[layer_id]
    source = loaded.source
    return {
        "layer": layer_id,
        "title": source.title_en,
        "producer": source.producer,
        "citation": source.citation,
        "licence": source.licence,
        "accuracy": source.accuracy,
        "method": source.method_en,
        "attribution": source.attribution,
        "map_approval": source.map_approval,
        "data_kind": data_kind(loaded.layer),
        "sha256": loaded.sha256,
    }


def table(atlas: Atlas, name: str, view: View) -> pd.DataFrame:
    """One of the tables beside the map, with plain column names.

    Raises
    ------
    ParameterError
        If there is no such table.
    """
    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "land": lambda: land.with_total(land.by_district(atlas, view), land.total(atlas, view), of="district"),
        "sectors": lambda: land.with_total(land.by_sector(atlas, view), land.total(atlas, view), of="sector"),
        "outlines": lambda: land.outlines_compared(atlas, view),
        "nearby": lambda: nearby(atlas, view),
        "nearby_districts": lambda: proximity.by_district(nearby(atlas, view), atlas),
        "places": lambda: places(atlas, view),
        "counts": lambda: counts(atlas, view),
        "own_land": lambda: of_session(user_land, atlas, view),
        "own_sectors": lambda: of_session(user_land_by_sector, atlas, view),
        "own_nearby": lambda: user_proximity(atlas, view),
        "own_nearby_districts": lambda: user_proximity_districts(atlas, view),
        "figures": lambda: pd.DataFrame(figure_rows(atlas, view)),
        "precision": lambda: quality.precision(atlas),
        "parks_without_outline": lambda: quality.parks_without_outline(atlas),
        "figures_unchecked": lambda: quality.figures_unchecked(atlas),
        "conflicts": lambda: quality.conflicts(atlas),
        "sources": lambda: quality.sources(atlas, today=datetime.now(UTC).date()),
        "milestones": lambda: pd.DataFrame(timeline.rows(atlas)),
        "claims": lambda: quality.claims(atlas),
        "issues": lambda: quality.issues(atlas),
        **results.tables(atlas, view),
        **{key: lambda key=key: trees.rows(trees.tree(atlas, key, view), atlas) for key in trees.TREES},  # type: ignore[misc]
    }
    if name in makers:
        return makers[name]()
    hint = "The tables are: " + " ".join(makers)
    msg = f"there is no table {name!r}"
    raise ParameterError(msg, code="unknown_value", where=name, hint=hint)


def nearby(atlas: Atlas, view: View) -> pd.DataFrame:
    """Distances of the places that the proximity tables measure from and the view keeps."""
    return filters.of_table(atlas, distances(coarse=view.coarse), view)


def places(atlas: Atlas, view: View) -> pd.DataFrame:
    """Every place that is drawn under a view: one row is one place on the map."""
    columns = [
        "id",
        "name_zh",
        "name_en",
        "district_code",
        "towns",
        "sectors",
        "location_method",
        "accuracy_m",
        "location_basis",
    ]
    named = ("district_zh", "district_en")
    rows = [
        {
            **{column: row[column] for column in columns},
            **dict(zip(named, atlas.district_names.get(row["district_code"], ("", "")), strict=True)),
            "layer": layer_id,
            "data_kind": data_kind(atlas.loaded[layer_id].layer),
            **_lon_lat(row["geometry"]),
        }
        for layer_id, rows_of_layer in filters.shown(atlas, view).items()
        for row in rows_of_layer
    ]
    return pd.DataFrame(rows, columns=[*columns, *named, "layer", "data_kind", "lon", "lat"])


def table_export(atlas: Atlas, name: str, view: View) -> ExportTable:
    """A table on its way into a file, with the metadata of the layers that tables are made from."""
    frame = table(atlas, name, view)
    metadata = [layer_metadata(atlas, layer.id) for layer in atlas.places if layer.id in atlas.loaded]
    report = _about_table(atlas, name, view, metadata, rows=len(frame))
    columns = results.columns(name, analysis_params(view, atlas.complete_ids))
    return ExportTable(name=name, frame=frame, about={**report, "figures": FIGURES_NOTE}, columns=columns)


def _about_table(atlas: Atlas, name: str, view: View, metadata: list[dict[str, Any]], *, rows: int) -> dict[str, Any]:
    """The same of a table; an analysis's states its question, and the filters that it follows."""
    if name not in results.JOBS:
        return about(atlas, view, metadata, rows=rows)
    params = analysis_params(view, atlas.complete_ids)
    report = about(atlas, results.applied(view, params, name), metadata, rows=rows)
    return {**report, "analysis": results.about(atlas, name, params.of(results.JOBS[name]))}


def figure_rows(atlas: Atlas, view: View) -> list[dict[str, Any]]:
    """The stated figures that a view keeps, as rows."""
    verdicts = figures.checks(atlas)
    return [figures.row(figure, atlas, verdicts) for figure in figures.figures(atlas, view)]


def table_json(atlas: Atlas, name: str, view: View) -> str:
    """A table as one JSON document with filter and data version.

    Raises
    ------
    ParameterError
        If there is no such table.
    """
    rows = [{key: geojson.plain(value) for key, value in row.items()} for row in records(table(atlas, name, view))]
    report = _about_table(atlas, name, view, [], rows=len(rows))
    return json.dumps({**report, name: rows}, ensure_ascii=False, allow_nan=False)


def counts(atlas: Atlas, view: View) -> pd.DataFrame:
    """How many rows of every layer a view keeps, drawn or not, beside all rows of the layer."""
    return pd.DataFrame(
        [
            {
                "layer": layer.id,
                "layer_zh": layer.title_zh,
                "layer_en": layer.title_en,
                "drawn": layer.id in view.layers,
                "rows_kept": len(filters.records(atlas, layer.id, view)),
                "rows_all": len(atlas.frame(layer.id)),
                "data_kind": data_kind(layer),
            }
            for layer in reversed(atlas.places)
        ]
    )


def _lon_lat(geometry: BaseGeometry) -> dict[str, float]:
    """Longitude and latitude of a point; missing for a line, which has no single place."""
    if not isinstance(geometry, Point):
        return {"lon": math.nan, "lat": math.nan}
    return {"lon": round(geometry.x, 6), "lat": round(geometry.y, 6)}
