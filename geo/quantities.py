"""Chinese quantities (1.25万亩, 约2.6万亩, 30余家, 3至5个月) as numbers with a unit and what qualifies them.

Numbers are fractions, so that neither 万 nor the third of a square metre in a 亩 loses anything; `float`
gives what a table of figures holds. What is not understood raises: nothing is guessed.
"""

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from geo.errors import ParameterError

# code -> spellings after NFKC (full width, ㎡, ² are gone) with the factor to the code's unit
_SPELLINGS: dict[str, dict[str, Fraction]] = {
    "mu": dict.fromkeys(("亩",), Fraction(1)),
    "m2": dict.fromkeys(("平方米", "平米", "m2"), Fraction(1)),
    "ha": dict.fromkeys(("公顷", "ha", "hm2"), Fraction(1)),
    "km2": dict.fromkeys(("平方公里", "平方千米", "km2"), Fraction(1)),
    "m": dict.fromkeys(("米", "m"), Fraction(1)),
    "km": dict.fromkeys(("公里", "千米", "km"), Fraction(1)),
    "cny_100m": {"元": Fraction(1, 10**8)},  # 万 and 亿 before it belong to the number
    "percent": {"%": Fraction(1)},
    "year": {"年": Fraction(1)},
    "month": {"个月": Fraction(1)},
    "minute": {"分钟": Fraction(1), "小时": Fraction(60), "个小时": Fraction(60)},
    "second": {"秒": Fraction(1)},
    "person": dict.fromkeys(("人", "名", "位"), Fraction(1)),
    "mw": dict.fromkeys(("兆瓦", "MW"), Fraction(1)),
    "kv": dict.fromkeys(("千伏", "kV", "KV"), Fraction(1)),
    "ratio": {"倍": Fraction(1)},
    "count": dict.fromkeys(("", *"家个项座栋幢条件台处户张款份次批类所辆套盏期组种间例线层株只"), Fraction(1)),
}
UNIT_CODES = frozenset(_SPELLINGS)
M2_PER_UNIT = {"m2": Fraction(1), "mu": Fraction(2000, 3), "ha": Fraction(10**4), "km2": Fraction(10**6)}

_UNITS = {spelling: (code, factor) for code, table in _SPELLINGS.items() for spelling, factor in table.items()}
_BEFORE = {
    "about": ("大约", "约为", "约", "将近", "接近", "近"),
    "more_than": ("超过", "超", "逾", "多于", "大于", "高于", "突破"),
    "at_least": ("至少", "不少于", "不低于", "不小于", "上"),
    "less_than": ("不到", "不足", "少于", "小于", "低于"),
    "at_most": ("不超过", "至多", "最多", "不多于", "不高于"),
}
_AFTER = {
    "about": ("左右", "上下"), "at_least": ("以上", "及以上"), "at_most": ("以内", "以下", "及以下"),
    "more_than": ("余", "多"),
}  # fmt: skip
QUALIFIER_CODES = frozenset({"", "range", *_BEFORE})
_QUALIFIERS = {word: code for table in (_BEFORE, _AFTER) for code, words in table.items() for word in words}

_DIGITS = {sign: value for value, sign in enumerate("一二三四五六七八九", start=1)} | {"两": 2, "零": 0, "〇": 0}
_STEPS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_ONE, _ZERO = "[一二两三四五六七八九]", "[零〇]?"
_UNDER_10000 = f"(?:{_ONE}?千)?(?:{_ZERO}{_ONE}?百)?(?:{_ZERO}{_ONE}?十)?(?:{_ZERO}{_ONE})?"
_NUMERAL = re.compile(f"(?:{_UNDER_10000}万?亿)?(?:{_ZERO}{_UNDER_10000}万)?{_ZERO}{_UNDER_10000}|[零〇]")


def _any_of(words: Iterable[str]) -> str:
    """A pattern for one of several words, the longest first."""
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


