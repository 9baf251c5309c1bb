"""Where something is put right, as its reader may go there: ``{% load places %}``."""

from __future__ import annotations

from typing import Any

from django import template

from dossiers.policies.doors import Place, place_of

register = template.Library()


@register.simple_tag(takes_context=True)
def place(context: template.Context, link: str) -> Place:
    """Return what of a link the reader of the page is shown. Beside a dossier every link is open to who reads it."""
    dossier, request = context.get("dossier"), context.get("request")
    actor: Any = getattr(request, "actor", None)
    if not link or dossier is None or actor is None:
        return Place(link)
    return place_of(actor, dossier, link)
