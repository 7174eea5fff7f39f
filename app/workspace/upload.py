"""A file on its way in: read in a process of its own, shown, and read again when the user says more about it."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from app.importers.import_file import Imported, ImportResult, file_stem, import_file
from app.workspace.column_mapping import ColumnMapping, guess
from app.workspace.session_layers import UserLayerSource
from app.workspace.user_layer import Origin, words
from geo import geojson
from layers.model import Style, simplestyle

PREVIEW = "preview"
STYLE = Style(
    marker_color="#7a1fa2", marker_symbol="circle", marker_size=6.0, stroke="#7a1fa2", fill="#7a1fa2", fill_opacity=0.15
)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that waits to be accepted.

    Attributes
    ----------
    datum
        Code that the user named; empty if the atlas is to judge.
    x, y
        Columns of the coordinates that the user named; empty if the atlas is to find them.
    """

    name: str
    content: bytes
    result: ImportResult
    datum: str = ""
    x: str = ""
    y: str = ""

    @property
    def layers(self) -> tuple[Imported, ...]:
        """Its layers, in the file's order."""
        return self.result.layers

    def is_sure(self, at: int) -> bool:
        """Whether a layer's datum is known: the coordinates tell, or the user did."""
        report = self.layers[at].report["datum"]
        return bool(report["sure"] or report["by_user"])

    def guessed(self, at: int) -> ColumnMapping:
        """How a layer may be read, by the names of its columns."""
        layer = self.layers[at]
        stem = Path(self.name).stem
        title = stem if len(self.layers) == 1 else f"{stem} · {layer.report['name']}"
        return guess(title, columns(layer))

    def layer_source(self, at: int, mapping: ColumnMapping, *, attribution: str = "") -> UserLayerSource:
        """A layer as the user accepts it; ``attribution`` is whom the map names for it, the file if nobody."""
        layer = self.layers[at]
        report = layer.report["datum"]
        origin = Origin(
            file=self.name, sha256=hashlib.sha256(self.content).hexdigest(), datum=str(report["best"]),
            by_user=bool(report["by_user"]), attribution=attribution,
        )  # fmt: skip
        return UserLayerSource(imported=layer, mapping=mapping, origin=origin)


def upload(name: str, content: bytes, *, data: Path, datum: str = "", position: tuple[str, str] = ("", "")) -> Upload:
    """Read a file, whatever it is; its answer says whether it can be accepted."""
    with tempfile.TemporaryDirectory(prefix="atlas-upload-") as folder:
        path = Path(folder) / harmless(name)
        path.write_bytes(content)
        result = import_file(path, data=data, datum=datum, position=position)
    return Upload(name=name, content=content, result=result, datum=datum, x=position[0], y=position[1])


def harmless(name: str) -> str:
    """A file's name, as far as it can stand in any folder: the import takes the names of layers from it."""
    return file_stem(name) or "file"


def again(pending: Upload, *, data: Path, datum: str, position: tuple[str, str]) -> Upload:
    """The same file, read as the user says."""
    if (datum, *position) == (pending.datum, pending.x, pending.y):
        return pending
    return upload(pending.name, pending.content, data=data, datum=datum, position=position)


def columns(layer: Imported) -> tuple[str, ...]:
    """The file's own columns."""
    return tuple(str(name) for name in layer.frame.columns if name not in {"import_row", "geometry"})


def issues(layer: Imported) -> pd.DataFrame:
    """The issue log of a layer, one row each."""
    return pd.DataFrame(layer.report["issues"])


def preview_text(layer: Imported, mapping: ColumnMapping) -> str:
    """GeoJSON of rows that wait, as the map draws results: named by their number and the column of names."""
    frame = layer.frame
    rows = [str(row) for row in frame["import_row"]]
    cells = [words(cell) for cell in frame[mapping.name]] if mapping.name else rows
    names = [name or row for name, row in zip(cells, rows, strict=True)]
    drawn = gpd.GeoDataFrame(
        {"id": rows, "name_zh": names, "name_en": names, "location_method": mapping.method},
        geometry=frame.geometry.to_list(), crs=frame.crs,
    )  # fmt: skip
    return geojson.to_geojson(drawn, about={})


def preview_declaration(token: str, layer: Imported, number: int, title: tuple[str, str]) -> dict[str, Any]:
    """The declaration of a preview for the map; ``number`` makes its address new for every reading."""
    kinds = sorted(set(layer.frame.geometry.geom_type))
    return {
        "id": PREVIEW, "role": "result", "format": "geojson", "geometry": kinds, "title_zh": title[0],
        "title_en": title[1], "url": f"/own/{token}/{PREVIEW}.geojson?n={number}", "style": simplestyle(STYLE),
    }  # fmt: skip
