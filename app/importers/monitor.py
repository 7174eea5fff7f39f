"""A reading process watched from outside, where the operating system does not hold it to its limits."""

import subprocess
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

import psutil

from app.importers import limits


class Monitor:
    """Ends a process that takes more memory, or writes a larger file, than the limits; its time is the caller's.

    What is taken and freed again between two looks is not seen.

    Attributes
    ----------
    exceeded
        Code of the refusal, once the process was ended.
    """

    def __init__(self, child: "subprocess.Popen[bytes]", folder: Path) -> None:
        self.exceeded = ""
        self._child, self._folder = child, folder
        self._over = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop looking."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(limits.WATCHED_EVERY_S):
            if resident_bytes(self._child) > limits.RESIDENT_BYTES:
                self.exceeded = "import_memory"
            elif _largest_file(self._folder) > limits.OUTPUT_BYTES:
                self.exceeded = "import_died"
            if self.exceeded:
                end(self._child)
                return


def resident_bytes(child: "subprocess.Popen[bytes]") -> int:
    """Memory that a process and those that it started hold at this moment; 0 if it has ended."""
    total = 0
    for each in _family(child):
        with suppress(psutil.Error):
            total += int(each.memory_info().rss)
    return total


def end(child: "subprocess.Popen[bytes]") -> None:
    """End a process and those that it started: in a virtual environment on Windows `python` starts another one."""
    for each in _family(child):
        with suppress(psutil.Error):
            each.kill()


def _family(child: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    if child.poll() is not None:
        return []  # its number may be another's by now
    try:
        process = psutil.Process(child.pid)
        return [*process.children(recursive=True), process]
    except psutil.Error:
        return []


def _largest_file(folder: Path) -> int:
    with suppress(OSError):  # a file may go while it is looked at
        return max((path.stat().st_size for path in folder.rglob("*")), default=0)
    return 0
