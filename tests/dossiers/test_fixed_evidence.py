"""What people read of fixed files, of files that are no longer what was received, and of PDFs that may run code."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.results.models import Evidence
from storage import ledger
from storage.documents.models import Integrity, IntegrityCheck, Reading, ReadingOutcome, Retention
from tests.world import World


@pytest.mark.django_db
def test_submitting_fixes_every_current_file_and_says_until_when(world: World, client: Client) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    journey.report()
    journey.attach(files=3)
    journey.consult()
    before = set(Retention.objects.values_list("document", flat=True))
    assert before == {journey.dossier.plan_approval.document_id}, "the decision on the Đề án only"
    journey.submit()
    current = Evidence.objects.current().filter(result__dossier=journey.dossier)
    assert set(Retention.objects.values_list("document", flat=True)) == {
        *current.values_list("document", flat=True),
        *before,
        journey.paper().pk,
    }
    until = Retention.objects.first().until  # type: ignore[union-attr]
    entry = ledger.entries(journey.dossier.stream).last()
    assert entry is not None and entry.payload["kept_until"] == until.date().isoformat()
    client.force_login(world.actor(Role.COMMUNE_OFFICIAL).user)
    page = client.get(reverse("results:indicator", args=[journey.dossier.pk, "14.2"])).content.decode()
    day = timezone.localtime(until)
    assert f"kho lưu trữ không cho xóa đến {day.day}/{day.month}/{day.year}" in page


@pytest.mark.django_db
def test_a_completion_fixes_what_it_adds(world: World) -> None:
    journey = world.dossier(State.APPRAISING)
    journey.appraise(unmet={"18.1"})
    journey.request_completion()
    before = Retention.objects.count()
    journey.report(only={"18.1"})
    journey.attach(files=1, only={"18.1"})
    assert Retention.objects.count() == before
    journey.submit_completion()
    assert Retention.objects.count() == before + 1


@pytest.mark.django_db
@pytest.mark.parametrize("outcome", [Integrity.ALTERED, Integrity.MISSING])
def test_a_file_that_is_not_what_was_received_is_marked(
    world: World, client: Client, outcome: Integrity
) -> None:
    journey = world.dossier(State.APPRAISING)
    evidence = (
        Evidence.objects.current().filter(result__indicator__code="14.2").get(result__dossier=journey.dossier)
    )
    check = IntegrityCheck.objects.create(
        document=evidence.document, outcome=Integrity.INTACT, checked_at=timezone.now()
    )
    client.force_login(world.actor(Role.DEPARTMENT_HEAD).user)
    page = reverse("results:indicator", args=[journey.dossier.pk, "14.2"])
    assert "báo ngay cho quản trị viên" not in client.get(page).content.decode()
    check.outcome = outcome
    check.save()
    shown = client.get(page).content.decode()
    assert str(outcome.label) in shown and "báo ngay cho quản trị viên" in shown


@pytest.mark.django_db
def test_the_archive_is_offered_where_there_are_files(world: World, client: Client) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    client.force_login(world.actor(Role.COMMUNE_OFFICIAL).user)
    page = reverse("results:indicators", args=[journey.dossier.pk])
    assert "tệp minh chứng (ZIP" not in client.get(page).content.decode()
    journey.attach(files=2)
    shown = client.get(page).content.decode()
    assert "Tải 2 tệp minh chứng (ZIP, " in shown
    assert reverse("results:archive", args=[journey.dossier.pk]) in shown


@pytest.mark.django_db
def test_a_pdf_that_may_run_code_is_said_to_be_downloaded_only(world: World, client: Client) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    journey.attach(files=1, only={"14.2"})
    evidence = Evidence.objects.current().get(result__dossier=journey.dossier)
    client.force_login(world.actor(Role.COMMUNE_OFFICIAL).user)
    address = reverse("results:indicator", args=[journey.dossier.pk, "14.2"])
    note = "chỉ tải về chứ không mở trong trình duyệt"
    assert note not in client.get(address).content.decode()
    Reading.objects.update_or_create(
        document=evidence.document,
        defaults={"outcome": ReadingOutcome.READ, "read_at": timezone.now(), "may_run_code": True},
    )
    assert note in client.get(address).content.decode()
    opened = client.get(reverse("results:open_evidence", args=[journey.dossier.pk, evidence.pk]))
    assert "attachment" in opened["Location"]
