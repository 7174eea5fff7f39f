"""How a user says that a file's columns are to be read, and what its column names suggest."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from app.importers.values import AMOUNTS, DISTRICTS, SECTORS_COLUMNS
from geo.errors import ParameterError
from geo.quantities import M2_PER_UNIT
from layers.vocabulary import LOCATION_METHODS

NAMES = (
    "name",
    "name_zh",
    "名称",
    "名字",
    "企业名称",
    "单位名称",
    "机构名称",
    "项目名称",
    "园区名称",
    "地块名称",
    "站名",
    "标题",
    "title",
)
NAMES_EN = ("name_en", "english", "英文名称", "英文名")
UNITS = tuple(M2_PER_UNIT)
BASES = ("land", "floor", "unknown")
METHODS = tuple(method.code for method in LOCATION_METHODS if method.measurable or method.code == "town")
UNIT_ENDINGS = {"亩": "mu", "_mu": "mu", "mu": "mu", "公顷": "ha", "_ha": "ha", "平方公里": "km2", "km2": "km2"}


@dataclass(frozen=True, kw_only=True)
class ColumnMapping:
    """Columns by name; an empty name: there is none.

    Attributes
    ----------
    title
        Of the layer; in the user's words.
    amount
        The column that states an area.
    unit
        The unit of an area that is a bare number; one of ``UNITS``. A cell that names its unit is taken at its word.
    basis
        What the area is: ``land``, ``floor`` or ``unknown``. Only the first is ever called land.
    method
        How well the places are known: one of ``METHODS``, each with its accuracy.
    """

    title: str
    name: str = ""
    name_en: str = ""
    district: str = ""
    sector: str = ""
    amount: str = ""
    unit: str = "m2"
    basis: str = "unknown"
    method: str = "site"

    def to_dict(self) -> dict[str, str]:
        """As a project file keeps it."""
        return asdict(self)


def column_mapping(given: Any, columns: Iterable[str]) -> ColumnMapping:  # noqa: ANN401 - what a project file holds
    """A reading that a file keeps, held against the columns that there are.

    Raises
    ------
    ParameterError
        If it names a column or a code that does not exist.
    """
    names = [each.name for each in fields(ColumnMapping)]
    if (
        not isinstance(given, dict)
        or set(given) != set(names)
        or not all(isinstance(given[name], str) for name in names)
    ):
        raise _unreadable(str(given))
    found = ColumnMapping(**given)
    held = {"", *columns}
    allowed = {"unit": UNITS, "basis": BASES, "method": METHODS}
    for name in ("name", "name_en", "district", "sector", "amount"):
        if given[name] not in held:
            raise _unreadable(given[name])
    for name, codes in allowed.items():
        if given[name] not in codes:
            raise _unreadable(given[name])
    return found


def guess(title: str, columns: Iterable[str]) -> ColumnMapping:
    """What the names of the columns suggest: a first answer for the user to change."""
    found = {column.strip().lower(): column for column in reversed(list(columns))}

    def first(spellings: Iterable[str]) -> str:
        return next((found[spelling] for spelling in spellings if spelling in found), "")

    amounts = [column for key, column in found.items() if AMOUNTS.fullmatch(key) and ("面积" in key or "area" in key)]
    amounts += [column for key, column in found.items() if "亩" in key]
    amount = amounts[-1] if amounts else ""
    ending = next((unit for end, unit in UNIT_ENDINGS.items() if end in amount.lower()), "m2")
    return ColumnMapping(
        title=title, name=first(NAMES), name_en=first(NAMES_EN), district=first(DISTRICTS),
        sector=first(SECTORS_COLUMNS), amount=amount, unit=ending, basis=_basis(amount),
    )  # fmt: skip


def _basis(amount: str) -> str:
    if "建筑" in amount or "floor" in amount.lower():
        return "floor"
    return (
        "land" if any(part in amount.lower() for part in ("占地", "用地", "土地", "亩", "land", "_mu")) else "unknown"
    )


def _unreadable(what: str) -> ParameterError:
    msg = f"the column or code {what!r} does not exist in this layer"
    return ParameterError(msg, code="own_reading", where=what, hint="Choose the columns again.")
