"""FlatGeobuf: one stream of rows with a spatial index."""

from app.exporters import provenance, vector
from app.exporters.export_table import Parcel


def to_bytes(parcel: Parcel) -> bytes:
    """Rows with the papers in the header. The index sorts them by place; without one (no shape) they keep their order.

    Raises
    ------
    ParameterError
        If the rows have no geometry.
    """
    frame = vector.rows(parcel, format_name="FlatGeobuf")
    indexed = len(frame) > 0 and bool(frame.geometry.notna().all())  # the index has no place for a missing shape
    return vector.in_memory(
        frame, driver="FlatGeobuf", layer=parcel.stem,
        options={
            "SPATIAL_INDEX": "YES" if indexed else "NO",
            "TITLE": parcel.stem,
            "DESCRIPTION": provenance.text(parcel.about),
        },
        metadata=dict(provenance.lines(parcel.about)),
    )  # fmt: skip
