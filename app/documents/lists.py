"""What lies in each district, as lists to carry to the meeting: the places, their land, the figures that are stated."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from app.core.atlas import Atlas
from app.core.view import COMPILED, MODELLED, View
from app.documents import exports
from app.exporters import workbook
from app.exporters.catalogue import FORMATS
from app.exporters.export_table import ExportTable
from geo.frames import records
from layers.districts import file_stem


@dataclass(frozen=True, kw_only=True)
class DistrictList:
    """The list of one district, and its files by name.

    Attributes
    ----------
    rows
        Places in it; a place in several districts (a motorway) is in the list of each.
    """

    code: str
    name_zh: str
    name_en: str
    rows: int
    files: dict[str, bytes]


def lists(atlas: Atlas, view: View, formats: tuple[str, ...], *, modelled: bool) -> Iterator[DistrictList]:
    """One list after the other, in the order of the district codes, of the districts that the view keeps.

    Every layer of places is in it, whether drawn or not, the imported lists too; simulated points only if asked for.
    """
    simulated = MODELLED if modelled else ()
    for district in records(atlas.districts):
        code = str(district["district_code"])
        if view.districts and code not in view.districts:
            continue
        own = replace(view, districts=(code,), layers=(*atlas.added_layer_ids, *COMPILED, *simulated))
        name = file_stem(code, str(district["name_en"]))
        export = replace(exports.layer_export(atlas, exports.SHOWN, own), name=name)
        yield DistrictList(
            code=code, name_zh=district["name_zh"], name_en=district["name_en"], rows=len(export.frame),
            files={f"{name}{FORMATS[each].endings[0]}": _content(atlas, export, own, each) for each in formats},
        )  # fmt: skip


def _content(atlas: Atlas, export: ExportTable, view: View, code: str) -> bytes:
    if code != workbook.FORMAT.code:
        return FORMATS[code].to_bytes(export)
    land = exports.table(atlas, "land", view)
    of_district = land[land["district_code"] == view.districts[0]]
    figures = pd.DataFrame(exports.figure_rows(atlas, view))
    return workbook.to_bytes(
        export,
        more=(
            ExportTable(name="土地 land", frame=of_district, about={}),
            ExportTable(name="文献数据 figures", frame=figures, about={}),
        ),
    )
