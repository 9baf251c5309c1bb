"""What every template may read."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def demonstration(request: HttpRequest) -> dict[str, bool]:
    """Tell templates, as ``demo``, whether people, figures and papers are made up."""
    return {"demo": settings.LUA_DEMO}
