"""Prove the data: files, metadata, parents, sums. And say which numbers a change of data has moved."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from app.analysis import proximity
from app.core import land
from app.core.atlas import Atlas
from app.core.view import View
from app.i18n.messages import bilingual
from geo.errors import DataError, ParameterError
from geo.frames import records
from geo.land import ledger
from layers import PLACES
from layers.load import check_metadata, read_metadata

TOLERANCE = 1e-6


def check(atlas: Atlas, data: Path) -> dict[str, Any]:
    """Everything that can be proved about the data folder.

    Parameters
    ----------
    atlas
        What was loaded from it.
    data
        The folder itself, for files that are no layer.

    Returns
    -------
    dict
        ``ok``, ``faults`` (what is wrong, in words), ``layers`` (rows in, out, set aside, doubtful), ``issues``.
    """
    faults = [f"{layer_id}: {bilingual(fault)}" for layer_id, fault in atlas.failed.items()]
    faults += _rows_add_up(atlas)
    parents = _parents(atlas)
    faults += parents or _sums(atlas)  # sums walk the parents: they need them sound
    faults += _references(atlas) + _figures_metadata(data)
    return {
        "ok": not faults,
        "data_version": atlas.data_version,
        "faults": faults,
        "layers": [
            {
                "id": layer_id,
                "rows_in": each.rows_in,
                "rows": len(each.frame),
                "set_aside": each.rows_in - len(each.frame),
                "doubtful": len({i.feature for i in each.issues}),
                "sha256": each.sha256,
                "licence": each.source.licence,
            }
            for layer_id, each in atlas.loaded.items()
        ],
        "issues": [vars(issue) for issue in atlas.issues],
    }


def compare(old: Atlas, new: Atlas) -> dict[str, Any]:
    """Which cells of the tables differ between two data folders, under no filter."""
    view = View()
    lists = ["district_codes", "towns", "sectors"]
    tables: dict[str, tuple[Callable[[Atlas], pd.DataFrame], str]] = {
        "land": (lambda atlas: land.by_district(atlas, view), "district_code"),
        "sectors": (lambda atlas: land.by_sector(atlas, view), "sector"),
        "nearby": (lambda atlas: proximity.distances(atlas, coarse=False).drop(columns=lists), "id"),
    }
    changes = [
        {"table": name, **change}
        for name, (make, key) in tables.items()
        for change in _changed_cells(make(old).set_index(key), make(new).set_index(key))
    ]
    return {"old": old.data_version, "new": new.data_version, "changed": changes}


def _changed_cells(old: pd.DataFrame, new: pd.DataFrame) -> list[dict[str, Any]]:
    rows = [{"row": str(key), "column": "", "old": "present", "new": "gone"} for key in old.index.difference(new.index)]
    rows += [{"row": str(key), "column": "", "old": "absent", "new": "new"} for key in new.index.difference(old.index)]
    common = [key for key in new.index if key in old.index]
    for column in new.columns:
        for key in common:
            before, after = old.at[key, column], new.at[key, column]
            if not _same(before, after):
                rows.append({"row": str(key), "column": str(column), "old": str(before), "new": str(after)})
    return rows


def _same(before: Any, after: Any) -> bool:  # noqa: ANN401 - cells of any dtype
    if pd.isna(before) and pd.isna(after):
        return True
    if isinstance(before, float) and isinstance(after, float):
        return abs(before - after) <= TOLERANCE
    return bool(before == after)


def _rows_add_up(atlas: Atlas) -> list[str]:
    return [
        f"{layer_id}: {each.rows_in} rows in, {len(each.frame)} out, but not every missing row has an issue"
        for layer_id, each in atlas.loaded.items()
        if each.rows_in - len(each.frame) != len({i.feature for i in each.issues if i.severity == "quarantined"})
    ]


def _parents(atlas: Atlas) -> list[str]:
    parks = atlas.frame("parks")
    parents = dict(zip(parks["id"], parks["parent_id"], strict=True))
    faults = [
        f"parks: {key} lies in {parent}, which does not exist"
        for key, parent in parents.items()
        if parent and parent not in parents
    ]
    for key in parents:
        try:
            ledger.ancestors(key, parents)
        except ParameterError as fault:
            faults.append(f"parks: {fault}")
    areas = parks.set_index("id")["site_area_m2"]
    faults += [
        f"parks: {key} ({areas[key]:,.0f} m2) is larger than {parent} ({areas[parent]:,.0f} m2), in which it lies"
        for key, parent in parents.items()
        if parent in areas.index and areas[key] > areas[parent]
    ]
    return faults


def _sums(atlas: Atlas) -> list[str]:
    """The districts' extents must add up to the union total: no park counted in two districts or in none."""
    by_district = land.by_district(atlas, View())["park_extent_m2"].sum()
    total = land.total(atlas, View())["park_extent_m2"]
    if abs(by_district - total) <= TOLERANCE * max(total, 1.0):
        return []
    return [f"land: the districts add up to {by_district:,.0f} m2, the union total is {total:,.0f} m2"]


def _figures_metadata(data: Path) -> list[str]:
    """The figures' files are those that their metadata speaks of."""
    folder = data / "figures"
    try:
        _, metadata = read_metadata(folder)
        for name in metadata:
            check_metadata(folder / name, metadata)
    except DataError as fault:
        return [f"figures: {bilingual(fault)}"]
    return []


def _references(atlas: Atlas) -> list[str]:
    """Every figure and conflict that a row refers to exists, and so does every park; a failed layer is said once."""
    if {"parks", "figures"} & set(atlas.failed):
        return []
    parks = set(atlas.frame("parks")["id"])
    faults = []
    for layer in PLACES:
        for row in records(atlas.frame(layer.id)):
            missing = [key for key in row["references"] if key not in atlas.evidence.figures]
            missing += [key for key in row["conflicts"] if key not in atlas.evidence.conflicts]
            missing += [row["park_id"]] if row.get("park_id") and row["park_id"] not in parks else []
            faults += [f"{layer.id}: {row['id']} refers to {key}, which does not exist" for key in missing]
    return faults
