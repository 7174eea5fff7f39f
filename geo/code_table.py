"""Rows kept as whole-number codes, so that a filter and its summary read no text and no objects.

Rows with the same district, sectors and method pass or fail together. The table keeps one entry for each
such combination with its count and its sum: a summary reads the few entries, never the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import ParameterError

MOST_SECTORS = 63  # bits of a signed 64-bit number without its sign
MOST_CODES = 1 << 31

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What the rows that pass a filter amount to, by district; the last place is for rows without a district.

    Attributes
    ----------
    rows
        Shape (districts + 1,): number of rows.
    known
        Shape (districts + 1,): number of rows whose value is known (not NaN).
    total
        Shape (districts + 1,): sum of the known values, in their unit. Exact for whole numbers up to 2**53
        in sum, else to the rounding of doubles.
    """

    rows: IntArray
    known: IntArray
    total: FloatArray


@dataclass(frozen=True, kw_only=True)
class CodeTable:
    """Codes and values of rows, one entry per combination of codes.

    Attributes
    ----------
    districts
        Number of districts.
    entry
        Shape (n,): the combination that each row has.
    district, sectors, method
        Shape (combinations,): district (one past the last: none), bit mask of sectors, method.
    rows, known, total
        Shape (combinations,): as in ``Summary``.
    """

    districts: int
    entry: NDArray[np.int32]
    district: IntArray
    sectors: IntArray
    method: IntArray
    rows: IntArray
    known: IntArray
    total: FloatArray

    def summary(
        self, *, districts: Sequence[int] = (), sectors: Sequence[int] = (), methods: Sequence[int] = ()
    ) -> Summary:
        """Count and sum by district over the rows that pass.

        Parameters
        ----------
        districts, sectors, methods
            Codes that are wanted; none: no restriction. A row passes with any of the wanted sectors.

        Raises
        ------
        ParameterError
            If a district or sector does not exist.
        """
        kept = self._kept(districts, sectors, methods)
        at, size = self.district[kept], self.districts + 1
        return Summary(
            # sums of whole numbers below 2**53 are exact in doubles
            rows=np.bincount(at, weights=self.rows[kept], minlength=size).astype(np.int64),
            known=np.bincount(at, weights=self.known[kept], minlength=size).astype(np.int64),
            total=np.bincount(at, weights=self.total[kept], minlength=size).astype(np.float64),
        )

    def kept(
        self, *, districts: Sequence[int] = (), sectors: Sequence[int] = (), methods: Sequence[int] = ()
    ) -> BoolArray:
        """Rows that pass, shape (n,), in the order of the rows; parameters and errors as in ``summary``."""
        return self._kept(districts, sectors, methods)[self.entry]

    def _kept(self, districts: Sequence[int], sectors: Sequence[int], methods: Sequence[int]) -> BoolArray:
        _require_existing("district", districts, self.districts)
        _require_existing("sector", sectors, MOST_SECTORS)
        kept = np.ones(len(self.rows), dtype=np.bool_)
        if len(districts):
            kept &= np.isin(self.district, districts)
        if len(sectors):
            kept &= (self.sectors & np.bitwise_or.reduce(np.int64(1) << np.array(sectors, dtype=np.int64))) != 0
        if len(methods):
            kept &= np.isin(self.method, methods)
        return kept


def build_code_table(
    district: NDArray[np.integer],
    sectors: NDArray[np.integer],
    method: NDArray[np.integer],
    value: FloatArray,
    *,
    districts: int,
) -> CodeTable:
    """Gather rows into a table of codes.

    Parameters
    ----------
    district
        Shape (n,): 0 to ``districts`` - 1, or -1 for a row without a district.
    sectors
        Shape (n,): bit mask, bit k set if the row has sector k; at most 63 sectors, 0 for a row without any.
    method
        Shape (n,): 0 or more.
    value
        Shape (n,): what is summed, in any one unit; NaN where it is not known.
    districts
        How many districts there are.

    Raises
    ------
    ParameterError
        If the columns differ in length, or a code or mask is out of its range.

    Examples
    --------
    >>> columns = np.array([0, 1, 1]), np.array([0b01, 0b11, 0b10]), np.array([0, 0, 0]), np.array([5.0, 7.0, 9.0])
    >>> table = build_code_table(*columns, districts=2)
    >>> table.summary(sectors=[0]).total.tolist()
    [5.0, 7.0, 0.0]
    """
    _require_columns(district, sectors, method, value)
    _require_range("district", district, -1, districts)
    _require_range("method", method, 0, MOST_CODES)
    _require_range("sectors", sectors, 0, 1 << MOST_SECTORS)
    # numbered first, the masks are small and the three codes fit into one whole number
    masks, mask = np.unique(sectors, return_inverse=True)
    methods, kind = np.unique(method, return_inverse=True)
    place = np.where(district < 0, districts, district).astype(np.int64)
    combined = (place * len(masks) + mask) * len(methods) + kind
    present, entry = np.unique(combined, return_inverse=True)
    known = ~np.isnan(value)
    return CodeTable(
        districts=districts,
        entry=entry.astype(np.int32),
        district=present // (len(masks) * len(methods)) if len(present) else present,
        sectors=masks.astype(np.int64)[present // max(len(methods), 1) % max(len(masks), 1)],
        method=methods.astype(np.int64)[present % max(len(methods), 1)],
        rows=np.bincount(entry, minlength=len(present)),
        known=np.bincount(entry[known], minlength=len(present)),
        total=np.bincount(entry[known], weights=value[known], minlength=len(present)).astype(np.float64),
    )


def _require_columns(*columns: NDArray[np.generic]) -> None:
    shapes = [each.shape for each in columns]
    if len(set(shapes)) != 1 or len(shapes[0]) != 1:
        msg = "the columns must have one dimension and the same length"
        raise ParameterError(msg, code="lengths", where=", ".join(map(str, shapes)))


def _require_range(name: str, codes: NDArray[np.integer], least: int, end: int) -> None:
    # Python's whole numbers: the end of the sectors' range does not fit into 64 bits
    if not np.issubdtype(codes.dtype, np.integer) or (
        len(codes) and not least <= int(codes.min()) <= int(codes.max()) < end
    ):
        msg = f"{name} must be whole numbers from {least} to {end - 1}"
        raise ParameterError(msg, code="parameter", where=name)


def _require_existing(name: str, wanted: Sequence[int], end: int) -> None:
    foreign = [each for each in wanted if not 0 <= each < end]
    if foreign:
        msg = f"there is no {name} {foreign[0]}"
        raise ParameterError(msg, code="parameter", where=f"{name} {foreign[0]}")
