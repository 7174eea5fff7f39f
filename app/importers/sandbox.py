"""What the child process gives up before it looks at a foreign file, and how much of it the system enforces."""

import ctypes
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.importers import limits

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

SYSTEM, WATCHED, PYTHON = "system", "watched", "python"  # who holds a process to a limit
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PROJECT = Path(__file__).parents[2]
READABLE = tuple(
    os.path.realpath(each)
    for each in (sys.prefix, sys.base_prefix, PROJECT, os.devnull, "/dev/urandom", "/usr/share/zoneinfo")
)
FORBIDDEN = (
    "socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.fork", "os.system", "os.spawn", "os.startfile",
    "os.kill", "os.link", "os.symlink", "pty.spawn", "ctypes.dlopen", "urllib.Request",
)  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(frozen=True, kw_only=True)
class Confinement:
    """What the operating system holds a reading process to. Python's own guard (`confine`) is there on every system.

    Attributes
    ----------
    time, memory, output, processes
        Whether the system ends it, or refuses, beyond the limit of processor time, memory, size of a written file,
        and number of new processes.
    network
        Whether it stands in a network that holds nothing. A container may forbid that; it is not required.
    """

    time: bool
    memory: bool
    output: bool
    processes: bool
    network: bool

    @property
    def is_sandbox(self) -> bool:
        """Whether a foreign file may be read without anybody's leave."""
        return self.time and self.memory and self.output and self.processes

    def report(self) -> dict[str, str]:
        """What holds it to each limit, as `python -m app import` prints it.

        Where the system does not, the parent watches (`app.importers.monitor`), or Python alone refuses.
        """
        instead = {"time": WATCHED, "memory": WATCHED, "output": WATCHED, "processes": PYTHON, "network": PYTHON}
        by = {name: SYSTEM if vars(self)[name] else otherwise for name, otherwise in instead.items()}
        return {"kind": "sandbox" if self.is_sandbox else "plain_process", **by}


def limit() -> Confinement:
    """Set the limits that hold from the first line on, and find out which of them the system keeps.

    Nothing is concluded from a system's name: macOS takes a limit of memory and does not keep it.
    """
    held = {
        name: _is_set(name, most)
        for name, most in (
            ("RLIMIT_CPU", limits.SECONDS),
            ("RLIMIT_DATA", limits.MEMORY_BYTES),
            ("RLIMIT_AS", limits.ADDRESS_BYTES),
            ("RLIMIT_FSIZE", limits.OUTPUT_BYTES),
            ("RLIMIT_NOFILE", limits.OPEN_FILES),
            ("RLIMIT_CORE", 0),
        )
    }
    return Confinement(
        time=held["RLIMIT_CPU"], memory=_memory_ends(), output=held["RLIMIT_FSIZE"],
        processes=hasattr(resource, "RLIMIT_NPROC"), network=leave_network(),
    )  # fmt: skip


def leave_network() -> bool:
    """Move to a network that holds nothing, where the system permits it; says whether it did."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return bool(libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)
    except (AttributeError, OSError, TypeError):  # a system without this call, or without a C library found like this
        return False


def confine(folder: Path) -> None:
    """Refuse new processes, every socket, and every file of Python's but the upload's folder and the program's own."""
    _is_set("RLIMIT_NPROC", 0)
    own = str(folder.resolve())
    os.chdir(own)

    def guard(event: str, arguments: Sequence[object]) -> None:
        if event == "open":
            _require_own(arguments, own)
        elif event.startswith(FORBIDDEN):
            msg = f"the child may not do this: {event}"
            raise PermissionError(msg)

    sys.addaudithook(guard)


def _is_set(name: str, most: int) -> bool:
    """Whether the system takes a limit."""
    if not hasattr(resource, name):
        return False
    try:
        resource.setrlimit(getattr(resource, name), (most, most))
    except (OSError, ValueError):  # it knows the limit and takes no such value
        return False
    return True


def _memory_ends() -> bool:
    """Whether the system refuses memory beyond the limit: asked for and never touched, so that it costs nothing."""
    try:
        bytes(limits.MEMORY_BYTES)
    except MemoryError:
        return True
    return False


def _require_own(arguments: Sequence[object], own: str) -> None:
    path, _, flags = (*arguments, None, None, None)[:3]
    if not isinstance(path, str | bytes | os.PathLike):
        return  # a descriptor that is open already
    full = Path(os.path.realpath(os.fsdecode(path)))
    writes = isinstance(flags, int) and bool(flags & WRITING)
    if not any(full.is_relative_to(root) for root in ((own,) if writes else (own, *READABLE))):
        msg = "the child may not open this file"
        raise PermissionError(msg)
