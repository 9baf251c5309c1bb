"""Whether the page behind a link is open to its reader: a link that answers «not found» is not shown.

What a gate lacks is told to everybody who sees the dossier; the page where it is put right is not open to all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.urls import Resolver404, get_script_prefix, resolve

from dossiers.acts.pages import get_page

from .access import PARTS
from .actor import Actor

if TYPE_CHECKING:
    from dossiers.dossier.models import Dossier

#: Returns None when the page is open to the actor, else who does what is done there, as far as that can be named.
Door = Callable[[Actor, "Dossier", Mapping[str, Any]], str | None]

_doors: dict[str, Door] = {}


def door(*pages: str) -> Callable[[Door], Door]:
    """Decorator: make known who may open pages (by the names of their addresses) that not all may open.

    The last argument of the door is what the address names. Raises ValueError when a page has its door.
    """

    def register(function: Door) -> Door:
        for page in pages:
            if page in _doors:
                raise ValueError(f"page {page} has two doors")
            _doors[page] = function
        return function

    return register


@dataclass(frozen=True)
class Place:
    """Where something is put right: a link that the reader can follow, or else a sentence on who does it, if known."""

    link: str = ""
    who: str = ""


def place_of(actor: Actor, dossier: Dossier, link: str) -> Place:
    """Return what of a link is shown to somebody who sees the dossier. At most a query or two."""
    path = urlsplit(link).path
    if not path:
        return Place(link)  # a part of the same page
    try:
        match = resolve(f"/{path.removeprefix(get_script_prefix())}")
    except Resolver404:
        return Place(link)
    parts = PARTS.get(dossier.purpose)
    if parts is not None and getattr(match.func, "access", "") == "dossier" and match.namespace not in parts:
        return Place()
    asked = _doors.get(match.view_name)
    closed = asked(actor, dossier, match.kwargs) if asked else None
    return Place(link) if closed is None else Place(who=closed)


@door("dossier:act")
def act_door(actor: Actor, dossier: Dossier, named: Mapping[str, Any]) -> str | None:
    """The page of an act is for those who may do it now; the others read whose act it is."""
    act = get_page(named["slug"]).act
    if act.is_open_to(actor, dossier):
        return None
    denial = act.authority.denial(actor, dossier)
    return denial.message if denial is not None and denial.code == "role" else ""
