"""Which signs the report's font holds, and what stands for those that it lacks."""

import re
from pathlib import Path
from typing import Any

from geo import io

FONT_FOLDER = Path(__file__).parent / "font"
MISSING = "〓"  # what a Chinese typesetter puts where a type is missing
SUBSTITUTES = {"✗": "×"}


def held() -> re.Pattern[str]:
    """Every sign that the font does not hold, as a pattern.

    Raises
    ------
    MissingFileError
        If the list of signs is not there.
    """
    ends = [line.split("-") for line in io.read_text(FONT_FOLDER / "signs.txt").split()]
    return re.compile(f"[^{''.join(f'{_escaped(low)}-{_escaped(high)}' for low, high in ends)}]")


def printable(value: Any, lacking: re.Pattern[str], missing: set[str]) -> Any:  # noqa: ANN401 - any JSON value
    """The same value with signs that can be printed; those that cannot are added to ``missing``.

    Breaks and tabs become blanks, other signs of control vanish.
    """
    if isinstance(value, str):
        return lacking.sub(lambda match: _instead(match[0], missing), value)
    if isinstance(value, dict):
        return {key: printable(each, lacking, missing) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [printable(each, lacking, missing) for each in value]
    return value


def _instead(sign: str, missing: set[str]) -> str:
    if sign in SUBSTITUTES:
        return SUBSTITUTES[sign]
    if sign.isspace():
        return " "
    if not sign.isprintable():
        return ""
    missing.add(sign)
    return MISSING


def _escaped(code: str) -> str:
    return f"\\U{int(code, 16):08x}"
