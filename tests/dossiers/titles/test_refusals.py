"""Reviews, revocations and entries from paper that must not happen, and what people read then."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from dossiers.acts import ActRefused, DossierAct, NotPermitted
from dossiers.criteria.models import CriteriaSet, TitleLevel
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import AdministrativeUnit, Role
from dossiers.results.models import SelfVerdict
from dossiers.titles.acts import (
    ConfirmReview,
    CorrectIndicator,
    ExamineReview,
    KeepTitle,
    OpenReview,
    OpenRevocation,
    ProposeRevocation,
    RevokeTitle,
    SignRevocationOpinion,
    SubmitReview,
    SummariseHearing,
    WithdrawProposal,
)
from dossiers.titles.granting import PaperTitle, enter_title
from dossiers.titles.models import Origin, Review, ReviewKind, Title, TitleStatus
from tests.dossiers.titles.conftest import UNMET
from workflows.demonstration.afterwards import Afterwards
from workflows.engine import in_step

pytestmark = pytest.mark.django_db


def refused(act: DossierAct) -> set[str]:
    """Perform an act that must be refused; return the codes why."""
    with pytest.raises(ActRefused) as caught, transaction.atomic():
        act.perform()
    return caught.value.codes


def opening(afterwards: Afterwards, review: Review, **other: Any) -> OpenRevocation:
    assert review.dated_on is not None
    given: dict[str, Any] = {
        "actor": afterwards.district(Role.DISTRICT_OFFICER),
        "grounds": "Không còn đạt.",
        "first_day": review.dated_on,
        "places": "Trụ sở UBND xã",
        "document": afterwards.paper(),
    }
    return OpenRevocation(review=review, **{**given, **other})


# --- the yearly review ---------------------------------------------------------------------------------


def test_one_yearly_review_a_year_and_one_open_at_a_time(afterwards: Afterwards) -> None:
    afterwards.open_review(2024)
    again = OpenReview(actor=afterwards.office, title=afterwards.title, year=2025)
    assert refused(again) == {"open"}
    afterwards.report()
    afterwards.submit_review()
    afterwards.examine_review()
    afterwards.confirm_review()
    assert refused(OpenReview(actor=afterwards.office, title=afterwards.title, year=2024)) == {"reviewed"}
    sudden: dict[str, Any] = {"actor": afterwards.office, "title": afterwards.title, "year": 2024}
    sudden["kind"] = ReviewKind.EXTRAORDINARY
    assert refused(OpenReview(**sudden)) == {"reason"}
    earlier = OpenReview(actor=afterwards.office, title=afterwards.title, year=2023)
    assert "later" in refused(earlier), "what is known of 2024 is not asked for the year before"
    OpenReview(**sudden, reason="Phản ánh của nhân dân").perform()


def test_no_review_before_the_title_after_today_or_without_a_set(afterwards: Afterwards) -> None:
    title, office = afterwards.title, afterwards.office
    assert refused(OpenReview(actor=office, title=title, year=title.year)) == {"year"}
    assert refused(OpenReview(actor=office, title=title, year=timezone.localdate().year + 1)) == {"year"}
    last = max(CriteriaSet.objects.filter(level=title.level).values_list("valid_to", flat=True))
    if last < timezone.localdate().year:
        assert refused(OpenReview(actor=office, title=title, year=last + 1)) == {"no_set"}


def test_others_than_the_office_open_no_review(afterwards: Afterwards) -> None:
    for actor in (afterwards.of_commune(Role.COMMUNE_CHAIR), afterwards.district(Role.DISTRICT_CHAIR)):
        with pytest.raises(NotPermitted):
            OpenReview(actor=actor, title=afterwards.title, year=2025).perform()


def test_figures_of_recognition_are_taken_over_and_must_be_renewed(decided: Afterwards) -> None:
    """Title year 2023: its figures are two years old in 2025 (Điều 2: of the year assessed or the one before)."""
    afterwards = decided
    recognised = afterwards.title.decision
    assert recognised is not None
    afterwards.open_review(2025)
    before = {one.indicator.code: one.value for one in recognised.dossier.results.select_related("indicator")}
    taken = {one.indicator.code: one.value for one in afterwards.results()}
    assert taken == before
    act = SubmitReview(
        actor=afterwards.of_commune(Role.COMMUNE_CHAIR), dossier=afterwards.dossier, statement="Xong"
    )
    assert refused(act) == {"old"}
    afterwards.report()
    afterwards.submit_review()
    assert afterwards.dossier.state == State.REVIEW_SUBMITTED


def test_corrections_count_until_the_review_goes_back(afterwards: Afterwards) -> None:
    afterwards.open_review(2025)
    afterwards.report()
    afterwards.submit_review()
    afterwards.correct("14.3", SelfVerdict.NOT_MET)
    officer = afterwards.district(Role.DISTRICT_OFFICER)
    result = afterwards.results().get(indicator__code="14.3")

    def correcting(**given: Any) -> CorrectIndicator:
        default = {"result": result.pk, "verdict": SelfVerdict.MET, "reason": "Kiểm tra lại"}
        return CorrectIndicator(actor=officer, dossier=afterwards.refresh(), **{**default, **given})

    assert refused(correcting(verdict=SelfVerdict.NOT_MET)) == {"same"}
    assert refused(correcting(reason=" ")) == {"reason"}
    assert refused(correcting(result=0)) == {"unknown"}
    assert refused(correcting(verdict="có lẽ")) == {"verdict"}
    assert refused(correcting(verdict=SelfVerdict.NOT_APPLICABLE)) == {"always_applies"}
    afterwards.examine_review()
    afterwards.return_review()
    afterwards.submit_review(confirms_unchanged=True)
    afterwards.examine_review()
    afterwards.confirm_review()
    afterwards.refresh()
    assert afterwards.title.meets_set is True, "the correction was made before the return"


def test_the_chair_confirms_what_was_shown_after_the_officers_report(afterwards: Afterwards) -> None:
    afterwards.open_review(2025)
    afterwards.report()
    afterwards.submit_review()
    chair, dossier = afterwards.district(Role.DISTRICT_CHAIR), afterwards.refresh()
    paper: dict[str, Any] = {"number": "1/UBND", "dated_on": date(2025, 12, 1)}
    assert refused(ConfirmReview(actor=chair, dossier=dossier, **paper)) == {"not_examined"}
    afterwards.examine_review()
    seen = afterwards.refresh().revision
    afterwards.correct("14.3", SelfVerdict.NOT_MET)
    stale = ConfirmReview(actor=chair, dossier=afterwards.dossier, expected_revision=seen, **paper)
    assert refused(stale) == {"stale"}


def test_the_chair_confirms_against_the_officers_report_only_for_a_reason(afterwards: Afterwards) -> None:
    afterwards.open_review(2025)
    afterwards.report()
    afterwards.submit_review()
    officer, chair = afterwards.district(Role.DISTRICT_OFFICER), afterwards.district(Role.DISTRICT_CHAIR)
    afterwards.do(ExamineReview, officer, recommends_confirming=False, summary="Số liệu cũ")
    paper: dict[str, Any] = {"number": "1/UBND", "dated_on": date(2025, 12, 1)}
    dossier = afterwards.refresh()
    assert refused(ConfirmReview(actor=chair, dossier=dossier, **paper)) == {"against_reasons"}
    done = afterwards.do(ConfirmReview, chair, **paper, against_reasons="Xã đã cập nhật")
    assert done.entry.payload["against_recommendation"] is True
    assert Review.objects.get(pk=dossier.pk).against_reasons == "Xã đã cập nhật"


def test_short_since_the_first_of_the_years_in_a_row(afterwards: Afterwards) -> None:
    afterwards.review(2024, criteria_unmet={18})
    afterwards.review(2025, criteria_unmet={14})
    assert (afterwards.title.meets_set, afterwards.title.short_since) == (False, 2024)
    assert afterwards.title.status == TitleStatus.IN_FORCE


# --- revocation ----------------------------------------------------------------------------------------


def test_nothing_is_revoked_that_does_not_fall_under_the_rule(afterwards: Afterwards) -> None:
    """Điều 4 khoản 4-7: five criteria, all of the critical ones among them, are 26,3 %."""
    review = afterwards.review(2025, criteria_unmet={10, 17, 18, 19, 2})
    assert refused(opening(afterwards, review)) == {"no_ground"}


def test_only_the_latest_review_counts(afterwards: Afterwards) -> None:
    fell_short = afterwards.review(2024, criteria_unmet=UNMET)
    afterwards.review(2025)
    assert refused(opening(afterwards, fell_short)) == {"not_latest"}


def test_one_open_case_a_title_and_only_by_the_own_district(afterwards: Afterwards) -> None:
    review = afterwards.review(2025, criteria_unmet=UNMET)
    for actor in (
        afterwards.of_commune(Role.COMMUNE_CHAIR),
        afterwards.office,
        afterwards.district(Role.DISTRICT_CHAIR),
    ):
        with pytest.raises(NotPermitted):
            opening(afterwards, review, actor=actor).perform()
    case = afterwards.open_revocation(review)
    assert refused(opening(afterwards, review)) == {"open"}
    with pytest.raises(IntegrityError), transaction.atomic():
        type(case).objects.create(
            dossier=review.dossier, title=review.title, review=review, total=19, unmet=7, grounds="x"
        )


def test_the_proposal_waits_for_the_days_the_front_and_the_summary(afterwards: Afterwards) -> None:
    review = afterwards.review(2025, criteria_unmet=UNMET)
    afterwards.open_revocation(review, first_day=timezone.localdate() - timedelta(days=3))
    officer, chair = afterwards.district(Role.DISTRICT_OFFICER), afterwards.district(Role.DISTRICT_CHAIR)
    today: dict[str, Any] = {"dated_on": timezone.localdate(), "document": afterwards.paper()}
    early = SummariseHearing(actor=officer, dossier=afterwards.dossier, summary="Xong", **today)
    assert {"consultation_days", "written_opinions"} <= refused(early)
    proposal = ProposeRevocation(actor=chair, dossier=afterwards.dossier, number="1/TTr", **today)
    assert {"summary", "consultation_days", "opinion_summary"} <= refused(proposal)


@pytest.mark.parametrize("act", [RevokeTitle, KeepTitle])
def test_a_district_cannot_decide(afterwards: Afterwards, act: type[DossierAct]) -> None:
    """Điều 3: only the chair of the provincial People's Committee revokes."""
    review = afterwards.review(2025, criteria_unmet=UNMET)
    afterwards.revoke_by(review, State.REVOCATION_DECIDING)
    for actor in (afterwards.district(Role.DISTRICT_CHAIR), afterwards.office):
        with pytest.raises(NotPermitted):
            act(actor=actor, dossier=afterwards.dossier, **afterwards.decision()).perform()
    afterwards.refresh()
    assert afterwards.title.status == TitleStatus.IN_FORCE