_AMOUNT = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[零〇一二两三四五六七八九十百千万亿]+"
_NUMBER = rf"(?:{_AMOUNT})[余多]?(?:万亿|[十百千]?[万亿]|百(?!分)|千(?![米伏]))?[余多]?"
_UNIT = _any_of(unit for unit in _UNITS if unit)
_WHOLE = re.compile(
    rf"(?P<before>{_any_of(word for words in _BEFORE.values() for word in words)})?(?P<share>百分之)?"
    rf"(?P<first>{_NUMBER})(?:(?P<first_unit>{_UNIT})?(?:至|到|~|-|[—–―]+)(?P<second>{_NUMBER}))?"
    rf"(?P<unit>{_UNIT})?(?P<after>{_any_of(word for words in _AFTER.values() for word in words)})?",
    re.ASCII,
)
_PARTS = re.compile(rf"(?P<amount>{_AMOUNT})(?P<inside>[余多]?)(?P<scale>[十百千万亿]*)(?P<behind>[余多]?)")
_LONGEST = 100  # signs; Python itself refuses to read a number of some thousand digits
_NEIGHBOURS = 2  # 三五个 is said, 三六个 is not
_CALENDAR_YEARS = range(1800, 2200)  # 2025年 is a date


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A stated quantity, in the shape of a stated figure (`layers.figures.Figure`).

    Attributes
    ----------
    value
        The number that is printed; None for a range.
    low, high
        Bounds where the text gives them: both for a range, ``low`` for more than and at least, ``high`` for
        less than and at most; otherwise None.
    unit
        One of ``UNIT_CODES``; money in 亿元, time in minutes where hours are printed.
    qualifier
        One of ``QUALIFIER_CODES``; empty where the number stands alone.
    """

    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    unit: str
    qualifier: str


def quantity(text: str) -> Quantity:
    """Read one Chinese quantity.

    Full-width signs, thousands separators, Arabic and Chinese numerals, 万 and 亿, ranges (3至5个月, 两三家,
    1.2—1.5万亩) and words of degree (约, 余, 超过, 以上) are understood. In a range, a smaller number takes the
    百, 千, 万 or 亿 at the end of the greater one (3至5万 is 30,000 to 50,000). A range with 约 before it is
    a range: the data model has no vaguer one.

    Parameters
    ----------
    text
        The quantity and nothing else.

    Returns
    -------
    Quantity
        Exact numbers.

    Raises
    ------
    ParameterError
        ``unparsable_quantity`` if any part of the text is not understood; the message names that part.

    Examples
    --------
    >>> found = quantity("约2.6万亩")
    >>> float(found.value), found.unit, found.qualifier
    (26000.0, 'mu', 'about')
    >>> found = quantity("两到三家")
    >>> float(found.low), float(found.high), found.unit, found.qualifier
    (2.0, 3.0, 'count', 'range')
    """
    if len(text) > _LONGEST:
        shortened = text[:_LONGEST]
        raise _unparsable(shortened, f"{len(text)} signs are more than a quantity has")
    packed = _packed(text)
    match = _WHOLE.match(packed)
    if match is None:
        raise _unparsable(text, f"no number at the beginning of {packed!r}")
    if match.end() < len(packed):
        raise _unparsable(text, f"{packed[match.end() :]!r} after {match[0]!r} is neither a unit nor a word of degree")
    first, first_degree = _number(match["first"], text)
    second, second_degree = _number(match["second"], text) if match["second"] else ((), "")
    unit, factor = _unit(match, text)
    if match["second"]:
        numbers = _range(match, first + second, text)
    else:
        numbers = first
        if unit == "year" and match["first"].isdigit() and int(match["first"]) in _CALENDAR_YEARS:
            raise _unparsable(text, f"{match['first']!r} before 年 is a date")
    degrees = {match["before"], match["after"], first_degree, second_degree} - {None, ""}
    return _qualified([number * factor for number in numbers], unit, {_QUALIFIERS[str(word)] for word in degrees}, text)


def to_land_unit(amount: Fraction, *, unit: str, to: str, basis: str) -> Fraction:
    """An area in another unit of land, exactly: 1 亩 = 2000/3 m², 1 ha = 15 亩, 1 km² = 1500 亩.

    Parameters
    ----------
    amount
        Area in ``unit``.
    unit, to
        ``mu``, ``m2``, ``ha`` or ``km2``.
    basis
        ``land``; floor area and areas of an unknown kind stay in the unit in which they are printed.

    Raises
    ------
    ParameterError
        ``unit_conversion`` if a unit is not one of land, or the area is not land and would change its unit.

    Examples
    --------
    >>> to_land_unit(Fraction(12500), unit="mu", to="km2", basis="land")
    Fraction(25, 3)
    """
    known = {unit, to} <= set(M2_PER_UNIT)
    if not known or (basis != "land" and unit != to):
        why = f"an area of basis {basis!r} is not land" if known else "one of them is no unit of land"
        msg = f"{unit} does not turn into {to}: {why}"
        raise ParameterError(msg, code="unit_conversion", where=f"{unit}, {to}", hint="Keep the printed unit.")
    return amount * M2_PER_UNIT[unit] / M2_PER_UNIT[to]


def _packed(text: str) -> str:
    """One width of signs, no white space but between digits, where it would join two numbers."""
    return re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", unicodedata.normalize("NFKC", text))


def _unparsable(text: str, why: str) -> ParameterError:
    hint = "Write a number and a unit, such as 1.25万亩 or 3至5个月."
    return ParameterError(f"{text!r} is no quantity: {why}", code="unparsable_quantity", where=text, hint=hint)


def _number(piece: str, text: str) -> tuple[tuple[Fraction, ...], str]:
    """The number of a piece (two where 两三 stands for a range) and its 余 or 多."""
    parts = _PARTS.fullmatch(piece)
    if parts is None or (parts["inside"] and parts["behind"]):
        raise _unparsable(text, f"{piece!r} is no number")
    scale = math.prod(_STEPS[sign] for sign in parts["scale"])
    amount = parts["amount"]
    if amount[0].isascii():
        numbers: tuple[Fraction, ...] = (Fraction(amount.replace(",", "")),)
    elif neighbours := re.fullmatch(r"([一二两三四五六七八九])([二三四五六七八九])([十百千万亿]*)", amount):
        numbers = _neighbours(neighbours, text)
    else:
        numbers = (_chinese(amount, text),)
    return tuple(number * scale for number in numbers), parts["inside"] or parts["behind"]


def _neighbours(match: re.Match[str], text: str) -> tuple[Fraction, ...]:
    """两三 and 三五 mean from two to three, from three to five; the steps behind them hold for both."""
    low, high = _DIGITS[match[1]], _DIGITS[match[2]]
    if not 1 <= high - low <= _NEIGHBOURS:
        raise _unparsable(text, f"{match[0]!r} is no number")
    scale = math.prod(_STEPS[sign] for sign in match[3])
    return Fraction(low * scale), Fraction(high * scale)


def _chinese(numeral: str, text: str) -> Fraction:
    """A Chinese numeral: 二十三, 一千零五, 三万五, or digits in a row (二〇二五)."""
    if len(numeral) > 1 and set(numeral) <= set(_DIGITS):
        return Fraction(int("".join(str(_DIGITS[sign]) for sign in numeral)))
    if not _NUMERAL.fullmatch(numeral):
        raise _unparsable(text, f"{numeral!r} is no number")
    total = section = digit = 0
    for sign in numeral:
        step = _STEPS.get(sign, 0)
        if not step:
            digit = _DIGITS[sign]
        elif sign == "亿":
            total, section, digit = (total + section + digit or 1) * step, 0, 0
        elif sign == "万":
            total, section, digit = total + (section + digit or 1) * step, 0, 0
        else:
            section, digit = section + (digit or 1) * step, 0
    if digit and numeral[-2:-1] in tuple("百千万亿"):  # 三万五 is 35,000
        digit *= _STEPS[numeral[-2]] // 10
    return Fraction(total + section + digit)


def _unit(match: re.Match[str], text: str) -> tuple[str, Fraction]:
    """The unit's code and the factor to it; both ends of a range must agree."""
    if match["share"]:
        if match["unit"] or match["first_unit"]:
            raise _unparsable(text, "百分之 has a unit of its own")
        return "percent", Fraction(1)
    last = match["unit"] or ""
    if match["first_unit"] and match["first_unit"] != last:
        raise _unparsable(text, f"a range from {match['first_unit']!r} to {last!r}")
    return _UNITS[last]


