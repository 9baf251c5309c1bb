"""Who stands in for whom: named and revoked on paper, in force day by day, and shown wherever a name stands."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused, NotPermitted
from dossiers.appraisal.acts import ForwardDossier, RecordFindings, SignOpinion, VerifyDossier
from dossiers.appraisal.opinions import FindingInput
from dossiers.dossier.models import State
from dossiers.organisations.models import Appointment, Role
from dossiers.plans.acts import AppraisePlan, ApprovePlan, ReturnPlan, SubmitPlan, WriteSection
from dossiers.policies import Actor
from dossiers.substitutions.acts import NameSubstitute, RevokeSubstitute, agency_stream
from dossiers.substitutions.models import Substitution
from storage import ledger
from tests.dossiers.people import colleague, name_substitute, standing_in
from tests.storage.files import pdf
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.engine import in_step


def day(number: int) -> Any:
    """Return the day so many days from today."""
    return timezone.localdate() + timedelta(days=number)


def decision(journey: Journey) -> dict[str, Any]:
    """Return a decision on the Đề án as it is signed today."""
    return {"number": "1/QĐ-UBND", "signed_on": timezone.localdate(), "document": journey.paper()}


@pytest.mark.django_db
def test_a_substitute_acts_in_the_role_of_the_absent_and_the_ledger_says_for_whom(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    journey.appraise_plan()
    chair = journey.district(Role.DISTRICT_CHAIR)
    deputy = colleague(chair.agency, Role.DISTRICT_OFFICER, "Lê Văn Phó")
    substitution = name_substitute(chair, deputy)
    done = journey.do(ApprovePlan, standing_in(deputy, substitution), **decision(journey))
    assert journey.refresh().state == State.IMPLEMENTING and in_step(journey.dossier)
    assert done.entry.actor["name"] == "Lê Văn Phó"
    assert done.entry.actor["role"] == Role.DISTRICT_CHAIR
    assert done.entry.actor["on_behalf_of"] == chair.user.full_name
    assert done.entry.payload["substitution"]["number"] == "45/QĐ"
    assert ledger.verify(journey.dossier.stream).ok


@pytest.mark.django_db
def test_naming_and_revoking_are_entries_of_the_agency(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    chair, officer = journey.district(Role.DISTRICT_CHAIR), journey.district(Role.DISTRICT_OFFICER)
    substitution = name_substitute(chair, officer)
    RevokeSubstitute(actor=chair, substitution=substitution, reason="Chủ tịch đã về").perform()
    entries = list(ledger.entries(agency_stream(chair.agency.pk)).order_by("-sequence")[:2])
    assert [one.act for one in reversed(entries)] == ["substitution.name", "substitution.revoke"]
    assert entries[0].payload["reason"] == "Chủ tịch đã về"
    assert ledger.verify(agency_stream(chair.agency.pk)).ok


@pytest.mark.django_db
def test_a_substitute_whose_period_ended_this_morning_is_refused_and_told_when(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    journey.appraise_plan()
    chair = journey.district(Role.DISTRICT_CHAIR)
    deputy = colleague(chair.agency, Role.DISTRICT_OFFICER)
    substitution = name_substitute(chair, deputy)
    Substitution.objects.filter(pk=substitution.pk).update(starts_on=day(-9), ends_on=day(-1))
    entries = ledger.verify(journey.dossier.stream).entries
    with pytest.raises(ActRefused) as refused:
        # The actor still carries what was read when the page was opened: the act reads it anew.
        journey.do(ApprovePlan, standing_in(deputy, substitution), **decision(journey))
    last = day(-1)
    assert f"ngày cuối là {last.day}/{last.month}/{last.year}" in str(refused.value)
    assert journey.refresh().state == State.PLAN_SUBMITTED
    assert ledger.verify(journey.dossier.stream).entries == entries


@pytest.mark.django_db
def test_the_page_keeps_what_the_substitute_typed_after_the_period_ended(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    journey.appraise_plan()
    chair = journey.district(Role.DISTRICT_CHAIR)
    deputy = colleague(chair.agency, Role.DISTRICT_OFFICER)
    substitution = name_substitute(chair, deputy)
    client.force_login(deputy.user)
    client.post(reverse("switch_appointment"), {"substitution": substitution.pk})
    page = reverse("dossier:act", args=[journey.dossier.pk, "tra-lai-de-an"])
    shown = client.get(page).content.decode()
    assert f'name="acting_as" value="s{substitution.pk}"' in shown
    assert f"thay {chair.user.full_name} (TUQ.)" in shown
    Substitution.objects.filter(pk=substitution.pk).update(starts_on=day(-9), ends_on=day(-1))
    typed = {
        "acting_as": f"s{substitution.pk}",
        "revision": journey.dossier.revision,
        "reasons": "Bổ sung giải pháp môi trường",
    }
    # Another tab has given the substitution up before: the form is still the substitute's.
    assert "đã hết hạn hoặc đã bị thu hồi" in client.get(reverse("home")).content.decode()
    assert "đã hết hạn hoặc đã bị thu hồi" not in client.get(reverse("home")).content.decode()
    answer = client.post(page, typed)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "đã hết hạn: ngày cuối là" in text and "Bổ sung giải pháp môi trường" in text
    assert journey.refresh().state == State.PLAN_SUBMITTED


@pytest.mark.django_db
def test_not_yet_begun_revoked_and_out_of_office_are_refused(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    journey.appraise_plan()
    chair = journey.district(Role.DISTRICT_CHAIR)
    deputy = colleague(chair.agency, Role.DISTRICT_OFFICER)

    def refusal(substitution: Substitution) -> str:
        with pytest.raises(ActRefused) as refused:
            journey.do(ReturnPlan, standing_in(deputy, substitution), reasons="Sửa")
        return str(refused.value)

    ahead = name_substitute(chair, deputy, starts_on=day(2), ends_on=day(3))
    assert "chỉ bắt đầu từ ngày" in refusal(ahead)
    revoked = name_substitute(chair, deputy, ends_on=day(1))
    RevokeSubstitute(actor=chair, substitution=revoked, reason="Nhầm người").perform()
    assert "Nhầm người" in refusal(revoked)
    left = name_substitute(chair, deputy, ends_on=day(1))
    Appointment.objects.filter(pk=deputy.appointment.pk).update(ends_on=day(-1))
    assert "không còn giữ nhiệm vụ" in refusal(left)


@pytest.mark.django_db
def test_the_scope_is_kept(world: World, client: Client) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    journey.appraise_plan()
    chair = journey.district(Role.DISTRICT_CHAIR)
    deputy = colleague(chair.agency, Role.DISTRICT_OFFICER)
    substitution = name_substitute(chair, deputy, acts=["dossier.forward"])
    actor = standing_in(deputy, substitution)
    assert not ApprovePlan.is_open_to(actor, journey.dossier)
    with pytest.raises(ActRefused) as refused:
        journey.do(ApprovePlan, actor, **decision(journey))
    assert refused.value.codes == {"scope"}
    client.force_login(deputy.user)
    client.post(reverse("switch_appointment"), {"substitution": substitution.pk})
    page = client.get(reverse("dossier:act", args=[journey.dossier.pk, "phe-duyet-de-an"])).content.decode()
    assert "không giao anh/chị làm việc «Phê duyệt Đề án»" in page and "<textarea" not in page


@pytest.mark.django_db
def test_who_may_name_whom(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    chair, officer = journey.district(Role.DISTRICT_CHAIR), journey.district(Role.DISTRICT_OFFICER)
    other = colleague(chair.agency, Role.DISTRICT_OFFICER)
    assert name_substitute(officer, other, by=chair).made_by == chair.user
    with pytest.raises(NotPermitted):
        name_substitute(chair, other, by=officer)
    with pytest.raises(NotPermitted):
        name_substitute(chair, officer, by=journey.chair)
    lent = standing_in(officer, name_substitute(chair, officer))
    with pytest.raises(NotPermitted):  # what was lent is not passed on
        name_substitute(chair, other, by=lent)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"starts_on": day(-1)}, "starts_on"),
        ({"ends_on": day(-1)}, "ends_on"),
        ({"number": " "}, "number"),
        ({"dated_on": day(1)}, "dated_on"),
        ({"acts": ["decision.recognise"]}, "acts"),
        ({"capacity": "X."}, "capacity"),
    ],
)
def test_what_is_wrong_is_refused(world: World, changes: dict[str, Any], code: str) -> None:
    journey = world.dossier(State.DRAFTING, files=0)
    with pytest.raises(ActRefused) as refused:
        name_substitute(journey.chair, journey.official, **changes)
    assert refused.value.codes == {code}
    assert not Substitution.objects.exists()


@pytest.mark.django_db
def test_only_a_deputy_signs_for_the_head_as_one(world: World, client: Client) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    chair, officer = journey.district(Role.DISTRICT_CHAIR), journey.district(Role.DISTRICT_OFFICER)
    client.force_login(chair.user)
    page = reverse("substitutions:list")
    assert 'value="TUQ."' in client.get(page).content.decode()
    assert 'value="KT."' not in client.get(page).content.decode(), "nobody there is a deputy"
    with pytest.raises(ActRefused) as refused:
        name_substitute(chair, officer, capacity="KT.")
    assert refused.value.codes == {"capacity"} and "«TL.» hoặc «TUQ.»" in str(refused.value)
    Appointment.objects.filter(pk=officer.appointment.pk).update(position_title="Phó Chủ tịch UBND huyện")
    assert 'value="KT."' in client.get(page).content.decode()
    with pytest.raises(ActRefused):
        name_substitute(chair, officer, capacity="TL.")
    assert name_substitute(chair, officer, capacity="KT.").capacity == "KT."


@pytest.mark.django_db
def test_strangers_oneself_and_the_same_twice_are_refused(world: World) -> None:
    journey = world.dossier(State.DRAFTING, files=0)
    for substitute, code in ((journey.chair, "self"), (journey.front, "substitute")):
        with pytest.raises(ActRefused) as refused:
            name_substitute(journey.chair, substitute)
        assert refused.value.codes == {code}
    name_substitute(journey.chair, journey.official)
    with pytest.raises(ActRefused) as refused:
        name_substitute(journey.chair, journey.official, starts_on=day(5), ends_on=day(20))
    assert refused.value.codes == {"overlap"}


# --- separation of duties -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_who_appraised_the_plan_does_not_decide_on_it_as_a_substitute(world: World, client: Client) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    journey.appraise_plan()
    officer = journey.district(Role.DISTRICT_OFFICER)
    chair = journey.district(Role.DISTRICT_CHAIR)
    substitution = name_substitute(chair, officer)
    actor = standing_in(officer, substitution)
    for act, inputs in (
        (ApprovePlan, decision(journey)),
        (ReturnPlan, {"reasons": "Sửa"}),
    ):
        with pytest.raises(ActRefused) as refused:
            journey.do(act, actor, **inputs)
        assert refused.value.codes == {"separation"}
    client.force_login(officer.user)
    client.post(reverse("switch_appointment"), {"substitution": substitution.pk})
    page = client.get(reverse("dossier:act", args=[journey.dossier.pk, "phe-duyet-de-an"])).content.decode()
    assert "Anh/chị đã thực hiện «Thẩm định Đề án»" in page
    # The next submission is another matter: somebody else appraises it.
    journey.return_plan()
    journey.submit_plan()
    journey.do(
        AppraisePlan,
        colleague(chair.agency, Role.DISTRICT_OFFICER),
        recommends_approval=True,
        summary="Đủ",
    )
    journey.do(ApprovePlan, actor, **decision(journey))


@pytest.mark.django_db
def test_who_verified_does_not_forward_in_a_second_appointment(world: World) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW, files=1)
    journey.verify()
    officer = journey.district(Role.DISTRICT_OFFICER)
    promoted = Appointment.objects.appoint(
        user=officer.user, agency=officer.agency, role=Role.DISTRICT_CHAIR, starts_on=day(0)
    )
    actor = Actor(user=officer.user, appointment=Appointment.objects.with_places().get(pk=promoted.pk))
    journey.hear_district()
    with pytest.raises(ActRefused) as refused:
        journey.do(ForwardDossier, actor, **journey.submission())
    assert refused.value.codes == {"separation"}
    journey.forward()


@pytest.mark.django_db
def test_a_substitute_who_found_does_not_sign_while_the_head_is_only_replaced(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    opinion = journey.waiting_opinions()[0]
    head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
    officer = journey.people.at(opinion.department_id, Role.DEPARTMENT_OFFICER)
    journey.find(opinion)
    substitution = name_substitute(head, officer)
    actor = standing_in(officer, substitution)
    client.force_login(officer.user)
    client.post(reverse("switch_appointment"), {"substitution": substitution.pk})
    who = f"Người làm được việc này: {head.user.full_name} ({head.appointment.position_title})."
    page = client.get(reverse("dossier:act", args=[journey.dossier.pk, "ky-tham-dinh"])).content.decode()
    assert who in page
    with pytest.raises(ActRefused) as refused:
        journey.do(SignOpinion, actor, number="1/TĐ", dated_on=day(0))
    assert refused.value.codes == {"separation"} and who in str(refused.value)
    journey.sign(opinion)


@pytest.mark.django_db
def test_where_nobody_else_could_sign_one_signs_what_one_found_and_it_is_said(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    opinion = journey.waiting_opinions()[0]
    head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
    officer = journey.people.at(opinion.department_id, Role.DEPARTMENT_OFFICER)
    journey.find(opinion)
    # The head found something as well, so that whoever signs has found.
    row = journey.results().filter(department=opinion.department_id)[0]
    journey.do(RecordFindings, head, rows=[FindingInput(row.pk, "met")])
    substitution = name_substitute(head, officer)
    actor = standing_in(officer, substitution)
    client.force_login(officer.user)
    client.post(reverse("switch_appointment"), {"substitution": substitution.pk})
    exception = "Người thẩm định đồng thời là người ký"
    page = client.get(reverse("dossier:act", args=[journey.dossier.pk, "ky-tham-dinh"])).content.decode()
    assert exception in page
    done = journey.do(SignOpinion, actor, number="1/TĐ", dated_on=day(0))
    assert done.entry.payload["same_person"] == "alone"
    for address in ("appraisal:board", "dossier:history"):
        text = client.get(reverse(address, args=[journey.dossier.pk])).content.decode()
        assert exception in text, address
        assert f"thay {head.user.full_name} (TUQ. {Role.DEPARTMENT_HEAD.label})" in text, address


@pytest.mark.django_db
def test_with_a_third_person_in_office_the_substitute_does_not_sign_what_they_found(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    opinion = journey.waiting_opinions()[0]
    head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
    officer = journey.people.at(opinion.department_id, Role.DEPARTMENT_OFFICER)
    journey.find(opinion)
    third = colleague(head.agency, Role.DEPARTMENT_OFFICER)
    actor = standing_in(officer, name_substitute(head, officer))
    with pytest.raises(ActRefused) as refused:
        journey.do(SignOpinion, actor, number="1/TĐ", dated_on=day(0))
    assert refused.value.codes == {"separation"}
    journey.do(SignOpinion, standing_in(third, name_substitute(head, third)), number="1/TĐ", dated_on=day(0))


@pytest.mark.django_db
def test_a_head_who_found_signs_only_when_no_other_head_could(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    first, second = journey.waiting_opinions()[:2]
    for opinion, has_deputy in ((first, False), (second, True)):
        head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
        if has_deputy:
            colleague(head.agency, Role.DEPARTMENT_HEAD)
        journey.find(opinion)
        # The findings are the officer's; now the head corrects one.
        row = journey.results().filter(department=opinion.department_id)[0]
        journey.do(RecordFindings, head, rows=[FindingInput(row.pk, "met")])
        if has_deputy:
            with pytest.raises(ActRefused):
                journey.do(SignOpinion, head, number="1/TĐ", dated_on=day(0))
        else:
            assert (
                journey.do(SignOpinion, head, number="1/TĐ", dated_on=day(0)).entry.payload["same_person"]
                == "alone"
            )


@pytest.mark.django_db
def test_who_stands_in_for_the_chair_does_not_submit_their_own_draft(world: World) -> None:
    journey = world.dossier(State.DRAFTING, files=0)
    journey.draft()
    third = colleague(journey.chair.agency, Role.COMMUNE_OFFICIAL)
    with pytest.raises(ActRefused) as refused:
        journey.do(
            SubmitPlan, standing_in(journey.official, name_substitute(journey.chair, journey.official))
        )
    assert refused.value.codes == {"separation"}
    section = journey.dossier.sections.get(kind="1-necessity")
    journey.do(WriteSection, journey.chair, kind=section.kind, body="x", section_revision=section.revision)
    journey.do(SubmitPlan, standing_in(third, name_substitute(journey.chair, third)))
    assert journey.refresh().state == State.PLAN_SUBMITTED


# --- pages ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_names_a_substitute_with_a_paper_and_revokes_them(world: World, client: Client) -> None:
    journey = world.dossier(State.DRAFTING, files=0)
    client.force_login(journey.chair.user)
    page = reverse("substitutions:list")
    given = {
        "absent": journey.chair.appointment.pk,
        "substitute": journey.official.user.pk,
        "capacity": "TUQ.",
        "starts_on": day(0).isoformat(),
        "ends_on": day(3).isoformat(),
        "number": "",
        "dated_on": day(0).isoformat(),
    }
    refused = client.post(page, {**given, "document": SimpleUploadedFile("uy-quyen.pdf", pdf())})
    assert refused.status_code == 409
    text = refused.content.decode()
    assert "Đã nhận tệp «uy-quyen.pdf»" in text and f'value="{day(3).isoformat()}"' in text
    received = text.split('name="received" value="')[1].split('"')[0]
    assert client.post(page, {**given, "number": "7/GUQ", "received": received}).status_code == 302
    substitution = Substitution.objects.get()
    assert substitution.paper is not None and substitution.paper.name == "uy-quyen.pdf"
    assert client.get(reverse("substitutions:paper", args=[substitution.pk])).status_code == 302
    client.force_login(journey.official.user)
    home = client.get(reverse("home")).content.decode()
    assert f"Thay {journey.chair.user.full_name}" in home
    assert f"Làm việc thay {journey.chair.user.full_name}" in home and "7/GUQ" in home
    assert client.post(reverse("substitutions:revoke", args=[substitution.pk])).status_code == 404
    client.force_login(journey.chair.user)
    assert (
        client.post(reverse("substitutions:revoke", args=[substitution.pk]), {"reason": " "}).status_code
        == 409
    )
    answer = client.post(reverse("substitutions:revoke", args=[substitution.pk]), {"reason": "Đã về"})
    assert answer.status_code == 302
    assert "Đã về" in client.get(page).content.decode()


@pytest.mark.django_db
def test_another_agency_sees_nothing_of_it(world: World, client: Client) -> None:
    journey = world.dossier(State.DRAFTING, files=0)
    substitution = name_substitute(journey.chair, journey.official)
    client.force_login(journey.front.user)
    assert journey.official.user.full_name not in client.get(reverse("substitutions:list")).content.decode()
    assert client.post(reverse("substitutions:revoke", args=[substitution.pk])).status_code == 404
    assert client.get(reverse("substitutions:paper", args=[substitution.pk])).status_code == 404
    assert client.post(reverse("switch_appointment"), {"substitution": substitution.pk}).status_code == 404


# --- races ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_who_revokes_while_an_act_is_being_done_comes_after_it(s3: str) -> None:
    world = World.ensure()
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    journey.appraise_plan()
    chair = journey.district(Role.DISTRICT_CHAIR)
    deputy = colleague(chair.agency, Role.DISTRICT_OFFICER)
    substitution = name_substitute(chair, deputy)
    held, revoked = threading.Event(), threading.Event()

    def revoke() -> None:
        held.wait(timeout=30)
        RevokeSubstitute(actor=chair, substitution=substitution, reason="Đã về").perform()
        revoked.set()
        connection.close()

    other = threading.Thread(target=revoke)
    other.start()
    with transaction.atomic():
        journey.do(ApprovePlan, standing_in(deputy, substitution), **decision(journey))
        held.set()
        assert not revoked.wait(timeout=0.5), "it waits until the act is committed"
    other.join(timeout=30)
    assert revoked.is_set()
    with pytest.raises(ActRefused):
        journey.do(VerifyDossier, standing_in(deputy, substitution), recommends_forwarding=True, summary="x")


@pytest.mark.django_db(transaction=True)
def test_head_and_substitute_sign_at_once_and_one_is_told_who_did(s3: str) -> None:
    world = World.ensure()
    journey = world.dossier(State.APPRAISING, files=1)
    opinion = journey.waiting_opinions()[0]
    journey.find(opinion)
    head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
    deputy = colleague(head.agency, Role.DEPARTMENT_HEAD, "Phạm Văn Phó")
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def sign(actor: Actor) -> None:
        try:
            act = SignOpinion(actor=actor, dossier=journey.dossier, number="1/TĐ", dated_on=day(0))
            barrier.wait(timeout=30)
            act.perform()
            outcomes.append("signed")
        except ActRefused as refused:
            outcomes.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=sign, args=[one]) for one in (head, deputy)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    assert outcomes.count("signed") == 1, outcomes
    opinion.refresh_from_db()
    assert opinion.signed_by is not None
    (told,) = [one for one in outcomes if one != "signed"]
    assert opinion.signed_by.full_name in told and "ký lúc" in told
    assert in_step(journey.refresh())
    assert NameSubstitute.basis.verified is False
