"""Errors in words, 中文 and English. Caught once, at the edge, and said here."""

from app.i18n.import_texts import REFUSALS
from geo.errors import AtlasError

WORDS = {
    **REFUSALS,
    "missing_file": ("文件不存在或不可读：{where}", "The file is missing or cannot be read: {where}"),
    "unreadable": ("文件内容无法读取：{where}", "The file's content cannot be read: {where}"),
    "columns": ("文件的列与声明不符：{where}", "The file's columns differ from the declaration: {where}"),
    "metadata": ("文件与其来源说明不符：{where}", "The file and its metadata do not agree: {where}"),
    "no_accuracy": ("没有定位精度的地点不能量距离：{where}", "Places without an accuracy have no distance: {where}"),
    "parameter": ("参数超出可取的范围：{where}", "A parameter is out of its range: {where}"),
    "radius": (
        "半径必须大于0米、不超过1,000公里：{where}",
        "A radius must be greater than 0 m and at most 1,000 km: {where}",
    ),
    "parent_circle": ("园区的上下级关系成环：{where}", "The parks' parents form a circle: {where}"),
    "unknown_district": ("没有这个行政区：{where}", "There is no such district: {where}"),
    "unknown_sector": ("没有这个行业：{where}", "There is no such sector: {where}"),
    "unknown_layer": ("没有这个图层：{where}", "There is no such layer: {where}"),
    "unknown_value": ("没有这个取值：{where}", "There is no such value: {where}"),
    "unparsable_quantity": ("这不是能读懂的数量：{where}", "Not a quantity that can be read: {where}"),
    "unit_conversion": ("这两个单位之间不能换算：{where}", "These units do not turn into each other: {where}"),
    "faulty_amount": ("数量须为不小于0的有限数：{where}", "An amount must be a finite number, 0 or more: {where}"),
    "sum_of_bases": (
        "用地与建筑面积等口径不同，不能相加：{where}",
        "Land, floor area and other kinds of area cannot be added: {where}",
    ),
    "sum_of_units": ("单位不同，不能相加：{where}", "Numbers in different units cannot be added: {where}"),
    "sum_of_measures": ("所计之事不同，不能相加：{where}", "Numbers of different things cannot be added: {where}"),
    "sum_of_semantics": (
        "现状、年度、累计、目标与预计不能混加：{where}",
        "Stocks, yearly and running totals, targets and projections cannot be mixed: {where}",
    ),
    "sum_of_dates": ("时点不同，不能相加：{where}", "Numbers of different dates cannot be added: {where}"),
    "sum_of_one_place": (
        "同一处有几个数，只能取其一：{where}",
        "Several numbers for one place: only one of them can be taken: {where}",
    ),
    "sum_of_overlaps": (
        "范围有重叠，会重复计算：{where}",
        "The areas overlap and would be counted twice: {where}",
    ),
    "undated": ("日期读不懂：{where}", "Not a date that can be read: {where}"),
    "lines_take_no_points": (
        "线状目标不能靠增设点来补充，只能量距离和覆盖：{where}",
        "A new point cannot join a line, only distances to it and its coverage make sense: {where}",
    ),
    "own_many": (
        "本次会话的图层或行数已到上限：{where}",
        "This session holds as many layers or rows as it may: {where}",
    ),
    "own_gone": ("带来这些图层的会话已经结束：{where}", "The session that brought these layers is over: {where}"),
    "reference_terms": ("导入名单时这一项不对：{where}", "This is wrong for a list to import: {where}"),
    "reference_datum": (
        "坐标不足以判断坐标基准，请用 --datum 指明：{where}",
        "The coordinates do not tell their datum, name it with --datum: {where}",
    ),
    "reference_rows": ("名单中没有可用的行或列：{where}", "The list has no such rows or columns to use: {where}"),
    "reference_complete": (
        "这份名单不能算作完整：{where}",
        "The list cannot count as complete: {where}",
    ),
    "own_reading": ("这一层没有这样的列或代码：{where}", "This layer has no such column or code: {where}"),
    "own_project": ("项目文件有误：{where}", "The project file is faulty: {where}"),
    "own_project_version": ("不认识这个版本的项目文件：{where}", "The project file's version is not known: {where}"),
    "own_project_rows": (
        "项目里的图层不再通过检查：{where}",
        "A layer of the project does not pass its checks any more: {where}",
    ),
    "own_project_large": (
        "数据太多，装不进一个项目文件：{where}",
        "This is too much for one project file: {where}",
    ),
    "own_datum": (
        "坐标不足以判断基准，请用 --datum 指明：{where}",
        "The coordinates do not tell their datum, please name it with --datum: {where}",
    ),
    "too_few_candidates": (
        "候选地点少于新增点数：{where}",
        "There are fewer candidates than new points: {where}",
    ),
    "candidates_exist": (
        "目标自身已是现有点，不能作候选：{where}",
        "The targets exist already and are no candidates: {where}",
    ),
    "nothing_to_reach": ("所选范围内没有可服务的对象：{where}", "There is nothing to reach there: {where}"),
    "no_land": ("行政区没有陆域，无法布网格：{where}", "A district has no land to lay a grid on: {where}"),
    "bound": ("上限不能低于方案本身：{where}", "A bound cannot be below the plan itself: {where}"),
    "spacing": ("网格间距不合适：{where}", "The grid spacing does not work: {where}"),
    "walking": (
        "步行时间、速度须大于0，绕行系数不小于1：{where}",
        "Walking time and speed must be above 0, the detour factor 1 or more: {where}",
    ),
    "lengths": ("各列长度不一致：{where}", "The columns differ in length: {where}"),
    "not_finite": ("坐标或权重不是有限数：{where}", "A coordinate or weight is not a finite number: {where}"),
    "siting_n": (
        "新增点数须在1与候选点数之间：{where}",
        "The number of new points must lie between 1 and the number of candidates: {where}",
    ),
    "search_died": (
        "求最优的进程意外中止（可能内存不足），没有结果：{where}",
        "The search for the best broke off without an answer, perhaps for want of memory: {where}",
    ),
    "siting_number": ("新增点数须不小于1：{where}", "The number of new points must be 1 or more: {where}"),
    "siting_minimum": ("各区下限无法满足：{where}", "The minimum per district cannot be met: {where}"),
    "siting_as": ("没有这种距离口径：{where}", "There is no such kind of distance: {where}"),
    "too_large": (
        "规模过大，请缩小半径、选定行政区，或改用某图层的地点作候选：{where}",
        "Too large: ask for a smaller radius, fewer districts, or candidates from a layer: {where}",
    ),
    "time_limit": (
        "时限须大于0秒、不超过一天：{where}",
        "The time limit must be above 0 s and at most a day: {where}",
    ),
    "unknown_format": ("没有这种文件格式：{where}", "There is no such file format: {where}"),
    "cannot_hold": ("这种格式装不下这些内容：{where}", "The format cannot hold this: {where}"),
    "unwritable": ("无法写入：{where}", "Cannot be written: {where}"),
    "no_points": ("没有点，无从判断坐标系：{where}", "Without points no coordinate system can be told: {where}"),
    "unknown_datum": ("没有这种坐标系：{where}", "There is no such coordinate system: {where}"),
    "not_in_datum": (
        "这些数值不可能是该坐标系的坐标：{where}",
        "These numbers cannot be coordinates of that system: {where}",
    ),
    "metres_as_degrees": (
        "数值是米，却声明为经纬度，不予转换：{where}",
        "The numbers are metres but are declared as degrees, they are not converted: {where}",
    ),
    "no_position": ("文件里找不到点的位置：{where}", "No positions of points are found in the file: {where}"),
    "wrong_crs": ("坐标不是WGS-84经纬度：{where}", "The coordinates are not WGS-84 degrees: {where}"),
    "no_bulk": (
        "读取大量点位文件所需的软件包没有安装：{where}",
        "The packages that points from files need are not installed: {where}",
    ),
    "no_dask": ("没有安装dask：{where}", "dask is not installed: {where}"),
    "no_scheduler": (
        "连不上dask调度器或其工作进程：{where}",
        "The dask scheduler or its workers do not answer: {where}",
    ),
    "workers_lost": ("工作进程一再中断：{where}", "Workers were lost again and again: {where}"),
    "no_font": ("报告的字体缺失或不符：{where}", "The report's font is missing or another one: {where}"),
    "report_failed": ("报告未能排版：{where}", "The report could not be set: {where}"),
    "layer_failed": ("图层数据有误：{where}", "The layer's data is faulty: {where}"),
    "data_faulty": ("数据检查未通过：{where}", "The data did not pass its checks: {where}"),
}


def in_words(error: AtlasError, lang: str) -> str:
    """One sentence in a language, with the technical reason and the hint behind it."""
    sentence = WORDS[error.code][lang == "en"].format(where=error.where or "-")
    if lang == "zh":
        # what Python or a library says is English: it stands apart, named as what it is
        detail = f"{error.message.rstrip('.')}. {error.hint}".rstrip()
        return f"{sentence}。（详情 details: {detail}）"
    return f"{sentence} ({error.message}) {error.hint}".rstrip()


def bilingual(error: AtlasError) -> str:
    """Both languages, for the command line and for files."""
    zh, en = WORDS[error.code]
    where = error.where or "-"
    return f"{zh.format(where=where)} | {en.format(where=where)} ({error.message}) {error.hint}".rstrip()
