"""What the deployer says of a list: whose it is, on what terms, from when, how well placed; held against itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from geo.errors import ParameterError

METHODS = ("surveyed", "address", "site")
OSM_COLUMNS = frozenset({"osm_id", "osm_way_id", "osm_type"})
OSM_ELEMENTS = ("node/", "way/", "relation/")
NOT_STATED = "未说明 | not stated"


@dataclass(frozen=True, kw_only=True)
class Rights:
    """Whose data it is and on what terms, as the metadata of a list says it."""

    producer: str
    attribution: str
    licence: str
    url: str = ""
    licence_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the deployer says.

    Attributes
    ----------
    attribution, licence
        Empty if nothing is said.
    accessed
        ISO date of the day on which the file was fetched.
    method
        How well the places are known: one of ``METHODS``.
    osm
        The file is an extract of OpenStreetMap.
    complete
        The list is complete: what is not in it is not there.
    keep
        Column and value; a row stays if it has one of the values in every column that is named, also among several
        in one cell (clinic;doctors).
    name
        The column of names, if it is not found.
    """

    accessed: str
    attribution: str = ""
    licence: str = ""
    method: str = "site"
    osm: bool = False
    complete: bool = False
    keep: tuple[tuple[str, str], ...] = ()
    name: str = ""


OSM = Rights(
    producer="OpenStreetMap", attribution="© OpenStreetMap contributors", licence="ODbL 1.0",
    url="https://www.openstreetmap.org/copyright", licence_url="https://opendatacommons.org/licenses/odbl/1-0/",
)  # fmt: skip


def is_osm(columns: Iterable[str], ids: Iterable[object]) -> bool:
    """Whether a file's own columns, or its ids (node/1, way/2), say that it comes from OpenStreetMap."""
    named = {column.strip().lower() for column in columns}
    return bool(OSM_COLUMNS & named) or any(str(each).startswith(OSM_ELEMENTS) for each in ids)


def rights(terms: Terms, *, of_osm: bool) -> Rights:
    """The credit and the licence: OpenStreetMap's own stands before whatever else is said.

    Raises
    ------
    ParameterError
        If nobody is credited.
    """
    said, licence = plain(terms.attribution), plain(terms.licence)
    if of_osm:
        credit = " · ".join(dict.fromkeys(part for part in (OSM.attribution, said) if part))
        return Rights(
            producer=OSM.producer, attribution=credit, url=OSM.url, licence=licence or OSM.licence,
            licence_url="" if licence else OSM.licence_url,
        )  # fmt: skip
    if not said:
        msg = "a list on everybody's map must say whose it is"
        hint = "Name the source with --attribution TEXT; --osm if it comes from OpenStreetMap."
        raise ParameterError(msg, code="reference_terms", where="--attribution", hint=hint)
    return Rights(producer=said, attribution=said, licence=licence or NOT_STATED)


def day(text: str) -> str:
    """An ISO date, as it is.

    Raises
    ------
    ParameterError
        If it is none.
    """
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as fault:
        msg = "the day on which the file was fetched must be known"
        raise ParameterError(msg, code="reference_terms", where="--accessed", hint="For example 2026-11-21.") from fault


def pair(text: str) -> tuple[str, str]:
    """Column and value of ``COLUMN=VALUE``.

    Raises
    ------
    ParameterError
        If there is no column.
    """
    column, equals, value = text.partition("=")
    if not (column.strip() and equals):
        msg = "it is not COLUMN=VALUE"
        raise ParameterError(msg, code="reference_terms", where=f"--keep {text}", hint="For example fclass=hospital.")
    return column.strip(), value.strip()


def plain(text: str) -> str:
    """Words that any file can hold: printable signs only."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()
