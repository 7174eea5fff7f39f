"""Which coordinate system a file's points are in: what the places say for and against each, and how sure that is.

Every hypothesis puts the points somewhere. A true one puts them into the city and into the districts that their rows
state; a wrong one misses: by thousands of kilometres (a plane, swapped axes), or by 500 m to 1.4 km (GCJ-02, BD-09,
UTM for Gauss-Kruger), and then only points near a border can tell. The evidence is a likelihood with stated error
rates (docs/method.md, "Datum"). What it does not decide is handed back as not sure: the caller must ask.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.assign import points_to_polygons
from geo.datum.gcj02 import FloatArray, Pair, checked
from geo.datum.systems import HYPOTHESES, METRES_AS_DEGREES, UNKNOWN, Hypothesis, convert, declared_code
from geo.datum.verdict import REASONS, Share, Verdict
from geo.errors import ParameterError, SchemaError

__all__ = ["HYPOTHESES", "REASONS", "Hypothesis", "Share", "Verdict", "convert", "judge"]

RIGHT, BESIDE, ELSEWHERE = 0, 1, 2
# log10 of the chance that a row falls so under the true hypothesis: first of rows that state no district, then of
# those that do. Assumptions, far more doubtful than what was measured; a list may well reach beyond the city.
LOG_CHANCE = np.log10(np.array([[0.749, 0.25, 0.001], [0.899, 0.1, 0.001]]))
SURE = 2.0  # the best class is a hundred times as likely as the next
FIT = 0.8  # of the witnesses are right under a hypothesis that is believed
ANSWER = 3.0  # log10 odds for what a person says
LABEL_OF_PLANE = 3.0  # for a plane that a file names: nothing else makes a program write that name
LABEL = 1.0  # for WGS-84, CGCS2000 and Web Mercator: shifted data carries the same label, for lack of one of its own
SHIFTED = {"wgs84", "webmercator"}  # classes whose label shifted data wears too
MOST_ROWS = 20_000
CELL_DEGREES, CELL_M = 0.01, 1_000.0  # rows of one cell are one witness: neighbours err together
PAD_DEGREES = 0.05  # round the city's box
LARGEST_DEGREE = 360.0


@dataclass(frozen=True, kw_only=True)
class _Sample:
    x: FloatArray
    y: FloatArray
    weight: FloatArray  # the rows of one cell weigh 1 together
    stated: NDArray[np.intp]  # position in the districts, -1 for none
    districts: gpd.GeoSeries
    land: gpd.GeoSeries | None


def judge(  # noqa: PLR0913 - two columns, and four things to hold them against
    x: FloatArray,
    y: FloatArray,
    *,
    districts: gpd.GeoDataFrame,
    stated: NDArray[np.str_] | None,
    declared: str | None,
    land: gpd.GeoDataFrame | None = None,
) -> Verdict:
    """Weigh every hypothesis by where it puts the points.

    Parameters
    ----------
    x, y
        First and second column as they stand in the file, shape (n,). Of more than 20,000 rows, 20,000 evenly
        spaced ones are looked at.
    districts
        The 16 districts, not cut at the coast, with ``district_code``, EPSG:4326.
    stated
        District code that each row states, empty for none, shape (n,); None: no row does.
    declared
        What the file says of itself (EPSG code, WKT), or one of our codes if a person has answered; None: nothing.
    land
        Land polygons, EPSG:4326, for ``Share.on_land``.

    Returns
    -------
    Verdict
        Never sure by a thin margin, against a declaration, or with a poor fit.

    Raises
    ------
    ParameterError
        ``no_points`` without rows, ``lengths`` if the columns differ in shape, ``not_finite`` for NaN and infinity.
    SchemaError
        If the districts lack ``district_code``.
    """
    sample = _sample(x, y, districts, stated, land)
    rivals = {code: each for code, each in HYPOTHESES.items() if each.family == code}
    placed = {code: each.places(sample.x, sample.y) for code, each in rivals.items()}
    fallen = {code: _fallen(sample, at) for code, at in placed.items()}
    said = declared_code(declared)
    shares = {code: each[1] for code, each in fallen.items()}
    states = (sample.stated >= 0).astype(np.intp)
    weight = {code: float(LOG_CHANCE[states, each[0]] @ sample.weight) for code, each in fallen.items()}
    odds = {code: weight[code] + _prior(rivals[code], said, declared) for code in rivals}
    first, second = sorted(odds, key=lambda code: -odds[code])[:2]
    reason = _reason(sample, fallen[first], (first, odds[first] - odds[second]), said)
    differ = fallen[first][0] != fallen[second][0]
    best = _named(first, said, reason)
    return Verdict(
        best=best,
        margin=odds[first] - odds[second],
        sure=reason in {"", METRES_AS_DEGREES},
        scores=_scores(odds),
        convertible=best in HYPOTHESES,
        reason=reason,
        declared=said,
        runner_up=second,
        likely=first,
        shares=shares | {"cgcs2000": shares["wgs84"]},
        witnesses=round(sample.weight.sum()),
        telling=float(sample.weight[differ].sum()),
    )


def _sample(
    x: FloatArray,
    y: FloatArray,
    districts: gpd.GeoDataFrame,
    stated: NDArray[np.str_] | None,
    land: gpd.GeoDataFrame | None,
) -> _Sample:
    east, north = checked(x, y)
    if not len(east):
        msg = "without points there is nothing to judge by"
        raise ParameterError(msg, code="no_points", where="datum")
    if "district_code" not in districts.columns:
        msg = "districts are known by their code"
        raise SchemaError(msg, code="columns", where="district_code")
    said = np.full(len(east), "") if stated is None else np.asarray(stated, dtype=np.str_)
    if said.shape != east.shape:
        msg = "every row states one district or none"
        raise ParameterError(msg, code="lengths", where=f"{east.shape}, stated {said.shape}")
    rows = np.linspace(0, len(east) - 1, min(len(east), MOST_ROWS)).astype(np.intp)
    codes = {str(code): at for at, code in enumerate(districts["district_code"])}
    return _Sample(
        x=east[rows],
        y=north[rows],
        weight=_weight(east[rows], north[rows]),
        stated=np.array([codes.get(str(code), -1) for code in said[rows]], dtype=np.intp),
        districts=districts.geometry,
        land=None if land is None else land.geometry,
    )


def _weight(x: FloatArray, y: FloatArray) -> FloatArray:
    """Share of a witness that each row is: one over the rows of its cell."""
    size = CELL_M if _are_metres(x, y) else CELL_DEGREES
    cell = np.floor(np.column_stack([x, y]) / size)
    _, of_row, count = np.unique(cell, axis=0, return_inverse=True, return_counts=True)
    return np.asarray(1 / count[of_row.ravel()], dtype=np.float64)


def _are_metres(x: FloatArray, y: FloatArray) -> bool:
    """Say whether most pairs hold a number that no angle reaches."""
    return bool(np.mean(np.maximum(np.abs(x), np.abs(y)) > LARGEST_DEGREE) > 0.5)  # noqa: PLR2004 - most


def _fallen(sample: _Sample, place: Pair) -> tuple[NDArray[np.int8], Share]:
    """Give how each row falls, and the shares."""
    lon, lat = place
    west, south, east, north = sample.districts.total_bounds
    in_box = (lon >= west - PAD_DEGREES) & (lon <= east + PAD_DEGREES)
    in_box &= (lat >= south - PAD_DEGREES) & (lat <= north + PAD_DEGREES)
    points = gpd.GeoSeries(shapely.points(lon[in_box], lat[in_box]))
    at = np.full(len(lon), -1, dtype=np.intp)
    at[in_box] = points_to_polygons(points, sample.districts)
    states = sample.stated >= 0
    right = np.where(states, at == sample.stated, at >= 0)
    dry = None if sample.land is None else float((points_to_polygons(points, sample.land) >= 0).sum() / len(lon))
    share = Share(
        in_box=float(in_box.mean()),
        in_city=float((at >= 0).mean()),
        in_stated=float(right[states].mean()) if states.any() else None,
        on_land=dry,
    )
    return np.where(right, RIGHT, np.where(in_box, BESIDE, ELSEWHERE)).astype(np.int8), share


def _prior(rival: Hypothesis, said: str, declared: str | None) -> float:
    """Give log10 of the odds that the declaration lends to a hypothesis."""
    if said not in HYPOTHESES or HYPOTHESES[said].family != rival.code:
        return 0.0
    if declared == said:
        return ANSWER
    return LABEL if rival.code in SHIFTED else LABEL_OF_PLANE


def _reason(sample: _Sample, fallen: tuple[NDArray[np.int8], Share], first: tuple[str, float], said: str) -> str:
    """Why the verdict is not sure; the gravest reason first."""
    outcome, share = fallen
    code, margin = first
    known = HYPOTHESES.get(said)
    if known and not known.epsg and _are_metres(sample.x, sample.y):
        return METRES_AS_DEGREES
    if share.in_box < 0.5:  # noqa: PLR2004 - most
        return "nowhere"
    if known and known.family != code:
        return "contradicts_declared"
    if said == UNKNOWN:
        return "declared_unknown"
    fit = sample.weight[outcome == RIGHT].sum() / sample.weight.sum()
    if fit < FIT:
        return "poor_fit"
    return "" if margin >= SURE else "thin_margin"


def _named(first: str, said: str, reason: str) -> str:
    """Name of the belief: of one class, the name that was declared."""
    if reason == METRES_AS_DEGREES:
        return METRES_AS_DEGREES
    if reason == "nowhere":
        return said or UNKNOWN
    return said if said in HYPOTHESES and HYPOTHESES[said].family == first else first


def _scores(odds: dict[str, float]) -> dict[str, float]:
    """Probability of each hypothesis from log10 odds."""
    most = max(odds.values())
    raw = {code: 10 ** (each - most) for code, each in odds.items()}
    total = sum(raw.values())
    scores = {code: each / total for code, each in raw.items()}
    return {code: scores[each.family] for code, each in HYPOTHESES.items()}
