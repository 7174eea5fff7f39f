"""Points put down by tile and taken up again: Parquet files of each part, one row group per tile.

A file appears whole or not at all, under a name that only its part decides. So a part that is put down again, after
a worker was lost, changes nothing.
"""

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from geo.errors import MissingFileError, ParameterError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class SpillFile:
    """A file of points by tile.

    Attributes
    ----------
    tiles
        Tile of every row group, in order.
    """

    path: str
    tiles: tuple[int, ...]


def put(path: Path, columns: Columns, tile: IntArray) -> SpillFile:
    """Write columns, tile by tile.

    Parameters
    ----------
    columns
        Arrays of shape (n,).
    tile
        Ascending, shape (n,).

    Raises
    ------
    ParameterError
        If the folder cannot be written to.
    """
    table = pa.table(columns)
    numbers, starts = np.unique(tile, return_index=True)
    ends = np.append(starts, len(tile))[1:]
    draft = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        # coordinates do not compress, and nobody reads these files but the next step
        with pq.ParquetWriter(draft, table.schema, compression="none", use_dictionary=False) as writer:
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
                writer.write_table(table.slice(start, end - start), row_group_size=max(end - start, 1))
        draft.replace(path)
    except OSError as fault:
        msg = f"the points cannot be put down by tile ({fault.strerror or fault})"
        hint = "Name a folder with --scratch that has room and that all workers share."
        raise ParameterError(msg, code="unwritable", where=str(path.parent), hint=hint) from fault
    finally:
        draft.unlink(missing_ok=True)
    return SpillFile(path=str(path), tiles=tuple(numbers.tolist()))


def take(path: str, row_group: int) -> Columns:
    """Read one tile's columns of one file.

    Raises
    ------
    MissingFileError
        If the file is not there.
    """
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            table = file.read_row_group(row_group, use_threads=False)
    except (OSError, pa.ArrowException) as fault:
        msg = "points that were put down by tile cannot be read"
        hint = "The folder named with --scratch must be shared by all workers."
        raise MissingFileError(msg, code="missing_file", where=Path(path).name, hint=hint) from fault
    return {name: table.column(name).to_numpy() for name in table.column_names}
