"""What a file really is, and what is said to the person when it cannot serve."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from storage import sandbox
from storage.errors import UploadRefused
from storage.readers.kinds import EXTENSIONS, VIDEOS, Unfit
from storage.readers.probing import probe

from .names import extension

#: A picture of 100 million points takes a few seconds to look through.
PROBE_SECONDS = 60
MIB = 1024 * 1024

UNKNOWN_TYPE = _(
    "Không nhận loại tệp này. Xin gửi ảnh JPEG, PNG, WebP, HEIC, video MP4, MOV hoặc văn bản PDF, DOCX, XLSX; "
    "đổi đuôi tên tệp không làm thay đổi nội dung bên trong."
)
#: For each reason of a reader the code of the refusal and its sentence.
REFUSALS = {
    "type": ("type", UNKNOWN_TYPE),
    "archive": ("type", _("Không nhận tệp nén. Xin gửi từng ảnh hoặc văn bản PDF, DOCX, XLSX.")),
    "pixels": ("pixels", _("Ảnh quá lớn (trên 100 triệu điểm ảnh). Xin giảm kích thước ảnh.")),
    "image": ("broken", _("Ảnh bị hỏng hoặc tải thiếu, không mở được. Xin chụp hoặc quét lại.")),
    "pdf": ("broken", _("Tệp PDF bị hỏng, không mở được. Xin xuất hoặc quét lại.")),
    "pdf_end": ("broken", _("Tệp PDF bị tải thiếu phần cuối. Xin gửi lại tệp đầy đủ.")),
    "pdf_pages": ("broken", _("Tệp PDF không có trang nào. Xin xuất hoặc quét lại.")),
    "encrypted": (
        "encrypted",
        _("Tệp PDF có mật khẩu, cơ quan thẩm định không mở được. Xin bỏ mật khẩu rồi gửi lại."),
    ),
    "bomb": ("bomb", _("Tệp giải nén ra quá lớn. Xin xuất ra PDF rồi gửi.")),
    "macros": ("macros", _("Tệp có macro. Xin lưu lại dạng không macro rồi gửi.")),
    "office": ("broken", _("Tệp văn bản bị hỏng, không mở được. Xin lưu lại rồi gửi.")),
    "video": ("broken", _("Video bị hỏng hoặc tải thiếu, không mở được. Xin chép lại từ máy quay rồi gửi.")),
    "died": (
        "unreadable",
        _("Không đọc được tệp này trong giới hạn cho phép; tệp có thể hỏng. Xin xuất hoặc quét lại rồi gửi."),
    ),
}


def sniff(stream: BinaryIO, name: str) -> str:
    """Return the content type of a file of an allowed kind that opens. Leaves the stream at its start.

    The contents are read by a child process that may die. Raises UploadRefused with a reason that says what to do.
    """
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    refuse_empty(size)
    refuse_oversized(size, name)
    content_type = _probed(stream)
    if extension(name) not in EXTENSIONS[content_type]:
        message = _(
            "Đuôi tên tệp (.%(extension)s) không đúng với nội dung (%(found)s). Xin đổi lại tên tệp rồi gửi."
        )
        found = sorted(EXTENSIONS[content_type])[0]
        raise UploadRefused("extension", message % {"extension": extension(name) or "?", "found": found})
    return content_type


def _probed(stream: BinaryIO) -> str:
    try:
        with on_disk(stream) as path:
            return sandbox.call(probe, path, seconds=PROBE_SECONDS)
    except Unfit as unfit:
        raise UploadRefused(*REFUSALS[unfit.reason]) from unfit
    except sandbox.ReaderDied as died:
        raise UploadRefused(*REFUSALS["died"]) from died
    finally:
        stream.seek(0)


@contextmanager
def on_disk(stream: BinaryIO) -> Iterator[str]:
    """Yield the path of a file with the stream's contents: its own where it has one."""
    path = getattr(stream, "name", None)
    if isinstance(path, str) and os.path.isfile(path):
        stream.flush()
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="lua-") as copy:
        stream.seek(0)
        shutil.copyfileobj(stream, copy)
        copy.flush()
        yield copy.name


def announced_type(name: str, size: int) -> str:
    """Return the content type that name and size announce, before a byte was sent.

    Raises UploadRefused, in the words of ``sniff``, for what could not be received whatever its contents.
    """
    refuse_empty(size)
    refuse_oversized(size, name)
    for content_type, extensions in EXTENSIONS.items():
        if extension(name) in extensions:
            return content_type
    raise UploadRefused(*REFUSALS["type"])


def refuse_empty(size: int) -> None:
    """Raise UploadRefused for a file without a byte."""
    if size <= 0:
        raise UploadRefused("empty", _("Tệp rỗng (0 byte). Xin kiểm tra lại tệp trên máy rồi gửi lại."))


def refuse_oversized(size: int, name: str) -> None:
    """Raise UploadRefused for more bytes than the settings allow; videos may be larger than other files."""
    is_video = any(extension(name) in EXTENSIONS[kind] for kind in VIDEOS)
    limit = settings.VIDEO_MAX_BYTES if is_video else settings.EVIDENCE_MAX_BYTES
    if size <= limit:
        return
    if is_video:
        message = _("Video lớn hơn %(limit)s MB. Xin cắt ngắn hoặc giảm chất lượng rồi gửi.")
    else:
        message = _("Tệp lớn hơn %(limit)s MB. Xin giảm kích thước hoặc chia thành nhiều tệp.")
    raise UploadRefused("oversized", message % {"limit": limit // MIB})
