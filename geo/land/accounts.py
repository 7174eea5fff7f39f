"""The three accounts of land as trees: land supply, park extent, GMP floor. They never meet in one sum."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from geo.area import geodesic_area_m2
from geo.errors import ParameterError
from geo.land.entries import Entry, IllegalSumError, Node
from geo.land.ledger import increment, total

FLOOR_STATES = ("built", "building", "planned", "unknown")
CITY = "310000"
ROUNDING_M2 = 1.0


@dataclass(frozen=True, kw_only=True)
class FloorSite:
    """Space of a site: ``area_m2`` is floor area if ``basis`` is ``floor``; ``state`` is one of ``FLOOR_STATES``."""

    id: str
    area_m2: float | None
    basis: str
    state: str


def land_supply(goals: Mapping[str, tuple[float, date]], *, as_of: date | None = None) -> Node:
    """City-level land supply 可供用地: running targets, of which the latest by a day holds the earlier ones.

    Parameters
    ----------
    goals
        Area in 亩 and the day by which it is to be supplied, by figure id.
    as_of
        Only what is due by that day counts; None for all.

    Returns
    -------
    Node
        In 亩, None if nothing is due yet.

    Raises
    ------
    IllegalSumError
        If two goals have one day.

    Examples
    --------
    >>> goals = {"F013": (12500.0, date(2022, 12, 31)), "F014": (26000.0, date(2025, 12, 31))}
    >>> tree = land_supply(goals)
    >>> tree.value, [(leaf.key, leaf.reason) for leaf in tree.children[0].children]
    (26000.0, [('F013', 'held_by_later')])
    """
    return total(_goals(goals), key="land_supply", as_of=as_of)


def land_supply_increment(goals: Mapping[str, tuple[float, date]], *, since: date, until: date) -> float | None:
    """What land supply gains between two days, in 亩; None if nothing is due by the first one.

    Examples
    --------
    >>> goals = {"F013": (12500.0, date(2022, 12, 31)), "F014": (26000.0, date(2025, 12, 31))}
    >>> land_supply_increment(goals, since=date(2022, 12, 31), until=date(2025, 12, 31))
    13500.0
    """
    return increment(_goals(goals), since=since, until=until)


def park_extent(
    areas_m2: Mapping[str, float | None],
    *,
    parents: Mapping[str, str | None],
    context: Iterable[str] = (),
) -> Node:
    """Published park extent 园区范围, each piece of land once, with what was left out and why.

    Parameters
    ----------
    areas_m2
        Published area of the selected parks by id, None where none is published.
    parents
        Parent by id, for all parks.
    context
        Ids that are shown and neither count nor hide what lies in them: zones.

    Returns
    -------
    Node
        In m², None if no selected park has a published area.

    Raises
    ------
    ParameterError
        If the parents form a circle, or an area is negative or not a number.

    Examples
    --------
    >>> tree = park_extent({"a": 10.0, "b": 4.0, "z": 90.0}, parents={"a": "z", "b": "a"}, context=["z"])
    >>> tree.value, [(node.key, node.reason) for node in tree.children]
    (10.0, [('a', 'counted'), ('z', 'context')])
    """
    zones = set(context)
    tree = total(
        [
            Entry(id=key, value=area, unit="m2", basis="land", semantics="stock", measure="site_area")
            for key, area in areas_m2.items()
            if key not in zones
        ],
        key="park_extent",
        parents=parents,
    )
    beside = [_left_out(key, areas_m2[key], reason="context") for key in sorted(zones & set(areas_m2))]
    return _total("park_extent", tree.value, [*tree.children, *beside])


def gmp_floor(sites: Iterable[FloorSite]) -> Node:
    """Stated floor area 建筑面积 of GMP sites, in its own account, with built, building and planned space apart.

    Parameters
    ----------
    sites
        Their areas. Those of an unknown basis stand in a group of their own that is added to nothing.

    Returns
    -------
    Node
        In m². One group for each state that occurs, in the order of ``FLOOR_STATES``, then ``basis_unknown``.

    Raises
    ------
    IllegalSumError
        If a site's area is land.
    ParameterError
        If a state does not exist.

    Examples
    --------
    >>> tree = gmp_floor([FloorSite(id="a", area_m2=5.0, basis="floor", state="built"),
    ...                   FloorSite(id="b", area_m2=9.0, basis="unknown", state="built")])
    >>> tree.value, [(group.key, group.value, group.included) for group in tree.children]
    (5.0, [('built', 5.0, True), ('basis_unknown', 9.0, False)])
    """
    rows = list(sites)
    _check_sites(rows)
    groups = [_floor_group(state, [row for row in rows if row.state == state]) for state in FLOOR_STATES]
    unknown = [row for row in rows if row.basis == "unknown" and row.area_m2 is not None]
    nodes = tuple(_left_out(row.id, row.area_m2, reason="basis_unknown") for row in unknown)
    beside = Node(
        kind="group", key="basis_unknown", value=math.fsum(row.area_m2 or 0.0 for row in unknown), unit="m2",
        included=False, reason="basis_unknown", children=nodes,
    )  # fmt: skip
    shown = [group for group in (*groups, beside) if group.children]
    values = [group.value for group in shown if group.included and group.value is not None]
    return _total("gmp_floor", math.fsum(values) if values else None, shown)


def measured_extent(footprints: Mapping[str, BaseGeometry]) -> Node:
    """Land that drawn footprints cover together, geodesic; what overlaps is taken off as an entry of its own.

    Parameters
    ----------
    footprints
        Polygons in WGS-84 degrees by id.

    Returns
    -------
    Node
        In m², None without footprints. The child ``overlap``, if there is one, is negative.
    """
    areas = {key: geodesic_area_m2(footprints[key]) for key in sorted(footprints)}
    nodes = [Node(kind="entry", key=key, value=area, unit="m2") for key, area in areas.items()]
    together = math.fsum(areas.values())
    twice = together - geodesic_area_m2(shapely.union_all(list(footprints.values())))
    if twice > ROUNDING_M2:
        nodes.append(Node(kind="entry", key="overlap", value=-twice, unit="m2", reason="same_land"))
        together -= twice
    return _total("measured_extent", together if areas else None, nodes)


def _goals(goals: Mapping[str, tuple[float, date]]) -> list[Entry]:
    return [
        Entry(
            id=key, value=area, unit="mu", basis="land", semantics="target", measure="land_supply", running=True,
            as_of=due, place=CITY,
        )
        for key, (area, due) in goals.items()
    ]  # fmt: skip


def _check_sites(rows: Iterable[FloorSite]) -> None:
    for row in rows:
        if row.basis not in {"floor", "unknown"}:
            msg = f"{row.id} is {row.basis}, and floor area is never added to it"
            raise IllegalSumError(msg, code="sum_of_bases", where=row.id, hint="Show it as land.")
        if row.state not in FLOOR_STATES:
            msg = f"{row.id} is in the state {row.state!r}"
            raise ParameterError(msg, code="unknown_value", where=row.id, hint=f"Use one of {FLOOR_STATES}.")


def _floor_group(state: str, rows: Iterable[FloorSite]) -> Node:
    """Floor area of one state; what is of an unknown basis stands elsewhere."""
    stated = [row for row in rows if row.basis == "floor" or row.area_m2 is None]
    tree = total(
        Entry(id=row.id, value=row.area_m2, unit="m2", basis=row.basis, semantics="stock", measure="floor_area")
        for row in stated
    )
    return Node(kind="group", key=state, value=tree.value, unit="m2", children=tree.children)


def _left_out(key: str, value: float | None, *, reason: str) -> Node:
    return Node(kind="entry", key=key, value=value, unit="m2", included=False, reason=reason)


def _total(key: str, value: float | None, nodes: Iterable[Node]) -> Node:
    return Node(kind="total", key=key, value=value, unit="m2", children=tuple(nodes))
