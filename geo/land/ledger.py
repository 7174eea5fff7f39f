"""Add stated numbers without counting land twice, mixing kinds, or adding what a later number already holds.

A park inside a park is the same land: a stated area counts only if no area in which it lies counts. A running
total holds the earlier ones: only the latest counts. Land, floor area and areas of an unknown kind never meet in
one sum. What may not be added raises and says why; what was left out stands in the tree.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations, groupby

from geo.errors import ParameterError
from geo.land.entries import Entry, IllegalSumError, Node

SLIVER = 1e-3  # share of the smaller footprint by which neighbours may overlap: coordinates are rounded

Decisions = dict[str, tuple[str, str]]  # entry id -> reason, and the entry that decided it


def total(
    entries: Iterable[Entry],
    *,
    key: str = "total",
    parents: Mapping[str, str | None] | None = None,
    as_of: date | None = None,
) -> Node:
    """Add entries where that is legal: each piece of land once, each running total by its latest number.

    Left out with a reason: what has no value, what is of an unknown basis, what holds only after ``as_of``, what a
    later number of its place holds, a place inside a counted place, a footprint inside a counted footprint. Places
    without a footprint are taken to be apart unless a parent says otherwise. Stocks of several dates may be added,
    other kinds need one date.

    Parameters
    ----------
    entries
        In any order; ids are unique.
    key
        Name of the total.
    parents
        Parent place by place, also of places without an entry; joined with the entries' own.
    as_of
        Only what holds by that day counts, and what is undated; None for no limit.

    Returns
    -------
    Node
        Value in the entries' unit, None if nothing counts. Children sorted by id; what lies inside a counted entry
        stands below it.

    Raises
    ------
    IllegalSumError
        If entries differ in unit, basis, measure, semantics or (but for stocks) date, if one place has several
        numbers that do not run on, or if counted footprints overlap in part.
    ParameterError
        If the parents form a circle.

    Examples
    --------
    >>> day = date.fromisoformat
    >>> goal = {"unit": "mu", "basis": "land", "semantics": "target", "running": True, "place": "city"}
    >>> goals = [Entry(id="F013", value=12500.0, as_of=day("2022-12-31"), **goal),
    ...          Entry(id="F014", value=26000.0, as_of=day("2025-12-31"), **goal)]
    >>> total(goals).value, total(goals, as_of=day("2023-06-30")).value
    (26000.0, 12500.0)
    """
    rows = sorted(entries, key=lambda entry: entry.id)
    out: Decisions = {row.id: ("not_stated", "") for row in rows if row.value is None}
    out |= {row.id: ("basis_unknown", "") for row in rows if row.value is not None and row.basis == "unknown"}
    kept = [row for row in rows if row.id not in out]
    _check_one_kind(kept)
    out |= {row.id: ("after_date", "") for row in kept if as_of and row.as_of and row.as_of > as_of}
    out |= _held_by_later([row for row in kept if row.id not in out])
    out |= _inside([row for row in kept if row.id not in out], parents or {})
    out |= _same_land([row for row in kept if row.id not in out])
    counted = [row for row in kept if row.id not in out]
    _check_one_date(counted)
    value = math.fsum(row.value or 0.0 for row in counted) if counted else None
    unit = rows[0].unit if rows else ""
    return Node(kind="total", key=key, value=value, unit=unit, as_of=as_of, children=_branches(rows, out, under=""))


def increment(entries: Sequence[Entry], *, since: date, until: date) -> float | None:
    """What a running total gains between two days: the later number less the one that it holds.

    Returns
    -------
    float or None
        In the entries' unit; None if either day has no number yet, as the start is then not known.

    Raises
    ------
    IllegalSumError
        As `total`; also if a number does not run on, so that no later one holds it.
    """
    for entry in entries:
        if not _runs_on(entry):
            raise _illegal([entry], "does not count from a start on, so it has no increment", code="sum_of_semantics")
    before, after = (total(entries, as_of=day).value for day in (since, until))
    return None if before is None or after is None else after - before


def counted_once(areas: Mapping[str, float | None], parents: Mapping[str, str | None]) -> frozenset[str]:
    """The ids whose stated areas may be added.

    Parameters
    ----------
    areas
        Stated area by id, None where none is stated; any one unit. The selection that is summed.
    parents
        Parent id by id, for all ids (also those outside the selection), None at the top.

    Returns
    -------
    frozenset
        Ids of ``areas`` that have an area and no ancestor in ``areas`` that has one.

    Raises
    ------
    ParameterError
        If the parents form a circle.

    Examples
    --------
    >>> sorted(counted_once({"a": 10.0, "b": 4.0, "c": 1.0}, {"a": None, "b": "a", "c": None}))
    ['a', 'c']
    >>> sorted(counted_once({"b": 4.0}, {"a": None, "b": "a"}))  # its parent is not selected
    ['b']
    """
    stated = {key for key, area in areas.items() if area is not None}
    return frozenset(key for key in stated if stated.isdisjoint(ancestors(key, parents)))


def ancestors(key: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """Parent, grandparent and so on of an id, nearest first.

    Raises
    ------
    ParameterError
        If the chain comes back to an id it has passed.
    """
    chain: list[str] = []
    parent = parents.get(key)
    while parent is not None:
        if parent in chain or parent == key:
            msg = f"{key} lies inside itself by way of {parent}"
            raise ParameterError(msg, code="parent_circle", where=key)
        chain.append(parent)
        parent = parents.get(parent)
    return tuple(chain)


def _check_one_kind(rows: Sequence[Entry]) -> None:
    if len({row.basis for row in rows}) > 1:
        raise _illegal(rows, "are different kinds of area or thing", code="sum_of_bases")
    if len({row.unit for row in rows}) > 1:
        raise _illegal(rows, "are in different units", code="sum_of_units")
    if len({row.measure for row in rows}) > 1:
        raise _illegal(rows, "count different things", code="sum_of_measures")
    if len({(row.semantics, _runs_on(row)) for row in rows}) > 1:
        raise _illegal(rows, "mix stocks, yearly and running totals, targets or projections", code="sum_of_semantics")


def _check_one_date(rows: Sequence[Entry]) -> None:
    """Only what stands still may be added across dates."""
    if any(row.semantics != "stock" for row in rows) and len({row.as_of for row in rows}) > 1:
        raise _illegal(rows, "hold at different dates", code="sum_of_dates")


def _held_by_later(rows: Sequence[Entry]) -> Decisions:
    """Of several running totals of one place the latest holds the others."""
    out: Decisions = {}
    for _, group in groupby(sorted(rows, key=_place), key=_place):
        members = sorted(group, key=lambda row: (row.as_of or date.min, row.id))
        dates = {row.as_of for row in members}
        if len(members) > 1 and not (_runs_on(members[0]) and len(dates) == len(members) and None not in dates):
            raise _illegal(members, "are several numbers for one place", code="sum_of_one_place")
        out |= {row.id: ("held_by_later", members[-1].id) for row in members[:-1]}
    return out


def _inside(rows: Sequence[Entry], parents: Mapping[str, str | None]) -> Decisions:
    """What lies in a place that counts, by the parent relation."""
    known = {**parents, **{_place(row): row.parent for row in rows if row.parent}}
    entry_of = {_place(row): row.id for row in rows}
    counted = counted_once({_place(row): row.value for row in rows}, known)
    return {
        row.id: ("inside", next(entry_of[above] for above in ancestors(_place(row), known) if above in counted))
        for row in rows
        if _place(row) not in counted
    }


def _same_land(rows: Sequence[Entry]) -> Decisions:
    """What is drawn inside another footprint; footprints that overlap in part are refused."""
    out: Decisions = {}
    drawn = [(row, row.footprint) for row in rows if row.footprint is not None and row.footprint.area > 0]
    drawn.sort(key=lambda pair: (-pair[1].area, -(pair[0].value or 0.0), pair[0].id))
    for (large, around), (small, within) in combinations(drawn, 2):
        share = 0.0 if large.id in out else around.intersection(within).area / within.area
        if share >= 1 - SLIVER:
            out.setdefault(small.id, ("same_land", large.id))
        elif share > SLIVER and small.id not in out:
            raise _illegal([large, small], f"overlap by {share:.1%} of the smaller one", code="sum_of_overlaps")
    return out


def _branches(rows: Sequence[Entry], out: Decisions, *, under: str) -> tuple[Node, ...]:
    """Entries as nodes, each below the one that decided against it."""
    nodes = []
    for row in rows:
        reason, other = out.get(row.id, ("counted", ""))
        if other == under:
            nodes.append(
                Node(
                    kind="entry", key=row.id, value=row.value, unit=row.unit, included=row.id not in out,
                    reason=reason, other=other, as_of=row.as_of, children=_branches(rows, out, under=row.id),
                )
            )  # fmt: skip
    return tuple(nodes)


def _place(row: Entry) -> str:
    return row.place or row.id


def _runs_on(row: Entry) -> bool:
    return row.running or row.semantics == "cumulative"


def _illegal(rows: Sequence[Entry], why: str, *, code: str) -> IllegalSumError:
    names = " + ".join(f"{row.id} ({row.basis}, {row.semantics}, {row.as_of or 'undated'})" for row in rows)
    where = ", ".join(row.id for row in rows)
    return IllegalSumError(f"{names} {why}", code=code, where=where, hint="Show them side by side instead.")
