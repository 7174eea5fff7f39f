"""Add stated areas without counting land twice.

A park inside a park is the same land. The parent relation says which area lies in which; a stated
area counts only if none of its ancestors in the same selection has a stated area of its own.
"""

from collections.abc import Mapping

from geo.errors import ParameterError


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
