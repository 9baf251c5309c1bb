"""What a dossier was when it was moved to another version of its procedure: whose it was, and whose it became.

Whoever had it before reads what was done until then; a batch that it left says where it went.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.functional import Promise

from dossiers.organisations.models import AdministrativeUnit
from dossiers.procedures import procedures


class Transfer(models.Model):
    """One move of a dossier, written by the act that moved it. Never changed.

    ``sequence`` is the number of that act in the dossier's history, ``appraisal_round`` the round it was in.
    """

    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="transfers")
    from_procedure = models.SlugField(max_length=64)
    to_procedure = models.SlugField(max_length=64)
    from_commune = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    to_commune = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    from_province = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    to_province = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    appraisal_round = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "sequence"], name="one_transfer_an_act")
        ]
        indexes: ClassVar = [models.Index(fields=["from_province"]), models.Index(fields=["from_commune"])]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.from_procedure} → {self.to_procedure}"

    @property
    def leaves_province(self) -> bool:
        return self.from_province_id != self.to_province_id

    @property
    def version(self) -> str | Promise:
        """The title of the version that the dossier was moved to."""
        known = procedures().get(self.to_procedure)
        return known.title if known else self.to_procedure
