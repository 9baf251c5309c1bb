"""Act pages of the title before and of the chosen field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.acts.pages import ON_PAPER, ActForm, ActPage, DateInput, PaperForm, register_page

from .acts import ChooseField, RecordPriorTitle
from .models import ChosenField, PriorTitleProof
from .selectors import field_result, fields_of


class PriorTitleForm(PaperForm):
    proof = forms.ChoiceField(
        label=_("Loại văn bản"), choices=PriorTitleProof.choices, widget=forms.RadioSelect
    )
    number = forms.CharField(
        label=_("Số, ký hiệu văn bản"), max_length=60, help_text=_("Ví dụ: 1020/QĐ-UBND")
    )
    signed_on = forms.DateField(label=_("Ngày ký"), widget=DateInput(), help_text=ON_PAPER)


class FieldForm(ActForm):
    field = forms.ChoiceField(label=_("Lĩnh vực"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        result = field_result(self.dossier)
        options = [(one.key, f"{one.name} ({one.department})") for one in fields_of(result)] if result else []
        self.fields["field"].choices = options  # type: ignore[attr-defined]
        chosen = ChosenField.objects.filter(dossier=self.dossier).first()
        self.fields["field"].initial = chosen.key if chosen else None


register_page(
    ActPage(
        ChooseField,
        "chon-linh-vuc",
        _("Cơ quan phụ trách lĩnh vực sẽ thẩm định chỉ tiêu này; đổi được cho đến khi công khai báo cáo."),
        FieldForm,
        tone="secondary",
    ),
    ActPage(
        RecordPriorTitle,
        "danh-hieu-truoc",
        _(
            "Văn bản được đưa vào hồ sơ làm căn cứ của điều kiện về danh hiệu trước; ghi lại thì thay văn bản cũ."
        ),
        PriorTitleForm,
        tone="secondary",
    ),
)
