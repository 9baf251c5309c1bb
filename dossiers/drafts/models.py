"""What a person has typed into a form and not sent yet."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class FormDraft(models.Model):
    """One form as its person left it: not part of any dossier, read by nobody else, and gone once the form is sent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=500, help_text="The page's path and query.")
    form = models.CharField(max_length=100, help_text="The form's id, or its place on the page.")
    fields = models.JSONField(help_text="[name, value, checked] of each field, in the form's order.")
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "page", "form"], name="one_draft_a_form")
        ]

    def __str__(self) -> str:
        return f"{self.page}#{self.form}"
