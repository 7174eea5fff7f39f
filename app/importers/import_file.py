"""Import: a foreign file is handed to a child process, and what comes back is looked at before it is believed."""

import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from app.i18n.import_texts import SUMMARY
from app.i18n.messages import WORDS, bilingual
from app.importers import limits
from app.importers.child import ANSWER, ASK, CONFINEMENT
from app.importers.gdal import ENVIRONMENT
from app.importers.issues import NOTE, QUARANTINED, RefusedError, refusal, shown
from app.importers.monitor import Monitor, end
from app.importers.sandbox import PROJECT
from geo.crs import WGS84

log = logging.getLogger("atlas")
UPLOAD = "upload"
OURS = frozenset({"import_row", "geometry"})
PASSED_ON = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "COVERAGE_PROCESS_START")
UTF8 = {"PYTHONUTF8": "1"}  # what the child says on stderr, whatever the system's own encoding
DEVICE = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])", re.IGNORECASE)  # no file can be called so on Windows
SETTING = "ATLAS_UNCONFINED_IMPORTS"  # "1": read foreign files even where the system offers no sandbox
UNCONFINED = "import_unconfined"
ADVICE = (
    "%s: 本系统没有沙箱，未读取外来文件；设置 %s=1 可在普通子进程中读取，见 docs/deploy.md"
    " | This system offers no sandbox, the foreign file was not read; %s=1 has it read in a plain process,"
    " see docs/deploy.md"
)


@dataclass(frozen=True, kw_only=True)
class Imported:
    """One layer that came through.

    Attributes
    ----------
    frame
        Accepted rows, EPSG:4326, in the file's order; ``import_row`` is the row's number in the file.
    report
        name, features, set_aside, crs, datum, issues: as `python -m app import` prints them.
    """

    frame: gpd.GeoDataFrame
    report: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """What became of a file.

    Attributes
    ----------
    status
        ``accepted``, ``accepted_with_issues`` or ``rejected``.
    message
        One sentence in both languages.
    code
        Of the refusal, if it was refused.
    confinement
        What held the process that read it (`app.importers.sandbox.Confinement`); None if there was none.
    """

    status: str
    message: str
    format: str
    layers: tuple[Imported, ...]
    code: str = ""
    confinement: dict[str, str] | None = None


def import_file(
    path: Path, *, data: Path, datum: str = "", layer: str = "", position: tuple[str, str] = ("", "")
) -> ImportResult:
    """Read a foreign file; whatever it is, there is an answer and no exception.

    Parameters
    ----------
    data
        The atlas's data folder, for the districts.
    datum
        One of geo.datum.detection's codes if the user names it, else the coordinates are judged.
    layer
        Name of the only layer that is wanted, else all.
    position
        Columns of longitude or easting and of latitude or northing, if the user names them: then they, and nothing
        else, give the points.
    """
    unconfined = os.environ.get(SETTING) == "1"
    # a virus scanner may still hold a file on Windows when the folder goes
    with tempfile.TemporaryDirectory(prefix="atlas-import-", ignore_cleanup_errors=True) as private:
        folder = Path(private)
        try:
            name = _copied(path, folder)
            ask = {
                "file": name, "datum": datum, "layer": layer, "data": str(data.absolute()), "position": position,
                "unconfined": unconfined,
            }  # fmt: skip
            (folder / ASK).write_text(json.dumps(ask), encoding="utf-8")
            _run(folder, name, watched=unconfined)
            return result(folder, name)
        except RefusedError as fault:
            if fault.code == UNCONFINED:
                log.warning(ADVICE, shown(path.name), SETTING, SETTING)
            return ImportResult(
                status="rejected", message=bilingual(fault), format="", layers=(), code=fault.code,
                confinement=_confinement(folder),
            )  # fmt: skip


def environment() -> dict[str, str]:
    """What the child knows of its surroundings: no secret, no proxy, no plugin."""
    return {key: os.environ[key] for key in PASSED_ON if key in os.environ} | ENVIRONMENT | UTF8


def file_stem(name: str) -> str:
    """A file's name, as far as it can stand in any folder of any system; a layer may be called by it."""
    stem = "".join(sign for sign in Path(name).stem[:60] if sign.isalnum() or sign in "-_ ").strip()
    return f"{stem}_" if DEVICE.fullmatch(stem) else stem


def _copied(path: Path, folder: Path) -> str:
    """Copy the upload under a harmless name that still can name a layer."""
    stem = file_stem(path.name) or UPLOAD
    try:
        if not path.is_file():
            raise refusal(code="import_missing", where=path.name, reason="it is no regular file")
        size = path.stat().st_size
        if size > limits.FILE_BYTES:
            raise refusal(
                code="import_large",
                where=path.name,
                reason=f"{size} bytes, at most {limits.FILE_BYTES}",
                hint="Cut it to the area.",
            )
        (folder / "in").mkdir()
        shutil.copyfile(path, folder / "in" / stem)
    except OSError as fault:
        raise refusal(code="import_missing", where=path.name, reason=fault.strerror or "it cannot be read") from fault
    except ValueError as fault:
        raise refusal(code="import_missing", where=path.name, reason="its name is none") from fault
    return f"in/{stem}"


