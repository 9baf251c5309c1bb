"""File names as people's machines send them."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.documents.archive import path_part
from storage.documents.names import MAX_NAME, clean_name, extension
from storage.objects import content_disposition

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


#: As people, other systems and people who mean harm name files.
HOSTILE = [
    "../../../etc/passwd",
    "..\\..\\Windows\\win.ini",
    "C:\\Users\\xã\\ảnh.jpg",
    "file:///etc/passwd",
    "~/.ssh/id_rsa.pdf",
    "-rf.pdf",
    "$(reboot).pdf",
    "a\0.exe.pdf",
    "a\r\nSet-Cookie: x=1.pdf",
    'a"; filename="b.exe.pdf',
    "ảnh\u202egpj.exe",
    "\u2066\u2067\u2068\u2069\u200f.pdf",
    "ệ" * 500 + ".pdf",
    "🏡" * 200 + ".jpg",
    unicodedata.normalize("NFD", "Biên bản nghiệm thu đường trục thôn.docx"),
    "a" + "\u0301" * 300 + ".pdf",
    "nul." + "a" * 300 + ".pdf",
    *("CON", "con.pdf", "NUL.tar.gz", "com1.jpg", "LPT9 .pdf", "COM¹.pdf", "AUX.", "conout$.pdf"),
    *(".", "..", "...", " ", ".pdf", "a.", "a .", "a.pdf.", "a.pdf ", "\u00a0.pdf", "\ufeff.pdf"),
    "a?b*c<d>e|f:g.pdf",
    "%2e%2e%2f.pdf",
    "<script>alert(1)</script>.pdf",
    "👩\u200d🌾.jpg",
    "\ud83c.jpg",
]


def assert_every_system_takes(part: str) -> None:
    assert 0 < len(part) <= 100
    assert len(part.encode()) <= 255 - 12, "Linux counts bytes, and a number may follow"
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', part)
    assert part == part.strip(" ") and not part.endswith(".")
    assert not re.match(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)", part)


@pytest.mark.parametrize("raw", HOSTILE, ids=ascii)
def test_a_hostile_name_becomes_one_that_every_system_takes(raw: str) -> None:
    name = clean_name(raw)
    assert name.isprintable() and name == clean_name(name)
    assert_every_system_takes(path_part(name, length=100))
    header = content_disposition(name, inline=True)
    assert header.isascii() and header.isprintable() and header.count('"') == 2


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_every_system_takes(raw: str) -> None:
    assert_every_system_takes(path_part(clean_name(raw), length=100))
