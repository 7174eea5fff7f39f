"""选址 siting: where the next n points would reach most, with what exists locked in. Proposals, never places."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point

from app.analysis.cover import facilities, land_by_district, origins
from app.analysis.question import Question
from app.atlas import Atlas
from app.groups import group
from geo.crs import LOCAL, WGS84
from geo.demand import Demand, land_grid
from geo.errors import ParameterError
from geo.siting import Candidates, Certificate, Plan, Problem, certified
from geo.siting_center import bound_center, greedy_center, optimal_center
from geo.siting_cover import greedy_cover
from geo.siting_exact import bound_cover, optimal_cover

CANDIDATES_M = 1_000.0  # a proposal names a neighbourhood of this size, not a plot


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A plan with what is known of its quality.

    Attributes
    ----------
    points
        One row per proposed point, EPSG:4326, in the order in which they were chosen.
    certificate
        At least how much of the best possible it reaches.
    """

    points: gpd.GeoDataFrame
    plan: Plan
    certificate: Certificate


def problem(atlas: Atlas, asked: Question, grids: dict[str, Demand]) -> Problem:
    """The siting problem of a question: demand and candidates of the districts asked about, existing points locked in.

    Raises
    ------
    ParameterError
        If nothing is left to reach, or the numbers contradict each other.
    """
    codes = atlas.districts["district_code"].to_list()
    zones = [at for at, code in enumerate(codes) if not asked.districts or code in asked.districts]
    everything = origins(atlas, asked) if asked.demand == "places" else grids[asked.demand]
    demand = _of_zones(everything, zones)
    if not demand.weight.any():
        msg = "there is nothing to reach in these districts"
        raise ParameterError(
            msg, code="nothing_to_reach", where=asked.demand, hint="Ask for other districts or demand."
        )
    grid = _of_zones(land_grid(land_by_district(atlas), spacing_m=CANDIDATES_M), zones)
    return Problem(
        demand=demand,
        candidates=Candidates(x=grid.x, y=grid.y, zone=grid.zone),
        existing=facilities(atlas, asked),
        radius_m=asked.radius_m,
        n=asked.new_points,
        minimum_per_zone=dict.fromkeys(zones, asked.at_least) if asked.at_least else {},
    )


def propose(atlas: Atlas, asked: Question, grids: dict[str, Demand]) -> Proposal:
    """The greedy plan, at once, with a bound that certifies it."""
    posed = problem(atlas, asked, grids)
    if asked.goal == "center":
        plan, bound = greedy_center(posed), bound_center(posed)
    else:
        plan, bound = greedy_cover(posed), bound_cover(posed)
    return _proposal(atlas, asked, posed, plan, bound)


def prove(atlas: Atlas, asked: Question, grids: dict[str, Demand], *, time_limit_s: float) -> Proposal:
    """The best plan that HiGHS finds within a time limit, with its bound."""
    posed = problem(atlas, asked, grids)
    find = optimal_center if asked.goal == "center" else optimal_cover
    plan = find(posed, time_limit_s=time_limit_s)
    bound = plan.bound if plan.bound is not None else plan.objective
    return _proposal(atlas, asked, posed, plan, bound)


def _proposal(atlas: Atlas, asked: Question, posed: Problem, plan: Plan, bound: float) -> Proposal:
    codes = atlas.districts["district_code"].to_list()
    names = atlas.district_names
    called = group(asked.targets)
    rows = []
    for step, at in enumerate(plan.chosen, start=1):
        code = codes[int(posed.candidates.zone[at])]
        rows.append(
            {
                "id": f"NP{step:02d}", "order": step, "district_code": code,
                "name_zh": f"建议点 {step}（{names[code][0]}，{called.title_zh}）",
                "name_en": f"Proposed point {step} ({names[code][1]}, {called.title_en})",
                "gain": float(plan.gains[step - 1]), "demand": asked.demand, "radius_m": asked.radius_m,
                "method": plan.method, "status": "proposal", "data_kind": "modelled", "accuracy_m": CANDIDATES_M / 2,
                "geometry": Point(posed.candidates.x[at], posed.candidates.y[at]),
            }
        )  # fmt: skip
    columns = [
        "id", "order", "name_zh", "name_en", "district_code", "gain", "demand", "radius_m", "method", "status",
        "data_kind", "accuracy_m", "geometry",
    ]  # fmt: skip
    points = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=LOCAL).to_crs(WGS84)
    return Proposal(points=points, plan=plan, certificate=certified(plan, bound))


def _of_zones(demand: Demand, zones: list[int]) -> Demand:
    """The part of a demand that lies in some districts."""
    kept = np.isin(demand.zone, zones)
    return Demand(
        x=demand.x[kept], y=demand.y[kept], weight=demand.weight[kept], zone=demand.zone[kept],
        zone_count=demand.zone_count, accuracy_m=demand.accuracy_m[kept], kind=demand.kind, modelled=demand.modelled,
    )  # fmt: skip
