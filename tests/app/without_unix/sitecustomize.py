"""Python as on a system without Unix's own modules and calls: put this folder on PYTHONPATH.

Our code shall see none of them. The standard library and psutil run on Unix here all the same, so what they need of it
to start and end a process is handed to them before it goes. A process that is started here lacks the same.
"""

import importlib.abc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from types import SimpleNamespace
from typing import Any

import psutil

with suppress(ImportError):
    import locket  # noqa: F401 - dask's locks: fcntl here, msvcrt on Windows

MODULES = frozenset({"resource", "fcntl", "pwd", "grp", "termios", "tty", "pty", "syslog", "crypt", "nis", "spwd"})
CALLS = {
    os: (
        "fork", "forkpty", "setsid", "killpg", "getpgid", "setpgid", "getuid", "geteuid", "getgid", "getegid",
        "mkfifo", "mknod", "chown", "chroot", "nice", "wait", "wait3", "wait4", "statvfs",
        "sched_getaffinity", "sched_setaffinity", "register_at_fork", "O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC",
        "O_NONBLOCK", "posix_fallocate", "posix_fadvise", "pread", "pwrite", "openpty", "getloadavg", "sysconf",
    ),
    signal: ("SIGKILL", "SIGALRM", "SIGXCPU", "SIGXFSZ", "SIGUSR1", "SIGHUP", "alarm", "setitimer", "pthread_kill"),
}  # fmt: skip


class Absent(importlib.abc.MetaPathFinder):
    """Knows no module of Unix's own."""

    def find_spec(self, name: str, *_: object) -> None:
        """Refuse them, leave all others to the next finder."""
        if name in MODULES:
            msg = f"No module named {name!r}"
            raise ModuleNotFoundError(msg, name=name)


class Popen(subprocess.Popen):
    """Starts a process that lacks the same, whatever it is told of its surroundings."""

    def __init__(self, *arguments: Any, env: Mapping[str, str] | None = None, **options: Any) -> None:
        known = None if env is None else {**env, "PYTHONPATH": os.environ["PYTHONPATH"]}
        super().__init__(*arguments, env=known, **options)


for library in (subprocess, psutil, psutil._psplatform, psutil._psposix):
    for lent in (os, signal):
        if hasattr(library, lent.__name__):
            setattr(library, lent.__name__, SimpleNamespace(**vars(lent)))
for module, names in CALLS.items():
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
for name in MODULES:
    sys.modules.pop(name, None)
subprocess.Popen = Popen
sys.meta_path.insert(0, Absent())
socket.socketpair = partial(socket.socketpair, socket.AF_UNIX)  # asyncio's own bell
del socket.AF_UNIX
