"""Pictures of photos, made by readers in their children, beside Pillow alone in this very process."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageOps

from storage import sandbox
from storage.documents.reading import SIDES
from storage.readers.contents import read

from .results import Figure
from .uploads import side_by_side

WIDTH, HEIGHT = 4000, 3000
QUALITY = 78


def photo(seed: int) -> bytes:
    """Return a JPEG of 12 megapixels, about 3 MB, as a phone makes them."""
    rough = Image.effect_noise((WIDTH // 8, HEIGHT // 8), 60 + seed).resize((WIDTH, HEIGHT))
    colours = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    out = io.BytesIO()
    Image.merge("RGB", (rough, colours, rough.rotate(180))).save(out, "JPEG", quality=92)
    return out.getvalue()


def with_pillow_alone(path: str) -> None:
    """Make the same two pictures with nothing around it: no child, no facts, no limits."""
    with Image.open(path) as image:
        image.draft("RGB", (max(SIDES.values()),) * 2)
        picture = ImageOps.exif_transpose(image).convert("RGB")
    for side in SIDES.values():
        small = picture.copy()
        small.thumbnail((side, side))
        small.save(io.BytesIO(), "WEBP", quality=QUALITY)


def thumbnails(*, photos: int, rounds: int) -> Figure:
    """Return photos per second that get thumbnail, preview and facts, one after the other."""
    with tempfile.TemporaryDirectory(prefix="lua-") as folder:
        paths = [str(Path(folder) / f"{number}.jpg") for number in range(photos)]
        for number, path in enumerate(paths):
            Path(path).write_bytes(photo(number))

        def all_of(one: Callable[[str], object]) -> Callable[[], object]:
            return lambda: [one(path) for path in paths]

        mine, peer = side_by_side(
            all_of(lambda path: sandbox.call(read, path, "image/jpeg", SIDES, seconds=60)),
            all_of(with_pillow_alone),
            rounds=rounds,
        )
    return Figure(
        f"Thumbnail and preview of {photos} photos of 12 megapixels",
        round(photos / mine, 2),
        "photos/s",
        "Pillow alone, without child and limits",
        round(photos / peer, 2),
        ">= 0.8 x peer",
    )
