"""选址 siting: where the next n points would reach most, with what exists locked in. Proposals, never places."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point

from app.analysis.candidates import CandidatePlaces, on_grid, on_places
from app.analysis.coverage import facilities, land_by_district, places_demand
from app.analysis.params import AnalysisParams
from app.analysis.proposed import ORDER, step_row
from app.analysis.search import best_plan
from app.core.atlas import Atlas
from app.core.groups import GRID, group
from geo.coverage import Share
from geo.crs import LOCAL, WGS84
from geo.demand import Demand
from geo.errors import ParameterError
from geo.siting.center import bound_center, greedy_center
from geo.siting.cover import greedy_cover
from geo.siting.exact import bound_cover
from geo.siting.order import bound_corrected, equalized, equalized_order, reordered, spread_order
from geo.siting.plan import Certificate, Plan, Problem, certified, existing_distance_m
from geo.siting.steps import Steps, stated, steps

GREEDY_SHARE = 0.2  # of the time until a plan has its bound


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A plan with what is known of its quality.

    Attributes
    ----------
    points
        One row per proposed point, EPSG:4326, in the order in which they were chosen.
    bound
        The best possible objective is not better than this.
    certificate
        At least how much of the best possible it reaches.
    candidates
        How many places were to choose from.
    before, after
        Demand in reach of what exists, and with the proposals, as sure / best / possible by all accuracies; a
        proposal on the grid is known to half a square.
    steps
        The same of every step, and the worst distances.
    """

    points: gpd.GeoDataFrame
    plan: Plan
    bound: float
    certificate: Certificate
    candidates: int
    before: Share
    after: Share
    steps: Steps


@dataclass(frozen=True, kw_only=True)
class Posed:
    """A siting problem, and where its candidates stand.

    Attributes
    ----------
    problem
        With the demand that `coverage` states: all totals, shares and gains are of it.
    candidate_places
        Candidates in the problem's order.
    """

    problem: Problem
    candidate_places: CandidatePlaces

    @property
    def level(self) -> Problem:
        """The problem with equal weights within each district: plans of it are bounded."""
        return replace(self.problem, demand=equalized(self.problem.demand))

    @property
    def even(self) -> Problem:
        """The problem by which points are chosen at once: no district's cells weigh more by the grid alone."""
        return replace(self.problem, demand=equalized_order(self.problem.demand))

    def bound(self, level: float) -> float:
        """Bound of a cover of the problem, from one of `level`."""
        served = existing_distance_m(self.problem, up_to_m=self.problem.radius_m) <= self.problem.radius_m
        return bound_corrected(level, self.level.demand, self.problem.demand, served=served)

    def steps(self, plan: Plan) -> Steps:
        """What a plan does step by step, each place as well known as it is."""
        known = self.candidate_places.places["accuracy_m"].to_numpy(dtype=np.float64)
        return steps(self.problem, plan.chosen, accuracy_m=known)


def pose(atlas: Atlas, params: AnalysisParams, grids: dict[str, Demand]) -> Posed:
    """The siting problem of an analysis: demand and candidates of the districts asked about, existing points locked in.

    Candidates come in the neutral order of `geo.siting.order`, so that equal gains spread over a district.

    Raises
    ------
    ParameterError
        If no new point is asked for, the targets are lines or the candidates themselves, nothing is left to reach,
        there are fewer candidates than new points, or the numbers contradict each other.
    """
    if params.new_points < 1:
        msg = "at least one new point must be asked for"
        raise ParameterError(msg, code="siting_number", where=str(params.new_points), hint="Ask for 1 or more.")
    if group(atlas, params.targets).lines:
        msg = f"{group(atlas, params.targets).title_en} has lines or outlines, and a new point cannot join them"
        raise ParameterError(msg, code="lines_take_no_points", where=params.targets, hint="Choose other targets.")
    codes = atlas.districts["district_code"].to_list()
    zones = [at for at, code in enumerate(codes) if not params.districts or code in params.districts]
    demand = _of_zones(places_demand(atlas, params) if params.demand == "places" else grids[params.demand], zones)
    if not demand.weight.any():
        msg = "there is nothing to reach in these districts"
        raise ParameterError(
            msg, code="nothing_to_reach", where=params.demand, hint="Ask for other districts or demand."
        )
    every = on_grid(land_by_district(atlas)) if params.candidates == GRID else on_places(atlas, params)
    candidate_places = every.only(np.flatnonzero(np.isin(every.candidates.zone, zones)))
    _check_candidates(candidate_places, params)
    _check_minima(atlas, candidate_places, zones, params)
    order = spread_order(candidate_places.candidates, equalized(demand))
    candidate_places = CandidatePlaces(
        candidates=reordered(candidate_places.candidates, order), places=candidate_places.places.iloc[order]
    )
    problem = Problem(
        demand=demand,
        candidates=candidate_places.candidates,
        existing=facilities(atlas, params),
        radius_m=params.radius_m,
        n=params.new_points,
        minimum_per_zone=dict.fromkeys(zones, params.at_least) if params.at_least else {},
    )
    return Posed(problem=problem, candidate_places=candidate_places)


