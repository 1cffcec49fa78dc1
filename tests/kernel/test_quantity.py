"""Amounts are read exactly or refused: what staff write, what programs send, what attackers try."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.quantity import (
    COUNT,
    MONEY,
    NUMBER,
    POINTS,
    RATIO,
    SCORE,
    WEIGHT,
    Measure,
    QuantityError,
    parse,
    render,
)

ALL = [MONEY, RATIO, NUMBER, COUNT, POINTS, WEIGHT, SCORE]


def named(value: object) -> str | None:
    return value.name if isinstance(value, Measure) else None


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("5000万", 5_000_000_000),
        ("2亿", 20_000_000_000),
        ("0.6亿", 6_000_000_000),
        ("300亿", 3_000_000_000_000),
        ("1百万", 100_000_000),
        ("1千万", 1_000_000_000),
        ("1万亿", 100_000_000_000_000),
        ("199999999.99", 19_999_999_999),
        ("0.01", 1),
        ("-0.01", -1),
        ("+3", 300),
        (".5", 50),
        ("5.", 500),
        ("007", 700),
        ("1.10", 110),
        ("0.0100万", 10_000),
        ("0.000001万", 1),
        ("1e3", 100_000),
        ("1E+3", 100_000),
        ("1.5e-1", 15),
        ("12.5e1万", 125_000_000),
        ("  8 ", 800),
        ("0", 0),
        ("-0", 0),
        ("0e9999", 0),
        ("0e-9999", 0),
        ("1.000000000000", 100),
    ],
)
def test_money_is_read_to_the_fen(text: str, fen: int) -> None:
    assert parse(text, MONEY) == fen


@pytest.mark.parametrize(
    ("text", "measure", "units"),
    [
        ("35%", RATIO, 350_000),
        ("0.35", RATIO, 350_000),
        ("-20%", RATIO, -200_000),
        ("0.0001%", RATIO, 1),
        ("100%", RATIO, 1_000_000),
        ("12.3456", NUMBER, 123_456),
        ("3万", COUNT, 30_000),
        ("1000", COUNT, 1000),
        ("12.0", COUNT, 12),
        ("40.25", WEIGHT, 4025),
        ("-7.5", POINTS, -75_000),
        ("81.25", SCORE, 81_250_000_000_000),
    ],
)
def test_every_measure_has_its_own_decimals(text: str, measure: Measure, units: int) -> None:
    assert parse(text, measure) == units


@pytest.mark.parametrize("measure", ALL, ids=named)
@pytest.mark.parametrize("sign", ["", "-"])
def test_the_limit_itself_is_read_and_one_unit_more_is_refused(measure: Measure, sign: str) -> None:
    signed = -measure.limit if sign else measure.limit
    assert parse(sign + render(measure.limit, measure), measure) == signed
    with pytest.raises(QuantityError, match=r"out of range: at most .* either way"):
        parse(sign + render(measure.limit + 1, measure), measure)


@pytest.mark.parametrize(
    ("text", "measure", "message"),
    [
        ("0.001", MONEY, "has more than 2 decimals"),
        ("199999999.995", MONEY, "has more than 2 decimals"),
        ("0.0000001万", MONEY, "has more than 2 decimals"),
        ("1e-3", MONEY, "has more than 2 decimals"),
        ("1e-9999", MONEY, "has more than 2 decimals"),
        ("0.0000001", RATIO, "has more than 6 decimals"),
        ("0.00001%", RATIO, "has more than 6 decimals"),
        ("0.5", COUNT, "is not a whole number"),
        ("12.00000001万", COUNT, "is not a whole number"),
        ("35%", MONEY, "is not an amount of money: a percent sign belongs to ratios"),
        ("35%", COUNT, "is not a count: a percent sign belongs to ratios"),
    ],
)
def test_what_does_not_fit_the_measure_is_refused_and_never_rounded(text: str, measure: Measure, message: str) -> None:
    with pytest.raises(QuantityError) as refused:
        parse(text, measure)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "text",
    [
        *["nan", "NaN", "-nan", "inf", "Infinity", "-Infinity", "true", "None"],
        *["", " ", "\t", ".", "-", "+", "万", "%", "e5", "1e", "1e+", "1e5e5", "1e10000"],
        *["1\x00", "\x00", "1\n2", "\ud800", "5000 万", "5,000", "1_000", "1，000", "0x10", "1/2"],
        *["\N{FULLWIDTH DIGIT ONE}万以上", "²", "½", "\N{ARABIC-INDIC DIGIT THREE}", "一亿", "五千万"],
        *["--1", "+-1", "1-", "1.2.3", "1万2", "2亿元", "¥2", "CNY 2", "亿万", "1万万"],
    ],
)
def test_what_is_no_plain_decimal_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(QuantityError) as refused:
        parse(text, MONEY)
    assert str(refused.value) == "is not an amount of money: write a plain decimal, 5000万, 2亿 or the like"


@pytest.mark.parametrize("text", ["\uff11", "\uff15\uff10\uff05", "\uff0d80", "\u221280", "2\uff0e5亿"])
def test_full_width_characters_are_told_and_the_value_is_not(text: str) -> None:
    with pytest.raises(QuantityError, match=r"^is written with full-width characters: write plain ones$"):
        parse(text, RATIO)


@pytest.mark.parametrize("measure", ALL, ids=named)
@pytest.mark.parametrize(
    "text", ["1e999", "9223372036854775808", "-9223372036854775808", str(10**400), "-" + "9" * 5000, "1e9999", "9" * 64]
)
def test_what_no_engine_could_hold_is_out_of_range(text: str, measure: Measure) -> None:
    with pytest.raises(QuantityError, match="out of range: at most"):
        parse(text, measure)


def test_a_long_text_is_refused_without_being_worked_through() -> None:
    with pytest.raises(QuantityError, match="is not a number"):
        parse("0." + "0" * 10**6 + "1", NUMBER)


@pytest.mark.parametrize("name", ["money", "ratio", "number", "count"])
def test_the_message_calls_the_measure_by_its_name(name: str) -> None:
    measure = {each.name: each for each in ALL}[name]
    with pytest.raises(QuantityError, match=rf"^is not an? (amount of )?{name}: write"):
        parse("many", measure)


@pytest.mark.parametrize(
    ("value", "measure", "least", "text"),
    [
        (19_999_999_999, MONEY, 0, "199999999.99"),
        (20_000_000_000, MONEY, 0, "200000000.00"),
        (-1, MONEY, 0, "-0.01"),
        (0, MONEY, 0, "0.00"),
        (350_000, RATIO, 0, "0.35"),
        (1_000_000, RATIO, 0, "1"),
        (-1, RATIO, 0, "-0.000001"),
        (12, COUNT, 0, "12"),
        (-12, COUNT, 0, "-12"),
        (81_250_000_000_000, SCORE, 4, "81.2500"),
        (81_250_000_000_001, SCORE, 4, "81.250000000001"),
        (81_250_000_000_000, SCORE, 0, "81.25"),
        (0, SCORE, 4, "0.0000"),
        (-1, SCORE, 4, "-0.000000000001"),
    ],
)
def test_amounts_are_written_as_plain_decimals(value: int, measure: Measure, least: int, text: str) -> None:
    assert render(value, measure, least) == text


@pytest.mark.parametrize("measure", ALL, ids=named)
@given(data=st.data())
def test_what_is_written_is_read_back_as_the_same_integer(measure: Measure, data: st.DataObject) -> None:
    value = data.draw(st.integers(-measure.limit, measure.limit))
    least = data.draw(st.integers(0, measure.decimals))
    read = parse(render(value, measure, least), measure)
    assert (read, type(read)) == (value, int)


@given(text=st.text(alphabet="0123456789+-.eE%万亿千百, _nainf\x00\N{FULLWIDTH DIGIT ONE}", max_size=30))
def test_any_text_is_an_integer_within_the_limit_or_refused(text: str) -> None:
    with suppress(QuantityError):
        read = parse(text, MONEY)
        assert type(read) is int
        assert abs(read) <= MONEY.limit
