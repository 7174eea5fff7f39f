"""`python -m app.importers.child FOLDER`: the process that alone looks into a foreign file.

The folder holds ``ask.json`` and the upload. How the process is confined goes into it as ``confinement.json``; what was
found as ``answer.json`` and one ``layer{n}.npz`` per layer: WKB and row numbers, arrays and JSON alone, never pickle.
Nothing is read where the operating system offers no sandbox, unless ``ask.json`` allows that.
"""

import faulthandler
import json
import os
import sys
from pathlib import Path
from typing import Any

from app.importers import limits, sandbox

ORPHAN_S = 5  # beyond the limit a parent has ended its child; if the parent itself is gone, the child ends itself
ASK, ANSWER, CONFINEMENT = "ask.json", "answer.json", "confinement.json"
# libraries that start threads or set memory aside beforehand would meet the limits without having read anything
FRUGAL = {
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "NUMEXPR_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system", "PROJ_NETWORK": "OFF",
}  # fmt: skip


def main(folder: Path) -> int:
    """Read the upload in a folder within the limits; 0 if an answer was written, a refusal is one."""
    os.environ |= FRUGAL
    confinement = sandbox.limit()
    (folder / CONFINEMENT).write_text(json.dumps(confinement.report()), encoding="utf-8")
    ask = json.loads((folder / ASK).read_text(encoding="utf-8"))
    if not confinement.is_sandbox:
        if not ask["unconfined"]:
            return _lay_down(folder, _refused("import_unconfined", ask, "the system offers no sandbox"))
        faulthandler.dump_traceback_later(limits.SECONDS + ORPHAN_S, exit=True)
    # numpy and geopandas are loaded within the limits, and after the threads were forbidden
    from app.importers import worker  # noqa: PLC0415

    standards = worker.standards(Path(ask["data"]), ask["datum"])
    return answer(folder, ask, standards)


def answer(folder: Path, ask: dict[str, Any], standards: Any) -> int:  # noqa: ANN401 - work.Standards, loaded late
    """Confine the process, read the upload, and write what was found."""
    from app.importers import worker  # noqa: PLC0415

    sandbox.confine(folder)
    report: dict[str, Any]
    try:
        report = worker.read(
            folder / ask["file"], ask["layer"], standards, into=folder, position=tuple(ask["position"])
        )
    except worker.RefusedError as fault:
        report = {"refused": {"code": fault.code, "where": fault.where, "reason": fault.message, "hint": fault.hint}}
    except MemoryError:
        report = _refused("import_memory", ask, "the memory ran out")
    return _lay_down(folder, report)


def _refused(code: str, ask: dict[str, Any], reason: str) -> dict[str, Any]:
    return {"refused": {"code": code, "where": Path(ask["file"]).name, "reason": reason, "hint": ""}}


def _lay_down(folder: Path, report: dict[str, Any]) -> int:
    (folder / ANSWER).write_text(json.dumps(report, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
