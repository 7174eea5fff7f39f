"""Units of columns: as declared, else as the end of the name says (``_m2``, ``_mu``, ...)."""

from layers.model import Column

ENDS = {
    "_m2": "m²", "_mu": "亩", "_ha": "ha", "_km2": "km²", "_km": "km", "_m": "m", "_years": "年 years",
    "_min": "min", "_share": "0-1",
}  # fmt: skip


def header(name: str, columns: tuple[Column, ...]) -> str:
    """A column's name with its unit in brackets."""
    unit = unit_of(name, columns)
    return f"{name} [{unit}]" if unit else name


def unit_of(name: str, columns: tuple[Column, ...]) -> str:
    """Unit of a column, or nothing."""
    declared = next((column.unit for column in columns if column.name == name), "")
    if declared:
        return declared
    if name.split("_", maxsplit=1)[0] in {"lon", "lat"}:
        return "°"
    return next((unit for end, unit in ENDS.items() if name.endswith(end)), "0-1" if "_share_" in name else "")
