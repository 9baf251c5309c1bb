from __future__ import annotations

from datetime import date

import pytest

from dossiers.organisations.models import AdministrativeUnit, Agency, AgencyKind, Level, UnitKind, User

STARTS = date(2021, 1, 1)


@pytest.fixture
def province(db: None) -> AdministrativeUnit:
    """An invented province, so that no test depends on what else was loaded."""
    return AdministrativeUnit.objects.create(
        code="99", name="Tỉnh Thử", kind=UnitKind.PROVINCE, level=Level.PROVINCE, valid_from=STARTS
    )


@pytest.fixture
def commune(province: AdministrativeUnit) -> AdministrativeUnit:
    district = AdministrativeUnit.objects.create(
        code="990",
        name="Huyện Thử",
        kind=UnitKind.DISTRICT,
        level=Level.DISTRICT,
        parent=province,
        valid_from=STARTS,
    )
    return AdministrativeUnit.objects.create(
        code="99001",
        name="Xã Thử",
        kind=UnitKind.COMMUNE,
        level=Level.COMMUNE,
        parent=district,
        valid_from=STARTS,
    )


@pytest.fixture
def committee(commune: AdministrativeUnit) -> Agency:
    return Agency.objects.create(
        code="ubnd-thu",
        kind=AgencyKind.PEOPLES_COMMITTEE,
        unit=commune,
        name="UBND xã Thử",
        short_name="UBND xã Thử",
    )


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("nguyen.van.thu", full_name="Nguyễn Văn Thử")


@pytest.fixture(autouse=True)
def start_empty(request: pytest.FixtureRequest) -> None:
    """Empty the tables for tests that use the database; leaves the others alone."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("empty_province")
