"""Numbers as Vietnamese officials write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.criteria.numbers import (
    MAX_DIGITS,
    InvalidNumber,
    format_dong,
    format_number,
    format_percent,
    parse_number,
    parse_whole_dong,
)


@st.composite
def numbers(draw: st.DrawFn) -> Decimal:
    """Every number of zero or more that has at most 15 digits."""
    places = draw(st.integers(0, MAX_DIGITS - 1))
    digits = draw(st.integers(0, 10**MAX_DIGITS - 1))
    return Decimal(digits).scaleb(-places)


@given(numbers())
def test_what_is_shown_is_read_back(number: Decimal) -> None:
    assert parse_number(format_number(number)) == number


@given(numbers())
def test_shown_without_needless_signs(number: Decimal) -> None:
    shown = format_number(number)
    whole, _comma, decimals = shown.partition(",")
    assert not decimals.endswith("0")
    assert "".join(whole.split(".")).isdigit()
    assert all(len(group) == 3 for group in whole.split(".")[1:])


@given(st.integers(0, 10**MAX_DIGITS - 1))
def test_whole_dong_is_read_back(amount: int) -> None:
    assert parse_whole_dong(format_dong(amount)) == amount


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_refused_with_a_sentence(text: str) -> None:
    try:
        number = parse_number(text)
    except InvalidNumber as refused:
        assert str(refused).endswith(".")
    else:
        assert number >= 0
        assert any(char in "0123456789" for char in text)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("58,2", "58.2"),
        ("1.234.567", "1234567"),
        ("1.234,5", "1234.5"),
        ("1,234", "1.234"),
        ("61.5", "61.5"),
        ("1.5000", "1.5"),
        ("0.125", "0.125"),
        (" 1 234 567 ", "1234567"),
        ("1\u00a0234,5", "1234.5"),
        ("007", "7"),
        ("0", "0"),
    ],
)
def test_written_like_this_it_means_that(raw: str, number: str) -> None:
    assert parse_number(raw) == Decimal(number)


@pytest.mark.parametrize(
    "raw",
    [
        "1,234.5",
        "12.34.567",
        "1,2,3",
        "1.2.3",
        ".5",
        "5,",
        "1e5",
        "10²",
        "½",
        "٣",
        "+5",
        "5 000 0",
        "nan",
        "5%",
    ],
)
def test_what_could_mean_two_things_is_refused(raw: str) -> None:
    with pytest.raises(InvalidNumber, match="không phải là một con số"):
        parse_number(raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [("", "Xin ghi"), ("   ", "Xin ghi"), ("-5", "âm"), ("−5", "âm"), ("9" * 16, "15 chữ số")],
)
def test_the_refusal_names_the_fault(raw: str, words: str) -> None:
    with pytest.raises(InvalidNumber, match=words):
        parse_number(raw)


@pytest.mark.parametrize("raw", ["1.250.000.000", "1250000000", "1.250.000.000 đồng", "1 250 000 000 VND"])
def test_amounts_in_dong(raw: str) -> None:
    assert parse_whole_dong(raw) == 1_250_000_000


@pytest.mark.parametrize("raw", ["1,5", "1.5", "-1", "một tỷ", "1,250,000", "9" * 16, "đồng", ""])
def test_what_is_no_amount_in_dong(raw: str) -> None:
    with pytest.raises(InvalidNumber):
        parse_whole_dong(raw)


def test_differences_keep_their_sign() -> None:
    assert format_dong(-1_500) == "-1.500 đồng"


@pytest.mark.parametrize(
    ("part", "whole", "thresholds", "shown"),
    [
        (20, 21, (), "95,24"),
        (20, 21, (95,), "95,24"),
        (7, 19, (), "36,84"),
        (1, 8000, (), "0,01"),
        (22499, 25000, (90,), "89,99"),
        (89996, 100000, (), "90"),
        (89996, 100000, (90,), "89,99"),
        (9, 10, (90,), "90"),
        (2, 3, (Decimal("66.67"),), "66,66"),
        (999999, 1000000, (), "99,99"),
        (3, 3, (100,), "100"),
        (0, 7, (), "0"),
        (0, 0, (90,), "0"),
    ],
)
def test_a_share_is_rounded_as_usual_but_never_up_to_what_it_misses(
    part: int, whole: int, thresholds: tuple[Decimal, ...], shown: str
) -> None:
    assert format_percent(part, whole, *map(Decimal, thresholds)) == shown


@given(st.integers(1, 10**6), st.data(), st.decimals(0, 100, places=2))
def test_a_share_as_shown_is_on_the_side_of_its_threshold(
    whole: int, data: st.DataObject, least: Decimal
) -> None:
    part = data.draw(st.integers(0, whole))
    shown = Decimal(format_percent(part, whole, least).replace(",", "."))
    assert (shown >= least) is (part * 100 >= least * whole)
    assert abs(shown - Decimal(part * 100) / whole) <= Decimal("0.01")
