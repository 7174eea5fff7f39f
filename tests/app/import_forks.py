"""Many files, each in a confined process of its own as in real life; only the imports before it are shared.

`python import_forks.py FOLDER ...` reads ask.json of each folder and prints how each process ended.
"""

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

from app.importers import child, limits, sandbox, worker


def main(folders: list[str]) -> None:
    """Fork for every folder, one after the other."""
    standards: dict[str, object] = {}
    ended = []
    for name in folders:
        ask = json.loads((Path(name) / child.ASK).read_text(encoding="utf-8"))
        if ask["datum"] not in standards:
            standards[ask["datum"]] = worker.standards(Path(ask["data"]), ask["datum"])
        started = time.monotonic()
        pid = os.fork()
        if pid == 0:
            confined(Path(name), ask, standards[ask["datum"]])
        _, status, used = os.wait4(pid, 0)
        ended.append(
            {
                "code": os.waitstatus_to_exitcode(status),
                "seconds": time.monotonic() - started,
                "peak": used.ru_maxrss * 1024,
                "said": (Path(name) / "said").read_text(encoding="utf-8", errors="replace"),
            }
        )
    sys.stdout.write(json.dumps(ended))


def confined(folder: Path, ask: dict[str, str], standards: object) -> None:
    """Do what the child does after its imports, and end."""
    said = os.open(folder / "said", os.O_WRONLY | os.O_CREAT)
    os.dup2(said, 2)
    signal.alarm(limits.SECONDS)
    sandbox.limit()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    code = 1
    try:
        code = child.answer(folder, ask, standards)
    except BaseException as fault:  # noqa: BLE001 - the interpreter would print it and end with 1
        sys.stderr.write(f"{type(fault).__name__}: {fault}\n")
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
