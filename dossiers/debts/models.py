"""What the department for planning and investment found of a commune's construction debt."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from dossiers.confirmations.models import Confirmation


class DebtConfirmation(Confirmation):
    """The department's finding on what was accepted and not paid, in whole đồng. The latest one counts.

    ``figures_sha256`` is the hash over the works' figures it rests on: a finding on other figures does not hold.
    """

    is_clear = models.BooleanField()
    accepted = models.BigIntegerField()
    paid = models.BigIntegerField()
    figures_sha256 = models.CharField(max_length=64)

    class Meta(Confirmation.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_clear=False) | Q(accepted=F("paid")), name="no_debt_means_all_is_paid"
            ),
            models.CheckConstraint(
                condition=Q(is_clear=True) | ~Q(remarks=""), name="found_debt_has_remarks"
            ),
        ]
