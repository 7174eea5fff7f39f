"""What was measured, on what, written as Markdown for people and as JSON for machines."""

import datetime as dt
import json
import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("streamlit", "folium", "streamlit-folium", "geopandas", "shapely", "pandas", "playwright")
SCALE_PACKAGES = (
    "numpy",
    "numba",
    "pyarrow",
    "dask",
    "distributed",
    "dask-geopandas",
    "sedonadb",
    "geopandas",
    "shapely",
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One measured thing.

    Attributes
    ----------
    values
        All that was measured, in the order of measuring.
    goal
        What it should be at most, in words; empty if nobody said.
    """

    what: str
    values: Sequence[float]
    unit: str = "ms"
    goal: str = ""

    @property
    def numbers(self) -> dict[str, float]:
        """Median, p95, least and most."""
        ordered = sorted(self.values)
        return {
            "median": statistics.median(ordered), "p95": ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))],
            "min": ordered[0], "max": ordered[-1], "n": len(ordered),
        }  # fmt: skip


@dataclass(kw_only=True)
class Report:
    """The lines of one benchmark."""

    name: str
    title: str
    notes: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    packages: tuple[str, ...] = PACKAGES
    load_before: tuple[float, float, float] = field(default_factory=os.getloadavg)

    def add(self, what: str, values: Sequence[float], *, unit: str = "ms", goal: str = "") -> None:
        """Take a line, and say it at once."""
        self.lines.append(Line(what=what, values=list(values), unit=unit, goal=goal))
        print(markdown_row(self.lines[-1]), flush=True)

    def write(self, browser: str = "") -> None:
        """Write bench/results/{name}.md and .json."""
        RESULTS.mkdir(exist_ok=True)
        about = {
            **machine(self.packages),
            "browser": browser,
            "load_before": self.load_before,
            "load_after": os.getloadavg(),
        }
        rows = [{**asdict(line), **line.numbers} for line in self.lines]
        found = {"title": self.title, "machine": about, "notes": self.notes, "lines": rows}
        (RESULTS / f"{self.name}.json").write_text(
            json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        (RESULTS / f"{self.name}.md").write_text(self.markdown(about), encoding="utf-8")

    def markdown(self, about: dict[str, object]) -> str:
        """The report as a page."""
        head = ["| what | median | p95 | min | max | n | goal |", "|---|---|---|---|---|---|---|"]
        said = [f"- {key}: {value}" for key, value in about.items() if value]
        parts = [f"# {self.title}", "", *head, *map(markdown_row, self.lines), "", *self.notes, "", *said]
        return "\n".join(parts) + "\n"


def markdown_row(line: Line) -> str:
    """A line as a row of a Markdown table."""
    numbers = line.numbers
    shown = " | ".join(f"{numbers[key]:,.{_digits(numbers[key])}f}" for key in ("median", "p95", "min", "max"))
    return f"| {line.what} ({line.unit}) | {shown} | {numbers['n']} | {line.goal} |"


def _digits(value: float) -> int:
    return 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2


def machine(packages: Sequence[str]) -> dict[str, object]:
    """Where it was measured."""
    found: dict[str, object] = {
        "date": dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_GiB": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "commit": _commit(),
    }
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _commit() -> str:
    command = ["git", "-C", str(RESULTS.parent), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
