"""Columns as dBASE can hold them: names of 10 bytes, texts of 254 bytes; what is longer goes on in the next column."""

from dataclasses import dataclass

import pandas as pd

from geo.errors import ParameterError

NAME_BYTES = 10
TEXT_BYTES = 254
FIELDS = 255
RECORD_BYTES = 65_535


@dataclass(frozen=True, kw_only=True)
class Field:
    """A column of the file, and the column of ours (or the part of it) that it holds."""

    name: str
    column: str
    part: int = 1


def fields(rows: pd.DataFrame, *, where: str) -> tuple[pd.DataFrame, list[Field]]:
    """Rows with short names and short texts, and what each of their columns is.

    Raises
    ------
    ParameterError
        If there are more columns or longer records than the format has.
    """
    parts: list[tuple[str, int, pd.Series]] = []
    for column in rows.columns:
        cells = rows[column]
        pieces = _pieces(cells) if isinstance(cells.dtype, pd.StringDtype) else [cells]
        parts += [(str(column), number, piece) for number, piece in enumerate(pieces, start=1)]
    named = [
        Field(name=name, column=column, part=part)
        for name, (column, part, _) in zip(
            _short([c if n == 1 else f"{c}{n}" for c, n, _ in parts]), parts, strict=True
        )
    ]
    width = sum(TEXT_BYTES if isinstance(piece.dtype, pd.StringDtype) else 24 for _, _, piece in parts)
    if len(named) > FIELDS or width > RECORD_BYTES:
        msg = f"{len(named)} columns and records of up to {width} bytes, a shapefile has at most 255 and 65,535"
        raise ParameterError(msg, code="cannot_hold", where=f"{where}, SHP", hint="Take GeoPackage.")
    short = {field.name: piece for field, (_, _, piece) in zip(named, parts, strict=True)}
    return pd.DataFrame(short, index=rows.index), named


def _pieces(cells: "pd.Series[str]") -> "list[pd.Series[str]]":
    """A column of texts as columns of at most 254 bytes."""
    cut = [[] if pd.isna(cell) else _cut(str(cell)) for cell in cells]
    number = max([1, *(len(each) for each in cut)])
    return [
        pd.Series([each[at] if at < len(each) else None for each in cut], index=cells.index, dtype="string")
        for at in range(number)
    ]


def _cut(text: str) -> list[str]:
    """Pieces of at most 254 bytes, between characters, none ending in a space: users drop those."""
    pieces, rest = [], text
    while len(rest.encode("utf-8")) > TEXT_BYTES:
        piece = rest.encode("utf-8")[:TEXT_BYTES].decode("utf-8", "ignore")
        piece = piece.rstrip(" ") or piece
        pieces.append(piece)
        rest = rest[len(piece) :]
    return [*pieces, rest]


def _short(names: list[str]) -> list[str]:
    """Names of at most 10 bytes that differ, whatever their case."""
    found: list[str] = []
    for name in names:
        short, number = _bytes(name, NAME_BYTES), 2
        while short.lower() in {each.lower() for each in found}:
            tail = f"_{number}"
            short, number = _bytes(name, NAME_BYTES - len(tail)) + tail, number + 1
        found.append(short)
    return found


def _bytes(name: str, room: int) -> str:
    return name.encode("utf-8")[:room].decode("utf-8", "ignore")
