"""The act page that puts a dossier into a batch, and the forms of the page of batches."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.acts.dates import day_in_words
from dossiers.acts.pages import ActForm, ActPage, DateInput, register_page
from dossiers.organisations.models import AdministrativeUnit

from .acts import PutInBatch
from .entries import open_years
from .models import Batch


class BatchChoiceField(forms.ModelChoiceField):
    """Batches with the days on which they take in dossiers."""

    def label_from_instance(self, obj: Batch) -> str:
        days = {"first": day_in_words(obj.opens_on), "last": day_in_words(obj.closes_on)}
        return f"{obj}: {_('nhận hồ sơ từ %(first)s đến hết %(last)s') % days}"


class PutInBatchForm(ActForm):
    batch = BatchChoiceField(
        label=_("Đợt xét"),
        queryset=Batch.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Xin chọn đợt xét; chưa có thì mở đợt ở mục «Đợt xét».")},
    )
    put_on = forms.DateField(
        label=_("Ngày đưa vào đợt"), widget=DateInput(), help_text=_("Trong thời gian đợt nhận hồ sơ.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = Batch.objects.filter(province=self.dossier.province_id, title_year=self.dossier.title_year)
        field = self.fields["batch"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = choices


class BatchForm(forms.Form):
    title_year = forms.TypedChoiceField(label=_("Năm đạt chuẩn"), coerce=int)
    name = forms.CharField(label=_("Tên đợt"), max_length=120, help_text=_("Ví dụ: Đợt 1 năm 2023"))
    opens_on = forms.DateField(label=_("Nhận hồ sơ từ ngày"), widget=DateInput())
    closes_on = forms.DateField(label=_("Nhận hồ sơ đến hết ngày"), widget=DateInput())
    council_on = forms.DateField(
        label=_("Ngày Hội đồng họp (nếu đã định)"), widget=DateInput(), required=False
    )

    def __init__(self, *args: Any, province: AdministrativeUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["title_year"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(year, str(year)) for year in open_years(province)]


class CouncilDayForm(forms.Form):
    council_on = forms.DateField(label=_("Ngày Hội đồng họp"), widget=DateInput())


register_page(
    ActPage(
        PutInBatch,
        "dua-vao-dot",
        _("Hội đồng xét hồ sơ trong đợt này. Hồ sơ chuyển đợt thì chỗ ở đợt trước vẫn được lưu."),
        PutInBatchForm,
        tone="secondary",
    ),
)
