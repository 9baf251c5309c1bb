"""Files damaged or forged at every one of their structures: the same ones in every run, each with a name.

A parser for each kind says where the structures of a whole file are and where their lengths stand; the mutations know
nothing of kinds but that.
"""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import ExifTags, Image
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PdfFileWriter

from .files import boxes, halves, heic, noise, saved, text_pdf

Mutants = Iterator[tuple[str, bytes]]


@dataclass(frozen=True)
class Piece:
    """A structure from ``start`` to ``end``; ``lengths`` are the places of its length fields and their ``struct``."""

    name: str
    start: int
    end: int
    lengths: tuple[tuple[int, str], ...] = ()
    header: int = 8


def segments(data: bytes) -> list[Piece]:
    """Return the segments of a JPEG (ISO/IEC 10918-1, annex B)."""
    found, place = [Piece("SOI", 0, 2, header=2)], 2
    while data[place + 1] != 0xDA:
        end = place + 2 + struct.unpack_from(">H", data, place + 2)[0]
        found.append(Piece(f"{data[place + 1]:X}", place, end, ((place + 2, ">H"),)))
        place = end
    end = data.rindex(b"\xff\xd9")
    return [*found, Piece("scan", place, end, ((place + 2, ">H"),)), Piece("EOI", end, end + 2, header=2)]


def chunks(data: bytes) -> list[Piece]:
    """Return the chunks of a PNG (ISO/IEC 15948)."""
    found, place = [Piece("signature", 0, 8)], 8
    while place < len(data):
        end = place + 12 + struct.unpack_from(">I", data, place)[0]
        found.append(Piece(data[place + 4 : place + 8].decode(), place, end, ((place, ">I"),), header=24))
        place = end
    return found


def riff(data: bytes) -> list[Piece]:
    """Return the chunks of a WebP (RFC 9649)."""
    found, place = [Piece("RIFF", 0, 12, ((4, "<I"),))], 12
    while place < len(data):
        size = struct.unpack_from("<I", data, place + 4)[0]
        end = place + 8 + size + size % 2
        name = data[place : place + 4].decode().strip()
        found.append(Piece(name, place, end, ((place + 4, "<I"),), header=18))
        place = end
    return found


def iso_boxes(data: bytes, start: int = 0, end: int | None = None, above: str = "") -> list[Piece]:
    """Return the boxes of a HEIC or a video, and those inside them (ISO/IEC 14496-12)."""
    #: Boxes that hold boxes, and what stands before those.
    inner = {"meta": 4, "iinf": 6, "iref": 4, "iprp": 0, "ipco": 0}
    found = []
    while start < (len(data) if end is None else end):
        size, kind = struct.unpack_from(">I4s", data, start)
        name = above + kind.decode("latin-1")
        found.append(Piece(name, start, start + size, ((start, ">I"),), header=16))
        if kind.decode("latin-1") in inner:
            found += iso_boxes(data, start + 8 + inner[name.rpartition(".")[2]], start + size, f"{name}.")
        start += size
    return found


def members(data: bytes) -> list[Piece]:
    """Return the headers and contents of a ZIP (PKWARE APPNOTE 4.3)."""
    fields = {
        b"PK\x03\x04": ("file", 30, ((14, "<I"), (18, "<I"), (22, "<I"), (26, "<H"), (28, "<H"))),
        b"PK\x01\x02": ("entry", 46, ((20, "<I"), (24, "<I"), (28, "<H"), (32, "<H"), (42, "<I"))),
        b"PK\x05\x06": ("end", 22, ((8, "<H"), (10, "<H"), (12, "<I"), (16, "<I"), (20, "<H"))),
    }
    places = [match.start() for match in re.finditer(rb"PK(\x03\x04|\x01\x02|\x05\x06)", data)]
    found = []
    for number, (start, end) in enumerate(zip(places, [*places[1:], len(data)], strict=True)):
        name, header, lengths = fields[data[start : start + 4]]
        at = tuple((start + place, form) for place, form in lengths)
        found.append(Piece(f"{name}{number}", start, end, at, header))
    return found


def objects(data: bytes) -> list[Piece]:
    """Return the objects, tables and ends of a PDF (ISO 32000-1, 7.5)."""
    parts = rb"(\d+) 0 obj.*?endobj|xref\s.*?(?=trailer)|trailer.*?(?=startxref)|startxref\s+\d+|%%EOF"
    return [
        Piece(match.group().split(b"\n")[0].decode("latin-1")[:12].strip(), match.start(), match.end())
        for match in re.finditer(parts, data, re.DOTALL)
    ]


