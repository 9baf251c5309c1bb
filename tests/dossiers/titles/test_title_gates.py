"""The gates of review and revocation, met and not met. None of them is ever not applicable to its own dossier."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.acts import ActRefused
from dossiers.debts.acts import ConfirmDebt
from dossiers.dossier.models import Dossier, State
from dossiers.gates import Answer, Outcome, standings
from dossiers.organisations.models import Agency, Role
from dossiers.results.models import IndicatorResult, SelfVerdict
from dossiers.security.acts import ConfirmSecurity
from dossiers.titles.models import AssessedCriterion
from tests.dossiers.titles.conftest import UNMET
from workflows.demonstration.afterwards import Afterwards

pytestmark = pytest.mark.django_db


def answer(dossier: Dossier, code: str) -> Answer:
    return next(one.answer for one in standings(dossier) if one.rule.code == code)


def test_every_indicator_has_a_result_of_the_year_or_the_year_before(afterwards: Afterwards) -> None:
    """Điều 2: the results of the year assessed, or of the year before it."""
    afterwards.open_review(2025)
    lacking = answer(afterwards.dossier, "review_results")
    assert lacking.outcome is Outcome.NOT_MET and lacking.refusals[0].link.endswith("/1.1/")
    afterwards.report()
    assert answer(afterwards.dossier, "review_results").outcome is Outcome.MET
    afterwards.results().filter(indicator__code="14.3").update(figure_year=2023)
    (old,) = answer(afterwards.dossier, "review_results").refusals
    assert "cũ hơn năm 2024" in old.message and "Điều 2" in old.rule


def test_a_review_asks_nobody_to_confirm_debt_or_security(afterwards: Afterwards, client: Client) -> None:
    """Điều 4 khoản 1 is about recognition: the procedure of a review names no such condition."""
    afterwards.open_review(2025)
    codes = {one.rule.code for one in standings(afterwards.dossier)}
    assert not codes & {"construction_debt", "security_order"}
    police = afterwards.people.at(Agency.objects.get(code="cong-an-ha-nam"), Role.DEPARTMENT_HEAD)
    for act in (ConfirmDebt, ConfirmSecurity):
        denial = act.authority.denial(police, afterwards.dossier)
        assert denial is not None and denial.code == "procedure"
    client.force_login(afterwards.of_commune(Role.COMMUNE_CHAIR).user)
    for page in ("debts:debt", "security:security"):
        assert client.get(reverse(page, args=[afterwards.dossier.pk])).status_code == 404


def test_every_indicator_is_concluded_before_the_confirmation(afterwards: Afterwards) -> None:
    """Điều 4: each criterion by its threshold; where none is set whoever confirms says what they find."""
    afterwards.open_review(2025)
    afterwards.report()
    afterwards.submit_review()
    assert answer(afterwards.dossier, "review_verdicts").outcome is Outcome.MET
    # As the national set leaves it whose threshold the province has to set.
    IndicatorResult.objects.filter(dossier=afterwards.dossier, indicator__code="2.2").update(self_verdict="")
    (open_one,) = answer(afterwards.dossier, "review_verdicts").refusals
    assert open_one.link.endswith("/viec/sua-ket-luan/") and "Điều 4" in open_one.rule
    with pytest.raises(ActRefused) as refused:
        afterwards.examine_review()
    assert refused.value.codes == {"verdict"}
    afterwards.correct("2.2", SelfVerdict.MET)
    afterwards.examine_review()


def test_the_division_reports_before_the_chair_confirms(afterwards: Afterwards) -> None:
    """Chương II, by analogy: the district examines before its chair signs."""
    afterwards.open_review(2025)
    afterwards.report()
    afterwards.submit_review()
    assert answer(afterwards.dossier, "review_examined").outcome is Outcome.NOT_MET
    afterwards.examine_review()
    assert answer(afterwards.dossier, "review_examined").outcome is Outcome.MET
    afterwards.return_review()
    assert answer(afterwards.dossier, "review_examined").outcome is Outcome.NOT_MET, (
        "asked anew after a return"
    )


def test_the_rule_is_asked_again_before_the_decision(afterwards: Afterwards) -> None:
    """Điều 4 khoản 4-7: the review behind the case falls under the rule, at the proposal and at the decision."""
    review = afterwards.review(2025, criteria_unmet=UNMET)
    afterwards.revoke_by(review, State.REVOCATION_DECIDING)
    ground = answer(afterwards.dossier, "revocation_ground")
    assert ground.outcome is Outcome.MET and "36,8 %" in ground.sentence
    AssessedCriterion.objects.filter(review=review, criterion__number__gt=9).update(verdict=SelfVerdict.MET)
    (missing,) = answer(afterwards.dossier, "revocation_ground").refusals
    assert "3/19" in missing.message and "Điều 4 khoản 4" in missing.rule
    with pytest.raises(ActRefused) as refused:
        afterwards.revoke()
    assert refused.value.codes == {"no_ground"}
