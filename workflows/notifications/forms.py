"""Choices about the daily mail."""

from __future__ import annotations

from typing import ClassVar

from django import forms

from .models import MailPreference


class MailPreferenceForm(forms.ModelForm):
    """Whether a person gets the daily mail, and in which language."""

    class Meta:
        model = MailPreference
        fields: ClassVar = ["wants_digest", "language"]
