"""Write what the documents and tests list of the atlas, from the registry, the catalogue of formats and the data.

Run `python tools/write_tables.py` after a change of a layer, a format or the data: it fills the marked tables of
README.md and README.zh.md, and tests/golden/counts.json. With `--check` it writes nothing and names what is stale.
"""

import argparse
import csv
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from app.exporters.catalogue import FORMATS  # noqa: E402 - found by the line above
from layers import PLACES, REGISTRY  # noqa: E402 - as above

README = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
GOLDEN = ROOT / "tests" / "golden" / "counts.json"
HEADS = {
    ("layers", "en"): "| id | 中文 | English | rows | what it is |",
    ("layers", "zh"): "| 编号 | 中文 | English | 行数 | 内容 |",
    ("formats", "en"): "| format | code | ending | holds | in `lists` unless told |",
    ("formats", "zh"): "| 格式 | 代码 | 后缀 | 可存 | `lists` 默认写出 |",
}
BASE = {
    "en": "The last {n} are base layers: they have no filter.",
    "zh": "最后{n}个是基础图层，不受筛选影响。",
}
HOLDS = {
    ("en", True): "layers and tables", ("en", False): "layers",
    ("zh", True): "图层与表格", ("zh", False): "图层",
}  # fmt: skip


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Properties of a GeoJSON file, or the rows of a CSV."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as handle:
            return list(csv.DictReader(handle))
    return [each["properties"] for each in json.loads(path.read_text(encoding="utf-8"))["features"]]


def counts() -> dict[str, Any]:
    """How many rows there are of everything, read from the files alone."""
    layers = {layer.id: rows_of(ROOT / "data" / layer.path) for layer in REGISTRY}
    places = [row for layer in PLACES for row in layers[layer.id]]
    modelled = sum(row["location_method"] == "modelled" for row in places)
    stated = {path.stem: rows_of(path) for path in sorted((ROOT / "data" / "figures").glob("*.csv"))}
    bare = Counter(row["id"][0] for row in stated["figures"] if row["pointer"] in {"", "[]"})
    return {
        "layers": {key: len(rows) for key, rows in layers.items()},
        "places": len(places) - modelled,
        "modelled": modelled,
        **{name: len(rows) for name, rows in stated.items()},
        "without_pointer": dict(sorted(bare.items())),
    }


def layer_table(lang: str) -> list[str]:
    """The registry, top of the drawing first, base layers last."""
    found = counts()["layers"]
    base = [layer for layer in REGISTRY if layer.role == "base"]
    rows = [
        f"| `{each.id}` | {each.title_zh} | {each.title_en} | {found[each.id]} | "
        f"{each.about_en if lang == 'en' else each.about_zh} |"
        for each in (*reversed(PLACES), *reversed(base))
    ]
    return [HEADS["layers", lang], "|---|---|---|---:|---|", *rows, "", BASE[lang].format(n=len(base))]


def format_table(lang: str) -> list[str]:
    """The catalogue of formats, in its order."""
    yes, no = ("yes", "") if lang == "en" else ("是", "")
    rows = [
        f"| {each.title} | `{each.code}` | {' '.join(f'`{ending}`' for ending in each.endings)} | "
        f"{HOLDS[lang, each.takes_tables]} | {yes if each.in_lists else no} |"
        for each in FORMATS.values()
    ]
    return [HEADS["formats", lang], "|---|---|---|---|---|", *rows]


def filled(text: str, name: str, lines: list[str]) -> str:
    """A document with the part between the two marks of a table replaced."""
    start, end = f"<!-- {name}: python tools/write_tables.py -->", f"<!-- end of {name} -->"
    pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    if len(pattern.findall(text)) != 1:
        msg = f"the document does not have the marks {start} and {end} once each"
        raise ValueError(msg)
    return pattern.sub(lambda _: "\n".join([start, "", *lines, "", end]), text)


def wanted() -> dict[Path, str]:
    """What every file should say."""
    texts = {GOLDEN: json.dumps(counts(), ensure_ascii=False, indent=2) + "\n"}
    for lang, path in README.items():
        text = filled(path.read_text(encoding="utf-8"), "layers", layer_table(lang))
        texts[path] = filled(text, "formats", format_table(lang))
    return texts


def main() -> int:
    """Write, or say what is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if something is stale")
    check = parser.parse_args().check
    stale = [path for path, text in wanted().items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(path.relative_to(ROOT).as_posix())
        if not check:
            path.write_text(wanted()[path], encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
