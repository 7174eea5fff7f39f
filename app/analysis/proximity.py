"""What is near what: every place of the layers that are measured from (parks, GMP sites) to every declared target.

The lists of breakfast places, hospitals and universities are those that the sources name, not the
city's. A facility within reach is a fact; none within reach means *unknown*, never "not covered".
Targets are always the whole city's, whatever the view filters.
"""

import geopandas as gpd
import pandas as pd

from app.core import groups
from app.core.atlas import Atlas
from app.core.groups import measurable
from geo import proximity
from layers import PLACES

RADII_M = (1_000, 3_000, 5_000)
ORIGINS = tuple(layer.id for layer in reversed(PLACES) if layer.measured_from)
GROUP_OF = {target.key: group_id for group_id, target in groups.TARGETS.items()}
TARGETS = {target.key: target for target in groups.TARGETS.values()}  # prefix of the columns -> what they are about
SITE_COLUMNS = ["id", "name_zh", "name_en", "district_code", "district_codes", "towns", "sectors", "location_method"]


def distances(atlas: Atlas, *, coarse: bool, layers: tuple[str, ...] = ORIGINS) -> pd.DataFrame:
    """Distances and counts of all parks and GMP sites of the city.

    Parameters
    ----------
    coarse
        Let places known only to their town or district take part.
    layers
        Layers to measure from instead: those of the user.

    Returns
    -------
    pandas.DataFrame
        One row per site, in layer order. For every target ``{target}_id``, ``{target}_min_m``, ``{target}_m``,
        ``{target}_max_m``; for facilities ``{target}_{sure|best|possible}_{radius}``. Sites that are too
        coarse or schematic have missing values and ``measured`` False.
    """
    columns = [*SITE_COLUMNS, "accuracy_m", "geometry"]
    parts = [atlas.frame(layer)[columns].assign(layer=layer) for layer in layers]
    sites = pd.concat(parts, ignore_index=True)
    usable = measurable(sites, coarse=coarse)
    origins = proximity.sites(gpd.GeoDataFrame(sites[usable], crs="EPSG:4326"))
    table = sites.drop(columns="geometry").assign(measured=usable).set_index("id", drop=False)
    for target in TARGETS:
        table = table.join(_to_target(atlas, origins, target, coarse=coarse))
    return table.reset_index(drop=True)


def by_district(table: pd.DataFrame, atlas: Atlas) -> pd.DataFrame:
    """Medians and shares of the measured sites by district, with n.

    Returns
    -------
    pandas.DataFrame
        All 16 districts by code, then a row ``all``; n = 0 where no site was measured, with missing values.
        ``{target}_median_m`` is the median best distance; ``{target}_share_{radius}`` the share of sites with a
        known facility in reach by best distance, and ``..._sure_share_{radius}`` at the worst.
    """
    measured = table[table["measured"].astype(bool)]
    everywhere = measured.assign(district_code="all")
    summary = _summary(pd.concat([measured, everywhere], ignore_index=True))
    names = {**atlas.district_names, "all": ("全部", "All")}
    rows = summary.reindex(list(names)).reset_index(names="district_code")
    rows.insert(1, "district_zh", [zh for zh, _ in names.values()])
    rows.insert(2, "district_en", [en for _, en in names.values()])
    return rows.assign(n=rows["n"].fillna(0).astype(int))


def known(atlas: Atlas, *, coarse: bool) -> dict[str, int]:
    """How many places of every target are known well enough to be measured to."""
    return {target: len(_target_rows(atlas, target, coarse=coarse)) for target in TARGETS}


def known_in_words(atlas: Atlas, lang: str, *, coarse: bool) -> str:
    """The same in words, of the targets that are counted: breakfast places: 11, hospitals: 4."""
    numbers = known(atlas, coarse=coarse)
    said = [
        (each.known_en if lang == "en" else each.known_zh).format(n=numbers[key])
        for key, each in TARGETS.items()
        if each.counted
    ]
    return (", " if lang == "en" else "、").join(said)


def origin_titles(lang: str) -> tuple[str, ...]:
    """Titles of the layers that are measured from."""
    origins = (layer for layer in reversed(PLACES) if layer.measured_from)
    return tuple(layer.title_en if lang == "en" else layer.title_zh for layer in origins)


def target_layer(target: str) -> str:
    """Id of the layer that a target's places are in."""
    return groups.GROUPS[groups.GROUP_IDS.index(GROUP_OF[target])].layer


def _summary(sites: pd.DataFrame) -> pd.DataFrame:
    """n, medians and shares of the sites of every district code."""
    by_code = sites["district_code"]
    columns: dict[str, pd.Series] = {"n": sites.groupby("district_code").size()}
    for target, declared in TARGETS.items():
        columns[f"{target}_median_m"] = sites[f"{target}_m"].astype(float).groupby(by_code).median()
        for radius in RADII_M if declared.counted else ():
            for kind, name in (("best", "share"), ("sure", "sure_share")):
                number = sites[f"{target}_{kind}_{radius}"]
                in_reach = (number > 0).astype(float).where(number.notna())
                columns[f"{target}_{name}_{radius}"] = in_reach.groupby(by_code).mean()
    return pd.DataFrame(columns)


def _to_target(atlas: Atlas, origins: proximity.Sites, target: str, *, coarse: bool) -> pd.DataFrame:
    places = proximity.sites(_target_rows(atlas, target, coarse=coarse))
    found = proximity.nearest(origins, places)
    found.columns = pd.Index([f"{target}_id", f"{target}_min_m", f"{target}_m", f"{target}_max_m"])
    if TARGETS[target].counted:
        for radius in RADII_M:
            counts = proximity.within(origins, places, radius_m=radius)
            if target_layer(target) not in atlas.loaded:  # a layer that could not be loaded is not an empty one
                counts = counts.astype(float).assign(**dict.fromkeys(counts.columns, float("nan")))
            found = found.join(counts.add_prefix(f"{target}_").add_suffix(f"_{radius}"))
    return found


def _target_rows(atlas: Atlas, target: str, *, coarse: bool) -> gpd.GeoDataFrame:
    frame = groups.rows(atlas, GROUP_OF[target])
    return frame[measurable(frame, coarse=coarse)]
