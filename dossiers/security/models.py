"""What the police found of security and order in a commune."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from dossiers.confirmations.models import Confirmation


class SecurityFinding(Confirmation):
    """Whether the commune meets the condition on security and order. The latest one counts.

    ``wording`` is what was asked, as the law had it on the day of the paper, and ``citation`` where that stands.
    """

    is_met = models.BooleanField()
    wording = models.TextField()
    citation = models.CharField(max_length=300)

    class Meta(Confirmation.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_met=True) | ~Q(remarks=""), name="unmet_security_has_remarks"
            ),
        ]
