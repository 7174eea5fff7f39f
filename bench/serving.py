"""Start a server of ours on a free port and stop it again: for benchmarks and for the browser tests."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE_S = 60
BROWSER_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server."""

    url: str
    pid: int


def free_port() -> int:
    """Port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def streamlit(
    script: Path, *, log: Path, health: str = "/_stcore/health", settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Serve a Streamlit script from the project's folder, so that .streamlit/config.toml counts.

    Parameters
    ----------
    log
        File that takes what the server says.
    health
        Path that answers 200 once the server is up.
    settings
        Further environment variables.
    """
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    with _running(command, f"http://127.0.0.1:{port}", log=log, health=health, settings=settings or {}) as server:
        yield server


@contextmanager
def atlas(*, log: Path, data: Path | None = None) -> Iterator[Server]:
    """Serve the atlas, of another data folder if one is given."""
    settings = {"ATLAS_DATA": str(data)} if data else {}
    with streamlit(ROOT / "atlas_app.py", log=log, health="/healthz", settings=settings) as server:
        yield server


@contextmanager
def _running(
    command: Sequence[str], url: str, *, log: Path, health: str, settings: Mapping[str, str]
) -> Iterator[Server]:
    with log.open("wb") as out:
        environment = {**os.environ, "ATLAS_DATA": "", **settings}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            _wait(url + health, process, log)
            yield Server(url=url, pid=process.pid)
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    said = log.read_text(encoding="utf-8", errors="replace")[-2_000:]
    msg = f"the server did not come up at {address}:\n{said}"
    raise RuntimeError(msg)
