"""What a layer, a column, a style, a source and an issue are. Values only; behaviour is functions on them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd

USER_ROLE = "own"  # the role of what a user brought
REFERENCE_ROLE = "reference"  # the role of a list that the deployer imported


@dataclass(frozen=True, kw_only=True)
class Column:
    """One declared column: feeds the validator, the card, the table header, every export and the docs.

    Attributes
    ----------
    dtype
        ``str``, ``number``, ``bool`` or ``list`` (of strings).
    unit
        Unit in words that both languages read (m², m, km), or empty.
    required
        A missing value is an issue.
    allowed
        The only values there may be; empty means any.
    reference
        The column that names the stated figure behind this one; empty if there is none.
    verbatim
        Its values are a user's own words, never codes of the atlas.
    """

    name: str
    dtype: str
    label_zh: str
    label_en: str
    unit: str = ""
    required: bool = False
    allowed: tuple[str, ...] = ()
    reference: str = ""
    verbatim: bool = False


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a layer is drawn, in the words of simplestyle-spec 1.1 plus symbol shapes and dashes."""

    marker_color: str = "#4a5568"
    marker_symbol: str = "circle"
    marker_size: float = 7.0
    stroke: str = "#4a5568"
    stroke_width: float = 1.5
    stroke_opacity: float = 1.0
    stroke_dasharray: str = ""
    fill: str = "#4a5568"
    fill_opacity: float = 0.0


def simplestyle(style: Style) -> dict[str, Any]:
    """Spell a style in simplestyle-spec's names."""
    return {
        "marker-color": style.marker_color, "marker-symbol": style.marker_symbol, "marker-size": style.marker_size,
        "stroke": style.stroke, "stroke-width": style.stroke_width, "stroke-opacity": style.stroke_opacity,
        "stroke-dasharray": style.stroke_dasharray, "fill": style.fill, "fill-opacity": style.fill_opacity,
    }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Target:
    """How a group stands in the proximity tables, which measure every origin to it.

    Attributes
    ----------
    key
        Prefix of its columns in tables and files.
    name_zh, name_en
        One of its places, as the head of a column says it.
    known_zh, known_en
        How many of its places are known, in words with a blank ``{n}``. Empty where counting makes no sense: of a
        road or a hub there is one, of facilities some lie within a radius.
    """

    key: str
    name_zh: str
    name_en: str
    known_zh: str = ""
    known_en: str = ""

    @property
    def counted(self) -> bool:
        """Whether the places within a radius are counted."""
        return bool(self.known_zh)


@dataclass(frozen=True, kw_only=True)
class AnalysisGroup:
    """Places of a layer that an analysis may ask about: one entry of its pickers, addresses and commands.

    Attributes
    ----------
    kinds
        Kinds of the layer's rows that belong to it; empty for all.
    lines
        Its rows are lines: they have distances and a reach, but no new point can join them or stand on one of them.
    target
        Its place in the proximity tables; None if nothing is measured to it there.
    """

    id: str
    title_zh: str
    title_en: str
    kinds: tuple[str, ...] = ()
    lines: bool = False
    target: Target | None = None


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One layer of the registry.

    Attributes
    ----------
    about_zh, about_en
        One line on what its rows are, for the documents' table of layers.
    role
        ``base`` (ground to read by), ``place`` (what the sources name), ``modelled`` (simulated, never real),
        ``reference`` (a list that the deployer imported) or ``own`` (what a user brought).
    extent
        ``city``, or ``region`` if some rows lie outside the 16 districts.
    sector_filtered
        Whether the sector filter applies to it.
    on
        Drawn when the atlas opens. A base layer has no switch: it is drawn, or never.
    card
        Columns shown for a picked feature, in order.
    groups
        What of it an analysis may ask about.
    measured_from
        Whether the proximity tables measure from its places to every target.
    land
        Which part of the land ledger its places are: ``extent`` (published site area), ``floor`` (floor area), or none.
    prepare
        Last step of loading, from checked rows to rows.
    """

    id: str
    title_zh: str
    title_en: str
    geometry: tuple[str, ...]
    columns: tuple[Column, ...]
    style: Style
    about_zh: str = ""
    about_en: str = ""
    role: str = "place"
    extent: str = "city"
    sector_filtered: bool = False
    on: bool = True
    card: tuple[str, ...] = ()
    groups: tuple[AnalysisGroup, ...] = ()
    measured_from: bool = False
    land: str = ""
    folder: str = ""
    prepare: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame] | None = None

    @property
    def path(self) -> str:
        """The layer's file, relative to the data folder."""
        return f"{self.folder or self.id}/{self.id}.geojson"


@dataclass(frozen=True, kw_only=True)
class Source:
    """The metadata of a data folder: where it comes from and under which terms."""

    title_zh: str
    title_en: str
    producer: str
    citation: str
    url: str
    licence: str
    licence_url: str
    published: str
    accessed: str
    source_crs: str
    accuracy: str
    method_zh: str
    method_en: str
    attribution: str
    map_approval: str
    tool: str


@dataclass(frozen=True, kw_only=True)
class Issue:
    """A doubtful row, said aloud.

    Attributes
    ----------
    severity
        ``quarantined`` (the row is set aside) or ``doubtful`` (it stays and is marked).
    """

    layer: str
    feature: str
    column: str
    rule: str
    value: str
    severity: str


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A layer with its checked rows (EPSG:4326), its issues and its metadata; rows_in = rows + quarantined.

    Attributes
    ----------
    complete
        The metadata says that whoever made the list declared it complete: what is not in it is not there.
    """

    layer: Layer
    frame: gpd.GeoDataFrame
    issues: tuple[Issue, ...]
    source: Source
    rows_in: int
    sha256: str = field(repr=False, default="")
    complete: bool = False
