"""Naming the opinion whose seal covers an entry of the history."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from .models import Opinion, SupplementRequest


def sealed_subject(opinion: Opinion) -> dict[str, Any]:
    """Return the part of an entry's subject that names the opinion.

    ``salt`` keeps sealed words and verdicts from being guessed by trying them against the open hash.
    """
    return {"opinion": opinion.pk, "round": opinion.round, "salt": token_hex(16)}


def sealed_request(request: SupplementRequest) -> dict[str, Any]:
    """Return the same for what the commune does on one of the opinion's requests.

    ``turn`` tells whose it is: until its chair has answered that request, it is the commune's own.
    """
    return {**sealed_subject(request.opinion), "turn": request.turn}
