"""The office chooses the title of a year's plan; title, year, place and day choose the procedure."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused, NotPermitted
from dossiers.criteria.selectors import current_set
from dossiers.dossier.models import Dossier, Purpose, State
from dossiers.organisations.models import AgencyKind, Role
from dossiers.procedures import ReceivingLevel, applicable, procedures
from dossiers.programmes.acts import (
    ProgrammeInput,
    RegisterCommune,
    correct_programme,
    targets_of,
)
from dossiers.programmes.models import Programme
from dossiers.titles.granting import PaperTitle, enter_title
from storage import ledger
from storage.ledger import Entry
from tests.world import World
from workflows.demonstration.programmes import BASIC_2023, announced
from workflows.demonstration.year import announce_programmes
from workflows.registrations import open_registrations

DISTRICT, PROVINCE = ReceivingLevel.DISTRICT, ReceivingLevel.PROVINCE


@pytest.mark.parametrize(
    ("level", "year", "receiving", "on", "code"),
    [
        ("nang_cao", 2023, DISTRICT, date(2023, 7, 26), "nang-cao-3-cap-2022"),
        ("ntm", 2023, DISTRICT, date(2023, 7, 26), "ntm-3-cap-2022"),
        ("kieu_mau", 2025, DISTRICT, date(2025, 6, 30), "kieu-mau-3-cap-2022"),
        ("nang_cao", 2025, PROVINCE, date(2025, 7, 1), "nang-cao-2-cap-2025"),
        ("ntm", 2025, PROVINCE, date(2025, 12, 31), "ntm-2-cap-2025"),
        ("kieu_mau", 2025, PROVINCE, date(2025, 12, 31), "kieu-mau-2-cap-2025"),
        ("nang_cao", 2025, DISTRICT, date(2025, 7, 1), None),
        ("nang_cao", 2025, PROVINCE, date(2025, 6, 30), None),
        ("nang_cao", 2022, DISTRICT, date(2022, 8, 1), None),
        ("nang_cao", 2026, PROVINCE, date(2026, 1, 1), None),
    ],
)
def test_title_year_place_and_day_choose_the_version(
    level: str, year: int, receiving: ReceivingLevel, on: date, code: str | None
) -> None:
    found = applicable(title_level=level, year=year, receiving=receiving, on=on)
    assert (found.code if found else None) == code


def test_every_version_says_whom_it_is_for_by_which_source() -> None:
    for procedure in procedures().values():
        if procedure.purpose != Purpose.RECOGNITION:
            assert procedure.scope is None and procedure.receiving is None
            continue
        assert procedure.scope is not None and procedure.scope.source
        assert procedure.receiving is not None and procedure.receiving.source
        for source in procedure.takes_over.values():
            assert source.source


def test_what_versions_have_in_common_is_written_once() -> None:
    three, basic = procedures()["nang-cao-3-cap-2022"], procedures()["ntm-3-cap-2022"]
    assert basic.steps == three.steps and basic.council == three.council
    assert [rule.code for rule in basic.gates] == [rule.code for rule in three.gates]
    two = procedures()["nang-cao-2-cap-2025"]
    assert set(three.steps) - set(two.steps) == {
        *("receive", "examine", "hear_district", "district_front", "survey", "forward"),
    }


@pytest.mark.django_db
def test_the_office_announces_a_plan_and_reads_which_procedure_applies(world: World, client: Client) -> None:
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)
    page = reverse("programmes")
    sent = {"level": "ntm", "year": "2023", "document": "Kế hoạch 9/KH-UBND", "issued_on": "2023-02-01"}
    refused = client.post(page, {**sent, "communes_min": "5", "communes_max": "3"})
    assert refused.status_code == 409 and "Kế hoạch 9/KH-UBND" in refused.content.decode()
    assert client.post(page, {**sent, "issued_on": "2026-01-01", "year": "2026"}).status_code == 409
    later = client.post(page, {**sent, "issued_on": str(timezone.localdate() + timedelta(days=1))})
    assert later.status_code == 409 and "tương lai" in later.content.decode()
    assert client.post(page, sent).status_code == 302
    made = Programme.objects.get(document="Kế hoạch 9/KH-UBND")
    assert (made.procedure, made.criteria_set.level) == ("ntm-3-cap-2022", "ntm")
    assert procedures()["ntm-3-cap-2022"].title in client.get(page).content.decode()
    again = client.post(page, sent)
    assert again.status_code == 409 and "đã có" in again.content.decode()


@pytest.mark.django_db
def test_a_plan_of_a_province_without_districts_has_the_procedure_without_them(world: World) -> None:
    ninh_binh = world.two_tiers()
    assert ninh_binh.programme.procedure == "nang-cao-2-cap-2025"
    journey = ninh_binh.journey()
    assert journey.register().procedure == "nang-cao-2-cap-2025"
    office = ninh_binh.people.of_kind(
        ninh_binh.province, AgencyKind.COORDINATION_OFFICE, Role.COORDINATION_OFFICER
    )
    assert office.unit.code == "37"


@pytest.mark.django_db
def test_a_commune_registers_for_one_title_beside_another(world: World, client: Client) -> None:
    basic = announced(world.people, world.province, BASIC_2023)
    world.dossier(State.DRAFTING)
    client.force_login(world.actor(Role.COMMUNE_CHAIR).user)
    shown = client.get(reverse("home")).content.decode()
    assert "<strong>Xã nông thôn mới</strong>" in shown
    # What is not the next thing for the commune stands folded, with the reason.
    offered, folded = shown.split('id="other-plans-title"')
    assert "Đăng ký năm 2023" not in offered and "Đăng ký năm 2023" in folded
    assert "Xã đang có hồ sơ «Xã nông thôn mới nâng cao» năm 2023, danh hiệu cao hơn." in folded
    assert client.post(reverse("register_commune", args=[basic.pk])).status_code == 302
    codes = Dossier.objects.filter(commune=world.commune()).values_list("procedure", flat=True)
    assert set(codes) == {"nang-cao-3-cap-2022", "ntm-3-cap-2022"}


@pytest.mark.django_db
def test_the_next_title_of_a_commune_is_offered_before_others(world: World) -> None:
    basic = announced(world.people, world.province, BASIC_2023)
    chair = world.actor(Role.COMMUNE_CHAIR)
    levels = [one.programme.criteria_set.level for one in open_registrations(chair)]
    assert levels == ["ntm", "nang_cao"]
    assert not any(one.not_next for one in open_registrations(chair))
    journey = world.journey()
    journey.programme = basic
    journey.register()
    (advanced,) = open_registrations(chair)
    assert advanced.not_next == "Xã đang có hồ sơ «Xã nông thôn mới» năm 2023, danh hiệu phải đạt trước."
    journey.withdraw()
    before = world.journey()
    before.programme = announce_programmes(world.people, world.province)[2022]
    before.register()
    assert [bool(one.not_next) for one in open_registrations(chair)] == [True, True]
    assert "«Xã nông thôn mới nâng cao» năm 2022." in open_registrations(chair)[-1].not_next
    before.withdraw()
    entry = PaperTitle(
        commune=world.commune(),
        level="nang_cao",
        year=2022,
        number="1/QĐ-UBND",
        signed_on=date(2022, 12, 30),
        document=world.journey().paper(),
    )
    enter_title(actor=world.actor(Role.COORDINATION_OFFICER), entry=entry)
    assert [bool(one.not_next) for one in open_registrations(chair)] == [True, True]
    assert "đang giữ danh hiệu «Xã nông thôn mới nâng cao»" in open_registrations(chair)[0].not_next


@pytest.mark.django_db
def test_a_commune_of_another_province_is_told_so(world: World) -> None:
    journey = world.two_tiers().journey()
    journey.programme = world.programme
    with pytest.raises(ActRefused) as refused:
        journey.register()
    assert "province" in refused.value.codes


@pytest.mark.django_db
def test_a_plan_without_dossiers_is_corrected_and_what_it_was_is_kept(world: World, client: Client) -> None:
    """A year typed wrongly stayed for ever."""
    office = world.actor(Role.COORDINATION_OFFICER)
    client.force_login(office.user)
    sent = {"level": "ntm", "year": "2023", "document": "Kế hoạch 9/KH-UBND", "issued_on": "2023-02-01"}
    client.post(reverse("programmes"), sent)
    made = Programme.objects.get(document="Kế hoạch 9/KH-UBND")
    page = reverse("correct_programme", args=[made.pk])
    assert page in client.get(reverse("programmes")).content.decode()
    assert 'value="Kế hoạch 9/KH-UBND"' in client.get(page).content.decode()
    better = {**sent, "year": "2024", "document": "Kế hoạch 19/KH-UBND", "issued_on": "2024-02-01"}
    assert client.post(page, {**better, "reason": " "}).status_code == 409
    kept = client.post(page, {**better, "reason": "Ghi nhầm", "year": "2022", "level": "nang_cao"})
    assert kept.status_code == 409 and "Kế hoạch 19/KH-UBND" in kept.content.decode()
    assert client.post(page, {**better, "reason": "Ghi nhầm năm"}).status_code == 302
    made.refresh_from_db()
    assert (made.year, made.document, made.procedure) == (2024, "Kế hoạch 19/KH-UBND", "ntm-3-cap-2022")
    entry = Entry.objects.get(stream=made.stream, act="programme.correct")
    assert entry.payload["before"]["year"] == 2023 and entry.payload["year"] == 2024
    assert entry.payload["reason"] == "Ghi nhầm năm" and ledger.verify(made.stream).ok


@pytest.mark.django_db
def test_a_plan_with_a_dossier_stays_and_a_registration_does_not_pin_what_was_corrected(
    world: World, client: Client
) -> None:
    basic = announced(world.people, world.province, BASIC_2023)
    office, chair = world.actor(Role.COORDINATION_OFFICER), world.actor(Role.COMMUNE_CHAIR)
    read = Programme.objects.select_related("criteria_set", "province").get(pk=basic.pk)
    given = ProgrammeInput(
        year=2024,
        criteria_set=current_set("ntm", world.province, 2024),
        document=basic.document,
        issued_on=basic.issued_on,
        targets=targets_of(basic),
    )
    correct_programme(actor=office, programme=basic, given=given, reason="Ghi nhầm năm")
    with pytest.raises(ActRefused, match="vừa được sửa"):
        RegisterCommune(actor=chair, programme=read).perform()
    fresh = Programme.objects.select_related("criteria_set", "province").get(pk=basic.pk)
    RegisterCommune(actor=chair, programme=fresh).perform()
    with pytest.raises(ActRefused, match="Đã có xã đăng ký"):
        correct_programme(actor=office, programme=fresh, given=given, reason="Lần nữa")
    for role in set(Role) - {Role.COORDINATION_OFFICER}:
        with pytest.raises(NotPermitted):
            correct_programme(actor=world.actor(role), programme=fresh, given=given, reason="x")
    client.force_login(office.user)
    page = reverse("correct_programme", args=[fresh.pk])
    assert page not in client.get(reverse("programmes")).content.decode()
    assert "không sửa được nữa" in client.get(page).content.decode()
