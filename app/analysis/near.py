"""For each place of one group: the nearest of another, how many lie in reach, and whether any surely does."""

from collections.abc import Callable

import pandas as pd

from app.analysis.origins import is_whole, origins_of
from app.analysis.params import AnalysisParams
from app.core.atlas import Atlas
from app.core.groups import measured_rows
from geo import coverage, proximity

COLUMNS = ["id", "name_zh", "name_en", "district_code", "location_method", "accuracy_m"]
NEAREST_SHARE = 0.2  # of the time until everything is counted, more or less
VERDICTS = ("yes", "possibly", "no", "unknown", "not_measured")


def near(atlas: Atlas, params: AnalysisParams, *, on_progress: Callable[[float], None] | None = None) -> pd.DataFrame:
    """One row per origin that the parameters' filters keep, in layer order.

    Returns
    -------
    pandas.DataFrame
        ``target_id``, ``distance_min_m | distance_m | distance_max_m``, counts ``sure | best | possible`` within the
        radius, and ``verdict``: yes (surely one in reach), possibly, no (only from a list that is declared complete and
        takes part as a whole), unknown, or not_measured where the origin is not known well enough (its numbers are
        missing then).
    """
    frame = origins_of(atlas, params)
    usable = measured_rows(atlas, params.origins, coarse=params.coarse)
    origins = proximity.sites(usable[usable["id"].isin(frame["id"])])
    targets: proximity.Sites | None = proximity.sites(measured_rows(atlas, params.targets, coarse=params.coarse))
    if params.origins == params.targets:  # each of the city against all others, never against itself
        origins, targets = proximity.sites(usable), None
    tell = on_progress or (lambda _: None)
    nearest = proximity.nearest(origins, targets)
    tell(NEAREST_SHARE)
    counts = coverage.reach(
        origins, targets, radius_m=params.radius_m, complete=is_whole(atlas, params),
        on_progress=lambda done: tell(NEAREST_SHARE + (1 - NEAREST_SHARE) * done),
    )  # fmt: skip
    found = nearest.join(counts)
    table = frame[COLUMNS].set_index("id", drop=False).join(found)
    table["verdict"] = table["verdict"].fillna("not_measured")
    return table.reset_index(drop=True)


def summary(table: pd.DataFrame) -> dict[str, int]:
    """How many origins have each verdict."""
    found = table["verdict"].value_counts()
    return {verdict: int(found.get(verdict, 0)) for verdict in VERDICTS}
