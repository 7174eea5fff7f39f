"""For each place of one group: the nearest of another, how many lie in reach, and whether any surely does."""

import pandas as pd

from app.analysis.question import Question
from app.atlas import Atlas
from app.groups import measured_rows, rows
from geo import coverage, proximity
from geo.errors import ParameterError

COLUMNS = ["id", "name_zh", "name_en", "district_code", "location_method", "accuracy_m"]
AMONG_THEMSELVES = 1_000
VERDICTS = ("yes", "possibly", "no", "unknown", "not_measured")


def near(atlas: Atlas, asked: Question) -> pd.DataFrame:
    """One row per origin in the districts asked about, in layer order.

    Returns
    -------
    pandas.DataFrame
        ``target_id``, ``distance_min_m | distance_m | distance_max_m``, counts ``sure | best | possible`` within the
        radius, and ``verdict``: yes (surely one in reach), possibly, no (only from a list declared complete),
        unknown, or not_measured where the origin is not known well enough (its numbers are missing then).
    """
    frame = rows(atlas, asked.origins)
    if asked.districts:
        frame = frame[frame["district_code"].isin(asked.districts)]
    usable = measured_rows(atlas, asked.origins, coarse=asked.coarse)
    origins = proximity.sites(usable[usable["id"].isin(frame["id"])])
    targets = proximity.sites(measured_rows(atlas, asked.targets, coarse=asked.coarse))
    found = _among(origins, asked) if asked.origins == asked.targets else _answers(origins, targets, asked)
    table = frame[COLUMNS].set_index("id", drop=False).join(found)
    table["verdict"] = table["verdict"].fillna("not_measured")
    return table.reset_index(drop=True)


def summary(table: pd.DataFrame) -> dict[str, int]:
    """How many origins have each verdict."""
    found = table["verdict"].value_counts()
    return {verdict: int(found.get(verdict, 0)) for verdict in VERDICTS}


def _answers(origins: proximity.Sites, targets: proximity.Sites, asked: Question) -> pd.DataFrame:
    counts = coverage.reach(origins, targets, radius_m=asked.radius_m, complete=asked.complete)
    return proximity.nearest(origins, targets).join(counts)


def _among(places: proximity.Sites, asked: Question) -> pd.DataFrame:
    """Each place against all others of its group, never against itself.

    Raises
    ------
    ParameterError
        If there are too many: every place is asked on its own.
    """
    if len(places.ids) > AMONG_THEMSELVES:
        msg = f"{len(places.ids):,} places are too many to be asked of themselves; up to {AMONG_THEMSELVES:,} are"
        raise ParameterError(msg, code="too_many_among", where=asked.origins, hint="Choose another group of targets.")
    everything = range(len(places.ids))
    parts = [
        _answers(_chosen(places, [at]), _chosen(places, [other for other in everything if other != at]), asked)
        for at in everything
    ]
    return pd.concat(parts) if parts else _answers(places, places, asked)


def _chosen(places: proximity.Sites, at: list[int]) -> proximity.Sites:
    return proximity.Sites(
        ids=tuple(places.ids[each] for each in at), geometry=places.geometry[at], accuracy_m=places.accuracy_m[at]
    )
