"""What was sent back and comes again unchanged is warned of, confirmed by a tick, and kept by the ledger."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.acts import ActRefused
from dossiers.acts.resubmission import unanswered_return
from dossiers.appraisal.acts import SubmitCompletion
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.plans.acts import SubmitPlan, WriteSection
from dossiers.plans.models import PlanSection
from dossiers.results.acts import SubmitDossier
from dossiers.results.forms import FigureForm
from dossiers.titles.acts import SubmitReview
from storage.ledger import Entry
from tests.dossiers.titles.conftest import entered
from tests.world import World
from workflows.assignments import TakeWork
from workflows.demonstration.afterwards import Afterwards
from workflows.demonstration.journey import Journey

pytestmark = pytest.mark.django_db
WARNING = "hồ sơ chưa có gì thay đổi"
TICK = 'name="confirms_unchanged"'
TOLD = "Trình lại khi hồ sơ chưa có gì thay đổi từ lúc bị trả lại."


def _returned_plan(world: World) -> Journey:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    journey.appraise_plan(recommends_approval=False)
    journey.return_plan()
    return journey


def _returned_review(world: World) -> Afterwards:
    afterwards = entered(world)
    afterwards.open_review(2025)
    afterwards.report_criteria_unmet(())
    afterwards.submit_review()
    afterwards.examine_review()
    afterwards.return_review()
    return afterwards


def _edit(journey: Journey) -> None:
    section = PlanSection.objects.filter(dossier=journey.dossier).first()
    assert section is not None
    journey.do(
        WriteSection,
        journey.official,
        kind=section.kind,
        body=section.body + "\nBổ sung giải pháp thu gom rác.",
        section_revision=section.revision,
    )


def _page(client: Client, journey: Journey, slug: str) -> str:
    client.force_login(journey.chair.user)
    return client.get(reverse("dossier:act", args=[journey.dossier.pk, slug])).content.decode()


def _latest(journey: Journey, act: str) -> dict[str, Any]:
    entry = Entry.objects.filter(stream=journey.dossier.stream, act=act).order_by("-sequence").first()
    assert entry is not None
    return dict(entry.payload)


def test_a_plan_that_was_not_changed_is_submitted_again_only_with_the_tick(
    world: World, client: Client
) -> None:
    journey = _returned_plan(world)
    journey.do(TakeWork, journey.official)  # who takes the work has not changed anything
    page = _page(client, journey, "trinh-de-an")
    assert WARNING in page and TICK in page and "UBND" in page[page.index("Từ khi bị") :][:60]
    address = reverse("dossier:act", args=[journey.dossier.pk, "trinh-de-an"])
    sent = {"revision": journey.dossier.revision}
    refused = client.post(address, sent)
    assert refused.status_code == 409 and "Xin đánh dấu xác nhận" in refused.content.decode()
    with pytest.raises(ActRefused) as not_confirmed:
        journey.do(SubmitPlan, journey.chair)
    assert not_confirmed.value.codes == {"as_returned"}
    assert client.post(address, {**sent, "confirms_unchanged": "on"}).status_code == 302
    assert journey.refresh().state == State.PLAN_SUBMITTED
    assert _latest(journey, "plan.submit")["unchanged_since_return"] is True
    history = client.get(reverse("dossier:history", args=[journey.dossier.pk])).content.decode()
    assert history.count(TOLD) == 1


def test_a_plan_that_was_changed_is_submitted_as_ever(world: World, client: Client) -> None:
    journey = _returned_plan(world)
    _edit(journey)
    page = _page(client, journey, "trinh-de-an")
    assert WARNING not in page and TICK not in page
    journey.do(SubmitPlan, journey.chair)
    assert "unchanged_since_return" not in _latest(journey, "plan.submit")


def test_a_first_submission_is_not_asked(world: World, client: Client) -> None:
    journey = world.journey()
    journey.register()
    journey.draft()
    assert unanswered_return(journey.dossier) is None
    assert TICK not in _page(client, journey, "trinh-de-an")
    journey.do(SubmitPlan, journey.chair, confirms_unchanged=True)
    assert "unchanged_since_return" not in _latest(journey, "plan.submit")


def test_a_returned_dossier_is_asked_in_the_same_way(world: World, client: Client) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW, files=1)
    journey.receive()
    journey.examine()
    journey.verify(recommends_forwarding=False)
    journey.return_dossier()
    assert WARNING in _page(client, journey, "trinh-ho-so")
    with pytest.raises(ActRefused) as refused:
        journey.do(SubmitDossier, journey.chair)
    assert refused.value.codes == {"as_returned"}
    journey.attach(files=1, only={"14.2"})
    assert WARNING not in _page(client, journey, "trinh-ho-so")
    journey.do(SubmitDossier, journey.chair)
    assert "unchanged_since_return" not in _latest(journey, "dossier.submit")


def test_what_the_appraisal_asked_for_is_asked_in_the_same_way(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    journey.confirm_debt()
    journey.confirm_security()
    journey.appraise(unmet={"14.2"})
    journey.request_completion()
    assert TICK in _page(client, journey, "trinh-lai")
    journey.do(SubmitCompletion, journey.chair, confirms_unchanged=True)
    assert _latest(journey, "dossier.submit_completion")["unchanged_since_return"] is True


def test_where_all_was_found_met_an_unchanged_dossier_is_not_offered_for_submission(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.COUNCIL, files=1)
    journey.fail_council()
    page = _page(client, journey, "trinh-lai")
    assert "Chưa có số liệu hay minh chứng nào thay đổi" in page[: page.index("act-title")]
    assert 'method="post" data-guard' not in page
    with pytest.raises(ActRefused) as refused:
        journey.do(SubmitCompletion, journey.chair, confirms_unchanged=True)
    assert "unchanged" in refused.value.codes


def test_a_review_that_was_returned_and_comes_again_as_it_was_is_confirmed(
    world: World, client: Client
) -> None:
    afterwards = _returned_review(world)
    chair = afterwards.of_commune(Role.COMMUNE_CHAIR)
    said = afterwards.refresh().review.statement
    client.force_login(chair.user)
    address = reverse("dossier:act", args=[afterwards.dossier.pk, "ky-ra-soat"])
    page = client.get(address).content.decode()
    assert WARNING in page and TICK in page
    with pytest.raises(ActRefused) as refused:
        afterwards.do(SubmitReview, chair, statement=said)
    assert refused.value.codes == {"as_returned"}
    sent = {"revision": afterwards.dossier.revision, "statement": said}
    answer = client.post(address, sent)
    assert answer.status_code == 409 and "Xin đánh dấu xác nhận" in answer.content.decode()
    assert client.post(address, {**sent, "confirms_unchanged": "on"}).status_code == 302
    entry = Entry.objects.filter(stream=afterwards.dossier.stream, act="review.submit").latest("sequence")
    assert entry.payload["unchanged_since_return"] is True


def test_a_review_with_another_statement_is_not_as_it_was_returned(world: World) -> None:
    afterwards = _returned_review(world)
    chair = afterwards.of_commune(Role.COMMUNE_CHAIR)
    afterwards.do(SubmitReview, chair, statement="Đã kiểm tra lại từng hộ; số liệu đúng.")
    entry = Entry.objects.filter(stream=afterwards.dossier.stream, act="review.submit").latest("sequence")
    assert "unchanged_since_return" not in entry.payload


def test_who_examines_what_came_again_reads_why_it_was_sent_back(world: World, client: Client) -> None:
    journey = _returned_plan(world)
    own = _page(client, journey, "trinh-de-an")
    assert "Bổ sung giải pháp cho tiêu chí Môi trường" in own, (
        "the chair reads it where it is submitted again"
    )
    _edit(journey)
    journey.do(SubmitPlan, journey.chair)
    client.force_login(journey.receiving_officer.user)
    pages = [
        reverse("dossier:overview", args=[journey.dossier.pk]),
        reverse("dossier:act", args=[journey.dossier.pk, "tham-dinh-de-an"]),
    ]
    for page in pages:
        shown = client.get(page).content.decode()
        assert "Trình lại sau khi" in shown and "Bổ sung giải pháp cho tiêu chí Môi trường" in shown
        assert TOLD not in shown and "/lich-su/?tu=" in shown
    journey.appraise_plan(recommends_approval=False)
    journey.return_plan()
    journey.do(SubmitPlan, journey.chair, confirms_unchanged=True)
    assert TOLD in client.get(pages[0]).content.decode()


def test_a_dossier_that_was_never_sent_back_says_nothing_of_it(world: World, client: Client) -> None:
    journey = _returned_plan(world)
    _edit(journey)
    journey.do(SubmitPlan, journey.chair)
    journey.advance_to(State.DISTRICT_REVIEW, files=1)
    client.force_login(journey.receiving_officer.user)
    shown = client.get(reverse("dossier:overview", args=[journey.dossier.pk])).content.decode()
    assert "Trình lại sau khi" not in shown, "the Đề án was, and that was approved"


def test_saving_the_same_again_is_no_change(world: World, client: Client) -> None:
    journey = _returned_plan(world)
    client.force_login(journey.chair.user)
    section = PlanSection.objects.filter(dossier=journey.dossier).first()
    assert section is not None
    page = reverse("plans:sections", args=[journey.dossier.pk])
    sent = {"kind": section.kind, "body": section.body + "\n", "section_revision": section.revision}
    answer = client.post(page, sent, follow=True)
    assert "Không có gì thay đổi." in answer.content.decode()
    assert unanswered_return(journey.dossier) is not None
    journey.do(SubmitPlan, journey.chair, confirms_unchanged=True)
    journey.advance_to(State.PROVINCIAL_INTAKE, files=1)
    journey.return_at_intake()
    result = journey.results().get(indicator__code="10.1")
    form = FigureForm.shown(result)
    given = {name: form.initial[name] for name in form.fields if form.initial.get(name)}
    figure = reverse("results:indicator", args=[journey.dossier.pk, "10.1"])
    answer = client.post(figure, given, follow=True)
    assert "Không có gì thay đổi." in answer.content.decode()
    assert unanswered_return(journey.dossier) is not None
    assert "Đã lưu" in client.post(figure, {**given, "note": "Theo niên giám"}, follow=True).content.decode()
    assert unanswered_return(journey.dossier) is None
