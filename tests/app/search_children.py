"""`python -m tests.app.search_children GOAL SECONDS`: children of the search that behave badly, as GOAL says."""

import pickle
import sys
from threading import Event

from geo.errors import ParameterError
from geo.siting.cover import greedy_cover


def main(goal: str) -> None:
    problem = pickle.load(sys.stdin.buffer)  # noqa: S301 - of our own parent
    if goal == "dies":
        sys.exit(9)
    if goal == "refuses":
        pickle.dump(ParameterError("no", code="radius", where="here", hint="Ask again."), sys.stdout.buffer)
        return
    pickle.dump(greedy_cover(problem), sys.stdout.buffer)
    if goal == "breaks off":
        sys.stdout.buffer.write(pickle.dumps(greedy_cover(problem))[:100])
    sys.stdout.buffer.flush()
    if goal == "hangs":
        Event().wait()


if __name__ == "__main__":  # pytest loads every module, to look for examples
    main(sys.argv[1])
