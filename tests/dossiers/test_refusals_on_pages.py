"""Where people read why something was refused or sent back."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from storage.documents import receive
from tests.world import World
from workflows.demonstration.files import paper


@pytest.mark.django_db
def test_an_act_refused_for_one_field_says_so_at_the_top_of_the_page(world: World, client: Client) -> None:
    journey = world.dossier(State.COUNCIL)
    secretary = world.actor(Role.COUNCIL_SECRETARY).user
    client.force_login(secretary)
    minutes = receive(stream=paper("biên bản"), name="Biên bản.pdf", uploaded_by_id=secretary.pk)
    sent = {
        **journey.ballots(date(1990, 1, 1), members=21, present=20, in_favour=20),
        **{"is_secret": "1", "conclusion": "x", "received": str(minutes.pk)},
        "revision": str(journey.dossier.revision),
    }
    sent.pop("document")
    page = client.post(reverse("dossier:act", args=[journey.dossier.pk, "hoi-dong-thong-qua"]), sent)
    shown = page.content.decode()
    assert page.status_code == 409
    summary = shown[shown.index("data-errors") : shown.index("summary-title")]
    assert "Ngày họp" in summary and "1/1/1990 không thể trước" in summary
    assert 'href="#id_met_on"' in summary


@pytest.mark.django_db
def test_a_finding_without_its_reason_is_named_and_linked(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    client.force_login(world.actor(Role.DEPARTMENT_OFFICER).user)
    result = journey.results().get(indicator__code="14.2")
    sent = {f"r{result.pk}-{name}": value for name, value in (("verdict", "not_met"), ("revision", "0"))}
    page = client.post(reverse("appraisal:findings", args=[journey.dossier.pk]), sent).content.decode()
    summary = page[page.index("data-errors") : page.index('method="post" data-guard')]
    assert "14.2: Kết luận «Chưa đạt» phải nêu lý do" in summary
    assert 'href="#chi-tieu-14.2"' in summary


@pytest.mark.django_db
def test_a_returned_plan_is_told_from_a_new_one_where_it_is_corrected(world: World, client: Client) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED)
    client.force_login(journey.official.user)
    pages = [
        reverse("plans:sections", args=[journey.dossier.pk]),
        reverse("plans:targets", args=[journey.dossier.pk]),
    ]
    reason = "Bổ sung giải pháp cho tiêu chí Môi trường"
    assert "Đề án bị trả lại" not in client.get(reverse("work")).content.decode()
    journey.appraise_plan(recommends_approval=False)
    journey.return_plan()
    assert "Đề án bị trả lại, cần sửa" in client.get(reverse("work")).content.decode()
    for page in pages:
        assert reason in client.get(page).content.decode()
    journey.submit_plan()
    for page in pages:
        assert reason not in client.get(page).content.decode()


@pytest.mark.django_db
def test_a_wrong_year_of_a_figure_says_which_years_are_right(world: World, client: Client) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    client.force_login(journey.official.user)
    sent = {"value": "91", "figure_year": "1990", "revision": "1"}
    sent["revision"] = str(journey.results().get(indicator__code="14.2").revision)
    page = client.post(reverse("results:indicator", args=[journey.dossier.pk, "14.2"]), sent)
    assert f"Năm số liệu phải từ 2015 đến {timezone.localdate().year}." in page.content.decode()
