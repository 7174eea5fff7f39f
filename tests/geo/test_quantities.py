"""Chinese quantities are read exactly, or refused with the piece that was not understood."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.atlas import DEFAULT_DATA
from geo.errors import ParameterError
from geo.quantities import M2_PER_UNIT, QUALIFIER_CODES, UNIT_CODES, quantity, to_land_unit
from geo.units import m2_to_mu
from layers.figures import QUALIFIERS, UNITS, load_evidence, value_text

LAND_UNITS = st.sampled_from(sorted(M2_PER_UNIT))
AMOUNTS = st.fractions(min_value=0, max_value=10**9)
SPELLING = {
    "mu": "亩",
    "m2": "平方米",
    "ha": "公顷",
    "km2": "平方公里",
    "percent": "％",
    "count": "家",
    "month": "个月",
}
DIGITS = "零一二三四五六七八九"
WIDE = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")


def plain(text: str) -> tuple[float | None, float | None, float | None, str, str]:
    """Read a quantity as a row of a table would hold it."""
    found = quantity(text)
    value, low, high = (None if number is None else float(number) for number in (found.value, found.low, found.high))
    return value, low, high, found.unit, found.qualifier


def chinese(number: int) -> str:
    """Write a whole number below 10^8 as a Chinese numeral."""
    if number >= 10**4:
        high, low = divmod(number, 10**4)
        zero = "零" if 0 < low < 1000 else ""
        return chinese(high) + "万" + zero + (chinese(low) if low else "")
    text, skipped = "", False
    for step, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, step)
        if digit:
            text += ("零" if skipped and text else "") + DIGITS[digit] + sign
        skipped = not digit
    return text or "零"


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1.25万亩", 12_500, "mu"), ("40万平方米", 400_000, "m2"), ("12.5公顷", 12.5, "ha"),
        ("18.49平方公里", 18.49, "km2"), ("1090个", 1090, "count"), ("1,090个", 1090, "count"),
        ("１，０９０个", 1090, "count"), ("二十三", 23, "count"), ("二十三栋", 23, "count"),
        ("9９.９％", 99.9, "percent"), ("百分之八十五", 85, "percent"), ("百分之16.4", 16.4, "percent"),
        ("147亿元", 147, "cny_100m"), ("3000万元", 0.3, "cny_100m"), ("2万亿元", 20_000, "cny_100m"),
        ("236000㎡", 236_000, "m2"), ("236000 m²", 236_000, "m2"), ("3.1km²", 3.1, "km2"), ("1330 ha", 1330, "ha"),
        ("3.1 ㎢", 3.1, "km2"), ("4.85万个", 48_500, "count"), ("10万盏", 100_000, "count"),
        ("1.5公里", 1.5, "km"), ("1.5千米", 1.5, "km"), ("10千伏", 10, "kv"), ("1兆瓦", 1, "mw"),
        ("60秒", 60, "second"),
        ("2个小时", 120, "minute"), ("4284人", 4284, "person"), ("三万五", 35_000, "count"),
        ("三万零五", 30_005, "count"), ("一百〇二", 102, "count"), ("二〇二五", 2025, "count"), ("十", 10, "count"),
        ("2小时", 120, "minute"), ("2025家", 2025, "count"), ("1799年", 1799, "year"), ("2200年", 2200, "year"),
        ("一亿", 10**8, "count"), ("三亿五千万", 350_000_000, "count"), ("十二亿零三万", 1_200_030_000, "count"),
        ("两万亿元", 20_000, "cny_100m"),
    ],
)  # fmt: skip
def test_a_number_stands_alone(text: str, value: float, unit: str) -> None:
    assert plain(text) == (value, None, None, unit, "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("约2.6万亩", (26_000, None, None, "mu", "about")), ("500米左右", (500, None, None, "m", "about")),
        ("近200项", (200, None, None, "count", "about")), ("500余家", (500, 500, None, "count", "more_than")),
        ("30余家", (30, 30, None, "count", "more_than")), ("80余个", (80, 80, None, "count", "more_than")),
        ("20多名", (20, 20, None, "person", "more_than")), ("3万余次", (30_000, 30_000, None, "count", "more_than")),
        ("10余万亩", (100_000, 100_000, None, "mu", "more_than")), ("50余年", (50, 50, None, "year", "more_than")),
        ("超过30亿元", (30, 30, None, "cny_100m", "more_than")), ("逾千件", (1000, 1000, None, "count", "more_than")),
        ("突破2000亿元", (2000, 2000, None, "cny_100m", "more_than")),
        ("120亿元以上", (120, 120, None, "cny_100m", "at_least")), ("上百台", (100, 100, None, "count", "at_least")),
        ("不低于300亿元", (300, 300, None, "cny_100m", "at_least")),
        ("不到60秒", (60, None, 60, "second", "less_than")), ("不超过3个月", (3, None, 3, "month", "at_most")),
        ("超过30余家", (30, 30, None, "count", "more_than")),
        ("3至5个月", (None, 3, 5, "month", "range")), ("2—3个月", (None, 2, 3, "month", "range")),
        ("2——3个月", (None, 2, 3, "month", "range")), ("２～３个月", (None, 2, 3, "month", "range")),
        ("两到三家", (None, 2, 3, "count", "range")), ("三至五个", (None, 3, 5, "count", "range")),
        ("两三家", (None, 2, 3, "count", "range")), ("二三十家", (None, 20, 30, "count", "range")),
        ("三五个", (None, 3, 5, "count", "range")), ("1—2个小时", (None, 60, 120, "minute", "range")),
        ("1.2—1.5万亩", (None, 12_000, 15_000, "mu", "range")),
        ("1.2万亩至1.5万亩", (None, 12_000, 15_000, "mu", "range")),
        ("三到五百家", (None, 300, 500, "count", "range")), ("8000至1万亩", (None, 8_000, 10_000, "mu", "range")),
        ("1百至500万亩", (None, 100, 5_000_000, "mu", "range")),  # the first number has a scale of its own
        ("约3至5个月", (None, 3, 5, "month", "range")), ("5%-10%", (None, 5, 10, "percent", "range")),
    ],
)  # fmt: skip
def test_words_of_degree_and_ranges_keep_their_bounds(text: str, expected: tuple[object, ...]) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("", "beginning"), ("亩", "beginning"), ("几十家", "beginning"), ("数百家", "beginning"), ("半年", "beginning"),
        ("-5%", "beginning"), ("5M", "M"), ("\u0663亩", "beginning"),
        ("30亿美元", "美元"), ("500家企业", "企业"), ("12,50个", ",50个"), ("1 000亩", "000亩"),
        ("十十", "十十"), ("十五六个", "十五六"), ("三七个", "三七"), ("2025年", "date"),
        ("1800年", "date"), ("2199年", "date"),
        ("约500余家", "about, more_than"),
        ("3个月至5秒", "个月"), ("5至3个月", "rise"), ("3至3个月", "rise"),
        ("超3至5个月", "bound"), ("两三至五个", "range"),
        ("百分之五%", "百分之"), ("20余多家", "20余多"), ("1.2.3亩", ".3亩"), ("1e5亩", "e5亩"), ("nan", "beginning"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_the_piece(text: str, piece: str) -> None:
    with pytest.raises(ParameterError) as caught:
        quantity(text)
    assert caught.value.code == "unparsable_quantity"
    assert caught.value.where == text
    assert piece in caught.value.message


def test_a_quantity_has_at_most_a_hundred_signs() -> None:
    assert quantity("1" * 99 + "亩").value == int("1" * 99)
    with pytest.raises(ParameterError, match="more than a quantity has"):
        quantity("1" * 100 + "亩")


def test_units_and_qualifiers_are_those_of_the_figures() -> None:
    assert set(UNITS) >= UNIT_CODES
    assert set(UNITS) - UNIT_CODES == {"none", "date", "rank"}  # no quantities
    assert set(QUALIFIERS) == QUALIFIER_CODES


def test_every_stated_number_that_the_page_shows_reads_back_as_itself() -> None:
    shown = [figure for figure in load_evidence(DEFAULT_DATA).figures.values() if figure.unit in UNIT_CODES]
    assert len(shown) > 150
    for figure in shown:
        expected = (figure.value, figure.low, figure.high, figure.unit, figure.qualifier)
        assert plain(value_text(figure)[0]) == expected, figure.id


@given(st.integers(0, 10**8 - 1))
def test_a_numeral_reads_back_as_its_number(number: int) -> None:
    assert quantity(chinese(number) + "亩").value == number


@given(
    number=st.integers(1, 10**9),
    decimals=st.integers(0, 4),
    scale=st.sampled_from([("", 1), ("万", 10**4), ("亿", 10**8), ("百万", 10**6)]),
    unit=st.sampled_from(sorted(SPELLING)),
    style=st.sampled_from(["plain", "wide", "grouped"]),
)
def test_every_way_to_write_a_number_reads_back_exactly(
    number: int, decimals: int, scale: tuple[str, int], unit: str, style: str
) -> None:
    exact = Fraction(number, 10**decimals)
    whole, rest = divmod(number, 10**decimals)
    text = (
        (f"{whole:,}" if style == "grouped" else f"{whole}") + (f".{rest:0{decimals}}" if decimals else "") + scale[0]
    )
    found = quantity((text.translate(WIDE) if style == "wide" else text) + SPELLING[unit])
    assert (found.value, found.unit, found.qualifier) == (exact * scale[1], unit, "")


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from("至到~-—–"))
def test_a_range_reads_back_with_both_ends(low: int, more: int, sign: str) -> None:
    found = quantity(f"{low}{sign}{low + more}亩")
    assert found.low == low
    assert found.high == low + more
    assert found.value is None


@given(st.text(alphabet="0123456789.,万亿千百十亩平方米公里约余超过至到两三年个月% ", max_size=9))
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    try:
        found = quantity(text)
    except ParameterError:
        return  # anything else that is raised fails the test
    assert found.unit in UNIT_CODES
    assert found.qualifier in QUALIFIER_CODES
    assert (found.value is None) == (found.qualifier == "range")


@given(AMOUNTS, LAND_UNITS, LAND_UNITS)
def test_units_of_land_turn_into_each_other_and_back_exactly(amount: Fraction, unit: str, to: str) -> None:
    there = to_land_unit(amount, unit=unit, to=to, basis="land")
    assert to_land_unit(there, unit=to, to=unit, basis="land") == amount


def test_15_mu_are_a_hectare_and_1500_a_square_kilometre() -> None:
    assert to_land_unit(Fraction(15), unit="mu", to="ha", basis="land") == 1
    assert to_land_unit(Fraction(1), unit="km2", to="mu", basis="land") == 1500
    assert to_land_unit(Fraction(26_000), unit="mu", to="m2", basis="land") == Fraction(52_000_000, 3)
    assert m2_to_mu(float(M2_PER_UNIT["mu"])) == pytest.approx(1)


@pytest.mark.parametrize("basis", ["floor", "unknown"])
def test_floor_area_never_turns_into_mu(basis: str) -> None:
    with pytest.raises(ParameterError) as caught:
        to_land_unit(Fraction(400_000), unit="m2", to="mu", basis=basis)
    assert caught.value.code == "unit_conversion"
    assert to_land_unit(Fraction(400_000), unit="m2", to="m2", basis=basis) == 400_000


def test_money_is_no_land() -> None:
    with pytest.raises(ParameterError, match="no unit of land"):
        to_land_unit(Fraction(1), unit="cny_100m", to="mu", basis="land")
