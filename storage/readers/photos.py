"""Pictures: upright, without what else is in the file, and what the camera wrote about them (Exif 2.32)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from PIL import ExifTags, Image, ImageOps

from .kinds import FORMATS, UNREADABLE
from .texts import plain

#: As written: «2023:05:12 08:30:00», and an offset such as «+07:00» of its own.
TAKEN = "%Y:%m:%d %H:%M:%S"
OFFSET = re.compile(r"[+-]\d\d:\d\d")
#: A year outside these is no camera's; the first and the last that there are would leave them in another zone.
YEARS = range(1980, 2100)
CAMERA_LENGTH = 100


@dataclass(frozen=True)
class PhotoFacts:
    """What the camera says: anybody can change it, so that it is a hint and never a proof.

    ``taken_at`` has no zone where the camera gave none. Latitude and longitude are degrees of WGS 84.
    """

    width: int
    height: int
    taken_at: datetime | None
    camera: str
    latitude: float | None
    longitude: float | None


def facts(stream: BinaryIO) -> PhotoFacts:
    """Return what is written in a picture; fields that are missing or nonsense are empty."""
    with Image.open(stream, formats=FORMATS) as image:
        try:
            exif = image.getexif()
            inner, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
            turned, camera = exif.get(ExifTags.Base.Orientation) in (5, 6, 7, 8), _camera(exif)
        except UNREADABLE:
            inner, place, turned, camera = {}, {}, False, ""
        width, height = (image.height, image.width) if turned else image.size
        latitude, longitude = _position(place)
        return PhotoFacts(width, height, _taken(inner), camera, latitude, longitude)


def _taken(inner: dict[int, Any]) -> datetime | None:
    raw, offset = inner.get(ExifTags.Base.DateTimeOriginal), inner.get(ExifTags.Base.OffsetTimeOriginal)
    try:
        taken = datetime.strptime(str(raw).strip("\0 "), TAKEN)
        if taken.year not in YEARS:
            return None
        if isinstance(offset, str) and (found := OFFSET.search(offset)):
            return datetime.strptime(f"{taken:{TAKEN}}{found.group()}", f"{TAKEN}%z")
    except ValueError:
        return None
    return taken


def _camera(exif: Image.Exif) -> str:
    make = plain(str(exif.get(ExifTags.Base.Make) or ""))
    model = plain(str(exif.get(ExifTags.Base.Model) or ""))
    # «NIKON CORPORATION», «NIKON D7000»: many makers repeat themselves in the model.
    repeated = make and model.lower().startswith(make.lower().split()[0])
    return (model if repeated else f"{make} {model}".strip())[:CAMERA_LENGTH]


def _position(place: dict[int, Any]) -> tuple[float | None, float | None]:
    latitude = _degrees(place, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S", 90)
    longitude = _degrees(place, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W", 180)
    # Cameras without a fix write zeros; nothing in Vietnam lies there.
    if latitude is None or longitude is None or latitude == longitude == 0:
        return None, None
    return latitude, longitude


def _degrees(place: dict[int, Any], tag: int, reference: int, negative: str, limit: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in place[tag])
    except UNREADABLE:
        return None
    found = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(found) or not 0 <= found <= limit:
        return None
    return -found if str(place.get(reference, "")).strip("\0 ").upper() == negative else found


def upright(stream: BinaryIO, side: int) -> Image.Image:
    """Return the picture as it was seen, at most ``side`` pixels long, on white, without metadata but its profile."""
    with Image.open(stream, formats=FORMATS) as image:
        # Decodes a JPEG at a fraction of its size: no more pixels than are needed.
        image.draft("RGB", (side, side))
        profile = image.info.get("icc_profile") if image.mode == "RGB" else None
        turned = _turned(image)
        turned.thumbnail((side, side))
        if turned.has_transparency_data:
            # Text on a transparent ground is black as a rule: on black it could not be read.
            paper = Image.new("RGBA", turned.size, "white")
            turned = Image.alpha_composite(paper, turned.convert("RGBA"))
        result = turned.convert("RGB")
        result.info = {"icc_profile": profile} if profile else {}
        return result


def _turned(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except UNREADABLE:
        # What the camera wrote is damaged: no reason not to show the picture.
        return image.copy()
