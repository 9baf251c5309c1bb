"""Forms about titles that have no dossier yet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.acts.fields import WholeNumberField
from dossiers.acts.pages import ON_PAPER, DateInput, PaperForm, textarea
from dossiers.criteria.models import TitleLevel
from dossiers.organisations.models import AdministrativeUnit, Level

from .granting import FIRST_YEAR
from .models import ReviewKind


class TitleForm(PaperForm):
    """A form with a file; there is no dossier whose revision could be stale."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, dossier=None, **kwargs)
        del self.fields["revision"]


class CommuneField(forms.ModelChoiceField):
    default_error_messages = {  # noqa: RUF012  Django's own way
        "required": _("Xin chọn xã."),
        "invalid_choice": _("Xin chọn một xã trong tỉnh."),
    }

    def label_from_instance(self, unit: AdministrativeUnit) -> str:
        return f"{unit.name}, {unit.parent.name}" if unit.parent else unit.name


class PaperTitleForm(TitleForm):
    """A title as its paper says; ``province`` narrows the communes."""

    commune = CommuneField(label=_("Xã"), queryset=AdministrativeUnit.objects.none())
    level = forms.ChoiceField(label=_("Danh hiệu"), choices=TitleLevel.choices, widget=forms.RadioSelect)
    year = WholeNumberField(
        label=_("Năm đạt chuẩn"), help_text=_("Năm được đánh giá; có thể khác năm ký quyết định.")
    )
    number = forms.CharField(
        label=_("Số, ký hiệu quyết định"), max_length=60, help_text=_("Ví dụ: 1020/QĐ-UBND")
    )
    signed_on = forms.DateField(label=_("Ngày ký"), widget=DateInput(), help_text=ON_PAPER)
    field = forms.CharField(
        label=_("Lĩnh vực nổi trội"),
        max_length=200,
        required=False,
        help_text=_("Chỉ ghi với xã kiểu mẫu, theo đúng quyết định."),
    )
    grounds = textarea(_("Ghi chú, căn cứ"), rows=3, required=False)

    def __init__(self, *args: Any, province: AdministrativeUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = AdministrativeUnit.objects.communes().filter(level=Level.COMMUNE).select_related("parent")
        self.fields["commune"].queryset = (  # type: ignore[attr-defined]
            units.filter(parent=province) | units.filter(parent__parent=province)
        ).order_by("sort_key")


class CarryOverForm(PaperTitleForm):
    """The title of a unit that was merged, for the unit that succeeds it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = self.fields["grounds"]
        grounds.required = True
        grounds.help_text = _("Văn bản hoặc quyết định cho phép đơn vị kế thừa giữ danh hiệu.")


class OpenReviewsForm(forms.Form):
    """Which year titles are reviewed for: one after the first titles, and not one to come."""

    year = WholeNumberField(label=_("Năm rà soát"))

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        words = {"first": FIRST_YEAR + 1, "last": timezone.localdate().year}
        if not words["first"] <= year <= words["last"]:
            raise forms.ValidationError(gettext("Năm rà soát phải từ %(first)s đến %(last)s.") % words)
        return year


class OpenReviewForm(OpenReviewsForm):
    kind = forms.ChoiceField(
        label=_("Loại rà soát"),
        choices=ReviewKind.choices,
        initial=ReviewKind.YEARLY,
        widget=forms.RadioSelect,
    )
    reason = textarea(_("Lý do"), rows=3, required=False, help_text=_("Bắt buộc với rà soát đột xuất."))


class OpenRevocationForm(TitleForm):
    grounds = textarea(
        _("Căn cứ, lý do đề nghị thu hồi"),
        rows=4,
        help_text=_("Nêu các tiêu chí không đạt và văn bản xác nhận kết quả rà soát."),
    )
    first_day = forms.DateField(
        label=_("Ngày công khai báo cáo đánh giá"),
        widget=DateInput(),
        help_text=_("Thời gian lấy ý kiến tính từ ngày này; có thể trước ngày nhập vào phần mềm."),
    )
    places = textarea(
        _("Nơi niêm yết"), rows=3, help_text=_("Trụ sở UBND xã, nhà văn hóa thôn…, mỗi nơi một dòng.")
    )
