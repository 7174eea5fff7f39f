"""A bar for what takes longer than a second: how far it really is, or, of a silent solver, how long it has run."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

import streamlit as st

from app.analysis.params import AnalysisParams
from app.i18n.texts import text
from app.service import cache

QUICK_S = 1.0  # what is done by then shows no bar
LOOK_S = 0.2
T = TypeVar("T")


def render_progress(job: str, params: AnalysisParams, compute: Callable[[], T], *, lang: str, limit_s: int = 0) -> T:
    """Compute in a thread of its own and look at it from here; the bar goes when the answer is there.

    A user who goes elsewhere meanwhile leaves the thread to finish: its answer is kept for the next who asks.

    Parameters
    ----------
    job
        ``near``, ``weak``, ``proposal`` or ``exact``, as `app.service.cache.share_done` knows it.
    limit_s
        Seconds after which a search that does not say how far it is has an answer, from when its turn comes; 0 for what
        says how far it is.
    """
    pool = ThreadPoolExecutor(max_workers=1)
    answer = pool.submit(compute)
    pool.shutdown(wait=False)
    place, running = st.empty(), 0.0
    wait([answer], timeout=QUICK_S)
    while not answer.done():
        share = cache.share_done(job, params)
        # time is counted in looks: near enough for a person, and no clock is read
        running += LOOK_S if running else QUICK_S if share is not None else 0.0
        place.progress(*bar(job, share, running, limit_s=limit_s, lang=lang))
        wait([answer], timeout=LOOK_S)
    place.empty()
    return answer.result()


def bar(job: str, share: float | None, running: float, *, limit_s: int, lang: str) -> tuple[float, str]:
    """How full the bar is, and what it says."""
    if share is None:
        return 0.0, text("an_waiting_turn_limited" if limit_s else "an_waiting_turn", lang).format(limit=limit_s)
    if limit_s and running >= limit_s:
        return 1.0, text("an_waiting_end", lang)
    if limit_s:
        return running / limit_s, text(f"an_waiting_{job}", lang).format(s=f"{running:.0f}", limit=limit_s)
    return share, text(f"an_waiting_{job}", lang).format(percent=f"{share * 100:.0f}")
