"""GeoJSON of many points, by the letter of RFC 7946, in chunks: columns in, bytes out, no object per feature.

The text is put together column by column by the string kernels of Arrow. ``geo.geojson.to_geojson`` writes
the same content from a frame and takes any geometry; this writer is for points by the hundred thousand.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.errors import ParameterError
from geo.geojson import DECIMALS, plain

CHUNK = 50_000  # features; some 10 MB of text
UNIT: int = 10**DECIMALS
TIE = 1e-6  # of the last decimal: this close to a tie a product of doubles may round to the wrong side

FloatArray = NDArray[np.float64]
Column = NDArray[Any]

# whole degrees -180 ... 180 with -0 before 0, and the two halves of the decimals, as text of fixed width
_SOUTH_OR_WEST = 181
_WHOLE = np.array([f"{f'-{at}':>4}" for at in range(181)] + [f"{at:>4}" for at in range(181)], dtype="S4")
_HIGH = np.array([f"{at:04}" for at in range(10_000)], dtype="S4")
_LOW = np.array([f"{at:03}" for at in range(1_000)], dtype="S3")
_OPEN, _BETWEEN, _CLOSE = b'{"type": "Point", "coordinates": [', b",", b"]}"
_POINT = np.dtype([
    ("open", f"S{len(_OPEN)}"),
    ("lon_whole", "S4"), ("lon_dot", "S1"), ("lon_high", "S4"), ("lon_low", "S3"),
    ("between", "S1"),
    ("lat_whole", "S4"), ("lat_dot", "S1"), ("lat_high", "S4"), ("lat_low", "S3"),
    ("close", f"S{len(_CLOSE)}"),
])  # fmt: skip


def points_geojson(
    lon: FloatArray, lat: FloatArray, columns: Mapping[str, Column], *, about: Mapping[str, object]
) -> Iterator[bytes]:
    """Write points as one FeatureCollection, piece by piece.

    Parameters
    ----------
    lon, lat
        Shape (n,), WGS-84 degrees, rounded to 7 decimals. Where one is not finite the geometry is null.
    columns
        Properties by name, shape (n,) each: numbers, booleans, strings, or objects that have a JSON value.
        None, NaN and infinity become null. The column ``id``, if there is one, is the features' id too.
    about
        Foreign members of the collection (RFC 7946 section 6.1): filter, licence, source, data version.

    Returns
    -------
    iterator of bytes
        UTF-8; together one JSON text, features in the order of the rows, 50,000 to a piece.

    Raises
    ------
    ParameterError
        If the columns differ in length, a place is not in degrees, an id is missing, or a value has no JSON form.
    """
    _require_rows(lon, lat, columns)
    return _pieces(lon, lat, columns, about)


def _require_rows(lon: FloatArray, lat: FloatArray, columns: Mapping[str, Column]) -> None:
    shapes = {"lon": lon.shape, "lat": lat.shape} | {name: values.shape for name, values in columns.items()}
    if len(lon.shape) != 1 or len(set(shapes.values())) != 1:
        msg = "lon, lat and all columns must have one dimension and the same length"
        raise ParameterError(msg, code="lengths", where=", ".join(f"{name} {size}" for name, size in shapes.items()))
    for name, degrees, most in (("lon", lon, 180), ("lat", lat, 90)):
        if (np.isfinite(degrees) & (np.abs(degrees) > most)).any():
            msg = f"{name} must lie between -{most} and {most} degrees"
            raise ParameterError(msg, code="wrong_crs", where=name)


def _pieces(
    lon: FloatArray, lat: FloatArray, columns: Mapping[str, Column], about: Mapping[str, object]
) -> Iterator[bytes]:
    head = json.dumps({"type": "FeatureCollection", **about}, ensure_ascii=False, allow_nan=False)
    yield f'{head[:-1]}, "features": [\n'.encode(errors="backslashreplace")
    for first in range(0, len(lon), CHUNK):
        rows = slice(first, first + CHUNK)
        if first:
            yield b",\n"
        yield _features(lon[rows], lat[rows], {name: values[rows] for name, values in columns.items()})
    yield b"\n]}\n"


def _features(lon: FloatArray, lat: FloatArray, columns: Mapping[str, Column]) -> bytes:
    texts = {name: _json_texts(name, values) for name, values in columns.items()}
    parts, opening = [], '{"type": "Feature", '
    if "id" in texts:
        if texts["id"].null_count:
            msg = "a feature's id is missing"
            raise ParameterError(msg, code="parameter", where="id")
        parts, opening = [f'{opening}"id": ', texts["id"]], ", "
    parts += [f'{opening}"geometry": ', _points(lon, lat)]
    opening = ', "properties": {'
    for name, text in texts.items():
        parts += [f"{opening}{json.dumps(name)}: ", text]
        opening = ", "
    closing = "}}" if texts else f"{opening}}}}}"
    # Arrow writes null where a column has none; the last feature's comma is cut off
    lines = pc.binary_join_element_wise(*parts, f"{closing},\n", "", null_handling="replace", null_replacement="null")
    return bytes(_content(lines)[:-2])


def _content(texts: Any) -> memoryview:  # noqa: ANN401 - pyarrow has no types
    """All texts of an Arrow array, one after the other."""
    _, starts, content = texts.buffers()
    offsets = np.frombuffer(starts, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return memoryview(content)[offsets[0] : offsets[-1]]


def _points(lon: FloatArray, lat: FloatArray) -> Any:  # noqa: ANN401
    known = np.isfinite(lon) & np.isfinite(lat)
    record = np.empty(len(lon), dtype=_POINT)
    record["open"], record["between"], record["close"] = _OPEN, _BETWEEN, _CLOSE
    for axis, degrees in (("lon", lon), ("lat", lat)):
        units = _units(np.where(known, degrees, 0.0))
        whole, decimals = np.divmod(np.abs(units), UNIT)
        record[f"{axis}_whole"] = _WHOLE[whole + np.where(units < 0, 0, _SOUTH_OR_WEST)]
        record[f"{axis}_dot"] = b"."
        record[f"{axis}_high"], record[f"{axis}_low"] = _HIGH[decimals // 1_000], _LOW[decimals % 1_000]
    width = _POINT.itemsize
    offsets = np.arange(0, (len(lon) + 1) * width, width, dtype=np.int32)
    texts = pa.StringArray.from_buffers(len(lon), pa.py_buffer(offsets), pa.py_buffer(record))
    return texts if known.all() else pc.if_else(pa.array(known), texts, None)


def _units(degrees: FloatArray) -> NDArray[np.int64]:
    """Degrees in units of the last decimal, rounded as Python's round does: by the exact value of the double."""
    scaled = degrees * UNIT
    units = np.rint(scaled)
    for at in np.flatnonzero(np.abs(np.abs(scaled - units) - 0.5) < TIE):
        units[at] = np.rint(round(float(degrees[at]), DECIMALS) * UNIT)
    return units.astype(np.int64)


