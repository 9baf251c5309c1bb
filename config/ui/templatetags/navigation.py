"""What the frame of a page asks the floors below: ``{% load navigation %}``."""

from __future__ import annotations

from typing import Any

from django import template

from config.ui.states import dossier_code
from dossiers.acts.pages import OpenPage
from dossiers.batches.views import follows_batches as has_batches
from dossiers.organisations.models import Role
from workflows.views import BOARD_ROLES

register = template.Library()


@register.filter
def sees_board(actor: Any) -> bool:
    """Tell whether the actor's role has the board of all dossiers and agencies."""
    return actor is not None and actor.role in BOARD_ROLES


@register.filter
def follows_batches(actor: Any) -> bool:
    """Tell whether the actor's role has the batches of the province."""
    return actor is not None and has_batches(actor)


@register.filter
def keeps_calendar(actor: Any) -> bool:
    """Tell whether the actor's role edits the calendar of working days."""
    return actor is not None and actor.role is Role.ADMINISTRATOR


@register.filter
def state_code(dossier: Any) -> str:
    """Return which of the eight state words belongs to the dossier's legal state."""
    return dossier_code(dossier.state)


@register.filter
def primary_page(pages: list[OpenPage] | None) -> OpenPage | None:
    """Return the one act for the primary button: the first of the procedure that moves the dossier forward.

    One whose turn it is comes before one that waits; of the latter the page says what it waits for.
    """
    forward = [page for page in pages or [] if page.tone == "primary"]
    return min(forward, key=lambda page: page.waiting is not None, default=None)
