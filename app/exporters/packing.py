"""Several files as one zip, the same bytes for the same files: entries carry no clock."""

import io
import zipfile
from collections.abc import Collection

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest day that a zip can name
READABLE = 0o644 << 16


def zipped(files: dict[str, bytes], *, stored: Collection[str] = ()) -> bytes:
    """A zip of files by name, in their order; those named in ``stored`` are not made smaller."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=LONG_AGO)
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            entry.external_attr = READABLE
            archive.writestr(entry, content)
    return out.getvalue()
