"""Knowing photos again, and not mistaking others for them. Measured on real photos in docs/decisions/0009."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from itertools import combinations

import pytest
from PIL import Image, ImageDraw, ImageEnhance

from storage.readers.likeness import ALIKE, Fingerprint, agreement, fingerprint

from .files import halves, saved, scene, writing

Change = Callable[[Image.Image], Image.Image]


def resaved(picture: Image.Image, quality: int = 85) -> Image.Image:
    return Image.open(io.BytesIO(saved(picture, "JPEG", quality=quality)))


def cropped(left: float, top: float, right: float, bottom: float) -> Change:
    def crop(picture: Image.Image) -> Image.Image:
        width, height = picture.size
        return resaved(picture.crop((left * width, top * height, (1 - right) * width, (1 - bottom) * height)))

    return crop


def scaled(by: float) -> Change:
    return lambda picture: resaved(picture.resize((round(picture.width * by), round(picture.height * by))))


def stamped(picture: Image.Image) -> Image.Image:
    changed = picture.copy()
    draw = ImageDraw.Draw(changed)
    draw.text((picture.width * 0.6, picture.height * 0.9), "26/07/2023 14:05", (230, 40, 20), font_size=28)
    return resaved(changed)


def framed(picture: Image.Image) -> Image.Image:
    frame = Image.new("RGB", (picture.width + 80, picture.height + 60), "white")
    frame.paste(picture, (40, 30))
    return resaved(frame)


CHANGES: dict[str, Change] = {
    "saved at quality 30": lambda picture: resaved(picture, 30),
    "saved at quality 90": lambda picture: resaved(picture, 90),
    "scaled to 25 percent": scaled(0.25),
    "scaled to 200 percent": scaled(2),
    "left 25 percent cut off": cropped(0.25, 0, 0, 0),
    "top 12 percent cut off": cropped(0, 0.12, 0, 0),
    "all sides cut by 8 percent": cropped(0.08, 0.08, 0.08, 0.08),
    "all sides cut by 25 percent": cropped(0.25, 0.25, 0.25, 0.25),
    "brighter": lambda picture: resaved(ImageEnhance.Brightness(picture).enhance(1.3)),
    "darker": lambda picture: resaved(ImageEnhance.Brightness(picture).enhance(0.7)),
    "grey": lambda picture: resaved(picture.convert("L")),
    "date stamp": stamped,
    "white frame": framed,
    "turned": lambda picture: resaved(picture.transpose(Image.Transpose.ROTATE_90)),
    "upside down": lambda picture: resaved(picture.transpose(Image.Transpose.ROTATE_180)),
    "cropped, scaled, brighter, saved badly": lambda picture: resaved(
        ImageEnhance.Brightness(scaled(0.6)(cropped(0.08, 0.04, 0.06, 0.1)(picture))).enhance(1.15), 50
    ),
}


def on_a_table(page: Image.Image) -> Image.Image:
    """A page as a phone sees it: small, askew, in bad light, with the table around it."""
    table = Image.new("RGB", (1200, 1600), (80, 60, 45))
    lit = ImageEnhance.Brightness(page).enhance(0.8).convert("RGBA")
    turned = lit.rotate(4, expand=True, resample=Image.Resampling.BICUBIC)
    table.paste(turned, (140, 180), turned)
    return resaved(table)


def known(picture: Image.Image) -> Fingerprint:
    found = fingerprint(picture)
    assert found is not None
    return found


@pytest.mark.parametrize("change", CHANGES)
def test_a_photo_is_known_again(change: str) -> None:
    for seed in range(2):
        photo = scene(seed)
        one, other = known(photo), known(CHANGES[change](photo))
        assert agreement(one, other) >= ALIKE
        assert agreement(other, one) >= ALIKE, "whichever came first"


def test_photos_of_different_things_are_not_alike() -> None:
    fingerprints = [known(scene(seed)) for seed in range(20)]
    found = [agreement(one, other) for one, other in combinations(fingerprints, 2)]
    assert max(found) < 0.6


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (800, 600), "white"),
        Image.new("RGB", (800, 600), (20, 60, 20)),
        halves(),
        scene(1, 60, 45),
        writing(1),
        writing(1, form=True),
        on_a_table(writing(1)),
        on_a_table(writing(1, form=True)),
    ],
    ids=[
        "blank",
        "one colour",
        "two colours",
        "tiny",
        "writing",
        "form",
        "photo of writing",
        "photo of a form",
    ],
)
def test_what_shows_too_little_is_like_nothing(picture: Image.Image) -> None:
    assert fingerprint(picture) is None


def test_fields_and_horizons_are_not_alike_because_they_lie_the_same_way() -> None:
    """Bands of colour, as of fields under a sky: nothing in them tells one from another."""
    bands = Image.linear_gradient("L").quantize(12).convert("RGB").resize((1280, 960))
    assert fingerprint(bands) is None


def test_a_fingerprint_travels_between_processes_and_stays_small() -> None:
    found = known(scene(1, 1600, 1200))
    assert pickle.loads(pickle.dumps(found)) == found
    assert len(found.grey) == 4096 and len(found.hashes) * 8 <= 512
    assert all(-(2**63) <= one < 2**63 for one in found.hashes)
