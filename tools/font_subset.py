"""Cut the report's font out of Noto Sans CJK: GB 2312, western signs, and every sign that data and texts use.

    python tools/font_subset.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

Source: Noto Sans CJK SC 2.004 (Debian's fonts-noto-cjk 1:20220127), SIL Open Font License 1.1 with no reserved
font name. The result is called Atlas Sans all the same: it is not the font that Noto publishes. The same font
file gives the same bytes. Writes into app/documents/report/font, where the licence's text lies: AtlasSans-Regular.otf,
signs.txt (what it holds, as ranges) and VERSIONS.toml. `--check` only looks whether a sign is missing.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "app" / "documents" / "report" / "font"
TARGET = FOLDER / "AtlasSans-Regular.otf"
FACE = "Noto Sans CJK SC"
NAME = "Atlas Sans"
FULL, POSTSCRIPT = f"{NAME} Regular", "AtlasSans-Regular"
NAMES = {1: NAME, 2: "Regular", 3: "Atlas Sans subset of Noto Sans CJK SC 2.004", 4: FULL, 6: POSTSCRIPT}
# ASCII, Latin-1, punctuation, super- and subscripts, currency, units, number forms, arrows, mathematics,
# numbers in circles, shapes, the tick, CJK punctuation, squared units, full-width forms
RANGES = (
    (0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x2027), (0x2030, 0x203C), (0x2070, 0x209C), (0x20AC, 0x20AC),
    (0x2103, 0x2122), (0x2150, 0x217F), (0x2190, 0x2199), (0x2200, 0x22A5), (0x2460, 0x2473), (0x25A0, 0x25CF),
    (0x2605, 0x2606), (0x2713, 0x2713), (0x3000, 0x301F), (0x3380, 0x33D5), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE5),
)  # fmt: skip
REPLACED = "✗"  # Noto has none
HANZI_ROWS, CELLS = range(0xB0, 0xF8), range(0xA1, 0xFF)
SAID = (
    "data/**/*.geojson", "data/**/*.csv", "data/**/*.toml", "app/**/*.py", "app/**/*.typ", "app/**/*.json",
    "layers/*.py", "geo/*.py",
)  # fmt: skip


def gb2312() -> Iterator[int]:
    """Code points of GB 2312's characters."""
    for row in HANZI_ROWS:
        for cell in CELLS:
            try:
                yield ord(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                continue  # row 0xD7 ends early


def used() -> set[int]:
    """Code points that the atlas's data and texts use, without those that app/documents/report/glyphs.py replaces."""
    found: set[int] = set()
    for pattern in SAID:
        for path in ROOT.glob(pattern):
            found |= {ord(sign) for sign in path.read_text(encoding="utf-8") if sign >= " "}
    return found - {ord(sign) for sign in REPLACED}


def face(path: Path) -> TTFont:
    """The simplified Chinese face of the collection."""
    for font in TTCollection(path, lazy=True):
        if font["name"].getDebugName(1) == FACE:
            return font
    msg = f"{path} holds no {FACE}"
    raise SystemExit(msg)


def cut(font: TTFont, wanted: set[int]) -> None:
    """Leave only the wanted signs, without hints, and give the font its own name."""
    options = subset.Options()
    options.hinting = False
    options.desubroutinize = False
    options.name_IDs = ["*"]
    options.name_languages = [0x409]
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "pwid"]
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx", "DSIG"]
    options.notdef_outline = True
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(wanted))
    cutter.subset(font)
    rename(font)


def rename(font: TTFont) -> None:
    """Put our name where Noto's stands; copyright, trademark and licence stay."""
    for record in font["name"].names:
        if record.nameID in NAMES:
            record.string = NAMES[record.nameID]
    top = font["CFF "].cff
    top.fontNames = [POSTSCRIPT]
    top.topDictIndex[0].FamilyName, top.topDictIndex[0].FullName = NAME, FULL


def ranges(codes: list[int]) -> list[str]:
    """Code points as hexadecimal ranges, both ends included."""
    starts = [code for before, code in pairwise([-2, *codes]) if code != before + 1]
    ends = [code for code, after in pairwise([*codes, 0x110001]) if after != code + 1]
    return [f"{low:X}-{high:X}" for low, high in zip(starts, ends, strict=True)]


def main() -> None:
    """Cut, write, say what is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("collection", type=Path, nargs="?")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    if asked.check or asked.collection is None:
        missing = used() - set(TTFont(TARGET, lazy=True).getBestCmap())
        print("missing:", " ".join(f"{chr(code)} U+{code:04X}" for code in sorted(missing)) or "nothing")
        sys.exit(bool(missing))
    font = face(asked.collection)
    version = font["name"].getDebugName(5)
    cut(font, {code for low, high in RANGES for code in range(low, high + 1)} | set(gb2312()) | used())
    FOLDER.mkdir(parents=True, exist_ok=True)
    font.recalcTimestamp = False  # the same font gives the same bytes
    font.save(TARGET, reorderTables=False)
    held = sorted(TTFont(TARGET, lazy=True).getBestCmap())
    (FOLDER / "signs.txt").write_text("\n".join(ranges(held)) + "\n", encoding="utf-8")
    lines = [
        "# The report's font: a subset, cut by tools/font_subset.py. Licence: OFL.txt beside this file.",
        "[font]",
        f'file = "{TARGET.name}"',
        f'sha256 = "{hashlib.sha256(TARGET.read_bytes()).hexdigest()}"',
        f"signs = {len(held)}",
        "",
        "[source]",
        f'name = "{FACE}"',
        f'version = "{version}"',
        'package = "fonts-noto-cjk 1:20220127+repack1-1 (Debian)"',
        f'file = "{asked.collection.name}"',
        f'sha256 = "{hashlib.sha256(asked.collection.read_bytes()).hexdigest()}"',
        'licence = "OFL-1.1"',
        'reserved_font_name = "none declared"',
    ]
    (FOLDER / "VERSIONS.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
