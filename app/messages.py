"""Errors in words, 中文 and English. Caught once, at the door, and said here."""

from geo.errors import AtlasError

WORDS = {
    "missing_file": ("文件不存在或不可读：{where}", "The file is missing or cannot be read: {where}"),
    "unreadable": ("文件内容无法读取：{where}", "The file's content cannot be read: {where}"),
    "columns": ("文件的列与声明不符：{where}", "The file's columns differ from the declaration: {where}"),
    "paper": ("文件与其来源说明不符：{where}", "The file and its paper do not agree: {where}"),
    "no_accuracy": ("没有定位精度的地点不能量距离：{where}", "Places without an accuracy have no distance: {where}"),
    "radius": ("半径必须大于0米：{where}", "A radius must be greater than 0 m: {where}"),
    "parent_circle": ("园区的上下级关系成环：{where}", "The parks' parents form a circle: {where}"),
    "unknown_district": ("没有这个行政区：{where}", "There is no such district: {where}"),
    "unknown_sector": ("没有这个行业：{where}", "There is no such sector: {where}"),
    "unknown_layer": ("没有这个图层：{where}", "There is no such layer: {where}"),
    "unknown_value": ("没有这个取值：{where}", "There is no such value: {where}"),
    "unwritable": ("无法写入：{where}", "Cannot be written: {where}"),
    "layer_failed": ("图层数据有误：{where}", "The layer's data is faulty: {where}"),
    "data_faulty": ("数据检查未通过：{where}", "The data did not pass its checks: {where}"),
}


def in_words(error: AtlasError, lang: str) -> str:
    """One sentence in a language, with the technical reason and the hint behind it."""
    sentence = WORDS[error.code][lang == "en"].format(where=error.where or "-")
    return (
        f"{sentence}（{error.message}）{error.hint}" if lang == "zh" else f"{sentence} ({error.message}) {error.hint}"
    )


def bilingual(error: AtlasError) -> str:
    """Both languages, for the command line and for files."""
    zh, en = WORDS[error.code]
    where = error.where or "-"
    return f"{zh.format(where=where)} | {en.format(where=where)} ({error.message}) {error.hint}".rstrip()
