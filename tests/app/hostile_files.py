"""Files that mean harm, made here. None of them may be followed, run, unpacked, believed or waited for."""

import io
import json
import math
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
from foreign_files import collection, feature, nested_collections, packed, point, polygon, shapefile

MIB = 1 << 20
KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>{}</Placemark></Document></kml>'
VRT = '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def texts(secret: Path) -> dict[str, tuple[bytes, str]]:
    """Give text files by name, each with the code of the refusal that it must meet."""
    here = json.dumps(str(secret))
    deep = "[" * 100_000
    pipe = f'{{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline ! read {secret}"}}'
    xxe = f"<!DOCTYPE kml [<!ENTITY x SYSTEM {here}>]>{KML.format('<name>&x;</name>')}"
    laughs = f'<!DOCTYPE kml [<!ENTITY l0 "ha">{LAUGHS}]>{KML.format("<name>&l9;</name>")}'
    return {
        "vrt": (VRT.format(secret).encode(), "import_link"),
        "wfs": (b"<OGRWFSDataSource><URL>http://127.0.0.1:9/</URL></OGRWFSDataSource>", "import_link"),
        "html": (b"<!DOCTYPE html><html></html>", "import_format"),
        "gdalg": (pipe.encode(), "import_link"),
        "oapif": (b'{"links":[{"href":"http://127.0.0.1:9/","rel":"data"}]}', "import_link"),
        "topojson": (b'{"type":"Topology","objects":{},"arcs":[]}', "import_format"),
        "url": (b"http://127.0.0.1:9/parks.geojson", "import_link"),
        "vsicurl": (b"/vsicurl/http://127.0.0.1:9/parks.geojson\n", "import_link"),
        "wfs link": (b"WFS:http://127.0.0.1:9/?service=WFS", "import_link"),
        "deep json": (f'{{"type":"FeatureCollection","features":{deep}'.encode(), "import_deep"),
        "double key": (b'{"type":"FeatureCollection","features":[],"features":[]}', "import_double_key"),
        "xxe": (xxe.encode(), "import_entities"),
        "external dtd": (f"<!DOCTYPE kml SYSTEM {here}>{KML.format('')}".encode(), "import_entities"),
        "billion laughs": (laughs.encode(), "import_entities"),
        "laughs in utf-16": (f'<!DOCTYPE kml [<!ENTITY l0 "ha">]>{KML.format("")}'.encode("utf-16"), "import_entities"),
        "deep xml": (("<kml>" + "<Folder>" * 5000).encode(), "import_deep"),
        "wide csv": (b"a," * 1_000_000 + b"b\n1\n", "import_columns"),
        "nul csv": (b"id,lon,lat\nA\x00,121.5,31.2\n", "import_unknown"),
        "control csv": (b"id,lon,lat\nA\x01,121.5,31.2\n", "import_broken"),
        "open quote": (b'id,lon,lat\n"A,121.5,31.2\n' * 3, "import_broken"),
        "many rows": (b"id,lon,lat\n" + b"A,121.5,31.2\n" * 200_001, "import_rows"),
        "blank": (b" \n" * 100, "import_empty"),
        "sequence": (b'{"type":"Feature"}\n{"type":"Feature"}\n', "import_format"),
        "elf": (b"\x7fELF" + bytes(100), "import_format"),
        "windows": (b"MZ" + bytes(100), "import_format"),
        "rar": (b"Rar!\x1a\x07\x00" + bytes(100), "import_format"),
        "pickle": (b"\x80\x04c", "import_format"),
    }  # fmt: skip


def archives(parks: gpd.GeoDataFrame, folder: Path) -> dict[str, tuple[bytes, str]]:
    """Give zips by name, each with the code of the refusal that it must meet."""
    parts = shapefile(parks, folder)
    shorter = shapefile(parks.iloc[:-1], folder, encoding="GB18030")
    lies = parts | {"parks.dbf": shorter["parks.dbf"]}
    return {
        "bomb": (packed({"parks.shp": bytes(100 * MIB)}), "import_zip"),
        "many": (packed({f"{at}.shp": b"" for at in range(501)}), "import_zip"),
        "up": (packed({"../../parks.shp": b"x"}), "import_zip"),
        "root": (packed({"/etc/parks.shp": b"x"}), "import_zip"),
        "windows path": (packed({"C:\\parks.shp": b"x"}), "import_zip"),
        "nested": (packed({"inner.zip": packed(parts)}), "import_zip"),
        "disguised": (packed({**parts, "parks.prj": packed(parts)}), "import_zip"),
        "counts": (packed(lies), "import_count"),
        "no dbf": (packed({key: parts[key] for key in ("parks.shp", "parks.shx")}), "import_part"),
        "cut shp": (packed({**parts, "parks.shp": parts["parks.shp"][:-10]}), "import_cut_off"),
        "cut dbf": (packed({**parts, "parks.dbf": parts["parks.dbf"][:-40]}), "import_cut_off"),
        "xlsx with entities": (workbook('<!DOCTYPE x [<!ENTITY l0 "ha">]>'), "import_entities"),
        "kmz with entities": (packed({"doc.kml": b'<!DOCTYPE kml [<!ENTITY a "b">]><kml/>'}), "import_entities"),
        "text": (packed({"readme.txt": b"hello"}), "import_format"),
    }


