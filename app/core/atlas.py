"""Everything the atlas knows, loaded once: layers, evidence, names. A broken layer is set apart, the rest works."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from geo import assign, io
from geo.errors import DataError
from geo.frames import records
from layers import PLACES, REFERENCE, REGISTRY
from layers.districts import DISTRICTS, spellings
from layers.figures import Evidence, load_evidence
from layers.load import empty, load
from layers.model import REFERENCE_ROLE, USER_ROLE, Issue, Layer, Loaded
from layers.parks import OUTLINES

DATA_VARIABLE = "ATLAS_DATA"
DOCUMENTS_VARIABLE = "ATLAS_DOCUMENTS"
REFERENCE_VARIABLE = "ATLAS_REFERENCE"
DEFAULT_DATA = Path(__file__).parents[2] / "data"
DEFAULT_REFERENCE = Path(__file__).parents[2] / "reference"
EVERY_LAYER = (*(each for each in REGISTRY if each.role == "base"), *REFERENCE, *PLACES)  # in drawing order
NO_EVIDENCE = Evidence(figures={}, measures={}, documents={}, conflicts={})


@dataclass(frozen=True, kw_only=True)
class OutlinePiece:
    """What of a park's measured outline lies in one district."""

    park_id: str
    district_code: str
    geometry: BaseGeometry


