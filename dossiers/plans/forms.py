"""Forms of the Đề án."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.acts.fields import WholeNumberField
from dossiers.criteria.models import Criterion
from dossiers.criteria.numbers import parse_whole_dong
from dossiers.dossier.models import Dossier

from .acts import CapitalInput, PaymentInput
from .models import Work
from .selectors import capital_sources

CAPITAL_ROWS = 6


class SectionForm(forms.Form):
    body = forms.CharField(widget=forms.Textarea(attrs={"rows": 14}), required=False)
    section_revision = WholeNumberField(widget=forms.HiddenInput)


class DongField(forms.CharField):
    """Whole đồng as officials write them: 1.234.567."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric"}))
        super().__init__(max_length=24, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_whole_dong(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class PaymentForm(forms.Form):
    """What was accepted and paid of one work; its fields are named as the refusals of ``ReportPayments`` name them."""

    accepted = DongField(label=_("Giá trị đã nghiệm thu (đồng)"))
    paid = DongField(label=_("Đã thanh toán (đồng)"))
    revision = WholeNumberField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, work: Work) -> None:
        initial = {
            "accepted": grouped(work.accepted),
            "paid": grouped(work.paid),
            "revision": work.revision,
        }
        super().__init__(data, prefix=f"w{work.pk}", initial=initial)
        self.work = work

    def row(self) -> PaymentInput:
        return PaymentInput(work_id=self.work.pk, **self.cleaned_data)


def grouped(amount: int | None) -> str:
    """Return an amount in whole đồng as it is typed, 1.234.567; empty when there is none."""
    return "" if amount is None else f"{amount:,}".replace(",", ".")


class WorkForm(forms.Form):
    """A work with up to six lines of capital (source, year, amount)."""

    title = forms.CharField(label=_("Tên công trình, nhiệm vụ"), max_length=300)
    criterion = forms.ModelChoiceField(
        label=_("Thuộc tiêu chí"), queryset=Criterion.objects.none(), required=False
    )
    total = DongField(label=_("Tổng mức (đồng)"), help_text=_("Số đồng nguyên, ví dụ 1.250.000.000"))
    due_quarter = forms.TypedChoiceField(
        label=_("Quý hoàn thành"), choices=[(n, f"Quý {n}") for n in range(1, 5)], coerce=int
    )
    due_year = WholeNumberField(label=_("Năm hoàn thành"), min_value=2015, max_value=2045)
    work_revision = WholeNumberField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        criteria = Criterion.objects.filter(set_id=dossier.criteria_set_id)
        self.fields["criterion"].queryset = criteria  # type: ignore[attr-defined]
        sources = [("", "—"), *((one.value, one.label) for one in capital_sources(dossier))]
        for n in range(CAPITAL_ROWS):
            self.fields[f"source_{n}"] = forms.ChoiceField(
                label=_("Nguồn vốn"), choices=sources, required=False
            )
            self.fields[f"year_{n}"] = WholeNumberField(
                label=_("Năm"), min_value=2015, max_value=2045, required=False
            )
            self.fields[f"amount_{n}"] = DongField(label=_("Số vốn (đồng)"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        lines = []
        for n in range(CAPITAL_ROWS):
            source, year, amount = (data.get(f"{name}_{n}") for name in ("source", "year", "amount"))
            if not any((source, year, amount)):
                continue
            if not all((source, year, amount)):
                self.add_error(f"amount_{n}", _("Xin ghi đủ nguồn, năm và số vốn của dòng này."))
                continue
            lines.append(CapitalInput(source=str(source), year=int(str(year)), amount=int(str(amount))))
        data["capital"] = lines
        return data

    def capital_rows(self) -> list[dict[str, Any]]:
        """Return the bound fields of each line of capital, for the table in the page."""
        return [
            {name: self[f"{name}_{n}"] for name in ("source", "year", "amount")} for n in range(CAPITAL_ROWS)
        ]

    def inputs(self) -> dict[str, Any]:
        names = ("title", "criterion", "total", "due_quarter", "due_year", "capital", "work_revision")
        return {name: self.cleaned_data[name] for name in names}
