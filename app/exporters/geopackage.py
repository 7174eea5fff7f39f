"""GeoPackage: the rows as one layer, and a second table that says what they are."""

import json
import sqlite3
from contextlib import closing
from typing import Any

import pandas as pd

from app.exporters import provenance, vector
from app.exporters.export_table import ExportTable
from app.exporters.file_format import Format

ABOUT = "about_this_file"
ROW_NUMBER = "_row"  # GeoPackage wants integer keys; ours are texts and keep their own column


def to_bytes(export: ExportTable) -> bytes:
    """Rows in a layer of the export table's name, metadata in the table ``about_this_file`` and in the layer's.

    Raises
    ------
    ParameterError
        If the rows have no geometry.
    """
    frame = vector.rows(export, format_name="GeoPackage")
    vector.fixed_timestamp(export.about)
    title = str(export.about.get("title", export.name))
    content = vector.in_memory(
        frame, driver="GPKG", layer=export.stem,
        options={"FID": _free(ROW_NUMBER, frame), "GEOMETRY_NAME": _free("geom", frame), "DESCRIPTION": title},
        metadata=dict(provenance.lines(export.about)),
    )  # fmt: skip
    return _with_metadata(content, export.about)


def _free(name: str, frame: pd.DataFrame) -> str:
    """A name for a column of GeoPackage's own that no column of the rows has."""
    taken = {str(column).lower() for column in frame.columns}
    while name in taken:
        name = f"_{name}"
    return name


def _with_metadata(content: bytes, about: dict[str, Any]) -> bytes:
    """Add the table, by the rules of GeoPackage 1.3 section 2.3 (attributes)."""
    report = provenance.lines(about)
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        database.execute(f"CREATE TABLE {ABOUT} (row INTEGER PRIMARY KEY, key TEXT NOT NULL, value TEXT NOT NULL)")
        database.executemany(f"INSERT INTO {ABOUT} (key, value) VALUES (?, ?)", report)  # noqa: S608 - our own constant
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
            "SELECT ?, 'attributes', ?, ?, max(last_change) FROM gpkg_contents",
            (ABOUT, ABOUT, json.dumps(about.get("filter", {}), ensure_ascii=False)),
        )
        database.commit()
        return database.serialize()


FORMAT = Format(
    code="gpkg", title="GeoPackage", endings=(".gpkg",), media_type="application/geopackage+sqlite3",
    to_bytes=to_bytes,
)  # fmt: skip
