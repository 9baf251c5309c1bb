"""Knowing a photo again that was saved anew, scaled or cropped. Pure functions on Pillow pictures.

Two steps. Hashes of the whole picture and of parts of it (pHash: Zauner, «Implementation and Benchmarking of
Perceptual Image Hash Functions», 2010) find candidates cheaply, in any order, in the database. ``agreement`` then lays
one small grey picture over the other and compares them place by place. docs/decisions/0009-likeness.md has the
measurements behind the numbers here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from operator import mul

from PIL import Image, ImageChops, ImageFilter

#: Hashes that differ in more of their 64 bits are not looked at again.
NEAR_BITS = 18
#: Pictures that agree as much as this are called alike.
ALIKE = 0.87

Box = tuple[float, float, float, float]
#: Vectors with their lengths.
Places = list[tuple[list[float], float]]

_WORKING_SIDE = 256
_GREY_SIDE = 64

# What is cut off at both ends of an axis, in parts of its length, for the parts that are hashed.
_CUTS = ((0, 0), (0.1, 0), (0.22, 0), (0, 0.1), (0, 0.22), (0.08, 0.08), (0.18, 0.18))
#: The whole first, then its parts, as (left, top, right, bottom) in parts of the picture's sides.
_PARTS: tuple[Box, ...] = (
    *((left, top, 1 - right, 1 - bottom) for (left, right), (top, bottom) in product(_CUTS, _CUTS)),
    (0.05, 0.05, 0.95, 0.95),
    (0.25, 0.25, 0.75, 0.75),
)

_HASH_SIDE = 32
_FREQUENCIES = 8
_WAVES = [
    [math.cos(math.pi * (2 * x + 1) * u / (2 * _HASH_SIDE)) for x in range(_HASH_SIDE)]
    for u in range(1, _FREQUENCIES + 1)
]

# Places: squares of 8 by 8 pixels of a picture of 32 by 32.
_PLACE = 8
_PLACES_SIDE = 32
#: The length of a place's vector, from which on there is something to compare: two grey levels a pixel.
_DETAIL = 2.0 * _PLACE
_FEWEST_PLACES = 6
#: The worst places do not count: a date stamp or a watermark covers some.
_FORGIVEN = 2

_TURNS = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
#: So many ways of laying one picture over another are tried.
_MOST_WAYS = 3
#: Where pictures agree less than this before the edges are moved, moving does not help.
_HOPELESS = 0.15
_SMALLEST_PART = 0.4

# A page of writing, in tiles: bright and even almost everywhere, or thin dark strokes on bright ground on a good part.
_PAPER_TILES = 10
_PAPER_SIDE = 800
_STROKE = 5
_EVEN_TILES = 70
_WRITTEN_TILES = 18


@dataclass(frozen=True)
class Fingerprint:
    """What is kept to know a picture again.

    ``hashes`` are signed 64-bit numbers, that of the whole picture first, then those of its parts. ``grey`` is the
    picture in 64 by 64 grey levels, a byte each, in rows.
    """

    hashes: tuple[int, ...]
    grey: bytes


def fingerprint(image: Image.Image) -> Fingerprint | None:
    """Return the fingerprint of an upright picture, or None when it shows too little to be known again.

    None for blank and plain pictures, and for pages of writing: forms that were filled in differently look the same
    from afar. The same page is found by its SHA-256 only.
    """
    if min(image.size) < _GREY_SIDE:
        return None
    grey = image.convert("L")
    if _is_paper(grey):
        return None
    working = grey.resize((_WORKING_SIDE, _WORKING_SIDE), Image.Resampling.BOX)
    small = working.resize((_GREY_SIDE, _GREY_SIDE), Image.Resampling.BOX)
    if sum(length >= _DETAIL for _place, length in _places(small)) < _FEWEST_PLACES:
        return None
    return Fingerprint(tuple(_hash(working, part) for part in _PARTS), small.tobytes())


def turned(one: Fingerprint) -> tuple[int, ...]:
    """Return the hashes of the whole picture turned by 90, 180 and 270 degrees."""
    grey = _picture(one.grey)
    return tuple(_hash(grey.transpose(turn), _PARTS[0]) for turn in _TURNS)


def agreement(one: Fingerprint, other: Fingerprint) -> float:
    """Return how well two pictures agree where one lies in the other: 1.0 for the same picture, about 0 by chance.

    Either may be a part of the other. Takes some milliseconds.
    """
    best = 0.0
    for _bits, whole, wider, box in _ways(one, other):
        best = max(best, _fit(_places(whole), wider, box))
        if best >= ALIKE:
            break
    return best


def _ways(one: Fingerprint, other: Fingerprint) -> list[tuple[int, Image.Image, Image.Image, Box]]:
    """Return the likeliest ways to lay the one over the other: bits apart, the picture, the wider one, where."""
    grey, others = _picture(one.grey), _picture(other.grey)
    found = [
        *((_apart(one.hashes[0], part), grey, others, n) for n, part in enumerate(other.hashes)),
        *((_apart(other.hashes[0], part), others, grey, n) for n, part in enumerate(one.hashes)),
        *(
            (_apart(hashed, other.hashes[0]), grey.transpose(turn), others, 0)
            for turn, hashed in zip(_TURNS, turned(one), strict=True)
        ),
    ]
    found.sort(key=lambda way: way[0])
    return [
        (bits, whole, wider, _PARTS[part])
        for bits, whole, wider, part in found[:_MOST_WAYS]
        if bits <= NEAR_BITS
    ]


def _fit(places: Places, wider: Image.Image, box: Box) -> float:
    """Move the edges of the box in the wider picture for as long as the places agree better; return how well."""
    side = wider.width
    edges = [side * edge for edge in box]
    best = _alike(places, _places(wider, edges))
    if best < _HOPELESS:
        return best
    for step in (2.0, 1.0, 0.5):
        for _round in range(6):
            before = best
            for edge, move in product(range(4), (-step, step)):
                moved = edges.copy()
                moved[edge] = min(max(edges[edge] + move, 0), side)
                if min(moved[2] - moved[0], moved[3] - moved[1]) < side * _SMALLEST_PART:
                    continue
                found = _alike(places, _places(wider, moved))
                if found > best:
                    best, edges = found, moved
            if best == before:
                break
    return best


def _places(grey: Image.Image, box: Sequence[float] | None = None) -> Places:
    """Return the places of a picture as vectors with their lengths.

    Of each place the mean of every row and column is taken away: horizons, poles and the lines of tables look alike
    everywhere, what is left does not.
    """
    whole = (_PLACES_SIDE, _PLACES_SIDE)
    pixels = grey.resize(whole, Image.Resampling.BILINEAR, box=tuple(box) if box else None).tobytes()  # type: ignore[arg-type]
    places: Places = []
    for top, left in product(range(0, _PLACES_SIDE, _PLACE), repeat=2):
        rows = [pixels[(top + y) * _PLACES_SIDE + left :][:_PLACE] for y in range(_PLACE)]
        across = [sum(row) / _PLACE for row in rows]
        down = [sum(column) / _PLACE for column in zip(*rows, strict=True)]
        mean = sum(across) / _PLACE
        down = [level - mean for level in down]
        vector = [
            level - of_row - of_column
            for row, of_row in zip(rows, across, strict=True)
            for level, of_column in zip(row, down, strict=True)
        ]
        places.append((vector, math.sqrt(sum(map(mul, vector, vector)))))
    return places


def _alike(these: Places, those: Places) -> float:
    """Return the mean correlation of the places with detail, but for the worst; 0 when too few have any."""
    found = sorted(
        sum(map(mul, this, that)) / (length * other) if min(length, other) > 1 else 0.0
        for (this, length), (that, other) in zip(these, those, strict=True)
        if max(length, other) >= _DETAIL
    )
    if len(found) < _FEWEST_PLACES:
        return 0.0
    return sum(found[_FORGIVEN:]) / (len(found) - _FORGIVEN)


def _hash(grey: Image.Image, part: Box) -> int:
    """Return the pHash of a part: whether each of the 64 lowest frequencies is stronger than their median."""
    box = tuple(grey.width * edge for edge in part)
    side = (_HASH_SIDE, _HASH_SIDE)
    pixels = grey.resize(side, Image.Resampling.BILINEAR, box=box).tobytes()  # type: ignore[arg-type]
    rows = [pixels[start : start + _HASH_SIDE] for start in range(0, len(pixels), _HASH_SIDE)]
    across = [[sum(map(mul, row, wave)) for row in rows] for wave in _WAVES]
    strengths = [sum(map(mul, of_rows, wave)) for of_rows in across for wave in _WAVES]
    median = sorted(strengths)[len(strengths) // 2]
    bits = "".join("1" if strength > median else "0" for strength in strengths)
    return int.from_bytes(int(bits, 2).to_bytes(8, "big"), "big", signed=True)


def _apart(one: int, other: int) -> int:
    """Return in how many bits two hashes differ."""
    return ((one ^ other) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()


def _picture(grey: bytes) -> Image.Image:
    return Image.frombytes("L", (_GREY_SIDE, _GREY_SIDE), grey)


def _is_paper(grey: Image.Image) -> bool:
    """Say whether the picture is a written page, scanned or photographed on a table, however it is lit."""
    page = grey.copy()
    page.thumbnail((_PAPER_SIDE, _PAPER_SIDE), Image.Resampling.BOX)
    # Closing fills what is thin and dark, and leaves shadows and things.
    closed = page.filter(ImageFilter.MaxFilter(_STROKE)).filter(ImageFilter.MinFilter(_STROKE))
    strokes = ImageChops.subtract(closed, page)
    even = written = 0
    for tile, of_strokes in zip(_tiles(page), _tiles(strokes), strict=True):
        levels, depths = tile.histogram(), of_strokes.histogram()
        pixels, ground = sum(levels), _ground(levels)
        near = sum(levels[int(ground * 0.88) : int(ground * 1.12) + 1])
        dark, thin = sum(levels[: int(ground * 0.8)]), sum(depths[int(ground * 0.15) :])
        even += ground >= 110 and near >= 0.62 * pixels
        written += ground >= 90 and near >= 0.4 * pixels and thin >= max(0.03 * pixels, 0.8 * dark)
    return even >= _EVEN_TILES or written >= _WRITTEN_TILES


def _tiles(page: Image.Image) -> Iterator[Image.Image]:
    width, height = page.size
    for y, x in product(range(_PAPER_TILES), repeat=2):
        yield page.crop(
            (
                x * width // _PAPER_TILES,
                y * height // _PAPER_TILES,
                (x + 1) * width // _PAPER_TILES,
                (y + 1) * height // _PAPER_TILES,
            )
        )


def _ground(levels: list[int]) -> int:
    """Return the level from which on the brightest tenth of the pixels are."""
    brighter, ground = 0, 255
    while (brighter := brighter + levels[ground]) < sum(levels) / 10:
        ground -= 1
    return ground
