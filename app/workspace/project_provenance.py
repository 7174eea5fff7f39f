"""What a project file says to people: its README, and the sentence when it is opened. 中文 and English."""

from app.core.view import Ignored
from app.workspace.project_index import Index

NAME = "README.txt"
SHOWN = 5  # parts of a view that are named
HEAD = """上海生物医药产业规划图集：项目文件（.atlas.zip）
Shanghai Biomedical Planning Atlas: project file (.atlas.zip)

拖入图集的“自有数据”，或运行 python -m app project 文件名，即可再次打开。
Drop it on “Your data” in the atlas, or run: python -m app project FILE

atlas.json            视图与各图层的读法、来源、首次读入时的问题
                      the view, and for every layer how it is read, its origin, the issues when it first came
layers/*.geojson      已接受的行，各列原样；WGS-84 经纬度（RFC 7946）
                      the accepted rows with the file's own columns; WGS-84 degrees (RFC 7946)

图层由使用者带来，图集不保证其内容，许可以各来源为准。
The layers were brought by a reader; the atlas does not vouch for them, and their licences are their sources'.
"""


def metadata(index: Index) -> bytes:
    """README of a project: what it is, and where each layer comes from."""
    parts = [HEAD, f"数据版本 Data version: {index.data_version}\n视图 View: ?{index.view}\n"]
    for each in index.layers:
        origin, report = each.origin, each.report
        named = "（使用者指明 named by the reader）" if origin.by_user else ""
        parts.append(
            f"{', '.join(each.members)}\n"
            f"  名称 Title: {_line(each.column_mapping['title'])}\n"
            f"  文件 File: {_line(origin.file)}\n"
            f"  SHA-256: {origin.sha256}\n"
            f"  行 Rows: {report['rows']} = 接受 accepted {report['features']} + 搁置 set aside {report['set_aside']}\n"
            f"  原坐标基准 Datum as it came: {origin.datum}{named}\n"
            f"  许可 Licence: {_line(origin.licence) or '未说明 not stated'}\n"
            f"  署名 Attribution: {_line(origin.attribution) or '未说明 not stated'}\n"
            f"  行号列 Column of the first row numbers: {_line(each.row_column)}\n"
        )
    return "\n".join(parts).encode("utf-8", "replace")


def report(index: Index, data_version: str, ignored: tuple[Ignored, ...]) -> str:
    """One sentence in both languages on what was opened, and on what is not as it was."""
    rows = sum(each.report["features"] for each in index.layers)
    zh = f"项目已打开：{len(index.layers)} 个图层，{rows:,} 行。"
    en = f"The project is open; layers: {len(index.layers)}, rows: {rows:,}."
    if index.data_version != data_version:
        zh += f"它存于数据版本 {index.data_version}，现在是 {data_version}：图集自己的数字可能不同。"
        en += f" It was saved with data version {index.data_version}, this is {data_version}: the atlas's own numbers"
        en += " may differ."
    if ignored:
        parts = ", ".join(_line(f"{each.parameter}={each.value}")[:40] for each in ignored[:SHOWN])
        zh += f"视图中看不懂的部分未采用：{parts}。"
        en += f" Parts of the view mean nothing here: {parts}."
    return f"{zh} | {en}"


def _line(words: str) -> str:
    """Words on one line, without the bar that divides the languages."""
    return " ".join(words.replace("|", "/").split())
