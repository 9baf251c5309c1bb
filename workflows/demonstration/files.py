"""Small real files for demonstration: a photo-like JPEG and a one-page PDF, both saying what they are."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw


def photo(seed: str, *, size: tuple[int, int] = (1280, 960)) -> io.BytesIO:
    """Return a JPEG with a landscape of coloured fields; different for each seed."""
    dice = random.Random(seed)
    image = Image.new("RGB", size, (150, 190, 225))
    draw = ImageDraw.Draw(image)
    horizon = size[1] // 3 + dice.randint(-60, 60)
    for band in range(12):
        top = horizon + band * (size[1] - horizon) // 12
        green = (40 + dice.randint(0, 80), 110 + dice.randint(0, 100), 40 + dice.randint(0, 50))
        draw.polygon(
            [(0, top), (size[0], top + dice.randint(-30, 30)), (size[0], size[1]), (0, size[1])], fill=green
        )
    draw.rectangle((40, 40, 760, 110), fill=(255, 255, 255))
    draw.text((56, 62), f"ANH MINH HOA - {seed}"[:70], fill=(20, 20, 20), font_size=26)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    out.seek(0)
    return out


def paper(seed: str) -> io.BytesIO:
    """Return a one-page PDF scan-like image page; different for each seed."""
    dice = random.Random(seed)
    page = Image.new("RGB", (827, 1169), (253, 252, 248))
    draw = ImageDraw.Draw(page)
    draw.text((80, 80), "VAN BAN MINH HOA", fill=(0, 0, 0), font_size=30)
    draw.text((80, 130), seed[:60], fill=(60, 60, 60), font_size=20)
    for line in range(28):
        width = dice.randint(420, 660)
        draw.rectangle((80, 200 + line * 30, 80 + width, 210 + line * 30), fill=(120, 120, 120))
    out = io.BytesIO()
    page.save(out, "PDF", resolution=100)
    out.seek(0)
    return out
