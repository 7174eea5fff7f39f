"""Results on paper: a page of tables, JSON, a chart, and the goals in docs/engine.md."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.engine.chart import chart
from bench.engine.model import OURS
from bench.engine.result import JobResult, Row, Verdict, seconds, times
from bench.report import RESULTS, machine

ROOT = Path(__file__).parents[2]
ELSEWHERE = ROOT / "out" / "bench"
PAGE = ROOT / "docs" / "engine.md"
START, END = "<!-- goals: written by the benchmark -->", "<!-- end of goals -->"
PACKAGES = (
    "geopandas", "shapely", "pandas", "numpy", "numba", "scipy", "pyproj", "pyogrio", "scikit-learn", "sedonadb",
    "duckdb", "duckdb-extension-spatial",
)  # fmt: skip
HEAD = (
    "| who | N | wall, median (min-max) | CPU | building the index | extra MB | runs | × ours |",
    "|---|---|---|---|---|---|---|---|",
)
GOALS = ("| job | beside | N | goal | measured | met |", "|---|---|---|---|---|---|")


def write(
    results: Sequence[JobResult], *, notes: Sequence[str], load_before: tuple[float, float, float], whole: bool
) -> None:
    """Write engine.md, engine.json and engine.svg; of a whole run into bench/results and docs/engine.md."""
    folder = RESULTS if whole else ELSEWHERE
    folder.mkdir(parents=True, exist_ok=True)
    about = {**surroundings(), "load_before": load_before, "load_after": os.getloadavg()}
    found = {"title": "The spatial engine beside its peers", "machine": about, "notes": list(notes)}
    found["jobs"] = [as_json(result) for result in results]
    text = json.dumps(found, ensure_ascii=False, indent=1)
    (folder / "engine.json").write_text(text + "\n", encoding="utf-8")
    (folder / "engine.md").write_text(page(results, notes, about), encoding="utf-8")
    (folder / "engine.svg").write_text(chart(results), encoding="utf-8")
    if whole:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{START}\n\n{goals(results)}\n\n{END}{after}", encoding="utf-8")
    print(f"\n{goals(results)}\n\nwritten to {folder.relative_to(ROOT)}", flush=True)


def surroundings() -> dict[str, Any]:
    """Machine, date, commit, versions of all who took part."""
    return machine(PACKAGES)


def as_json(result: JobResult) -> dict[str, Any]:
    """All numbers of one job."""
    return {
        "job": result.job.name, "title": result.job.title,
        "rows": [{**row.plain(), "times_ours": ratio(result, row)} for row in result.rows],
        "exponent": result.exponent, "not_measured": result.gaps, "faults": result.faults,
        "goals": [vars(verdict) for verdict in result.verdicts()],
    }  # fmt: skip


def ratio(result: JobResult, row: Row) -> float | None:
    """Times ours at the same N, nothing for ours."""
    return None if row.who == OURS or result.ours(row.n) is None else result.ratio(row)


def page(results: Sequence[JobResult], notes: Sequence[str], about: dict[str, Any]) -> str:
    """The report as Markdown."""
    parts = ["# The spatial engine beside its peers", "", goals(results), "", *table_of_growth(results)]
    for result in results:
        parts += ["", f"## {result.job.title}", "", *HEAD, *(table_row(result, row) for row in result.rows), ""]
        parts += [f"Not measured: {who}: {why}." for who, why in result.gaps.items()]
        parts += [f"**Differs: {fault}**" for fault in result.faults] or ["All answers agree."]
        parts += [result.job.note] if result.job.note else []
    parts += ["", "## Where and how", "", *notes, "", *(f"- {key}: {value}" for key, value in about.items())]
    return "\n".join(parts) + "\n"


def table_row(result: JobResult, row: Row) -> str:
    """One contender at one N."""
    span = f"{seconds(row.wall)} ({seconds(min(row.wall_s))} - {seconds(max(row.wall_s))})"
    times_ours = ratio(result, row)
    cells = (
        row.who, f"{row.n:,}", span, seconds(row.cpu), seconds(row.build_wall_s) if row.build_wall_s > 1e-4 else "",
        f"{row.extra_MB:,.0f}" + (f" + {row.index_MB:,.0f} index" if row.index_MB >= 1 else ""),
        str(len(row.wall_s)), "" if times_ours is None else times(times_ours),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def goals(results: Sequence[JobResult]) -> str:
    """All goals as one table."""
    rows = [goal_row(result, verdict) for result in results for verdict in result.verdicts()]
    return "\n".join([*GOALS, *rows])


def goal_row(result: JobResult, verdict: Verdict) -> str:
    """One goal."""
    met = {True: "yes", False: "**no**", None: "not judged"}[verdict.met]
    many = f"{verdict.n:,} points" if verdict.n else ""
    return f"| {result.job.title} | {verdict.words} | {many} | {verdict.asked} | {verdict.found} | {met} |"


def table_of_growth(results: Sequence[JobResult]) -> list[str]:
    """Ours over N, and what the very first answer costs."""
    rows = [
        f"| {result.job.title} | {result.exponent:.2f} | {seconds(max(ours))} |"
        for result in results
        if (ours := [row.first_call_s for row in result.rows if row.who == OURS])
    ]
    head = "| job, ours | growth exponent over N | first answer of a fresh process (libraries, kernels) |"
    return [head, "|---|---|---|", *rows]
