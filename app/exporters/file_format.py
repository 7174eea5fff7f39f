"""What a format of files is: its name, its endings, its media type, and what writes it."""

from collections.abc import Callable
from dataclasses import dataclass

from app.exporters.export_table import ExportTable


@dataclass(frozen=True, kw_only=True)
class Format:
    """A format of files. Its module declares it as ``FORMAT``; the catalogue lists it.

    Attributes
    ----------
    code
        What the command line calls it.
    endings
        Of file names, the usual one first: that is the one in addresses.
    takes_tables
        Whether rows without geometry have a place in it.
    in_lists
        Whether `lists` writes it for every district unless other formats are asked for.
    """

    code: str
    title: str
    endings: tuple[str, ...]
    media_type: str
    to_bytes: Callable[[ExportTable], bytes]
    takes_tables: bool = False
    in_lists: bool = False
