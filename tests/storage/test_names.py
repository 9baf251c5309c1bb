"""File names as people's machines send them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.documents.names import MAX_NAME, clean_name, extension

NFD = unicodedata.normalize("NFD", "Đề án nông thôn mới.pdf")


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Báo cáo.pdf", "Báo cáo.pdf"),
        (NFD, "Đề án nông thôn mới.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\xã\ảnh.jpg", "ảnh.jpg"),
        ("/a/b/", "tệp"),
        ("", "tệp"),
        ("...", "tệp"),
        (".pdf", "tệp.pdf"),
        ("ảnh\u202egpj.exe", "ảnhgpj.exe"),
        ("a\u200b\u2066b\x00\x1b.png", "ab.png"),
        ("dòng một\r\ndòng hai.pdf", "dòng một dòng hai.pdf"),
        ("  nhiều   khoảng  trắng .pdf ", "nhiều khoảng trắng.pdf"),
        ("Phụ lục 2. Danh sách hộ nghèo", "Phụ lục 2. Danh sách hộ nghèo"),
        ("e\u200d\u0301.jpg", "é.jpg"),
        ("hỏng\udc80.jpg", "hỏng.jpg"),
    ],
)
def test_a_name_is_cleaned(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


def test_a_long_name_keeps_its_extension() -> None:
    name = clean_name("Đ" * 500 + ".JPEG")
    assert len(name) == MAX_NAME
    assert name.endswith("Đ.JPEG")
    assert extension(name) == "jpeg"


@given(st.text(max_size=600))
def test_any_name_becomes_one_that_can_be_kept(raw: str) -> None:
    name = clean_name(raw)
    assert 0 < len(name) <= MAX_NAME
    assert unicodedata.is_normalized("NFC", name)
    assert not {"/", "\\", "\n", "\0"} & set(name)
    assert not {unicodedata.category(char) for char in name} & {"Cc", "Cf", "Cs"}
    assert name == clean_name(name)
