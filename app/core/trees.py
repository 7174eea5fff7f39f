"""Each total opens as a tree: what was added, what was left out and why."""

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

from app.core import filters, land
from app.core.atlas import Atlas
from app.core.view import View
from geo.land import accounts
from geo.land.entries import Node
from geo.units import m2_to_mu, mu_to_m2
from layers.timeline import period

REASONS = {
    "counted": ("计入", "Counted"),
    "inside": ("位于已计入的地块之内", "Lies inside a counted place"),
    "same_land": ("同一块地，已扣除", "The same land, taken off"),
    "held_by_later": ("已含在较晚的累计数中", "Held by the later running total"),
    "after_date": ("晚于所选日期", "After the chosen date"),
    "not_stated": ("没有公布面积", "No area stated"),
    "basis_unknown": ("面积性质未说明", "Kind of area not stated"),
    "context": ("背景片区，不计入", "Context zone, not summed"),
}
NAMES = {
    "land_supply": ("可供用地（全市）", "Land supply (city)"),
    "park_extent": ("园区公布用地", "Published park extent"),
    "gmp_floor": ("GMP建筑面积", "GMP floor area"),
    "built": ("已建成", "Built"),
    "building": ("在建", "Under construction"),
    "planned": ("规划", "Planned"),
    "unknown": ("状态未说明", "State not stated"),
    "basis_unknown": ("面积性质未说明（不计入）", "Kind of area not stated (not counted)"),
}
FLOOR_ACCOUNT = "gmp_floor"  # its amounts are never land, so never 亩
SUPPLY, EXTENT, FLOOR = TREES = ("supply_tree", "extent_tree", "floor_tree")


def supply_tree(atlas: Atlas, *, as_of: date | None = None) -> Node:
    """Land supply of the city, in 亩: what was known on a day of what was due by it; None for all that is known."""
    goals = {row["figure"]: (row["value_mu"], period(row["as_of"])[1]) for row in land.supply(atlas, known_on=as_of)}
    return accounts.land_supply(goals, as_of=as_of)


def extent_tree(atlas: Atlas, view: View) -> Node:
    """Published extent of the selected parks, in m², each piece of land once."""
    rows = filters.records(atlas, land.EXTENT, view)
    return accounts.park_extent(
        {row["id"]: None if math.isnan(row["site_area_m2"]) else row["site_area_m2"] for row in rows},
        parents={row["id"]: row["parent_id"] for row in atlas.records(land.EXTENT)},
        context=[row["id"] for row in rows if row["kind"] == "zone"],
    )


def floor_tree(atlas: Atlas, view: View) -> Node:
    """Stated floor area of the selected GMP sites, in m², in its own account."""
    return accounts.gmp_floor(
        accounts.FloorSite(
            id=row["id"],
            area_m2=None if math.isnan(row["area_m2"]) else row["area_m2"],
            basis=row["area_basis"] or "unknown",
            state=row["status"],
        )
        for row in filters.records(atlas, land.FLOOR, view)
    )


def tree(atlas: Atlas, name: str, view: View) -> Node:
    """One of the three trees by the name of its table."""
    if name == SUPPLY:
        return supply_tree(atlas, as_of=date.fromisoformat(view.as_of) if view.as_of else None)
    return extent_tree(atlas, view) if name == EXTENT else floor_tree(atlas, view)


def rows(node: Node, atlas: Atlas) -> pd.DataFrame:
    """A tree as a table, parents before their parts, with the figure behind each leaf."""
    names, sources = _names(atlas), _figures_behind(atlas)
    is_floor = node.key == FLOOR_ACCOUNT
    return pd.DataFrame([_row(each, depth, names, sources, is_floor=is_floor) for depth, each in _walk(node, 0)])


def _row(
    node: Node, depth: int, names: Mapping[str, tuple[str, str]], sources: Mapping[str, str], *, is_floor: bool
) -> dict[str, Any]:
    name_zh, name_en = names.get(node.key, (node.key, node.key))
    other_zh, other_en = names.get(node.other, (node.other, node.other))
    reason_zh, reason_en = REASONS[node.reason]
    in_m2 = None if node.value is None else (node.value if node.unit == "m2" else mu_to_m2(node.value))
    return {
        "depth": depth,
        "id": node.key,
        "name_zh": "　" * depth + name_zh,
        "name_en": "    " * depth + name_en,
        "value_m2": in_m2,
        "value_mu": None if in_m2 is None or is_floor else m2_to_mu(in_m2),
        "counted": node.included,
        "reason": node.reason,
        "reason_zh": reason_zh + (f"：{other_zh}" if node.other else ""),
        "reason_en": reason_en + (f": {other_en}" if node.other else ""),
        "figure": sources.get(node.key, ""),
    }


def _walk(node: Node, depth: int) -> Iterator[tuple[int, Node]]:
    yield depth, node
    for child in node.children:
        yield from _walk(child, depth + 1)


def _names(atlas: Atlas) -> dict[str, tuple[str, str]]:
    places = {
        row_id: (zh, en)
        for layer in land.LAYER_OF.values()
        for row_id, zh, en in zip(*(atlas.frame(layer)[key] for key in ("id", "name_zh", "name_en")), strict=True)
    }
    goals = {row["figure"]: (f"{row['as_of'][:4]}年底", f"by {row['as_of'][:4]}") for row in land.supply(atlas)}
    return {**NAMES, **goals, **places}


def _figures_behind(atlas: Atlas) -> dict[str, str]:
    """Place or figure id to the id of the figure that states its area."""
    parks, gmp = atlas.frame(land.EXTENT), atlas.frame(land.FLOOR)
    stated = {
        **dict(zip(parks["id"], parks["site_area_reference"], strict=True)),
        **dict(zip(gmp["id"], gmp["area_reference"], strict=True)),
        **{row["figure"]: row["figure"] for row in land.supply(atlas)},
    }
    return {key: figure for key, figure in stated.items() if figure}