def photo_exif() -> Image.Exif:
    made = Image.Exif()
    made[ExifTags.Base.Make], made[ExifTags.Base.Model] = "Canon", "EOS 80D"
    made[ExifTags.Base.Orientation] = 6
    made.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2023:05:12 08:30:00"
    made.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (20.0, 32.0, 7.0), 3: "E", 4: (105.0, 54.0, 36.0)})
    return made


def compressed(whole: bytes) -> bytes:
    """Return a PDF with its objects in object streams and its cross-reference table in a stream."""
    source, out = PdfFileReader(io.BytesIO(whole)), io.BytesIO()
    writer = PdfFileWriter(stream_xrefs=True)
    packed = writer.prepare_object_stream()
    for page in source.root["/Pages"]["/Kids"]:
        del page.get_object()["/Parent"]
        writer.insert_page(writer.import_object(page.get_object(), obj_stream=packed))
    if "/OpenAction" in source.root:
        action = writer.import_object(source.root["/OpenAction"], obj_stream=packed)
        writer.root["/OpenAction"] = writer.add_object(action, obj_stream=packed)
    writer.write(out)
    return _without_chance(out.getvalue())


def updated_pdf() -> bytes:
    """A PDF that was changed twice by appending to it, as a signature does."""
    out = io.BytesIO(text_pdf("Báo cáo"))
    for number in range(2):
        writer = IncrementalPdfFileWriter(out)
        writer.root[pdf_name("/Lang")] = pdf_string(f"vi-{number}")
        writer.update_root()
        writer.write_in_place()
    return _without_chance(out.getvalue())


def _without_chance(data: bytes) -> bytes:
    """Overwrite the random number and the time in a PDF (ISO 32000-1, 14.4 and 14.3), the same length of both."""
    data = re.sub(rb"(?<=/ID \[).*?(?=\])", lambda found: b"<" + b"0" * (len(found.group()) - 2) + b">", data)
    return re.sub(rb"(?<=D\\072)\d{14}", b"20230703000000", data)


def word() -> bytes:
    return zipped({"word/document.xml": '<w:d xmlns:w="w"><w:p><w:r><w:t>Đề án</w:t></w:r></w:p></w:d>'})


def sheet() -> bytes:
    return zipped(
        {"xl/workbook.xml": "<x/>", "xl/sharedStrings.xml": '<s xmlns="s"><si><t>Thu nhập</t></si></s>'}
    )