def _range(match: re.Match[str], numbers: tuple[Fraction, ...], text: str) -> tuple[Fraction, ...]:
    """Both ends in order; the lesser one takes the scale of the greater where only that one has it."""
    if len(match.group("first", "second")) != len(numbers):
        raise _unparsable(text, "a range of ranges")
    low, high = numbers
    shared = re.search(r"[百千万亿]+(?=[余多]?$)", match["second"])
    if shared and not re.search(r"[百千万亿]", match["first"]):
        scale = math.prod(_STEPS[sign] for sign in shared[0])
        low = low * scale if low * scale < high else low
    if low >= high:
        raise _unparsable(text, f"{match['first']!r} to {match['second']!r} does not rise")
    return low, high


def _qualified(numbers: list[Fraction], unit: str, degrees: set[str], text: str) -> Quantity:
    if len(numbers) > 1:
        if degrees - {"about"}:
            raise _unparsable(text, "a range and a bound at once")
        return Quantity(value=None, low=numbers[0], high=numbers[1], unit=unit, qualifier="range")
    if len(degrees) > 1:
        raise _unparsable(text, f"words of different degree ({', '.join(sorted(degrees))})")
    qualifier = next(iter(degrees), "")
    low = numbers[0] if qualifier in {"more_than", "at_least"} else None
    high = numbers[0] if qualifier in {"less_than", "at_most"} else None
    return Quantity(value=numbers[0], low=low, high=high, unit=unit, qualifier=qualifier)
