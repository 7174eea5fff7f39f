"""Pages that were asked for in one moment are drawn one after the other: see docs/adr/0023."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

PATIENCE_S = 2.0  # twenty pages take as long; whoever computes longer shall not stop the others
MAY_TAKE_LONG = {"analysis", "own"}  # sections that compute for seconds
LOCK = Lock()


@contextmanager
def render_lock(section: str) -> Iterator[None]:
    """Wait until no other page is being drawn, but not for ever; a section that may take long neither waits nor blocks.

    Parameters
    ----------
    section
        The section below the map that the page shows.
    """
    taken = section not in MAY_TAKE_LONG and LOCK.acquire(timeout=PATIENCE_S)
    try:
        yield
    finally:
        if taken:
            LOCK.release()
