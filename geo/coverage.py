"""What is in reach of a facility, how surely, and what cannot be known from an incomplete list.

A true distance lies within the sum of two accuracies of the distance that is drawn. So a point is

- **covered** if a facility is in reach even at the worst (distance + accuracies <= radius);
- **possibly** covered if one is in reach only at the best (distance - accuracies <= radius);
- **unknown** if none is, and the list of facilities may lack some;
- **uncovered** only if none is and the user declares that the list is complete.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.crs import check_radius
from geo.demand import Demand
from geo.errors import ParameterError
from geo.facilities import Facilities, distance_bounds
from geo.proximity import Sites, within

FloatArray = NDArray[np.float64]
STATUSES = ("covered", "possibly", "unknown", "uncovered")
COVERED, POSSIBLY, UNKNOWN, UNCOVERED = range(4)
WALK_M_PER_MIN = 80.0  # 4.8 km/h, an assumption of ours
DETOUR = 1.3  # length of a walk over the straight line, an assumption of ours


@dataclass(frozen=True, kw_only=True)
class Share:
    """How much of a zone's demand is in reach: sure <= best <= possible <= at_most.

    Attributes
    ----------
    n, weight
        Points, and the sum of their weights.
    sure_weight, best_weight, possible_weight
        Weight that is in reach at the worst, as drawn, at the best.
    complete
        Whether the list of facilities was declared complete.
    """

    n: int
    weight: float
    sure_weight: float
    best_weight: float
    possible_weight: float
    complete: bool

    @property
    def sure(self) -> float:
        """Share 0-1 that is covered; the truth is never below. Not a number where there is no demand."""
        return self._share(self.sure_weight)

    @property
    def best(self) -> float:
        """Share 0-1 by the points as drawn."""
        return self._share(self.best_weight)

    @property
    def possible(self) -> float:
        """Share 0-1 that may be covered by the known facilities."""
        return self._share(self.possible_weight)

    @property
    def at_most(self) -> float:
        """What the true share cannot exceed: ``possible`` of a complete list, else 1."""
        return self.possible if self.complete else self._share(self.weight)

    def _share(self, part: float) -> float:
        return part / self.weight if self.weight > 0 else float("nan")


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Coverage of every demand point, zone and all.

    Attributes
    ----------
    radius_m, complete
        As asked for.
    status
        Position in `STATUSES` of each demand point, int8, shape (n,).
    zones
        One share per zone, in the zones' order.
    total
        Of all demand, that in no zone included.
    """

    radius_m: float
    complete: bool
    status: NDArray[np.int8]
    zones: tuple[Share, ...]
    total: Share

    def words(self) -> list[str]:
        """Status of each demand point as a word of `STATUSES`."""
        return [STATUSES[code] for code in self.status]

    def table(self) -> pd.DataFrame:
        """One row per zone: n, weight and the four shares."""
        columns = ("n", "weight", "sure", "best", "possible", "at_most")
        rows = [[getattr(zone, column) for column in columns] for zone in self.zones]
        return pd.DataFrame(rows, columns=list(columns)).astype({"n": np.int64})


def walking_radius_m(minutes: float, *, speed_m_per_min: float = WALK_M_PER_MIN, detour: float = DETOUR) -> float:
    """Straight-line radius that stands for a walk of some minutes: minutes x speed / detour.

    Parameters
    ----------
    minutes
        Walking time, greater than 0.
    speed_m_per_min
        Metres walked in a minute.
    detour
        How many times longer a walk is than the straight line, 1 or more. Both defaults are assumptions of
        ours: no network of paths is in the atlas.

    Returns
    -------
    float
        Metres.

    Raises
    ------
    ParameterError
        If time or speed is not above 0, or the detour factor is below 1.

    Examples
    --------
    >>> round(walking_radius_m(15))
    923
    """
    radius = minutes * speed_m_per_min / detour if detour >= 1 else 0.0
    if not (minutes > 0 and speed_m_per_min > 0 and 0 < radius < np.inf):
        msg = "walking time and speed must be above 0, the detour factor 1 or more"
        raise ParameterError(msg, code="walking", where=f"{minutes}, {speed_m_per_min}, {detour}")
    return radius


def coverage(demand: Demand, facilities: Facilities, *, radius_m: float) -> Coverage:
    """Share of the demand in reach of a facility, by zone and in all, as sure / best / possible.

    Parameters
    ----------
    demand
        Shape (n,).
    facilities
        All known ones, wherever they lie: a shop across the district's border serves too.
    radius_m
        Metres, greater than 0; a facility at this very distance is in reach.

    Returns
    -------
    Coverage
        Status in the demand's order. From a list that is not declared complete nothing is ``uncovered``.

    Raises
    ------
    ParameterError
        If the radius is not greater than 0.
    """
    check_radius(radius_m)
    bounds = distance_bounds(demand, facilities, up_to_m=radius_m)
    inside = [bound <= radius_m for bound in (bounds.sure_m, bounds.best_m, bounds.possible_m)]
    beyond = UNCOVERED if facilities.complete else UNKNOWN
    status = np.where(inside[0], COVERED, np.where(inside[2], POSSIBLY, beyond)).astype(np.int8)
    everything = np.ones(len(demand.x), dtype=np.bool_)
    sums = [_by_zone(demand, mask) for mask in (everything, *inside)]
    counts = np.bincount(demand.zone + 1, minlength=demand.zone_count + 1)
    shares = [
        Share(
            n=int(counts[at]),
            weight=float(sums[0][at]),
            sure_weight=float(sums[1][at]),
            best_weight=float(sums[2][at]),
            possible_weight=float(sums[3][at]),
            complete=facilities.complete,
        )
        for at in range(demand.zone_count + 1)
    ]
    return Coverage(
        radius_m=radius_m,
        complete=facilities.complete,
        status=status,
        zones=tuple(shares[1:]),
        total=_sum_of(shares),
    )


def reach(
    origins: Sites, targets: Sites | None, *, radius_m: float, complete: bool = False,
    on_progress: Callable[[float], None] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Whether every origin has a target in reach, and how sure that is: of a park, say, whether breakfast is near.

    Parameters
    ----------
    origins, targets
        Places with their accuracies, any geometry (`geo.proximity.sites`). Targets None: the other origins.
    radius_m
        Metres, greater than 0.
    complete
        The user declares that there are no other targets.
    on_progress
        Told the share that is done, 0-1.

    Returns
    -------
    pandas.DataFrame
        Index = origin ids in order; integer columns ``sure``, ``best``, ``possible`` (targets in the radius)
        and ``verdict``: ``yes`` (one is sure), ``possibly``, ``unknown``, and ``no`` only of a complete list.
    """
    found = within(origins, targets, radius_m=radius_m, on_progress=on_progress)
    beyond = "no" if complete else "unknown"
    verdict = np.where(found["sure"] > 0, "yes", np.where(found["possible"] > 0, "possibly", beyond))
    return found.assign(verdict=verdict.astype(object))


def _by_zone(demand: Demand, mask: NDArray[np.bool_]) -> FloatArray:
    sums = np.bincount(demand.zone[mask] + 1, weights=demand.weight[mask], minlength=demand.zone_count + 1)
    return np.asarray(sums, dtype=np.float64)


def _sum_of(shares: list[Share]) -> Share:
    return Share(
        n=sum(share.n for share in shares),
        weight=sum(share.weight for share in shares),
        sure_weight=sum(share.sure_weight for share in shares),
        best_weight=sum(share.best_weight for share in shares),
        possible_weight=sum(share.possible_weight for share in shares),
        complete=shares[0].complete,
    )
