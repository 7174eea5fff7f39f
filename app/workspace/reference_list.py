"""Accepted foreign rows to the rows of a declared list: nothing is dropped without a number that says so."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from app.importers.import_file import Imported
from app.workspace.column_mapping import ColumnMapping, guess
from app.workspace.reference_terms import Rights, Terms, is_osm, rights
from app.workspace.user_layer import Origin, Standards, user_layer
from geo import crs
from geo.errors import ParameterError
from layers.columns import PLACE
from layers.model import Layer, Source
from layers.vocabulary import LOCATION_METHODS

ROW = "import_row"
ADDRESSES = ("address", "address_zh", "地址", "详细地址", "addr:full")
KINDS = ("fclass", "amenity", "railway", "kind", "类别", "类型", "分类", "type", "category", "brand")
NAMES_EN = "name:en"  # OpenStreetMap's own
IDS = ("osm_id", "@id", "id", "source_id", "编号", "uid", "poi_id", "code")
MANY_ROWS, MANY_DISTRICTS = 100, 3  # so many districts do not hold so many rows each, equally many, by chance
SEVERAL = re.compile(r"[;|]")  # how OpenStreetMap and lists of places put several values into one cell


@dataclass(frozen=True, kw_only=True)
class List:
    """A list on its way into the folder.

    Attributes
    ----------
    frame
        The declared columns, EPSG:4326.
    set_aside
        Rows that came and could not be used.
    left_out
        Rows that ``keep`` does not ask for.
    turned
        Outlines and lines that became points.
    outside
        Rows of the region: they are drawn, and counted in no district.
    cut_at
        A number of rows that so many districts share exactly that the list looks cut there; 0 if none.
    issues
        What the import and the reading said of the rows that stay and of those set aside.
    """

    layer: Layer
    frame: gpd.GeoDataFrame
    source: Source
    complete: bool
    set_aside: int
    left_out: int
    turned: int
    outside: int
    cut_at: int
    issues: int


def made(layer: Layer, imported: Imported, terms: Terms, origin: Origin, standards: Standards) -> List:
    """Rows of a declared list.

    Raises
    ------
    ParameterError
        If the datum is not certain, nobody is credited, no row is left, or a list that cannot be is called complete.
    """
    _require_datum(imported, origin)
    kept = _kept(imported.frame, terms.keep)
    wanted = _shaped(kept, layer)
    aside = int(imported.report["set_aside"]) + len(kept) - len(wanted)
    if wanted.empty:
        msg = f"{len(imported.frame)} rows came, {len(kept)} are asked for, none of them fits the list"
        raise ParameterError(msg, code="reference_rows", where=origin.file, hint="Look at --keep and --layer.")
    mapping = _mapping(layer, wanted, terms)
    layer_source = user_layer(
        Imported(frame=wanted, report=imported.report), mapping, origin, standards, layer_id=layer.id
    )
    frame, turned = _points(_declared(layer_source.frame, wanted), layer)
    if terms.complete:
        _require_whole(frame, aside, origin.file)
    stays = {0, *(int(row) for row in wanted[ROW])} | _set_aside(imported)
    report = sum(int(each["row"]) in stays for each in imported.report["issues"])
    credit = rights(terms, of_osm=terms.osm or is_osm(wanted.columns, frame["source_id"].head(100)))
    return List(
        layer=layer, frame=frame, source=_source(layer, terms, origin, credit, aside=aside), complete=terms.complete,
        set_aside=aside, left_out=len(imported.frame) - len(kept), turned=turned,
        outside=int((frame["extent"] == "region").sum()), cut_at=_cut_at(frame),
        issues=report + len(layer_source.issues),
    )  # fmt: skip


def _require_datum(imported: Imported, origin: Origin) -> None:
    report = imported.report["datum"]
    if report["sure"] or report["by_user"]:
        return
    msg = f"the coordinates do not tell; {report['best']} is likeliest, and a wrong one is some 500 m off"
    hint = f"Ask whoever made the list, then name it: --datum wgs84, gcj02 or bd09 (here perhaps {report['best']})."
    raise ParameterError(msg, code="reference_datum", where=origin.file, hint=hint)


def _kept(frame: gpd.GeoDataFrame, keep: tuple[tuple[str, str], ...]) -> gpd.GeoDataFrame:
    """Rows that have one of the values in every column that is named, alone or among several.

    Raises
    ------
    ParameterError
        If there is no such column.
    """
    mask = np.ones(len(frame), dtype=np.bool_)
    for column in dict.fromkeys(name for name, _ in keep):
        if column not in frame.columns or column in {ROW, "geometry"}:
            hint = "The columns are: " + " ".join(_columns(frame))
            msg = "the file has no such column"
            raise ParameterError(msg, code="reference_rows", where=f"--keep {column}", hint=hint)
        values = {value for name, value in keep if name == column}
        mask &= np.array([not values.isdisjoint(_parts(cell)) for cell in frame[column]], dtype=np.bool_)
    return frame[mask].reset_index(drop=True)


def _parts(cell: Any) -> set[str]:  # noqa: ANN401 - a cell may hold anything
    words = _words(cell)
    return {words, *(part.strip() for part in SEVERAL.split(words))}


def _shaped(frame: gpd.GeoDataFrame, layer: Layer) -> gpd.GeoDataFrame:
    """Rows whose shape the list can hold: outlines for towns; for places anything, it becomes a point."""
    if "Point" in layer.geometry:
        return frame
    return frame[frame.geometry.geom_type.isin(layer.geometry)].reset_index(drop=True)


def _mapping(layer: Layer, frame: gpd.GeoDataFrame, terms: Terms) -> ColumnMapping:
    """How the columns are read, by their names.

    Raises
    ------
    ParameterError
        If the column of names that the deployer names does not exist.
    """
    guessed = guess(layer.title_zh, _columns(frame))
    if terms.name and terms.name not in _columns(frame):
        msg, hint = "the file has no such column", "The columns are: " + " ".join(_columns(frame))
        raise ParameterError(msg, code="reference_rows", where=f"--name {terms.name}", hint=hint)
    named_en = NAMES_EN if NAMES_EN in _columns(frame) else ""
    return ColumnMapping(
        title=layer.title_zh, name=terms.name or guessed.name, name_en=guessed.name_en or named_en,
        district=guessed.district, method=terms.method,
    )  # fmt: skip


def _declared(layer_source: gpd.GeoDataFrame, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The columns that the list declares, in their order: what every place has, and what the file says beside it."""
    columns = {column.name: layer_source[column.name].to_list() for column in PLACE}
    columns["address_zh"] = _cells(frame, ADDRESSES)
    columns["kind_text"], columns["source_id"] = _cells(frame, KINDS), _cells(frame, IDS)
    return gpd.GeoDataFrame(columns, geometry=layer_source.geometry.to_list(), crs=layer_source.crs)


