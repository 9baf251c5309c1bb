"""Files made to harm whoever opens them: bombs, files in files, pictures whose camera lies, PDFs that want to run."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image

from .files import heic, jpeg, noise, office, png_claiming, saved, text_pdf, webp
from .mutations import photo_exif, zipped
from .verdicts import READ, UNREADABLE

#: By what it is called: the file's name, what makes it, and what becomes of it.
Hostile = dict[str, tuple[str, Callable[[], bytes], str]]

SCRIPT = b"<html><body><script>document.title='ran'; alert('ran')</script></body></html>"
MIB = 1024 * 1024


def deflated(size: int) -> bytes:
    """Return so many zeros, packed to a thousandth."""
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(bytes(MIB)) for _ in range(size // MIB + 1)), packer.flush()])


# --- Pictures ---------------------------------------------------------------------------------------------


def png_with(*chunks: tuple[bytes, bytes], width: int = 64, height: int = 48) -> bytes:
    """Return a PNG with further chunks after its header."""
    whole = saved(noise(width, height), "PNG")
    return whole[:33] + b"".join(chunk(kind, data) for kind, data in chunks) + whole[33:]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def grey_png(side: int, rows: int) -> bytes:
    """A PNG that says it is a square and holds only so many rows of zeros."""
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", deflated(rows * (side + 1))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def jpeg_claiming(width: int, height: int) -> bytes:
    data = bytearray(jpeg())
    struct.pack_into(">HH", data, data.index(b"\xff\xc0") + 5, height, width)
    return bytes(data)


def webp_claiming(width: int, height: int) -> bytes:
    data = bytearray(webp())
    struct.pack_into("<HH", data, data.index(b"\x9d\x01\x2a") + 3, width & 0x3FFF, height & 0x3FFF)
    return bytes(data)


def heic_claiming(width: int, height: int) -> bytes:
    data = bytearray(heic(noise(64, 48)))
    struct.pack_into(">II", data, data.index(b"ispe") + 8, width, height)
    return bytes(data)


def two_pictures() -> bytes:
    """A photo with a second picture behind it (CIPA DC-007), as phones add for depth or brightness."""
    return saved(noise(64, 48), "MPO", save_all=True, append_images=[noise(32, 24)])


def with_segment(contents: bytes, marker: int = 0xE1) -> bytes:
    """Return a JPEG with a segment of its own after its first bytes."""
    whole = saved(noise(64, 48), "JPEG")
    return whole[:2] + struct.pack(">BBH", 0xFF, marker, len(contents) + 2) + contents + whole[2:]


Entry = tuple[int, int, int, int]


def tiff(entries: list[Entry], tail: bytes = b"", following: int = 0) -> bytes:
    """Return Exif of a directory of (tag, type, count, value or place) and the place of the next one."""
    body = b"".join(struct.pack(">HHII", *entry) for entry in entries)
    return (
        b"Exif\0\0MM\0*\0\0\0\x08"
        + struct.pack(">H", len(entries))
        + body
        + struct.pack(">I", following)
        + tail
    )


def with_exif(entries: list[Entry], tail: bytes = b"", following: int = 0) -> bytes:
    return with_segment(tiff(entries, tail, following))


def said(tag: int, text: bytes) -> bytes:
    """Return a JPEG whose camera says a text of at least 5 bytes."""
    return with_exif([(tag, 2, len(text), 26)], text)


def taken(moment: str, offset: str) -> bytes:
    exif = photo_exif()
    inner = exif.get_ifd(0x8769)
    inner[0x9003], inner[0x9011] = moment, offset
    return saved(noise(64, 48), "JPEG", exif=exif)


def placed(latitude: tuple[float, ...], longitude: tuple[float, ...]) -> bytes:
    exif = photo_exif()
    exif.get_ifd(0x8825).update({2: latitude, 4: longitude})
    return saved(noise(64, 48), "JPEG", exif=exif)


def placed_in_words() -> bytes:
    place = struct.pack(">HHHI4sI", 1, 2, 2, 4, b"xa\0\0", 0)
    return with_exif([(0x8825, 4, 1, 26)], place)


def warned_of() -> bytes:
    """A PNG whose Exif has 60,000 fields that each lie beyond its end."""
    fields = [(tag, 7, MIB, 0) for tag in range(1, 60_000)]
    return png_with((b"eXIf", tiff(fields)[6:]))


def overlapping() -> bytes:
    """A PNG of 2 MB whose Exif has 2,000 fields that each are nearly the whole of it: 4 GB, were they all kept."""
    fields = [(tag, 7, 2 * MIB, 8) for tag in range(1000, 3000)]
    return png_with((b"eXIf", tiff(fields, bytes(2 * MIB))[6:]))


EXIF: Hostile = {
    "directory that follows itself": (
        "a.jpg",
        lambda: with_exif([(271, 2, 4, 0x41424300)], following=8),
        READ,
    ),
    "camera's directory that is its own": (
        "a.jpg",
        lambda: with_exif([(0x8769, 4, 1, 8), (0x8825, 4, 1, 8)]),
        READ,
    ),
    "2,000 fields that are each the whole": ("a.png", overlapping, READ),
    "directory beyond the end": ("a.jpg", lambda: with_exif([(0x8769, 4, 1, 0xFFFFFFFF)]), READ),
    "camera's name of 4 GB": ("a.jpg", lambda: with_exif([(271, 2, 0xFFFFFFFF, 8)]), READ),
    "way up as a billion numbers": ("a.jpg", lambda: with_exif([(274, 3, 0x3FFFFFFF, 8)]), READ),
    "way up of an unknown type": ("a.jpg", lambda: with_exif([(274, 99, 1, 6)]), READ),
    "way up as text": ("a.jpg", lambda: with_exif([(274, 2, 4, 0x36363600)]), READ),
    "way up that is none": ("a.jpg", lambda: with_exif([(274, 3, 1, 0xFFFF0000)]), READ),
    "way up as nothing": ("a.jpg", lambda: with_exif([(274, 3, 0, 0)]), READ),
    "way up as a fraction by zero": ("a.jpg", lambda: with_exif([(274, 5, 1, 26)], bytes(8)), READ),
    "only a byte order": ("a.jpg", lambda: with_segment(b"Exif\0\0MM"), READ),
    "nothing but its name": ("a.jpg", lambda: with_segment(b"Exif\0\0"), READ),
    "no byte order": ("a.jpg", lambda: with_segment(b"Exif\0\0" + b"\xff" * 40), READ),
    "no directory, in a PNG": ("a.png", lambda: png_with((b"eXIf", b"MM\0j" + bytes(20))), READ),
    "big TIFF": ("a.jpg", lambda: with_segment(b"Exif\0\0MM\0+\0\x08\0\0" + bytes(40)), READ),
    "60,000 fields beyond the end": ("a.png", warned_of, READ),
    "NUL in the camera's name": ("a.jpg", lambda: said(271, b"Ca\0non\0\0"), READ),
    "right to left in the camera's name": ("a.jpg", lambda: said(271, "Ca\u202enon".encode()), READ),
    "camera's name not in UTF-8": ("a.jpg", lambda: said(271, b"\xff\xfe\x80\x81\xc3("), READ),
    "camera's name of 60,000 letters": ("a.jpg", lambda: said(271, b"A" * 60_000), READ),
    "camera's name of spaces": ("a.jpg", lambda: said(271, b" " * 60 + b"\0"), READ),
    "camera's name as a page": ("a.jpg", lambda: said(271, SCRIPT), READ),
    "in the year 1, east of Greenwich": ("a.jpg", lambda: taken("0001:01:01 00:00:00", "+14:00"), READ),
    "in the year 9999, west of Greenwich": ("a.jpg", lambda: taken("9999:12:31 23:59:59", "-12:00"), READ),
    "at an hour of 99": ("a.jpg", lambda: taken("2023:05:12 99:99:99", "+99:99"), READ),
    "place of text": ("a.jpg", placed_in_words, READ),
    "place beyond the pole": ("a.jpg", lambda: placed((91.0, 0.0, 0.0), (181.0, 0.0, 0.0)), READ),
    "place in a hundred parts": ("a.jpg", lambda: placed((1.0,) * 100, (1.0,) * 100), READ),
}

PICTURES: Hostile = {
    "PNG of 100,000 by 100,000": ("a.png", lambda: png_claiming(100_000, 100_000), "refused: pixels"),
    "PNG as wide as a number can be": ("a.png", lambda: png_claiming(0x7FFFFFFF, 1), "refused: pixels"),
    "PNG without width": ("a.png", lambda: png_claiming(0, 10), "refused: broken"),
    "JPEG of 65,535 by 65,535": ("a.jpg", lambda: jpeg_claiming(65_535, 65_535), "refused: pixels"),
    "JPEG without height": ("a.jpg", lambda: jpeg_claiming(640, 0), "refused: broken"),
    "WebP of 16,383 by 16,383": ("a.webp", lambda: webp_claiming(16_383, 16_383), "refused: pixels"),
    "HEIC of 100,000 by 100,000": ("a.heic", lambda: heic_claiming(100_000, 100_000), "refused: broken"),
    "HEIC of 30,000 by 30,000": ("a.heic", lambda: heic_claiming(30_000, 30_000), "refused: broken"),
    "PNG of 100 million points in 100 kB": ("a.png", lambda: grey_png(10_000, 10_000), READ),
    "PNG of 100 million points without contents": ("a.png", lambda: grey_png(10_000, 1), "refused: broken"),
    "PNG with 64 MB of packed text": (
        "a.png",
        lambda: png_with((b"zTXt", b"a\0\0" + deflated(64 * MIB))),
        "refused: broken",
    ),
    "PNG with 64 MB of packed translated text": (
        "a.png",
        lambda: png_with((b"iTXt", b"a\0\1\0vi\0\0" + deflated(64 * MIB))),
        "refused: broken",
    ),
    "PNG with a profile of 64 MB": (
        "a.png",
        lambda: png_with((b"iCCP", b"a\0\0" + deflated(64 * MIB))),
        "refused: broken",
    ),
    "PNG with 20,000 texts": ("a.png", lambda: png_with(*[(b"tEXt", b"a\0b")] * 20_000), READ),
    "PNG of a million moving pictures": (
        "a.png",
        lambda: png_with((b"acTL", b"\0\x0f\x42\x40\0\0\0\0")),
        READ,
    ),
    "photo with a second picture behind it": ("a.jpg", two_pictures, READ),
    "photo in four inks": ("a.jpg", lambda: saved(noise(64, 48).convert("CMYK"), "JPEG"), READ),
    "PNG of 16 bits": ("a.png", lambda: saved(Image.new("I;16", (64, 48)), "PNG"), READ),
    "photo of one by 60,000": ("a.jpg", lambda: saved(Image.new("RGB", (1, 60_000)), "JPEG"), READ),
    "photo with a page in its comment": ("a.jpg", lambda: with_segment(SCRIPT, 0xFE), READ),
    "photo before a page": ("a.jpg", lambda: jpeg() + SCRIPT, READ),
    "photo before a ZIP": ("a.jpg", lambda: jpeg() + office(), READ),
    "photo before a program": ("a.jpg", lambda: jpeg() + b"MZ" + bytes(500), READ),
    "photo before a photo": ("a.jpg", lambda: jpeg() + jpeg(), READ),
    "photo called a page": ("a.html", lambda: jpeg() + SCRIPT, "refused: extension"),
    "page before a photo": ("a.jpg", lambda: SCRIPT + jpeg(), "refused: type"),
    "GIF that is a script": ("a.jpg", lambda: b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)", "refused: type"),
    "BMP that is a script": ("a.png", lambda: b"BM/*" + bytes(20) + b"*/=1;alert(1)", "refused: type"),
    "drawing that loads a picture of the server": (
        "a.png",
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        "refused: type",
    ),
    "PostScript": ("a.jpg", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file\n", "refused: type"),
}


# --- PDF ---------------------------------------------------------------------------------------------------


def pdf_of(*bodies: str | bytes, catalog: str = "", page: str = "/MediaBox [0 0 300 400]") -> bytes:
    """A PDF of one page; ``bodies`` are further objects from number 4, ``catalog`` and ``page`` entries of theirs."""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {page} >>",
        *bodies,
    ]
    return pdf_from(objects)


def pdf_from(objects: list[str | bytes] | list[str]) -> bytes:
    out, offsets = io.BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, io.SEEK_END)
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        raw = body.encode() if isinstance(body, str) else body
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, raw))
    xref = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, xref))
    return out.getvalue()


def stream(entries: str, data: bytes) -> bytes:
    return f"<< {entries} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def deep_pages(depth: int) -> bytes:
    """A PDF whose one page lies below so many lists of pages."""
    between = [
        f"<< /Type /Pages /Kids [{number + 1} 0 R] /Count 1 {f'/Parent {number - 1} 0 R' if number > 2 else ''} >>"
        for number in range(2, depth + 2)
    ]
    last = f"<< /Type /Page /Parent {depth + 1} 0 R /MediaBox [0 0 300 400] >>"
    return pdf_from(["<< /Type /Catalog /Pages 2 0 R >>", *between, last])


def many_pages(count: int) -> bytes:
    kids = " ".join(f"{number} 0 R" for number in range(3, count + 3))
    pages = ["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 30 40] >>"] * count
    return pdf_from(
        ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {count} >>", *pages]
    )


def runs(action: str) -> bytes:
    return pdf_of(action, catalog="/OpenAction 4 0 R")


def with_attachment(name: str, contents: bytes) -> bytes:
    return pdf_of(
        f"<< /Type /Filespec /F ({name}) /UF ({name}) /EF << /F 5 0 R >> >>",
        stream("/Type /EmbeddedFile", contents),
        catalog=f"/Names << /EmbeddedFiles << /Names [({name}) 4 0 R] >> >>",
    )


def drawn(
    content: bytes, page: str = "/MediaBox [0 0 300 400]", entries: str = "", *bodies: str | bytes
) -> bytes:
    return pdf_of(stream(entries, content), *bodies, page=f"{page} /Contents 4 0 R")


#: PDFs that want to do something when they are opened.
ACTIVE: dict[str, Callable[[], bytes]] = {
    "script on opening": lambda: runs("<< /S /JavaScript /JS (app.alert('ran')) >>"),
    "script by a name written in codes": lambda: runs("<< /S /J#61vaScript /JS (app.alert\\(1\\)) >>"),
    "script in the list of names": lambda: pdf_of(
        "<< /S /JavaScript /JS (app.alert(1)) >>", catalog="/Names << /JavaScript << /Names [(a) 4 0 R] >> >>"
    ),
    "script on closing": lambda: pdf_of(
        "<< /WC << /S /JavaScript /JS (app.alert(1)) >> >>", catalog="/AA 4 0 R"
    ),
    "script of a page": lambda: pdf_of(
        page="/MediaBox [0 0 300 400] /AA << /O << /S /JavaScript /JS (app.alert(1)) >> >>"
    ),
    "script after a move": lambda: runs(
        "<< /S /GoTo /D [3 0 R /Fit] /Next [<< /S /JavaScript /JS (app.alert(1)) >>] >>"
    ),
    "script of a field": lambda: pdf_of(
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /Rect [0 0 9 9] /AA << /K << /S /JavaScript /JS (1) >> >> >>",
        page="/MediaBox [0 0 300 400] /Annots [4 0 R]",
        catalog="/AcroForm << /Fields [4 0 R] >>",
    ),
    "program": lambda: runs("<< /S /Launch /Win << /F (cmd.exe) /P (/c calc) >> >>"),
    "form that sends itself": lambda: runs("<< /S /SubmitForm /F (http://127.0.0.1:9/) >>"),
    "program attached": lambda: with_attachment("a.exe", b"MZ" + bytes(500)),
    "PDF attached": lambda: with_attachment("a.pdf", text_pdf("trong")),
}

PAPERS: Hostile = {
    **{f"PDF with {what}": ("a.pdf", make, READ) for what, make in ACTIVE.items()},
    "PDF with 5,000 pages": ("a.pdf", lambda: many_pages(5000), READ),
    "PDF whose page is 900 lists deep": ("a.pdf", lambda: deep_pages(900), READ),
    "PDF whose page is 50,000 lists deep": ("a.pdf", lambda: deep_pages(50_000), "refused: broken"),
    "PDF whose list of pages holds itself": (
        "a.pdf",
        lambda: pdf_from(
            ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]
        ),
        "refused: broken",
    ),
    "PDF that says it has two billion pages": (
        "a.pdf",
        lambda: pdf_from(
            [
                "<< /Type /Catalog /Pages 2 0 R >>",
                "<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>",
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 30 40] >>",
            ]
        ),
        READ,
    ),
    "PDF whose table of objects follows itself": (
        "a.pdf",
        lambda: pdf_of().replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev 9 /XRefStm 9"),
        READ,
    ),
    "PDF with a page a thousand kilometres wide": (
        "a.pdf",
        lambda: pdf_of(page="/MediaBox [0 0 2834645669 2834645669]"),
        READ,
    ),
    "PDF with a page without width": ("a.pdf", lambda: pdf_of(page="/MediaBox [0 0 0 0]"), READ),
    "PDF with a page as thin as a hair": ("a.pdf", lambda: pdf_of(page="/MediaBox [0 0 0.001 99999]"), READ),
    "PDF with a page of numbers beyond numbers": (
        "a.pdf",
        lambda: pdf_of(page=f"/MediaBox [-{'9' * 60} -{'9' * 60} {'9' * 60} {'9' * 60}] /UserUnit 1e30"),
        READ,
    ),
    "PDF with contents of 64 MB packed": (
        "a.pdf",
        lambda: drawn(deflated(64 * MIB), entries="/Filter /FlateDecode"),
        READ,
    ),
    "PDF with contents packed a hundred times": (
        "a.pdf",
        lambda: drawn(deflated(MIB), entries=f"/Filter [{'/FlateDecode ' * 100}]"),
        READ,
    ),
    "PDF with a picture of 100,000 by 100,000": (
        "a.pdf",
        lambda: drawn(
            b"300 0 0 400 0 0 cm /I Do",
            "/MediaBox [0 0 300 400] /Resources << /XObject << /I 5 0 R >> >>",
            "",
            stream(
                "/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /BitsPerComponent 8"
                " /ColorSpace /DeviceRGB /Filter /FlateDecode",
                deflated(MIB),
            ),
        ),
        READ,
    ),
    "PDF with a form that draws itself": (
        "a.pdf",
        lambda: drawn(
            b"/F Do",
            "/MediaBox [0 0 300 400] /Resources << /XObject << /F 5 0 R >> >>",
            "",
            stream(
                "/Type /XObject /Subtype /Form /BBox [0 0 300 400] /Resources << /XObject << /F 5 0 R >> >>",
                b"/F Do",
            ),
        ),
        READ,
    ),
    "PDF of 100,000 states in one another": ("a.pdf", lambda: drawn(b"q " * 100_000), READ),
    "PDF of brackets in one another": (
        "a.pdf",
        lambda: pdf_of("[" * 100_000, catalog="/Lang 4 0 R"),
        READ,
    ),
    "PDF and Word at once": ("a.pdf", lambda: text_pdf("a") + office(), READ),
    "PDF and ZIP at once": ("a.pdf", lambda: pdf_of(zip_of("a.txt")), READ),
    "PDF behind a ZIP": ("a.pdf", lambda: zip_of("a.txt") + text_pdf("a"), "refused: type"),
    "PDF that is a page": (
        "a.pdf",
        lambda: text_pdf("a").replace(b"%PDF-1.7\n", b"%PDF-1.7\n%" + SCRIPT + b"\n"),
        READ,
    ),
    "page before a PDF": ("a.pdf", lambda: SCRIPT + text_pdf("a"), "refused: type"),
}


# --- Word and Excel ------------------------------------------------------------------------------------------


def zip_of(name: str, contents: bytes = b"x") -> bytes:
    return zipped({name: contents})


def with_document(xml: str | bytes) -> bytes:
    return zipped({"word/document.xml": xml})


def entities(levels: int, each: int) -> str:
    made = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * each if n else "ha"}">' for n in range(levels))
    return f"<!DOCTYPE d [{made}]><d><t>&e{levels - 1};</t></d>"


def file_list(names: list[str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ["word/document.xml", *names]:
            archive.writestr(zipfile.ZipInfo(name, (2023, 7, 3, 0, 0, 0)), "<d><t>a</t></d>")
    return out.getvalue()


OFFICE: Hostile = {
    "Word with 30 MB of one word": (
        "a.docx",
        lambda: with_document("<d><t>" + "a" * 30 * MIB + "</t></d>"),
        READ,
    ),
    "Word with two million empty elements": (
        "a.docx",
        lambda: with_document("<d>" + "<a/>" * 2_000_000 + "</d>"),
        READ,
    ),
    "Word of 300,000 elements in one another": (
        "a.docx",
        lambda: with_document("<a>" * 300_000 + "</a>" * 300_000),
        READ,
    ),
    "Word of elements that never end": ("a.docx", lambda: with_document("<a>" * 100_000), UNREADABLE),
    "Word with 300,000 attributes": (
        "a.docx",
        lambda: with_document("<d " + " ".join(f'a{n}=""' for n in range(300_000)) + "/>"),
        READ,
    ),
    "Word whose entities multiply": ("a.docx", lambda: with_document(entities(12, 10)), UNREADABLE),
    "Word whose entity is long and often used": (
        "a.docx",
        lambda: with_document(f'<!DOCTYPE d [<!ENTITY e "{"a" * 100_000}">]><d><t>{"&e;" * 100_000}</t></d>'),
        UNREADABLE,
    ),
    "Word with a file of the server": (
        "a.docx",
        lambda: with_document('<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><d><t>&e;</t></d>'),
        UNREADABLE,
    ),
    "Word whose text is not XML": ("a.docx", lambda: with_document(b"\xff\xfe\0\0\0"), UNREADABLE),
    "Word in an encoding nobody knows": (
        "a.docx",
        lambda: with_document('<?xml version="1.0" encoding="x-lua"?><d/>'),
        UNREADABLE,
    ),
    "Word with a NUL": ("a.docx", lambda: with_document("<d><t>a\0b</t></d>"), UNREADABLE),
    "Word with paths that climb": (
        "a.docx",
        lambda: file_list(["../../etc/passwd", "/etc/passwd", "C:\\a"]),
        READ,
    ),
    "Word with a part twice": (
        "a.docx",
        lambda: file_list(["word/documenT.xml"]).replace(b"documenT", b"document"),
        READ,
    ),
    "Word with 30,000 parts": ("a.docx", lambda: file_list([f"{n}" for n in range(30_000)]), READ),
    "Word with Word in Word": (
        "a.docx",
        lambda: zipped({"word/document.xml": "<d/>", "word/a.docx": zipped({"word/b.docx": office()})}),
        READ,
    ),
    "Word with macros under another name": (
        "a.docx",
        lambda: zipped({"word/document.xml": "<d/>", "WORD/VBAPROJECT.BIN": b"x"}),
        "refused: macros",
    ),
    "Word behind a page": ("a.docx", lambda: SCRIPT + office(), "refused: type"),
    "ZIP in ZIP": ("a.zip", lambda: zip_of("b.zip", zip_of("c.zip", zip_of("a.exe"))), "refused: type"),
    "ZIP in ZIP called Word": ("a.docx", lambda: zip_of("b.docx", office()), "refused: type"),
    "Android program called Word": ("a.docx", lambda: zip_of("classes.dex"), "refused: type"),
    "Java program called Word": ("a.docx", lambda: zip_of("META-INF/MANIFEST.MF"), "refused: type"),
    "OpenDocument called Word": ("a.docx", lambda: zip_of("content.xml"), "refused: type"),
}

VIDEOS: Hostile = {
    "video of 9,000 empty boxes": ("a.mp4", lambda: video(b"\0\0\0\x08free" * 9000), READ),
    "video of a million empty boxes": (
        "a.mp4",
        lambda: video(b"\0\0\0\x08free" * 1_000_000),
        "refused: broken",
    ),
    "video with a box of 18 exabytes": (
        "a.mp4",
        lambda: video(b"\0\0\0\x01free" + b"\xff" * 8),
        "refused: broken",
    ),
    "video with a box to the end": ("a.mp4", lambda: video(b"\0\0\0\0free" + SCRIPT), READ),
    "video with a large box of its own size": (
        "a.mp4",
        lambda: video(b"\0\0\0\x01free" + struct.pack(">Q", 16)),
        READ,
    ),
    "video with a box smaller than its head": ("a.mp4", lambda: video(b"\0\0\0\x07free"), "refused: broken"),
    "video called a page": ("a.html", lambda: video(b""), "refused: extension"),
    "video that is a page": (
        "a.mp4",
        lambda: video(struct.pack(">I", 8 + len(SCRIPT)) + b"free" + SCRIPT),
        READ,
    ),
    "picture called a video": ("a.mp4", lambda: heic(noise(64, 48)), "refused: extension"),
    "sound": ("a.mp4", lambda: b"\0\0\0\x10ftypM4A \0\0\0\0", "refused: broken"),
}


def video(extra: bytes) -> bytes:
    """Three boxes that make a video, and what is to come after them."""
    return b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x0cmoovabcd" + b"\0\0\0\x0cmdatabcd" + extra
