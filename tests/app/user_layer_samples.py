"""Rows as the import gives them, and shelves that hold them: what the tests of a reader's user layers share."""

from typing import Any

import geopandas as gpd
from shapely.geometry import Point

from app.core.atlas import Atlas
from app.importers.import_file import Imported
from app.workspace.column_mapping import ColumnMapping
from app.workspace.session_layers import SessionLayers, UserLayerSource
from app.workspace.user_layer import Origin

ORIGIN = Origin(file="list.csv", sha256="ab" * 32, datum="gcj02", by_user=True)
SONGJIANG, JIADING, MINHANG = Point(121.2257, 31.0323), Point(121.2357, 31.3722), Point(121.3755, 31.1121)
HOSTILE = ("{{7*7}}", "<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "@SUM(A1)", "]]>&amp;<b>", "x" * 400,
           "two\nlines", "𠮷野家 🏭", "' OR 1=1 --", "${7*7}", "\\", "|", "[a](javascript:alert(1))")  # fmt: skip
HOSTILE_NAMES = ("id", "ID", "card", "layer", "lon", "lat", "wkt", "fid", "kind", "data_kind", "towns", "name_zh",
                 "area_m2", "district_codes", "unverified", "<img onerror=1>", "=cmd", "{{7*7}}", "n" * 300, "名 称",
                 "a.b[0]", "constructor", "__proto__", "ogc_fid", "geom")  # fmt: skip


def imported(columns: dict[str, list[Any]], shapes: list[Any]) -> Imported:
    """Give rows as the import gives them."""
    rows = list(range(1, len(shapes) + 1))
    frame = gpd.GeoDataFrame({"import_row": rows, **columns}, geometry=shapes, crs="EPSG:4326")
    report = {
        "set_aside": 0, "rows": len(rows), "name": "list", "features": len(rows), "crs": "", "issues": [],
        "datum": {"best": "gcj02", "margin": 1.0, "sure": True, "by_user": True},
    }  # fmt: skip
    return Imported(frame=frame, report=report)


def layer_source(columns: dict[str, list[Any]], shapes: list[Any], **mapping: str) -> UserLayerSource:
    """Give a layer that a reader accepted."""
    read = ColumnMapping(**{"title": "名单", **mapping})
    return UserLayerSource(imported=imported(columns, shapes), mapping=read, origin=ORIGIN)


def session_layers_of(atlas: Atlas, *layers: UserLayerSource, token: str = "t") -> SessionLayers:  # noqa: S107 - a test's own
    """Put layers into a new session."""
    made = SessionLayers(base=atlas, token=token)
    for each in layers:
        made.add(each)
    return made


def points(count: int, at: Point = SONGJIANG) -> list[Point]:
    """Give points some 100 m apart."""
    return [Point(at.x + 0.001 * number, at.y) for number in range(count)]
