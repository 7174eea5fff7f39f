"""Twenty users at once: how long a widget's filter takes, what a session weighs, and that none sees another's."""

import asyncio
import random
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.client import Tab, Took, open_tab
from bench.report import Report
from bench.serving import Server, atlas

SESSIONS = 20
ROUNDS = 6
THINK_S = (2.0, 8.0)  # a user looks at the answer before the next click
CODES = (
    "310101", "310104", "310105", "310106", "310107", "310109", "310110", "310112", "310113", "310114", "310115",
    "310116", "310117", "310118", "310120", "310151",
)  # fmt: skip


def run() -> None:
    """Measure and write."""
    report = Report(name="sessions", title=f"{SESSIONS} sessions at once against one server")
    report.notes.append(
        "Sessions speak Streamlit's messages over a websocket, without a browser: the time is from the message of a "
        "widget until the map's command arrives, and to the end of the script's run, all tables and charts of the "
        "first section included; the script waits 150 ms between them, so that the map draws first. Reading: each "
        f"session waits {THINK_S[0]:.0f} to {THINK_S[1]:.0f} s between its clicks. All at once: all click in the same "
        "moment, the worst there is. The clients run on the same cores."
    )
    with tempfile.TemporaryDirectory() as folder, atlas(log=Path(folder) / "atlas.txt") as server:
        asyncio.run(measure(report, server))
    report.write()


async def measure(report: Report, server: Server) -> None:
    """Warm the server up, then open the sessions and let them filter."""
    first = await open_tab(server.url)
    add(report, "one session alone", [await first.run(w_districts=[code]) for code in CODES])
    before = memory_mb(server.pid)
    tabs = [await open_tab(server.url, query=f"d={CODES[number % 16]}") for number in range(SESSIONS)]
    check_alone(tabs, [[CODES[number % 16]] for number in range(SESSIONS)])
    opened = memory_mb(server.pid)
    reading = await rounds(tabs, think)
    add(report, f"{SESSIONS} sessions, reading", reading, goal="1,000")
    together = await rounds(tabs, straight_on)
    add(report, f"{SESSIONS} sessions, all at once", together, goal="1,000")
    after = memory_mb(server.pid)
    report.add("resident memory per session, opened", [(opened - before) / SESSIONS], unit="MB", goal="20")
    report.add("resident memory per session, after the filters", [(after - before) / SESSIONS], unit="MB", goal="20")
    report.add("resident memory of the server", [before, opened, after], unit="MB")
    report.notes.append(f"No session received another's view in {len(reading) + len(together)} filters.")
    for tab in [first, *tabs]:
        await tab.socket.close()


def add(report: Report, what: str, runs: list[Took], goal: str = "") -> None:
    """Report the two times of some filters in milliseconds."""
    report.add(f"{what}: map told", [1_000 * run.map for run in runs], goal=goal)
    report.add(f"{what}: page complete", [1_000 * run.page for run in runs], goal=goal)


async def rounds(tabs: list[Tab], pause: Callable[[random.Random], Awaitable[None]]) -> list[Took]:
    """Let every session filter some times; gives what each filter took."""
    times: list[Took] = []
    for number in range(ROUNDS):
        wanted = [sorted({CODES[(at * 3 + number) % 16], CODES[(at + number * 5) % 16]}) for at in range(len(tabs))]

        async def filter_one(at: int, wanted: list[list[str]] = wanted, number: int = number) -> Took:
            await pause(random.Random(at * 1_000 + number))  # noqa: S311 - a pause, no secret
            return await tabs[at].run(w_districts=wanted[at])

        times += await asyncio.gather(*map(filter_one, range(len(tabs))))
        check_alone(tabs, wanted)
    return times


async def think(chance: random.Random) -> None:
    """Wait as a user does."""
    await asyncio.sleep(chance.uniform(*THINK_S))


async def straight_on(_: random.Random) -> None:
    """Wait not at all."""


def check_alone(tabs: list[Tab], wanted: list[list[str]]) -> None:
    """Every session's map has been sent its own view, and no other."""
    for tab, own in zip(tabs, wanted, strict=True):
        assert tab.map_data["view"]["d"] == own, f"a session that asked for {own} was sent {tab.map_data['view']['d']}"


def memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(kilobytes) / 1_000
