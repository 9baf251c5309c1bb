"""Every address of the product against every role. The test fails on an address that is not listed here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from dossiers.appraisal.models import SupplementRequest
from dossiers.batches.models import Batch
from dossiers.consultation.models import Broadcast
from dossiers.criteria.models import TitleLevel
from dossiers.debts.models import DebtConfirmation
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.results.arrivals import subject_of
from dossiers.results.models import Evidence, IndicatorResult
from dossiers.security.models import SecurityFinding
from dossiers.substitutions.models import Substitution
from dossiers.titles.granting import PaperTitle, enter_title
from dossiers.titles.models import Title
from storage.documents import receive
from storage.documents.models import Upload
from storage.documents.uploads import begin
from tests.dossiers.people import name_substitute
from tests.storage.files import pdf
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.models import CalendarDay
from workflows.notifications.models import Kind, Reminder

#: Who may open each address of a dossier that is being appraised: the roles that see the dossier.
SEES_DOSSIER = {
    Role.COMMUNE_OFFICIAL,
    Role.COMMUNE_CHAIR,
    Role.FRONT_OFFICER,
    Role.DISTRICT_OFFICER,
    Role.DISTRICT_CHAIR,
    Role.DIVISION_HEAD,
    Role.DEPARTMENT_OFFICER,
    Role.DEPARTMENT_HEAD,
    Role.COORDINATION_OFFICER,
    Role.COUNCIL_SECRETARY,
    Role.PROVINCIAL_CHAIR,
    Role.INSPECTOR,
}
WITH_APPOINTMENT = set(Role)
BOARD = {
    Role.COORDINATION_OFFICER,
    Role.PROVINCIAL_CHAIR,
    Role.INSPECTOR,
    Role.DISTRICT_OFFICER,
    Role.DISTRICT_CHAIR,
}
BATCHES = {
    Role.COORDINATION_OFFICER,
    Role.COUNCIL_SECRETARY,
    Role.PROVINCIAL_CHAIR,
    Role.INSPECTOR,
}
COMMUNE = {Role.COMMUNE_OFFICIAL, Role.COMMUNE_CHAIR}
DISTRICT = {Role.DISTRICT_OFFICER, Role.DISTRICT_CHAIR}
DEPARTMENT = {Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_HEAD}

#: address name → (method, roles that get an answer other than 404 or the sign-in page)
PAGES: dict[str, tuple[str, set[Role]]] = {
    "home": ("get", WITH_APPOINTMENT),
    "drafts:drafts": ("get", WITH_APPOINTMENT),
    "drafts:forget": ("post", WITH_APPOINTMENT),
    "work": ("get", WITH_APPOINTMENT),
    "dossiers": ("get", WITH_APPOINTMENT),
    "board": ("get", BOARD),
    "procedure": ("get", SEES_DOSSIER),
    "law": ("get", WITH_APPOINTMENT),
    "criteria_law": ("get", WITH_APPOINTMENT),
    "procedure_bpmn": ("get", WITH_APPOINTMENT),
    "calendar": ("get", {Role.ADMINISTRATOR}),
    "calendar_remove": ("post", {Role.ADMINISTRATOR}),
    "programmes": ("get", {Role.COORDINATION_OFFICER}),
    "correct_programme": ("get", {Role.COORDINATION_OFFICER}),
    "register_commune": ("post", WITH_APPOINTMENT),
    "switch_appointment": ("post", set()),
    "substitutions:list": ("get", WITH_APPOINTMENT),
    "substitutions:revoke": ("post", {Role.DEPARTMENT_HEAD}),
    "substitutions:paper": ("get", {Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_HEAD}),
    "notifications:list": ("get", WITH_APPOINTMENT),
    "notifications:open": ("get", {Role.DEPARTMENT_HEAD}),
    "notifications:mark_read": ("post", WITH_APPOINTMENT),
    "notifications:choose_mail": ("post", WITH_APPOINTMENT),
    "dossier:overview": ("get", SEES_DOSSIER),
    "dossier:history": ("get", SEES_DOSSIER),
    "dossier:conditions": ("get", SEES_DOSSIER),
    "dossier:act": ("get", {Role.DEPARTMENT_HEAD}),
    # Only who had a dossier before it was moved (tests/workflows/test_moves.py).
    "transfers:handled": ("get", set()),
    "plans:sections": ("get", SEES_DOSSIER),
    "plans:targets": ("get", SEES_DOSSIER),
    "plans:works": ("get", SEES_DOSSIER),
    "plans:add_work": ("get", COMMUNE),
    "plans:edit_work": ("get", COMMUNE),
    "plans:payments": ("get", COMMUNE),
    "plans:remove_work": ("post", COMMUNE),
    "results:indicators": ("get", SEES_DOSSIER),
    "results:indicator": ("get", SEES_DOSSIER),
    "results:search": ("get", WITH_APPOINTMENT),
    "results:archive": ("get", SEES_DOSSIER),
    "results:upload": ("post", COMMUNE),
    "results:uploads": ("get", COMMUNE),
    "results:upload_state": ("get", {Role.COMMUNE_OFFICIAL}),
    "results:sign_parts": ("post", {Role.COMMUNE_OFFICIAL}),
    "results:upload_part": ("put", {Role.COMMUNE_OFFICIAL}),
    "results:finish_upload": ("post", {Role.COMMUNE_OFFICIAL}),
    "results:abort_upload": ("post", {Role.COMMUNE_OFFICIAL}),
    "results:open_evidence": ("get", SEES_DOSSIER),
    "results:compare": ("get", DEPARTMENT | DISTRICT | {Role.COORDINATION_OFFICER}),
    "results:remove_evidence": ("post", COMMUNE),
    "results:restore_evidence": ("post", COMMUNE),
    "results:view_evidence": ("get", SEES_DOSSIER),
    "results:replace_evidence": ("get", COMMUNE),
    "results:reuse_evidence": ("get", COMMUNE),
    "results:choose_evidence": ("get", COMMUNE),
    "consultation:consultation": ("get", SEES_DOSSIER),
    "consultation:open_paper": ("get", SEES_DOSSIER),
    "consultation:remove_broadcast": ("post", COMMUNE),
    "district:district": ("get", SEES_DOSSIER),
    "district:open_paper": ("get", SEES_DOSSIER),
    "appraisal:board": ("get", SEES_DOSSIER),
    "appraisal:findings": ("get", DEPARTMENT),
    "appraisal:supplements": ("get", SEES_DOSSIER),
    "appraisal:send_answer": ("get", {Role.COMMUNE_CHAIR}),
    "titles:list": ("get", WITH_APPOINTMENT),
    "titles:export": ("get", WITH_APPOINTMENT),
    "titles:enter": ("get", {Role.COORDINATION_OFFICER}),
    "titles:open_reviews": ("get", {Role.COORDINATION_OFFICER}),
    "titles:title": ("get", WITH_APPOINTMENT),
    "titles:open_document": ("get", WITH_APPOINTMENT),
    "titles:carry_over": ("get", {Role.COORDINATION_OFFICER}),
    "titles:open_review": ("get", {Role.COORDINATION_OFFICER}),
    "titles:open_revocation": ("get", {Role.DISTRICT_OFFICER}),
    # The file of a case of revocation: of another dossier than the one asked for here (tests/dossiers/titles).
    "titles:open_paper": ("get", set()),
    "debts:debt": ("get", SEES_DOSSIER),
    "debts:open_paper": ("get", SEES_DOSSIER),
    "security:security": ("get", SEES_DOSSIER),
    "security:open_paper": ("get", SEES_DOSSIER),
    "batches:list": ("get", BATCHES),
    "batches:batch": ("get", BATCHES),
    "recognition:papers": ("get", SEES_DOSSIER),
    "recognition:open_paper": ("get", SEES_DOSSIER),
}
OF_A_TITLE = (
    "titles:title",
    "titles:open_document",
    "titles:carry_over",
    "titles:open_review",
    "titles:open_revocation",
)
OF_A_PAPER = (
    "consultation:open_paper",
    "district:open_paper",
    "recognition:open_paper",
    "titles:open_paper",
)
OF_AN_INDICATOR = ("results:indicator", "results:upload", "results:uploads", "results:choose_evidence")
OF_AN_UPLOAD = ("results:upload_state", "results:sign_parts", "results:finish_upload", "results:abort_upload")
OF_A_FILE = (
    "results:open_evidence",
    "results:remove_evidence",
    "results:restore_evidence",
    "results:view_evidence",
    "results:replace_evidence",
    "results:reuse_evidence",
)
#: Open to strangers, and what a stranger gets.
PUBLIC = {"login": 200, "logout": 405, "set_language": 302, "demo_sign_in": 405}


def _addresses(resolver: URLResolver, namespace: str = "") -> list[str]:
    names = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            names += _addresses(entry, inner)
        elif isinstance(entry, URLPattern):
            names.append(f"{namespace}{entry.name}")
    return names


def test_every_address_is_listed() -> None:
    found = set(_addresses(get_resolver()))
    assert found == set(PAGES) | set(PUBLIC)


def _arguments(name: str, journey: Journey) -> dict[str, Any]:
    """Return the arguments of an address; the indicator is one that Sở Y tế appraises. Only what it needs is made."""
    dossier = journey.dossier
    of_dossier = {"pk": dossier.pk}

    def result() -> IndicatorResult:
        return dossier.results.get(indicator__code="14.2")

    def evidence() -> Evidence:
        return Evidence.objects.current().filter(result=result())[0]

    def of_evidence() -> dict[str, Any]:
        return {**of_dossier, "evidence_id": evidence().pk}

    def of_work() -> dict[str, Any]:
        work = dossier.works.first()
        assert work is not None
        return {**of_dossier, "work_id": work.pk}

    def of_upload() -> dict[str, Any]:
        return {**of_dossier, "upload_id": _upload(journey, result())}

    def of_paper() -> dict[str, Any]:
        return {**of_dossier, "document_id": journey.paper().pk}

    def of_indicator() -> dict[str, Any]:
        return {**of_dossier, "code": "14.2"}

    def of_broadcast() -> dict[str, Any]:
        return {**of_dossier, "broadcast_id": Broadcast.objects.filter(dossier=dossier)[0].pk}

    def of_two() -> dict[str, Any]:
        one = evidence()
        return {**of_dossier, "evidence_id": one.pk, "other_id": _neighbours_copy(journey, one).pk}

    named: dict[str, Callable[[], dict[str, Any]]] = {
        "calendar_remove": lambda: {"day_id": _calendar_day().pk},
        "correct_programme": lambda: {"programme_id": dossier.programme_id},
        "register_commune": lambda: {"programme_id": dossier.programme_id},
        "criteria_law": lambda: {"code": dossier.criteria_set.code},
        "procedure_bpmn": lambda: {"code": dossier.procedure},
        "substitutions:revoke": lambda: {"substitution_id": _substitution().pk},
        "substitutions:paper": lambda: {"substitution_id": _substitution().pk},
        "notifications:open": lambda: {"reminder_id": _reminder(journey).pk},
        "dossier:act": lambda: {**of_dossier, "slug": "ky-tham-dinh"},
        "plans:edit_work": of_work,
        "plans:remove_work": of_work,
        "debts:open_paper": lambda: {**of_dossier, "document_id": _finding_on_debt(journey).document_id},
        "security:open_paper": lambda: {
            **of_dossier,
            "document_id": _finding_on_security(journey).document_id,
        },
        "batches:batch": lambda: {"batch_id": _batch(journey).pk},
        "consultation:remove_broadcast": of_broadcast,
        "appraisal:send_answer": lambda: {**of_dossier, "request_id": _request(journey).pk},
        "results:upload_part": lambda: {**of_upload(), "number": 1},
        "results:compare": of_two,
        **{name: of_paper for name in OF_A_PAPER},
        **{name: of_indicator for name in OF_AN_INDICATOR},
        **{name: of_upload for name in OF_AN_UPLOAD},
        **{name: of_evidence for name in OF_A_FILE},
        **{name: lambda: {"title_id": _title(journey).pk} for name in OF_A_TITLE},
    }
    without = {
        "home",
        "drafts:drafts",
        "drafts:forget",
        "work",
        "dossiers",
        "board",
        "calendar",
        "batches:list",
        "law",
        "programmes",
        "switch_appointment",
        "substitutions:list",
        "notifications:list",
        "notifications:mark_read",
        "notifications:choose_mail",
        "results:search",
        "titles:list",
        "titles:export",
        "titles:enter",
        "titles:open_reviews",
    }
    return named[name]() if name in named else {} if name in without else of_dossier


def _title(journey: Journey) -> Title:
    """Return a title of the dossier's commune from paper, entered once for each test."""
    mine = Title.objects.filter(commune=journey.commune).first()
    if mine is not None:
        return mine
    entry = PaperTitle(
        commune=journey.commune,
        level=TitleLevel.NTM,
        year=2020,
        number="15/QĐ-UBND",
        signed_on=date(2020, 12, 1),
        document=journey.paper(),
    )
    return enter_title(actor=journey.office, entry=entry)


