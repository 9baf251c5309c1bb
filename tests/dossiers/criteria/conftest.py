from __future__ import annotations

import copy
from typing import Any

import pytest

from dossiers.criteria.documents import SetDocument
from dossiers.criteria.reading import build_set

DATA: dict[str, Any] = {
    "code": "bo-thu",
    "level": "nang_cao",
    "title": "Bộ tiêu chí thử",
    "legal_basis": "Quyết định thử",
    "region": "red_river_delta",
    "valid_from": 2031,
    "valid_to": 2035,
    "source": ["bao"],
    "sources": {"bao": "https://bao.example/bai"},
    "revocation_critical_criteria": {"numbers": [1], "source": ["bao"]},
    "criteria": [
        {
            "code": "TC01",
            "number": 1,
            "name": "Thu nhập",
            "group": "Kinh tế",
            "source": ["bao"],
            "indicators": [
                {
                    "code": "1.1",
                    "name": "Thu nhập bình quân đầu người",
                    "kind": "quantitative",
                    "unit": "triệu đồng/người/năm",
                    "comparison": "gte",
                    "threshold": {"red_river_delta": {2031: 68, 2032: 72.5}, "southeast": 80},
                    "threshold_confidence": "verified",
                    "threshold_source": ["bao"],
                    "lead_department": "Cục Thống kê tỉnh",
                },
                {
                    "code": "1.2",
                    "name": "Tỷ lệ tỉnh phải quy định",
                    "kind": "quantitative",
                    "unit": "%",
                    "comparison": "gte",
                    "threshold": {"red_river_delta": None},
                    "threshold_confidence": "none",
                    "province_may_set": True,
                    "lead_department": "Sở Xây dựng",
                    "disaggregate": ["nam", "nữ"],
                },
            ],
        }
    ],
}


@pytest.fixture
def data() -> dict[str, Any]:
    """A small set as a file has it; tests change their own copy."""
    return copy.deepcopy(DATA)


@pytest.fixture
def document(data: dict[str, Any]) -> SetDocument:
    return build_set(data, "thử")


@pytest.fixture(autouse=True)
def start_empty(request: pytest.FixtureRequest) -> None:
    """Empty the tables for tests that use the database; leaves the others alone."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("empty_province")