@dataclass(frozen=True, kw_only=True)
class Atlas:
    """The loaded atlas.

    Attributes
    ----------
    loaded
        Usable layers by id, in drawing order.
    failed
        What stopped the others, by layer id (``figures`` for the evidence).
    districts
        The 16 districts, uncut, EPSG:4326; empty if that layer failed.
    row_records
        Rows of the place layers as dictionaries, by layer id: walking over a frame costs a hundred times as much.
    measured_outlines
        Outlines that are measured (independent of the published area), by park id.
    outline_pieces
        The same, cut at the districts' borders.
    signature
        Changes whenever a data file changes: names what browsers may keep.
    token
        Of the session whose layers are among these; empty if there are none.
    """

    data_version: str
    data_date: str
    loaded: Mapping[str, Loaded]
    failed: Mapping[str, DataError]
    districts: gpd.GeoDataFrame
    row_records: Mapping[str, tuple[dict[str, Any], ...]]
    measured_outlines: gpd.GeoSeries
    outline_pieces: tuple[OutlinePiece, ...]
    evidence: Evidence
    towns: tuple[str, ...]
    signature: str
    token: str = ""

    def frame(self, layer_id: str) -> gpd.GeoDataFrame:
        """Rows of a layer; none if it could not be loaded (`failed` says why).

        Raises
        ------
        KeyError
            If there is no such layer.
        """
        if layer_id in self.loaded:
            return self.loaded[layer_id].frame
        return empty({layer.id: layer for layer in EVERY_LAYER}[layer_id])

    def records(self, layer_id: str) -> tuple[dict[str, Any], ...]:
        """The same rows as dictionaries, laid out once when the atlas was loaded. Not to be changed."""
        return self.row_records.get(layer_id, ())

    @property
    def user_layers(self) -> tuple[Layer, ...]:
        """Layers of the user, oldest first."""
        return tuple(each.layer for each in self.loaded.values() if each.layer.role == USER_ROLE)

    @property
    def user_layer_ids(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(layer.id for layer in self.user_layers)

    @property
    def reference(self) -> tuple[Layer, ...]:
        """Lists that the deployer imported, whether they could be loaded or not."""
        return tuple(layer for layer in REFERENCE if layer.id in {*self.loaded, *self.failed})

    @property
    def added_layer_ids(self) -> tuple[str, ...]:
        """Ids of all layers that not every atlas has: the deployer's lists, then the session's own."""
        return (*(layer.id for layer in self.reference if layer.id in self.loaded), *self.user_layer_ids)

    @property
    def complete_ids(self) -> frozenset[str]:
        """Ids of the imported lists that were declared complete: nothing else but the user lets an answer be no."""
        loaded = self.loaded.values()
        return frozenset(each.layer.id for each in loaded if each.layer.role == REFERENCE_ROLE and each.complete)

    @property
    def places(self) -> tuple[Layer, ...]:
        """Layers of places: imported lists, the registry's (whether they could be loaded or not), a user's own."""
        return (*self.reference, *PLACES, *self.user_layers)

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Issue rows of all layers."""
        return tuple(issue for each in self.loaded.values() for issue in each.issues)

    @property
    def district_names(self) -> dict[str, tuple[str, str]]:
        """District code to its names in Chinese and English, in code order."""
        return {row["district_code"]: (row["name_zh"], row["name_en"]) for row in records(self.districts)}

    @property
    def accepted_district_names(self) -> dict[str, str]:
        """Every spelling of a district that a user may use (松江区, 松江, songjiang, 310117) to its code."""
        return {name: code for code, names in self.district_names.items() for name in spellings(code, *names)}


def data_folder() -> Path:
    """The data folder: the project's own, unless the environment names another."""
    return Path(os.environ.get(DATA_VARIABLE) or DEFAULT_DATA)


def reference_folder() -> Path:
    """Folder of the lists that the deployer imported; it need not exist."""
    return Path(os.environ.get(REFERENCE_VARIABLE) or DEFAULT_REFERENCE)


def documents_folder() -> Path | None:
    """Folder of the source documents, if the deployer named one that is there."""
    named = os.environ.get(DOCUMENTS_VARIABLE)
    return Path(named) if named and Path(named).is_dir() else None


def load_atlas(data: Path, reference: Path | None = None) -> Atlas:
    """Load every layer of the registry and the evidence from a data folder; what fails is kept as an error.

    ``reference`` is the folder of imported lists; those that are there are loaded by the same rules.
    """
    failed: dict[str, DataError] = {}
    loaded: dict[str, Loaded] = {}
    districts = empty(DISTRICTS)
    try:
        loaded[DISTRICTS.id] = load(DISTRICTS, data=data)
        districts = loaded[DISTRICTS.id].frame.sort_values("district_code").reset_index(drop=True)
    except DataError as fault:
        failed[DISTRICTS.id] = fault
    lists = {layer.id: reference for layer in REFERENCE if reference and (reference / layer.path).parent.is_dir()}
    for layer in EVERY_LAYER:
        folder = lists.get(layer.id) if layer.role == REFERENCE_ROLE else data
        if layer.id == DISTRICTS.id or folder is None:
            continue
        try:
            loaded[layer.id] = load(layer, data=folder, districts=districts if layer.role != "base" else None)
        except DataError as fault:
            failed[layer.id] = fault
    try:
        evidence = load_evidence(data)
    except DataError as fault:
        failed["figures"], evidence = fault, NO_EVIDENCE
    version, date = _version(data, failed)
    outlines = _measured(loaded["outlines"].frame if OUTLINES.id in loaded else empty(OUTLINES))
    places = [each.frame for each in loaded.values() if each.layer.role != "base"]
    return Atlas(
        data_version=version,
        data_date=date,
        loaded={layer.id: loaded[layer.id] for layer in EVERY_LAYER if layer.id in loaded},
        failed=failed,
        districts=districts,
        row_records={key: tuple(records(each.frame)) for key, each in loaded.items() if each.layer.role != "base"},
        measured_outlines=outlines,
        outline_pieces=_pieces(outlines, districts),
        evidence=evidence,
        towns=tuple(sorted({town for frame in places for towns in frame["towns"] for town in towns})),
        signature=_signature(loaded, version, data),
    )


def _measured(outlines: gpd.GeoDataFrame) -> gpd.GeoSeries:
    kept = outlines[outlines["independent"].astype(bool) & outlines["counts"].astype(bool)]
    return kept.set_index("park_id").geometry


def _pieces(outlines: gpd.GeoSeries, districts: gpd.GeoDataFrame) -> tuple[OutlinePiece, ...]:
    crossed = zip(outlines.index.astype(str), outlines, assign.crossed(outlines, districts.geometry), strict=True)
    return tuple(
        OutlinePiece(
            park_id=park,
            district_code=str(districts["district_code"].iloc[at]),
            geometry=geometry.intersection(districts.geometry.iloc[at]),
        )
        for park, geometry, positions in crossed
        for at in positions
    )


def _version(data: Path, failed: dict[str, DataError]) -> tuple[str, str]:
    try:
        entry = io.read_toml(data / "version.toml")
    except DataError as fault:
        failed["version"] = fault
        return "unknown", ""
    return str(entry.get("version", "unknown")), str(entry.get("date", ""))


def _signature(loaded: Mapping[str, Loaded], version: str, data: Path) -> str:
    report = [*sorted((data / "figures").glob("*.csv")), data / "documents.toml"]
    parts = [
        version,
        *(each.sha256 for each in loaded.values()),
        *(io.sha256(path) for path in report if path.is_file()),
    ]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]