def zipped(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in parts.items():
            # A moment of its own: the same bytes in every run.
            info = zipfile.ZipInfo(name, (2023, 7, 3, 0, 0, 0))
            archive.writestr(info, contents, zipfile.ZIP_DEFLATED)
    return out.getvalue()


Parser = Callable[[bytes], list[Piece]]
#: For each kind the file's name, a whole file, and where its structures are.
KINDS: dict[str, tuple[str, Callable[[], bytes], Parser]] = {
    "jpeg": ("a.jpg", lambda: saved(noise(64, 48), "JPEG", exif=photo_exif(), comment=b"xin"), segments),
    "progressive": ("a.jpg", lambda: saved(noise(64, 48), "JPEG", progressive=True), segments),
    "png": ("a.png", lambda: saved(noise(64, 48), "PNG", exif=photo_exif(), dpi=(300, 300)), chunks),
    "palette": ("a.png", lambda: saved(halves(64, 48).quantize(4), "PNG", transparency=0), chunks),
    "webp": ("a.webp", lambda: saved(noise(64, 48), "WEBP", exif=photo_exif()), riff),
    "heic": ("a.heic", lambda: heic(noise(64, 48), exif=photo_exif()), iso_boxes),
    "scan": ("a.pdf", lambda: saved(noise(60, 80), "PDF", creationDate=None, modDate=None), objects),
    "text": ("a.pdf", lambda: text_pdf("Báo cáo", "Phụ lục"), objects),
    "compressed": ("a.pdf", lambda: compressed(text_pdf("Báo cáo", "Phụ lục")), objects),
    "updated": ("a.pdf", updated_pdf, objects),
    "docx": ("a.docx", word, members),
    "xlsx": ("a.xlsx", sheet, members),
    "mp4": ("a.mp4", lambda: boxes(size=2000), iso_boxes),
    "mov": ("a.mov", lambda: boxes(b"qt  ", size=2000), iso_boxes),
}
#: What a length becomes; what is wider than the field is cut to the field's own extreme.
LENGTHS = {"0": 0, "1": 1, "-1": -1, "most negative": 1 << 63, "largest": (1 << 63) - 1}


def mutants(kind: str) -> Mutants:
    """Yield name and contents of every damaged or forged variant of a whole file of this kind."""
    _name, make, parse = KINDS[kind]
    data = make()
    pieces = parse(data)
    made = [_cut, _flipped, _resized, _reordered, _with_other_heads]
    if parse is chunks:
        made.append(_flipped_with_right_sums)
    if parse is objects:
        made.append(_renumbered)
    for mutation in made:
        for name, mutant in mutation(data, pieces):
            if mutant != data:
                yield f"{kind}: {name}", mutant


def _cut(data: bytes, pieces: list[Piece]) -> Mutants:
    for number, piece in enumerate(pieces):
        yield f"ends before {piece.name}#{number}", data[: piece.start]
        yield f"ends in the header of {piece.name}#{number}", data[: piece.start + piece.header // 2]
        yield f"ends in {piece.name}#{number}", data[: (piece.start + piece.end) // 2]


def _flipped(data: bytes, pieces: list[Piece]) -> Mutants:
    source = random.Random(0)
    for number, piece in enumerate(pieces):
        for _ in range(4):
            place = source.randrange(piece.start, min(piece.start + piece.header, len(data)))
            yield f"{piece.name}#{number} flipped at {place}", _flip(data, place, source.randrange(8))


def _flipped_with_right_sums(data: bytes, pieces: list[Piece]) -> Mutants:
    """Damage that a checksum does not tell, as somebody who means harm makes it."""
    source = random.Random(1)
    for number, piece in enumerate(pieces[1:], 1):
        for _ in range(6 if piece.end - piece.start > 12 else 0):
            place = source.randrange(piece.start + 8, piece.end - 4)
            mutant = _flip(data, place, source.randrange(8))
            sums = struct.pack(">I", zlib.crc32(mutant[piece.start + 4 : piece.end - 4]))
            name = f"{piece.name}#{number} flipped at {place}, sum put right"
            yield name, mutant[: piece.end - 4] + sums + mutant[piece.end :]


def _flip(data: bytes, place: int, bit: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]


def _resized(data: bytes, pieces: list[Piece]) -> Mutants:
    for number, piece in enumerate(pieces):
        for place, form in piece.lengths:
            width = struct.calcsize(form)
            for name, value in LENGTHS.items():
                cut = value >> (64 - 8 * width) if value > 1 else value % (1 << 8 * width)
                mutant = bytearray(data)
                struct.pack_into(form, mutant, place, cut)
                yield f"length {name} at {place} of {piece.name}#{number}", bytes(mutant)


def _reordered(data: bytes, pieces: list[Piece]) -> Mutants:
    for number, piece in enumerate(pieces):
        before, itself, after = data[: piece.start], data[piece.start : piece.end], data[piece.end :]
        yield f"without {piece.name}#{number}", before + after
        yield f"{piece.name}#{number} twice", before + itself + itself + after
        yield f"{piece.name}#{number} a thousand times", before + itself[:2000] * 1000 + after
        yield f"{piece.name}#{number} last", before + after + itself
        yield f"{piece.name}#{number} first", itself + before + after


def _with_other_heads(data: bytes, pieces: list[Piece]) -> Mutants:
    for other, (_name, make, _parse) in KINDS.items():
        head = make()[:32]
        yield f"under the head of {other}", head + data[len(head) :]
        yield f"behind the head of {other}", head + data
        yield f"before a whole {other}", data + make()


def _renumbered(data: bytes, pieces: list[Piece]) -> Mutants:
    """Numbers and references of a PDF, which it writes as text."""
    keys = (
        rb"/(?:Length|Count|Size|Prev|First|N|W \[|Index \[|Width|Height|Kids \[|Pages|Root|Parent|Contents)"
    )
    for match in re.finditer(keys + rb" *(\d+)|startxref\s+(\d+)|(?:\[|<<) *(\d+) 0 R", data):
        group = match.lastindex or 0
        key = match.group().split()[0].decode().strip("/[ ")
        for value in (b"0", b"1", b"2", b"3", b"-1", b"2147483647", b"99999999999999999999"):
            name = f"{value.decode()} for {key} at {match.start(group)}"
            yield name, data[: match.start(group)] + value + data[match.end(group) :]