def _finding_on_debt(journey: Journey) -> DebtConfirmation:
    """Return a finding on the dossier's debt, made once for each test."""
    if not DebtConfirmation.objects.filter(dossier=journey.dossier).exists():
        journey.confirm_debt()
    return DebtConfirmation.objects.filter(dossier=journey.dossier)[0]


def _finding_on_security(journey: Journey) -> SecurityFinding:
    """Return a finding on security and order, made once for each test."""
    if not SecurityFinding.objects.filter(dossier=journey.dossier).exists():
        journey.confirm_security()
    return SecurityFinding.objects.filter(dossier=journey.dossier)[0]


def _batch(journey: Journey) -> Batch:
    """Return a batch of the province, opened once for each test."""
    return Batch.objects.first() or journey.open_batch()


def _calendar_day() -> CalendarDay:
    """Return a day of the calendar's table, made once for each test."""
    day = {"name": "Ngày nghỉ riêng", "source": "TB 1", "works": False}
    return CalendarDay.objects.get_or_create(date=date(2023, 3, 3), defaults=day)[0]


def _upload(journey: Journey, result: IndicatorResult) -> UUID:
    """Return an upload of the commune's official, begun once for each test."""
    official, subject = journey.official.user.pk, subject_of(result)
    mine = Upload.objects.filter(owner_id=official, subject=subject).first()
    return (mine or begin(name="a.jpg", size=5, owner_id=official, subject=subject, context={})).pk


