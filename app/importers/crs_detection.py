"""In which datum imported coordinates are, and their way to WGS-84 degrees. Never guessed in silence."""

import re
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from app.importers.issues import DOUBTFUL, NOTE, issue, refusal, shown
from app.importers.table import Table, set_aside
from geo.datum import detection
from geo.datum.systems import on_earth

WGS84 = "wgs84"
EPSG = re.compile(r"EPSG:(\d{4,6})")
WKT = ("GEOGCS", "PROJCS", "GEOGCRS", "PROJCRS", "GEODCRS", "COMPD_CS", "COMPOUNDCRS", "BOUNDCRS")
CONFIDENCE = 25  # of 100: Esri's .prj name their systems a little differently


@dataclass(frozen=True, kw_only=True)
class CrsGuess:
    """The datum of a layer: what the file declares, and what its coordinates say.

    Attributes
    ----------
    declared
        ``EPSG:n``, the name of a system without such a number, or empty.
    best
        One of geo.datum.detection's codes, ``metres_as_degrees`` or ``unknown``.
    margin
        log10 of how many times as likely as the next it is.
    by_user
        True if the user named it.
    """

    declared: str
    best: str
    margin: float
    sure: bool
    by_user: bool


def placed(table: Table, districts: gpd.GeoDataFrame, stated: NDArray[np.str_], wanted: str) -> CrsGuess:
    """Bring a table's geometry to WGS-84 degrees, in place, and say what was believed.

    Raises
    ------
    RefusedError
        If the user names a datum that does not exist.
    """
    guess = _guess(table, districts, stated, wanted)
    if guess.best not in detection.HYPOTHESES:
        table.issues.append(issue(0, "datum_refused", DOUBTFUL, guess.best, column="geometry"))
        set_aside(table, np.ones(len(table.rows), dtype=np.bool_), "datum_refused")
        return guess
    table.geometry = shapely.transform(table.geometry, lambda places: _moved(places, guess.best))
    coordinates, at = shapely.get_coordinates(table.geometry, return_index=True)
    lost = np.zeros(len(table.rows), dtype=np.bool_)
    lost[at[~np.isfinite(coordinates).all(axis=1)]] = True
    set_aside(table, lost, "datum_refused")
    return guess


def _guess(table: Table, districts: gpd.GeoDataFrame, stated: NDArray[np.str_], wanted: str) -> CrsGuess:
    declared, label = _declared(table)
    box = shapely.bounds(table.geometry).reshape(-1, 4)
    x, y = (box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2
    if not len(x):
        return CrsGuess(declared=declared, best=wanted or WGS84, margin=0.0, sure=bool(wanted), by_user=bool(wanted))
    if wanted:
        table.issues.append(issue(0, "datum_shifted", NOTE, wanted, column="geometry"))
        return CrsGuess(declared=declared, best=wanted, margin=1.0, sure=True, by_user=True)
    found = detection.judge(x, y, districts=districts, stated=stated if stated.size else None, declared=label or None)
    if found.reason:
        words = ", ".join(f"{code} {score:.2f}" for code, score in _by_score(found.scores)[:3])
        asked = issue(0, "datum_unsure", DOUBTFUL, words, column="geometry")
        zh, en = detection.REASONS[found.reason]
        table.issues.append(
            replace(asked, message_zh=f"{asked.message_zh}：{zh}", message_en=f"{asked.message_en}: {en}")
        )
    if found.best != WGS84:
        table.issues.append(issue(0, "datum_shifted", NOTE, found.best, column="geometry"))
    return CrsGuess(
        declared=declared, best=found.best, margin=float(found.margin), sure=bool(found.sure), by_user=False
    )


def require_datum(code: str) -> None:
    """Refuse a datum that does not exist.

    Raises
    ------
    RefusedError
        If it is none of geo.datum.detection's codes.
    """
    codes = list(detection.HYPOTHESES)
    if code and code not in codes:
        raise refusal(
            code="import_datum",
            where=code,
            reason="it is not one of the codes",
            hint="The codes are: " + " ".join(codes),
        )


def _moved(places: NDArray[np.float64], code: str) -> NDArray[np.float64]:
    """Degrees; NaN where the numbers cannot be of that system: one such row must not cost the others."""
    lon, lat = detection.HYPOTHESES[code].places(places[:, 0], places[:, 1])
    moved = np.column_stack([lon, lat])
    moved[~on_earth(lon, lat)] = np.nan
    return moved


def _by_score(scores: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(scores.items(), key=lambda pair: -pair[1])


def _declared(table: Table) -> tuple[str, str]:
    """The declared system, to show and to judge by; what is none is told, and nothing in it is followed."""
    if not table.crs or EPSG.fullmatch(table.crs):
        return table.crs, table.crs
    try:
        if table.crs.lstrip().upper().startswith(WKT):
            crs = CRS.from_wkt(table.crs)
        elif table.crs.startswith("{"):
            crs = CRS.from_json(table.crs)
        else:
            crs = None
    except (CRSError, ValueError, RecursionError):
        crs = None
    if crs is None:
        table.issues.append(issue(0, "crs_unknown", DOUBTFUL, table.crs, column="geometry"))
        return "", ""
    code = crs.to_epsg(min_confidence=CONFIDENCE)
    return (f"EPSG:{code}", f"EPSG:{code}") if code else (shown(crs.name), crs.to_wkt())
