"""Judging figures: every kind of threshold, and every kind of wrong figure."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.criteria.thresholds import InvalidFigure, evaluate, parse_value, threshold_for

RATINGS = ["Chưa đạt", "Đạt", "Khá", "Tốt"]


@dataclass
class Row:
    """What of an indicator decides its threshold."""

    threshold_kind: str
    threshold: Any
    unit: str = "%"
    comparison: str = "gte"
    scale: list[str] = field(default_factory=list)


RATE = Row("number", "95")
CEILING = Row("number", "1.5", comparison="lte")
NONE_LEFT = Row("number", "0", unit="nhà", comparison="eq")
INCOME = Row("year_table", {"2022": "64", "2023": "68"}, unit="triệu đồng/người/năm")
RATING = Row("ordinal", "Khá", unit="xếp loại", scale=RATINGS)
GRADE = Row("level", "2", unit="mức độ", scale=["1", "2", "3"])
DONE = Row("boolean", True, unit="đạt/chưa đạt", comparison="bool")
UNSET = Row("unset", None)
ALL = [RATE, CEILING, NONE_LEFT, INCOME, RATING, GRADE, DONE, UNSET]


@pytest.mark.parametrize(
    ("row", "figure", "met"),
    [
        (RATE, "95", True),
        (RATE, "94,99", False),
        (CEILING, "1,5", True),
        (CEILING, "1,51", False),
        (NONE_LEFT, "0", True),
        (NONE_LEFT, "1", False),
        (INCOME, "68", True),
        (INCOME, "67,9", False),
        (RATING, "Khá", True),
        (RATING, "tốt", True),
        (RATING, "Đạt", False),
        (GRADE, "Mức độ 2", True),
        (GRADE, "3", True),
        (GRADE, "1", False),
        (DONE, "Đạt", True),
        (DONE, "chưa  đạt", False),
        (UNSET, "100", None),
    ],
)
def test_figures_against_thresholds(row: Row, figure: str, met: bool | None) -> None:
    verdict = evaluate(row, parse_value(row, figure), 2023)
    assert verdict.met is met
    assert verdict.reason.endswith(".")
    stored = threshold_for(row).canonical(figure)
    assert threshold_for(row).evaluate(stored, year=2023) == verdict


@pytest.mark.parametrize("row", ALL)
@pytest.mark.parametrize("nothing", [None, ""])
def test_without_a_figure_nothing_is_judged(row: Row, nothing: str | None) -> None:
    assert threshold_for(row).evaluate(nothing, 2023).met is None
    assert threshold_for(row).display("") == ""


def test_the_year_decides_the_level() -> None:
    assert evaluate(INCOME, Decimal(65), 2022).met is True
    assert evaluate(INCOME, Decimal(65), 2023).met is False


def test_a_year_outside_the_table_is_unknown_and_says_so() -> None:
    verdict = evaluate(INCOME, Decimal(900), 2026)
    assert verdict.met is None
    assert "2026" in verdict.reason


def test_a_level_that_the_province_has_to_set_is_unknown_and_says_so() -> None:
    assert "tỉnh phải quy định" in evaluate(UNSET, Decimal(100), 2023).reason


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (RATE, "≥ 95 %"),
        (CEILING, "≤ 1,5 %"),
        (NONE_LEFT, "bằng 0 nhà"),
        (INCOME, "≥ 68 triệu đồng/người/năm (2023)"),
        (RATING, "từ loại Khá trở lên"),
        (GRADE, "từ mức độ 2 trở lên"),
        (DONE, "Đạt"),
        (UNSET, "chưa có mức: tỉnh phải quy định trước khi dùng"),
        (Row("number", "4", unit="m2/người"), "≥ 4 m²/người"),
        (Row("number", "1234.5", unit="sản phẩm"), "≥ 1.234,5 sản phẩm"),
    ],
)
def test_thresholds_in_words(row: Row, words: str) -> None:
    assert threshold_for(row).describe(2023) == words


@pytest.mark.parametrize(
    ("row", "figure", "words"),
    [
        (RATE, "abc", "không phải là một con số"),
        (RATE, "-1", "âm"),
        (RATE, "100,01", "100 %"),
        (RATE, "98.125", "dấu phẩy"),
        (INCOME, "9" * 16, "15 chữ số"),
        (INCOME, "58.200.000", "triệu đồng/người/năm"),
        (NONE_LEFT, "1,5", "số nguyên"),
        (RATING, "Xuất sắc", "Chưa đạt, Đạt, Khá, Tốt"),
        (RATING, "95", "thang"),
        (GRADE, "4", "1, 2, 3"),
        (DONE, "95", "Đạt"),
        (UNSET, "101", "100 %"),
    ],
)
def test_wrong_figures_are_named(row: Row, figure: str, words: str) -> None:
    with pytest.raises(InvalidFigure, match=words):
        threshold_for(row).canonical(figure)


def test_a_percentage_may_be_written_with_its_sign() -> None:
    assert threshold_for(RATE).canonical(" 95,50 % ") == "95.5"


@pytest.mark.parametrize("row", [RATING, GRADE, DONE])
def test_where_one_picks_every_choice_can_be_stored_and_judged(row: Row) -> None:
    threshold = threshold_for(row)
    assert threshold.choices()
    for stored, shown in threshold.choices():
        assert threshold.canonical(stored) == threshold.canonical(shown) == stored
        assert threshold.display(stored) == shown
        assert threshold.evaluate(stored, 2023).met is not None


@pytest.mark.parametrize("row", [RATE, INCOME, UNSET])
def test_numbers_are_typed(row: Row) -> None:
    assert threshold_for(row).choices() == []


percentages = st.decimals(0, 100, places=4)


@given(percentages)
def test_a_stored_figure_is_shown_so_that_it_can_be_typed_again(figure: Decimal) -> None:
    threshold = threshold_for(RATE)
    stored = threshold.canonical(f"{figure:f}".replace(".", ","))
    assert Decimal(stored) == figure
    assert threshold.canonical(threshold.display(stored)) == stored
    assert "E" not in stored


@given(percentages, percentages)
def test_more_is_never_judged_worse(lower: Decimal, more: Decimal) -> None:
    lower, more = sorted((lower, more))
    assert bool(evaluate(RATE, lower, 2023).met) <= bool(evaluate(RATE, more, 2023).met)
    assert bool(evaluate(CEILING, lower, 2023).met) >= bool(evaluate(CEILING, more, 2023).met)


@given(st.sampled_from(ALL), st.text(max_size=30))
def test_any_text_is_a_figure_or_refused_with_a_sentence(row: Row, text: str) -> None:
    threshold = threshold_for(row)
    try:
        stored = threshold.canonical(text)
    except InvalidFigure as refused:
        assert str(refused).endswith(".")
    else:
        assert threshold.canonical(threshold.display(stored)) == stored
        assert len(stored) <= 60


@pytest.mark.parametrize(
    "row",
    [
        Row("ordinal", "Xuất sắc", unit="xếp loại", scale=RATINGS),
        Row("number", "95", comparison="about"),
        Row("guess", "95"),
    ],
)
def test_data_that_contradict_themselves_are_refused(row: Row) -> None:
    with pytest.raises(ValueError, match=r"."):
        threshold_for(row)
