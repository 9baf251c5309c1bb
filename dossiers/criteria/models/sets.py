"""Criteria sets: level × period × region or province, in numbered versions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dossiers.organisations.models import AdministrativeUnit

from .frozen import FrozenModel


class TitleLevel(models.TextChoices):
    """The three titles a commune can be recognised for."""

    NTM = "ntm", _("Xã nông thôn mới")
    ADVANCED = "nang_cao", _("Xã nông thôn mới nâng cao")
    MODEL = "kieu_mau", _("Xã nông thôn mới kiểu mẫu")


class CriteriaSet(FrozenModel):
    """One version of a set of criteria.

    A set is never edited: changed content becomes the next ``version`` under the same ``code``. Loading
    identical content again changes nothing, by ``content_sha256``. ``province`` is None for the national
    set. ``valid_from`` and ``valid_to`` are the first and last year of title the set applies to.
    ``demonstration`` marks a set with invented values, which must not decide a real dossier.
    """

    code = models.SlugField(max_length=64)
    version = models.PositiveSmallIntegerField(default=1)
    level = models.CharField(max_length=16, choices=TitleLevel.choices)
    title = models.CharField(max_length=300)
    legal_basis = models.TextField(blank=True)
    province = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    region = models.CharField(max_length=40)
    valid_from = models.PositiveSmallIntegerField()
    valid_to = models.PositiveSmallIntegerField()
    prerequisite = models.CharField(max_length=300, blank=True)
    source = models.TextField(blank=True)
    notes = models.JSONField(default=dict, blank=True)
    demonstration = models.BooleanField(default=False)
    content_sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["code", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="one_set_a_code_and_version"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="set_years"),
        ]
        indexes: ClassVar = [models.Index(fields=["level", "valid_from", "valid_to"])]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"
