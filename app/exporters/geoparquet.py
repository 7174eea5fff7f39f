"""GeoParquet 1.1: columns with lists as lists, where they come from in the file's metadata."""

import io
import json

from app.exporters import vector
from app.exporters.export_table import ExportTable
from app.exporters.file_format import Format

KEY = b"shanghai_atlas"


def to_bytes(export: ExportTable) -> bytes:
    """Rows as one table, geometry in WKB, the metadata as JSON under the key ``shanghai_atlas``.

    Raises
    ------
    ParameterError
        If the rows have no geometry.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - takes long to load, and only this needs it

    plain = io.BytesIO()
    vector.rows(export, format_name="GeoParquet", lists=True).to_parquet(plain, index=False, schema_version="1.1.0")
    table = pq.read_table(io.BytesIO(plain.getvalue()))
    report = json.dumps(export.about, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    out = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), KEY: report}), out)
    return out.getvalue()


FORMAT = Format(
    code="parquet", title="GeoParquet", endings=(".parquet", ".geoparquet"),
    media_type="application/vnd.apache.parquet", to_bytes=to_bytes,
)  # fmt: skip
