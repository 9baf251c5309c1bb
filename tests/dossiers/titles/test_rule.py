"""The rule of revocation: Quyết định 18/2022/QĐ-TTg, Điều 4 khoản 4-7. Arithmetic only."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.procedures import RevocationRule, get_procedure
from dossiers.results.models import SelfVerdict
from dossiers.titles.rule import Assessment, Ground, Standing, assess, standing_of

MET, NOT_MET, NOT_APPLICABLE = SelfVerdict.MET, SelfVerdict.NOT_MET, SelfVerdict.NOT_APPLICABLE
VERDICTS = st.sampled_from([MET, NOT_MET, NOT_APPLICABLE])


@pytest.fixture(scope="module")
def rule() -> RevocationRule:
    """The rule as the procedure's data have it."""
    return get_procedure("thu-hoi-3-cap-2022").revocation_rule


def standings(unmet: int, *, critical: int = 0, not_applicable: int = 0, total: int = 19) -> list[Standing]:
    """Return ``total`` criteria, the first ``unmet`` of them not met and the first ``critical`` critical."""
    verdicts = [NOT_MET] * unmet + [NOT_APPLICABLE] * not_applicable
    verdicts += [MET] * (total - len(verdicts))
    return [
        Standing(number, f"Tiêu chí {number}", number <= critical, verdict)
        for number, verdict in enumerate(verdicts, 1)
    ]


@pytest.mark.parametrize(
    ("unmet", "critical", "ground"),
    [
        (5, 0, Ground.NONE),
        (5, 5, Ground.NONE),
        (6, 0, Ground.NONE),
        (6, 1, Ground.WITH_CRITICAL),
        (9, 0, Ground.NONE),
        (9, 1, Ground.WITH_CRITICAL),
        (10, 0, Ground.ALONE),
        (10, 3, Ground.ALONE),
        (0, 0, Ground.NONE),
        (19, 4, Ground.ALONE),
    ],
)
def test_the_boundaries_of_nineteen(rule: RevocationRule, unmet: int, critical: int, ground: Ground) -> None:
    assert assess(standings(unmet, critical=critical), rule).ground is ground


def test_the_arithmetic_is_shown(rule: RevocationRule) -> None:
    named = [replace(one, name="Thu nhập") if one.is_critical else one for one in standings(7, critical=1)]
    sentence = assess(named, rule).sentence
    assert sentence == (
        "7/19 tiêu chí không đạt = 36,8 %, từ 30 % đến dưới 50 %, trong đó có Thu nhập → thuộc trường hợp thu hồi."
    )
    assert "52,6 %, từ 50 % trở lên → thuộc" in assess(standings(10), rule).sentence
    assert "26,3 %, dưới 30 % → chưa thuộc" in assess(standings(5, critical=5), rule).sentence
    assert "47,4 %" in assess(standings(9), rule).sentence
    assert "không có tiêu chí nào thuộc nhóm bắt buộc → chưa thuộc" in assess(standings(9), rule).sentence


def test_criteria_that_do_not_apply_stay_among_all_or_are_left_out(rule: RevocationRule) -> None:
    """Which of the two is data of the procedure: no article was found."""
    nine_of = standings(9, not_applicable=2)
    counted = assess(nine_of, rule)
    left_out = assess(nine_of, replace(rule, not_applicable_counts=False))
    assert (counted.total, counted.ground) == (19, Ground.NONE)
    assert (left_out.total, left_out.ground) == (17, Ground.ALONE), "9/17 is 52,9 %"


def test_nothing_to_count_is_no_assessment(rule: RevocationRule) -> None:
    nothing = [Standing(1, "Một", True, NOT_APPLICABLE)]
    with pytest.raises(ValueError, match="no criterion"):
        assess(nothing, replace(rule, not_applicable_counts=False))


@given(
    verdicts=st.lists(VERDICTS, min_size=1, max_size=40),
    critical=st.sets(st.integers(0, 39)),
    counts=st.booleans(),
    alone=st.integers(1, 100),
    below=st.integers(0, 99),
)
def test_any_standings_by_any_percentages(
    verdicts: list[SelfVerdict], critical: set[int], counts: bool, alone: int, below: int
) -> None:
    """The rule said anew with fractions: no rounding may tip the scales."""
    shipped = get_procedure("thu-hoi-3-cap-2022").revocation_rule
    lower = min(below, alone)
    rule = replace(
        shipped,
        alone_percent=Decimal(alone),
        with_critical_percent=Decimal(lower),
        not_applicable_counts=counts,
    )
    all_of = [Standing(n, str(n), n in critical, one) for n, one in enumerate(verdicts)]
    total = len(verdicts) if counts else len(verdicts) - verdicts.count(NOT_APPLICABLE)
    if not total:
        return
    found: Assessment = assess(all_of, rule)
    share = Fraction(verdicts.count(NOT_MET), total)
    weighs = any(one.is_critical and one.verdict == NOT_MET for one in all_of)
    expected = share >= Fraction(alone, 100) or (weighs and share >= Fraction(lower, 100))
    assert found.falls_under is expected
    assert found.total == total and found.share in found.sentence
    if found.ground is Ground.WITH_CRITICAL:
        assert found.critical


@given(st.lists(VERDICTS, min_size=1, max_size=12))
def test_one_more_unmet_never_helps(verdicts: list[SelfVerdict]) -> None:
    rule = get_procedure("thu-hoi-3-cap-2022").revocation_rule
    order = list(Ground)
    before = [Standing(n, str(n), n % 3 == 0, one) for n, one in enumerate(verdicts)]
    for n, one in enumerate(before):
        worse = [*before[:n], replace(one, verdict=NOT_MET), *before[n + 1 :]]
        assert order.index(assess(worse, rule).ground) >= order.index(assess(before, rule).ground)


@given(st.lists(VERDICTS, min_size=1, max_size=12))
def test_a_criterion_is_met_when_no_indicator_is_unmet(verdicts: list[SelfVerdict]) -> None:
    standing = standing_of(verdicts)
    assert (standing == NOT_MET) is (NOT_MET in verdicts)
    assert (standing == NOT_APPLICABLE) is (set(verdicts) == {NOT_APPLICABLE})


def test_an_indicator_without_a_verdict_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="not concluded"):
        standing_of([MET, SelfVerdict.UNKNOWN])


def test_the_shipped_rule_names_its_source(rule: RevocationRule) -> None:
    assert "Điều 4 khoản 4" in rule.citation and rule.source
    assert rule.verified is False, "nobody compared it with the gazette yet"
    assert rule.compared_by["kieu_mau"] == "nang_cao", "model communes are held against the advanced set"
