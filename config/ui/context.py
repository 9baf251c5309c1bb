"""What every template may read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from workflows.notifications.selectors import Standing, count_unread


def demonstration(request: HttpRequest) -> dict[str, bool]:
    """Tell templates, as ``demo``, whether people, figures and papers are made up."""
    return {"demo": settings.LUA_DEMO}


def unread_reminders(request: HttpRequest) -> dict[str, Any]:
    """Tell templates, as ``unread_count``, of how much the person has not read; counted when first asked for."""

    def count() -> int:
        return count_unread(
            Standing(getattr(request, "appointments", []), getattr(request, "substitutions", []))
        )

    return {"unread_count": SimpleLazyObject(count)}