def test_a_revoked_title_is_over(afterwards: Afterwards) -> None:
    """Decided twice, reviewed, proposed again: each is refused, and nothing changes."""
    review = afterwards.review(2025, criteria_unmet=UNMET)
    afterwards.revoke_by(review, State.REVOKED)
    again = RevokeTitle(
        actor=afterwards.provincial_chair, dossier=afterwards.dossier, **afterwards.decision()
    )
    assert refused(again) == {"state"}
    revoked = Title.objects.get(pk=afterwards.title.pk)
    sudden = OpenReview(
        actor=afterwards.office,
        title=revoked,
        year=2025,
        kind=ReviewKind.EXTRAORDINARY,
        reason="Phản ánh",
    )
    assert refused(sudden) == {"revoked"}
    assert "revoked" in refused(opening(afterwards, review))
    with pytest.raises(TypeError):
        revoked.delete()


def test_a_review_open_when_the_title_is_revoked_is_not_confirmed(afterwards: Afterwards) -> None:
    review = afterwards.review(2025, criteria_unmet=UNMET)
    afterwards.revoke_by(review, State.REVOCATION_DECIDING)
    case = afterwards.dossier
    sudden = OpenReview(
        actor=afterwards.office,
        title=afterwards.title,
        year=2025,
        kind=ReviewKind.EXTRAORDINARY,
        reason="Phản ánh",
    )
    sudden.perform()
    afterwards.go_on_with(sudden.dossier)
    afterwards.report()
    afterwards.submit_review()
    afterwards.examine_review()
    under_review = afterwards.dossier
    afterwards.go_on_with(case)
    afterwards.revoke()
    confirm = ConfirmReview(
        actor=afterwards.district(Role.DISTRICT_CHAIR),
        dossier=under_review,
        number="1/UBND",
        dated_on=date(2025, 12, 20),
    )
    assert refused(confirm) == {"revoked"}


