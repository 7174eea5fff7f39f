"""`python -m app.importers.child FOLDER`: the process that alone looks into a foreign file.

The folder holds ``ask.json`` and the upload. What was found goes into it as ``answer.json`` and one ``layer{n}.npz``
per layer: WKB and row numbers, arrays and JSON alone, never pickle.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from app.importers import sandbox

ASK, ANSWER = "ask.json", "answer.json"
# libraries that start threads or set memory aside beforehand would meet the limits without having read anything
FRUGAL = {
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "NUMEXPR_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system", "PROJ_NETWORK": "OFF",
}  # fmt: skip


def main(folder: Path) -> int:
    """Read the upload in a folder within the limits; 0 if an answer was written, a refusal is one."""
    os.environ |= FRUGAL
    sandbox.limit()
    sandbox.leave_network()
    ask = json.loads((folder / ASK).read_text(encoding="utf-8"))
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
        report = {
            "refused": {
                "code": "import_memory",
                "where": Path(ask["file"]).name,
                "reason": "the memory ran out",
                "hint": "",
            }
        }
    (folder / ANSWER).write_text(json.dumps(report, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
