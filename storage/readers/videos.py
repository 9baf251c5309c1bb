"""Videos as phones make them: MP4 and QuickTime, which are chains of boxes (ISO/IEC 14496-12)."""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

from .kinds import MP4, QUICKTIME, Unfit

#: A file that has more boxes at its top than this was not made by a camera.
MAX_BOXES = 10_000
NEEDED = frozenset({b"ftyp", b"moov", b"mdat"})


def probe(stream: BinaryIO) -> str:
    """Return the content type of a video whose boxes fill the file exactly. Raises Unfit.

    The pictures in it are not decoded: no part of this system does, the player of the person's browser does.
    """
    end = stream.seek(0, os.SEEK_END)
    seen: set[bytes] = set()
    place = boxes = 0
    content_type = MP4
    while place < end:
        stream.seek(place)
        head = stream.read(16)
        if len(head) < 8 or (boxes := boxes + 1) > MAX_BOXES:
            raise Unfit("video")
        size, kind = struct.unpack(">I4s", head[:8])
        if kind == b"ftyp" and head[8:12] == b"qt  ":
            content_type = QUICKTIME
        if size == 0:  # The last box, to the end of the file.
            size = end - place
        elif size == 1 and len(head) == 16:
            (size,) = struct.unpack(">Q", head[8:])
        if size < 8:
            raise Unfit("video")
        seen.add(kind)
        place += size
    if place != end or not seen >= NEEDED:
        raise Unfit("video")
    return content_type
