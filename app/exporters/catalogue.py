"""Every format that there is, in the order in which they are offered."""

from pathlib import Path

from app.exporters import (
    csv_writer,
    flatgeobuf,
    geojson_writer,
    geopackage,
    geoparquet,
    kml,
    shapefile,
    workbook,
)
from app.exporters.file_format import Format
from geo.errors import ParameterError

FORMATS: dict[str, Format] = {
    module.FORMAT.code: module.FORMAT
    for module in (
        geojson_writer,
        geopackage,
        shapefile,
        kml,
        geoparquet,
        flatgeobuf,
        csv_writer,
        workbook,
    )
}
PLAIN = geojson_writer.FORMAT.code  # what a name without an ending gets
LIST_FORMATS = tuple(code for code, form in FORMATS.items() if form.in_lists)


def beside(code: str) -> tuple[Format, ...]:
    """The other formats for the same thing: for tables beside CSV, for maps beside GeoJSON."""
    tables = FORMATS[code].takes_tables
    return tuple(form for form in FORMATS.values() if form.code != code and form.takes_tables == tables)


def format_of(path: Path, wanted: str | None) -> str:
    """The format asked for, else the one that the file's name ends in.

    Raises
    ------
    ParameterError
        If there is no such format, or the name says none.
    """
    if wanted in FORMATS:
        return wanted
    name = path.name.lower()
    guessed = {code for code, each in FORMATS.items() if name.endswith(each.endings)}
    if wanted is None and (guessed or not path.suffix):
        return guessed.pop() if guessed else PLAIN
    hint = f"The formats are: {' '.join(FORMATS)}."
    if wanted is None and path.suffix.lower() == ".shp":
        hint = "A shapefile is several files: name the zip that holds them, for example parks.shp.zip."
    msg = f"there is no format {wanted!r}" if wanted else f"no format ends in {path.suffix!r}"
    raise ParameterError(msg, code="unknown_format", where=wanted or path.name, hint=hint)
