"""Form fields whose messages are plain official sentences; Django's Vietnamese ones read like a machine's."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WholeNumberField(forms.IntegerField):
    default_error_messages = {  # noqa: RUF012  Django's own way
        "invalid": _("Xin nhập số nguyên."),
        "min_value": _("Xin nhập số từ %(limit_value)s trở lên."),
        "max_value": _("Xin nhập số không quá %(limit_value)s."),
    }