def test_the_chair_may_keep_the_title(afterwards: Afterwards) -> None:
    review = afterwards.review(2025, criteria_unmet=UNMET)
    afterwards.revoke_by(review, State.REVOCATION_DECIDING)
    afterwards.keep()
    dossier = afterwards.refresh()
    assert dossier.state == State.TITLE_KEPT and in_step(dossier)
    assert afterwards.title.status == TitleStatus.IN_FORCE and afterwards.title.meets_set is False
    assert not dossier.revocation.is_open, "another case may be opened on a later review"


def test_a_withdrawn_case_frees_the_title_and_seals_what_was_not_signed(afterwards: Afterwards) -> None:
    review = afterwards.review(2025, criteria_unmet=UNMET)
    afterwards.revoke_by(review, State.REVOCATION_APPRAISING)
    afterwards.sign(afterwards.waiting_opinions()[0])
    chair = afterwards.district(Role.DISTRICT_CHAIR)
    assert refused(WithdrawProposal(actor=chair, dossier=afterwards.dossier, reasons=" ")) == {"reasons"}
    afterwards.do(WithdrawProposal, chair, reasons="Xã đã khắc phục.")
    assert in_step(afterwards.refresh())
    afterwards.open_revocation(review)


def test_departments_that_were_not_asked_do_not_sign_and_none_signs_twice(afterwards: Afterwards) -> None:
    review = afterwards.review(2025, criteria_unmet=UNMET)
    afterwards.revoke_by(review, State.REVOCATION_APPRAISING)
    waiting = afterwards.waiting_opinions()
    afterwards.sign(waiting[0])
    said: dict[str, Any] = {"agrees": True, "reasons": "Không đạt", "number": "1"}
    head = afterwards.people.at(waiting[0].department_id, Role.DEPARTMENT_HEAD)
    assert refused(SignRevocationOpinion(actor=head, dossier=afterwards.dossier, **said)) == {"signed"}
    asked = {one.department_id for one in waiting}
    stranger = afterwards.province.agencies.filter(kind="department").exclude(pk__in=asked).first()
    assert stranger is not None
    head = afterwards.people.at(stranger, Role.DEPARTMENT_HEAD)
    with pytest.raises(NotPermitted):
        SignRevocationOpinion(actor=head, dossier=afterwards.dossier, **said).perform()