def _run(folder: Path, name: str, *, watched: bool) -> None:
    """Run the child to its end; ``watched``: the system may be one that holds it to nothing."""
    command, called = [sys.executable, "-m", "app.importers.child", str(folder)], Path(name).name
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, cwd=PROJECT, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, start_new_session=True,
    ) as child:  # fmt: skip
        monitor = Monitor(child, folder)
        try:
            with monitor if watched else nullcontext():
                _, said = child.communicate(timeout=limits.SECONDS)
        except subprocess.TimeoutExpired as fault:
            raise refusal(code="import_time", where=called, reason=f"more than {limits.SECONDS} s") from fault
        finally:
            end(child)
    if monitor.exceeded:
        raise refusal(code=monitor.exceeded, where=called, reason="it was stopped at the limit")
    if child.returncode != 0 or not (folder / ANSWER).is_file():
        died(child.returncode, said.decode("utf-8", "replace"), called)


def died(code: int, said: str, name: str) -> None:
    """Refuse a file whose child broke off.

    Raises
    ------
    RefusedError
        Always; the last line that the child said is its reason.
    """
    if code in {-24, -9}:  # SIGXCPU, SIGKILL by the limit of processor time
        raise refusal(
            code="import_time",
            where=name,
            reason=f"more than {limits.SECONDS} s of processor time, or stopped from outside",
        )
    last = (said.strip().splitlines() or [""])[-1][:120]
    memory = "MemoryError" in last or "bad_alloc" in last or "Cannot allocate" in last
    raise refusal(code="import_memory" if memory else "import_died", where=name, reason=f"exit {code} {last}".rstrip())


def result(folder: Path, name: str) -> ImportResult:
    """What a child laid down.

    Raises
    ------
    RefusedError
        If it refused the file, or what it laid down cannot be read.
    """
    try:
        report = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
        if "refused" in report:
            fault = report["refused"]
            code = fault["code"] if fault["code"] in WORDS else "import_died"
            raise refusal(code=code, where=fault["where"], reason=fault["reason"], hint=fault["hint"])
        layers = tuple(_imported(folder, at, each) for at, each in enumerate(report["layers"]))
        got = _judged(layers, report["format"], Path(name).name)
        return replace(got, confinement=_confinement(folder))
    except (OSError, ValueError, KeyError, TypeError, shapely.errors.ShapelyError) as fault:
        raise refusal(
            code="import_died", where=Path(name).name, reason=f"its answer cannot be read ({type(fault).__name__})"
        ) from fault


def _confinement(folder: Path) -> dict[str, str] | None:
    """What the child said of its confinement before it read anything, if it came so far."""
    try:
        report = json.loads((folder / CONFINEMENT).read_text(encoding="utf-8"))
        return {str(name): str(word) for name, word in report.items()}
    except (OSError, ValueError, AttributeError):
        return None


def _imported(folder: Path, at: int, report: dict[str, Any]) -> Imported:
    with np.load(folder / f"layer{at}.npz", allow_pickle=False) as arrays:
        content, ends, rows = arrays["wkb"].tobytes(), arrays["ends"], arrays["rows"]
    starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    shapes = shapely.from_wkb([content[start:end] for start, end in zip(starts, ends, strict=True)])
    names = set(report["columns"])
    columns = {_free(name, names): cells for name, cells in report["columns"].items()}
    frame = gpd.GeoDataFrame({"import_row": rows, **columns}, geometry=list(shapes), crs=WGS84)
    set_aside = {each["row"] for each in report["issues"] if each["severity"] == QUARANTINED}
    if len(frame) + len(set_aside) != report["rows_in"]:
        msg = f"{report['rows_in']} rows in, {len(frame)} accepted, {len(set_aside)} set aside"
        raise ValueError(msg)
    kept = ("name", "features", "crs", "datum", "issues")
    return Imported(
        frame=frame,
        report={"set_aside": len(set_aside), "rows": report["rows_in"], **{key: report[key] for key in kept}},
    )


def _free(name: str, names: set[str]) -> str:
    """A column of the file that is called as one of ours is given a name that no other of its columns has."""
    free = name
    while free in OURS or (free != name and free in names):
        free = f"file_{free}"
    return free


def _judged(layers: tuple[Imported, ...], found: str, name: str) -> ImportResult:
    issues = [each for layer in layers for each in layer.report["issues"]]
    number = sum(len(layer.frame) for layer in layers)
    aside = sum(layer.report["set_aside"] for layer in layers)
    if not number:
        fault = refusal(code="import_nothing", where=name, reason=f"{aside} rows set aside", hint="The issues say why.")
        return ImportResult(status="rejected", message=bilingual(fault), format=found, layers=layers, code=fault.code)
    status = "accepted" if all(each["severity"] == NOTE for each in issues) else "accepted_with_issues"
    zh, en = SUMMARY[status]
    message = f"{zh}：{number} 行，另 {aside} 行搁置 | {en}: {number} rows, {aside} set aside"
    return ImportResult(status=status, message=message, format=found, layers=layers)
