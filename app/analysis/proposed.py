"""What the file of proposals says in each of its columns, and of each step: its gain, and what is reached with it."""

from dataclasses import replace
from typing import Any

from app.analysis.params import AnalysisParams
from geo.siting.steps import Steps
from layers.model import Column

BOUNDS = ("sure", "best", "possible")
ENDS = ("_sure", "", "_possible")  # as drawn has the plain name
UNITS = {
    "residents": ("people", "人（模拟）", "residents (modelled)"),
    "land": ("m2", "m²", "m²"),
    "places": ("places", "处", "places"),
}
METRES = ("m", "m", "m")
IN_REACH = tuple(f"in_reach{end}_share" for end in ENDS)
WORST = tuple(f"worst{end}_m" for end in ENDS)
GAINS = tuple(f"gain{end}" for end in ENDS)
COLUMNS = (
    Column(name="id", dtype="str", label_zh="编号", label_en="Id"),
    Column(name="order", dtype="number", label_zh="次序", label_en="Order"),
    Column(name="name_zh", dtype="str", label_zh="名称（中文）", label_en="Name (Chinese)"),
    Column(name="name_en", dtype="str", label_zh="名称（英文）", label_en="Name (English)"),
    Column(name="district_code", dtype="str", label_zh="行政区代码", label_en="District code"),
    Column(
        name="goal", dtype="str", label_zh="目标：cover 覆盖最多，center 最远距离最短",
        label_en="Aim: cover the most, or center: shorten the worst distance",
    ),
    Column(
        name="gain_sure", dtype="number", label_zh="该点使“确定够得到”增加多少（center：最远距离最坏情形缩短多少）",
        label_en="What this point adds to what is surely in reach (center: takes off the worst distance at the worst)",
    ),
    Column(
        name="gain", dtype="number", label_zh="该点按图上位置新增多少（center：最远距离缩短多少）",
        label_en="What this point adds as drawn (center: takes off the worst distance)",
    ),
    Column(
        name="gain_possible", dtype="number", label_zh="该点使“可能够得到”增加多少（center：最远距离最好情形缩短多少）",
        label_en="What this point adds to what is possibly in reach (center: takes off the worst distance at the best)",
    ),
    Column(name="unit", dtype="str", label_zh="新增的单位", label_en="Unit of the gains"),
    *(
        Column(name=name, dtype="number", label_zh=f"加上此点后够得到（{zh}）", label_en=f"In reach with it, {en}")
        for name, zh, en in zip(IN_REACH, ("确定", "按图", "可能"), ("surely", "as drawn", "possibly"), strict=True)
    ),
    *(
        Column(name=name, dtype="number", label_zh=f"加上此点后的最远距离（{zh}）", label_en=f"Worst distance {en}")
        for name, zh, en in zip(WORST, ("最坏", "按图", "最好"), ("at the worst", "as drawn", "at best"), strict=True)
    ),
    Column(name="demand", dtype="str", label_zh="为谁选址", label_en="Whom to reach"),
    Column(name="radius_m", dtype="number", label_zh="半径", label_en="Radius"),
    Column(name="method", dtype="str", label_zh="方法", label_en="Method"),
    Column(name="status", dtype="str", label_zh="性质：建议", label_en="What it is: a proposal"),
    Column(name="data_kind", dtype="str", label_zh="数据种类", label_en="Kind of data"),
    Column(name="candidate_layer", dtype="str", label_zh="候选所在图层", label_en="Layer of the candidate"),
    Column(name="candidate_id", dtype="str", label_zh="候选编号", label_en="Id of the candidate"),
    Column(name="candidate_name_zh", dtype="str", label_zh="候选名称（中文）", label_en="Candidate (Chinese)"),
    Column(name="candidate_name_en", dtype="str", label_zh="候选名称（英文）", label_en="Candidate (English)"),
    Column(name="accuracy_m", dtype="number", label_zh="候选的位置精度", label_en="How well the candidate is known"),
)  # fmt: skip
ORDER = tuple(column.name for column in COLUMNS)


def unit(params: AnalysisParams) -> tuple[str, str, str]:
    """Unit of a gain: as a file writes it, in 中文 and in English."""
    return METRES if params.goal == "center" else UNITS[params.demand]


def columns(params: AnalysisParams) -> tuple[Column, ...]:
    """The columns of proposals, the gains with the unit that they have in this answer."""
    spelled = unit(params)[0].replace("m2", "m²")
    return tuple(replace(each, unit=spelled) if each.name in GAINS else each for each in COLUMNS)


def step_row(done: Steps, step: int, params: AnalysisParams) -> dict[str, Any]:
    """What step 1, 2, ... adds and what is reached with it, at the worst, as drawn and at the best."""
    share = done.share(step)
    gains = done.gains(center=params.goal == "center")[step - 1].tolist()
    return {
        "goal": params.goal, "unit": unit(params)[0],
        **dict(zip(GAINS, gains, strict=True)),
        **dict(zip(IN_REACH, (getattr(share, each) for each in BOUNDS), strict=True)),
        **dict(zip(WORST, done.worst_m[step].tolist(), strict=True)),
    }  # fmt: skip
