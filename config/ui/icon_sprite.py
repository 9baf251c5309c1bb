"""Gathers the chosen Tabler icons into one sprite. How to run it: config/static/vendor/README.md."""

from __future__ import annotations

import re
import sys
from pathlib import Path

#: Our name → Tabler's name.
ICONS = {
    "circle": "circle",
    "half-circle": "circle-half-2",
    "exclamation": "alert-circle",
    "check-circle": "circle-check",
    "hourglass": "hourglass",
    "arrow-back": "arrow-back-up",
    "x": "x",
    "x-circle": "circle-x",
    "check": "check",
    "home": "home",
    "inbox": "inbox",
    "file": "file",
    "file-text": "file-text",
    "file-check": "file-certificate",
    "folder": "folder",
    "upload": "upload",
    "download": "download",
    "photo": "photo",
    "history": "history",
    "user": "user",
    "users": "users",
    "building": "building-bank",
    "commune": "building-community",
    "search": "search",
    "filter": "filter",
    "chevron-down": "chevron-down",
    "chevron-up": "chevron-up",
    "chevron-left": "chevron-left",
    "chevron-right": "chevron-right",
    "arrow-left": "arrow-left",
    "arrow-right": "arrow-right",
    "menu": "menu-2",
    "language": "language",
    "logout": "logout",
    "lock": "lock",
    "info": "info-circle",
    "alert": "alert-triangle",
    "clock": "clock",
    "calendar": "calendar",
    "pause": "player-pause",
    "coin": "coin",
    "list-check": "list-check",
    "stamp": "rubber-stamp",
    "gavel": "gavel",
    "signature": "signature",
    "scale": "scale",
    "send": "send",
    "sun": "sun",
    "moon": "moon",
    "plus": "plus",
    "edit": "pencil",
    "trash": "trash",
    "eye": "eye",
    "printer": "printer",
    "shield-check": "shield-check",
    "message": "message",
    "external-link": "external-link",
    "board": "layout-dashboard",
    "refresh": "refresh",
    "bell": "bell",
    "map-pin": "map-pin",
    "paperclip": "paperclip",
    "flag": "flag",
    "save": "device-floppy",
    "seedling": "seedling",
    "wheat": "wheat",
}

LICENCE = "<!-- Tabler Icons 3.51.0, MIT: vendor/tabler-icons-3.51.0/LICENSE -->"


def symbol(name: str, svg: str) -> str:
    """Return one icon as a symbol, without the transparent square that Tabler draws first."""
    found = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    if not found:
        raise ValueError(f"{name}: not an SVG file")
    body = re.sub(r'<path stroke="none"[^>]*/>', "", found.group(1))
    body = "".join(line.strip() for line in body.splitlines()).replace(" />", "/>")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>'


def sprite(folder: Path) -> str:
    """Return the sprite made from the folder of outline icons."""
    symbols = [symbol(name, (folder / f"{source}.svg").read_text()) for name, source in ICONS.items()]
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">' + LICENCE, *symbols, "</svg>", ""])


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(sprite(Path(sys.argv[1])))
