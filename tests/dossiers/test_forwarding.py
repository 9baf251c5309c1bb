"""The district's submission to the province: a number, a day in the order of papers, a file; and where it is shown."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused
from dossiers.appraisal.acts import ForwardDossier, SignOpinion
from dossiers.appraisal.models import Forwarding
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from storage import ledger
from tests.storage.files import pdf
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.engine import in_step
from workflows.recalls import RecallForwarding

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(world: World) -> Journey:
    journey = world.dossier(State.DISTRICT_REVIEW, files=1)
    journey.verify()
    journey.hear_district()
    return journey


def test_the_page_asks_for_number_day_and_file_and_the_papers_show_them(
    heard: Journey, world: World, client: Client
) -> None:
    chair = heard.district(Role.DISTRICT_CHAIR)
    client.force_login(chair.user)
    address = reverse("dossier:act", args=[heard.dossier.pk, "trinh-tinh"])
    sent = {"revision": heard.dossier.revision, "number": "210/TTr-UBND"}
    refused = client.post(address, sent)
    assert refused.status_code == 409 and "Xin chọn tệp văn bản." in refused.content.decode()
    day = heard.submission()["dated_on"]
    file = SimpleUploadedFile("to-trinh.pdf", pdf())
    assert client.post(address, {**sent, "dated_on": day.isoformat(), "document": file}).status_code == 302
    assert heard.refresh().state == State.PROVINCIAL_INTAKE and in_step(heard.dossier)
    kept = Forwarding.objects.get(dossier=heard.dossier)
    assert (kept.number, kept.dated_on, kept.forwarded_by) == ("210/TTr-UBND", day, chair.user)
    written = f"{day.day}/{day.month}/{day.year}"
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)
    papers = client.get(reverse("recognition:papers", args=[heard.dossier.pk])).content.decode()
    assert f"Số 210/TTr-UBND ngày {written}" in papers and "to-trinh.pdf" in papers
    opened = client.get(reverse("recognition:open_paper", args=[heard.dossier.pk, kept.document_id]))
    assert opened.status_code == 302
    signed = client.get(reverse("dossier:history", args=[heard.dossier.pk]), {"chu-ky": "1"}).content.decode()
    assert f"số 210/TTr-UBND ngày {written}" in signed and "to-trinh.pdf" in signed
    entry = ledger.entries(heard.dossier.stream).get(act="dossier.forward")
    assert kept.document is not None
    assert entry.payload["document"]["sha256"] == kept.document.sha256


def test_the_submission_is_not_dated_before_the_vote_it_rests_on(heard: Journey) -> None:
    chair = heard.district(Role.DISTRICT_CHAIR)
    met_on = heard.dossier.votes.get(body="district_committee").met_on
    for day, why in (
        (met_on - timedelta(days=1), "ngày Ban Chỉ đạo cấp huyện họp"),
        (timezone.localdate() + timedelta(days=1), "tương lai"),
    ):
        with pytest.raises(ActRefused, match=why) as refused:
            heard.do(ForwardDossier, chair, **{**heard.submission(), "dated_on": day})
        assert [one.field for one in refused.value.reasons] == ["dated_on"]
    heard.do(ForwardDossier, chair, **{**heard.submission(), "dated_on": met_on})


def test_a_department_does_not_sign_before_the_submission_that_brought_it_the_dossier(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    day = Forwarding.objects.get(dossier=journey.dossier).dated_on
    assert day is not None
    opinion = journey.waiting_opinions()[0]
    journey.find(opinion)
    head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
    with pytest.raises(ActRefused, match="ngày Tờ trình của huyện"):
        journey.do(SignOpinion, head, number="1", dated_on=day - timedelta(days=1))


def test_one_taken_back_says_so_and_binds_no_later_one(heard: Journey, client: Client) -> None:
    chair = heard.district(Role.DISTRICT_CHAIR)
    late = timezone.localdate()
    heard.do(ForwardDossier, chair, **{**heard.submission(), "number": "1/TTr", "dated_on": late})
    heard.do(RecallForwarding, chair, reasons="Sai số")
    heard.forward()
    newest, earlier = Forwarding.objects.filter(dossier=heard.dossier)
    assert newest.taken_back_at is None and earlier.taken_back_at is not None
    client.force_login(chair.user)
    page = client.get(reverse("recognition:papers", args=[heard.dossier.pk])).content.decode()
    assert "Số 1/TTr" in page and "Đã lấy lại" in page and "huyện lấy lại lúc" in page


def test_submissions_of_before_there_were_rows_are_read_from_the_history(
    heard: Journey, client: Client
) -> None:
    chair = heard.district(Role.DISTRICT_CHAIR)
    heard.forward()
    heard.do(RecallForwarding, chair, reasons="Sai số")
    heard.forward()
    kept = list(Forwarding.objects.values_list("number", "forwarded_at", "taken_back_at"))
    Forwarding.objects.all().delete()
    import_module("dossiers.appraisal.migrations.0006_forwardings").read_forwardings(apps, None)
    assert list(Forwarding.objects.values_list("number", "forwarded_at", "taken_back_at")) == kept
    client.force_login(chair.user)
    page = client.get(reverse("recognition:papers", args=[heard.dossier.pk])).content.decode()
    assert f"Số {kept[0][0]}" in page and "trước khi phần mềm giữ ngày và tệp" in page


def test_where_there_is_no_district_the_papers_have_no_such_panel(world: World, client: Client) -> None:
    journey = world.two_tiers().dossier(State.PROVINCIAL_INTAKE)
    client.force_login(journey.office.user)
    page = client.get(reverse("recognition:papers", args=[journey.dossier.pk])).content.decode()
    assert "Tờ trình của huyện" not in page
