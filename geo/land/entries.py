"""What a ledger adds and what it answers: entries with their kind, and totals that open as a tree."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shapely.geometry.base import BaseGeometry

from geo.errors import ParameterError

BASES = frozenset({"land", "floor", "unknown", "count", "money"})
SEMANTICS = frozenset({"stock", "annual", "cumulative", "target", "projection"})
# why a number was added ("counted") or left out; the words for it are the page's
REASONS = ("counted", "inside", "same_land", "held_by_later", "after_date", "not_stated", "basis_unknown", "context")


class IllegalSumError(ParameterError):
    """Numbers that cannot be added. ``code`` names the rule, ``where`` the numbers."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One stated number that may be added to others.

    Attributes
    ----------
    value
        0 or more in ``unit``; None if nothing is stated.
    basis, semantics
        One of ``BASES``, of which ``unknown`` adds to nothing, and of ``SEMANTICS``.
    measure
        What is counted, any code: only one and the same can be added.
    running
        True for a number that counts from a start on and so holds the earlier ones, also as a target;
        ``cumulative`` always does.
    as_of
        The day by which it holds, the last one of a period; None if undated.
    place, parent
        The place it speaks of (the entry's id if empty), and the place in which that one lies.
    footprint
        Polygon in WGS-84 degrees, if one is drawn.
    """

    id: str
    value: float | None
    unit: str
    basis: str
    semantics: str
    measure: str = ""
    running: bool = False
    as_of: date | None = None
    place: str = ""
    parent: str | None = None
    footprint: BaseGeometry | None = None

    def __post_init__(self) -> None:
        """Refuse what no rule speaks of."""
        if self.value is not None and not (math.isfinite(self.value) and self.value >= 0):
            msg = f"{self.id} has the value {self.value}"
            raise ParameterError(msg, code="faulty_amount", where=self.id, hint="None stands for what is not stated.")
        if self.basis not in BASES or self.semantics not in SEMANTICS:
            msg = f"{self.id} has the basis {self.basis!r} and the semantics {self.semantics!r}"
            raise ParameterError(msg, code="unknown_value", where=self.id)


@dataclass(frozen=True, kw_only=True)
class Node:
    """A total that opens as a tree: what was added, what was left out and why.

    Attributes
    ----------
    kind
        ``total``, ``group`` or ``entry``.
    key
        The entry's id, or the name by which the page labels a total or group.
    value
        In ``unit``; None where nothing is stated or nothing counts.
    included, reason, other
        Whether it is part of the total above it, why (one of ``REASONS``), and the entry that decided so.
    children
        Parts of a total; below an entry, what was left out because of it.
    """

    kind: str
    key: str
    value: float | None
    unit: str
    included: bool = True
    reason: str = "counted"
    other: str = ""
    as_of: date | None = None
    children: "tuple[Node, ...]" = ()


def counted_leaves(node: Node) -> Iterator[Node]:
    """The entries that make up a total: their values add up to its own.

    Parameters
    ----------
    node
        A total, a group or an entry. Below something left out nothing counts.

    Yields
    ------
    Node
        Of kind ``entry``, in the order of the tree.
    """
    if node.included and node.kind == "entry":
        yield node
    elif node.included:
        for child in node.children:
            yield from counted_leaves(child)
