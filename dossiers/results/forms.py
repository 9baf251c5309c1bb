"""Form of one indicator's figure. The widget follows the kind of threshold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.acts.fields import WholeNumberField
from dossiers.criteria.thresholds import InvalidFigure, threshold_for

from .acts import FigureInput
from .models import IndicatorResult


class FigureForm(forms.Form):
    value = forms.CharField(label=_("Số liệu"), max_length=60, required=False)
    figure_year = WholeNumberField(label=_("Năm của số liệu"), required=False)
    figure_source = forms.CharField(
        label=_("Nguồn số liệu"),
        max_length=300,
        required=False,
        help_text=_("Văn bản hoặc cơ quan cung cấp số liệu"),
    )
    note = forms.CharField(
        label=_("Ghi chú"), widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=4000
    )
    not_applicable = forms.BooleanField(label=_("Chỉ tiêu không áp dụng cho xã"), required=False)
    not_applicable_reason = forms.CharField(
        label=_("Căn cứ không áp dụng"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=2000,
    )
    revision = WholeNumberField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, result: IndicatorResult, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.result = result
        threshold = threshold_for(result.indicator)
        if choices := threshold.choices():
            self.fields["value"] = forms.ChoiceField(
                label=_("Kết quả"), choices=[("", "—"), *choices], required=False
            )
        else:
            self.fields["value"].widget.attrs["inputmode"] = "decimal"
            self.fields["value"].help_text = result.indicator.unit
        if not result.indicator.not_applicable_allowed:
            del self.fields["not_applicable"], self.fields["not_applicable_reason"]

    @classmethod
    def shown(cls, result: IndicatorResult) -> FigureForm:
        """Return the form filled with what is stored."""
        threshold = threshold_for(result.indicator)
        value = result.value if threshold.choices() else threshold.display(result.value)
        initial = {
            "value": value,
            "figure_year": result.figure_year or result.dossier.title_year,
            "figure_source": result.figure_source,
            "note": result.note,
            "not_applicable": result.not_applicable,
            "not_applicable_reason": result.not_applicable_reason,
            "revision": result.revision,
        }
        return cls(initial=initial, result=result)

    def clean(self) -> dict[str, Any]:
        """A figure has a year; the field begins with that of the title, and nothing is put in where it was cleared."""
        data = super().clean() or {}
        is_figure = bool(data.get("value")) and not data.get("not_applicable")
        if is_figure and data.get("figure_year") is None and not self.has_error("figure_year"):
            self.add_error("figure_year", _("Xin ghi năm của số liệu."))
        return data

    def changes_figure(self) -> bool:
        """Say whether the form says something else than what is shown: saving the same again is no change.

        One that was opened before somebody else saved is a change, so that it is refused as such.
        """
        given, shown = self.row(), self.result
        try:
            value = threshold_for(shown.indicator).canonical(given.value) if given.value.strip() else ""
        except InvalidFigure:
            return True
        if given.not_applicable:
            value = ""
        year = given.figure_year or shown.dossier.title_year
        reason = given.not_applicable_reason.strip() if given.not_applicable else ""
        return (
            value,
            year,
            given.figure_source.strip(),
            given.note.strip(),
            given.not_applicable,
            reason,
        ) != (
            shown.value,
            shown.figure_year or shown.dossier.title_year,
            shown.figure_source,
            shown.note,
            shown.not_applicable,
            shown.not_applicable_reason,
        ) or given.revision != shown.revision

    def row(self) -> FigureInput:
        data = dict(self.cleaned_data)
        return FigureInput(result_id=self.result.pk, **{name: value for name, value in data.items() if name})
