"""Text of bytes whose encoding nobody tells: UTF-8, UTF-16 with or without a mark, GB18030, Big5."""

import codecs

from app.importers.issues import refusal

MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
GUESSED = ("gb18030", "big5")
# first bytes of the characters that are in daily use: level 1 of GB 2312, and of Big5
COMMON = {"gb18030": range(0xB0, 0xD8), "big5": range(0xA4, 0xC7)}
SAMPLE = 200_000
NAMES = {
    "utf8": "utf-8", "utf-8": "utf-8", "65001": "utf-8", "gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030",
    "936": "gb18030", "cp936": "gb18030", "ansi 936": "gb18030", "big5": "big5", "big-5": "big5", "950": "big5",
    "cp950": "big5", "ansi 950": "big5", "iso-8859-1": "latin-1", "8859_1": "latin-1", "latin1": "latin-1",
    "1252": "cp1252", "ansi 1252": "cp1252", "ascii": "ascii", "us-ascii": "ascii", "utf-16": "utf-16",
}  # fmt: skip


def text_of(content: bytes, *, where: str) -> tuple[str, str]:
    """Text and the encoding that it was found to have.

    Raises
    ------
    RefusedError
        If the bytes are text in none of the encodings.
    """
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], encoding, where), encoding
    encoding = guess(content)
    if not encoding:
        raise refusal(code="import_unknown", where=where, reason="it is no text in UTF-8, UTF-16, GB18030 or Big5")
    return _decoded(content, encoding, where), encoding


def guess(content: bytes) -> str:
    """The most likely encoding of bytes without a mark, empty if none fits."""
    if _fits(content, "utf-8") and b"\0" not in content[:SAMPLE]:
        return "utf-8"
    if (broad := wide(content)) and _fits(content, broad):
        return broad
    fitting = [encoding for encoding in GUESSED if b"\0" not in content[:SAMPLE] and _fits(content, encoding)]
    return max(fitting, key=lambda encoding: _commonness(content, encoding), default="")


def wide(content: bytes) -> str:
    """UTF-16 without a mark, by its separators: most of them carry a 0; empty if they do not."""
    sample = content[:SAMPLE]
    separators = sum(sample.count(sign) for sign in (b",", b"\n", b"\t", b"<", b"{"))
    for encoding, first in (("utf-16-le", 0), ("utf-16-be", 1)):
        low, high = sample[first::2], sample[1 - first :: 2]
        pairs = zip(low, high, strict=False)
        found = sum(one in b",\n\t<{" and zero == 0 for one, zero in pairs)
        if found and found > separators / 2:
            return encoding
    return ""


def known(name: str) -> str:
    """Python's name of an encoding that a .cpg or an XML declaration names, empty if it is not one of ours."""
    return NAMES.get(name.strip().lower(), "")


def _fits(content: bytes, encoding: str) -> bool:
    # a file that was cut in mid-character is still in its encoding
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(content, final=False)
    except UnicodeError:
        return False
    return True


def _commonness(content: bytes, encoding: str) -> float:
    """Share of the characters outside ASCII that are in daily use, were this the encoding."""
    sample = codecs.getincrementaldecoder(encoding)("ignore").decode(content[:SAMPLE], final=False)
    foreign = [sign for sign in sample if ord(sign) > 0x7F]  # noqa: PLR2004 - ASCII
    packed = [sign.encode(encoding, "ignore") for sign in foreign]
    least = 0xA1 if encoding == "gb18030" else 0x40
    common = sum(len(pair) == 2 and pair[0] in COMMON[encoding] and pair[1] >= least for pair in packed)  # noqa: PLR2004
    return common / max(len(foreign), 1)


def _decoded(content: bytes, encoding: str, where: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as fault:
        if fault.end == len(content):
            raise refusal(code="import_cut_off", where=where, reason="it ends within a character") from fault
        raise refusal(code="import_broken", where=where, reason=f"byte {fault.start} is not {encoding}") from fault
