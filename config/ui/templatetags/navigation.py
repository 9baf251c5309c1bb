"""What the frame of a page asks the floors below: ``{% load navigation %}``."""

from __future__ import annotations

from typing import Any

from django import template

from config.ui.states import dossier_code
from dossiers.acts.pages import ActPage
from workflows.views import BOARD_ROLES

register = template.Library()


@register.filter
def sees_board(actor: Any) -> bool:
    """Tell whether the actor's role has the board of all dossiers and agencies."""
    return actor is not None and actor.role in BOARD_ROLES


@register.filter
def state_code(dossier: Any) -> str:
    """Return which of the eight state words belongs to the dossier's legal state."""
    return dossier_code(dossier.state)


@register.filter
def primary_page(pages: list[ActPage] | None) -> ActPage | None:
    """Return the one act to offer as the primary button: the first of the procedure that moves it forward."""
    return next((page for page in pages or [] if page.tone == "primary"), None)
