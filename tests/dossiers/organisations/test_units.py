"""Units are keyed by (code, period): the same code is used again for other units."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from dossiers.organisations.models import AdministrativeUnit, Level, UnitKind


def _later(commune: AdministrativeUnit, **changes: object) -> AdministrativeUnit:
    fields: dict[str, object] = {
        "code": commune.code,
        "name": "Phường Thử",
        "kind": UnitKind.WARD,
        "level": Level.COMMUNE,
        "parent": commune.parent,
        "valid_from": date(2025, 1, 1),
    }
    return AdministrativeUnit(**(fields | changes))


def test_a_code_is_used_again_after_its_unit_ended(commune: AdministrativeUnit) -> None:
    commune.valid_to = date(2024, 12, 31)
    commune.save()
    ward = _later(commune)
    ward.full_clean()
    ward.save()
    assert AdministrativeUnit.objects.valid(date(2024, 12, 31)).get(code=commune.code) == commune
    assert AdministrativeUnit.objects.valid(date(2025, 1, 1)).get(code=commune.code) == ward


@pytest.mark.parametrize("ends", [None, date(2025, 1, 1)])
def test_a_code_never_belongs_to_two_units_on_one_day(commune: AdministrativeUnit, ends: date | None) -> None:
    commune.valid_to = ends
    commune.save()
    with pytest.raises(ValidationError) as refused:
        _later(commune).full_clean()
    assert "Xã Thử" in str(refused.value.message_dict["code"])


def test_a_period_that_ends_before_the_next_begins_does_not_overlap(commune: AdministrativeUnit) -> None:
    earlier = _later(commune, valid_from=date(2015, 1, 1), valid_to=date(2020, 12, 31))
    earlier.full_clean()
    with pytest.raises(ValidationError):
        _later(commune, valid_from=date(2015, 1, 1), valid_to=date(2021, 1, 1)).full_clean()


def test_the_level_follows_the_kind(commune: AdministrativeUnit) -> None:
    with pytest.raises(ValidationError) as refused:
        _later(commune, code="99002", level=Level.DISTRICT).full_clean()
    assert "level" in refused.value.message_dict


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "99002", "parent": None},
        {"code": "99002", "valid_to": date(2024, 1, 1)},
        {"valid_from": date(2021, 1, 1)},
    ],
    ids=["no parent", "ends before it starts", "same code and start"],
)
def test_the_database_refuses_broken_rows(commune: AdministrativeUnit, changes: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        _later(commune, **changes).save()


def test_where_a_unit_lies(commune: AdministrativeUnit, province: AdministrativeUnit) -> None:
    assert commune.province() == province
    assert province.province() == province
    assert commune.name_in_sentence == "xã Thử"
