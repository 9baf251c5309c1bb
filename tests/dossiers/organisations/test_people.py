"""People are deactivated, never deleted; roles sit only where they may."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from dossiers.organisations.models import (
    ROLE_PLACES,
    AdministrativeUnit,
    Agency,
    AgencyKind,
    Appointment,
    Level,
    Role,
    UnitKind,
    User,
)

DAY = date(2023, 7, 26)


def test_people_are_never_deleted(person: User) -> None:
    with pytest.raises(TypeError):
        person.delete()
    with pytest.raises(TypeError):
        User.objects.filter(pk=person.pk).delete()
    assert User.objects.filter(pk=person.pk).exists()


def test_one_person_has_one_spelling(person: User) -> None:
    assert User.objects.get_by_natural_key(" Nguyen.Van.Thu ") == person
    with pytest.raises(ValidationError):
        User.objects.create_user("NGUYEN.VAN.THU", full_name="Người Khác")


def test_without_a_password_nobody_signs_in_by_password(db: None) -> None:
    user = User.objects.create_user("khong.mat.khau", full_name="Không Mật Khẩu")
    assert not user.has_usable_password()
    assert not user.check_password("")


def test_the_given_name_comes_last(person: User) -> None:
    assert (person.get_full_name(), person.get_short_name()) == ("Nguyễn Văn Thử", "Thử")


def test_every_role_has_a_place() -> None:
    assert set(ROLE_PLACES) == set(Role)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", AgencyKind)
@pytest.mark.parametrize("unit_kind", [UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE])
def test_a_role_sits_only_where_it_may(role: Role, kind: AgencyKind, unit_kind: UnitKind) -> None:
    unit = AdministrativeUnit(code="98", name="Nơi thử", kind=unit_kind, level=unit_kind.level)
    agency = Agency(pk=1, kind=kind, unit=unit, name="Cơ quan thử")
    appointment = Appointment(agency=agency, role=role, starts_on=DAY)
    place = ROLE_PLACES[role]
    if kind in place.kinds and unit_kind.level in place.levels:
        assert _refusal(appointment) is None
    else:
        assert "role" in (_refusal(appointment) or {})


def _refusal(appointment: Appointment) -> dict[str, list[str]] | None:
    try:
        appointment.check_place()
    except ValidationError as error:
        return error.message_dict
    return None


@pytest.mark.parametrize(
    ("role", "kind", "level"),
    [
        (Role.COMMUNE_CHAIR, AgencyKind.PEOPLES_COMMITTEE, Level.COMMUNE),
        (Role.DISTRICT_CHAIR, AgencyKind.PEOPLES_COMMITTEE, Level.DISTRICT),
        (Role.PROVINCIAL_CHAIR, AgencyKind.PEOPLES_COMMITTEE, Level.PROVINCE),
        (Role.DEPARTMENT_HEAD, AgencyKind.DEPARTMENT, Level.PROVINCE),
        (Role.COORDINATION_OFFICER, AgencyKind.COORDINATION_OFFICE, Level.PROVINCE),
        (Role.COUNCIL_SECRETARY, AgencyKind.APPRAISAL_COUNCIL, Level.PROVINCE),
        (Role.ADMINISTRATOR, AgencyKind.ADMINISTRATION, Level.PROVINCE),
    ],
)
def test_these_roles_have_exactly_one_place(role: Role, kind: AgencyKind, level: Level) -> None:
    assert ROLE_PLACES[role] == (frozenset({kind}), frozenset({level}))


def test_an_appointment_holds_from_its_first_to_its_last_day(person: User, committee: Agency) -> None:
    held = Appointment.objects.appoint(
        user=person,
        agency=committee,
        role=Role.COMMUNE_CHAIR,
        starts_on=DAY,
        ends_on=date(2023, 12, 31),
    )
    current = Appointment.objects.filter(user=person).current
    assert list(current(DAY)) == list(current(date(2023, 12, 31))) == [held]
    assert not current(date(2023, 7, 25)).filter(pk=held.pk).exists()
    assert not current(date(2024, 1, 1)).filter(pk=held.pk).exists()


def test_people_who_left_hold_no_office(person: User, committee: Agency) -> None:
    held = Appointment.objects.appoint(user=person, agency=committee, role=Role.COMMUNE_CHAIR, starts_on=DAY)
    assert held in Appointment.objects.current(DAY)
    person.is_active = False
    person.save()
    assert held not in Appointment.objects.current(DAY)


def test_people_who_left_cannot_sign_in(person: User) -> None:
    person.set_password("mat-khau-thu")
    person.save()
    sign_in = ModelBackend().authenticate
    assert sign_in(None, username="Nguyen.Van.Thu", password="mat-khau-thu") == person
    person.is_active = False
    person.save()
    assert sign_in(None, username="Nguyen.Van.Thu", password="mat-khau-thu") is None


def test_the_same_office_is_not_given_twice_at_once(person: User, committee: Agency) -> None:
    fields = {"user": person, "agency": committee, "role": Role.COMMUNE_CHAIR}
    Appointment.objects.appoint(**fields, starts_on=DAY, ends_on=date(2023, 12, 31))
    with pytest.raises(ValidationError):
        Appointment.objects.appoint(**fields, starts_on=date(2023, 12, 31))
    Appointment.objects.appoint(**fields, starts_on=date(2024, 1, 1))


def test_a_department_officer_is_not_appointed_at_a_commune(person: User, committee: Agency) -> None:
    with pytest.raises(ValidationError) as refused:
        Appointment.objects.appoint(
            user=person, agency=committee, role=Role.DEPARTMENT_OFFICER, starts_on=DAY
        )
    assert "UBND xã Thử" in str(refused.value.message_dict["role"])


def test_the_database_refuses_an_end_before_the_start(person: User, committee: Agency) -> None:
    broken = Appointment(
        user=person, agency=committee, role=Role.COMMUNE_CHAIR, starts_on=DAY, ends_on=date(2023, 1, 1)
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        broken.save()


def test_a_unit_has_one_committee(committee: Agency) -> None:
    second = Agency(
        code="ubnd-thu-2", kind=committee.kind, unit=committee.unit, name="UBND", short_name="UBND"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


def test_places_come_in_one_query(person: User, committee: Agency, django_assert_num_queries: object) -> None:
    Appointment.objects.appoint(user=person, agency=committee, role=Role.COMMUNE_CHAIR, starts_on=DAY)
    with django_assert_num_queries(1):  # type: ignore[operator]
        held = Appointment.objects.current(DAY).with_places().get(agency=committee)
        assert (held.user.full_name, held.agency.unit.parent.name) == ("Nguyễn Văn Thử", "Huyện Thử")  # type: ignore[union-attr]
