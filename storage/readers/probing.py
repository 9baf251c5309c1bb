"""What a file really is, whatever it is called, and whether it is whole."""

from __future__ import annotations

import os
import zipfile
from typing import BinaryIO

import pypdfium2
from PIL import Image

from . import videos
from .kinds import DOCX, FORMATS, IMAGES, MAX_PIXELS, MAX_ZIP_BYTES, PDF, UNREADABLE, XLSX, Unfit

SIGNATURES = (
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"RIFF", "image"),
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
)
#: The major brands of HEIF pictures coded with HEVC (ISO/IEC 23008-12, 10); other boxes of this make are videos.
HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})


def probe(path: str) -> str:
    """Return the content type of a file of an allowed kind that opens. Raises Unfit."""
    with open(path, "rb") as stream:
        head = stream.read(64)
        stream.seek(0)
        family = next((kind for signature, kind in SIGNATURES if head.startswith(signature)), "")
        if head[4:8] == b"ftyp":
            family = "image" if head[8:12] in HEIF_BRANDS else "video"
        if not family:
            raise Unfit("type")
        return {"image": _image, "pdf": _pdf, "zip": _office, "video": videos.probe}[family](stream)


def _image(stream: BinaryIO) -> str:
    try:
        with Image.open(stream, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Unfit("pixels")
            content_type = IMAGES[str(image.format)]
            # Reads a JPEG to its end but decodes an eighth of its sides: a phone's photo needs 3 MB, not 150.
            image.draft(None, (1, 1))
            image.load()
    except Image.DecompressionBombError as error:
        raise Unfit("pixels") from error
    except UNREADABLE as error:
        raise Unfit("image") from error
    return content_type


def _pdf(stream: BinaryIO) -> str:
    stream.seek(max(0, stream.seek(0, os.SEEK_END) - 2048))
    if b"%%EOF" not in stream.read():
        raise Unfit("pdf_end")
    stream.seek(0)
    try:
        document = pypdfium2.PdfDocument(stream)
        try:
            pages = len(document)
            if pages:
                document[0].close()
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise Unfit("encrypted" if "password" in str(error).lower() else "pdf") from error
    if not pages:
        raise Unfit("pdf_pages")
    return PDF


def _office(stream: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
            if sum(item.file_size for item in archive.infolist()) > MAX_ZIP_BYTES:
                raise Unfit("bomb")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise Unfit("macros")
            if "word/document.xml" in names:
                kind = DOCX
            elif "xl/workbook.xml" in names:
                kind = XLSX
            else:
                raise Unfit("archive")
            if archive.testzip() is not None:
                raise Unfit("office")
    except UNREADABLE as error:
        raise Unfit("office") from error
    return kind
