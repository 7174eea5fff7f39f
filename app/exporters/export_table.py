"""What is taken away: rows, and what the file has to say of them."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.model import Column


@dataclass(frozen=True, kw_only=True)
class ExportTable:
    """Rows on their way out.

    Attributes
    ----------
    name
        Of the layer or the table.
    frame
        With geometry (degrees, longitude first) or without.
    about
        Title, data version, filter, licence, source, method: what `app.documents.exports.about` says.
    columns
        Declarations of the columns, as far as there are any.
    datum
        Code of the coordinates' datum, see `app.exporters.datum`.
    """

    name: str
    frame: pd.DataFrame
    about: dict[str, Any]
    columns: tuple[Column, ...] = ()
    datum: str = "wgs84"

    @property
    def is_map(self) -> bool:
        """Whether the rows have a geometry."""
        return isinstance(self.frame, gpd.GeoDataFrame)

    @property
    def datum_suffix(self) -> str:
        """What a name carries so that shifted coordinates are never taken for WGS-84; nothing for those."""
        return "" if self.datum == "wgs84" else f"_{self.datum}"

    @property
    def stem(self) -> str:
        """Name for a file or for a layer inside a file."""
        return f"{self.name}{self.datum_suffix}"