def _json_texts(name: str, values: Column) -> Any:  # noqa: ANN401
    """Each value's JSON as an Arrow array of strings, null where it is missing."""
    array = _arrow(values)
    if array is not None and pa.types.is_floating(array.type):
        wide = array.cast(pa.float64())
        return pc.if_else(pc.is_finite(wide), wide, None).cast(pa.string())
    if array is not None and (pa.types.is_integer(array.type) or pa.types.is_boolean(array.type)):
        return array.cast(pa.string())
    if array is not None and pa.types.is_string(array.type):
        return _quoted(array)
    return pa.array([_dumped(name, value) for value in values], type=pa.string())


def _arrow(values: Column) -> Any:  # noqa: ANN401
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowException, OverflowError, UnicodeEncodeError):
        return None  # kinds mixed in one column: each value is written alone


def _quoted(array: Any) -> Any:  # noqa: ANN401
    text = np.frombuffer(_content(array), dtype=np.uint8)
    if ((text < ord(" ")) | (text == ord('"')) | (text == ord("\\"))).any():
        # encoded in one go: a control character is escaped inside strings, so NUL can part them
        joined = json.dumps(array.fill_null("").to_pylist(), ensure_ascii=False, separators=("\0", ":"))
        return pc.if_else(array.is_valid(), pa.array(joined[1:-1].split("\0"), type=pa.string()), None)
    return pc.binary_join_element_wise('"', array, '"', "")


def _dumped(name: str, value: object) -> str | None:
    try:
        text = json.dumps(plain(value), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as fault:
        msg = f"a value has no JSON form ({fault})"
        raise ParameterError(msg, code="parameter", where=name) from fault
    # a lone surrogate has no UTF-8 form but a JSON escape
    return None if text == "null" else text.encode(errors="backslashreplace").decode()
