"""Whoever decides otherwise than was recommended is warned, says why, and the reason stays with the decision."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused
from dossiers.appraisal.acts import AcceptDossier, ForwardDossier, ReturnAtIntake
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.plans.acts import ApprovePlan
from dossiers.plans.models import PlanApproval
from storage import ledger
from tests.storage.files import pdf
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.engine import in_step

pytestmark = pytest.mark.django_db
WARNING = "Quyết định này khác đề nghị"
FIELD = 'name="against_reasons"'
WHY = "Xã đã giải trình tại cuộc họp ngày 10/3"


def _page(client: Client, journey: Journey, slug: str) -> str:
    return client.get(reverse("dossier:act", args=[journey.dossier.pk, slug])).content.decode()


def _decision(journey: Journey, **more: Any) -> dict[str, Any]:
    return {"number": "1/QĐ-UBND", "signed_on": timezone.localdate(), "document": journey.paper(), **more}


def test_a_plan_is_approved_against_the_appraisal_only_for_a_reason_that_stays_with_it(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    journey.appraise_plan(recommends_approval=False)
    client.force_login(journey.receiving_chair.user)
    page = _page(client, journey, "phe-duyet-de-an")
    assert f"{WARNING}: Đề nghị trả lại" in page and FIELD in page
    returning = _page(client, journey, "tra-lai-de-an")
    assert WARNING not in returning and FIELD not in returning and "Đề nghị:" in returning
    sent = {
        "revision": journey.dossier.revision,
        "number": "12/QĐ-UBND",
        "signed_on": timezone.localdate().isoformat(),
        "document": SimpleUploadedFile("quyet-dinh.pdf", pdf()),
    }
    address = reverse("dossier:act", args=[journey.dossier.pk, "phe-duyet-de-an"])
    refused = client.post(address, sent)
    assert refused.status_code == 409 and "Xin nêu lý do quyết định khác đề nghị" in refused.content.decode()
    with pytest.raises(ActRefused) as act_refused:
        journey.do(ApprovePlan, journey.receiving_chair, **_decision(journey), against_reasons=" ")
    assert act_refused.value.codes == {"against_reasons"}
    sent["document"] = SimpleUploadedFile("quyet-dinh.pdf", pdf())
    assert client.post(address, {**sent, "against_reasons": WHY}).status_code == 302
    approval = PlanApproval.objects.get(dossier=journey.dossier)
    assert approval.against_reasons == WHY and in_step(journey.refresh())
    for address in ("dossier:history", "recognition:papers", "plans:sections"):
        text = client.get(reverse(address, args=[journey.dossier.pk])).content.decode()
        assert WHY in text and "quyet-dinh.pdf" in text, address


def test_following_the_recommendation_asks_for_no_reason(world: World, client: Client) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    journey.appraise_plan()
    client.force_login(journey.receiving_chair.user)
    page = _page(client, journey, "phe-duyet-de-an")
    assert WARNING not in page and FIELD not in page and "Đề nghị phê duyệt" in page
    assert f"{WARNING}: Đề nghị phê duyệt" in _page(client, journey, "tra-lai-de-an")
    done = journey.do(ApprovePlan, journey.receiving_chair, **_decision(journey), against_reasons="thừa")
    assert "against_recommendation" not in done.entry.payload
    assert PlanApproval.objects.get().against_reasons == ""


def test_returning_a_plan_that_was_recommended_is_marked_in_the_ledger(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    journey.appraise_plan()
    journey.return_plan()
    entry = ledger.entries(journey.dossier.stream).last()
    assert entry is not None and entry.payload["against_recommendation"] is True


AGAINST = "Quyết định trả lại này khác đề nghị: kết quả"


def test_a_return_against_the_recommendation_says_so_beside_its_reasons(world: World, client: Client) -> None:
    """On every page that shows the return, for the commune as for others; a return that follows says nothing."""
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    journey.appraise_plan()
    journey.return_plan()
    plan_pages = ("dossier:overview", "plans:sections", "plans:targets", "recognition:papers")
    _says(client, journey, plan_pages, f"{AGAINST} thẩm định Đề án đề nghị phê duyệt.")
    journey.submit_plan()
    journey.appraise_plan()
    journey.approve_plan()
    journey.advance_to(State.DISTRICT_REVIEW, files=1)
    journey.verify()
    journey.return_dossier()
    pages = ("dossier:overview", "recognition:papers")
    _says(client, journey, pages, f"{AGAINST} thẩm tra đề nghị chuyển bước tiếp theo.")
    journey.submit()
    journey.verify(recommends_forwarding=False)
    journey.return_dossier()
    assert not journey.dossier.notices.all()[0].is_against
    client.force_login(journey.official.user)
    assert AGAINST not in client.get(reverse("dossier:overview", args=[journey.dossier.pk])).content.decode()


def _says(client: Client, journey: Journey, addresses: tuple[str, ...], words: str) -> None:
    for reader in (journey.official, journey.district(Role.DISTRICT_OFFICER)):
        client.force_login(reader.user)
        for address in addresses:
            text = client.get(reverse(address, args=[journey.dossier.pk])).content.decode()
            assert words in text, (reader.role, address)


def test_whether_earlier_returns_went_against_it_is_read_from_the_history(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    journey.appraise_plan()
    journey.return_plan()
    journey.dossier.notices.update(is_against=False)
    import_module("dossiers.dossier.migrations.0009_returns_against_recommendations").read_returns(apps, None)
    assert journey.dossier.notices.get().is_against


def test_a_dossier_is_forwarded_against_the_verification_only_for_a_reason(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW, files=1)
    journey.verify(recommends_forwarding=False)
    journey.hear_district()
    chair = journey.district(Role.DISTRICT_CHAIR)
    with pytest.raises(ActRefused) as refused:
        journey.do(ForwardDossier, chair, **journey.submission())
    assert refused.value.codes == {"against_reasons"}
    client.force_login(chair.user)
    assert WARNING in _page(client, journey, "trinh-tinh")
    journey.do(ForwardDossier, chair, **journey.submission(), against_reasons=WHY)
    for address in ("dossier:history", "district:district", "appraisal:board"):
        text = client.get(reverse(address, args=[journey.dossier.pk])).content.decode()
        assert WHY in text, address


def test_where_there_is_no_district_the_office_says_why_it_accepts(world: World) -> None:
    journey = world.two_tiers().dossier(State.PROVINCIAL_INTAKE)
    journey.verify(recommends_forwarding=False)
    with pytest.raises(ActRefused) as refused:
        journey.do(AcceptDossier, journey.office)
    assert refused.value.codes == {"against_reasons"}
    done = journey.do(AcceptDossier, journey.office, against_reasons=WHY)
    assert done.entry.payload["against_reasons"] == WHY


def test_what_was_not_verified_is_returned_at_intake_without_a_word_on_recommendations(
    world: World,
) -> None:
    journey = world.dossier(State.PROVINCIAL_INTAKE, files=1)
    done = journey.do(ReturnAtIntake, journey.office, reasons="Thiếu biên bản")
    assert "against_recommendation" not in done.entry.payload