def _request(journey: Journey) -> SupplementRequest:
    """Return what Sở Xây dựng asks of the commune, asked once for each test."""
    found = SupplementRequest.objects.of_dossier(journey.dossier).first()
    if found is not None:
        return found
    opinion = next(one for one in journey.waiting_opinions() if one.department.short_name == "Sở Xây dựng")
    code = journey.results().filter(department=opinion.department_id)[0].indicator.code
    return journey.ask_supplement(opinion, [code])


def _reminder(journey: Journey) -> Reminder:
    """Return what the head of Sở Y tế was told of the dossier, made once for each test."""
    head = World().actor(Role.DEPARTMENT_HEAD)
    made, _created = Reminder.objects.get_or_create(
        person=head.user,
        dossier=journey.dossier,
        kind=Kind.NEW,
        defaults={"appointment": head.appointment, "at": timezone.now()},
    )
    return made


def _substitution() -> Substitution:
    """Return the head of Sở Y tế on leave with a paper, made once for each test."""
    if (made := Substitution.objects.first()) is not None:
        return made
    head, officer = World().actor(Role.DEPARTMENT_HEAD), World().actor(Role.DEPARTMENT_OFFICER)
    paper = receive(stream=BytesIO(pdf()), name="giao-thay.pdf", uploaded_by_id=head.user.pk)
    tomorrow = timezone.localdate() + timedelta(days=1)
    return name_substitute(head, officer, starts_on=tomorrow, ends_on=tomorrow, document=paper)


