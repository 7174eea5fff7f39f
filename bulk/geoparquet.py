"""Where a Parquet file keeps its points, and how a batch of rows becomes arrays of degrees.

Three ways are read: columns of longitude and latitude, a GeoParquet geometry in WKB, and GeoParquet 1.1's native
``point`` encoding. Longitude and latitude must be those of WGS-84 (or CGCS2000, which is the same to centimetres).
"""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bulk import kernels_tally
from geo.errors import SchemaError

LONGITUDES = ("lon", "lng", "long", "longitude")
LATITUDES = ("lat", "latitude")
ACCEPTED_CRS = ("OGC:CRS84", "EPSG:4326", "EPSG:4490")
POINT_WKB = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
FURTHEST_LON, FURTHEST_LAT = 180.0, 90.0

FloatArray = NDArray[np.float64]


class Points(NamedTuple):
    """Points of a few rows. Made for every batch, so it is the kind of object that is made fastest.

    Attributes
    ----------
    lon, lat
        WGS-84 degrees, shape (n,), NaN where a row has no position.
    weight
        Shape (n,), NaN where a row has none; None if no weight was asked for.
    where
        The file they come from, for what there is to say of it.
    """

    lon: FloatArray
    lat: FloatArray
    weight: FloatArray | None = None
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Which columns of a file hold the points.

    Attributes
    ----------
    encoding
        ``columns`` (two names: longitude, latitude), ``WKB`` or ``point`` (one name).
    weight
        Column to sum, or nothing.
    """

    encoding: str
    names: tuple[str, ...]
    weight: str | None = None

    @property
    def columns(self) -> list[str]:
        """All columns that must be read."""
        return [*self.names, *((self.weight,) if self.weight else ())]


def layout(schema: Any, *, where: str, weight: str | None) -> Layout:  # noqa: ANN401 - pyarrow has no types
    """Find the points of a file by its schema.

    Raises
    ------
    SchemaError
        If it holds no points that can be read, another CRS, or no such weight.
    """
    if weight is not None:
        _check_number(schema, weight, where=where)
    geo = (schema.metadata or {}).get(b"geo")
    if geo is not None:
        return _geometry(schema, geo, where=where, weight=weight)
    by_name = {name.lower(): name for name in reversed(schema.names)}
    lon = next((by_name[name] for name in LONGITUDES if name in by_name), None)
    lat = next((by_name[name] for name in LATITUDES if name in by_name), None)
    if lon is None or lat is None:
        msg = f"no columns lon and lat and no GeoParquet geometry among: {', '.join(schema.names)}"
        raise SchemaError(msg, code="no_position", where=where, hint="Name them lon and lat, in WGS-84 degrees.")
    for name in (lon, lat):
        _check_number(schema, name, where=where)
    return Layout(encoding="columns", names=(lon, lat), weight=weight)


def decode(batch: Any, how: Layout, *, where: str) -> Points:  # noqa: ANN401 - pyarrow has no types
    """Arrays of a batch of rows. Whether the numbers are degrees is not looked at: see :func:`check_degrees`.

    Raises
    ------
    SchemaError
        If a geometry is no point.
    """
    if how.encoding == "columns":
        lon, lat = (_floats(batch.column(name)) for name in how.names)
    elif how.encoding == "point":
        struct = batch.column(how.names[0])
        lon, lat = (_floats(part) for part in _fields(struct, "x", "y"))
    else:
        lon, lat = _from_wkb(batch.column(how.names[0]), where=where)
    weight = _floats(batch.column(how.weight)) if how.weight else None
    return Points(lon=lon, lat=lat, weight=weight, where=where)


def check_degrees(lon: FloatArray, lat: FloatArray, *, where: str) -> None:
    """Make sure that numbers can be degrees. What is no number is not too far: it is a row without a position.

    Raises
    ------
    SchemaError
        If they leave the range of degrees.
    """
    if not kernels_tally.all_within(lon, lat, FURTHEST_LON, FURTHEST_LAT):
        msg = "the coordinates leave the range of degrees"
        raise SchemaError(msg, code="wrong_crs", where=where, hint="Convert them to WGS-84 longitude and latitude.")


def _geometry(schema: Any, geo: bytes, *, where: str, weight: str | None) -> Layout:  # noqa: ANN401
    try:
        said = json.loads(geo)
        name = str(said["primary_column"])
        column = said["columns"][name]
        encoding = str(column["encoding"])
    except (ValueError, KeyError, TypeError) as fault:
        msg = f"its GeoParquet metadata cannot be understood ({type(fault).__name__})"
        raise SchemaError(msg, code="no_position", where=where, hint="Write the file again as GeoParquet 1.") from fault
    kinds = set(column.get("geometry_types") or ())
    if name not in schema.names or encoding not in {"WKB", "point"} or not kinds <= {"Point", "Point Z"}:
        msg = f"its geometry column {name!r} does not hold points ({encoding}, {', '.join(sorted(kinds)) or 'any'})"
        raise SchemaError(msg, code="no_position", where=where, hint="Points are needed, as WKB or as point.")
    _check_crs(column, where=where)
    return Layout(encoding=encoding, names=(name,), weight=weight)


def _check_crs(column: dict[str, Any], *, where: str) -> None:
    """Longitude and latitude of WGS-84 are what GeoParquet means where it says nothing."""
    if "crs" not in column:
        return
    from pyproj import CRS  # noqa: PLC0415 - only files that state a CRS need it
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        stated = CRS.from_user_input(column["crs"])
        name = stated.name
        right = any(stated.equals(CRS(each), ignore_axis_order=True) for each in ACCEPTED_CRS)
    except CRSError:
        name, right = "unknown", False
    if not right:
        msg = f"its coordinate system is {name}"
        raise SchemaError(msg, code="wrong_crs", where=where, hint="Convert it to WGS-84 longitude and latitude.")


def _check_number(schema: Any, name: str, *, where: str) -> None:  # noqa: ANN401
    if schema.names.count(name) != 1:
        msg = f"there is not exactly one column {name!r}"
        raise SchemaError(msg, code="columns", where=where, hint="The columns are: " + ", ".join(schema.names))
    kind = schema.field(name).type
    if not (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
        msg = f"column {name!r} holds {kind}, not numbers"
        raise SchemaError(msg, code="columns", where=where, hint="Integers or floating-point numbers are needed.")


def _floats(column: Any) -> FloatArray:  # noqa: ANN401
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _fields(struct: Any, *names: str) -> list[Any]:  # noqa: ANN401
    # flatten gives a missing point missing coordinates; field() would give whatever lies there
    flat = struct.flatten()
    return [flat[struct.type.get_field_index(name)] for name in names]


def _from_wkb(column: Any, *, where: str) -> tuple[FloatArray, FloatArray]:  # noqa: ANN401
    plain = column if pa.types.is_binary(column.type) else column.cast(pa.binary())
    offsets = np.frombuffer(plain.buffers()[1], dtype=np.int32)[plain.offset : plain.offset + len(plain) + 1]
    # the buffer holds as many bytes as all points need; whether each has its share, the kernel looks
    if len(plain) and int(offsets[-1]) - int(offsets[0]) == len(plain) * POINT_WKB.itemsize:
        rows = np.frombuffer(plain.buffers()[2], dtype=POINT_WKB, count=len(plain), offset=int(offsets[0]))
        lon, lat = np.empty(len(plain)), np.empty(len(plain))
        if kernels_tally.unpack(offsets, rows, lon, lat):
            return lon, lat
    return _from_any_wkb(plain, where=where)


def _from_any_wkb(column: Any, *, where: str) -> tuple[FloatArray, FloatArray]:  # noqa: ANN401
    """The slow way: missing rows, heights, big-endian numbers."""
    import shapely  # noqa: PLC0415 - the common layout does without

    try:
        shapes = shapely.from_wkb(np.asarray(column.to_pylist(), dtype=object))
    except shapely.errors.GEOSException as fault:
        msg = "its geometry is no WKB"
        raise SchemaError(msg, code="unreadable", where=where, hint="Write the file again.") from fault
    if bool((shapely.get_type_id(shapes[~shapely.is_missing(shapes)]) != shapely.GeometryType.POINT).any()):
        msg = "not every geometry is a point"
        raise SchemaError(msg, code="no_position", where=where, hint="Points are needed.")
    shapes[shapely.is_empty(shapes)] = None  # GEOS refuses to say where an empty point with a height is
    return shapely.get_x(shapes), shapely.get_y(shapes)