def propose(
    atlas: Atlas,
    params: AnalysisParams,
    grids: dict[str, Demand],
    *,
    on_progress: Callable[[float], None] | None = None,
) -> Proposal:
    """The greedy plan, at once, with a bound that certifies it.

    Chosen by even weights, so that a grid's grains decide nothing; stated and bounded with the true ones. The bound is
    of the true problem (`geo.siting.order.bound_corrected`), so at least that share of the best possible is certain.
    """
    posed = pose(atlas, params, grids)
    tell = on_progress or (lambda _: None)
    if params.goal == "center":  # weights play no part
        return _proposal(atlas, params, posed, replace(greedy_center(posed.problem), bound=bound_center(posed.problem)))
    plan = greedy_cover(posed.even)
    tell(GREEDY_SHARE)
    bound = bound_cover(posed.level, on_progress=lambda done: tell(GREEDY_SHARE + (1 - GREEDY_SHARE) * done))
    return _proposal(atlas, params, posed, replace(plan, bound=posed.bound(bound)))


def solve_exact(atlas: Atlas, params: AnalysisParams, grids: dict[str, Demand]) -> Proposal:
    """The best plan that is found in the parameters' time, with its bound; proven but for the grains of a weight."""
    posed = pose(atlas, params, grids)
    if params.goal == "center":
        return _proposal(atlas, params, posed, best_plan(posed.problem, params.goal, time_limit_s=params.search_s))
    plan = best_plan(posed.level, params.goal, time_limit_s=params.search_s)
    bound = posed.bound(plan.objective if plan.bound is None else plan.bound)
    return _proposal(atlas, params, posed, replace(plan, bound=bound))


def _check_candidates(candidate_places: CandidatePlaces, params: AnalysisParams) -> None:
    there = len(candidate_places.places)
    if params.candidates == params.targets:
        msg = "the places that are reached for are there already, and cannot be candidates"
        raise ParameterError(msg, code="candidates_exist", where=params.candidates, hint="Choose other candidates.")
    if params.new_points > there:
        msg = f"{there} candidates are known well enough in these districts, {params.new_points} points are asked for"
        hint = "Ask for fewer points, for more districts or for other candidates."
        raise ParameterError(
            msg, code="too_few_candidates", where=f"{params.candidates}: {there} < {params.new_points}", hint=hint
        )


def _check_minima(atlas: Atlas, candidate_places: CandidatePlaces, zones: list[int], params: AnalysisParams) -> None:
    """Say by name which district cannot have its minimum."""
    if params.at_least < 0:
        msg = "a minimum is 0 or more"
        raise ParameterError(msg, code="siting_minimum", where=str(params.at_least), hint="Leave it out for none.")
    codes = atlas.districts["district_code"].to_list()
    for zone in zones:
        there = int(np.count_nonzero(candidate_places.candidates.zone == zone))
        if there < params.at_least:
            zh, en = atlas.district_names[codes[zone]]
            msg = f"{en} has {there} candidates, at least {params.at_least} are asked for"
            hint = "Ask for a smaller minimum or for other candidates."
            raise ParameterError(msg, code="siting_minimum", where=f"{zh} {there} < {params.at_least}", hint=hint)
    owed = params.at_least * len(zones)
    if owed > params.new_points:
        msg = f"{len(zones)} districts with at least {params.at_least} each need {owed} points"
        hint = f"Ask for {owed} points or more, or for fewer districts."
        where = f"{params.at_least} × {len(zones)} > {params.new_points}"
        raise ParameterError(msg, code="siting_minimum", where=where, hint=hint)


def _proposal(atlas: Atlas, params: AnalysisParams, posed: Posed, plan: Plan) -> Proposal:
    """A plan that has its bound, with what it does by the true weights."""
    done = posed.steps(plan)
    plan = stated(plan, done)
    bound = plan.objective if plan.bound is None else plan.bound
    codes = atlas.districts["district_code"].to_list()
    called, candidates = group(atlas, params.targets), posed.problem.candidates
    rows = []
    for step, at in enumerate(plan.chosen, start=1):
        code, place = codes[int(candidates.zone[at])], posed.candidate_places.places.iloc[int(at)]
        where_zh, where_en = atlas.district_names[code]
        if place["candidate_id"]:
            where_zh, where_en = place["candidate_name_zh"], place["candidate_name_en"]
        rows.append(
            {
                "id": f"NP{step:02d}", "order": step, "district_code": code,
                "name_zh": f"建议点 {step}（{where_zh}，{called.title_zh}）",
                "name_en": f"Proposed point {step} ({where_en}, {called.title_en})",
                **step_row(done, step, params), "demand": params.demand, "radius_m": params.radius_m,
                "method": plan.method, "status": "proposal", "data_kind": "modelled", **place,
                "geometry": Point(candidates.x[at], candidates.y[at]),
            }
        )  # fmt: skip
    points = gpd.GeoDataFrame(pd.DataFrame(rows, columns=[*ORDER, "geometry"]), geometry="geometry", crs=LOCAL).to_crs(
        WGS84
    )
    certificate = certified(plan, bound)
    return Proposal(
        points=points, plan=plan, bound=bound, certificate=certificate, candidates=len(posed.candidate_places.places),
        before=done.share(0), after=done.share(-1), steps=done,
    )  # fmt: skip


def _of_zones(demand: Demand, zones: list[int]) -> Demand:
    """The part of a demand that lies in some districts."""
    kept = np.isin(demand.zone, zones)
    return Demand(
        x=demand.x[kept], y=demand.y[kept], weight=demand.weight[kept], zone=demand.zone[kept],
        zone_count=demand.zone_count, accuracy_m=demand.accuracy_m[kept], kind=demand.kind, modelled=demand.modelled,
    )  # fmt: skip