def _neighbours_copy(journey: Journey, evidence: Evidence) -> Evidence:
    """Return the same file as evidence of the same indicator in a neighbouring commune, made once for each test."""
    neighbour = Journey(journey.people, journey.programme, World().commune("Xã Liêm Tiết"))
    found = Evidence.objects.filter(result__dossier__commune=neighbour.commune).first()
    if found is not None:
        return found
    result = neighbour.register().results.get(indicator=evidence.result.indicator)
    return Evidence.objects.create(
        result=result,
        document=evidence.document,
        listed_at=evidence.listed_at,
        added_at=evidence.added_at,
        added_by=evidence.added_by,
    )


@pytest.mark.django_db
def test_every_role_at_every_address(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    wrong: list[str] = []
    for role in Role:
        actor = world.actor(role, of=journey.dossier)
        client.force_login(actor.user)
        for name, (method, allowed) in PAGES.items():
            answer = getattr(client, method)(reverse(name, kwargs=_arguments(name, journey)))
            if (answer.status_code != 404) is not (role in allowed):
                wrong.append(f"{role} {method} {name}: {answer.status_code}")
            if answer.status_code >= 500:
                wrong.append(f"{role} {method} {name}: {answer.status_code}")
    assert wrong == []


@pytest.mark.django_db
def test_the_neighbours_cannot_tell_the_dossier_from_one_that_does_not_exist(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.APPRAISING)
    strangers = [
        world.people.committee(world.commune("Xã Liêm Tiết"), Role.COMMUNE_CHAIR),
        world.people.committee(world.commune("Xã Mộc Bắc").parent, Role.DISTRICT_CHAIR),  # type: ignore[arg-type]
    ]
    for actor in strangers:
        client.force_login(actor.user)
        for name, (method, _allowed) in PAGES.items():
            arguments = _arguments(name, journey)
            key = next((one for one in ("pk", "title_id") if one in arguments), None)
            if key is None:
                continue
            seen = getattr(client, method)(reverse(name, kwargs=arguments))
            unknown = getattr(client, method)(reverse(name, kwargs={**arguments, key: 99_999_999}))
            assert (seen.status_code, unknown.status_code) == (404, 404), name


@pytest.mark.django_db
def test_strangers_are_sent_to_sign_in(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    for name, (method, _allowed) in PAGES.items():
        answer = getattr(client, method)(reverse(name, kwargs=_arguments(name, journey)))
        assert answer.status_code == 302 and answer["Location"].startswith("/dang-nhap/"), name
    for name, status in PUBLIC.items():
        assert client.get(reverse(name)).status_code == status, name


@pytest.mark.django_db
def test_demo_sign_in_is_unknown_outside_the_demonstration(world: World, client: Client) -> None:
    username = world.actor(Role.COMMUNE_CHAIR).user.username
    answer = client.post(reverse("demo_sign_in"), {"username": username})
    assert answer.status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_opinions_are_sealed_until_all_have_signed(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    first = next(one for one in journey.waiting_opinions() if one.department.short_name == "Sở Xây dựng")
    journey.find(first, unmet={"1.1"})
    journey.sign(first)
    secret = "Số liệu chưa khớp báo cáo ngành"
    pages = [
        reverse("appraisal:board", args=[journey.dossier.pk]),
        reverse("results:indicator", args=[journey.dossier.pk, "14.2"]),
        reverse("results:indicators", args=[journey.dossier.pk]),
    ]
    for role in (Role.DEPARTMENT_HEAD, Role.COORDINATION_OFFICER, Role.COMMUNE_CHAIR, Role.DISTRICT_CHAIR):
        client.force_login(world.actor(role, of=journey.dossier).user)
        for page in pages:
            assert secret not in client.get(page).content.decode(), (role, page)
    client.force_login(world.people.at(first.department_id, Role.DEPARTMENT_HEAD).user)
    assert secret in client.get(pages[0]).content.decode()