def workbook(head: str = "", rows: str = "", dimension: str = "A1:C2") -> bytes:
    """Write a sheet with id, lon and lat by hand, so that it can lie."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    names = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in ("id", "lon", "lat"))
    first = f'<row r="1">{names}</row><row r="2"><c><v>1</v></c><c><v>121.5</v></c><c><v>31.2</v></c></row>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        f'<sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{main}"><dimension ref="{dimension}"/>'
        f"<sheetData>{first}{rows}</sheetData></worksheet>",
    }
    return packed({name: words.encode() for name, words in parts.items()})


def databases(parks: gpd.GeoDataFrame, folder: Path) -> dict[str, tuple[bytes, str]]:
    """Give GeoPackages by name, each with the code of the refusal that it must meet."""
    endless = (
        "CREATE VIEW parks AS WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM n) "
        "SELECT fid, NULL AS geom FROM n"
    )
    changes = {
        "endless view": (["DROP TABLE parks", endless], "import_view"),
        "no table": (["DROP TABLE parks"], "import_part"),
        "virtual": (["DROP TABLE parks", "CREATE VIRTUAL TABLE parks USING rtree(fid, a, b)"], "import_view"),
        "no contents": (["DROP TABLE gpkg_contents"], "import_broken"),
        "plain database": (["PRAGMA application_id = 0"], "import_format"),
    }
    made = {}
    for at, (name, (commands, code)) in enumerate(changes.items()):
        path = folder / f"hostile{at}.gpkg"
        parks.to_file(path, layer="parks", driver="GPKG")
        with sqlite3.connect(path) as base:
            triggers = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (trigger,) in triggers:
                base.execute(f'DROP TRIGGER "{trigger}"')
            for command in commands:
                base.execute(command)
        base.close()
        made[name] = (path.read_bytes(), code)
    return made


def accepted_with_care(secret: Path) -> dict[str, bytes]:
    """Give files that hold one good row beside what must not be followed or believed."""
    good = feature(point(121.5, 31.2), id="A")
    link = {"type": "link", "properties": {"href": str(secret), "type": "ogcwkt"}}
    with_link = json.loads(collection(good)) | {"crs": link}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("doc.kml", KML.format("<Point><coordinates>121.5,31.2</coordinates></Point>"))
    huge = ",".join(
        [
            json.dumps(good),
            '{"type":"Feature","properties":{"id":"B"},"geometry":{"type":"Point","coordinates":[1e400,31.2]}}',
            '{"type":"Feature","properties":{"id":"C","area":NaN},"geometry":{"type":"Point","coordinates":[NaN,31]}}',
        ]
    )
    return {
        "crs link": json.dumps(with_link).encode(),
        "huge numbers": f'{{"type":"FeatureCollection","features":[{huge}]}}'.encode(),
        "network link": KML.format("<Point><coordinates>121.5,31.2</coordinates></Point>")
        .replace("</Document>", f"<NetworkLink><Link><href>{secret}</href></Link></NetworkLink></Document>")
        .encode(),
        "kmz": buffer.getvalue(),
        "huge dimension": workbook(dimension="A1:XFD1048576"),
    }


def greedy() -> bytes:
    """Give JSON that takes a gigabyte once it is parsed: an empty list is 3 bytes of text and 60 of memory."""
    return b'{"type":"FeatureCollection","features":[' + b",".join([b"[]"] * (48 * MIB // 3)) + b"]}"


def endless() -> bytes:
    """Give 300 jagged outlines, each on every other one: a minute's work for little memory."""
    jags = [(0.02 * (1 + 0.1 * (at % 2)), at * math.tau / 600) for at in range(600)]
    outline = [(121.4 + round(r * math.cos(turn), 6), 31.2 + round(r * math.sin(turn), 6)) for r, turn in jags]
    rows = [
        feature(polygon(*((lon + row * 1e-5, lat) for lon, lat in outline)), id=f"A{row}", area=row)
        for row in range(300)
    ]
    return collection(*rows).encode()


def deep_geometry(parks: gpd.GeoDataFrame, folder: Path) -> bytes:
    """Give a GeoPackage with a collection in a collection, a hundred thousand times."""
    path = folder / "deep.gpkg"
    parks.to_file(path, layer="parks", driver="GPKG", SPATIAL_INDEX="NO")
    blob = b"GP\x00\x01" + (4326).to_bytes(4, "little") + nested_collections(100_000)
    with sqlite3.connect(path) as base:
        for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.execute("UPDATE parks SET geom = ? WHERE fid = 1", (blob,))
    base.close()
    return path.read_bytes()
