"""The search for the best plan, in a process of its own that is ended when its time is up, whatever the solver does."""

import pickle
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

from geo.errors import AtlasError, ParameterError
from geo.siting.exact import check_time_limit
from geo.siting.plan import Plan, Problem

PROJECT = Path(__file__).parents[2]
CHILD = "app.analysis.search_child"
PATIENCE_S = 60.0  # for the first plan of all, if the limit is shorter than that takes: there is no answer without one


def best_plan(problem: Problem, goal: str, *, time_limit_s: float) -> Plan:
    """The best plan that is known when it is proven, or when the time is up.

    HiGHS looks at its own limit only now and then, so the child tells of every better plan and bound, and is ended.

    Parameters
    ----------
    goal
        ``cover`` or ``center``.
    time_limit_s
        Seconds, all told: for starting the child, for the quick plan, its bound and the search. If not even a quick
        plan is there by then, it is waited for.

    Raises
    ------
    ParameterError
        As `geo.siting.exact.optimal_cover`, or if the child breaks off before it has a plan.
    """
    check_time_limit(time_limit_s)
    params = pickle.dumps(replace(problem, minimum_per_zone=dict(problem.minimum_per_zone)))
    command = [sys.executable, "-m", CHILD, goal, str(time_limit_s)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        # in a session of its own: who interrupts the command line interrupts this process, which then ends the child
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
    ) as child:  # fmt: skip
        heard = _Heard(child, params)
        heard.listener.start()
        try:
            heard.listener.join(time_limit_s)
            heard.something.wait(PATIENCE_S)
        finally:
            child.kill()
            heard.listener.join()
    return heard.answer()


class _Heard:
    """What a child has said by now; the last that it says is what counts."""

    def __init__(self, child: "subprocess.Popen[bytes]", params: bytes) -> None:
        self.last: object = None
        self.something = Event()
        self.listener = Thread(target=self._talk, args=(child, params), daemon=True)

    def answer(self) -> Plan:
        """The last plan, or the error that there was instead."""
        if isinstance(self.last, AtlasError):
            raise self.last
        if not isinstance(self.last, Plan):
            msg = "the search broke off before it had a plan"
            raise ParameterError(msg, code="search_died", where=CHILD, hint="Ask for fewer districts or points.")
        return self.last

    def _talk(self, child: "subprocess.Popen[bytes]", params: bytes) -> None:
        if child.stdin is None or child.stdout is None:  # both are pipes: for the type checker alone
            return
        with suppress(OSError), child.stdin:  # a child that is gone: a broken pipe, and on Windows a bad argument
            child.stdin.write(params)
        # what a child that is ended was about to say breaks off
        with suppress(EOFError, pickle.UnpicklingError):
            while True:
                self.last = pickle.load(child.stdout)  # noqa: S301 - of our own child
                self.something.set()
        self.something.set()