# --- titles from paper ---------------------------------------------------------------------------------


def paper_title(afterwards: Afterwards, **other: Any) -> PaperTitle:
    given: dict[str, Any] = {
        "commune": afterwards.commune,
        "level": TitleLevel.NTM,
        "year": 2015,
        "number": "1020/QĐ-UBND",
        "signed_on": date(2015, 12, 30),
        "document": afterwards.paper(),
    }
    return PaperTitle(**{**given, **other})


def test_a_title_is_entered_from_paper_once(afterwards: Afterwards) -> None:
    title = enter_title(actor=afterwards.office, entry=paper_title(afterwards))
    assert (title.origin, title.decision, title.criteria_set) == (Origin.PAPER, None, None)
    with pytest.raises(ActRefused) as again:
        enter_title(actor=afterwards.office, entry=paper_title(afterwards))
    assert again.value.codes == {"exists"}
    with pytest.raises(NotPermitted):
        enter_title(actor=afterwards.district(Role.DISTRICT_CHAIR), entry=paper_title(afterwards, year=2014))


def test_what_a_paper_must_say(afterwards: Afterwards) -> None:
    wrong = {
        "year": paper_title(afterwards, year=2009),
        "number": paper_title(afterwards, number=" "),
        "signed_on": paper_title(afterwards, signed_on=date(2014, 1, 1)),
        "field": paper_title(afterwards, level=TitleLevel.MODEL, year=2023, signed_on=date(2023, 12, 1)),
        "grounds": paper_title(
            afterwards, predecessor=afterwards.title, year=2022, signed_on=date(2023, 7, 3)
        ),
    }
    for field, entry in wrong.items():
        with pytest.raises(ActRefused) as caught:
            enter_title(actor=afterwards.office, entry=entry)
        assert [reason.field for reason in caught.value.reasons] == [field], field


def test_a_successor_unit_takes_over_with_grounds(afterwards: Afterwards) -> None:
    district = afterwards.commune.parent
    assert district is not None
    successor = (
        AdministrativeUnit.objects.communes().filter(parent=district).exclude(pk=afterwards.commune.pk)[0]
    )
    entry = paper_title(
        afterwards,
        commune=successor,
        level=afterwards.title.level,
        year=afterwards.title.year,
        signed_on=date(2024, 2, 1),
        predecessor=afterwards.title,
        grounds="Văn bản của UBND tỉnh cho giữ danh hiệu sau sắp xếp.",
    )
    title = enter_title(actor=afterwards.office, entry=entry)
    assert title.origin == Origin.CARRIED_OVER and title.predecessor == afterwards.title


def test_a_title_from_paper_is_reviewed_without_figures_to_take_over(afterwards: Afterwards) -> None:
    entry = paper_title(afterwards, year=2022, signed_on=date(2023, 7, 3))
    afterwards.title = enter_title(actor=afterwards.office, entry=entry)
    review = afterwards.open_review(2024)
    assert review.prefilled_from is None and afterwards.dossier.criteria_set.level == TitleLevel.NTM
    assert not any(result.value for result in afterwards.results())


def test_the_database_keeps_recognition_in_a_programme(decided: Afterwards) -> None:
    dossier = decided.title.decision.dossier  # type: ignore[union-attr]
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(programme=None)