def _points(frame: gpd.GeoDataFrame, layer: Layer) -> tuple[gpd.GeoDataFrame, int]:
    """Outlines and lines of a list of places become a point on them; the farthest of their corners is its accuracy."""
    shapes = np.asarray(frame.geometry, dtype=object)
    drawn = shapely.get_type_id(shapes) != shapely.GeometryType.POINT
    if "Point" not in layer.geometry or not drawn.any():
        return frame, 0
    local = np.asarray(crs.to_local(frame.geometry[drawn]), dtype=object)
    inner = gpd.GeoSeries(shapely.point_on_surface(shapes[drawn]), crs=frame.crs)
    reach = shapely.hausdorff_distance(np.asarray(crs.to_local(inner), dtype=object), local)
    accuracy = frame["accuracy_m"].to_numpy(dtype=float).copy()
    accuracy[drawn] = np.maximum(accuracy[drawn], np.ceil(reach))
    shapes = shapes.copy()
    shapes[drawn] = np.asarray(inner, dtype=object)
    notes = (
        np.where(drawn, "来源为图形，取其上一点；精度不小于图形的半径", ""),
        np.where(drawn, "A shape in the source, here a point on it; its accuracy is at least the shape's reach", ""),
    )
    noted = frame.assign(accuracy_m=accuracy, location_note_zh=notes[0], location_note_en=notes[1])
    return gpd.GeoDataFrame(noted.drop(columns="geometry"), geometry=list(shapes), crs=frame.crs), int(drawn.sum())


