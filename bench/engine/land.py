"""Land that overlapping parks cover in each district, what overlaps counted once."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from bench.engine import databases, scene
from bench.engine.model import OURS, Answer, Contender, Goal, Job, Limit, unlike
from geo.overlay import land_by_zone

TOLERANCE = 1e-4  # 0.01 %
SQL = (
    "SELECT d.place, ST_Area(ST_Union_Agg(ST_Intersection(p.geometry, d.geometry))) AS m2 "
    "FROM p JOIN d ON ST_Intersects(p.geometry, d.geometry) GROUP BY d.place"
)


@dataclass(frozen=True)
class Land:
    """Parks and districts in WGS-84 degrees."""

    parks: NDArray[Any]
    districts: NDArray[Any]

    def in_metres(self) -> dict[str, NDArray[Any]]:
        """Both in the local plane: the peers are given what they can measure areas in."""
        return {"p": scene.in_metres(self.parks), "d": scene.in_metres(self.districts)}


def input_bytes(land: Land) -> int:
    """Bytes of the parks' coordinates."""
    return int(shapely.get_num_coordinates(land.parks).sum()) * 16


def plain(n: int) -> Land:
    """Parks and the districts as they are drawn."""
    return Land(scene.in_degrees(scene.parks(n)), scene.districts())


def detailed(n: int) -> Land:
    """Parks and districts of eight times the vertices."""
    return Land(scene.in_degrees(scene.parks(n)), scene.finer(scene.districts()))


def frames(land: Land) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Parks and districts as geopandas wants them."""
    shapes = land.in_metres()
    return databases.frame(shapes["p"]), databases.frame(shapes["d"]).rename(columns={"place": "district"})


def overlaid(given: Any, _: Any) -> gpd.GeoSeries:
    """Cut by overlay, unite by dissolve, measure."""
    parks, districts = given
    cut = gpd.overlay(parks, districts, how="intersection")
    return cut[["district", "geometry"]].dissolve(by="district").area


def of_rows(land: Land, at: Any, m2: Any) -> Answer:
    """Areas in the order of the districts."""
    found = np.zeros(len(land.districts))
    found[np.asarray(at)] = np.asarray(m2)
    return {"m2": found}


def differ(_: Land, ours: Answer, peer: Answer) -> str:
    """Every district within 0.01 %."""
    share = np.divide(peer["m2"], ours["m2"], out=np.ones_like(ours["m2"]), where=ours["m2"] + peer["m2"] > 0)
    return unlike("share of the area", share, np.ones_like(share), TOLERANCE)


ATLAS = Contender(
    name=OURS,
    run=lambda land, _: land_by_zone(land.parks, land.districts),
    answer=lambda _, found: {"m2": found.m2},
)
GEOPANDAS = Contender(
    name="geopandas overlay + dissolve",
    give=frames,
    run=overlaid,
    answer=lambda land, areas: of_rows(land, areas.index, areas),
)
SEDONA = Contender(
    name="sedonadb",
    most=2_000,
    packages=("sedonadb",),
    give=lambda land: databases.sedona(**land.in_metres()),
    run=lambda session, _: databases.asked(session, SQL),
    answer=lambda land, rows: of_rows(land, rows.column(0).to_numpy(), rows.column(1).to_numpy()),
)
DUCK = Contender(
    name="DuckDB spatial",
    packages=("duckdb",),
    give=lambda land: databases.duck_with_space(**land.in_metres()),
    run=lambda session, _: session.sql(SQL).to_arrow_table(),
    answer=lambda land, rows: of_rows(land, rows.column(0).to_numpy(), rows.column(1).to_numpy()),
)
NOTE = (
    "Ours takes degrees and projects them itself; the peers are given polygons that are projected already. "
    "Areas of each district agree within 0.01 %."
)

JOB = Job(
    name="land",
    title="Land by district, overlaps once",
    inputs=plain,
    differ=differ,
    share=1 / 50,
    unit="polygons",
    contenders=(ATLAS, GEOPANDAS, SEDONA, DUCK),
    goals=(Goal(peer="geopandas overlay + dissolve", least=6),),
    limits=(Limit(what="per_input", most=3, words="extra memory, times the input"),),
    input_bytes=input_bytes,
    note=NOTE,
)
DETAILED = Job(
    name="land_detailed",
    title="The same, districts of 8 times the vertices",
    inputs=detailed,
    differ=differ,
    share=1 / 50,
    unit="polygons",
    contenders=(ATLAS, GEOPANDAS, DUCK),
    goals=(Goal(peer="geopandas overlay + dissolve", least=15),),
    limits=(Limit(what="per_input", most=3, words="extra memory, times the input"),),
    input_bytes=input_bytes,
    note=NOTE,
)
