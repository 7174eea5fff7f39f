"""What is asked: two groups, a radius, and how many new points to what end. Frozen, so that answers can be kept."""

from collections.abc import Container
from dataclasses import dataclass, replace

from app.core.groups import MODELLED_IDS
from app.core.view import View

WALKING_SPEED_M_PER_MIN = 80.0  # assumption, stated wherever a walking time is shown
SEARCH_S = 30  # as long as a user waits for the best plan
DETOUR = 1.3  # assumption: a way through streets is so much longer than the straight line


@dataclass(frozen=True, kw_only=True)
class AnalysisParams:
    """One analysis.

    Attributes
    ----------
    origins, targets
        Ids of two groups (`app.core.groups`): how near are the targets to each of the origins?
    radius_m
        Straight line, metres.
    complete
        The user, or whoever imported it, declares that the targets' list is complete: only then may an answer be
        "no".
    coarse
        Places known to town or district level take part.
    districts
        Codes of the districts that are asked about; empty for all 16.
    demand
        Whom the targets shall reach: ``residents`` (modelled), ``land`` or ``places`` (the origins).
    candidates
        Where new points may stand: ``grid``, or the id of a group.
    new_points
        How many points to propose.
    at_least
        At least so many of them in every district asked about.
    goal
        ``cover`` as much demand as possible within the radius, or bring the worst distance down (``center``).
    search_s
        Seconds that a search for the best plan may take; 0 for the quick plan.
    sectors, towns, methods
        Filters that the origins pass; empty for no filter. Targets and candidates are those of the whole city.
    token
        Of the session whose user layers may be asked about.
    """

    origins: str
    targets: str
    radius_m: float
    complete: bool
    coarse: bool
    districts: tuple[str, ...]
    demand: str
    candidates: str
    new_points: int
    at_least: int
    goal: str
    search_s: int = 0
    sectors: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    token: str = ""

    def of(self, job: str) -> "AnalysisParams":
        """The question as one job sees it: where the origins play no part, neither do their filters."""
        seen = self if job == "exact" else replace(self, search_s=0)
        if job in {"near", "cover"} or (job in {"proposal", "exact"} and self.demand == "places"):
            return seen
        return replace(seen, sectors=(), towns=(), methods=())

    @property
    def modelled(self) -> bool:
        """Whether simulated places take part."""
        return not MODELLED_IDS.isdisjoint({self.origins, self.targets})

    @property
    def modelled_candidates(self) -> bool:
        """Whether new points may stand on simulated places."""
        return self.candidates in MODELLED_IDS

    @property
    def walking_min(self) -> float:
        """Minutes on foot that the radius stands for, by the stated speed and detour."""
        return walking_min(self.radius_m)


def walking_min(radius_m: float) -> float:
    """Minutes on foot that a straight-line radius stands for (the inverse of `geo.coverage.walking_radius_m`)."""
    return radius_m * DETOUR / WALKING_SPEED_M_PER_MIN


def analysis_params(view: View, complete_ids: Container[str] = ()) -> AnalysisParams:
    """The analysis that a view asks for; ``complete_ids`` are lists that were declared complete when they came."""
    return AnalysisParams(
        origins=view.near_from, targets=view.near_to, radius_m=float(view.reach_m),
        complete=bool(view.complete) or view.near_to in complete_ids,
        coarse=view.coarse, districts=view.districts, demand=view.demand, candidates=view.candidates,
        new_points=int(view.new_points), at_least=int(view.at_least), goal=view.goal,
        search_s=SEARCH_S if view.best else 0,
        sectors=view.sectors, towns=view.towns, methods=view.methods, token=view.token,
    )  # fmt: skip
