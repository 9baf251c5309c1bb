"""What scripts of a page send instead of a form."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest


def json_object(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object that was sent. Raises ValueError for anything else."""
    given = json.loads(request.body)
    if not isinstance(given, dict):
        raise ValueError(type(given))
    return given
