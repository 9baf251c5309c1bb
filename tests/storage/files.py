"""Real files for the tests, made byte by byte or by Pillow, and a line to the store that can break."""

from __future__ import annotations

import io
import random
import socket
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()

RED, BLUE = (200, 30, 30), (30, 30, 200)


def halves(width: int = 640, height: int = 480) -> Image.Image:
    """A picture that shows which way up it is: the left half red, the right half blue."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    return picture


def noise(width: int = 320, height: int = 240, seed: int = 1) -> Image.Image:
    """A picture that does not compress, so that cutting the file cuts its contents."""
    return Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(width * height * 3))


def scene(seed: int, width: int = 800, height: int = 600) -> Image.Image:
    """A picture like a photo: coarse and fine shapes everywhere, different for each seed."""
    dice, picture = random.Random(seed), Image.new("L", (width, height), 128)
    for across, weight in ((5, 0.6), (16, 0.5), (60, 0.3)):
        size = (across, across * 3 // 4)
        layer = Image.frombytes("L", size, dice.randbytes(size[0] * size[1]))
        picture = Image.blend(picture, layer.resize(picture.size, Image.Resampling.BICUBIC), weight)
    return picture.convert("RGB")


def writing(seed: int, *, form: bool = False) -> Image.Image:
    """A page of writing on white paper; with ``form`` a table that is the same but for its figures."""
    dice, page = random.Random(seed), Image.new("RGB", (827, 1169), (251, 250, 247))
    draw = ImageDraw.Draw(page)
    for line in range(36):
        top = 80 + line * 28
        if form:
            draw.line((70, top - 4, 760, top - 4), fill=(0, 0, 0), width=2)
            draw.text((80, top), f"Chi tieu {line} cua xa", fill=(20, 20, 20), font_size=17)
            draw.text((600, top), str(dice.randint(1, 99999)), fill=(20, 20, 20), font_size=17)
        else:
            words = "".join(dice.choice("abcdeghiklmnopqrstuvxy    ") for _letter in range(72))
            draw.text((80, top), words, fill=(20, 20, 20), font_size=17)
    return page


def saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def jpeg(**options: Any) -> bytes:
    return saved(noise(), "JPEG", quality=85, **options)


def png() -> bytes:
    return saved(noise(), "PNG")


def webp() -> bytes:
    return saved(noise(), "WEBP", quality=90)


def heic(picture: Image.Image | None = None, **options: Any) -> bytes:
    return saved(picture or noise(), "HEIF", quality=60, **options)


def boxes(brand: bytes = b"isom", *, moov: bool = True, size: int = 20_000) -> bytes:
    """A video as far as its boxes show: what the pictures in it are, nothing here looks at."""

    def box(kind: bytes, contents: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(contents), kind) + contents

    media = box(b"mdat", random.Random(size).randbytes(size))
    return box(b"ftyp", brand + b"\0\0\2\0" + brand) + (box(b"moov", b"\0" * 120) if moov else b"") + media


def pdf(picture: Image.Image | None = None) -> bytes:
    return saved(picture or noise(600, 800), "PDF")


def text_pdf(*pages: str) -> bytes:
    """A PDF with a line of text on each page, in a font that says which characters its codes stand for."""
    ranges = "".join(f"<{high:02x}00> <{high:02x}ff> <{high:02x}00>\n" for high in range(256))
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Utf16 def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n256 beginbfrange\n{ranges}endbfrange\n"
        "endcmap end end"
    )
    kids = " ".join(f"{7 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H"
        " /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /FontDescriptor 5 0 R"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        "<< /Type /FontDescriptor /FontName /A /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800"
        " /Descent -200 /CapHeight 700 /StemV 80 >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    ]
    for number, text in enumerate(pages):
        content = f"BT /F 14 Tf 60 760 Td <{text.encode('utf-16-be').hex()}> Tj ET"
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >>"
            f" /Contents {8 + 2 * number} 0 R >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    out, offsets = io.BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, io.SEEK_END)
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode())
    xref = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, xref))
    return out.getvalue()


def pdf_of(size: int, path: Path) -> Path:
    """Write a valid PDF of one page that carries a stream of about ``size`` random bytes."""
    source, offsets = random.Random(size), []
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] >>",
    ]
    with path.open("wb") as out:
        out.write(b"%PDF-1.7\n")
        for number, body in enumerate(objects, 1):
            offsets.append(out.tell())
            out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        offsets.append(out.tell())
        out.write(b"4 0 obj\n<< /Length %d >>\nstream\n" % size)
        for start in range(0, size, 1 << 20):
            out.write(source.randbytes(min(1 << 20, size - start)))
        out.write(b"\nendstream\nendobj\n")
        xref = out.tell()
        out.write(b"xref\n0 5\n0000000000 65535 f \n")
        out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
        out.write(b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % xref)
    return path


def office(member: str = "word/document.xml", extra: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(member, "<document>" + "Đề án " * 500 + "</document>")
        for name, contents in (extra or {}).items():
            archive.writestr(name, contents)
    return out.getvalue()


def office_declaring(size: int) -> bytes:
    """A Word file whose last member says that it unpacks to ``size`` bytes."""
    contents = bytearray(office(extra={"word/media/image1.png": b"\0" * 5000}))
    struct.pack_into("<I", contents, contents.rindex(b"PK\x01\x02") + 24, size)
    return bytes(contents)


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it has width x height pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 4096)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


class OneWay(io.RawIOBase):
    """A stream that cannot be rewound, as a socket is."""

    def __init__(self, contents: Any) -> None:
        self._contents = contents

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._contents.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def breaking_line(endpoint: str, *, up: int = 1 << 40, down: int = 1 << 40) -> Iterator[str]:
    """Yield the address of a line to ``endpoint`` that is cut after so many bytes, and stays cut."""
    host, _, port = endpoint.partition(":")
    left, lock = {"up": up, "down": down}, threading.Lock()
    listener = socket.create_server(("127.0.0.1", 0))
    open_sockets: list[socket.socket] = [listener]

    def cut() -> None:
        for one in open_sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def carry(source: socket.socket, target: socket.socket, way: str) -> None:
        try:
            while data := source.recv(65536):
                with lock:
                    left[way] -= len(data)
                    if left[way] < 0:
                        return cut()
                target.sendall(data)
        except OSError:
            return None
        target.close()

    def serve() -> None:
        while True:
            try:
                near, _address = listener.accept()
                far = socket.create_connection((host, int(port)))
            except OSError:
                return
            open_sockets.extend((near, far))
            threading.Thread(target=carry, args=(near, far, "up"), daemon=True).start()
            threading.Thread(target=carry, args=(far, near, "down"), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        cut()
