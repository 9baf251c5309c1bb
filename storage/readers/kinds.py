"""The kinds of files that serve as evidence."""

from __future__ import annotations

import struct
import zipfile
import zlib

import pillow_heif
from PIL import Image

#: Pillow's name of a format, and its content type. «MPO» is a JPEG that phones put further pictures behind, of depth
#: or brightness (CIPA DC-007); everything but Pillow takes it for the JPEG that it is.
IMAGES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
}
#: The formats that Pillow is asked to try; MPO it finds by itself.
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MP4 = "video/mp4"
QUICKTIME = "video/quicktime"
VIDEOS = frozenset({MP4, QUICKTIME})
EXTENSIONS = {
    "image/jpeg": {"jpg", "jpeg", "jpe", "jfif"},
    "image/png": {"png"},
    "image/webp": {"webp"},
    "image/heic": {"heic", "heif"},
    PDF: {"pdf"},
    DOCX: {"docx"},
    XLSX: {"xlsx"},
    MP4: {"mp4", "m4v"},
    QUICKTIME: {"mov", "qt"},
}
MAX_PIXELS = 100_000_000
MAX_ZIP_BYTES = 512 * 1024 * 1024

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
pillow_heif.register_heif_opener(thumbnails=False)

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


class Unfit(Exception):
    """A file that cannot serve as evidence; ``reason`` is a word for which ``storage.documents`` has a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
