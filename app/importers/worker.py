"""The child's work: read a file, hold every layer to the contract, lay the result down as arrays and JSON."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from app.importers import readers, validate
from app.importers.crs_detection import CrsGuess, require_datum
from app.importers.issues import RefusedError, refusal
from app.importers.table import Table, positioned
from app.importers.validate import Standards
from geo.frames import records
from layers.districts import DISTRICTS, spellings
from layers.load import load

__all__ = ["RefusedError", "Standards", "read", "standards"]


def standards(data: Path, datum: str) -> Standards:
    """The districts of a data folder, and the datum that the user named.

    Raises
    ------
    RefusedError
        If there is no such datum.
    DataError
        If the atlas's own districts cannot be loaded.
    """
    districts = load(DISTRICTS, data=data).frame
    names = {
        name: row["district_code"]
        for row in records(districts)
        for name in spellings(row["district_code"], row["name_zh"], row["name_en"])
    }
    return Standards(districts=districts, district_names=names, datum=datum)


def read(
    path: Path, layer: str, held_against: Standards, *, into: Path, position: tuple[str, str] = ("", "")
) -> dict[str, Any]:
    """What a file holds: its format, and every layer (or the one that is asked for) with its issues.

    The arrays are written into a folder, one file for each layer. ``position`` names the columns of the coordinates.

    Raises
    ------
    RefusedError
        If the file, or the layer that is asked for, cannot be read.
    """
    require_datum(held_against.datum)
    found, tables = readers.read(path)
    wanted = [table for table in tables if not layer or table.name == layer]
    if not wanted:
        names = " ".join(table.name for table in tables)
        raise refusal(code="import_layer", where=layer, reason=f"of {len(tables)}", hint=f"The layers are: {names}")
    if any(position):
        wanted = [positioned(table, position) for table in wanted]
    return {"format": found, "layers": [_layer(table, at, into, held_against) for at, table in enumerate(wanted)]}


def _layer(table: Table, at: int, folder: Path, held_against: Standards) -> dict[str, Any]:
    guess = validate.check(table, held_against)
    blobs = shapely.to_wkb(table.geometry).tolist()
    ends = np.cumsum([len(blob) for blob in blobs], dtype=np.int64)
    np.savez(folder / f"layer{at}.npz", wkb=np.frombuffer(b"".join(blobs), dtype=np.uint8), ends=ends, rows=table.rows)
    return {
        "name": table.name,
        "rows_in": table.rows_in,
        "features": len(table.rows),
        "crs": guess.declared,
        "datum": _report(guess),
        "columns": table.columns,
        "issues": [asdict(each) for each in table.issues],
    }


def _report(guess: CrsGuess) -> dict[str, Any]:
    return {"best": guess.best, "margin": guess.margin, "sure": guess.sure, "by_user": guess.by_user}
