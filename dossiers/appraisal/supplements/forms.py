"""Forms of supplements: what a department asks, and the paper with which the commune answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.acts.pages import ON_PAPER, ActForm, DateInput, textarea
from dossiers.results.models import Evidence, IndicatorResult

from ..models import Finding, Verdict
from .requests import Asked, field_of


class RequestForm(ActForm):
    """One text for each indicator of the actor's department; those that are filled are asked for."""

    #: So that the head asks about the findings that were on the page, and no others.
    opinion_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    number = forms.CharField(
        label=_("Số, ký hiệu văn bản yêu cầu"), max_length=60, help_text=_("Ví dụ: 912/SYT-NVY")
    )
    dated_on = forms.DateField(
        label=_("Ngày văn bản"), widget=DateInput(), help_text=ON_PAPER, initial=timezone.localdate
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert self.actor is not None
        mine = IndicatorResult.objects.filter(dossier=self.dossier, department=self.actor.agency)
        found = Finding.objects.filter(
            opinion__dossier=self.dossier,
            opinion__round=self.dossier.appraisal_round,
            opinion__department=self.actor.agency,
            verdict=Verdict.NOT_MET,
        )
        reasons = dict(found.values_list("result", "reason"))
        self.rows = [
            (field_of(Asked(result.pk, "")), result)
            for result in mine.select_related("indicator").order_by("position")
        ]
        for name, result in self.rows:
            field = textarea(f"{result.indicator.code} {result.indicator.name}", rows=2, required=False)
            field.initial = reasons.get(result.pk, "")
            if field.initial:
                field.help_text = _(
                    "Điền sẵn theo lý do «Chưa đạt» đã ghi; xóa trống nếu không yêu cầu bổ sung."
                )
            self.fields[name] = field

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        texts = {result.pk: given.pop(name) for name, result in self.rows}
        return {**given, "items": [Asked(pk, text) for pk, text in texts.items() if text.strip()]}


class EndingForm(ActForm):
    """Why the department ends its request; ``opinion_revision`` so that it ends the one that was on the page."""

    reasons = textarea(
        _("Lý do"),
        rows=3,
        help_text=_("Xã đọc được lý do này. Lý do được lưu trong lịch sử hồ sơ."),
    )

    opinion_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CarryOverField(forms.ModelMultipleChoiceField):
    """Evidence of other indicators that has an earlier version of a file that the answer replaces."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {  # noqa: RUF012  Django's own way
        "invalid_choice": _(
            "Có chỉ tiêu không còn dùng bản cũ của tệp; xin mở lại trang để xem danh sách mới."
        ),
    }

    def label_from_instance(self, evidence: Evidence) -> str:
        department = evidence.result.department
        parts = [evidence.result.indicator.code, evidence.document.name]
        return " · ".join([*parts, department.name] if department else parts)


class AnswerForm(ActForm):
    """The paper with which the chair sends an answer. ``shared`` is where else replaced files serve."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    number = forms.CharField(
        label=_("Số, ký hiệu văn bản trả lời"), max_length=60, help_text=_("Ví dụ: 57/UBND")
    )
    dated_on = forms.DateField(
        label=_("Ngày văn bản"), widget=DateInput(), help_text=ON_PAPER, initial=timezone.localdate
    )
    carry_over = CarryOverField(
        label=_("Thay bằng bản mới cả ở các chỉ tiêu này"),
        queryset=Evidence.objects.none(),
        required=False,
        help_text=_(
            "Tệp vừa được thay còn là minh chứng ở đây. Chỉ đánh dấu nơi cũng phải dùng bản mới: cơ quan phụ trách nơi "
            "đó, nếu đã ký, phải ký lại. Nơi không đánh dấu vẫn dùng bản cũ."
        ),
    )

    def __init__(self, *args: Any, shared: list[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not shared:
            del self.fields["carry_over"]
            return
        rows = Evidence.objects.filter(pk__in=[one.pk for one in shared]).select_related(
            "document", "result__indicator", "result__department"
        )
        self.fields["carry_over"].queryset = rows.order_by("result__position")  # type: ignore[attr-defined]

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        return {**given, "carry_over": [one.pk for one in given.pop("carry_over", ())]}
