"""Groups of places that may be asked of each other: what the layers of the registry declare, in the legend's order."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from app.core.atlas import Atlas
from layers import PLACES, REFERENCE
from layers.vocabulary import LOCATION_METHODS

FINE = tuple(method.code for method in LOCATION_METHODS if method.measurable)


@dataclass(frozen=True, kw_only=True)
class Group:
    """What one picker offers.

    Attributes
    ----------
    kinds
        Kinds of the layer's rows that belong to it; empty for all.
    modelled
        Its places are simulated: whatever is computed from them is modelled too.
    lines
        Its rows are lines or outlines: they have distances and a reach, but no new point can join them or stand on
        one of them.
    """

    id: str
    layer: str
    title_zh: str
    title_en: str
    kinds: tuple[str, ...] = ()
    modelled: bool = False
    lines: bool = False


GROUPS = tuple(
    Group(
        id=each.id, layer=layer.id, title_zh=each.title_zh, title_en=each.title_en, kinds=each.kinds,
        modelled=layer.role == "modelled", lines=each.lines,
    )
    for layer in reversed(PLACES)
    for each in layer.groups
)  # fmt: skip
GROUP_IDS = tuple(group.id for group in GROUPS)
# group id -> its place in the proximity tables
TARGETS = {each.id: each.target for layer in reversed(PLACES) for each in layer.groups if each.target}
# what is asked about first: the first kind of facility
FIRST_TARGET = next(group_id for group_id, target in TARGETS.items() if target.counted)
REFERENCE_IDS = tuple(layer.id for layer in REFERENCE if layer.geometry == ("Point",))  # groups, where imported
GRID = "grid"  # candidates may stand on a grid instead of being the places of a group
CANDIDATE_IDS = (GRID, *(group.id for group in GROUPS if not group.lines))
MODELLED_IDS = frozenset(group.id for group in GROUPS if group.modelled)


def group(atlas: Atlas, group_id: str) -> Group:
    """The group of an id; an imported list and a layer of the user are groups of their own."""
    if group_id in GROUP_IDS:
        return GROUPS[GROUP_IDS.index(group_id)]
    loaded = atlas.loaded[group_id]
    return Group(
        id=group_id, layer=group_id, title_zh=loaded.layer.title_zh, title_en=loaded.layer.title_en,
        lines=set(loaded.layer.geometry) != {"Point"},
    )  # fmt: skip


def group_ids(atlas: Atlas) -> tuple[str, ...]:
    """All that may be asked about: what a user brought comes first, then the imported lists that are there."""
    imported = (each for each in REFERENCE_IDS if each in atlas.loaded)
    return (*reversed(atlas.user_layer_ids), *reversed(tuple(imported)), *GROUP_IDS)


def candidate_ids(atlas: Atlas) -> tuple[str, ...]:
    """Where new points may stand."""
    return (GRID, *(each for each in group_ids(atlas) if not group(atlas, each).lines))


def title(atlas: Atlas, group_id: str, lang: str) -> str:
    """Its name in a language."""
    found = group(atlas, group_id)
    return found.title_en if lang == "en" else found.title_zh


def rows(atlas: Atlas, group_id: str) -> gpd.GeoDataFrame:
    """All rows that belong to a group, those beyond the city too: a place across the border is as near as it is."""
    found = group(atlas, group_id)
    frame = atlas.frame(found.layer)
    return frame[frame["kind"].isin(found.kinds)] if found.kinds else frame


def measurable(frame: pd.DataFrame, *, coarse: bool) -> pd.Series:
    """Whether a row's place is known well enough for a distance; ``coarse`` lets town and district level take part."""
    known = frame["accuracy_m"].notna()
    return known if coarse else known & frame["location_method"].isin(FINE)


def measured_rows(atlas: Atlas, group_id: str, *, coarse: bool) -> gpd.GeoDataFrame:
    """The rows that may be measured from or to. Simulated points stand exactly where the model put them."""
    frame = rows(atlas, group_id)
    if group_id in MODELLED_IDS:
        return frame.assign(accuracy_m=0.0)
    return frame[measurable(frame, coarse=coarse)]
