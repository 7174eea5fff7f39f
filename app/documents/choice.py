"""Which rows a name stands for: a layer's or a table's."""

from app.core.atlas import Atlas
from app.core.view import View
from app.documents import exports
from app.exporters.export_table import ExportTable
from geo.errors import ParameterError

UNKNOWN = frozenset({"unknown_layer", "unknown_value"})


def export(atlas: Atlas, name: str, view: View, *, tables_first: bool = False) -> ExportTable:
    """The layer of a name, or else the table; the other way round where tables are what one expects.

    Raises
    ------
    ParameterError
        If there is neither.
    """
    makers = (exports.layer_export, exports.table_export)
    unknown: list[ParameterError] = []
    for make in reversed(makers) if tables_first else makers:
        try:
            return make(atlas, name, view)
        except ParameterError as fault:
            if fault.code not in UNKNOWN:
                raise
            unknown.append(fault)
    raise unknown[0]
