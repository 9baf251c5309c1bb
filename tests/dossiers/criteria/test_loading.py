"""Sets in the database: written once, in versions; responsibilities per indicator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction

from dossiers.criteria import loading
from dossiers.criteria.documents import SetDocument
from dossiers.criteria.models import Assignment, CriteriaSet, Criterion, Indicator, ThresholdKind
from dossiers.criteria.reading import build_set, read_set
from dossiers.criteria.selectors import current_set, responsible_agencies
from dossiers.criteria.thresholds import threshold_for
from dossiers.organisations.models import AdministrativeUnit, Agency, Level
from dossiers.organisations.reading import ReferenceDataError, read_yaml

pytestmark = pytest.mark.django_db


@pytest.fixture
def ha_nam() -> AdministrativeUnit:
    call_command("load_reference_data", "--with-demo-overlay", verbosity=0)
    return AdministrativeUnit.objects.get(code="35", level=Level.PROVINCE)


def test_identical_content_is_not_written_again(document: SetDocument) -> None:
    first = loading.load_set(document)
    again = loading.load_set(document)
    assert (first.created, again.created) == (True, False)
    assert again.criteria_set == first.criteria_set
    assert (again.criteria, again.indicators) == (1, 2)
    assert CriteriaSet.objects.filter(code="bo-thu").count() == 1


def test_changed_content_is_the_next_version(data: dict[str, Any]) -> None:
    first = loading.load_set(build_set(data, "thử")).criteria_set
    original = build_set(data, "thử")
    data["criteria"][0]["indicators"][1]["threshold"] = {"red_river_delta": 80}
    second = loading.load_set(build_set(data, "thử")).criteria_set
    assert (first.version, second.version) == (1, 2)
    assert _row(first, "1.2").threshold_kind == ThresholdKind.UNSET
    assert threshold_for(_row(second, "1.2")).describe(2031) == "≥ 80 %"
    third = loading.load_set(original).criteria_set
    assert (third.version, third.content_sha256) == (3, first.content_sha256)


def _row(criteria_set: CriteriaSet, code: str) -> Indicator:
    return Indicator.objects.get(criterion__set=criteria_set, code=code)


def test_everything_read_is_stored(document: SetDocument) -> None:
    stored = _row(loading.load_set(document).criteria_set, "1.1")
    read = document.criteria[0].indicators[0]
    for name, value in vars(read).items():
        assert getattr(stored, name) == value, name
    assert stored.criterion.is_critical_for_revocation
    assert stored.criterion.set.notes["revocation_critical_criteria"]["source"] == "https://bao.example/bai"


@pytest.fixture
def rows(document: SetDocument) -> Iterator[list[models.Model]]:
    found = loading.load_set(document).criteria_set
    indicator = _row(found, "1.1")
    yield [found, indicator.criterion, indicator]


def test_rows_are_never_changed_through_models(rows: list[models.Model]) -> None:
    for row in rows:
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()


@pytest.mark.parametrize("model", [CriteriaSet, Criterion, Indicator])
def test_rows_are_never_changed_behind_the_models(
    rows: list[models.Model], model: type[models.Model]
) -> None:
    pks = [row.pk for row in rows if isinstance(row, model)]
    with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
        model._default_manager.filter(pk__in=pks).update(source="khác")
    table = model._meta.db_table
    with (
        pytest.raises(IntegrityError, match="written once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [pks[0]])


def test_nothing_is_verified_that_was_not_checked(document: SetDocument) -> None:
    document.criteria[0].indicators[1].verified = True
    with pytest.raises(IntegrityError, match="indicator_verified_only_if_checked"), transaction.atomic():
        loading.load_set(document)


def test_the_command_may_be_repeated(ha_nam: AdministrativeUnit, capsys: pytest.CaptureFixture[str]) -> None:
    before = _table_sizes()
    call_command("load_reference_data", "--with-demo-overlay")
    said = capsys.readouterr().out
    assert _table_sizes() == before
    assert "19 criteria, 75 indicators, 0 new assignments" in said
    assert "19 criteria, 57 indicators, 0 new assignments" in said
    assert "left open: KM4.1" in said


def _table_sizes() -> list[int]:
    tables: list[type[models.Model]] = [
        AdministrativeUnit,
        Agency,
        CriteriaSet,
        Criterion,
        Indicator,
        Assignment,
    ]
    return [model._default_manager.count() for model in tables]


def test_a_failure_leaves_nothing_behind(ha_nam: AdministrativeUnit, monkeypatch: pytest.MonkeyPatch) -> None:
    data = read_yaml(loading.PACKAGE, loading.ASSIGNMENTS_FILE)
    data["agencies"]["Sở Y tế"] = "so-khong-co"
    monkeypatch.setattr(loading, "SET_FILES", (*loading.SET_FILES, "moi.yaml"))
    monkeypatch.setattr(loading, "read_set", _with_a_new_set)
    monkeypatch.setattr(
        loading, "read_yaml", lambda package, name: data if name == loading.ASSIGNMENTS_FILE else None
    )
    before = _table_sizes()
    with pytest.raises(CommandError, match="so-khong-co"):
        call_command("load_reference_data", verbosity=0)
    assert _table_sizes() == before


def _with_a_new_set(name: str) -> SetDocument:
    if name != "moi.yaml":
        return read_set(name)
    document = read_set("kieu-mau-2021-2025.yaml")
    document.code = "moi"
    return document


def test_every_indicator_has_its_agency(ha_nam: AdministrativeUnit) -> None:
    advanced = current_set("nang_cao", ha_nam, 2023)
    responsible = responsible_agencies(advanced, date(2023, 7, 26), province=ha_nam)
    assert len(responsible) == 75
    assert len(set(responsible.values())) == 17
    assert set(responsible) == set(
        Indicator.objects.filter(criterion__set=advanced).values_list("pk", flat=True)
    )
    split = Assignment.objects.filter(indicator__criterion__set=advanced, indicator__criterion__number=17)
    assert set(split.values_list("agency__short_name", flat=True)) == {
        "Sở TN&MT",
        "Sở NN&PTNT",
        "Sở Xây dựng",
    }
    assert not split.filter(verified=True).exists()
    assert not split.filter(source="").exists()


def test_nobody_is_responsible_before_the_first_day(ha_nam: AdministrativeUnit) -> None:
    advanced = current_set("nang_cao", ha_nam, 2023)
    assert responsible_agencies(advanced, date(2020, 12, 31)) == {}


def test_a_later_assignment_takes_over_on_its_day(ha_nam: AdministrativeUnit) -> None:
    advanced = current_set("nang_cao", ha_nam, 2023)
    indicator = _row(advanced, "18.4")
    health, farming = (Agency.objects.get(code=code) for code in ("so-y-te-ha-nam", "so-nong-nghiep-ha-nam"))
    Assignment.objects.create(indicator=indicator, agency=farming, valid_from=date(2023, 9, 1))
    assert responsible_agencies(advanced, date(2023, 8, 31))[indicator.pk] == health.pk
    assert responsible_agencies(advanced, date(2023, 9, 1))[indicator.pk] == farming.pk
    assert Assignment.objects.get(indicator=indicator, agency=farming).province == ha_nam


def test_two_agencies_are_not_responsible_from_the_same_day(ha_nam: AdministrativeUnit) -> None:
    given = (
        Assignment.objects.filter(indicator__code="18.4", province=ha_nam).select_related("agency").first()
    )
    assert given is not None
    other = Agency.objects.get(code="so-xay-dung-ha-nam")
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(indicator=given.indicator, agency=other, valid_from=given.valid_from)


def test_an_unknown_department_is_named(document: SetDocument, ha_nam: AdministrativeUnit) -> None:
    document.criteria[0].indicators[1].notes["lead_department"] = "Sở Lạ"
    found = loading.load_set(document).criteria_set
    with pytest.raises(ReferenceDataError, match=r"1\.2.*Sở Lạ"):
        loading.load_assignments(found)


def test_the_provinces_own_set_comes_first(ha_nam: AdministrativeUnit) -> None:
    assert current_set("nang_cao", ha_nam, 2023).code == "nang-cao-2021-2025-ha-nam-demo"
    elsewhere = AdministrativeUnit.objects.create(
        code="36", name="Tỉnh Khác", kind="province", level=Level.PROVINCE, valid_from=date(2021, 1, 1)
    )
    assert current_set("nang_cao", elsewhere, 2023).code == "nang-cao-2021-2025"
    assert current_set("ntm", ha_nam, 2023).code == "ntm-2021-2025-ha-nam-demo"
    assert current_set("ntm", elsewhere, 2023).code == "ntm-2021-2025"


def test_a_real_set_comes_before_a_demonstration(document: SetDocument, ha_nam: AdministrativeUnit) -> None:
    document.province, document.valid_from = ha_nam.code, 2023
    real = loading.load_set(document).criteria_set
    assert current_set("nang_cao", ha_nam, 2023) == real
    assert current_set("nang_cao", ha_nam, 2022).demonstration


def test_no_set_for_the_year_is_said(ha_nam: AdministrativeUnit) -> None:
    with pytest.raises(CriteriaSet.DoesNotExist, match="2026"):
        current_set("nang_cao", ha_nam, 2026)
