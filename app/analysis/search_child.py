"""`python -m app.analysis.search_child GOAL SECONDS`: searches for the best plan and tells of every better one.

The problem comes in on stdin, plans go out on stdout, pickled one after the other; the last one counts. Instead of a
plan it may be an error of ours. Time is measured here, so that the solver gets what is left of the limit; nothing that
is called proven depends on it.
"""

import faulthandler
import os
import pickle
import sys
from time import monotonic

STARTED_S = monotonic()
RESERVE_S = 1.0  # of the limit, to make a plan of what the solver found and to say it
ORPHAN_S = 90.0  # beyond the limit a parent has ended its child; if the parent itself is gone, the child ends itself


def main(goal: str, time_limit_s: float) -> int:
    """Search, and tell what is found."""
    # a thread of the interpreter's own, which no solver can hold up
    faulthandler.dump_traceback_later(time_limit_s + ORPHAN_S, exit=True)
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # a word of the solver's shall not get among the answers

        def tell(found: object) -> None:
            pickle.dump(found, answers)
            answers.flush()

        # loaded after the child has been told to end itself
        from geo.errors import AtlasError  # noqa: PLC0415
        from geo.siting.center import optimal_center  # noqa: PLC0415
        from geo.siting.exact import optimal_cover  # noqa: PLC0415
        from geo.siting.monitor import Monitor  # noqa: PLC0415

        monitor = Monitor(spent_s=lambda: monotonic() - STARTED_S + RESERVE_S, on_found=tell)
        search = optimal_center if goal == "center" else optimal_cover
        try:
            tell(search(pickle.load(sys.stdin.buffer), time_limit_s=time_limit_s, monitor=monitor))  # noqa: S301 - of our own parent
        except AtlasError as fault:
            tell(fault)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
