"""Rows of some districts and sectors, counted and added up by district."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.engine import databases
from bench.engine.model import OURS, Answer, Contender, Goal, Job, Limit, unlike
from geo.code_table import CodeTable, Summary, build_code_table
from layers.vocabulary import SECTORS

DISTRICTS = tuple(f"3101{number:02d}" for number in (1, 4, 5, 6, 7, 9, 10, 12, 13, 14, 15, 16, 17, 18, 20, 51))
SECTOR_CODES = tuple(sector.code for sector in SECTORS)
WANTED = {"district": ("310112", "310115", "310117", "310120"), "sector": ("biologics", "devices", "ivd")}
SHARE = 1e-12  # sums in another order
KEPT = f"district IN {WANTED['district']} AND sector IN {WANTED['sector']}"
SUMMARY = f"SELECT district::VARCHAR, COUNT(*), SUM(area_mu) FROM t WHERE {KEPT} GROUP BY district"  # noqa: S608


@dataclass(frozen=True)
class Rows:
    """Codes as positions in their lists, and an area."""

    district: NDArray[np.int64]
    sector: NDArray[np.int64]
    area_mu: NDArray[np.float64]


def rows(n: int) -> Rows:
    """Seeded rows; Pudong has a third of all."""
    chance = np.random.default_rng([13, n])
    district = np.where(chance.random(n) < 1 / 3, DISTRICTS.index("310115"), chance.integers(16, size=n))
    return Rows(district, chance.integers(len(SECTOR_CODES), size=n), chance.uniform(1, 900, n).round(2))


def frame(found: Rows) -> pd.DataFrame:
    """A frame with categories: the form in which pandas filters fastest."""
    return pd.DataFrame(
        {
            "district": pd.Categorical.from_codes(found.district, DISTRICTS),
            "sector": pd.Categorical.from_codes(found.sector, SECTOR_CODES),
            "area_mu": found.area_mu,
        }
    )


def build(found: Rows) -> CodeTable:
    """Gather the rows into our table of codes."""
    method = np.zeros(len(found.district), dtype=np.int64)
    mask = np.int64(1) << found.sector
    return build_code_table(found.district, mask, method, found.area_mu, districts=len(DISTRICTS))


def by_atlas(_: Rows, table: CodeTable) -> tuple[NDArray[np.bool_], Summary]:
    """Choose and add up."""
    districts = [DISTRICTS.index(code) for code in WANTED["district"]]
    sectors = [SECTOR_CODES.index(code) for code in WANTED["sector"]]
    kept = table.kept(districts=districts, sectors=sectors)
    return kept, table.summary(districts=districts, sectors=sectors)


def of_summary(_: Rows, found: tuple[NDArray[np.bool_], Summary]) -> Answer:
    """Our answer without the place for rows of no district."""
    kept, summary = found
    return {"kept": kept, "count": summary.rows[:-1], "area_mu": summary.total[:-1]}


def by_pandas(given: pd.DataFrame, _: Any) -> tuple[NDArray[np.bool_], pd.DataFrame]:
    """Choose, group, add up."""
    kept = (given["district"].isin(WANTED["district"]) & given["sector"].isin(WANTED["sector"])).to_numpy()
    return kept, given[kept].groupby("district", observed=True)["area_mu"].agg(["size", "sum"])


def of_frame(_: Rows, found: tuple[NDArray[np.bool_], pd.DataFrame]) -> Answer:
    """The answer of pandas."""
    kept, summary = found
    return {"kept": kept, **by_district(summary.index, summary["size"], summary["sum"])}


def session(found: Rows) -> Any:
    """A DuckDB session with the rows as enumerations."""
    duck = databases.duck()
    duck.register("raw", frame(found))
    duck.sql("CREATE TABLE t AS SELECT * FROM raw")
    return duck


def by_duck(duck: Any, _: Any) -> tuple[Any, Any]:
    """Choose by one statement, add up by another."""
    return duck.sql(f"SELECT {KEPT} AS kept FROM t").fetchnumpy()["kept"], duck.sql(SUMMARY).to_arrow_table()  # noqa: S608


def of_duck(_: Rows, found: tuple[Any, Any]) -> Answer:
    """The answer of DuckDB."""
    kept, summary = found
    return {"kept": np.asarray(kept), **by_district(*(column.to_pylist() for column in summary.columns))}


def by_district(district: Any, count: Any, area: Any) -> Answer:
    """Counts and sums in the order of the districts, 0 where nothing was kept."""
    at = [DISTRICTS.index(str(code)) for code in district]
    counts, areas = np.zeros(len(DISTRICTS), dtype=np.int64), np.zeros(len(DISTRICTS))
    counts[at], areas[at] = count, area
    return {"count": counts, "area_mu": areas}


def differ(_: Rows, ours: Answer, peer: Answer) -> str:
    """The same rows, the same counts, the same sums but for the order of adding."""
    tolerance = SHARE * float(ours["area_mu"].max(initial=1.0))
    return (
        unlike("kept", ours["kept"], peer["kept"])
        or unlike("count", ours["count"], peer["count"])
        or unlike("sum", ours["area_mu"], peer["area_mu"], tolerance)
    )


JOB = Job(
    name="table",
    title="Filter and its summary",
    inputs=rows,
    differ=differ,
    beyond=10,
    unit="rows",
    contenders=(
        Contender(name=OURS, build=build, run=by_atlas, answer=of_summary),
        Contender(name="pandas", packages=("pandas",), give=frame, run=by_pandas, answer=of_frame),
        Contender(name="DuckDB", packages=("duckdb",), give=session, run=by_duck, answer=of_duck),
    ),
    goals=(Goal(peer="pandas", least=5),),
    limits=(
        Limit(what="run_s", most=0.010, words="CPU seconds"),
        Limit(what="per_input", most=3, words="extra memory, times the input"),
    ),
    input_bytes=lambda found: found.district.nbytes + found.sector.nbytes + found.area_mu.nbytes,
    note=(
        "The answer is both the rows that pass and the counts and sums by district. Our table of codes is built "
        "beforehand, once for all questions; pandas is given categories and DuckDB enumerations."
    ),
)