def _source(layer: Layer, terms: Terms, origin: Origin, credit: Rights, *, aside: int) -> Source:
    named = ("（部署者指明）", " (named by the deployer)") if origin.by_user else ("", "")
    rows = " ".join(f"{column}={value}" for column, value in terms.keep)
    only = (f"只取 {rows}；", f" Only {rows}.") if rows else ("", "")
    whole = ("导入者声明名单完整。", " Whoever imported it declares the list complete.") if terms.complete else ("", "")
    accuracy = {method.code: method.accuracy_m for method in LOCATION_METHODS}[terms.method]
    return Source(
        title_zh=layer.title_zh, title_en=layer.title_en, producer=credit.producer, citation=Path(origin.file).name,
        url=credit.url, licence=credit.licence, licence_url=credit.licence_url, published="", accessed=terms.accessed,
        source_crs=origin.datum,
        accuracy=f"{terms.method}, {accuracy:,.0f} m: 由导入者说明 | as whoever imported it states",
        method_zh=f"由部署者导入 {origin.file}；{only[0]}坐标基准 {origin.datum}{named[0]}，换算到 WGS-84；"
        f"搁置 {aside} 行。{whole[0]}",
        method_en=f"Imported by the deployer from {origin.file}.{only[1]} Datum {origin.datum}{named[1]}, turned to "
        f"WGS-84; {aside} rows set aside.{whole[1]}",
        attribution=credit.attribution, map_approval="",
        tool=f"python -m app import --as {layer.id.removeprefix('ref_')}",
    )  # fmt: skip


def _require_whole(frame: gpd.GeoDataFrame, aside: int, file: str) -> None:
    """Hold a list against the word that it is complete.

    Raises
    ------
    ParameterError
        If rows were set aside, or it looks cut: then what is not in it may be there nevertheless.
    """
    cut_at = _cut_at(frame)
    if not (aside or cut_at):
        return
    aside_words = f"{aside} rows were set aside" if aside else ""
    cut_words = f"several districts hold exactly {cut_at} rows, as in a list that was cut there" if cut_at else ""
    msg = "; ".join(filter(None, (aside_words, cut_words)))
    raise ParameterError(msg, code="reference_complete", where=file, hint="Mend the list, or leave out --complete.")


def _cut_at(frame: gpd.GeoDataFrame) -> int:
    """The largest number of rows that several districts hold exactly: services answer with at most so many places."""
    rows = Counter(Counter(code for code in frame["district_code"] if code).values())
    shared = (count for count, districts in rows.items() if count >= MANY_ROWS and districts >= MANY_DISTRICTS)
    return max(shared, default=0)


def _set_aside(imported: Imported) -> set[int]:
    return {int(each["row"]) for each in imported.report["issues"] if each["severity"] == "quarantined"}


def _columns(frame: gpd.GeoDataFrame) -> tuple[str, ...]:
    return tuple(str(name) for name in frame.columns if name not in {ROW, "geometry"})


def _cells(frame: gpd.GeoDataFrame, spellings: tuple[str, ...]) -> list[str]:
    """The first column that is called so, as words."""
    found = {name.strip().lower(): name for name in reversed(_columns(frame))}
    column = next((found[spelling] for spelling in spellings if spelling in found), "")
    return [_words(cell) for cell in frame[column]] if column else [""] * len(frame)


def _words(cell: Any) -> str:  # noqa: ANN401 - a cell may hold anything
    """A cell as words; a whole number without its decimals, as ids are written."""
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
