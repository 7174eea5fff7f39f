"""A search that is looked at from outside: how long it has run already, and the best that it knows by now."""

from collections.abc import Callable
from dataclasses import dataclass

from geo.siting.plan import Plan


def _nobody(plan: Plan) -> None:
    """Tell no one."""
    del plan


@dataclass(frozen=True, kw_only=True)
class Monitor:
    """Who looks at a search.

    Attributes
    ----------
    spent_s
        Seconds of the time limit that are gone, by the caller's clock; nothing here reads one. Without it the solver
        is given the whole limit, and what comes before the solver is not counted.
    on_found
        Told of the greedy plan as soon as it is there, and of every better plan or bound. Whoever ends the search from
        outside still has the last of them, and its bound holds.
    """

    spent_s: Callable[[], float] | None = None
    on_found: Callable[[Plan], None] = _nobody

    def left_s(self, time_limit_s: float) -> float:
        """Seconds that are left of a limit."""
        return time_limit_s - (self.spent_s() if self.spent_s else 0.0)


NOBODY = Monitor()
