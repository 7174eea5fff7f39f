"""Resident memory of this process, from Linux: what it holds now, and the most it held since a mark."""

import ctypes
import gc
from pathlib import Path

STATUS = Path("/proc/self/status")
MARK = Path("/proc/self/clear_refs")
MB = 1e6


def _read(field: str) -> float:
    line = next(line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith(field + ":"))
    return int(line.split()[1]) * 1024 / MB


def mark() -> float:
    """Give back what is free, forget the old peak, and say what is held now, in MB.

    `ru_maxrss` would not do: it never sinks, and a child starts with its parent's.
    """
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    MARK.write_text("5", encoding="ascii")
    return _read("VmRSS")


def peak() -> float:
    """Most that was held since the mark, in MB."""
    return _read("VmHWM")
