"""FlatGeobuf: one stream of rows with a spatial index."""

from app.exporters import provenance, vector
from app.exporters.export_table import ExportTable
from app.exporters.file_format import Format


def to_bytes(export: ExportTable) -> bytes:
    """Rows, metadata in the header. The index sorts them by place; without one (no shape) they keep their order.

    Raises
    ------
    ParameterError
        If the rows have no geometry.
    """
    frame = vector.rows(export, format_name="FlatGeobuf")
    indexed = len(frame) > 0 and bool(frame.geometry.notna().all())  # the index has no place for a missing shape
    return vector.in_memory(
        frame, driver="FlatGeobuf", layer=export.stem,
        options={
            "SPATIAL_INDEX": "YES" if indexed else "NO",
            "TITLE": export.stem,
            "DESCRIPTION": provenance.text(export.about),
        },
        metadata=dict(provenance.lines(export.about)),
    )  # fmt: skip


FORMAT = Format(
    code="fgb", title="FlatGeobuf", endings=(".fgb",), media_type="application/flatgeobuf", to_bytes=to_bytes
)  # fmt: skip
