"""What a file really is, whatever it is called, and whether it is whole."""

from __future__ import annotations

import struct
import threading
import zipfile
import zlib
from typing import BinaryIO

import pypdfium2
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image

from storage.errors import UploadRefused

from .names import extension

IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXTENSIONS = {
    "image/jpeg": {"jpg", "jpeg", "jpe", "jfif"},
    "image/png": {"png"},
    "image/webp": {"webp"},
    PDF: {"pdf"},
    DOCX: {"docx"},
    XLSX: {"xlsx"},
}
SIGNATURES = (
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"RIFF", "image"),
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
)
MAX_PIXELS = 100_000_000
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
MAX_ZIP_BYTES = 512 * 1024 * 1024

UNKNOWN_TYPE = _(
    "Không nhận loại tệp này. Xin gửi ảnh JPEG, PNG, WebP hoặc văn bản PDF, DOCX, XLSX; "
    "đổi đuôi tên tệp không làm thay đổi nội dung bên trong."
)

#: What the readers raise on damaged files, besides their own errors.
UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    RuntimeError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
    Image.DecompressionBombError,
)

#: PDFium is not thread-safe; every use of it takes this lock.
pdfium_lock = threading.Lock()


def sniff(stream: BinaryIO, name: str) -> str:
    """Return the content type of a file of an allowed kind that opens. Leaves the stream at its start.

    Raises UploadRefused with a reason that says what to do.
    """
    size = stream.seek(0, 2)
    stream.seek(0)
    refuse_empty(size)
    refuse_oversized(size)
    head = stream.read(1024)
    stream.seek(0)
    family = next((kind for signature, kind in SIGNATURES if head.startswith(signature)), "")
    if not family:
        raise UploadRefused("type", UNKNOWN_TYPE)
    content_type = {"image": _image, "pdf": _pdf, "zip": _office}[family](stream)
    stream.seek(0)
    if extension(name) not in EXTENSIONS[content_type]:
        message = _(
            "Đuôi tên tệp (.%(extension)s) không đúng với nội dung (%(found)s). Xin đổi lại tên tệp rồi gửi."
        )
        found = sorted(EXTENSIONS[content_type])[0]
        raise UploadRefused("extension", message % {"extension": extension(name) or "?", "found": found})
    return content_type


def announced_type(name: str, size: int) -> str:
    """Return the content type that name and size announce, before a byte was sent.

    Raises UploadRefused, in the words of ``sniff``, for what could not be received whatever its contents.
    """
    refuse_empty(size)
    refuse_oversized(size)
    for content_type, extensions in EXTENSIONS.items():
        if extension(name) in extensions:
            return content_type
    raise UploadRefused("type", UNKNOWN_TYPE)


def refuse_empty(size: int) -> None:
    """Raise UploadRefused for a file without a byte."""
    if size <= 0:
        raise UploadRefused("empty", _("Tệp rỗng (0 byte). Xin kiểm tra lại tệp trên máy rồi gửi lại."))


def refuse_oversized(size: int) -> None:
    """Raise UploadRefused for more bytes than the settings allow."""
    limit = settings.EVIDENCE_MAX_BYTES
    if size > limit:
        message = _("Tệp lớn hơn %(limit)s MB. Xin giảm kích thước hoặc chia thành nhiều tệp.")
        raise UploadRefused("oversized", message % {"limit": limit // (1024 * 1024)})


def _image(stream: BinaryIO) -> str:
    broken = _("Ảnh bị hỏng hoặc tải thiếu, không mở được. Xin chụp hoặc quét lại.")
    too_large = _("Ảnh quá lớn (trên 100 triệu điểm ảnh). Xin giảm kích thước ảnh.")
    try:
        with Image.open(stream, formats=list(IMAGES)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise UploadRefused("pixels", too_large)
            content_type = IMAGES[str(image.format)]
            # Reads a JPEG to its end but decodes an eighth of its sides: a phone's photo needs 3 MB, not 150.
            image.draft(None, (1, 1))
            image.load()
    except UploadRefused:
        raise
    except Image.DecompressionBombError as error:
        raise UploadRefused("pixels", too_large) from error
    except UNREADABLE as error:
        raise UploadRefused("broken", broken) from error
    return content_type


def _pdf(stream: BinaryIO) -> str:
    stream.seek(max(0, stream.seek(0, 2) - 2048))
    if b"%%EOF" not in stream.read():
        raise UploadRefused("broken", _("Tệp PDF bị tải thiếu phần cuối. Xin gửi lại tệp đầy đủ."))
    stream.seek(0)
    try:
        with pdfium_lock:
            document = pypdfium2.PdfDocument(stream)
            try:
                pages = len(document)
                if pages:
                    document[0].close()
            finally:
                document.close()
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            message = _("Tệp PDF có mật khẩu, cơ quan thẩm định không mở được. Xin bỏ mật khẩu rồi gửi lại.")
            raise UploadRefused("encrypted", message) from error
        raise UploadRefused("broken", _("Tệp PDF bị hỏng, không mở được. Xin xuất hoặc quét lại.")) from error
    if not pages:
        raise UploadRefused("broken", _("Tệp PDF không có trang nào. Xin xuất hoặc quét lại."))
    return PDF


def _office(stream: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
            if sum(item.file_size for item in archive.infolist()) > MAX_ZIP_BYTES:
                raise UploadRefused("bomb", _("Tệp giải nén ra quá lớn. Xin xuất ra PDF rồi gửi."))
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise UploadRefused("macros", _("Tệp có macro. Xin lưu lại dạng không macro rồi gửi."))
            if "word/document.xml" in names:
                kind = DOCX
            elif "xl/workbook.xml" in names:
                kind = XLSX
            else:
                message = _("Không nhận tệp nén. Xin gửi từng ảnh hoặc văn bản PDF, DOCX, XLSX.")
                raise UploadRefused("type", message)
            if archive.testzip() is not None:
                raise UploadRefused("broken", _("Tệp văn bản bị hỏng, không mở được. Xin lưu lại rồi gửi."))
    except UNREADABLE as error:
        raise UploadRefused(
            "broken", _("Tệp văn bản bị hỏng, không mở được. Xin lưu lại rồi gửi.")
        ) from error
    return kind
