"""Hà Nam in mid-2023, loaded from the package. Holds whether or not it was loaded before."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from dossiers.organisations import loading
from dossiers.organisations.models import AdministrativeUnit, Agency, AgencyKind, UnitKind, UnitSuccession
from dossiers.organisations.reading import ReferenceDataError, read_yaml

MID_2023 = date(2023, 7, 26)


@pytest.fixture
def loaded(db: None) -> loading.LoadedUnits:
    return loading.load_ha_nam()


def _units(province: AdministrativeUnit) -> list[AdministrativeUnit]:
    return list(AdministrativeUnit.objects.filter(parent__parent=province).valid(MID_2023))


def test_six_districts_and_109_units(loaded: loading.LoadedUnits) -> None:
    assert (loaded.districts, loaded.units, loaded.communes) == (6, 109, 83)
    kinds = Counter(unit.kind for unit in _units(loaded.province))
    assert kinds == {UnitKind.COMMUNE: 83, UnitKind.WARD: 20, UnitKind.TOWNSHIP: 6}
    districts = {unit.name: unit.kind for unit in loaded.province.children.all()}
    assert districts["Thành phố Phủ Lý"] == UnitKind.CITY
    assert districts["Thị xã Duy Tiên"] == UnitKind.TOWN
    assert list(districts.values()).count(UnitKind.DISTRICT) == 4


def test_communes_of_each_district(loaded: loading.LoadedUnits) -> None:
    by_district = Counter(
        AdministrativeUnit.objects.filter(parent__parent=loaded.province)
        .communes()
        .values_list("parent__code", flat=True)
    )
    assert by_district == {"347": 10, "349": 7, "350": 16, "351": 14, "352": 16, "353": 20}


def test_every_row_passes_the_models_own_checks(loaded: loading.LoadedUnits) -> None:
    for unit in (loaded.province, *loaded.province.children.all(), *_units(loaded.province)[::9]):
        unit.full_clean()
        assert unit.source
        assert unit.verified is False


def test_loading_again_changes_nothing(loaded: loading.LoadedUnits) -> None:
    ids = set(AdministrativeUnit.objects.values_list("pk", flat=True))
    again = loading.load_ha_nam()
    assert again.made == {"units": 0, "successions": 0, "agencies": 0}
    assert set(AdministrativeUnit.objects.values_list("pk", flat=True)) == ids
    assert (again.agencies, again.successions) == (loaded.agencies, loaded.successions)


def test_loading_again_asks_a_fixed_number_of_questions(
    loaded: loading.LoadedUnits, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        loading.load_ha_nam()


def test_what_became_of_the_units(loaded: loading.LoadedUnits) -> None:
    within = UnitSuccession.objects.filter(unit__parent__parent=loaded.province)
    without = [unit.name for unit in _units(loaded.province) if not within.filter(unit=unit).exists()]
    assert without == []
    tien_tan = within.filter(unit__code="13366").values_list("effective_on", "code", "name")
    assert set(tien_tan) == {
        (date(2025, 1, 1), "13366", "Phường Tân Hiệp"),
        (date(2025, 7, 1), "13366", "Phường Hà Nam"),
    }
    quang_trung = within.get(unit__code="13285", name="Phường Phủ Lý")
    assert quang_trung.code == ""
    assert "13285" in quang_trung.note
    assert within.filter(name="", note__startswith="mã thôi dùng").count() == 11
    assert loaded.province.successions.get().name == "Tỉnh Ninh Bình"


def test_periods_end_with_the_rearrangements(loaded: loading.LoadedUnits) -> None:
    ends = {unit.code: unit.valid_to for unit in AdministrativeUnit.objects.filter(pk__gt=0)}
    assert ends["13366"] == ends["350"] == date(2024, 12, 31)
    assert ends["13507"] == ends["35"] == date(2025, 6, 30)


def test_each_agency_of_the_procedure_is_there(loaded: loading.LoadedUnits) -> None:
    assert loaded.agencies == 275
    assert loaded.departments == 19
    kinds = Counter(
        Agency.objects.filter(unit__parent__parent=loaded.province).values_list("kind", "unit__kind")
    )
    assert kinds == {
        (AgencyKind.PEOPLES_COMMITTEE, UnitKind.COMMUNE): 83,
        (AgencyKind.FATHERLAND_FRONT, UnitKind.COMMUNE): 83,
    }
    provincial = Counter(loaded.province.agencies.values_list("kind", flat=True))
    in_province = set(AgencyKind) - {AgencyKind.DIVISION}
    assert provincial == {kind: 19 if kind == AgencyKind.DEPARTMENT else 1 for kind in in_province}
    divisions = Agency.objects.filter(unit__parent=loaded.province, kind=AgencyKind.DIVISION)
    assert Counter(divisions.values_list("unit__name", flat=True)) == dict.fromkeys(
        loaded.province.children.values_list("name", flat=True), 12
    )
    assert not divisions.filter(verified=True).exists()


def test_agencies_are_called_as_officials_call_them(loaded: loading.LoadedUnits) -> None:
    committee = Agency.objects.get(unit__code="13444", kind=AgencyKind.PEOPLES_COMMITTEE)
    assert (committee.code, committee.name) == ("ubnd-liem-tuyen-13444", "UBND xã Liêm Tuyền")
    assert Agency.objects.get(code="ubnd-ha-nam").name == "UBND tỉnh Hà Nam"
    assert Agency.objects.get(code="mttq-dinh-xa-13507").short_name == "MTTQ xã Đinh Xá"
    assert Agency.objects.get(code="ubnd-phu-ly-347").name == "UBND thành phố Phủ Lý"


def test_a_stored_unit_that_contradicts_the_data_is_named(
    loaded: loading.LoadedUnits, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = read_yaml(loading.PACKAGE, loading.UNITS_FILE)
    data["districts"][0]["communes"][0]["name"] = "Phường Khác"
    monkeypatch.setattr(loading, "read_yaml", lambda package, name: data)
    with pytest.raises(ReferenceDataError, match="13285"):
        loading.load_ha_nam()


def test_districts_and_province_have_an_approximate_centre(loaded: loading.LoadedUnits) -> None:
    units = [loaded.province, *loaded.province.children.all()]
    for unit in units:
        assert unit.latitude and unit.longitude and unit.reach_km
        assert unit.position_source and not unit.position_verified
    commune = AdministrativeUnit.objects.get(name="Xã Liêm Tuyền")
    assert commune.latitude is None
    located = commune.located()
    assert located is not None and located.name == "Thành phố Phủ Lý"


def test_units_from_before_get_their_centre_and_a_better_one_stays(loaded: loading.LoadedUnits) -> None:
    districts = AdministrativeUnit.objects.filter(parent=loaded.province)
    districts.filter(code="351").update(latitude=None, longitude=None, reach_km=None, position_source="")
    districts.filter(code="353").update(latitude=20.5, position_verified=True)
    loading.load_ha_nam()
    again = {unit.code: unit for unit in districts}
    assert (again["351"].latitude, again["351"].reach_km) == (20.455, 13)
    assert (again["353"].latitude, again["353"].position_verified) == (20.5, True)
