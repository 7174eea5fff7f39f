"""What the child process gives up before it looks at a foreign file."""

import ctypes
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

from app.importers import limits

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PROJECT = Path(__file__).parents[2]
READABLE = (sys.prefix, sys.base_prefix, str(PROJECT), "/dev/null", "/dev/urandom", "/proc/self", "/usr/share/zoneinfo")
FORBIDDEN = (
    "socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.fork", "os.system", "os.spawn", "os.kill", "os.link",
    "os.symlink", "pty.spawn", "ctypes.dlopen", "urllib.Request",
)  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def limit() -> None:
    """Set the limits that hold from the first line on: time, memory, files, output."""
    for what, most in (
        (resource.RLIMIT_CPU, limits.SECONDS),
        (resource.RLIMIT_DATA, limits.MEMORY_BYTES),
        (resource.RLIMIT_AS, limits.ADDRESS_BYTES),
        (resource.RLIMIT_FSIZE, limits.OUTPUT_BYTES),
        (resource.RLIMIT_NOFILE, limits.OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def leave_network() -> bool:
    """Move to a network that holds nothing, where the system permits it; says whether it did."""
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)


def confine(folder: Path) -> None:
    """Refuse new processes, every socket, and every file of Python's but the upload's folder and the program's own."""
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    own = str(folder.resolve())
    os.chdir(own)

    def guard(event: str, arguments: Sequence[object]) -> None:
        if event == "open":
            _require_own(arguments, own)
        elif event.startswith(FORBIDDEN):
            msg = f"the child may not do this: {event}"
            raise PermissionError(msg)

    sys.addaudithook(guard)


def _require_own(arguments: Sequence[object], own: str) -> None:
    path, _, flags = (*arguments, None, None, None)[:3]
    if not isinstance(path, str | bytes | os.PathLike):
        return  # a descriptor that is open already
    full = os.path.realpath(os.fsdecode(path))
    writes = isinstance(flags, int) and bool(flags & WRITING)
    allowed = (own,) if writes else (own, *READABLE)
    if not any(full == root or full.startswith(root.rstrip("/") + "/") for root in allowed):
        msg = "the child may not open this file"
        raise PermissionError(msg)
