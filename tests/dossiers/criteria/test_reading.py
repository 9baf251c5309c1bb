"""The sets of the package: nothing of the facts is lost, nothing is taken for checked that is not."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from dossiers.criteria.documents import SetDocument
from dossiers.criteria.loading import OVERLAYS, SET_FILES
from dossiers.criteria.reading import build_set, read_overlay, read_set
from dossiers.criteria.thresholds import threshold_for
from dossiers.organisations.reading import ReferenceDataError

OVERLAY_FILE, OVERLAY_BASE = OVERLAYS[0]
NTM, ADVANCED, MODEL = (read_set(name) for name in SET_FILES)
DEMO = read_overlay(OVERLAY_FILE, ADVANCED)


def _indicators(document: SetDocument) -> dict[str, Any]:
    return {one.code: one for criterion in document.criteria for one in criterion.indicators}


@pytest.mark.parametrize(
    ("document", "criteria", "indicators", "departments"),
    [(NTM, 19, 57, 16), (ADVANCED, 19, 75, 17), (MODEL, 4, 4, 4), (DEMO, 19, 75, 17)],
    ids=["ntm", "nang-cao", "kieu-mau", "demo"],
)
def test_counts(document: SetDocument, criteria: int, indicators: int, departments: int) -> None:
    rows = _indicators(document)
    assert (len(document.criteria), len(rows)) == (criteria, indicators)
    assert [one.position for one in rows.values()] == list(range(1, indicators + 1))
    assert len({one.notes["lead_department"] for one in rows.values()}) == departments


@pytest.mark.parametrize(
    ("document", "thresholds", "names"),
    [
        (NTM, {"verified": 1, "found": 8}, {"verified": 5, "found": 17}),
        (ADVANCED, {"verified": 0, "found": 3}, {"verified": 4, "found": 17}),
        (MODEL, {"verified": 4, "found": 0}, {"verified": 4, "found": 0}),
    ],
    ids=["ntm", "nang-cao", "kieu-mau"],
)
def test_how_many_facts_were_checked(
    document: SetDocument, thresholds: dict[str, int], names: dict[str, int]
) -> None:
    rows = _indicators(document).values()
    counted = Counter(one.threshold_confidence for one in rows)
    assert {name: counted[name] for name in thresholds} == thresholds
    counted = Counter(one.name_confidence for one in rows)
    assert {name: counted[name] for name in names} == names
    for one in rows:
        assert one.verified is (one.threshold_confidence == "verified")
        assert one.name_verified is (one.name_confidence == "verified")


@pytest.mark.parametrize("document", [NTM, ADVANCED, MODEL], ids=["ntm", "nang-cao", "kieu-mau"])
def test_what_was_found_names_where(document: SetDocument) -> None:
    for one in _indicators(document).values():
        if one.threshold_confidence in ("verified", "found"):
            assert one.threshold_source.startswith("http"), one.code
        if one.name_confidence in ("verified", "found"):
            assert one.name_source.startswith("http"), one.code
        assert one.source


@pytest.mark.parametrize(
    ("document", "code", "words"),
    [
        (ADVANCED, "4.1", "≥ 100 %"),
        (ADVANCED, "10.1", "≥ 68 triệu đồng/người/năm (2023)"),
        (ADVANCED, "11.1", "≤ 1 %"),
        (ADVANCED, "3.6", "từ loại Khá trở lên"),
        (ADVANCED, "5.3", "từ mức độ 3 trở lên"),
        (ADVANCED, "18.5", "bằng 0 sự cố"),
        (ADVANCED, "1.1", "Đạt"),
        (ADVANCED, "2.2", "chưa có mức: tỉnh phải quy định trước khi dùng"),
        (DEMO, "2.2", "≥ 90 %"),
        (NTM, "10.1", "≥ 56 triệu đồng/người/năm (2023)"),
        (NTM, "15.3", "≤ 16,5 %"),
        (NTM, "15.4", "≥ 70 %"),
        (MODEL, "KM2.1", "≥ 110 % so với mức nâng cao cùng năm"),
    ],
)
def test_thresholds_as_people_read_them(document: SetDocument, code: str, words: str) -> None:
    assert threshold_for(_indicators(document)[code]).describe(2023) == words


def test_levels_that_the_province_has_to_set() -> None:
    unset = [code for code, one in _indicators(ADVANCED).items() if one.threshold_kind == "unset"]
    assert unset == ["2.2", "2.3", "2.4", "6.3"]
    assert [code for code, one in _indicators(DEMO).items() if one.threshold_kind == "unset"] == []


def test_what_else_the_rows_say_is_kept() -> None:
    rows = _indicators(ADVANCED)
    assert rows["14.1"].notes["disaggregate"] == ["nam", "nữ"]
    assert rows["17.10"].notes["amended_by_211_2024"] is True
    assert rows["4.1"].notes["other_regions"]["central_highlands"] == "98"
    assert rows["6.2"].not_applicable_allowed
    assert rows["19.1"].confidential
    assert rows["19.2"].confidential
    assert rows["10.1"].threshold_by == "assessment_year"
    assert rows["1.1"].evidence_hints[0] == "Quyết định phê duyệt quy hoạch chung xã"
    assert len(_indicators(MODEL)["KM4.1"].notes["options"]) == 8
    critical = [criterion.number for criterion in ADVANCED.criteria if criterion.is_critical_for_revocation]
    assert critical == [10, 17, 18, 19]


def test_the_demonstration_differs_only_where_it_says_so() -> None:
    assert DEMO.demonstration
    assert not ADVANCED.demonstration
    base, demo = _indicators(ADVANCED), _indicators(DEMO)
    changed = {code for code in base if base[code] != demo[code]}
    assert changed == {"2.2", "2.3", "2.4", "6.3"}
    for code in changed:
        assert demo[code].notes["demonstration"] is True
        assert demo[code].verified is False
        assert "minh họa" in demo[code].threshold_source


def test_reading_the_overlay_leaves_the_base_as_it_was() -> None:
    before = ADVANCED.content_sha256()
    read_overlay(OVERLAY_FILE, ADVANCED)
    assert ADVANCED.content_sha256() == before == read_set(OVERLAY_BASE).content_sha256()


def test_the_hash_is_of_the_content_not_of_the_layout(data: dict[str, Any]) -> None:
    same = build_set(dict(reversed(data.items())), "thử")
    assert same.content_sha256() == build_set(data, "thử").content_sha256()
    data["criteria"][0]["indicators"][1]["disaggregate"].append("trẻ em")
    assert build_set(data, "thử").content_sha256() != same.content_sha256()


def test_years_become_text_and_numbers_plain(document: SetDocument) -> None:
    income = _indicators(document)["1.1"]
    assert income.threshold == {"2031": "68", "2032": "72.5"}
    assert income.notes["other_regions"] == {"southeast": "80"}
    assert income.threshold_source == "https://bao.example/bai"


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("comparison", "about", "about"),
        ("comparison", "bool", "comparison"),
        ("kind", "guess", "guess"),
        ("threshold", {"southeast": 80}, "red_river_delta"),
        ("threshold", {"red_river_delta": "nhiều"}, "1.1"),
        ("threshold_source", ["đài"], "đài"),
        ("threshold_confidence", "sure", "sure"),
    ],
)
def test_a_broken_row_is_named(data: dict[str, Any], place: str, value: Any, words: str) -> None:
    data["criteria"][0]["indicators"][0][place] = value
    with pytest.raises(ReferenceDataError, match=words):
        build_set(data, "thử")


def test_a_missing_field_is_named(data: dict[str, Any]) -> None:
    del data["criteria"][0]["indicators"][0]["unit"]
    with pytest.raises(ReferenceDataError, match="unit"):
        build_set(data, "thử")


def test_an_overlay_fits_its_base_only(document: SetDocument) -> None:
    with pytest.raises(ReferenceDataError, match="bo-thu"):
        read_overlay(OVERLAY_FILE, document)
