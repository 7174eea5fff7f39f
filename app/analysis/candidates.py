"""Where new points may stand: the squares of a grid, or the places of a group, each with its own name and accuracy."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.analysis.params import AnalysisParams
from app.core.atlas import Atlas
from app.core.groups import group, measured_rows
from geo.crs import to_local
from geo.demand import land_grid
from geo.siting.plan import Candidates

CANDIDATES_M = 1_000.0  # a proposal on the grid names a neighbourhood of this size, not a plot
COLUMNS = ["candidate_layer", "candidate_id", "candidate_name_zh", "candidate_name_en", "accuracy_m"]


@dataclass(frozen=True, kw_only=True)
class CandidatePlaces:
    """Candidates, and what is known of the place of each.

    Attributes
    ----------
    places
        One row per candidate, `COLUMNS`; layer, id and names are missing where it is a square of the grid.
    """

    candidates: Candidates
    places: pd.DataFrame

    def only(self, at: NDArray[np.int64]) -> "CandidatePlaces":
        """Some of the candidates, by position."""
        every = self.candidates
        some = Candidates(x=every.x[at], y=every.y[at], zone=every.zone[at])
        return CandidatePlaces(candidates=some, places=self.places.iloc[at])


def on_grid(land: gpd.GeoSeries) -> CandidatePlaces:
    """Squares of 1 km whose centres lie on a district's land."""
    grid = land_grid(land, spacing_m=CANDIDATES_M)
    nothing = [None] * len(grid.x)
    named = dict.fromkeys(COLUMNS[:-1], nothing)
    places = pd.DataFrame({**named, "accuracy_m": CANDIDATES_M / 2}, index=range(len(grid.x)))
    return CandidatePlaces(candidates=Candidates(x=grid.x, y=grid.y, zone=grid.zone), places=places)


def on_places(atlas: Atlas, params: AnalysisParams) -> CandidatePlaces:
    """Points of a group that are known well enough and lie in one of the districts."""
    frame = measured_rows(atlas, params.candidates, coarse=params.coarse)
    codes = {code: at for at, code in enumerate(atlas.districts["district_code"])}
    frame = frame[(frame.geom_type == "Point") & frame["district_code"].isin(list(codes))]
    local = to_local(frame.geometry)
    zone = np.array([codes[code] for code in frame["district_code"]], dtype=np.int32)
    places = pd.DataFrame(
        {
            "candidate_layer": group(atlas, params.candidates).layer,
            "candidate_id": frame["id"],
            "candidate_name_zh": frame["name_zh"],
            "candidate_name_en": frame["name_en"],
            "accuracy_m": frame["accuracy_m"].astype(float),
        },
        columns=COLUMNS,
    )
    x, y = (np.asarray(axis, dtype=np.float64) for axis in (local.x, local.y))
    return CandidatePlaces(candidates=Candidates(x=x, y=y, zone=zone), places=places)
